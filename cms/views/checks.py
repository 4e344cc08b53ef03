from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from cms.actions import citing
from cms.querysets.guidance import page_for
from members.access import signed_in


@require_POST
@signed_in
def still_right(request, pk: int):
    """The owner or the core team looked at a page whose law changed: it still holds."""
    page = page_for(request.user, pk)
    if page is None:
        raise Http404
    citing.still_right(by=request.user, page=page)
    messages.success(request, "Thank you. The page shows that you checked it today.")
    return redirect(page.get_url(request) or "/")

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from members.access import signed_in
from reference import citing
from reference.actions import citing as acts
from reference.actions.refusals import NotAllowed
from reference.models import Citation


@signed_in
def my_checks(request):
    """What I own that cites a law which changed since somebody last looked at it."""
    waiting = Citation.objects.owned_by(request.user).needing_check()
    return render(request, "reference/my_checks.html", {"waiting": citing.with_items(waiting, request.user)})


@require_POST
@signed_in
def still_right(request, pk: int):
    """One thing still holds though the law it cites changed. Invisible is 404; somebody else's is 403."""
    citation = get_object_or_404(Citation.objects.with_owner(), pk=pk)
    if not citing.with_items([citation], request.user):
        raise Http404
    try:
        acts.still_right(by=request.user, citation=citation)
        messages.success(request, "Thank you. It no longer says “check this”.")
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal))
    return redirect("reference:my-checks")

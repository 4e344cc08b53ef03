from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from cms.actions import contacts
from cms.querysets.stories import agreement_for
from members.access import signed_in


@require_http_methods(["GET", "POST"])
@signed_in
def story_contact(request, pk):
    """The member who was asked says whether readers of a story may talk to them (`answer=yes|no`)."""
    agreement = agreement_for(request.user, pk)
    if agreement is None:
        raise Http404
    if request.method == "GET":
        return render(request, "cms/story_contact.html", {"agreement": agreement, "story": agreement.story})
    if request.POST.get("answer") == "yes":
        contacts.agree(by=request.user, agreement=agreement)
        messages.success(request, "Thank you. You are now named on this story, as far as you show yourself.")
    else:
        contacts.decline(by=request.user, agreement=agreement)
        messages.success(request, "You are not named on this story.")
    return redirect(agreement.story.url)

from django.core.exceptions import BadRequest
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from core import ratelimits
from core.caching import depends_on
from horizon.actions import following as acts
from horizon.forms.following import FollowForm
from horizon.models import Development
from horizon.querysets import follows as reads
from horizon.views.returning import back_of, too_often
from members.access import public, signed_in
from members.permissions import takes_part


@require_POST
@signed_in
def follow(request):
    """Follow a topic, a category or a development, or stop; then back to where the button was."""
    form = FollowForm(request.POST)
    if not form.is_valid():
        raise Http404
    what = _asked_for(form.named(), request.user)
    back = back_of(request, reverse("horizon:following"))
    try:
        ratelimits.check("react", request)
    except ratelimits.TooOften as often:
        return too_often(request, often, back)
    acts.follow(by=request.user, on=form.cleaned_data["on"], **what)
    return redirect(back)


def _asked_for(named: dict[str, str], member) -> dict:
    """The one thing that is named, of those the member may see: keyword and object."""
    if len(named) != 1:
        raise BadRequest("Say what you want to follow.")
    if "topic" in named:
        return {"topic": get_object_or_404(reads.topics_to_follow(member), slug=named["topic"])}
    if "development" in named:
        return {"development": get_object_or_404(Development.objects.visible_to(member), slug=named["development"])}
    return named


@public
def following(request):
    """What a member follows and what else there is to follow; for everybody, the calendars and the feed."""
    depends_on(request, "horizon", "pages")
    context = reads.all_for(request.user) | {"may_follow": takes_part(request.user)}
    return render(request, "horizon/following.html", context)

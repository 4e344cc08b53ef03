from django.core.exceptions import BadRequest
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from core import ratelimits
from horizon.actions import following as acts
from horizon.models import Category, Development
from horizon.permissions import takes_part
from horizon.querysets import follows as reads
from horizon.views.returning import back_of, too_often
from members.access import signed_in


@require_POST
@signed_in
def follow(request):
    """Follow a topic, a category or a development, or stop; then back to where the button was."""
    what = _asked_for(request)
    back = back_of(request, reverse("horizon:following"))
    try:
        ratelimits.check("react", request)
    except ratelimits.TooOften as often:
        return too_often(request, often, back)
    acts.follow(by=request.user, on=bool(request.POST.get("on")), **what)
    return redirect(back)


def _asked_for(request) -> dict:
    """The one thing a form names, of those the member may see: keyword and object."""
    given = {name: request.POST[name] for name in ("development", "topic", "category") if request.POST.get(name)}
    if len(given) != 1:
        raise BadRequest("Say what you want to follow.")
    name, value = given.popitem()
    if name == "category":
        if value not in Category:
            raise Http404
        return {"category": value}
    if name == "topic":
        return {"topic": get_object_or_404(reads.topics_to_follow(request.user), slug=value)}
    return {"development": get_object_or_404(Development.objects.visible_to(request.user), slug=value)}


@signed_in
def following(request):
    """What a member follows, and what else there is to follow."""
    context = reads.all_for(request.user) | {"may_follow": takes_part(request.user)}
    return render(request, "horizon/following.html", context)

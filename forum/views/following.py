from django.core.exceptions import BadRequest, PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from forum import querysets
from forum.actions import following
from forum.actions.refusals import NotAllowed
from forum.models import Space
from forum.models.reading import Follow
from forum.views.threads import get_thread
from members.access import signed_in


def _follow(request, act, to, **what):
    """Follow, mute or neither, as `follow` says; then back to where `back` or `next` says, or to `to`."""
    follow = request.POST.get("follow", "")
    if follow not in Follow:
        raise BadRequest("Choose to follow, to mute or neither.")
    try:
        act(by=request.user, follow=follow, **what)
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from None
    back = request.POST.get("back") or request.POST.get("next", "")
    return redirect(back if url_has_allowed_host_and_scheme(back, allowed_hosts=None) and back.startswith("/") else to)


@require_POST
@signed_in
def follow_thread(request, number):
    thread = get_thread(request, number)
    return _follow(request, following.follow_thread, thread, thread=thread)


@require_POST
@signed_in
def follow_space(request, slug):
    space = get_object_or_404(Space.objects.visible_to(request.user), slug=slug)
    return _follow(request, following.follow_space, space, space=space)


@require_POST
@signed_in
def follow_topic(request, slug):
    topic = get_object_or_404(querysets.topics_seen_by(request.user), slug=slug)
    return _follow(request, following.follow_topic, reverse("forum:topic", args=[topic.slug]), topic=topic)

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from core import ratelimits
from forum.actions import accepting, reacting
from forum.actions.refusals import NotAllowed, Refused
from forum.views.posts import get_post
from forum.views.threads import get_thread
from members.access import signed_in


def _do(request, act, to, **of):
    """Do an act and go back to the post or thread it is about; what is refused is said there, or is a 403."""
    try:
        ratelimits.check("react", request)
        act(by=request.user, **of)
    except ratelimits.TooOften as often:
        return render(request, "forum/too_often.html", {"minutes": -(-often.wait // 60), "to": to}, status=429)
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from None
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect(to)


@require_POST
@signed_in
def helpful(request, number, post):
    """Say that a post was helpful (`helpful=yes`), or take it back."""
    found = get_post(request, number, post)
    act = reacting.helpful if request.POST.get("helpful") == "yes" else reacting.not_helpful
    return _do(request, act, found, post=found)


@require_POST
@signed_in
def us_too(request, number):
    """Say that one's organisation has the same question (`us_too=yes`), or take it back."""
    thread = get_thread(request, number)
    act = reacting.us_too if request.POST.get("us_too") == "yes" else reacting.not_us_too
    return _do(request, act, thread, thread=thread)


@require_POST
@signed_in
def accept(request, number, post):
    """Accept an answer to one's own question."""
    found = get_post(request, number, post)
    return _do(request, accepting.accept, found.thread, post=found)


@require_POST
@signed_in
def unaccept(request, number):
    thread = get_thread(request, number)
    return _do(request, accepting.unaccept, thread, thread=thread)

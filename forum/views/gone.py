from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from core import ratelimits
from forum.actions import editing
from forum.actions.refusals import Refused
from forum.models import Post
from forum.pages.gone import own_post, page_of
from members.access import signed_in


def _get_own(request, number, post) -> Post:
    found = own_post(request.user, number, post)
    if found is None:
        raise Http404("Nobody but who wrote it reads what is gone.")
    return found


@require_GET
@signed_in
def gone(request, number, post):
    """What a member wrote in a post that was deleted or removed: for them alone."""
    mine = _get_own(request, number, post)
    if mine.is_visible():
        return redirect(mine)
    return render(request, "forum/gone.html", {"own": page_of(mine, request.user), "post": mine})


@require_POST
@signed_in
def put_back(request, number, post):
    """Put back a post of one's own that one deleted."""
    mine = _get_own(request, number, post)
    try:
        ratelimits.check("post", request)
        editing.put_back(by=request.user, post=mine)
        messages.success(request, f"Your {mine.word()} is back in its place.")
    except ratelimits.TooOften as often:
        minutes = -(-often.wait // 60)
        messages.warning(request, f"You have posted a lot in a short time: put it back in {minutes} minutes.")
        return redirect("forum:gone", number, post)
    except Refused as refusal:
        messages.warning(request, str(refusal))
        return redirect("forum:gone", number, post)
    return redirect(mine)

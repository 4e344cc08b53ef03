"""The law an answer stands on: added by hand, and looked at again when it changed."""

from django.db import transaction

from forum.actions.refusals import AlreadyGone, NotAllowed
from forum.actions.writing import bump, lock_thread
from forum.models import Post
from forum.permissions import can_cite
from members.models import Member
from reference.actions import citing
from reference.models import Provision

MOST = 8


def cite(*, by: Member, post: Post, provisions: list[Provision]) -> None:
    """Say on which provisions an answer stands: its author, the asker, moderators. Raises NotAllowed, AlreadyGone."""
    with transaction.atomic():
        thread, post = _held(by, post)
        citing.cite(target=post, provisions=provisions[:MOST], owner=post.author)
        bump(thread)


def still_right(*, by: Member, post: Post) -> None:
    """Say that an answer still holds though the law it cites has changed. Raises NotAllowed, AlreadyGone."""
    with transaction.atomic():
        thread, post = _held(by, post)
        citing.confirm(by=by, target=post)
        bump(thread)


def _held(by: Member, post: Post):
    thread = lock_thread(post.thread_id)
    post = Post.objects.select_related("author").get(pk=post.pk)
    post.thread = thread
    if not post.is_visible():
        raise AlreadyGone("This answer was deleted meanwhile.")
    if not can_cite(by, post):
        raise NotAllowed("Its author, the person who asked and moderators can do this.")
    return thread, post

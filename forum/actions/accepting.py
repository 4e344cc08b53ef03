import datetime as dt

from django.db import transaction
from django.utils import timezone

from forum import notices
from forum.actions.refusals import AlreadyGone, NotAllowed
from forum.actions.writing import bump, lock_thread
from forum.models import Post, Thread
from forum.permissions import can_accept
from members.models import Member


def accept(*, by: Member, post: Post, now: dt.datetime | None = None) -> None:
    """Accept an answer to one's own question: it stands under the question, and its author is told.

    Accepting another one moves the mark. Raises NotAllowed (not the asker, or not an answer) and
    AlreadyGone (deleted meanwhile).
    """
    with transaction.atomic():
        thread = lock_thread(post.thread_id)
        post = Post.objects.select_related("author").get(pk=post.pk)
        if not can_accept(by, thread) or post.kind != Post.Kind.ANSWER:
            raise NotAllowed("Only the person who asked can accept an answer.")
        if not post.is_visible():
            raise AlreadyGone("That answer was deleted meanwhile.")
        if thread.accepted_answer_id == post.pk:
            return
        before = thread.accepted_answer
        bump(thread, accepted_answer=post, accepted_at=now or timezone.now())
        notices.answer_accepted(thread, post, by=by, instead_of=before)


def unaccept(*, by: Member, thread: Thread) -> None:
    """Take the mark off the accepted answer. Raises NotAllowed."""
    with transaction.atomic():
        locked = lock_thread(thread)
        if not can_accept(by, locked):
            raise NotAllowed("Only the person who asked can do this.")
        if (before := locked.accepted_answer) is not None:
            bump(locked, accepted_answer=None, accepted_at=None)
            # an answer from before that one, put back, would be accepted past them
            locked.posts.gone().filter(was_accepted_at__isnull=False).update(was_accepted_at=None)
            notices.acceptance_taken_back(locked, before)

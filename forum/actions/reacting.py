from django.db import transaction
from django.db.models import F

from forum.actions.refusals import AlreadyGone, NotAllowed
from forum.actions.writing import bump, lock_thread
from forum.models import Helpful, Post, Thread, UsToo
from forum.permissions import can_react, can_us_too, can_view_thread
from members.models import Member
from members.permissions import takes_part


def helpful(*, by: Member, post: Post) -> None:
    """Say that a post was helpful; saying it twice counts once. Raises NotAllowed, and AlreadyGone (it was removed)."""
    if not post.is_visible():
        raise AlreadyGone("That post was deleted or removed meanwhile.")
    if not can_react(by, post):
        raise NotAllowed("You can't mark this post as helpful.")
    with transaction.atomic():
        thread = lock_thread(post.thread_id)
        _, made = Helpful.objects.get_or_create(post=post, member=by)
        if made:
            Post.objects.filter(pk=post.pk).update(helpful_count=F("helpful_count") + 1)
            bump(thread)


def not_helpful(*, by: Member, post: Post) -> None:
    """Take “helpful” back."""
    with transaction.atomic():
        thread = lock_thread(post.thread_id)
        gone, _ = Helpful.objects.filter(post=post, member=by).delete()
        if gone:
            Post.objects.filter(pk=post.pk).update(helpful_count=F("helpful_count") - 1)
            bump(thread)


def us_too(*, by: Member, thread: Thread) -> None:
    """Say that one's organisation has the same question; an organisation counts once. Raises NotAllowed."""
    if not can_us_too(by, thread):
        raise NotAllowed("You can't add your organisation to this question.")
    with transaction.atomic():
        locked = lock_thread(thread)
        _, made = UsToo.objects.get_or_create(
            thread=locked, organisation_id=by.organisation_id, defaults={"member": by}
        )
        if made:
            bump(locked, us_too_count=F("us_too_count") + 1)


def not_us_too(*, by: Member, thread: Thread) -> None:
    """Take one's organisation's “us too” back: any of its members who takes part may. Raises NotAllowed."""
    with transaction.atomic():
        locked = lock_thread(thread)
        if not takes_part(by) or not can_view_thread(by, locked):
            raise NotAllowed("You can't speak for your organisation here.")
        gone, _ = UsToo.objects.filter(thread=locked, organisation_id=by.organisation_id).delete()
        if gone:
            bump(locked, us_too_count=F("us_too_count") - 1)

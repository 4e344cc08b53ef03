from django.db.models import Exists, F, OuterRef
from django.db.models.functions import Coalesce
from django.utils import timezone

from core import caching
from forum.models import Post, Reading, Thread
from members.models import Member
from notifications import inbox


def read_up_to(*, by: Member, thread: Thread, number: int) -> None:
    """Move a member's mark in a thread up to `number`; a mark never moves back. Two or three statements.

    `by` then knows of all that they were told of these posts; of none of them anybody tells them after.
    """
    moved = Reading.objects.filter(member=by, thread=thread, last_read_number__lt=number).update(
        last_read_number=number, read_before_own=None
    )
    if not moved:
        Reading.objects.bulk_create([Reading(member=by, thread=thread, last_read_number=number)], ignore_conflicts=True)
    caching.touch(f"marks:{by.pk}")
    # not in one transaction with the mark: others hold inboxes when they come to marks
    inbox.look_again(by)


def pass_over_own(thread: Thread) -> None:
    """Who has nothing but their own posts above their mark has read the thread: a post before them was taken away."""
    above = Post.objects.visible().filter(thread=thread, number__gt=OuterRef("last_read_number"))
    own, others = above.filter(author=OuterRef("member")), above.exclude(author=OuterRef("member"))
    marks = thread.readings.filter(Exists(own), ~Exists(others))
    people = list(marks.values_list("member_id", flat=True))
    if people:
        before = Coalesce("read_before_own", "last_read_number")
        found = thread.readings.filter(member__in=people)
        found.update(read_before_own=before, last_read_number=thread.highest_number)
        caching.touch(*(f"marks:{pk}" for pk in people))


def come_back_over_own(thread: Thread, post: Post) -> None:
    """A post is back that some had not read when their own ones above it were passed over: it is unread again."""
    marks = thread.readings.filter(read_before_own__lt=post.number)
    people = list(marks.values_list("member_id", flat=True))
    if people:
        marks.update(last_read_number=F("read_before_own"), read_before_own=None)
        caching.touch(*(f"marks:{pk}" for pk in people))


def catch_up(*, by: Member) -> None:
    """Count everything up to now as read: the floor under a member's marks."""
    by.caught_up_at = timezone.now()
    by.save(update_fields=["caught_up_at"])
    caching.touch(f"marks:{by.pk}")

from django.utils import timezone

from core import caching
from forum.models import Reading, Thread
from members.models import Member


def read_up_to(*, by: Member, thread: Thread, number: int) -> None:
    """Move a member's mark in a thread up to `number`; a mark never moves back. One or two statements."""
    moved = Reading.objects.filter(member=by, thread=thread, last_read_number__lt=number).update(
        last_read_number=number
    )
    if not moved:
        Reading.objects.bulk_create([Reading(member=by, thread=thread, last_read_number=number)], ignore_conflicts=True)
    caching.touch(f"marks:{by.pk}")


def catch_up(*, by: Member) -> None:
    """Count everything up to now as read: the floor under a member's marks."""
    by.caught_up_at = timezone.now()
    by.save(update_fields=["caught_up_at"])
    caching.touch(f"marks:{by.pk}")

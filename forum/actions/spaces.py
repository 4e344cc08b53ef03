from django.db import transaction

from core import caching, live
from forum import notices
from forum.actions import discussing
from forum.actions.writing import lock_threads
from forum.models import Space, SpaceMembership, Thread
from members.models import Member
from notifications import inbox

AT_ONCE = 1000  # members in one hint


def let_its_maker_in(space: Space, *, by: Member) -> bool:
    """A private group was made: `by` is one of its people. Whether that was done; not for a space of other readers."""
    if space.visibility != Space.Visibility.GROUP:
        return False
    SpaceMembership.objects.get_or_create(space=space, member=by)
    return True


def changed(space: Space) -> None:
    """A space was edited: kept pages are made anew, and its readers' open tabs are asked again what they may see.
    Search finds there whom its readers see mentioned.

    Threads about what fewer people see than read it now go elsewhere. Who is no longer in a private group hears no
    more of it.
    """
    with transaction.atomic():
        discussing.bring_along(Thread.objects.in_space(space))
        threads = list(space.threads.only("pk"))
        caching.touch("forum", *(f"thread:{thread.pk}" for thread in threads))
        readers = list(Member.objects.filter(readings__thread__space=space).distinct().values_list("pk", flat=True))
        for start in range(0, len(readers), AT_ONCE):
            live.access_changed(*readers[start : start + AT_ONCE])
        notices.reindex_space(space)
        if space.visibility == Space.Visibility.GROUP:
            lock_threads(space.threads)  # who writes there in this moment tells of it first
            _take_back(space)


def gone() -> None:
    """A space was deleted; it had no threads. Lists are made anew without it."""
    caching.touch("forum")


def _take_back(space: Space) -> None:
    """Unread notices of a private group that stand with people outside it."""
    outside = Member.objects.exclude(space_memberships__space=space)
    told = notices.told_of_space(space).filter(recipient__in=outside.values("pk"))
    inbox.hold_inboxes(Member.objects.filter(pk__in=told.values("recipient")))
    for key in sorted(set(told.values_list("group_key", flat=True))):
        inbox.withdraw(key, members=outside)

""" "This changed" hints of the forum, and who may listen to what."""

from django.db import transaction

from core import live
from forum import querysets
from forum.models import Space, Thread
from forum.permissions import can_view_space, can_view_thread


def thread_changed(thread: Thread) -> None:
    """On commit: tell the tabs that show this thread, its space, or the whole forum's lists."""
    number, event_no, space = thread.pk, thread.change_no, thread.space_id
    highest = thread.highest_visible_number

    def tell():
        live.announce({"topic": f"thread.{number}", "event_no": event_no, "highest": highest})
        if highest == 1 and event_no == 1:
            live.announce({"topic": f"space.{space}", "event_no": number, "thread": number})

    transaction.on_commit(tell, robust=True)


def _may_listen_thread(member, pk: int) -> bool:
    thread = Thread.objects.select_related("space").filter(pk=pk).first()
    return thread is not None and can_view_thread(member, thread)


def _may_listen_space(member, pk: int) -> bool:
    space = Space.objects.filter(pk=pk).first()
    return space is not None and can_view_space(member, space)


def _thread_event(pk: int) -> int:
    return Thread.objects.values_list("change_no", flat=True).get(pk=pk)


def _space_event(pk: int) -> int:
    """The newest thread of a space: numbers only rise."""
    return Thread.objects.newest_number_in(pk)


def _space_events(member, pks: set[int]) -> dict[int, int]:
    """The same for many at once, of those `member` may see: every open list asks for all its spaces."""
    spaces = Space.objects.visible_to(member).filter(pk__in=pks).with_newest_number()
    return {pk: newest or 0 for pk, newest in spaces.values_list("pk", "newest")}


live.topic_kind("thread", may_listen=_may_listen_thread, event_no=_thread_event, many=querysets.events_for)
live.topic_kind("space", may_listen=_may_listen_space, event_no=_space_event, many=_space_events)

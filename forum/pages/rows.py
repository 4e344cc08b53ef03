"""Rows of a list of threads: the shared row, and the reader's own marks on it."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, NamedTuple, cast

from django.template import Context
from django.template.loader import get_template
from django.utils import timezone
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from core.clock import DAY, when, working_hours
from forum import querysets
from forum.bylines import byline
from forum.models import Thread
from forum.pages.shared import PUBLIC, VERSION, audience_of, fill, kept, versions

FACES = 3


class Facts(NamedTuple):
    """What a reader's own marks on a row need to know of its thread; both are shared by all readers.

    Of one reader, `my_number` is the number the reader has read up to, None when they never opened it; and `new`
    how many posts of others stand above that, MOST_COUNTED at most.
    """

    pk: int
    change_no: int
    created_at: dt.datetime
    last_activity_at: dt.datetime
    highest_visible_number: int
    answer_count: int
    unanswered: bool
    author_id: int | None
    target_hours: int
    my_number: int | None = None
    new: int = 0


def facts_of(thread: Thread) -> Facts:
    """The facts of a thread; one that is `slim()` will do."""
    return Facts(
        thread.pk, thread.change_no, thread.created_at, thread.last_activity_at, thread.highest_visible_number,
        thread.answer_count, thread.is_unanswered(), thread.author_id, thread.space.target_hours,
    )  # fmt: skip


def rows_of(threads: Sequence[Facts], reader, *, now: dt.datetime | None = None) -> list[SafeString]:
    """The rows of `threads` as `reader` sees them: one read of the cache, and three queries for what it lacks.

    One query more for the marks of somebody signed in.
    """
    now = now or timezone.now()
    shared = shared_rows(threads, audience_of(reader))
    if reader.is_authenticated:
        read = querysets.numbers_read_by(reader, [thread.pk for thread in threads])
        never = (None, 0)
        marked = ((thread, *read.get(thread.pk, never)) for thread in threads)
        threads = [thread._replace(my_number=number, new=new) for thread, number, new in marked]
    return [fill(shared[thread.pk], _marks(thread, reader, now)) for thread in threads]


def joined(rows: Sequence[SafeString]) -> SafeString:
    return mark_safe("".join(rows))


def shared_rows(threads: Sequence[Facts], audience: str) -> dict[int, str]:
    """The shared part of each row, from the cache or made now."""
    if not threads:
        return {}
    face = "public" if audience == PUBLIC else "members"
    version = f"{VERSION}:{':'.join(versions('members'))}:{face}"
    keys = {thread.pk: f"row:{thread.pk}:{thread.change_no}:{version}" for thread in threads}
    return kept(keys, lambda missing: _make(missing, face))


def _make(numbers: list[int], face: str) -> dict[int, str]:
    threads = Thread.objects.filter(pk__in=numbers).for_list()
    topics = querysets.topics_on(numbers)
    members = querysets.faces(pk for thread in threads for pk in thread.voices[:FACES])
    template = cast(Any, get_template("forum/_thread_row.html")).template
    return {thread.pk: _render(template, thread, topics[thread.pk], members, face) for thread in threads}


def _render(template, thread: Thread, topics, members, face: str) -> str:
    line = byline(thread, face)
    row = {
        "thread": thread,
        "live": face != PUBLIC,
        "url": f"/forum/{thread.pk}/{thread.slug}/",
        "state": _state(thread),
        "line": line,
        # a sector is shown exactly where the organisation is
        "where": thread.organisation_then.name if line.sector_name else "",
        "topics": [{"name": topic.name, "url": f"/forum/topics/{topic.slug}/"} for topic in topics],
        "faces": [_face(members.get(pk), face) for pk in thread.voices[:FACES]],
        "more": max(thread.voice_count - FACES, 0),
        "last": _last(thread, face),
    }
    return template.render(Context(row))


def _state(thread: Thread) -> dict:
    """The box at the left; a question without an answer gets its box when it is read, by the clock."""
    if thread.is_removed():
        return {"kind": "notice", "number": None, "words": "Removed", "icon": "eye-off"}
    if thread.pinned and not thread.is_unanswered():  # the wait is told whatever is pinned
        return {"kind": "notice", "number": None, "words": "Notice", "icon": "megaphone"}
    if thread.is_answered():
        return {"kind": "answered", "number": thread.answer_count, "words": "Answered", "icon": "tick"}
    if thread.is_unanswered():
        return {"by_the_clock": True}
    if thread.locked and not thread.answer_count:
        return {"kind": "notice", "number": None, "words": "Locked", "icon": "lock"}
    return {"kind": "replies", "number": thread.answer_count, "words": thread.reply_word()}


def _face(member, face: str) -> dict:
    if member is None or (face == PUBLIC and member.show_name != "everyone"):
        return {"hidden": True, "initials": "?", "colour": "core"}
    where = member.show_organisation == "everyone" or (member.show_organisation == "members" and face != PUBLIC)
    return {"hidden": False, "initials": member.initials, "colour": member.sector_colour if where else "core"}


def _last(thread: Thread, face: str) -> str:
    """Who wrote last; "asked" or "started" while nobody replied."""
    if thread.highest_visible_number <= 1:
        return "asked" if thread.is_question() else "started"
    author = thread.last_author
    if author is None or (face == PUBLIC and author.show_name != "everyone"):
        return "A member"
    return author.display_name


def _marks(thread: Facts, reader, now: dt.datetime) -> dict:
    """What holds for this reader and at this moment."""
    marks: dict[str, object] = {"when": escape(when(thread.last_activity_at, now=now))}
    if thread.unanswered:
        marks |= _waiting(thread, now)
    if not reader.is_authenticated:
        return marks
    if thread.author_id == reader.pk:
        marks["own"] = True
    if is_unread(thread, reader):
        marks["unread"] = True
        marks["new"] = f"{querysets.bounded(thread.new)} new" if thread.my_number and thread.new else "New"
    return marks


def _waiting(thread: Facts, now: dt.datetime) -> dict[str, str]:
    """The box of a waiting question: how long it waits, amber, and red past its space's own target."""
    hours = working_hours(thread.created_at, now)
    days = int(hours // DAY)
    late = hours > thread.target_hours
    count, unit = (days, "working day") if days else (int(hours), "hour")
    if not count:  # nobody has been at work since: "less than an hour" would sound wrong on a Sunday
        asked, today = timezone.localtime(thread.created_at), timezone.localtime(now)
        number, unit = ("Just", "asked") if asked.date() == today.date() else ("Asked", f"{asked:%A}")
        return {"box": "late" if late else "waiting", "number": number, "unit": unit}
    unit = f"{unit} waiting" if count == 1 else f"{unit}s waiting"
    return {"box": "late" if late else "waiting", "number": str(count), "unit": unit}


def is_unread(thread: Facts, reader) -> bool:
    """Posts above the reader's mark, since the reader's floor. Twin of `unread_by()`; needs `my_number`."""
    return thread.highest_visible_number > (thread.my_number or 0) and thread.last_activity_at > reader.caught_up_at

"""The lists of threads: which there are, their tabs and side lists, one page of rows."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import urlencode

from django.utils import timezone

from core.models import Topic
from core.pagination import decode, keyset
from forum import querysets
from forum.models import Space, Thread
from forum.pages.rows import Facts, facts_of, joined, rows_of
from forum.pages.shared import VERSION, parts, versions

SIZE = 20


@dataclass(frozen=True)
class List:
    """One way to look at the forum: its name, which threads it holds, and what it says when it holds none."""

    name: str
    title: str
    path: str
    threads: Callable
    empty: tuple[str, str, str, str]  # title, text, link, link's words
    by: str = "last_activity_at"
    members_only: bool = False
    all_questions: bool = False  # there is no other kind in it
    either_order: bool = False  # the oldest first, too


ASK = ("/forum/ask/", "Ask a question")
LISTS = {
    one.name: one
    for one in [
        List(
            "latest", "Latest", "/forum/", lambda threads, reader: threads,
            ("Nothing here yet", "Be the first: ask a question, or tell others what worked for you.", *ASK),
        ),
        List(
            "unanswered", "Unanswered", "/forum/unanswered/", lambda threads, reader: threads.unanswered(),
            ("Nothing is waiting for an answer", "Every question here has had at least one answer.",
             "/forum/", "See what is new"),
            by="created_at", all_questions=True, either_order=True,
        ),
        List(
            "answered", "Answered", "/forum/answered/", lambda threads, reader: threads.answered(),
            ("No question is answered yet", "A question counts as answered when its asker accepts an answer.",
             "/forum/unanswered/", "See what is waiting"),
            all_questions=True,
        ),
        List(
            "following", "Following", "/forum/following/", lambda threads, reader: threads.followed_by(reader),
            ("You follow nothing here yet",
             "Follow a question, a space or a topic, and what is new in it comes to you and is listed here.",
             "/forum/topics/", "Find a topic to follow"),
            members_only=True,
        ),
        List(
            "mine", "Mine", "/forum/mine/", lambda threads, reader: threads.by(reader),
            ("You have not asked anything yet", "What you ask or start is kept here, with its answers.", *ASK),
            members_only=True,
        ),
        List(
            "unread", "Unread", "/forum/unread/", lambda threads, reader: threads.unread_by(reader),
            ("You are up to date", "There is nothing you have not read.", "/forum/unanswered/",
             "See who is waiting for an answer"),
            members_only=True,
        ),
    ]
}  # fmt: skip


@dataclass
class Filters:
    """What a list is narrowed to: by its own address, or by the filter form."""

    space: Space | None = None
    topic: Topic | None = None
    kind: str = ""
    oldest_first: bool = False
    # The page is that of the space or the topic: it is in the path, not in the query.
    of: str = ""
    path: str = ""

    @property
    def kind_words(self) -> str:
        return _plural(Thread.Kind(self.kind)) if self.kind else ""

    @property
    def without_space(self) -> str:
        return self.path + self.query(space="")

    @property
    def without_topic(self) -> str:
        return self.path + self.query(topic="")

    @property
    def without_kind(self) -> str:
        return self.path + self.query(kind="")

    def query(self, **more: str) -> str:
        """The query that keeps these filters: "?space=housing"."""
        pairs = {
            "space": self.space.slug if self.space and self.of != "space" else "",
            "topic": self.topic.slug if self.topic and self.of != "topic" else "",
            "kind": self.kind,
            "order": "oldest" if self.oldest_first else "",
        } | more
        kept = {name: value for name, value in pairs.items() if value}
        return f"?{urlencode(kept)}" if kept else ""

    def narrow(self, threads):
        if self.space:
            threads = threads.in_space(self.space)
        if self.topic:
            threads = threads.about(self.topic)
        if self.kind:
            threads = threads.of_kind(self.kind)
        return threads


class Option(NamedTuple):
    """A line of a side list or of a picker."""

    title: str
    url: str
    count: str = ""  # type: ignore[assignment]  # a tuple's own, which nobody asks for here
    current: bool = False


@dataclass
class ListPage:
    """One page of a list, ready for `forum/thread_list.html`."""

    list: List
    filters: Filters
    path: str
    rows: object
    newer_url: str
    older_url: str
    range: str

    @property
    def before(self) -> tuple[str, str]:
        """The address of the page before this one, and what is on it."""
        return (self.older_url, "Older") if self.filters.oldest_first else (self.newer_url, "Newer")

    @property
    def after(self) -> tuple[str, str]:
        """The same of the page after it."""
        return (self.newer_url, "Newer") if self.filters.oldest_first else (self.older_url, "Older")


@dataclass
class Found:
    """The threads on one page of a list, notices first, and its neighbours' cursors."""

    threads: list[Facts]
    newer: str | None
    older: str | None
    range: str


def list_page(reader, name: str, *, path: str, filters: Filters, cursor: str = "") -> ListPage:
    """A page of list `name` for a reader, and where its neighbours are.

    Which threads stand on a page of a list that is the same for everyone who reads the same spaces is
    kept until any thread changes. Two queries warm, with the reader's groups and marks.
    """
    chosen = LISTS[name]
    # a cursor that makes no sense asks for the first page, and is kept as that
    cursor = cursor if cursor[:2] in {"o-", "n-"} and decode(cursor[2:]) else ""
    if chosen.members_only:
        found = _find(reader, chosen, filters, cursor)
    else:
        key = _key(reader, name, filters, cursor)
        found = parts({key: lambda: _find(reader, chosen, filters, cursor)}, keep=600)[0]
    return ListPage(
        list=chosen,
        filters=filters,
        path=path,
        rows=joined(rows_of(found.threads, reader)),
        newer_url=path + filters.query(page=found.newer) if found.newer else "",
        older_url=path + filters.query(page=found.older) if found.older else "",
        range=found.range,
    )


def _key(reader, name: str, filters: Filters, cursor: str) -> str:
    """What a page of a list depends on: which spaces the reader reads, the filters, and that no thread changed."""
    groups = ",".join(map(str, querysets.groups_of(reader)))
    order = "oldest" if filters.oldest_first else ""
    narrowed = (filters.space and filters.space.pk, filters.topic and filters.topic.pk, filters.kind, order)
    return ":".join(map(str, ("list", VERSION, *versions("forum"), groups, name, *narrowed, cursor)))


def _find(reader, chosen: List, filters: Filters, cursor: str) -> Found:
    threads = filters.narrow(chosen.threads(Thread.objects.visible_to(reader).listed(), reader))
    pinned = ()
    if chosen.name == "latest" and not filters.topic and not filters.kind:
        pinned, threads = threads.pinned_first().slim() if not cursor else (), threads.not_pinned()
    page = keyset(threads.slim(), by=chosen.by, cursor=cursor, size=SIZE, oldest_first=filters.oldest_first)
    facts = [facts_of(thread) for thread in (*pinned, *page.rows)]
    return Found(facts, page.newer, page.older, _range(page.rows, chosen.by))


def counted(reader) -> dict:
    """What is counted around a list for a reader, kept until a thread, a member or the reader's own marks change."""
    if not reader.is_authenticated:
        return {"spaces": list(Space.objects.visible_to(reader)), "counts": {}, "topics": [], "newest": 0}
    key = ":".join(("around", str(reader.pk), str(VERSION), *versions("forum", "members", f"marks:{reader.pk}")))
    return parts({key: lambda: _count(reader)}, keep=600)[0]


def _count(reader) -> dict:
    """Three queries, the dear ones of a list."""
    counts = querysets.counts_for(reader)
    return {
        "newest": counts["newest"],
        "spaces": list(Space.objects.visible_to(reader).with_unread_for(reader)),
        "counts": counts,
        "topics": list(querysets.topics_of(reader)),
    }


def around(reader, page: ListPage, counted: dict) -> dict:
    """The context of a list's template: the page, its tabs and side lists. `counted`: of before the page was read."""
    filters = page.filters
    spaces, space_words = spaces_side(counted["spaces"], filters)
    has_filters = bool(filters.kind or (not filters.of and (filters.space or filters.topic)))
    listed = bool(page.rows) or has_filters  # in an empty list there is nothing to narrow, sort or tick off
    return {
        "page": page,
        "filters": filters,
        "here": filters.space if filters.of == "space" else filters.topic,
        "tabs": tabs(reader, page.list.name, filters, counted["counts"]),
        "spaces": spaces,
        "space_words": space_words,
        "topics": topics_side(counted["topics"]),
        "something_new": listed and reader.is_authenticated and bool(spaces[0].count),
        "kinds": kinds(page) if listed and not page.list.all_questions else None,
        "orders": orders(page) if listed and page.list.either_order else None,
        "has_filters": has_filters,
    }


def kinds(page: ListPage) -> dict:
    """The picker of a kind of thread."""
    filters = page.filters
    options = [Option("Any kind", page.path + filters.query(kind=""), current=not filters.kind)]
    for kind in Thread.Kind:
        url = page.path + filters.query(kind=kind.value)
        options.append(Option(_plural(kind), url, current=kind == filters.kind))
    return {"words": next(option.title for option in options if option.current), "options": tuple(options)}


def orders(page: ListPage) -> dict:
    """The picker of newest or oldest first."""
    filters = page.filters
    options = (
        Option("Newest first", page.path + filters.query(order=""), current=not filters.oldest_first),
        Option("Oldest first", page.path + filters.query(order="oldest"), current=filters.oldest_first),
    )
    return {"words": next(option.title for option in options if option.current), "options": options}


def _plural(kind: Thread.Kind) -> str:
    return "Successes" if kind == Thread.Kind.SUCCESS else f"{kind.label}s"


def by_letter(topics) -> list[tuple[str, list[dict]]]:
    """Topics under their first letters: [("A", [{name, url, count}]), …]."""
    letters: dict[str, list[dict]] = {}
    for topic in topics:
        letters.setdefault(topic.name[:1].upper(), []).append(
            {"name": topic.name, "url": f"/forum/topics/{topic.slug}/", "count": querysets.bounded(topic.total)}
        )
    return list(letters.items())


def one_row(thread_no: int, reader):
    """The row of one thread, or None when the reader may not see it."""
    thread = Thread.objects.visible_to(reader).slim().filter(pk=thread_no).first()
    return rows_of([facts_of(thread)], reader)[0] if thread else None


def _range(rows, by: str) -> str:
    """The dates a page spans: "11 to 18 November"."""
    if not rows:
        return ""
    first, last = sorted(timezone.localtime(getattr(row, by)) for row in (rows[0], rows[-1]))
    end = f"{last.day} {last:%B %Y}" if last.year != timezone.localtime().year else f"{last.day} {last:%B}"
    if first.date() == last.date():
        return end
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day} to {end}"
    start = f"{first.day} {first:%B}" if first.year == last.year else f"{first.day} {first:%B %Y}"
    return f"{start} to {end}"


def tabs(reader, current: str, filters: Filters, counts: dict[str, int]) -> list[dict]:
    """The tabs over a list; for members with what is new in them."""
    kept = filters.query(order="") if filters.of == "" else ""
    made = []
    for name in ("latest", "unanswered", "answered", "following", "mine", "unread"):
        one = LISTS[name]
        if one.members_only and not reader.is_authenticated:
            continue
        count = counts.get(name, 0)
        quiet = name == "unanswered"
        made.append({
            "title": one.title, "url": one.path + kept, "current": name == current and not filters.of,
            "count": querysets.bounded(count) if count else "", "quiet": quiet, "words": "waiting" if quiet else "new",
        })  # fmt: skip
    return made


def spaces_side(spaces: list[Space], filters: Filters) -> tuple[tuple[Option, ...], str]:
    """The side list of spaces, and the words of the phone's picker."""
    here = filters.space.pk if filters.space else None
    items = []
    total = 0
    for space in spaces:
        count = getattr(space, "unread", 0)
        total += count
        url = f"/forum/spaces/{space.slug}/"
        items.append(Option(space.name, url, querysets.bounded(count) if count else "", space.pk == here))
    everywhere = here is None and filters.of == ""
    items.insert(0, Option("All spaces", "/forum/", querysets.bounded(total) if total else "", everywhere))
    return tuple(items), next((item.title for item in items if item.current), "All spaces")


def topics_side(topics: list) -> dict:
    """The topics a member follows, and what they could help with."""
    followed = [
        Option(topic.name, f"/forum/topics/{topic.slug}/", querysets.bounded(topic.total))
        for topic in topics
        if topic.followed
    ]
    helpful = sorted((topic for topic in topics if topic.known and topic.waiting), key=lambda one: -one.waiting)
    return {
        "followed": (*followed, Option("All topics", "/forum/topics/")),
        "help": [
            {"name": topic.name, "count": topic.waiting, "words": querysets.bounded(topic.waiting),
             "url": f"/forum/unanswered/?topic={topic.slug}"}
            for topic in helpful[:3]
        ],
    }  # fmt: skip

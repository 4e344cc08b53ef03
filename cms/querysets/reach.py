"""How far the horizon reaches and what it is used for: who follows, what was done, what was said. Nobody is watched."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q

from members.pages import pages_visible_to


@dataclass(frozen=True)
class Reach:
    """A development, or a briefing about one: `followers` hear of it; `tasks`: (title, organisations that did it).

    A count of organisations under 5 is None: it is never told.
    """

    record: Any
    kind: str
    followers: int
    tasks: tuple[tuple[str, int | None], ...]
    threads: int
    replies: int


def of_horizon(viewer) -> list[Reach]:
    """Of every development that is shown and every briefing `viewer` may see, the most followed first.

    A dozen queries, however many there are.
    """
    from horizon.models import BriefingPage, Development

    developments = list(Development.objects.filter(shown=True).prefetch_related("topic_links"))
    briefings = list(
        pages_visible_to(BriefingPage.objects.all(), viewer)
        .select_related("development")
        .prefetch_related("topic_links", "tasks", "development__topic_links")
    )
    follows = _follows()
    said = _threads(viewer, developments, briefings)
    rows = [_of_development(one, follows, said) for one in developments] + _of_briefings(briefings, follows, said)
    return sorted(rows, key=lambda row: (-row.followers, row.record.title))


def _of_development(one, follows: dict, said: dict) -> Reach:
    threads, replies = _sum(said[("development", one.pk)])
    return Reach(one, "Development", len(_hear(follows, one)), (), threads, replies)


def _of_briefings(briefings: list, follows: dict, said: dict) -> list[Reach]:
    from horizon.querysets import counts

    done = counts.done_by_sector([page.pk for page in briefings])
    rows = []
    for page in briefings:
        tasks = tuple((task.title, _told(done.get((page.pk, task.key), {}))) for task in page.tasks.all())
        threads, replies = _sum(said[("page", page.pk)])
        followers = _hear(follows, page.development) | _by_topic(follows, page)
        rows.append(Reach(page, "Briefing", len(followers), tasks, threads, replies))
    return rows


def _told(by_sector: dict) -> int | None:
    from horizon.querysets import counts

    if not sum(by_sector.values()):
        return 0
    return counts.safe(by_sector).total or None


def _follows() -> dict[tuple[str, Any], set[int]]:
    """What is followed → the members who take part and follow it: ("topic", 3), ("category", "law") …"""
    from horizon.models import Follow
    from members.models import Member

    found: dict[tuple[str, Any], set[int]] = defaultdict(set)
    rows = Follow.objects.filter(member__in=Member.objects.taking_part().values("pk"))
    for member, topic, category, development in rows.values_list("member", "topic", "category", "development"):
        what = ("topic", topic) if topic else ("development", development) if development else ("category", category)
        found[what].add(member)
    return found


def _hear(follows: dict, development) -> set[int]:
    own = follows[("development", development.pk)] | follows[("category", development.category)]
    return own | _by_topic(follows, development)


def _by_topic(follows: dict, record) -> set[int]:
    return set().union(*(follows[("topic", link.tag_id)] for link in record.topic_links.all()))


def _sum(threads: dict[int, int]) -> tuple[int, int]:
    return len(threads), sum(threads.values())


def _threads(viewer, developments: list, briefings: list) -> dict[tuple[str, int], dict[int, int]]:
    """("page", number) → {thread: its replies}, of threads about it or joined to it that `viewer` may read."""
    from forum.about import content_type
    from forum.models import PageThread, Thread

    readable = Thread.objects.visible_to(viewer).filter(removed_at=None)
    replies = Count("posts", filter=Q(posts__removed_at=None, posts__number__gt=1))
    found: dict[tuple[str, int], dict[int, int]] = defaultdict(dict)
    for kind, records in (("development", developments), ("page", briefings)):
        about = readable.filter(about_type=content_type(kind), about_id__in=[one.pk for one in records])
        for thread, pk, many in about.annotate(many=replies).values_list("pk", "about_id", "many"):
            found[(kind, pk)][thread] = many
    joined = PageThread.objects.filter(page__in=[page.pk for page in briefings], thread__in=readable.values("pk"))
    counted = readable.filter(pk__in=joined.values("thread")).annotate(many=replies).values_list("pk", "many")
    many_of = dict(counted)
    for page, thread in joined.values_list(F("page"), F("thread")):
        found[("page", page)][thread] = many_of[thread]
    return found

"""Who follows what on the Horizon, and so who hears of it."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Exists, OuterRef, Q, Value, When
from django.utils import timezone

from core.prepared import Prepared
from horizon.querysets.lists import kept
from horizon.words import sure, told
from members.pages import members_who_see, pages_visible_to
from reference.glossary import titled


@dataclass(frozen=True)
class Following:
    """How a viewer stands to one thing that can be followed: what `horizon/_follow.html` shows. True if they follow it.

    `what` is "development", "topic" or "category", `value` what names it in an address, `through` the other
    things they follow by which they hear of it already, `may` whether they take part.
    """

    what: str
    value: str
    title: str
    on: bool
    signed_in: bool
    may: bool
    through: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self.on


def following(member, development) -> Following:
    """How `member` (or an anonymous user) stands to a development. One query, none for who is not signed in."""
    own = _own(member.pk, development.pk, development.category) if member.is_authenticated else []
    on = any(one.development_id for one in own)
    through = tuple(one.title for one in own if not one.development_id)
    return _state("development", development.slug, development.title, member, on=on, through=through)


def _own_leading_to(member: int, development: int, category: str):
    from horizon.models import Development, Follow

    touching = _touching(Development(pk=development, category=category))
    return Follow.objects.filter(touching, member=member).select_related("topic", "development").order_by("pk")


_own = Prepared(_own_leading_to)


def following_topic(member, topic) -> Following:
    """How `member` stands to a topic. At most one query."""
    on = member.is_authenticated and member.horizon_follows.filter(topic=topic).exists()
    return _state("topic", topic.slug, titled(topic.name), member, on=on)


def following_category(member, category) -> Following:
    """How `member` stands to a category (a value of Category). At most one query."""
    from horizon.models import Category

    on = member.is_authenticated and member.horizon_follows.filter(category=category).exists()
    return _state("category", str(category), Category(category).label, member, on=on)


def standing(member, *, development=None, topic=None, category="") -> Following:
    """How `member` stands to the one thing that is given."""
    if development is not None:
        return following(member, development)
    return following_topic(member, topic) if topic is not None else following_category(member, category)


def _state(what: str, value: str, title: str, member, *, on: bool, through: tuple[str, ...] = ()) -> Following:
    signed_in = member.is_authenticated
    return Following(what, value, title, on, signed_in, signed_in and member.is_taking_part(), through)


def _touching(development) -> Q:
    """The follows that lead to a development: its own, its category's, its topics'."""
    from horizon.models import DevelopmentTopic

    topics = DevelopmentTopic.objects.filter(content_object=development.pk).values("tag")
    return Q(development=development.pk) | Q(category=development.category) | Q(topic__in=topics)


def _touching_page(page) -> Q:
    """The follows that lead to a briefing: those of its development, and of the topics it is about."""
    from core.models import PageTopic

    topics = PageTopic.objects.filter(content_object=page.pk).values("tag")
    return _touching(page.development) | Q(topic__in=topics)


def _followers(touching: Q):
    from horizon.models import Follow
    from members.models import Member

    return Member.objects.taking_part().filter(Exists(Follow.objects.filter(touching, member=OuterRef("pk"))))


def followers_of(development):
    """The members who hear of a development, each once: by itself, its category or a topic, as far as they see it."""
    people = _followers(_touching(development))
    return people if development.shown else people.core_team()


def followers_of_briefing(page):
    """The members who hear of a briefing, each once: as above or by its own topics, as far as they see the page."""
    return members_who_see(page, _followers(_touching_page(page)))


def why_they_hear(development):
    """An expression over Member: the code of the follow by which they hear, what they chose most narrowly first."""
    from horizon.models import Follow

    theirs = Follow.objects.filter(member=OuterRef("pk"))
    return Case(
        When(Exists(theirs.filter(development=development.pk)), then=Value("development")),
        When(Exists(theirs.filter(category=development.category)), then=Value("category")),
        default=Value("topic"),
    )


def follows_leading_to(member, *, development=None, page=None):
    """The follows by which `member` hears of a development or of a briefing: what a mail's stop link ends."""
    touching = _touching_page(page) if page is not None else _touching(development)
    return member.horizon_follows.filter(touching).select_related("topic", "development").order_by("pk")


def follows_of(member):
    """What `member` follows, of what they may still see: developments, then categories, then topics. One query."""
    from horizon.models import Development

    seen = Q(development=None) | Q(development__in=Development.objects.visible_to(member).values("pk"))
    rows = member.horizon_follows.filter(seen).select_related("topic", "development")
    return rows.order_by("development__title", "category", "topic__name")


def count_followers(development) -> int:
    """How many members hear of it: by itself, its category or a topic, as the core team's report counts them.

    No query when kept, until somebody follows or stops, or a member or the development changes.
    """
    key = f"followers:{development.pk}"
    return kept(key, lambda: followers_of(development).count())


def topics_to_follow(viewer):
    """The topics of what `viewer` may see on the Horizon, and those they follow, by name: no other is owned up to."""
    from core.models import PageTopic, Topic
    from horizon.models import BriefingPage, Development, DevelopmentTopic

    developments = Development.objects.visible_to(viewer).values("pk")
    pages = pages_visible_to(BriefingPage.objects.all(), viewer).values("pk")
    of_developments = DevelopmentTopic.objects.filter(content_object__in=developments).values("tag")
    of_pages = PageTopic.objects.filter(content_object__in=pages).values("tag")
    known = Q(pk__in=of_developments) | Q(pk__in=of_pages)
    if viewer.is_authenticated:
        known |= Q(pk__in=viewer.horizon_follows.filter(topic__isnull=False).values("topic"))
    return Topic.objects.filter(known).order_by("name")


@dataclass(frozen=True)
class Followed:
    """A development a member follows, and its next step in words: “14 March 2027, expected”."""

    development: Any
    when: str


def all_for(member, *, today: dt.date | None = None) -> dict:
    """What a member follows (an anonymous user nothing), and what else there is.

    `developments`, `categories` and `topics`: categories and topics are `Following`s, all of them; developments only
    those followed. Four queries.
    """
    from horizon.models import Category

    signed_in = member.is_authenticated
    own = list(follows_of(member).prefetch_related("development__milestones")) if signed_in else []
    today = today or timezone.localdate()
    on = {one.category for one in own if one.category} | {one.topic_id for one in own if one.topic_id}
    categories = [_state("category", one.value, one.label, member, on=one.value in on) for one in Category]
    topics = topics_to_follow(member)
    return {
        "developments": [Followed(one.development, _next(one.development, today)) for one in own if one.development_id],
        "categories": categories,
        "topics": [_state("topic", topic.slug, titled(topic.name), member, on=topic.pk in on) for topic in topics],
    }


def _next(development, today: dt.date) -> str:
    step = development.next_milestone(today)
    if step is None:
        return "No date yet" if development.awaits_a_date(today) else "Nothing to come"
    return told(step.on, sure(step.on, confirmed=step.confirmed, called_off=step.called_off, today=today))

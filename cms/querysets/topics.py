"""What there is on a topic, as far as a reader may see it: others' topics could name private things."""

import hashlib
from collections import Counter, defaultdict

from django.db.models import Count
from django.utils import timezone

from core import caching
from core.addresses import with_addresses
from core.prepared import Values
from events.querysets.lists import lines_about
from horizon.querysets.lists import rows_about, rows_for
from members.pages import known_shut, pages_visible_to
from members.permissions import takes_part
from reference.glossary import titled

VERSION = 1  # raise it when the shape of what is kept on a topic changes
THREADS_SHOWN = 5
MOST_SHOWN = 30  # of each kind on a topic's page


def page_kinds() -> dict[str, type]:
    """The kinds of page that a topic gathers, by the name they are counted under."""
    from cms.models import GuidancePage, NewsPage, StoryPage
    from events.pages.event import EventPage

    return {"guidance": GuidancePage, "stories": StoryPage, "events": EventPage, "news": NewsPage}


def topics_in_use(viewer) -> list:
    """Every topic something `viewer` may see is about, by name.

    Each with its `title`, `counts` (by `KINDS`; threads up to `forum.querysets.MOST_COUNTED`), and these
    `in_words`: “2 guides, 1 law”. Nine queries, whatever the number.
    """
    from core.models import Topic
    from forum.querysets import topics_with_totals

    counts: dict[int, dict[str, int]] = defaultdict(lambda: dict.fromkeys(KINDS, 0))
    for kind, tag, count in [*_pages(viewer), *_templates(viewer), *_gateways(viewer)]:
        counts[tag][kind] = count
    for topic in topics_with_totals(viewer):
        counts[topic.pk]["threads"] = topic.total
    for tag, count in _changes(viewer).items():
        counts[tag]["changes"] = count
    topics = sorted(Topic.objects.in_bulk(counts).values(), key=lambda topic: topic.name)
    for topic in topics:
        topic.title, topic.counts = titled(topic.name), counts[topic.pk]
        topic.in_words = ", ".join(_in_words(kind, count) for kind, count in topic.counts.items() if count)
    return topics


# What a topic gathers, with the words for one and for several, in the order they are said.
KINDS = {
    "guidance": ("guide", "guides"),
    "templates": ("template", "templates"),
    "gateways": ("law", "laws"),
    "stories": ("story", "stories"),
    "events": ("event", "events"),
    "news": ("piece of news", "pieces of news"),
    "changes": ("change", "changes"),
    "threads": ("thread", "threads"),
}


def _in_words(kind: str, count: int) -> str:
    """“2 laws”; threads are counted only so far: “99+ threads”."""
    from forum.querysets import MOST_COUNTED

    number = f"{MOST_COUNTED - 1}+" if kind == "threads" and count >= MOST_COUNTED else f"{count:,}"
    return f"{number} {KINDS[kind][count != 1]}"


def _pages(viewer):
    from django.contrib.contenttypes.models import ContentType
    from wagtail.models import Page

    from core.models import PageTopic

    kinds = page_kinds()
    types = ContentType.objects.get_for_models(*kinds.values())
    names = {types[model].pk: name for name, model in kinds.items()}
    pages = pages_visible_to(Page.objects.filter(content_type__in=names), viewer)
    rows = PageTopic.objects.filter(content_object__in=pages.values("pk")).values_list(
        "content_object__content_type", "tag"
    )
    return [(names[kind], tag, count) for kind, tag, count in rows.annotate(Count("pk")).order_by()]


def _templates(viewer):
    from cms.models import Template, TemplateTopic

    seen = Template.objects.visible_to(viewer).values("pk")
    rows = TemplateTopic.objects.filter(content_object__in=seen).values_list("tag")
    return [("templates", tag, count) for tag, count in rows.annotate(Count("pk")).order_by()]


def _gateways(viewer):
    from reference.models import Provision, ProvisionTopic

    seen = Provision.objects.visible_to(viewer).values("pk")
    rows = ProvisionTopic.objects.filter(content_object__in=seen).values_list("tag")
    return [("gateways", tag, count) for tag, count in rows.annotate(Count("pk")).order_by()]


def _changes(viewer) -> Counter[int]:
    """How many developments and their briefings are about each topic. No query when what lists show is kept."""
    rows = rows_for(viewer, today=timezone.localdate())
    return Counter(topic.pk for row in rows for topic in row.about)


def topic_for(slug: str):
    """The topic of an address with its `title` and `guide_words` (the core team's, or None); None for no such topic.

    Whether a reader may know of it, the page asks by `on_topic` and `asked_on`.
    """
    from core.models import Topic

    topic = Topic.objects.filter(slug=slug).select_related("guide").order_by().first()
    if topic is not None:
        topic.title = titled(topic.name)
        topic.guide_words = getattr(topic, "guide", None)
    return topic


def on_topic(topic, viewer) -> dict:
    """What `viewer` may see on a topic, as lists: "guidance", "templates", "gateways", "stories", "news" …

    Kept until one of them changes, for all who are kept out of the same places (`ask_once`): nobody may change them.
    """
    shut = hashlib.sha256(repr(known_shut(viewer)).encode()).hexdigest()[:24]
    key = f"topic-written:{VERSION}:{topic.pk}:{shut}"
    written = caching.made_once(("site", "pages", "templates", "law", "topics"), key, lambda: _written(topic, viewer))
    changes = rows_about(topic, viewer, today=timezone.localdate())[:MOST_SHOWN]
    return written | {
        "events": lines_about(topic, viewer)[:MOST_SHOWN],
        "coming": [row for row in changes if row.urgency != "past"],
        "changed": [row for row in changes if row.urgency == "past"],
    }


def _written(topic, viewer) -> dict:
    """The pages, templates and law on a topic that `viewer` may see. Eight queries, told apart only by `shut`."""
    from cms.models import StoryPage, Template
    from cms.querysets.guidance import guidance_for
    from reference.models import Provision

    kinds = page_kinds()
    stories = _about(kinds["stories"], topic, viewer).defer(*StoryPage.PARTS)
    news = _about(kinds["news"], topic, viewer).defer("body")
    gateways = Provision.objects.visible_to(viewer).filter(provision_topics__tag=topic)
    return {
        "guidance": guidance_for(viewer, about=topic),
        "templates": list(Template.objects.visible_to(viewer).about(topic)[:MOST_SHOWN]),
        "gateways": list(gateways.order_by("law", "provision")[:MOST_SHOWN]),
        "stories": with_addresses(stories.order_by("-first_published_at", "-pk")[:MOST_SHOWN]),
        "news": with_addresses(news.order_by("-date", "-pk")[:THREADS_SHOWN]),
    }


def _about(model, topic, viewer):
    return pages_visible_to(model.objects.filter(topic_links__tag=topic), viewer)


def asked_on(topic, viewer) -> dict:
    """What peers say on a topic: the latest threads, how many there are and wait (up to a hundred), and `my_follow`.

    `may_follow` only where a thread that `viewer` may read is about it: the forum knows no other topics. The threads
    are kept until one changes, for everyone with the viewer's groups: two queries then, else four.
    """
    from forum.bylines import audience_of
    from forum.pages.shared import parts, versions
    from forum.querysets import groups_of

    audience = audience_of(viewer)
    groups = ",".join(map(str, groups_of(viewer)))
    key = ":".join(("topic-asked", "2", str(topic.pk), *versions("forum", "members"), audience, groups))
    asked = parts({key: lambda: _asked(topic, viewer, audience)}, keep=600)[0]
    may_follow = bool(asked["threads"]) and takes_part(viewer)
    mine = _follow_of(viewer.pk, topic.pk) if may_follow else []
    return asked | {"may_follow": may_follow, "my_follow": next((follow for (follow,) in mine), "default")}


def _my_follow(member, topic):
    from forum.models import TopicFollow

    return TopicFollow.objects.filter(member=member, topic=topic).values_list("follow")


_follow_of = Values(_my_follow)


def _asked(topic, viewer, audience: str) -> dict:
    """The latest threads on a topic, in plain words, and how many there are."""
    from forum.bylines import byline
    from forum.models import Thread
    from forum.querysets import MOST_COUNTED

    about = Thread.objects.visible_to(viewer).listed().about(topic)
    latest = list(about.for_list().order_by("-last_activity_at", "-pk")[:THREADS_SHOWN])
    return {
        "threads": [
            {"url": one.get_absolute_url(), "title": one.title, "by": byline(one, audience).name,
             "space": one.space.name, "last_activity_at": one.last_activity_at, "stands": _how_it_stands(one)}
            for one in latest
        ],
        "thread_count": about.order_by()[:MOST_COUNTED].count() if latest else 0,
        "waiting_count": about.unanswered().order_by()[:MOST_COUNTED].count() if latest else 0,
    }  # fmt: skip


def _how_it_stands(thread) -> str:
    if thread.is_answered():
        return "Answered"
    return "Waiting for an answer" if thread.is_unanswered() else thread.replies_in_words()

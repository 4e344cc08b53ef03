"""What the pages of success stories read."""

from collections.abc import Mapping
from dataclasses import dataclass

from cms.bylines import member_byline
from cms.facets import Facet, Narrowed, narrow
from core.blocks.reading import reading_minutes
from forum.bylines import Byline
from members.pages import page_visible_to, pages_visible_to

PARTS = ("problem", "approach", "impact", "learning", "advice")
MOST_FIGURES = 4


def stories_for(viewer):
    """The stories `viewer` may see, newest first, with their sector. One query for the restrictions."""
    from cms.models import StoryPage

    stories = pages_visible_to(StoryPage.objects.all(), viewer).select_related("sector")
    return stories.order_by("-first_published_at", "-pk")


def story_list(viewer, query: Mapping[str, str]) -> Narrowed:
    """The stories `viewer` may see, narrowed by `?sector=` and `?topic=`, with the facets round them. Four queries.

    Each has `shown_topics`, `shown_figures` and `minutes`.
    """
    stories = list(stories_for(viewer).prefetch_related("topic_links__tag", "figures"))
    for story in stories:
        story.shown_topics = sorted((link.tag for link in story.topic_links.all()), key=lambda topic: topic.name)
        story.shown_figures = list(story.figures.all())[:MOST_FIGURES]
        story.minutes = reading_minutes(story)
    return narrow(stories, _facets(stories), query)


def _facets(stories: list) -> list[Facet]:
    sectors = sorted({story.sector for story in stories if story.sector}, key=lambda one: (one.order, one.name))
    topics = sorted({topic for story in stories for topic in story.shown_topics}, key=lambda topic: topic.name)
    return [
        Facet(
            "sector", "Sector", lambda story: [story.sector.slug] if story.sector else [],
            {sector.slug: sector.name for sector in sectors}, in_order=True,
        ),
        Facet(
            "topic", "Topic", lambda story: [topic.slug for topic in story.shown_topics],
            {topic.slug: topic.name for topic in topics},
        ),
    ]  # fmt: skip


@dataclass(frozen=True)
class Contact:
    """A member who agreed to be asked about a story, as the reader may see them."""

    byline: Byline | None
    handle: str


def contacts_of(story, viewer) -> list[Contact]:
    """Those of a story's contacts who agreed and whose page `viewer` may open, in the editor's order. Two queries."""
    from cms.models import ContactAgreement
    from members.models import Member

    wanted = [contact.member_id for contact in story.contacts.all()]
    if not wanted or not story.pk:
        return []
    agreed = ContactAgreement.objects.filter(story=story.pk, member__in=wanted).exclude(agreed_at=None)
    people = Member.objects.visible_to(viewer).taking_part().filter(pk__in=agreed.values("member")).with_organisation()
    found = people.in_bulk()
    return [Contact(member_byline(found[pk], viewer), found[pk].handle) for pk in wanted if pk in found]


def agreement_for(member, pk: int):
    """What `member` was asked, by its number, while they may read the story; None for anybody else's."""
    from cms.models import ContactAgreement

    found = ContactAgreement.objects.select_related("story", "member").filter(pk=min(pk, 2**63 - 1), member=member.pk)
    agreement = found.first()
    return agreement if agreement is not None and page_visible_to(agreement.story, member) else None

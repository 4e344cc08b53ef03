"""What the pages of success stories read."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from cms.bylines import Faces, faces_of
from cms.facets import Facet, Narrowed, narrow
from core.blocks.reading import reading_minutes
from forum.bylines import Byline
from members.models.member import Audience
from members.pages import page_visible_to, pages_visible_to
from members.permissions import takes_part

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


class Partner(NamedTuple):
    name: str
    url: str


class Figure(NamedTuple):
    number: str
    label: str
    source: str


@dataclass(frozen=True)
class Agreed:
    """A member who agreed to be asked, whoever may open their page: plain, so that it can be kept."""

    handle: str
    faces: Faces
    named_to_all: bool

    def visible_to(self, viewer) -> bool:
        """Twin of `Member.objects.visible_to`, of a member who takes part."""
        if self.named_to_all or takes_part(viewer):
            return True
        return viewer.is_authenticated and (viewer.is_core_team or viewer.pk == self.faces.pk)


def partners_of(story) -> tuple[Partner, ...]:
    """The organisations that took part, by name. One query."""
    found = sorted(story.organisations.all(), key=lambda body: body.name)
    return tuple(Partner(body.name, body.get_absolute_url()) for body in found)


def figures_of(story) -> tuple[Figure, ...]:
    """Its figures, in the editor's order. One query."""
    return tuple(Figure(one.number, one.label, one.source) for one in story.figures.all())


def agreed_for(story) -> tuple[Agreed, ...]:
    """Those of a story's contacts who agreed and take part, in the editor's order. Two queries."""
    from cms.models import ContactAgreement
    from members.models import Member

    wanted = [contact.member_id for contact in story.contacts.all()]
    if not wanted or not story.pk:
        return ()
    agreed = ContactAgreement.objects.filter(story=story.pk, member__in=wanted).exclude(agreed_at=None)
    people = Member.objects.taking_part().filter(pk__in=agreed.values("member")).with_organisation()
    found = people.in_bulk()
    return tuple(
        Agreed(found[pk].handle, faces_of(found[pk]), found[pk].show_name == Audience.EVERYONE)
        for pk in wanted
        if pk in found
    )


def contacts_of(agreed: Iterable[Agreed], viewer) -> list[Contact]:
    """Those of the agreed whose page `viewer` may open, in their order. No query."""
    return [Contact(one.faces.seen_by(viewer), one.handle) for one in agreed if one.visible_to(viewer)]


def agreement_for(member, pk: int):
    """What `member` was asked, by its number, while they may read the story; None for anybody else's."""
    from cms.models import ContactAgreement

    found = ContactAgreement.objects.select_related("story", "member").filter(pk=min(pk, 2**63 - 1), member=member.pk)
    agreement = found.first()
    return agreement if agreement is not None and page_visible_to(agreement.story, member) else None

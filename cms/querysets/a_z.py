"""Everything one can look up by name, in one alphabetical index."""

from dataclasses import dataclass, field
from typing import NamedTuple

from django.utils import timezone

from core.addresses import with_addresses
from events.querysets.lists import lines_for
from horizon.querysets.lists import rows_for
from members.pages import pages_visible_to
from members.querysets import fold


class Link(NamedTuple):
    """Where a line of the index leads."""

    title: str
    url: str


@dataclass
class Entry:
    """A line of the index: its words, what kind of thing it is, where it leads.

    `see`: the name it is found under ("ISP" → "information sharing protocol"); `parts`: the provisions of a law.
    """

    title: str
    kind: str
    url: str = ""
    see: str = ""
    parts: list[Link] = field(default_factory=list)


def entries_for(viewer) -> list[tuple[str, list[Entry]]]:
    """All entries `viewer` may see, under their first letters; what begins with a figure stands under "0–9".

    Ten queries or so, whatever the number.
    """
    found = [
        *_guidance(viewer),
        *_stories(viewer),
        *_templates(viewer),
        *_topics(viewer),
        *_laws(viewer),
        *_terms(viewer),
        *_changes(viewer),
        *_events(viewer),
    ]
    letters: dict[str, list[Entry]] = {}
    for entry in sorted(found, key=lambda entry: (fold(entry.title), entry.kind)):
        first = fold(entry.title)[:1].upper()
        letters.setdefault(first if first.isalpha() else "0–9", []).append(entry)
    return list(letters.items())


def _guidance(viewer):
    from cms.querysets.guidance import guidance_for

    return [
        Entry(item.title, item.get_level_display(), item.address)
        for item in guidance_for(viewer)
        if not item.is_superseded
    ]


def _stories(viewer):
    from cms.models import StoryPage

    stories = pages_visible_to(StoryPage.objects.all(), viewer)
    return [
        Entry(story.title, "Success story", story.address)
        for story in with_addresses(stories.only("title", "url_path"))
    ]


def _templates(viewer):
    from cms.models import Template

    return [Entry(one.title, "Template", one.get_absolute_url()) for one in Template.objects.visible_to(viewer)]


def _topics(viewer):
    from cms.querysets.topics import topics_in_use

    return [Entry(topic.title, "Topic", f"/topics/{topic.slug}/") for topic in topics_in_use(viewer)]


def _laws(viewer):
    from reference.models import Provision

    laws: dict[str, Entry] = {}
    for one in Provision.objects.visible_to(viewer).only("law", "provision", "slug").order_by("law", "provision"):
        law = laws.setdefault(one.law, Entry(one.law, "Law"))
        law.parts.append(Link(one.provision, one.get_absolute_url()))
    return laws.values()


def _terms(viewer):
    from reference.models import Term

    for term in Term.objects.visible_to(viewer).prefetch_related("other_names"):
        url = term.get_absolute_url()
        yield Entry(_capital(term.term), "Word", url)
        names = [term.short_form, *(other.name for other in term.other_names.all())]
        for name in names:
            if name and fold(name) != fold(term.term):
                yield Entry(_capital(name), "Word", url, see=term.term)


def _changes(viewer):
    """Each change on the Horizon by its own name, and each briefing by its title."""
    from horizon.models import BriefingPage

    for row in rows_for(viewer, today=timezone.localdate()):
        yield Entry(row.title, "Change", row.url)
    briefings = pages_visible_to(BriefingPage.objects.all(), viewer)
    for page in with_addresses(briefings.only("title", "url_path")):
        yield Entry(page.title, "Briefing", page.address)


def _events(viewer):
    return [Entry(line.title, line.kind_words, line.url) for line in lines_for(viewer)]


def _capital(words: str) -> str:
    """With a capital at the front; the rest, such as "NHS", stays."""
    return words[:1].upper() + words[1:]

"""What the frame of every page says: the community's names, the sections at the top, the links at the foot."""

from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.urls import NoReverseMatch, reverse

Link = tuple[str, str]  # words, address

# Sections that pages make, and those that apps make: by the page type or the url name they are found by.
SECTIONS = [
    ("Forum", "forum:thread-list"),
    ("Guidance", "cms.GuidanceIndexPage"),
    ("Horizon", "horizon.HorizonIndexPage"),
    ("Stories", "cms.StoryIndexPage"),
    ("News", "cms.NewsIndexPage"),
    ("Templates", "cms:template-list"),
    ("Law", "reference:provision-list"),
    ("Partners", "members:organisation-list"),
]
SECTION_PAGES = {where for _, where in SECTIONS if "." in where}
# The pages of words that setting up makes; addresses only.
FOOTER: list[tuple[str, list[Link]]] = [
    ("About", [("How this works", "/how-this-works/"), ("House rules", "/house-rules/"), ("Partners", "/partners/")]),
    ("Take part", [("Ask a question", "/forum/ask/"), ("Help with one", "/forum/unanswered/")]),
    ("Look it up", [("Topics", "/topics/"), ("A to Z", "/a-z/"), ("Glossary", "/glossary/")]),
    ("Help", [("Accessibility", "/accessibility/"), ("Privacy", "/privacy/"), ("Contact the core team", "/contact/")]),
]  # fmt: skip


@dataclass(frozen=True)
class Frame:
    """The words and links of the frame; what an editor left empty is as the site was set up."""

    name: str
    partnership: str
    strapline: str
    contact_email: str
    sections: list[Link] = field(default_factory=list)
    footer: list[tuple[str, list[Link]]] = field(default_factory=list)


def frame() -> Frame:
    """Read it from the settings kept in the admin: five queries at most; keep the answer (`portal.context`)."""
    from cms.models import SiteSettings

    kept = SiteSettings.objects.filter(site__is_default_site=True).first() or SiteSettings()
    sections = list(kept.navigation.values_list("title", "url")) if kept.pk else []
    footer: dict[str, list[Link]] = {}
    if kept.pk:
        for heading, title, url in kept.footer_links.values_list("heading", "title", "url"):
            footer.setdefault(heading, []).append((title, url))
    return Frame(
        name=kept.site_name or settings.SITE_NAME,
        partnership=kept.partnership or settings.PARTNERSHIP_NAME,
        strapline=kept.strapline or settings.PARTNERSHIP_STRAPLINE,
        contact_email=kept.contact_email or settings.CORE_TEAM_EMAIL,
        sections=sections or usual_sections(),
        footer=list(footer.items()) or FOOTER,
    )


def usual_sections() -> list[Link]:
    """The sections that exist: pages that are public, and addresses the apps have."""
    pages = _index_pages()
    found = []
    for title, where in SECTIONS:
        url = pages.get(where) if where in SECTION_PAGES else _address(where)
        if url:
            found.append((title, url))
    return found


def _index_pages() -> dict[str, str]:
    """The public index pages by their type, "cms.GuidanceIndexPage" → "/guidance/"."""
    from wagtail.models import Page

    from members.pages import pages_visible_to

    types = [apps.get_model(where) for where in SECTION_PAGES]
    pages: Any = pages_visible_to(Page.objects.type(*types), AnonymousUser())
    return {page.specific_class._meta.label: page.get_url() for page in pages.specific(defer=True)}


def _address(name: str) -> str | None:
    try:
        return reverse(name)
    except NoReverseMatch:
        return None

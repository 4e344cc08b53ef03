"""What the frame of every page says: the community's names, the sections at the top, the links at the foot."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.contenttypes.models import ContentType
from django.urls import NoReverseMatch, reverse

from members.permissions import takes_part

Link = tuple[str, str]  # words, address

# Sections that pages make, and those that apps make: by the page type or the url name they are found by.
SECTIONS = [
    ("Forum", "forum:thread-list"),
    ("Guidance", "cms.GuidanceIndexPage"),
    ("Horizon", "horizon.HorizonIndexPage"),
    ("Stories", "cms.StoryIndexPage"),
    ("Events", "events.EventsIndexPage"),
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
    members_only: frozenset[str] = frozenset()  # addresses of pages that only members who take part may see

    def as_seen_by(self, viewer) -> "Frame":
        """Without the links to what this viewer may not see; `viewer` may be None for nobody at all."""
        if not self.members_only or (viewer is not None and takes_part(viewer)):
            return self
        return self.without(self.members_only)

    def without(self, addresses: Iterable[str]) -> "Frame":
        """Without the links to these addresses, and without headings that nothing stands under any more."""
        gone = set(addresses)
        columns = [(heading, [link for link in links if link[1] not in gone]) for heading, links in self.footer]
        return replace(
            self,
            sections=[link for link in self.sections if link[1] not in gone],
            footer=[(heading, links) for heading, links in columns if links],
        )

    def addresses(self) -> list[str]:
        """Where its links lead on this site."""
        links = [*self.sections, *(link for _, links in self.footer for link in links)]
        return [url for _, url in links if url.startswith("/")]


def frame() -> Frame:
    """Read it from the settings kept in the admin: eight queries at most; keep the answer (`portal.context`).

    It is without links to pages that are not published, or for some groups only.
    """
    whole = _as_written()
    shut, members_only = _shut_pages(whole.addresses())
    return replace(whole.without(shut), members_only=members_only)


def links_to(page) -> bool:
    """Whether a link of the frame leads to this page, or below it: as it was written, whoever may see it."""
    root = _root_path()
    return any(_path(url, root).startswith(page.url_path) for url in _as_written().addresses() if url != "/")


def _as_written() -> Frame:
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


def _root_path() -> str:
    """The path in the tree of pages that the site's own address stands for."""
    from wagtail.models import Site

    return Site.objects.filter(is_default_site=True).values_list("root_page__url_path", flat=True).first() or "/"


def _path(url: str, root: str) -> str:
    """“/privacy/?from=top” → the path of its page in the tree."""
    inside = urlsplit(url).path.strip("/")
    return f"{root}{inside}/" if inside else root


def _shut_pages(urls: list[str]) -> tuple[set[str], frozenset[str]]:
    """Those of the addresses whose page (nearly) nobody may see, and those that only members may see."""
    from wagtail.models import Page

    from members.models import Member
    from members.pages import ask_once

    root = _root_path()
    paths = {url: _path(url, root) for url in urls}
    pages = Page.objects.filter(url_path__in=set(paths.values())).values_list("url_path", "path", "live")
    found = {url_path: (path, live) for url_path, path, live in pages}
    # somebody who takes part, and is in no group
    member = Member(pk=0, standing=Member.Standing.VOUCHED)
    kept_out = {who: ask_once(viewer).pages for who, viewer in (("anyone", AnonymousUser()), ("member", member))}

    def is_shut(url: str, who: str) -> bool:
        path, live = found.get(paths[url], ("", True))
        return not live or path.startswith(kept_out[who])

    shut = {url for url in urls if is_shut(url, "member")}
    return shut, frozenset(url for url in urls if is_shut(url, "anyone")) - shut


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

    models = [apps.get_model(where) for where in SECTION_PAGES]
    labels = {ContentType.objects.get_for_model(model).pk: model._meta.label for model in models}
    pages: Any = pages_visible_to(Page.objects.filter(content_type__in=labels), AnonymousUser())
    return {labels[page.content_type_id]: page.get_url() for page in pages}


def _address(name: str) -> str | None:
    try:
        return reverse(name)
    except NoReverseMatch:
        return None

"""Links of a draft into this site: which lead nowhere, or where not everybody may go."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

from django.contrib.auth.models import AnonymousUser
from django.urls import Resolver404, resolve
from wagtail.models import Page, Site

from cms.models import Template
from core.models import CustomDocument
from forum.models import Thread
from members.models import Member, Organisation
from members.pages import documents_visible_to, pages_visible_to
from reference.models import Provision, Term

# Url name → the rows it shows, and the field and argument that name one.
ROWS: dict[str, tuple[Any, str, str]] = {
    "forum:thread-detail": (Thread, "pk", "number"),
    "forum:thread-by-number": (Thread, "pk", "number"),
    "reference:provision": (Provision, "slug", "slug"),
    "reference:term": (Term, "slug", "slug"),
    "cms:template-detail": (Template, "slug", "slug"),
    "portal:organisation": (Organisation, "slug", "slug"),
    "portal:person": (Member, "handle", "handle"),
}
NOWHERE = "leads nowhere on this site."
DRAFT = "leads to a page that is not published."
PRIVATE = "leads to a page or file that not everybody may see."


@dataclass(frozen=True)
class Link:
    """A link as it is stored: to a page or document by its id, or to an address."""

    kind: str  # "page", "document" or "address"
    to: str
    words: str = ""

    @classmethod
    def of(cls, attributes: dict, words: str) -> "Link":
        kind = attributes.get("linktype")
        if kind in {"page", "document"}:
            return cls(kind, str(attributes.get("id") or ""), words)
        return cls("address", (attributes.get("href") or "").strip(), words)

    def number(self) -> int:
        """The id of the page or document; 0 for what is none."""
        return int(self.to) if self.to.isdecimal() and len(self.to) < 19 else 0

    def shown(self) -> str:
        return self.to if self.kind == "address" else f"{self.kind} {self.to}"


def broken(found: list[Link], *, host: str) -> Iterator[tuple[Link, str]]:
    """(link, why) of those that don't lead where everybody may go; addresses of other sites are not looked at."""
    everyone = AnonymousUser()
    pages = {one.number() for one in found if one.kind == "page"} - {0}
    documents = {one.number() for one in found if one.kind == "document"} - {0}
    there = dict(Page.objects.filter(pk__in=pages).values_list("pk", "live")) if pages else {}
    seen = (
        set(pages_visible_to(Page.objects.filter(pk__in=pages), everyone).values_list("pk", flat=True))
        if pages
        else set()
    )
    files = CustomDocument.objects.filter(pk__in=documents)
    kept = set(files.values_list("pk", flat=True)) if documents else set()
    fetched = set(documents_visible_to(files, everyone).values_list("pk", flat=True)) if documents else set()
    for link in found:
        pk = link.number()
        if link.kind == "page":
            why = _of_page(there.get(pk), pk in seen)
        elif link.kind == "document":
            why = NOWHERE if pk not in kept else "" if pk in fetched else PRIVATE
        else:
            why = _of_address(link.to, host)
        if why:
            yield link, why


def _of_page(live: bool | None, visible: bool) -> str:
    if live is None:
        return NOWHERE
    if not live:
        return DRAFT
    return "" if visible else PRIVATE


def _of_address(address: str, host: str) -> str:
    """Why an address of this site leads nowhere; "" if it leads somewhere, or to another site."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return NOWHERE
    if parts.scheme in {"mailto", "tel"} or (parts.netloc and parts.netloc != host):
        return ""
    if not parts.path:
        return "" if parts.fragment or parts.netloc else NOWHERE
    try:
        match = resolve(unquote(parts.path))
    except Resolver404:
        return NOWHERE
    if "\0" in parts.path or "%00" in parts.path:  # PostgreSQL refuses to look for it
        return NOWHERE
    if match.view_name == "wagtail_serve":
        return _of_path(match.args[0] if match.args else "")
    if match.view_name in ROWS:
        model, field, argument = ROWS[match.view_name]
        shown = model.objects.visible_to(AnonymousUser()).filter(**{field: match.kwargs.get(argument)})
        return "" if shown.exists() else NOWHERE
    return ""


def _of_path(path: str) -> str:
    site = Site.objects.filter(is_default_site=True).select_related("root_page").first()
    if site is None:
        return NOWHERE
    page = Page.objects.filter(url_path=f"{site.root_page.url_path}{path}").first()
    if page is None:
        return NOWHERE
    visible = pages_visible_to(Page.objects.filter(pk=page.pk), AnonymousUser()).exists()
    return _of_page(page.live, visible)

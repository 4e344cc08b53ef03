"""How pages and templates that cite the law are shown where it is: only to those who may see them."""

from collections.abc import Iterable

from wagtail.models import Page

from cms.models import Template
from core.addresses import with_addresses
from members.pages import pages_visible_to
from reference.citing import CitingItem, register


def pages_citing(ids: list[int], viewer) -> dict[int, CitingItem]:
    """The pages among these ids that `viewer` may see. Two or three queries."""
    pages = pages_visible_to(Page.objects.filter(pk__in=ids), viewer)
    return {page.pk: CitingItem(_kind(page), page.title, page.address) for page in with_addresses(pages)}


def _kind(page: Page) -> str:
    """“Guidance”, “Success story”: what its type is called."""
    model = page.specific_class
    return getattr(model, "called", None) or (
        model._meta.verbose_name.removesuffix(" page").capitalize() if model else "Page"
    )


def templates_citing(ids: list[int], viewer) -> dict[int, CitingItem]:
    """The templates among these ids that `viewer` may fetch a version of. Two queries."""
    templates = Template.objects.visible_to(viewer).filter(pk__in=ids)
    return {one.pk: CitingItem("Template", one.title, one.get_absolute_url()) for one in templates}


def _pages(ids: list[int]) -> Iterable[str]:
    return ["site", "pages", *(f"page:{pk}" for pk in ids)]


def _templates(ids: list[int]) -> Iterable[str]:
    return ["templates"]


register(Page, pages_citing, _pages)
register(Template, templates_citing, _templates)

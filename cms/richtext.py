"""Links in editors' words: to what not everyone may see, they lead by number and so name nothing."""

from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils.html import format_html
from wagtail.documents.rich_text import DocumentLinkHandler
from wagtail.models import Page
from wagtail.rich_text.pages import PageLinkHandler

from core.models import CustomDocument
from members.pages import documents_visible_to, pages_visible_to

EVERYONE = AnonymousUser()


def _is_number(text: str) -> bool:
    """Whether it is an id that a database can hold: an editor's HTML may say anything."""
    return text.isascii() and text.isdecimal() and len(text) < 19


def _linked(kind: str, attrs_list: list[dict], found: dict) -> list[str]:
    """The opening tag of each link: the address of what is in `found`, by id, else the one that asks who follows it."""
    tags: list[str] = []
    for attrs in attrs_list:
        pk = str(attrs.get("id", ""))
        if pk in found:
            tags.append(format_html('<a href="{}">', found[pk]))
        elif _is_number(pk):
            tags.append(format_html('<a href="{}">', reverse("cms:linked", args=[kind, int(pk)])))
        else:
            tags.append("<a>")
    return tags


def _numbers(attrs_list: list[dict]) -> list[str]:
    return [pk for attrs in attrs_list if _is_number(pk := str(attrs.get("id", "")))]


class PageLinks(PageLinkHandler):
    """As Wagtail's; the address of a page that is private or a draft is not said."""

    @classmethod
    def expand_db_attributes_many(cls, attrs_list: list[dict]) -> list[str]:
        pages = pages_visible_to(Page.objects.filter(pk__in=_numbers(attrs_list)), EVERYONE)
        return _linked("page", attrs_list, {str(page.pk): page.url or "/" for page in pages})


class DocumentLinks(DocumentLinkHandler):
    """As Wagtail's; the name of a file in a private collection is not said."""

    @classmethod
    def expand_db_attributes_many(cls, attrs_list: list[dict]) -> list[str]:
        files = documents_visible_to(CustomDocument.objects.filter(pk__in=_numbers(attrs_list)), EVERYONE)
        return _linked("document", attrs_list, {str(file.pk): file.url for file in files})

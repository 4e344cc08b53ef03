"""Make the pages a site starts with."""

import tomllib
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import transaction
from wagtail.models import Page, Site

from cms.pages.home import HomePage
from cms.pages.standard import StandardPage

WORDS = Path(__file__).parents[1] / "first_pages.toml"


@transaction.atomic
def make_first_pages(*, home: dict[str, str] | None = None, host: str = "localhost", port: int = 80) -> HomePage:
    """Make the home page and the pages of words that are not there yet, and point the site at them.

    `home` holds other words for the home page's fields. What is there already keeps its words: safe
    to repeat. The words may say {partnership} and {team}, the site's own name and address for the core team.
    """
    words = _words()
    page = HomePage.objects.first() or _make_home({**words["home"], **(home or {})})
    there = set(StandardPage.objects.values_list("slug", flat=True))
    for row in words["page"]:
        if row["slug"] not in there:
            page.add_child(instance=StandardPage(**row))
    _point_site_at(page, host, port)
    return page


@transaction.atomic
def make_lists() -> None:
    """Make the lists that stories, guidance, news, start pages and briefings stand under, if missing. Safe to repeat.

    Call it after `make_first_pages`.
    """
    for row in _words()["list"]:
        model = apps.get_model(row["kind"])
        if not model.objects.exists():
            words = {name: value for name, value in row.items() if name != "kind"}
            HomePage.objects.get().add_child(instance=model(**words))


def _words() -> dict:
    return _said(tomllib.loads(WORDS.read_text(encoding="utf-8")))


def _said(value):
    """The site's own names put into the words, wherever they stand."""
    if isinstance(value, dict):
        return {key: _said(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_said(part) for part in value]
    names = {
        "{partnership}": settings.PARTNERSHIP_NAME,
        "{team}": settings.CORE_TEAM_EMAIL,
        "{site}": settings.SITE_NAME,
    }
    for mark, name in names.items():
        value = value.replace(mark, name)
    return value


def _make_home(words: dict[str, str]) -> HomePage:
    root = Page.objects.get(depth=1)
    return root.add_child(instance=HomePage(slug="start", **words))


def _point_site_at(page: HomePage, host: str, port: int) -> None:
    """The one site shows this page at `/`; Wagtail's own welcome page goes."""
    site = Site.objects.filter(is_default_site=True).first() or Site(is_default_site=True)
    welcome = site.root_page if site.root_page_id and site.root_page_id != page.pk else None
    if site.pk is None or (site.root_page_id, site.hostname, site.port) != (page.pk, host, port):
        site.hostname, site.port, site.root_page, site.site_name = host, port, page, settings.SITE_NAME
        site.save()
    if welcome is not None and type(welcome.specific) is Page and not welcome.get_children().exists():
        welcome.delete()

"""The home page and the pages of words."""

import tomllib
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings

from cms.actions.first_pages import make_first_pages
from cms.pages.home import HomePage

HOME = Path(__file__).parent / "home.toml"


def load() -> HomePage:
    """Make the pages that are not there yet, in the demo's words."""
    return make_first_pages(home=tomllib.loads(HOME.read_text(encoding="utf-8")), **host_and_port())


def host_and_port() -> dict:
    """Where the site stands, from SITE_URL."""
    where = urlsplit(settings.SITE_URL)
    return {"host": where.hostname or "localhost", "port": where.port or (443 if where.scheme == "https" else 80)}

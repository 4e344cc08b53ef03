"""The frame of every page says what the core team wrote in the admin, at once, for no query when warm."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import PageViewRestriction, Site

from cms.models import FooterLink, GuidanceIndexPage, NavigationItem, SiteSettings
from cms.models.site_settings import valid_address
from cms.querysets.frame import frame
from tests.cms import desk


@pytest.fixture
def home(cora):
    return desk.make_desk()


def sections(client) -> list[tuple[str, str]]:
    return [(one.title, one.url) for one in client.get("/forum/").context["site"]()["sections"]]


def kept() -> SiteSettings:
    return SiteSettings.for_site(Site.objects.get(is_default_site=True))


def test_by_default_the_sections_are_those_that_exist(home, client):
    titles = [title for title, _ in sections(client)]
    assert titles == ["Forum", "Guidance", "Stories", "News", "Templates", "Law", "Partners"]
    assert dict(sections(client))["Guidance"] == "/guidance/"


def test_a_site_without_pages_has_the_sections_of_the_apps(client, db):
    assert [title for title, _ in sections(client)] == ["Forum", "Templates", "Law", "Partners"]


def test_a_library_that_is_private_or_gone_is_no_section(home, client, django_capture_on_commit_callbacks):
    sections(client)
    with django_capture_on_commit_callbacks(execute=True):
        PageViewRestriction.objects.create(page=GuidanceIndexPage.objects.get(), restriction_type="login")
    sections(client)
    with django_capture_on_commit_callbacks(execute=True):
        desk.NewsIndexPage.objects.get().unpublish()
    assert [title for title, _ in sections(client)] == ["Forum", "Stories", "Templates", "Law", "Partners"]


def test_what_the_core_team_writes_is_on_every_page_at_once(
    home, client, client_of, cora, settings, django_capture_on_commit_callbacks
):
    settings.ANONYMOUS_CACHE = True
    client.get("/")
    client.get("/forum/")
    site = Site.objects.get(is_default_site=True)
    form = {
        "site_name": "Moot of Mercia", "partnership": "Mercia shares", "strapline": "Run by its <b>partners</b>.",
        "contact_email": "moot@mercia.example.org", "navigation-TOTAL_FORMS": 2, "navigation-INITIAL_FORMS": 0,
        "navigation-0-title": "Ask", "navigation-0-url": "/forum/ask/", "navigation-0-ORDER": 1,
        "navigation-1-title": "Law", "navigation-1-url": "/gateways/", "navigation-1-ORDER": 2,
        "footer_links-TOTAL_FORMS": 1, "footer_links-INITIAL_FORMS": 0, "footer_links-0-heading": "Elsewhere",
        "footer_links-0-title": "The regulator", "footer_links-0-url": "https://ico.example.org/",
        "footer_links-0-ORDER": 1,
    }  # fmt: skip
    with django_capture_on_commit_callbacks(execute=True):
        answer = client_of(cora).post(f"/admin/settings/cms/sitesettings/{site.pk}/", form)
    assert answer.status_code == 302, answer.context["form"].errors
    for path in ("/", "/forum/"):
        page = client.get(path).content.decode()
        assert "Mercia shares" in page
        assert "Run by its &lt;b&gt;partners&lt;/b&gt;." in page
        assert '<a href="https://ico.example.org/">The regulator</a>' in page
        assert "Contact the core team" not in page
    assert sections(client_of(cora)) == [("Ask", "/forum/ask/"), ("Law", "/gateways/")]


def test_no_query_is_asked_on_a_warm_page_and_few_on_a_cold_one(home, client):
    with CaptureQueriesContext(connection) as queries:
        frame()
    assert len(queries) <= 8
    client.get("/design/")
    with CaptureQueriesContext(connection) as queries:
        client.get("/design/")
    assert len(queries) == 0


@pytest.mark.parametrize("address", ["/guidance/", "/forum/?space=x", "https://ico.example.org/x"])
def test_addresses_of_this_site_and_secure_ones_are_taken(address):
    valid_address(address)


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "//evil.example/", "/\\evil.example", "http://plain.example/", "guidance/",
     "data:text/html,x", "https://", "/with space", "JaVaScRiPt:x", "\tjavascript:x", "/x\njavascript:y", ""],
)  # fmt: skip
def test_addresses_that_lie_or_run_are_refused(address):
    with pytest.raises(ValidationError):
        valid_address(address)
    for model in (NavigationItem, FooterLink):
        field = model._meta.get_field("url")
        with pytest.raises(ValidationError):
            field.clean(address, None)


@pytest.mark.parametrize("who", ["alice", "morag", "charlie"])
def test_only_the_core_team_keeps_them(home, client_of, cast, who):
    site = Site.objects.get(is_default_site=True)
    client_of(cast[who]).post(f"/admin/settings/cms/sitesettings/{site.pk}/", {"site_name": "Taken over"})
    assert kept().site_name == ""

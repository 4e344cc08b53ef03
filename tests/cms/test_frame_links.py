"""A link in the frame to a page that is private or not published shows only to those who may see the page."""

import pytest
from wagtail.models import PageViewRestriction, Site

from cms.models import FooterLink, NavigationItem, SiteSettings, StandardPage
from tests.cms import desk

HELD = {"Privacy", "Contact the core team", "Accessibility"}


@pytest.fixture
def home(cora):
    return desk.make_desk()


@pytest.fixture
def page(home, settings):
    """A page of words that the usual footer links to; pages are kept for the anonymous."""
    settings.ANONYMOUS_CACHE = True
    return StandardPage.objects.get(slug="privacy")


@pytest.fixture
def act(django_capture_on_commit_callbacks):
    """`act(page.unpublish)` does it, and what follows its commit."""

    def do(what, *arguments, **named):
        with django_capture_on_commit_callbacks(execute=True):
            return what(*arguments, **named)

    return do


def at_the_foot(client) -> set[str]:
    """Those of the pages we look at that the footer links to."""
    columns = client.get("/forum/").content.decode().partition("<footer")[2]
    return {title for title in HELD if f">{title}</a>" in columns}


def test_a_page_that_is_not_published_any_more_leaves_the_footer_at_once(page, client, act):
    assert at_the_foot(client) == HELD
    act(page.unpublish)
    assert at_the_foot(client) == HELD - {"Privacy"}
    act(page.save_revision().publish)
    assert at_the_foot(client) == HELD


def test_a_page_for_members_shows_to_members(page, client, client_of, bob, charlie, act):
    assert at_the_foot(client) == HELD
    act(PageViewRestriction.objects.create, page=page, restriction_type="login")
    assert at_the_foot(client) == HELD - {"Privacy"}
    assert at_the_foot(client_of(charlie)) == HELD - {"Privacy"}
    assert at_the_foot(client_of(bob)) == HELD


def test_a_page_for_a_group_shows_to_nobody_here(page, client_of, bob, cora, act):
    act(PageViewRestriction.objects.create, page=page, restriction_type="groups")
    for person in (None, bob, cora):
        assert at_the_foot(client_of(person)) == HELD - {"Privacy"}


def test_links_that_editors_wrote_are_held_to_the_same(page, client, client_of, bob, act):
    kept = SiteSettings.for_site(Site.objects.get(is_default_site=True))
    kept.save()
    NavigationItem.objects.create(settings=kept, title="Our privacy", url="/privacy/?from=top#words")
    NavigationItem.objects.create(settings=kept, title="Elsewhere", url="https://example.org/privacy/")
    NavigationItem.objects.create(settings=kept, title="Ask", url="/forum/ask/")
    FooterLink.objects.create(settings=kept, heading="Small print", title="Privacy", url="/privacy/")
    FooterLink.objects.create(settings=kept, heading="Help", title="Contact the core team", url="/contact/")
    act(PageViewRestriction.objects.create, page=page, restriction_type="login")

    def frame_of(person) -> tuple[list[str], list[str]]:
        context = client_of(person).get("/design/").context
        sections, columns = context["site"]()["sections"], context["footer_columns"]()
        return [one.title for one in sections], [one.title for one in columns]

    assert frame_of(None) == (["Elsewhere", "Ask"], ["Help"])
    assert frame_of(bob) == (["Our privacy", "Elsewhere", "Ask"], ["Small print", "Help"])


def test_what_stands_below_a_private_page_is_private_too(page, client, act):
    below = page.add_child(instance=StandardPage(title="Cookies", slug="cookies", body="<p>Words.</p>"))
    kept = SiteSettings.for_site(Site.objects.get(is_default_site=True))
    kept.save()
    FooterLink.objects.create(settings=kept, heading="Help", title="Privacy", url=below.get_url())
    FooterLink.objects.create(settings=kept, heading="Help", title="Contact the core team", url="/contact/")
    act(PageViewRestriction.objects.create, page=page, restriction_type="login")
    assert at_the_foot(client) == {"Contact the core team"}

"""The form for redirects says in plain words, at the field, what is to be put right; and nothing typed is lost."""

import pytest
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Site

from tests.cms import desk

pytestmark = pytest.mark.django_db

ADD = "/admin/redirects/add/"


@pytest.fixture
def core(client_of, cora):
    desk.make_desk()
    return client_of(cora)


@pytest.fixture
def page(core):
    return desk.news("A new date")


def sent(**changed) -> dict:
    return {"old_path": "/old/", "site": "", "is_permanent": "on", "redirect_page": "", "redirect_link": ""} | changed


def errors(response) -> dict[str, list[str]]:
    assert response.status_code == 200
    return {name: list(words) for name, words in response.context["form"].errors.items()}


@pytest.mark.parametrize(
    ("changed", "field", "words"),
    [
        ({"old_path": "", "redirect_link": "https://example.org/"}, "old_path",
         "Write the old address, such as /old-page/."),
        ({}, "redirect_page", "Say where it leads: choose a page, or write an address below."),
        ({"redirect_link": "/guidance/"}, "redirect_link",
         "Write the whole address, with https://. For a page of this site, choose the page instead."),
        ({"redirect_link": "javascript:alert(1)"}, "redirect_link",
         "Write the whole address, with https://. For a page of this site, choose the page instead."),
    ],
)  # fmt: skip
def test_a_mistake_is_told_at_its_field(core, changed, field, words):
    answer = core.post(ADD, sent(**changed))
    assert errors(answer) == {field: [words]}
    page = answer.content.decode()
    assert words in page
    assert "The redirect is not saved yet. What is marked below needs putting right." in page
    assert not Redirect.objects.exists()


def test_it_leads_to_one_place_only_and_what_was_typed_stays(core, page):
    answer = core.post(ADD, sent(redirect_page=page.pk, redirect_link="https://example.org/there/"))
    assert errors(answer) == {"redirect_link": ["It leads to one place only. Leave this empty, or take out the page."]}
    assert "https://example.org/there/" in answer.content.decode()


@pytest.mark.parametrize("of_a_site", [True, False])
def test_a_second_redirect_from_the_same_address_is_refused_at_the_address(core, page, of_a_site):
    site = Site.objects.get().pk if of_a_site else ""
    Redirect.add_redirect("/old", page, site=Site.objects.get() if of_a_site else None)
    answer = core.post(ADD, sent(redirect_page=page.pk, site=site))
    assert errors(answer) == {"old_path": ["There is a redirect from this address already. Change that one instead."]}


def test_a_redirect_is_made_and_changed_and_leads_there(core, client, page):
    assert core.post(ADD, sent(redirect_page=page.pk)).status_code == 302
    made = Redirect.objects.get()
    assert (made.old_path, made.redirect_page_id) == ("/old", page.pk)
    url = f"/admin/redirects/{made.pk}/"
    assert errors(core.post(url, sent(old_path="/older/"))) == {
        "redirect_page": ["Say where it leads: choose a page, or write an address below."]
    }
    assert core.post(url, sent(old_path="/older/", redirect_page=page.pk)).status_code == 302
    assert client.get("/older/").headers["Location"] == page.url


def test_it_stays_the_core_teams(client_of, core, alice, morag):
    codes = {who.handle: client_of(who).get(ADD).status_code for who in (alice, morag)}
    assert codes == {"alice": 302, "morag": 302}
    assert core.get(ADD).status_code == 200

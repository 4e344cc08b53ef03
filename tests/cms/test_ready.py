"""Guidance, stories and news are published only with words in them, by whatever route."""

import pytest
from django.urls import reverse
from wagtail.models import Page

from cms.models import GuidancePage, NewsPage, StoryPage
from core.models.ready import NotReady
from tests.cms import desk

GUIDANCE = {"body": "There are no words yet. Write the guidance, or say where it is published."}
NEWS = {"body": "There are no words yet. Write what is new."}
EMPTY = {
    "guidance": (desk.national, {"body": []}, GUIDANCE),
    "story": (desk.story, {"problem": [], "approach": [], "impact": []}, StoryPage.NEEDED),
    "half a story": (desk.story, {"impact": []}, {"impact": StoryPage.NEEDED["impact"]}),
    "news": (desk.news, {"body": []}, NEWS),
}


@pytest.fixture(params=EMPTY)
def draft(request, cora):
    """A draft without words, and what is said of it."""
    desk.make_desk()
    make, nothing, said = EMPTY[request.param]
    page = make("Nothing in it", live=False, **nothing)
    page.save_revision()
    return page, said


def is_live(page) -> bool:
    return Page.objects.get(pk=page.pk).live


def test_the_editors_button_says_what_is_missing_at_the_field(draft, client_of, cora):
    page, said = draft
    sent = {"title": page.title, "slug": page.slug, "summary": page.summary, "action-publish": "1"}
    sent |= {f"{part}-count": "0" for part in ("body", *StoryPage.PARTS)} | {"level": "regulator", "date": "2026-03-02"}
    sent |= {"kind": "news"}
    sent |= {
        f"{rows}-{what}": "0"
        for rows in ("thread_links", "provision_links", "figures", "contacts", "comments")
        for what in ("TOTAL_FORMS", "INITIAL_FORMS", "MIN_NUM_FORMS", "MAX_NUM_FORMS")
    }
    response = client_of(cora).post(reverse("wagtailadmin_pages:edit", args=[page.pk]), sent)
    errors = response.context["form"].errors
    assert {field: errors.get(field) for field in said} == {field: [words] for field, words in said.items()}
    assert not is_live(page)


def test_no_other_route_publishes_it(draft, client_of, cora):
    page, said = draft
    with pytest.raises(NotReady):
        page.get_latest_revision().publish()
    page.live = True
    with pytest.raises(NotReady):
        page.save()
    client = client_of(cora)
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"]) + f"?id={page.pk}"
    told = client.post(address, follow=True)
    assert f"can’t be published yet. {' '.join(said.values())}" in told.content.decode()
    assert not is_live(page)


@pytest.mark.parametrize("make", [desk.national, desk.story, desk.news])
def test_with_words_it_is_published(make, cora):
    desk.make_desk()
    page = make("Something in it", live=False)
    page.save_revision().publish()
    assert is_live(page)


def test_guidance_of_others_needs_no_words_of_ours_where_it_says_where_it_is(cora):
    desk.make_desk()
    page = desk.national("The code", live=False, body=[], source_url="https://ico.org.uk/code/")
    page.save_revision().publish()
    assert (is_live(page), GuidancePage.objects.count(), NewsPage.objects.count()) == (True, 1, 0)

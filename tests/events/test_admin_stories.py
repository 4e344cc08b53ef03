"""Stories told by talks, in the admin: joined, shown on both pages, and parted again."""

import pytest
from django.urls import reverse
from wagtail.models import PageLogEntry

from cms.models import StoryPage
from events.models.material import SessionStory
from tests.factories import events as made
from tests.factories import knowledge
from tests.horizon import desk as admin


@pytest.fixture
def story(db):
    knowledge.make_site()
    return knowledge.story("A list in the van")


@pytest.fixture
def talk(event):
    return made.session(event, "Write it down", speakers=[made.speaker()])


def desk(event) -> str:
    return reverse("event_desk:stories", args=[event.pk])


def join(client, event, talk, page):
    return client.post(desk(event), {"session": talk.pk, "page": page.pk}, follow=True)


def test_the_slides_page_leads_there(core, event):
    assert f'href="{desk(event)}"' in core.get(reverse("event_desk:slides", args=[event.pk])).content.decode()


def test_a_talk_and_a_story_are_joined_and_each_shows_the_other(core, event, talk, story, client_of, forget):
    said = join(core, event, talk, story).content.decode()
    assert "“A list in the van” and “Write it down” show each other now." in said
    assert [(one.session, one.page_id) for one in SessionStory.objects.all()] == [(talk, story.pk)]
    forget()  # as the commit does
    assert f'Read on: <a href="{story.url}">A list in the van</a>' in read(client_of(), talk.get_absolute_url())
    assert "The talk and its slides" in read(client_of(), story.url)


def read(client, path: str) -> str:
    return client.get(path).content.decode()


def test_they_are_parted_again_and_both_is_in_the_log(core, event, talk, story, client_of, forget):
    join(core, event, talk, story)
    core.post(desk(event), {"part": SessionStory.objects.get().pk})
    forget()
    assert "Read on" not in read(client_of(), talk.get_absolute_url())
    said = PageLogEntry.objects.filter(action__startswith="events.story").order_by("pk")
    words = {"talk": "Write it down", "story": "A list in the van"}
    assert [(one.action, one.data) for one in said] == [("events.story_joined", words), ("events.story_parted", words)]


def test_joined_twice_is_joined_once(core, event, talk, story):
    for _ in range(2):
        join(core, event, talk, story)
    assert (SessionStory.objects.count(), PageLogEntry.objects.filter(action="events.story_joined").count()) == (1, 1)


def test_only_stories_and_only_talks_of_this_event_can_be_chosen(core, event, talk, story):
    elsewhere = made.session(made.event("Another"), "Elsewhere")
    for session, page in ((talk, event), (elsewhere, story)):
        response = join(core, event, session, page)
        assert len(response.context["form"].errors) == 1
    assert not SessionStory.objects.exists()
    form = core.get(desk(event)).context["form"]
    assert [page.pk for page in form.fields["page"].queryset] == list(
        StoryPage.objects.live().order_by("title", "pk").values_list("pk", flat=True)
    )


def test_nothing_chosen_is_asked_for(core, event, talk, story):
    errors = core.post(desk(event), {"session": "", "page": ""}).context["form"].errors
    assert errors == {"session": ["Choose the talk."], "page": ["Choose the story."]}


def test_a_join_of_another_event_is_not_parted_here(core, event, talk, story):
    join(core, event, talk, story)
    assert core.post(desk(made.event("Another")), {"part": SessionStory.objects.get().pk}).status_code == 404
    assert core.post(desk(event), {"part": "x"}).status_code == 404
    assert SessionStory.objects.count() == 1


@pytest.mark.parametrize("handle", ["alice", "morag"])
def test_others_find_no_such_page(cast, client_of, event, talk, story, handle):
    admin.set_up()
    assert client_of(cast[handle]).post(desk(event), {"session": talk.pk, "page": story.pk}).status_code in {302, 403}
    assert not SessionStory.objects.exists()

"""Speakers in the admin: a photo only with consent; past programmes keep their names."""

import pytest
from django.urls import reverse

from events.models.programme import Speaker
from tests.factories import events as made
from tests.horizon import desk as admin

LIST = reverse("wagtailsnippets_events_speaker:list")
ADD = reverse("wagtailsnippets_events_speaker:add")


def typed(**fields) -> dict:
    blank = dict.fromkeys(("slug", "role", "body", "bio", "photo", "organisation", "member", "email"), "")
    return blank | {"name": "Edith Marlow"} | fields


def edit_url(speaker: Speaker) -> str:
    return reverse("wagtailsnippets_events_speaker:edit", args=[speaker.pk])


def test_a_speaker_gets_an_address_of_the_name(core):
    core.post(ADD, typed())
    core.post(ADD, typed())
    assert sorted(Speaker.objects.values_list("slug", flat=True)) == ["edith-marlow", "edith-marlow-2"]


def test_a_photo_needs_their_consent(core, thumbnail):
    refused = core.post(ADD, typed(photo=thumbnail.pk))
    assert refused.context["form"].errors["photo_consent"] == ["Tick this once they agreed, or take the photo out."]
    core.post(ADD, typed(photo=thumbnail.pk, photo_consent="on"))
    assert Speaker.objects.get().photo == thumbnail


@pytest.fixture
def thumbnail(db):
    from wagtail.images import get_image_model
    from wagtail.images.tests.utils import get_test_image_file

    return get_image_model().objects.create(title="Edith", file=get_test_image_file())


def test_a_new_name_is_found_at_once(core, django_capture_on_commit_callbacks, client):
    event = made.event()
    speaker = made.speaker("Edith Marlow")
    session = made.session(event, speakers=[speaker])
    url = f"/events/{event.pk}/sessions/{session.pk}/{session.slug}/"
    assert "Edith Marlow" in client.get(url).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        core.post(edit_url(speaker), typed(name="Edith Marsh", slug=speaker.slug))
    assert "Edith Marsh" in client.get(url).content.decode()


def test_who_is_in_a_programme_is_not_deleted(core):
    speaker = made.speaker("Edith Marlow")
    made.session(made.event(), speakers=[speaker])
    core.post(reverse("wagtailsnippets_events_speaker:delete", args=[speaker.pk]))
    assert Speaker.objects.count() == 1


def test_nor_among_many(core):
    speaker, other = made.speaker("Edith Marlow"), made.speaker("Jo Tindall")
    made.session(made.event(), speakers=[speaker])
    many = reverse("wagtail_bulk_action", args=["events", "speaker", "delete"])
    core.post(f"{many}?id={speaker.pk}&id={other.pk}")
    assert Speaker.objects.count() == 2


def test_who_is_in_none_may_be_deleted(core):
    core.post(reverse("wagtailsnippets_events_speaker:delete", args=[made.speaker().pk]))
    assert Speaker.objects.count() == 0


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_list_is_exported_without_addresses(core, kind):
    made.speaker("=1+1", email="edith@hollowdale.example.org")
    content = core.get(f"{LIST}?export={kind}").getvalue()
    assert b"edith@hollowdale" not in content
    if kind == "csv":
        assert b"'=1+1" in content


@pytest.mark.parametrize("who", ["alice", "morag"])
def test_only_the_core_team_keeps_speakers(client_of, cast, who):
    admin.set_up()
    assert client_of(cast[who]).get(LIST).status_code == 302

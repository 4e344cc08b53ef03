"""Two tabs that change the same record, of any room: the later save is told what the earlier one changed."""

import pytest
from django.urls import reverse

from cms.models import TopicGuide
from core.models import Topic
from horizon.models import Development
from members import roles
from members.models import Member
from reference.models import Provision, Term
from tests.factories import events, horizon
from tests.factories.knowledge import template
from tests.parts.tabs import again, later_is_told, opened

pytestmark = pytest.mark.django_db

RECORDS = {  # what is changed of each
    "development": "summary", "provision": "purpose", "term": "definition", "speaker": "role",
    "template": "summary", "topicguide": "intro",
}  # fmt: skip


@pytest.fixture
def core_client(cora, client_of):
    roles.set_up_groups()
    return client_of(cora)


@pytest.fixture
def chief_client(core_client, client_of):
    return client_of(Member.objects.create_superuser("chief@example.org", "seven green lanterns", display_name="Chief"))


def made(what: str):
    """A record, and where the admin changes it."""
    if what == "development":
        row = horizon.DevelopmentFactory()
        horizon.milestone(row, "Consultation closes", "2030-03-05")
    elif what == "provision":
        row = Provision.objects.create(
            law="Data Act 2030", provision="s.1", slug="data-act", kind="power", purpose="To share.",
            who_can_use_it="Councils.", limits="None.",
        )  # fmt: skip
    elif what == "term":
        row = Term.objects.create(term="Controller", slug="controller", definition="Who decides.")
    elif what == "speaker":
        row = events.speaker()
    elif what == "template":
        row = template()
    else:
        row = TopicGuide.objects.create(topic=Topic.objects.create(name="fire", slug="fire"), intro="Fires.")
    name = f"wagtailsnippets_{row._meta.app_label}_{row._meta.model_name}:edit"
    return row, reverse(name, args=[row.pk])


@pytest.mark.parametrize("what", RECORDS)
def test_the_later_save_is_told_and_puts_its_own_in_its_place_only_when_sent_again(chief_client, core_client, what):
    row, address = made(what)
    words = later_is_told(chief_client, core_client, row, address, RECORDS[what])
    assert "Chief changed this since you opened it, at " in words
    assert "“the early words”" in words


def test_a_date_moved_in_another_tab_is_not_moved_back_by_who_never_touched_it(chief_client, core_client):
    row, address = made("development")
    early, late = opened(core_client, address), opened(core_client, address)
    moved = {name: "9 April 2030" for name in early if name.endswith("-on")}
    assert len(moved) == 1
    assert chief_client.post(address, early | moved).status_code == 302
    words, form = again(core_client.post(address, late | {"summary": "In other words."}))
    assert "Consultation closes (" in words
    assert "April 2030" in words
    assert str(Development.objects.get(pk=row.pk).milestones.get().on) == "2030-04-09"
    assert core_client.post(address, form).status_code == 302  # seen, and meant


def test_a_form_sent_back_unchanged_is_no_quarrel(core_client):
    for what in RECORDS:
        _row, address = made(what)
        assert core_client.post(address, opened(core_client, address)).status_code == 302, what

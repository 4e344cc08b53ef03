"""A sector, a topic, a law or a short form that gets another name has it at once wherever the Horizon names it."""

import pytest
from django.urls import reverse

from core.models import Topic
from reference.models import Term
from tests.factories import SectorFactory
from tests.factories.horizon import DevelopmentFactory, make_horizon
from tests.factories.knowledge import ProvisionFactory, TermFactory
from tests.horizon import desk

pytestmark = pytest.mark.django_db
LISTS = ["/horizon/", "/horizon/timeline/", "/horizon/radar/"]


@pytest.fixture
def coming():
    make_horizon()
    desk.set_up()
    sector = SectorFactory(name="Old sector", short_name="Old sec")
    law = ProvisionFactory(law="Old law Act 1998", provision="s.1")
    TermFactory(term="Fire and Rescue", short_form="FIRE")
    return DevelopmentFactory(title="A duty", topics=["fire"], sectors=[sector], provisions=[law], steps=[("On", "")])


def renamed(coming, what) -> tuple:
    """What is renamed, where in the admin, by which fields; and its old words."""
    if what == "sector":
        return coming.sectors.get(), "sector:edit", {"name": "New sector", "short_name": "New sec"}, "Old sec"
    if what == "topic":
        return Topic.objects.get(slug="fire"), "topic:edit", {"name": "flames"}, "FIRE"
    if what == "law":
        url = "wagtailsnippets_reference_provision:edit"
        return coming.provisions.get(), url, {"law": "New law Act 1998"}, "Old law"
    return Term.objects.get(), "wagtailsnippets_reference_term:edit", {"short_form": ""}, "FIRE"


def as_kept(form) -> dict:
    """A form of the admin as it is sent unchanged, its lists of rows empty."""
    data = {field.html_name: field.value() for field in form if field.value() is not None}
    for rows in getattr(form, "formsets", {}).values():
        data |= {f"{rows.prefix}-{name}": 0 for name in ("TOTAL_FORMS", "INITIAL_FORMS")}
    return data


@pytest.mark.parametrize("who", ["anyone", "alice"])
@pytest.mark.parametrize("what", ["sector", "topic", "short form", "law"])
def test_a_new_name_is_shown_at_once(request, client_of, cora, coming, what, who, django_capture_on_commit_callbacks):
    reader, editor = client_of(request.getfixturevalue(who)), client_of(cora)
    page = coming.get_absolute_url()
    places = {"sector": [*LISTS, page], "law": [page]}.get(what, LISTS)
    thing, name, fields, old = renamed(coming, what)
    assert [old in reader.get(place).content.decode() for place in places] == [True] * len(places)
    url = reverse(name, args=[thing.pk])
    with django_capture_on_commit_callbacks(execute=True):
        sent = editor.post(url, as_kept(editor.get(url).context["form"]) | fields)
    assert sent.status_code == 302
    assert [old in reader.get(place).content.decode() for place in places] == [False] * len(places)

"""What the editor of a briefing is told while they write, before anything is published."""

import datetime as dt

import pytest

from cms.editing import checks
from horizon.briefings import HIDDEN
from horizon.models import BriefingSource, BriefingTask
from tests.cms import desk
from tests.factories.horizon import DevelopmentFactory, briefing, make_horizon


@pytest.fixture
def place(cora):
    desk.make_desk()
    return make_horizon()


def test_read_the_words_of_its_rows_and_the_addresses_of_its_sources(place):
    page = briefing(
        tasks=[("Ask the MARAC", None)], chance="The MAPPA agrees.", no_action="", answers=[(None, "yes", "ABCD.")],
        publish=False,
    )  # fmt: skip
    page.sources = [BriefingSource(title="Ours", url="http://testserver/nowhere/")]
    found = [one.words for one in checks.check(page) if one.kind != "gap"]
    assert [words.split(" ")[0] for words in found] == ["“MAPPA”", "“ABCD”", "“MARAC”", "“Ours”:"]


def test_say_what_readers_would_miss(place):
    page = briefing(publish=False, development=DevelopmentFactory(shown=False))
    page.tasks = [BriefingTask(title="Too late", due_on=dt.date(2020, 1, 1))]
    assert [one.words for one in checks.check(page) if one.kind == "gap"] == [
        "There is no answer for everybody else: a visitor who is not signed in sees no answer first.",
        "It says for nobody what it means: write it for a sector or a role.",
        "The date of “Too late” is past.",
        "“The Act itself” has no day on which somebody last looked at it.",
        "It has no day to check it again by: nobody is reminded.",
        HIDDEN,
    ]


def test_stand_in_the_editor(place, cora, client_of):
    page = briefing(publish=False)
    shown = client_of(cora).get(f"/admin/pages/{page.pk}/edit/").content.decode()
    assert "What readers would miss" in shown

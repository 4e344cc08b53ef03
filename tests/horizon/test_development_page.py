"""The page of one development: its dates and how they moved, how far it has come, its briefings, its sources."""

import datetime as dt

import pytest
import time_machine
from django.utils import timezone
from wagtail.models import PageViewRestriction

from core.dates import PartialDate
from forum import about
from forum.actions import discussing
from horizon.actions import developments
from horizon.models import DevelopmentSource, MilestoneMove, StageChange
from horizon.querysets.dates import history_of
from tests.factories import MemberFactory, SectorFactory, SpaceFactory
from tests.factories.horizon import DevelopmentFactory, briefing, milestone
from tests.factories.knowledge import ProvisionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def november():
    """It is noon on Sunday 22 November 2026."""
    with time_machine.travel(dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC), tick=False):
        yield


@pytest.fixture
def councils():
    """A change with steps behind, next and without a date."""
    steps = [("Consultation closed", "2026-01-11"), ("Elections", "2027-05"), ("Order made", "")]
    return DevelopmentFactory(title="New councils", stage="consultation", steps=steps, topics=["reorganisation"])


def detail(client, development):
    return client.get(development.get_absolute_url()).context["detail"]


# --- What it says ----------------------------------------------------------------------------------


def test_its_dates_stand_in_order_with_the_next_one_marked(client, councils):
    milestone(councils, "Hand-over", "2028-04", kind="deadline", confirmed=False, source_no=1)
    milestone(councils, "Old plan", "2027-01", called_off=True, source_no=9)
    found = [(one.step.what, one.kind, one.step.told, one.source) for one in detail(client, councils).dates]
    assert found == [
        ("Consultation closed", "done", "11 January 2026", None),
        ("Old plan", "later", "January 2027, called off", None),
        ("Elections", "now", "May 2027", None),
        ("Hand-over", "deadline", "April 2028, expected", 1),
        ("Order made", "later", "No date yet", None),
    ]


def test_what_is_next_is_said_in_days(client, councils):
    page = client.get(councils.get_absolute_url()).content.decode()
    assert '<b class="glance__big">May 2027</b>, in 160 days or more' in page


def test_a_date_that_moved_says_what_it_was(client, councils, cora):
    step = councils.milestones.get(what="Elections")
    MilestoneMove.objects.create(
        milestone=step, was=PartialDate(2027, 6), became=PartialDate(2027, 5), by=cora,
        at=dt.datetime(2026, 11, 3, 12, tzinfo=dt.UTC),
    )  # fmt: skip
    page = client.get(councils.get_absolute_url()).content.decode()
    assert "Was <s>June 2027</s>, now <b>May 2027</b>. Changed 3 November 2026." in page
    assert "Elections: <s>June 2027</s> to May 2027." in page


def test_what_is_called_off_is_told_as_that_and_not_as_a_move(client, councils):
    step = councils.milestones.get(what="Elections")
    for was, became, day in [("2027-06", "2027-05", 3), ("2027-05", "", 4)]:
        MilestoneMove.objects.create(
            milestone=step, was=PartialDate.parse(was), became=PartialDate.parse(became) if became else None,
            at=dt.datetime(2026, 11, day, 12, tzinfo=dt.UTC),
        )  # fmt: skip
    councils.milestones.filter(pk=step.pk).update(called_off=True)
    page = client.get(councils.get_absolute_url()).content.decode()
    assert "<b>Will not happen: <s>Elections</s>.</b>" in page
    assert "<b>Called off.</b> It was <s>May 2027</s>. Changed 4 November 2026." in page
    assert "Will not happen: Elections (it was <s>May 2027</s>)." in page
    assert "Elections: <s>June 2027</s> to May 2027." in page
    assert "to No date yet" not in page
    assert [line for _, _, line in history_of(councils)] == [
        "Elections: will not happen (it was May 2027)", "Elections: from June 2027 to May 2027",
    ]  # fmt: skip


def test_how_far_it_has_come_keeps_its_history(client, councils):
    for stage, on, day in [("idea", PartialDate(2024), 1), ("consultation", PartialDate(2025, 11), 2)]:
        at = dt.datetime(2025, 1, day, tzinfo=dt.UTC)
        StageChange.objects.create(development=councils, stage=stage, on=on, at=at)
    stages = [(one["words"], one["when"], one["state"]) for one in detail(client, councils).stages]
    assert stages == [
        ("Idea", "2024", "done"), ("Consultation", "November 2025", "now"), ("Bill", "", "next"), ("Made", "", "next"),
        ("In force", "", "next"), ("Done", "", "next"),
    ]  # fmt: skip
    assert [one.stage for one in detail(client, councils).history] == ["Consultation", "Idea"]


def test_only_laws_have_bills_to_come(client):
    body = DevelopmentFactory(category="organisation", stage="idea")
    assert [one["words"] for one in detail(client, body).stages] == [
        "Idea", "Consultation", "Made", "In force", "Done",
    ]  # fmt: skip


def test_a_source_that_is_only_reported_says_so(client, councils):
    DevelopmentSource.objects.create(development=councils, title="A newspaper", reported=True, sort_order=2)
    page = client.get(councils.get_absolute_url()).content.decode()
    sources = page.partition('<ol class="sources">')[2].partition("</ol>")[0]
    assert sources.count("Official") == 1
    assert sources.count("Reported") == 1
    assert '<a href="https://www.legislation.gov.uk/ukpga/2025/18" rel="noopener">The Act itself</a>' in sources


def test_law_sectors_and_those_whose_work_it_is_are_named(client):
    law = ProvisionFactory()
    one = DevelopmentFactory(
        provisions=[law], sectors=[SectorFactory(name="Fire", colour="fire")], duties=["siro", "gone"]
    )
    found = detail(client, one)
    assert found.provisions == ((law.title, law.get_absolute_url()),)
    assert found.duties == ("Senior information risk owner",)
    assert [sector.name for sector in found.row.sectors] == ["Fire"]


def test_who_looks_after_it_is_named_as_far_as_they_show_themselves(client_of, alice, office):
    shy = MemberFactory(display_name="Shy Keeper", organisation=office, show_name="members")
    one = DevelopmentFactory(keeper=shy)
    assert client_of(None).get(one.get_absolute_url()).context["keeper"] == ""
    assert client_of(alice).get(one.get_absolute_url()).context["keeper"] == "Shy Keeper, Framework Office"


def test_what_is_near_shares_its_topics(client, councils):
    DevelopmentFactory(title="Near", topics=["reorganisation"])
    DevelopmentFactory(title="Hidden", topics=["reorganisation"], shown=False)
    DevelopmentFactory(title="Elsewhere", topics=["fraud"])
    context = client.get(councils.get_absolute_url()).context
    assert [row.title for row in context["near"]] == ["Near"]


def test_one_that_says_next_to_nothing_has_a_page_all_the_same(client):
    bare = DevelopmentFactory(source=None)
    bare.sources.all().delete()
    page = client.get(bare.get_absolute_url()).content.decode()
    for words in ("No dates are known yet.", "No briefing about this yet.", "No source is named yet"):
        assert words in page


# --- Briefings and talk ----------------------------------------------------------------------------


def test_its_briefings_are_those_the_reader_may_see(client_of, alice, councils):
    open_to_all = briefing("For all", development=councils, tasks=[("List", dt.date(2026, 12, 11)), ("Ask", None)])
    page = briefing("kvxqmembers", development=councils)
    PageViewRestriction.objects.create(page=page, restriction_type="login")
    briefing("kvxqdraft", development=councils, publish=False)
    later = briefing("kvxqlater", development=councils, publish=False)
    later.go_live_at = timezone.now() + dt.timedelta(days=1)
    later.save_revision().publish()

    def shown(person):
        found = client_of(person).get(councils.get_absolute_url())
        return [one.title for one in found.context["row"].briefings], found.content.decode()

    titles, content = shown(None)
    assert titles == [open_to_all.title]
    assert "Briefing, 2 things to do, the first by 11 December 2026." in content
    assert "kvxq" not in content
    assert sorted(shown(alice)[0]) == ["For all", "kvxqmembers"]


def test_it_can_be_talked_about(client_of, bob, councils):
    SpaceFactory(name="Lawful sharing")
    assert (
        "Nobody has said anything about this yet." in client_of(bob).get(councils.get_absolute_url()).content.decode()
    )
    post = discussing.say(by=bob, about=about.look_up("development", councils.pk, bob), body="Who has begun?")
    page = client_of(None).get(councils.get_absolute_url()).content.decode()
    assert f'1 post so far. <a href="{post.thread.get_absolute_url()}#answer">Join in</a>' in page
    assert (
        f'<a href="{councils.get_absolute_url()}">'
        in client_of(bob).get(post.thread.get_absolute_url()).content.decode()
    )


# --- Who sees it -----------------------------------------------------------------------------------


def test_one_that_readers_do_not_see_is_not_there(client_of, cast):
    hidden = DevelopmentFactory(shown=False)
    answers = {name: client_of(person).get(hidden.get_absolute_url()).status_code for name, person in cast.items()}
    assert answers == dict.fromkeys(("alice", "bob", "charlie", "morag", "anyone"), 404) | {"cora": 200}
    assert "Only the core team sees this." in client_of(cast["cora"]).get(hidden.get_absolute_url()).content.decode()


def test_one_that_there_never_was_is_not_there(client):
    assert client.get("/horizon/developments/never-was/").status_code == 404


def test_one_that_is_hidden_again_is_gone_from_kept_pages_and_from_the_thread_about_it(
    client, settings, councils, bob, cora, django_capture_on_commit_callbacks
):
    SpaceFactory(name="Lawful sharing")
    post = discussing.say(by=bob, about=about.look_up("development", councils.pk, bob), body="Who has begun?")
    thread = post.thread.get_absolute_url()
    settings.ANONYMOUS_CACHE = True
    assert client.get(councils.get_absolute_url()).status_code == 200
    assert f'href="{councils.get_absolute_url()}"' in client.get(thread).content.decode()
    before = developments.as_it_stands(councils)
    councils.shown = False
    with django_capture_on_commit_callbacks(execute=True):
        councils.save()
        developments.saved(by=cora, development=councils, before=before)
    assert client.get(councils.get_absolute_url()).status_code == 404
    assert f'href="{councils.get_absolute_url()}"' not in client.get(thread).content.decode()


# --- What it costs ---------------------------------------------------------------------------------


@pytest.mark.parametrize("who", [None, "alice"])
def test_it_costs_the_same_with_three_of_everything_as_with_one(who, request, councils, cold_and_warm):
    person = request.getfixturevalue(who) if who else None

    def cost(number: int) -> tuple[int, int]:
        step = milestone(councils, f"Step {number}", "2027-01-01")
        MilestoneMove.objects.create(milestone=step, was=PartialDate(2026), became=step.on)
        StageChange.objects.create(development=councils, stage="consultation")
        DevelopmentSource.objects.create(development=councils, title="More", reported=True)
        briefing(f"Briefing {number}", development=councils, topics=[f"own {number}"])
        DevelopmentFactory(topics=["reorganisation"])
        return cold_and_warm(councils.get_absolute_url(), person)

    first = cost(1)
    cost(2)
    assert cost(3) == first
    assert first[1] <= 10

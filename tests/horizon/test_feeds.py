"""Atom feeds: new briefings, dates that moved, stages that were reached; newest first, and nothing that is hidden."""

import datetime as dt
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import PageViewRestriction

from core import caching
from core.dates import PartialDate
from horizon.models import BriefingPage, MilestoneMove, StageChange
from tests.factories.horizon import DevelopmentFactory, briefing, make_horizon

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"


def read(client, url="/horizon/feed/"):
    response = client.get(url)
    assert response.status_code == 200
    return ElementTree.fromstring(response.content)


def titles(client, url="/horizon/feed/") -> list[str]:
    return [entry.findtext(f"{ATOM}title") for entry in read(client, url).iter(f"{ATOM}entry")]


def at(day: int) -> dt.datetime:
    return dt.datetime(2026, 11, day, 12, tzinfo=dt.UTC)


def published(title: str, day: int, **fields) -> BriefingPage:
    page = briefing(title, **fields)
    BriefingPage.objects.filter(pk=page.pk).update(first_published_at=at(day), last_published_at=at(day))
    return page


def moved(development, day: int, was="2027-06", became="2027-05"):
    dates = [PartialDate.parse(one) if one else None for one in (was, became)]
    step = development.milestones.first()
    return MilestoneMove.objects.create(milestone=step, was=dates[0], became=dates[1], at=at(day))


def reached(development, day: int, stage="made"):
    return StageChange.objects.create(development=development, stage=stage, on=PartialDate(2026, 11), at=at(day))


@pytest.fixture
def two(db):
    """A law and a court ruling, each with a briefing, a date that moved and a stage, in turns."""
    law = DevelopmentFactory(title="Law", category="law", topics=["alarms"], steps=[("It starts", "2027-05")])
    court = DevelopmentFactory(title="Ruling", category="court", topics=["wards"], steps=[("It counts", "2027")])
    published("What the law asks", 1, development=law, topics=["vans"])
    published("What the ruling asks", 2, development=court)
    moved(law, 3)
    moved(court, 4, was="", became="2027")
    reached(law, 5)
    reached(court, 6, "in_force")
    return law, court


LAWS = ["Law: made", "Law: a date has moved", "What the law asks"]
RULINGS = ["Ruling: in force", "Ruling: a date is known", "What the ruling asks"]


def test_the_feed_has_all_that_is_new_the_newest_first(client, two):
    assert titles(client) == [title for pair in zip(RULINGS, LAWS, strict=True) for title in pair]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?topic=alarms", LAWS), ("?topic=wards", RULINGS), ("?category=court", RULINGS),
        ("?topic=alarms&category=court", []), ("?topic=never", []), ("?category=never", []),
        ("?topic=vans", LAWS),  # a topic of its briefing is one of its own
    ],
)  # fmt: skip
def test_it_can_be_had_for_a_topic_or_a_category(client, two, query, found):
    assert titles(client, f"/horizon/feed/{query}") == found


def test_a_letter_no_database_takes_is_no_filter(client, two):
    assert titles(client, "/horizon/feed/?topic=%00&category=%00") == titles(client)


def test_each_development_has_its_own(client, two):
    law, _court = two
    assert titles(client, f"{law.get_absolute_url()}feed/") == LAWS
    assert client.get("/horizon/developments/never/feed/").status_code == 404


def test_a_moved_date_says_old_and_new_and_each_entry_has_an_id_of_its_own(client, two):
    entries = list(read(client).iter(f"{ATOM}entry"))
    move = next(entry for entry in entries if entry.findtext(f"{ATOM}title") == "Law: a date has moved")
    assert move.findtext(f"{ATOM}summary") == "It starts. It was: June 2027. It is now: May 2027."
    assert move.findtext(f"{ATOM}updated") == "2026-11-03T12:00:00+00:00"
    assert move.find(f"{ATOM}link").get("href") == "http://testserver/horizon/developments/law/"
    ids = [entry.findtext(f"{ATOM}id") for entry in entries]
    assert len(set(ids)) == len(ids) == 6
    assert all(one.startswith("tag:testserver,2026-11-0") for one in ids)


def test_a_date_that_is_open_again_says_so(client, two):
    law, _court = two
    moved(law, 7, was="2027-05", became="")
    entry = next(read(client).iter(f"{ATOM}entry"))
    assert entry.findtext(f"{ATOM}title") == "Law: a date is open again"
    assert entry.findtext(f"{ATOM}summary") == "It starts. It was: May 2027. It is now: No date yet."


def test_what_is_called_off_says_so_first(client, two):
    law, _court = two
    moved(law, 7, was="2027-05", became="")
    law.milestones.update(called_off=True)
    entries = [
        (entry.findtext(f"{ATOM}title"), entry.findtext(f"{ATOM}summary"))
        for entry in read(client).iter(f"{ATOM}entry")
    ]
    assert entries[0] == ("Law: “It starts” will not happen", "It starts. It was: May 2027. It will not happen.")
    assert "Law: a date has moved" in [title for title, _ in entries]


def test_stages_noted_at_once_have_each_the_day_they_came(client):
    one = DevelopmentFactory(title="Law")
    for stage, on in (("bill", "2024"), ("made", "2025-03-02"), ("in_force", "2027")):
        StageChange.objects.create(development=one, stage=stage, on=PartialDate.parse(on), at=at(5))
    days = [entry.findtext(f"{ATOM}published") for entry in read(client).iter(f"{ATOM}entry")]
    assert days == ["2026-11-05T12:00:00+00:00", "2025-03-02T00:00:00+00:00", "2024-01-01T00:00:00+00:00"]


def test_nothing_hidden_is_in_a_feed_whoever_asks(client_of, cast):
    hidden = DevelopmentFactory(title="kvxqhidden", shown=False, topics=["alarms"], steps=[("kvxqstep", "2027")])
    moved(hidden, 1)
    reached(hidden, 2)
    shown = DevelopmentFactory(title="Shown", topics=["alarms"])
    briefing("kvxqdraft", development=shown, topics=["alarms"], publish=False)
    later = briefing("kvxqlater", development=shown, publish=False)
    later.go_live_at = timezone.now() + dt.timedelta(days=1)
    later.save_revision().publish()
    inside = briefing("kvxqmembers", development=shown, topics=["alarms"])
    PageViewRestriction.objects.create(page=inside, restriction_type="login")
    for person in cast.values():
        client = client_of(person)
        for url in ("/horizon/feed/", "/horizon/feed/?topic=alarms", "/horizon/feed/?category=law"):
            assert titles(client, url) == []
        assert titles(client, f"{shown.get_absolute_url()}feed/") == []
        assert client.get(f"{hidden.get_absolute_url()}feed/").status_code == 404


def test_pages_lead_to_the_feeds(client, two):
    make_horizon()
    law, _court = two
    for url, feed in [
        ("/horizon/?topic=alarms&sector=", "/horizon/feed/?topic=alarms"), ("/horizon/", "/horizon/feed/"),
        ("/horizon/timeline/", "/horizon/feed/"),
        (law.get_absolute_url(), f"{law.get_absolute_url()}feed/"),
    ]:  # fmt: skip
        head = client.get(url).content.decode().partition("</head>")[0]
        assert f'href="{feed}"' in head.partition('<link rel="alternate" type="application/atom+xml"')[2], url


def test_a_feed_costs_the_same_for_three_as_for_one_and_nothing_when_kept(
    client, settings, forget, django_capture_on_commit_callbacks
):
    def cost(number: int) -> int:
        one = DevelopmentFactory(topics=[f"own {number}"], steps=[("It starts", "2027-05")])
        published(f"Briefing {number}", number, development=one, topics=[f"other {number}"])
        moved(one, number)
        reached(one, number)
        forget()
        with CaptureQueriesContext(connection) as made:
            client.get("/horizon/feed/")
        return len(made)

    first = cost(1)
    cost(2)
    assert cost(3) == first
    settings.ANONYMOUS_CACHE = True
    before = titles(client)
    with CaptureQueriesContext(connection) as made:
        assert titles(client) == before
    assert len(made) == 0
    with django_capture_on_commit_callbacks(execute=True):
        briefing("A fourth")
        caching.touch("horizon")
    assert titles(client)[0] == "A fourth"


def test_a_feed_is_called_after_what_it_is_about_but_repeats_no_strangers_words(client, two):
    for query, title, address in [
        ("?topic=alarms&category=law", "Horizon: Alarms, Law", "/horizon/feed/?topic=alarms&category=law"),
        ("?topic=kvxqword&category=law", "Horizon: Law", "/horizon/feed/?category=law"),
        ("?topic=kvxqword", "Horizon", "/horizon/feed/"),
    ]:
        feed = read(client, f"/horizon/feed/{query}")
        links = {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")}
        assert (feed.findtext(f"{ATOM}title"), links["self"]) == (title, f"http://testserver{address}")
        assert b"kvxq" not in client.get(f"/horizon/feed/{query}").content

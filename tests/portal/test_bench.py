"""What `make bench` measures is there: the addresses of its plan answer, and its small parts do what they say."""

import json
from uuid import uuid4

import pytest
from django.conf import settings as of_the_tests
from django.test import Client

from bench import __main__ as bench
from bench import plan, replies, room
from events.models.booking import Booking
from forum.models import Reading
from members.models import Member
from portal.demo import sessions

pytestmark = pytest.mark.usefixtures("demo")


@pytest.fixture
def cookies(tmp_path):
    """The file of cookies that the bench reads."""
    sessions.write(40, tmp_path / "cookies.jsonl")
    return tmp_path / "cookies.jsonl"


@pytest.fixture
def planned(cookies, settings):
    """What the bench asks for, on the site as it serves it: the floor added, anonymous pages kept."""
    from bench import settings as of_the_bench

    settings.ROOT_URLCONF = of_the_bench.ROOT_URLCONF
    settings.TEMPLATES = [of_the_tests.TEMPLATES[0] | {"DIRS": of_the_bench.TEMPLATES[0]["DIRS"]}]
    settings.ANONYMOUS_CACHE = True
    return plan.targets({one["member"]: one["cookie"] for one in map(json.loads, cookies.read_text().splitlines())})


def test_every_figure_has_addresses_that_answer(planned):
    figures = {name for _, one, other, _ in bench.RATIOS for name in (one, other)} | set(bench.ALSO)
    assert figures == set(planned)
    found = {}
    for name, rows in planned.items():
        assert rows, name
        for path, cookie in (rows[0], rows[-1]):
            client = Client(HTTP_COOKIE=cookie) if cookie else Client()
            found[name, path] = client.get(path, SERVER_NAME="127.0.0.1").status_code
    assert {where: status for where, status in found.items() if status != 200} == {}


def test_pages_stay_within_their_queries(planned):
    counts = plan.queries(planned)
    assert set(counts) == set(planned) - {"floor"}
    assert {name: count for name, count in counts.items() if count > (0 if "anonymous" in name else 10)} == {}


def test_a_watched_thread_is_watched_by_so_many():
    asker, author = Member.objects.taking_part().with_organisation().filter(role="member").order_by("pk")[:2]
    there = Member.objects.taking_part().count()
    thread = replies.watched_thread(asker, there + 5)
    assert Reading.objects.filter(thread=thread, follow="following").exclude(member=asker).count() == there + 5
    assert len(replies.reply_times(thread, author, 2)) == 2
    assert thread.posts.count() == 3


def test_a_room_votes_and_is_counted():
    votes = room.votes()["votes"]
    assert len({one["code"] for one in votes}) == 2
    assert {len(one["options"]) for one in votes} == {len(room.OPTIONS)}
    assert room.counted(votes[0]["code"]) == {"people": 0, "votes": 0}


def test_fifty_places_are_there_to_be_booked(tmp_path):
    people = Member.objects.taking_part().count() + 3
    event = room.places(str(people), str(tmp_path / "bookers"))["event"]
    assert len((tmp_path / "bookers").read_text().splitlines()) == people
    assert room.booked(str(event)) == {"confirmed": 0, "line": [], "twice": 0}
    member = Member.objects.taking_part().first()
    Booking.objects.create(event_id=event, member=member, state=Booking.State.CONFIRMED, key=uuid4())
    assert room.booked(str(event))["confirmed"] == 1

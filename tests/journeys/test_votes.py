"""In the room: phones without account vote by code, the presenter's screen shows it, the next question comes by itself.
And a question from the audience, wanted, answered, handed on."""

import json
import re

import pytest

from tests.journeys import steps
from tests.parts.browser import DESKTOP, PHONE

pytestmark = [pytest.mark.timeout(240)]

# Run in the site: a conference that is on, with a session that takes questions, and a vote of two questions.
ROOM = """
import datetime as dt
import json
from events.actions import voting
from members.models import Member
from tests.factories import SpaceFactory, events, events_live
SpaceFactory(name="From the room", for_pages=True)
cora = Member.objects.get(handle="cora")
page = events.event("A day of votes", starts_in=dt.timedelta(hours=-1))
edith = events.speaker("Edith Marlow")  # she is bob
talk = events.session(page, "Lanterns for all", takes_questions=True, lasts=dt.timedelta(hours=4), speakers=[edith])
vote = events_live.vote(page, events_live.STOPS, events_live.READY, opened=False, session=talk)
print(json.dumps({"event": page.pk, "talk": talk.pk, "vote": vote.pk, "code": vote.code}))
"""

MORE = """
from events.models.vote import Vote
from tests.factories import events_live
vote = Vote.objects.get(code="{code}")
events_live.cast(vote, "Nobody to ask", *events_live.many({count}))
"""


@pytest.fixture(scope="module")
def room(live_site) -> dict:
    return json.loads(live_site.python_once(ROOM).splitlines()[-1])


@pytest.fixture
def at(live_site, window):
    """`at("cora")` → a page of hers; `at(None)` → a phone without account."""

    def make(handle: str | None, **options):
        made = window(**(options or ({} if handle else PHONE)))
        if handle:
            made.sign_in(live_site, handle)
        return made.page()

    return make


def test_phones_vote_by_code_and_the_screen_shows_it(live_site, at, room):
    screen, phone = at("cora"), at(None)
    screen.goto(f"{live_site.url}/events/screen/{room['code']}/")
    phone.goto(f"{live_site.url}/events/vote/")
    phone.get_by_label("Code").fill(room["code"].upper())
    phone.get_by_role("button", name="Go to the vote").click()
    phone.get_by_role("heading", name="The vote has not opened yet").wait_for()

    screen.get_by_role("button", name="Open the vote").click()
    phone.get_by_role("heading", name="What stops you most often?").wait_for()
    assert phone.get_by_text("Nobody can ever see what you chose").count() == 1
    phone.get_by_text("Fear of getting it wrong").click()
    phone.get_by_role("button", name="Vote").click()
    phone.get_by_text("Your vote is counted").wait_for()
    phone.get_by_text("Results are shown from 5 votes on").wait_for()
    screen.get_by_text("1 vote", exact=True).wait_for()

    live_site.python(MORE.format(code=room["code"], count=4))
    phone.locator(".vote-bars__share", has_text="80%").wait_for()
    screen.get_by_text("5 votes", exact=True).wait_for()
    assert (
        screen.locator(".vote-bars__share", has_text="80%").count() == 0
    )  # promised to those who voted, and the screen is everybody's

    screen.get_by_role("button", name="Next question").click()
    phone.get_by_role("heading", name="Are you ready?").wait_for()
    screen.get_by_role("button", name="Question before").click()
    screen.get_by_text("Close the vote for good").click()
    screen.get_by_role("button", name="Close it now").click()
    screen.locator(".vote-bars__share", has_text="80%").wait_for()
    phone.get_by_text("Closed", exact=True).wait_for()


def test_three_phones_vote_and_the_bars_move_on_the_screen_by_themselves(live_site, at):
    words = ROOM.replace("A day of votes", "A day of bars").replace("opened=False", 'opened=False, shows="at_once"')
    room = json.loads(live_site.python(words).splitlines()[-1])
    screen, *phones = at("cora"), at(None), at(None), at(None)
    screen.goto(f"{live_site.url}/events/screen/{room['code']}/")
    screen.get_by_role("button", name="Open the vote").click()
    screen.get_by_text("Close the vote for good").wait_for()
    live_site.python(MORE.format(code=room["code"], count=2))
    screen.get_by_text("2 votes", exact=True).wait_for()
    screen.evaluate(steps.MARK)
    assert screen.locator(".vote-bars").count() == 0
    for number, phone in enumerate(phones, start=3):
        phone.goto(f"{live_site.url}/events/vote/{room['code']}/")
        phone.get_by_text("Fear of getting it wrong").click()
        phone.get_by_role("button", name="Vote").click()
        phone.get_by_text("Your vote is counted").wait_for()
        screen.get_by_text(f"{number} votes", exact=True).wait_for()
    for page in (screen, *phones):
        page.locator(".vote-bars__share", has_text="60%").wait_for()
        assert page.locator(".vote-bars__share").all_inner_texts() == ["0%", "60%", "40%"]
    assert screen.locator(".vote-bars__fill").nth(1).get_attribute("width") == "60"
    assert steps.was_not_reloaded(screen)


def test_a_question_without_account_is_let_in_wanted_and_handed_on(live_site, at, room):
    asker, neighbour, chair = at(None), at(None), at("cora")
    speaker = steps.open_live(at("bob", **DESKTOP), f"{live_site.url}/forum/")
    told = steps.bell(speaker)
    address = f"{live_site.url}/events/{room['event']}/questions/{room['talk']}/"
    asker.goto(address)
    asker.get_by_label("Your question").fill("Who pays for the lanterns?")
    asker.get_by_role("button", name="Send the question").click()
    asker.get_by_text("Waiting for the chair to read it").wait_for()

    chair.goto(address + "stage/")
    chair.get_by_role("button", name=re.compile("^Let it in")).click()
    neighbour.goto(address)
    neighbour.get_by_role("button", name=re.compile("I want it too: Who pays")).click()
    neighbour.get_by_text("2 want this, you too").wait_for()

    chair.goto(address + "stage/")
    chair.get_by_role("button", name=re.compile("^Move to the forum")).click()
    chair.get_by_role("link", name="In the forum").wait_for()
    steps.bell_becomes(speaker, told + 1)
    assert steps.was_not_reloaded(speaker)
    asker.goto(address)
    asker.get_by_role("link", name="Read on in the forum").first.click()
    asker.get_by_role("heading", name="Who pays for the lanterns?", level=1).wait_for()

    # the speaker is led there, and answers
    speaker.locator("#bell").click()
    popover = speaker.locator("#bell-popover")
    popover.get_by_role("link", name="Questions from your talk “Lanterns for all” wait in the forum").click()
    speaker.locator(".question", has_text="Who pays").get_by_role("link", name="Read on in the forum").click()
    assert steps.bell(speaker) == told
    steps.answer(speaker, "The town does.")
    asker.reload()
    asker.get_by_text("The town does.").wait_for()


def test_without_javascript_one_votes_and_refreshes(live_site, window, room):
    made = json.loads(live_site.python(ROOM.replace("A day of votes", "A plain day")).splitlines()[-1])
    live_site.python(f"""
from events.actions import voting
from events.models.vote import Vote
from tests.factories import events_live
voting.open_vote(vote=Vote.objects.get(pk={made["vote"]}), by=events_live.team_member())
""")
    page = window(scripts=False).page()
    page.goto(f"{live_site.url}/events/vote/{made['code']}/")
    page.get_by_text("Nobody to ask").click()
    page.get_by_role("button", name="Vote").click()
    page.get_by_text("Your vote is counted").wait_for()
    live_site.python(MORE.format(code=made["code"], count=4))

    def is_shown() -> bool:
        # what all phones ask for is made once in two seconds
        page.get_by_role("link", name="Refresh to update").click()
        return page.locator(".vote-bars__share", has_text="100%").count() == 1

    steps.wait_until(page, is_shown, "the result never came")

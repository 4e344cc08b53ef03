"""Booking: a place, the line, a place that comes free while somebody looks on; plainly, as a guest, by keyboard, and
two talks at the same time."""

import json
import re

import pytest

from tests.journeys import steps

pytestmark = [pytest.mark.timeout(240)]

# Run in the site: two workshops with one place each, of which one is tomorrow, when nobody is asked first.
ONE_PLACE = """
import datetime as dt, json
from tests.factories import events
soon = events.event("Lanterns by hand", in_person=1)
tomorrow = events.event("Lanterns tomorrow", in_person=1, starts_in=dt.timedelta(hours=20))
print(json.dumps({"soon": soon.url, "tomorrow": tomorrow.url}))
"""


@pytest.fixture(params=["live_site", "grown_site"])
def site(request):
    """The one-process site on SQLite, and the same on PostgreSQL and Valkey."""
    return request.getfixturevalue(request.param)


def made_by(site, code: str) -> dict:
    """What a piece of Python that was run in the site printed last."""
    return json.loads(site.python(code).splitlines()[-1])


def press(page, name: str) -> None:
    page.get_by_role("button", name=name).click()


def choose(page, words: str) -> None:
    """Tick what is labelled so, as people do: on its label."""
    page.get_by_text(words, exact=True).click()


def test_a_place_comes_free_and_the_bell_of_who_is_next_rings_at_once(site, window):
    event = made_by(site, ONE_PLACE)
    people = ("alice", "bob", "morag")
    for one in people:
        steps.read_everything(site, one)
    alice, bob, morag = (window().sign_in(site, one).page() for one in people)

    # alice has the only place, bob and morag wait
    alice.goto(site.url + event["soon"])
    assert alice.locator(".places-left").inner_text() == "1 left in person"
    press(alice, "Book a place")
    alice.get_by_text("We sent you a mail with when and where.").wait_for()
    assert alice.locator(".ticket__state").inner_text() == "You have a place"
    assert alice.locator(".ticket-code svg").count() == 1
    for page, stands, ahead in (
        (bob, "You are next in line", "Nobody is ahead of you"),
        (morag, "You are 2nd in line", "1 person is ahead of you"),
    ):
        page.goto(site.url + event["soon"])
        assert page.locator(".places-left").inner_text() == "In person is full: you can wait in line"
        press(page, "Join the waiting list")
        page.get_by_role("heading", name=ahead).wait_for()
        assert page.locator(".ticket__state").inner_text() == stands
        assert page.locator(".ticket-code").count() == 0

    # alice gives hers up while bob looks at his ticket: his bell rings there
    steps.open_live(bob, bob.url)
    told = steps.bell(bob)
    alice.get_by_role("link", name="Give up your place").click()
    alice.get_by_role("heading", name="Give up your place?").wait_for()
    press(alice, "Give up the place")
    alice.get_by_text("The place is given up. Thank you for telling us.").wait_for()
    steps.bell_becomes(bob, told + 1)
    assert "Answer now" in steps.mail_to(alice, site, "bob@", "A place for you: Lanterns by hand")
    assert steps.was_not_reloaded(bob)
    bob.locator("#bell").click()
    bob.locator("#bell-popover").get_by_role("link", name="A place came free for you at Lanterns by hand").click()
    bob.get_by_role("heading", name="A place came free. Do you want it?").wait_for()
    assert steps.bell(bob) == told
    press(bob, "Yes, I take it")
    bob.locator(".ticket-code svg").wait_for()
    assert bob.locator(".ticket__state").inner_text() == "You have a place"

    # morag has moved up; who comes back stands behind her
    morag.reload()
    assert morag.locator(".ticket__state").inner_text() == "You are next in line"
    alice.goto(site.url + event["soon"])
    press(alice, "Join the waiting list")
    alice.get_by_role("heading", name="1 person is ahead of you").wait_for()

    # the day before nobody is asked first: the place is hers, and so says the bell
    for page, button in ((bob, "Book a place"), (morag, "Join the waiting list")):
        page.goto(site.url + event["tomorrow"])
        press(page, button)
        page.locator(".ticket__state").wait_for()
    steps.open_live(morag, morag.url)
    told = steps.bell(morag)
    bob.get_by_role("link", name="Give up your place").click()
    press(bob, "Give up the place")
    steps.bell_becomes(morag, told + 1)
    assert steps.was_not_reloaded(morag)
    morag.locator("#bell").click()
    morag.locator("#bell-popover").get_by_role("link", name="A place came free at Lanterns tomorrow").click()
    morag.locator(".ticket-code svg").wait_for()
    assert morag.locator(".ticket__state").inner_text() == "You have a place"


# A day of two rooms: a talk for all, two side by side (morag has the only place in one, bob is in the other), one more.
TWO_ROOMS = """
import datetime as dt, json
from members.models import Member
from tests.factories import events
bob, morag = (Member.objects.get(handle=name) for name in ("bob", "morag"))
day = events.event("Lanterns and lamps", kind="conference", in_person=30, slug="lanterns-%(slug)s")
hour = dt.timedelta(hours=1)
events.session(day, "Welcome to the light", kind="plenary", lasts=hour)
wick = events.session(day, "Wicks", room="Hall", starts_after=hour, lasts=hour, capacity=2)
glass = events.session(day, "Glass", room="Studio", starts_after=hour, lasts=hour, capacity=1)
oil = events.session(day, "Oil", room="Hall", starts_after=2 * hour, lasts=hour)
events.booking(day, bob, sessions=[wick])
hers = events.booking(day, morag, sessions=[glass])
print(json.dumps({"url": day.url, "hers": f"/events/bookings/{hers.key}/"}))
"""


def asked_which(made):
    """A page of a window in which it is asked which of two talks at the same time one wants."""
    made.forgive("409 (Conflict)")
    return made.page()


def test_programme_booking_and_cancelling_by_keyboard_alone(live_site, window):
    event = made_by(live_site, TWO_ROOMS % {"slug": "by-keyboard"})
    page = asked_which(window().sign_in(live_site, "alice"))
    page.goto(live_site.url + event["url"])
    steps.tab_to(page, page.get_by_role("button", name="Book a place"))
    steps.enter(page)
    assert page.locator(".ticket__state").inner_text() == "You have a place"
    steps.tab_to(page, page.get_by_role("heading", level=1).get_by_role("link"))
    steps.enter(page)

    # the grid is walked as it is read: hour by hour, room by room
    steps.tab_to(page, page.get_by_role("link", name="Mine"))
    assert [steps.tab(page) for _ in range(7)] == [
        "Welcome to the light", "Wicks", "Take a place: Wicks", "Glass", "Join the waiting list: Glass", "Oil",
        "Add to my day: Oil",
    ]  # fmt: skip

    # what is pressed there leads back there
    steps.enter(page)
    assert [steps.tab(page) for _ in range(2)] == ["Oil", "Take it out: Oil"]
    for _ in range(4):
        page.keyboard.press("Shift+Tab")
    steps.enter(page)
    assert [steps.tab(page) for _ in range(2)] == ["Wicks", "Give up this place: Wicks"]

    # two at the same time: it asks, and what is kept or chosen is where one goes on
    steps.tab_to(page, page.get_by_role("button", name="Join the waiting list"))
    steps.enter(page)
    page.get_by_role("heading", name="Two at the same time").wait_for()
    steps.tab_to(page, page.get_by_role("link", name="Keep “Wicks”"))
    steps.enter(page)
    assert [steps.tab(page) for _ in range(2)] == ["Glass", "Join the waiting list: Glass"]

    # and away again
    page.goto(page.url.partition("#")[0])
    steps.tab_to(page, page.get_by_role("link", name="Your ticket"))
    steps.enter(page)
    steps.tab_to(page, page.get_by_role("link", name="Give up your place"))
    steps.enter(page)
    steps.tab_to(page, page.get_by_role("button", name="Give up the place"))
    steps.enter(page)
    assert page.locator(".ticket__state").inner_text() == "You gave up your place"


def test_of_two_talks_at_the_same_time_one_is_kept(live_site, window):
    event = made_by(live_site, TWO_ROOMS % {"slug": "on-a-phone"})
    page = asked_which(window(phone=True).sign_in(live_site, "bob"))
    page.goto(live_site.url + event["url"])

    def card(title: str):
        return page.locator(".session-card", has=page.get_by_role("heading", name=title, exact=True))

    # the other is full: to wait for it is to leave this one, so it asks; and a full one is never swapped for
    assert card("Wicks").get_by_text("You are booked").count() == 1
    card("Glass").get_by_role("button", name="Join the waiting list").click()
    page.get_by_text("“Glass” is at the same time as “Wicks”, which is in your day already.").wait_for()
    press(page, "Go to “Glass” instead")
    page.get_by_text("“Glass” is full. You keep “Wicks”.").wait_for()
    assert page.get_by_text("“Glass” is full. You keep “Wicks”.").evaluate("el => el.getBoundingClientRect().top >= 0")
    assert card("Wicks").get_by_text("You are booked").count() == 1

    # a place in it comes free: now he is asked again, keeps one, then takes the other
    with steps.browser_of(live_site, "morag") as client:
        assert steps.send(client, event["hers"] + "give-up/").status_code == 302
    page.reload()
    for answer, mine, free in (("Keep “Wicks”", "Wicks", "Glass"), ("Go to “Glass” instead", "Glass", "Wicks")):
        card("Glass").get_by_role("button", name="Take a place").click()
        page.get_by_role("heading", name="Two at the same time").wait_for()
        page.get_by_role("link", name=answer).or_(page.get_by_role("button", name=answer)).click()
        card(mine).get_by_text("You are booked").wait_for()
        assert card(free).get_by_role("button", name="Take a place").count() == 1

    # and so says the ticket
    page.get_by_role("link", name="Your ticket").click()
    page.get_by_role("heading", name="Your day").wait_for()
    assert page.locator(".day-list__title").all_inner_texts() == ["Glass Studio"]


# A workshop in a room with one place left, and online, that asks something.
ASKS = """
import json
from events.models.booking import BookingQuestion
from tests.factories import events
event = events.event("Lanterns for beginners", in_person=1, online=5, slug="beginners-%(slug)s")
BookingQuestion.objects.create(event=event, words="Have you lit one before?", kind="yes_no", required=True)
print(json.dumps({"pk": event.pk, "url": event.url, "title": event.title}))
"""


def test_without_javascript_one_books_waits_changes_and_cancels(live_site, window):
    event = made_by(live_site, ASKS % {"slug": "plainly"})
    bob, alice = (window(scripts=False).sign_in(live_site, one).page() for one in ("bob", "alice"))
    for page in (bob, alice):
        page.goto(live_site.url + event["url"])
        page.get_by_role("link", name="Book a place").click()
        choose(page, "Yes")

    # what is left out is asked for by name, and nothing typed is lost
    press(alice, "Book")
    alice.get_by_role("link", name="Say whether you come in person or online.").click()
    assert alice.get_by_label("Yes", exact=True).is_checked()
    for page in (bob, alice):
        choose(page, "In person: 1 place left")
        choose(page, "Put me on the list of delegates")
        page.locator("summary", has_text="Tell us what you need").click()
        page.get_by_label("What you need to eat").fill("No nuts")
        press(page, "Book")
        page.get_by_text("We sent you a mail with when and where.").wait_for()
    assert bob.locator(".ticket__state").inner_text() == "You have a place"

    # she was slower by a moment, and is in line: online there is room
    assert alice.locator(".ticket__state").inner_text() == "You are next in line"
    alice.get_by_text("There are 5 places online.").wait_for()
    alice.get_by_role("button", name="Come online instead").first.click()
    alice.get_by_text("Changed. The way you come now stands on your ticket.").wait_for()
    assert alice.locator(".ticket__state").inner_text() == "You have a place online"
    alice.get_by_role("link", name="Change this").click()
    alice.get_by_label("What you need to eat").fill("")
    press(alice, "Keep this")
    assert alice.locator(".ticket-body__rail").inner_text().count("Nothing special") == 2
    for page in (bob, alice):
        page.get_by_role("link", name="Give up your place").click()
        press(page, "Give up the place")
        page.get_by_text("The place is given up. Thank you for telling us.").wait_for()
    alice.get_by_role("link", name="Book again").click()
    alice.get_by_label("In person: 1 place left").wait_for()


def test_a_guest_books_and_cancels_by_the_links_in_the_mails(live_site, window):
    event = made_by(live_site, ASKS % {"slug": "guest"})
    who = "gale@lanterns.example.org"
    page, mails, other = window(scripts=False).page(), window().page(), window(phone=True)
    other.forgive("403 (Forbidden)")
    phone = other.page()
    page.goto(live_site.url + event["url"])
    page.get_by_role("link", name="Book as a guest").click()
    page.get_by_label("Your e-mail address").fill("gale at lanterns")
    press(page, "Send me the link")
    page.get_by_role("heading", name="There is a problem").wait_for()
    page.get_by_label("Your e-mail address").fill(who)
    press(page, "Send me the link")
    page.get_by_text("Nothing is booked yet.").wait_for()
    page.goto(link_in(steps.mail_to(mails, live_site, who, f"Book your place: {event['title']}")))
    page.get_by_label("Your name").fill("Gale Guest")
    choose(page, "In person: 1 place left")
    choose(page, "No")
    press(page, "Book")
    page.get_by_text("We sent you a mail with the link to this ticket. Keep it.").wait_for()
    assert page.locator(".ticket__state").inner_text() == "You have a place"
    ticket = page.url

    # the ticket opens by its link alone, on any device
    assert phone.goto(ticket).status == 403
    assert phone.get_by_text("Lanterns for beginners").count() == 0
    phone.goto(link_in(steps.mail_to(mails, live_site, who, f"You have a place: {event['title']}")))
    assert phone.url == ticket
    phone.get_by_role("link", name="Give up your place").click()
    press(phone, "Give up the place")
    phone.get_by_text("The place is given up. Thank you for telling us.").wait_for()
    assert "Thank you for telling us" in steps.mail_to(
        mails, live_site, who, f"You gave up your place: {event['title']}"
    )
    page.reload()
    assert page.locator(".ticket__state").inner_text() == "You gave up your place"


def link_in(mail: str) -> str:
    """The first address in a mail that opens something for its reader."""
    return re.search(r"https?://\S+/events/\S+", mail)[0]

"""The core team's desk for events: who gets in, what lacks, places, programme, calling off."""

import datetime as dt
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from events.actions import access_leads, calling_off
from events.models.booking import Booking, BookingQuestion
from events.models.calling import CalledOff
from events.models.places import Places
from members.models import Member
from members.roles import follow_role
from tests.events import editor, soup
from tests.factories import MemberFactory
from tests.factories import events as made
from tests.horizon import desk as admin

ROOMS = (
    "desk", "programme", "session-new", "questions", "places", "call-off", "bookings", "book", "mails", "mail",
    "changes", "figures", "clone", "slides", "slides-send", "stories",
)  # fmt: skip


@pytest.fixture
def event(db):
    return made.event(in_person=2, online=5)


def at(name: str, event, *more) -> str:
    return reverse(f"event_desk:{name}", args=[event.pk, *more])


class TestWhoGetsIn:
    @pytest.mark.parametrize("name", ROOMS)
    def test_every_room_opens_for_the_core_team(self, core, event, name):
        assert core.get(at(name, event)).status_code == 200

    @pytest.mark.parametrize("name", [*ROOMS, "needs"])
    def test_members_do_not_get_in(self, client_of, alice, event, name):
        admin.set_up()
        assert client_of(alice).get(at(name, event), follow=True).status_code == 403

    @pytest.mark.parametrize("role", ["author", "moderator"])
    @pytest.mark.parametrize("name", [*ROOMS, "needs"])
    def test_authors_and_moderators_are_sent_away(self, client_of, event, role, name):
        writer = MemberFactory(role=role)
        admin.set_up()
        client = client_of(writer)
        assert client.get(at(name, event)).headers["Location"] == "/admin/"
        assert client.get(reverse("event_desk:index")).headers["Location"] == "/admin/"
        assert "Programme, places, bookings" not in client.get("/admin/").content.decode()

    def test_strangers_are_asked_to_sign_in(self, client, event):
        assert client.get(at("desk", event)).headers["Location"].startswith("/admin/login/")

    def test_an_event_that_is_not_there_is_404(self, core):
        assert core.get("/admin/events/99999/").status_code == 404

    def test_a_draft_has_a_desk_too(self, core):
        draft = made.event("Not yet", publish=False)
        page = core.get(at("desk", draft)).content.decode()
        assert "Publish the page: nobody sees it yet." in page


class TestTheWayThere:
    def test_the_list_leads_to_each_event_drafts_too(self, core, event):
        draft = made.event("Not yet", publish=False)
        page = core.get(reverse("event_desk:index")).content.decode()
        assert [f'href="{at("desk", one)}"' in page for one in (event, draft)] == [True, True]

    def test_past_events_have_their_own_list(self, core, event):
        past = made.event("Last year", starts_in=dt.timedelta(days=-300))
        pages = [core.get(f"{reverse('event_desk:index')}{query}").content.decode() for query in ("", "?past=1")]
        assert [("Last year" in page, at("desk", event) in page) for page in pages] == [(False, True), (True, False)]
        assert at("desk", past) in pages[1]

    def test_the_list_says_weekday_and_time_and_leads_to_a_new_event(self, core):
        nine = dt.datetime(2031, 3, 6, 9, 30, tzinfo=timezone.get_default_timezone())
        one = made.event("Some day", starts_at=nine, ends_at=nine + dt.timedelta(hours=2))
        page = core.get(reverse("event_desk:index")).content.decode()
        assert "Thursday 6 March 2031, 9:30am to 11:30am" in page
        add = reverse("wagtailadmin_pages:add", args=["events", "eventpage", one.get_parent().pk])
        assert (f'href="{add}"' in page, ">Add event<" in page, ">Past<" in page) == (True, True, True)
        assert core.get(add).status_code == 200

    def test_the_page_editor_leads_to_the_desk(self, core, event):
        page = core.get(reverse("wagtailadmin_pages:edit", args=[event.pk])).content.decode()
        assert f'href="{at("desk", event)}"' in page

    def test_the_menu_has_one_entry(self, core, event):
        page = core.get("/admin/").content.decode()
        assert "Programme, places, bookings" in page
        assert "What people need" not in page

    def test_after_publishing_a_message_leads_to_what_is_still_to_be_set(self, core):
        bare, whole = made.event("Bare", in_person=0), made.event("Whole", in_person=5)
        said = []
        for one in (bare, whole):
            page = soup.page_of(editor.send(core, one, title=f"{one.title} day", follow=True))
            said.append(soup.links(page, ".messages a"))
        assert [(words, url) for words, url in said[0] if "/events/" in url and "admin" in url] == [
            ("Set places and open booking", at("places", bare))
        ]
        assert ("To its desk", at("desk", whole)) in said[1]

    def test_votes_and_the_door_lead_back_to_the_desk(self, core, event):
        for name in ("vote-desk", "door"):
            assert (
                f'href="{at("desk", event)}"' in core.get(reverse(f"events:{name}", args=[event.pk])).content.decode()
            )

    @pytest.mark.parametrize(
        ("fields", "has"),
        [
            ({"in_person": 5}, True), ({"in_person": 5, "online": 5}, True), ({"in_person": 0, "online": 5}, False),
            ({"in_person": 5, "called_off": "Snow"}, False), ({"in_person": 0, "venue": "Library"}, True),
        ],
    )  # fmt: skip
    def test_a_door_is_offered_where_somebody_comes_through_it(self, core, fields, has):
        page = core.get(at("desk", made.event(**fields))).content.decode()
        offered = [
            words in page for words in ("At the door", "Helpers at the door", "Badges as PDF", "List for the door")
        ]
        assert offered == [has] * 4
        assert "Votes" in page


class TestNextSteps:
    def test_what_lacks_before_booking_opens(self, core):
        bare = made.event(in_person=0, online=0)
        page = core.get(at("desk", bare)).content.decode()
        assert "Say how many places there are: until then nobody can book." in page
        assert "Write the joining note: it is sent a week before." in page

    def test_an_event_with_everything_has_nothing_to_do(self, core, cora, bob):
        access_leads.name_lead(member=bob, by=cora)
        whole = made.event(
            in_person=5, joining_note="Come in by the side door.", access_notes="No steps.",
            book_opens_at=timezone.now() - dt.timedelta(days=1),
        )  # fmt: skip
        made.session(whole)
        assert "Nothing to do at the moment." in core.get(at("desk", whole)).content.decode()

    @pytest.mark.parametrize(("many", "words"), [(1, "1 person waits for a place."), (2, "2 people wait for a place.")])
    def test_who_waits_for_a_place_is_a_step_as_on_the_first_page(self, core, event, many, words):
        for _one in range(many):
            made.booking(event, MemberFactory(), state=Booking.State.WAITING)
        steps = [step.words for step, _url in core.get(at("desk", event)).context["steps"]]
        assert f"{words} See if there can be more." in steps


def test_the_desk_of_one_called_off_books_nobody_and_writes_to_who_had_booked(core, event, alice, cora):
    booking = made.booking(event, alice)
    before = core.get(at("desk", event)).content.decode()
    assert ("Book for somebody" in before, "Write to all with a place" in before) == (True, True)
    calling_off.call_off(event=event, why="The hall is flooded.", by=cora)
    for name in ("desk", "bookings"):
        assert "Book for somebody" not in core.get(at(name, event)).content.decode()
    page = core.get(at("desk", event)).content.decode()
    assert ("Write to all with a place" in page, "Write to all who had booked" in page) == (False, True)
    readers = core.get(f"{at('mail', event)}?state=called_off").context["readers"]
    assert [one.pk for one in readers.bookings] == [booking.pk]


def test_an_access_lead_stays_one_whatever_their_role_and_is_none_once_they_leave(cora, bob):
    access_leads.name_lead(member=bob, by=cora)
    for role in (Member.Role.MODERATOR, Member.Role.MEMBER):
        bob.role = role
        bob.save()
        follow_role(bob)
        assert Member.objects.get(pk=bob.pk).has_perm("events.read_needs")
    bob.standing = Member.Standing.LEFT
    bob.save()
    follow_role(bob)
    assert not bob.groups.exists()


class TestPlaces:
    def test_more_places_are_offered_to_who_waits(self, core, event, alice, bob, charlie):
        for member in (alice, bob):
            made.booking(event, member)
        waits = made.booking(event, MemberFactory(), state=Booking.State.WAITING)
        core.post(at("places", event), {"mode": "in_person", "capacity": "3"})
        waits.refresh_from_db()
        places = Places.objects.get(event=event, mode="in_person")
        assert (places.capacity, places.held, waits.state) == (3, 1, Booking.State.OFFERED)

    @pytest.mark.parametrize("waiting", [0, 1])
    def test_it_is_said_which_places_there_are_now_and_who_of_the_line_is_told(self, core, event, alice, bob, waiting):
        for member in (alice, bob):
            made.booking(event, member)
        for _one in range(waiting):
            made.booking(event, MemberFactory(), state=Booking.State.WAITING)
        answer = core.post(at("places", event), {"mode": "in_person", "capacity": "3"}, follow=True)
        told = " 1 person from the line is offered a place, and told." if waiting else ""
        assert [str(one) for one in answer.context["messages"]] == [f"There are 3 places in person now.{told}"]
        assert f"2 taken, {waiting} offered, {1 - waiting} left, 0 waiting." in answer.content.decode()

    def test_what_is_kept_is_kept_for_organisations(self, core, event, council):
        day = timezone.localdate() + dt.timedelta(days=10)
        typed = {"organisation": council.pk, "mode": "in_person", "places": "2", "release_on": day.isoformat()}
        page = core.post(at("places", event), typed, follow=True).content.decode()
        assert "0 taken, 0 offered, 2 kept for organisations, 0 left, 0 waiting." in page

    def test_fewer_than_are_taken_asks_who_moves(self, core, event, alice, bob):
        for member in (alice, bob):
            made.booking(event, member)
        response = core.post(at("places", event), {"mode": "in_person", "capacity": "1"})
        page = response.content.decode()
        assert ("Alice Amory" in page, "Bob Barley" in page) == (True, True)
        assert Places.objects.get(event=event, mode="in_person").capacity == 2
        moves = event.bookings.get(member=bob)
        core.post(at("places", event), {"mode": "in_person", "capacity": "1", "moving": [moves.pk]})
        moves.refresh_from_db()
        assert (moves.state, Places.objects.get(event=event, mode="in_person").capacity) == (Booking.State.WAITING, 1)

    def test_what_is_wrong_with_a_new_way_of_coming_is_said_and_what_was_typed_stays(self, core):
        there = made.event(in_person=5, online=0)
        for typed, words in (("", "Say how many."), ("-4", "Choose 0 or more."), ("99999", "Choose 20000 or less.")):
            page = soup.page_of(core.post(at("places", there), {"mode": "online", "capacity": typed}))
            (form,) = [one for one in page.select("form") if one.select('input[name=mode][value="online"]')]
            assert words in soup.words(form)
            assert form.select_one("input[name=capacity]").get("value", "") == typed

    def test_a_number_pasted_with_its_comma_is_understood(self, core, event, council):
        core.post(at("places", event), {"mode": "in_person", "capacity": "1,200"})
        assert Places.objects.get(event=event, mode="in_person").capacity == 1200
        page = soup.page_of(core.post(at("places", event), {"mode": "in_person", "capacity": "1,2"}))
        assert "Write a whole number, such as 20 or 1,200." in page.text
        typed = {"title": "Say it", "kind": "talk", "day": event.starts_at.date().isoformat(), "capacity": "1,200"}
        form = core.post(at("session-new", event), typed).context["form"]
        assert form.cleaned_data["capacity"] == 1200

    def test_no_places_at_all_are_warned_of(self, core):
        there = made.event(in_person=0, online=0)
        Places.objects.create(event=there, mode="online", capacity=0)
        Places.objects.create(event=there, mode="in_person", capacity=5)
        page = core.get(at("places", there)).content.decode()
        assert "There are 0 places online: nobody can book this way." in page
        assert "There are 0 places in person" not in page

    def test_a_new_way_of_coming_is_offered(self, core):
        there = made.event(in_person=5, online=0)
        core.post(at("places", there), {"mode": "online", "capacity": "40"})
        assert there.places.get(mode="online").capacity == 40

    def test_places_are_kept_changed_and_released(self, core, event, council):
        day = timezone.localdate() + dt.timedelta(days=10)
        typed = {"organisation": council.pk, "mode": "in_person", "places": "2", "release_on": day.isoformat()}
        core.post(at("places", event), typed)
        kept = event.allocations.get()
        assert (kept.places, kept.release_on, event.places.get(mode="in_person").held) == (2, day, 2)
        core.post(at("places", event), typed | {"places": "1"})
        kept.refresh_from_db()
        assert (kept.places, event.places.get(mode="in_person").held) == (1, 1)
        core.post(at("release", event, kept.pk))
        kept.refresh_from_db()
        assert (kept.released_at is not None, event.places.get(mode="in_person").held) == (True, 0)

    def test_more_than_there_are_is_refused_in_words(self, core, event, council):
        day = timezone.localdate() + dt.timedelta(days=10)
        response = core.post(
            at("places", event),
            {"organisation": council.pk, "mode": "in_person", "places": "9", "release_on": day.isoformat()},
        )
        assert response.context["allocate"].errors["places"][0].startswith("Only 2 places of this event are free.")


class TestQuestions:
    def test_a_question_is_asked_changed_and_stopped(self, core, event):
        core.post(at("questions", event), {"words": "Which system?", "kind": "choice", "options": "Mosaic\nLiquid"})
        asked = BookingQuestion.objects.get()
        assert (asked.words, asked.options, asked.required) == ("Which system?", ["Mosaic", "Liquid"], False)
        core.post(at("question", event, asked.pk), {"words": "Which?", "kind": "text", "options": "", "required": "on"})
        asked.refresh_from_db()
        assert (asked.words, asked.options, asked.required) == ("Which?", [], True)
        core.post(at("question", event, asked.pk), {"delete": "yes"})
        assert BookingQuestion.objects.count() == 0

    def test_one_of_several_needs_two(self, core, event):
        response = core.post(at("questions", event), {"words": "Which?", "kind": "choice", "options": "Only"})
        assert response.context["form"].errors["options"] == ["Write at least two answers, one a line."]

    def test_an_answered_question_stays(self, core, event, alice):
        asked = BookingQuestion.objects.create(event=event, words="Which?", kind="text")
        asked.answers.create(booking=made.booking(event, alice), answer="This")
        core.post(at("question", event, asked.pk), {"delete": "yes"})
        assert BookingQuestion.objects.count() == 1


class TestCallingOff:
    def test_it_is_called_off_with_why_and_on_again(self, core, event, alice):
        booking = made.booking(event, alice)
        assert core.post(at("call-off", event), {"why": ""}).context["form"].errors["why"] == ["Write why."]
        core.post(at("call-off", event), {"why": "The hall is flooded."})
        booking.refresh_from_db()
        assert (booking.state, CalledOff.objects.get().why) == (Booking.State.CALLED_OFF, "The hall is flooded.")
        core.post(at("call-off", event), {"why": "The hall is dry."})
        assert CalledOff.objects.count() == 0
        assert "1 person has a place" not in core.get(at("call-off", event)).content.decode()


def test_every_act_that_is_logged_has_its_words():
    """An act whose name the log does not know fails where people click it."""
    from wagtail.log_actions import registry

    said = "".join(path.read_text() for path in sorted((Path(settings.BASE_DIR) / "events" / "actions").glob("*.py")))
    names = {
        name
        for call in re.findall(r"\blog(?:_of_team)?\((.*?)\)\n", said, re.DOTALL)
        for name in re.findall(r'"(events\.[a-z_]+)"', call)
    }
    assert len(names) > 20
    assert [name for name in sorted(names) if not registry.action_exists(name)] == []


class TestChanges:
    def test_what_the_draft_changes_is_seen_before_it_is_published(self, core, event, alice):
        made.booking(event, alice)
        from events.actions import changes

        changes.published(event=event)
        event.venue = "Library"
        event.save_revision()
        page = core.get(at("changes", event)).content.decode()
        assert ("Thornmere Town Hall" in page, "Library" in page) == (True, True)

    def test_something_else_is_seen_first_and_then_told(self, core, event, alice):
        made.booking(event, alice)
        typed = {"what": "Room", "was": "Hall", "now": "Library"}
        seen = core.post(at("changes", event), typed)
        assert (event.changes_told.count(), "1 person hears this:" in seen.content.decode()) == (0, True)
        core.post(at("changes", event), typed | {"send": "yes"})
        assert event.changes_told.get().changes == [["Room", "Hall", "Library"]]


class TestDeleting:
    def test_an_event_that_people_booked_is_never_deleted(self, core, event, alice):
        made.booking(event, alice)
        page = core.post(reverse("wagtailadmin_pages:delete", args=[event.pk]), follow=True).content.decode()
        assert "has bookings or files, so it can’t be deleted." in page
        index = event.get_parent()
        core.post(reverse("wagtailadmin_pages:delete", args=[index.pk]))
        many = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "delete"])
        core.post(f"{many}?id={event.pk}")
        assert (type(event).objects.count(), Booking.objects.count()) == (1, 1)

    def test_one_that_nobody_booked_may_be(self, core, event):
        made.session(event)
        core.post(reverse("wagtailadmin_pages:delete", args=[event.pk]))
        assert type(event).objects.count() == 0

"""The list of bookings in the admin: choosing, one booking, booking for somebody, and what people need kept apart."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from events.models.booking import Booking, Needs, NeedsErased
from events.models.checkin import CheckIn
from events.models.places import Allocation
from events.querysets.figures import by_sector
from members.models import Member
from tests.factories import MemberFactory, OrganisationFactory, SectorFactory
from tests.factories import events as made
from tests.horizon import desk as admin

State = Booking.State


@pytest.fixture
def event(db):
    return made.event(in_person=3, online=5)


def at(name: str, event, *more) -> str:
    return reverse(f"event_desk:{name}", args=[event.pk, *more])


def names(response) -> list[str]:
    return [one.name for one in response.context["page"]]


class TestChoosing:
    @pytest.fixture
    def session(self, event):
        return made.session(event, capacity=5)

    @pytest.fixture
    def booked(self, event, alice, bob, session):
        """Alice has a place and a session, Bob waits online, a guest from elsewhere gave up."""
        return {
            "alice": made.booking(event, alice, sessions=[session]),
            "bob": made.booking(event, bob, state=State.WAITING, mode="online"),
            "guest": made.booking(event, state=State.WITHDRAWN, guest_name="Gale Guest", organisation_name="Moss & Co"),
        }

    @pytest.mark.parametrize(
        ("asked", "found"),
        [
            ("", {"Alice Amory", "Bob Barley", "Gale Guest"}),
            ("state=confirmed", {"Alice Amory"}),
            ("state=active", {"Alice Amory", "Bob Barley"}),
            ("mode=online", {"Bob Barley"}),
            ("who=guest", {"Gale Guest"}),
            ("who=member", {"Alice Amory", "Bob Barley"}),
            ("q=barley", {"Bob Barley"}),
            ("q=gale+guest", {"Gale Guest"}),
            ("q=moss", {"Gale Guest"}),
            ("q=visitors.example", {"Gale Guest"}),
            ("q=%00amory", set()),
            ("q=nobody+there", set()),
            ("came=yes", {"Bob Barley"}),
            ("came=no", {"Alice Amory"}),
            ("state=nonsense", set()),
        ],
    )
    def test_each_way_of_choosing_finds_just_those(self, core, event, booked, cora, asked, found):
        CheckIn.objects.create(booking=booked["bob"], by=cora)
        assert set(names(core.get(f"{at('bookings', event)}?{asked}"))) == found

    def test_by_sector_organisation_and_session(self, core, event, booked, council, charity, session):
        url = at("bookings", event)
        assert names(core.get(f"{url}?sector={council.sector_id}")) == ["Alice Amory"]
        assert names(core.get(f"{url}?organisation={charity.pk}")) == ["Bob Barley"]
        assert names(core.get(f"{url}?session={session.pk}")) == ["Alice Amory"]

    def test_bookings_of_other_events_are_not_in_it(self, core, event, booked):
        made.booking(made.event("Another"), MemberFactory(display_name="Nora Nobody"))
        assert "Nora Nobody" not in names(core.get(at("bookings", event)))

    def test_who_waits_stands_with_their_position(self, core, event, booked):
        page = core.get(at("bookings", event)).content.decode()
        assert "Waiting, number 1 in line" in page

    def test_the_list_asks_as_often_for_three_as_for_one(self, core, event, council):
        def count() -> int:
            core.get(at("bookings", event))
            with CaptureQueriesContext(connection) as queries:
                assert core.get(at("bookings", event)).status_code == 200
            return len(queries)

        session = made.session(event)
        one = made.booking(event, MemberFactory(organisation=council), sessions=[session])
        first = count()
        for body in (OrganisationFactory(), OrganisationFactory()):
            more = made.booking(event, MemberFactory(organisation=body), sessions=[session])
            kept = Allocation.objects.create(
                event=event, organisation=body, places=1, release_on=timezone.localdate(), mode="in_person"
            )
            Booking.objects.filter(pk=more.pk).update(allocation=kept)
        assert (count(), one.event_id) == (first, event.pk)


class TestOneBooking:
    def test_its_history_can_be_read(self, core, event, alice, cora):
        booking = made.booking(event, alice)
        core.post(at("booking", event, booking.pk), {"verb": "give_up", "give_up-reason": "She is ill."})
        page = core.get(at("booking", event, booking.pk)).content.decode()
        booking.refresh_from_db()
        assert booking.state == State.WITHDRAWN
        assert [words in page for words in ("She is ill.", "Cora Coates", "Has a place")] == [True] * 3

    def test_giving_up_for_somebody_needs_a_reason(self, core, event, alice):
        booking = made.booking(event, alice)
        response = core.post(at("booking", event, booking.pk), {"verb": "give_up", "give_up-reason": ""})
        assert response.context["forms"]["give_up"].errors["reason"] == ["Write the reason: the person reads it."]
        booking.refresh_from_db()
        assert booking.state == State.CONFIRMED

    def test_somebody_is_moved_in_the_line_with_a_reason(self, core, event):
        line = [made.booking(event, MemberFactory(), state=State.WAITING) for _number in range(3)]
        typed = {"verb": "move", "move-to": "1", "move-reason": "She gives the talk."}
        core.post(at("booking", event, line[2].pk), typed)
        found = Booking.objects.filter(event=event).order_by("queue_number")
        assert [one.pk for one in found] == [line[2].pk, line[0].pk, line[1].pk]

    def test_somebody_is_switched_online_with_a_reason(self, core, event, alice):
        booking = made.booking(event, alice)
        core.post(at("booking", event, booking.pk), {"verb": "switch", "switch-reason": "She asked us to."})
        booking.refresh_from_db()
        assert (booking.mode, booking.state) == ("online", State.CONFIRMED)

    def test_a_booking_of_another_event_is_404(self, core, event, alice):
        other = made.booking(made.event("Another"), alice)
        assert core.get(at("booking", event, other.pk)).status_code == 404


class TestBookingForSomebody:
    def test_a_member_by_their_address(self, core, event, alice):
        core.post(at("book", event), {"email": alice.email.upper(), "mode": "in_person"})
        booking = Booking.objects.get()
        assert (booking.member, booking.organisation, booking.state) == (alice, alice.organisation, State.CONFIRMED)

    def test_a_guest_with_a_name(self, core, event):
        response = core.post(at("book", event), {"email": "new@visitors.example.org", "mode": "online"})
        assert list(response.context["form"].errors) == ["name"]
        core.post(at("book", event), {"email": "new@visitors.example.org", "name": "Nia New", "mode": "online"})
        booking = Booking.objects.get()
        assert (booking.member, booking.guest_name, booking.mode) == (None, "Nia New", "online")

    @pytest.mark.parametrize(
        ("mode", "said"),
        [
            ("in_person", ""),
            ("online", " If they are to come another way, choose “Switch to online” below."),
        ],
    )
    @pytest.mark.parametrize("who", ["member", "guest"])
    def test_whoever_is_booked_already_is_not_said_to_be_booked_now(self, core, event, alice, who, mode, said):
        there = made.booking(event, alice) if who == "member" else made.booking(event, guest_name="Gale Guest")
        email = alice.email if who == "member" else there.guest_email
        form = {"email": email, "name": there.name, "mode": mode}
        answer = core.post(at("book", event), form, follow=True)
        assert answer.redirect_chain == [(at("booking", event, there.pk), 302)]
        assert [str(one) for one in answer.context["messages"]] == [
            f"{there.name} already has a place in person. Nothing changed.{said}"
        ]
        assert Booking.objects.get().mode == "in_person"

    @pytest.mark.parametrize(
        ("email", "typed", "body", "sector"),
        [
            ("nia@visitors.example.org", "Moss & Co", "Moss & Co", "Not in the directory"),
            ("nia@visitors.example.org", "mardyke food bank", "Mardyke Food Bank", "Charities"),
            ("nia@mardyke-food-bank.example.org", "", "Mardyke Food Bank", "Charities"),
            ("nia@mardyke-food-bank.example.org", "Moss & Co", "Moss & Co", "Not in the directory"),
            ("nia@visitors.example.org", "", "", "Not in the directory"),
        ],
    )
    def test_a_guest_comes_for_whom_the_team_says_and_never_for_the_team(
        self, core, event, charity, email, typed, body, sector
    ):
        charity.sector.name = "Charities"
        charity.sector.save()
        form = {"email": email, "name": "Nia New", "organisation_name": typed, "mode": "online"}
        core.post(at("book", event), form)
        assert Booking.objects.get().works_for == body
        assert [(row.label, row.value) for row in by_sector(event).rows] == [(sector, 1)]

    def test_an_event_nobody_sees_yet_is_refused_in_words(self, core, alice):
        draft = made.event("Not yet", publish=False)
        response = core.post(at("book", draft), {"email": alice.email, "mode": "in_person"})
        assert response.status_code == 200
        assert Booking.objects.count() == 0


class TestNeeds:
    @pytest.fixture
    def booking(self, event, alice):
        found = made.booking(event, alice)
        Needs.objects.create(booking=found, dietary="vegan", access="A seat near the door")
        return found

    @pytest.fixture
    def lead(self, core, bob):
        core.post(reverse("event_desk:leads"), {"email": bob.email})
        return Member.objects.get(pk=bob.pk)

    def test_the_core_team_reads_no_needs(self, core, event, booking):
        assert core.get(at("needs", event)).headers["Location"] == "/admin/"
        assert core.get(reverse("event_desk:needs-list")).headers["Location"] == "/admin/"
        seen = "".join(
            core.get(url).content.decode("utf-8", "replace")
            for url in (
                at("desk", event), at("bookings", event), at("booking", event, booking.pk),
                f"{at('bookings', event)}?export=csv", at("figures", event),
            )
        )  # fmt: skip
        assert ("vegan" in seen, "near the door" in seen) == (False, False)

    def test_a_named_lead_reads_needs_and_nothing_else(self, lead, client_of, event, booking):
        client = client_of(lead)
        page = client.get(at("needs", event)).content.decode()
        assert [words in page for words in ("vegan", "A seat near the door", "Alice Amory")] == [True] * 3
        for name in ("desk", "bookings", "places", "mails", "figures"):
            assert client.get(at(name, event)).headers["Location"] == "/admin/"
        assert client.get(reverse("event_desk:leads")).headers["Location"] == "/admin/"
        menu = client.get("/admin/").content.decode()
        assert ("What people need" in menu, "Programme, places, bookings" in menu) == (True, False)

    def test_the_list_has_those_with_a_place_only(self, lead, client_of, event, booking):
        waits = made.booking(event, MemberFactory(), state=State.WAITING)
        Needs.objects.create(booking=waits, dietary="halal")
        assert "alal" not in client_of(lead).get(at("needs", event)).content.decode()

    def test_it_is_never_kept_by_a_browser(self, lead, client_of, event, booking):
        client = client_of(lead)
        for url in (at("needs", event), f"{at('needs', event)}?export=csv"):
            assert client.get(url).headers["Cache-Control"].startswith("private, no-store")

    def test_the_list_as_a_file_runs_no_formula(self, lead, client_of, event, booking):
        Needs.objects.filter(booking=booking).update(dietary="=1+1")
        text = client_of(lead).get(f"{at('needs', event)}?export=csv").content.decode("utf-8-sig")
        assert text.splitlines()[1].split(",")[3] == "'=1+1"

    def test_after_erasing_the_receipt_is_shown(self, lead, client_of, event):
        NeedsErased.objects.create(event=event, count=3)
        assert "What 3 people needed was erased on" in client_of(lead).get(at("needs", event)).content.decode()

    def test_naming_and_ending_is_logged(self, lead, core, bob, event, booking, client_of):
        history = core.get(f"/admin/users/history/{bob.pk}/").content.decode()
        assert "Named as access lead" in history
        core.post(reverse("event_desk:leads"), {"end": bob.pk})
        assert client_of(Member.objects.get(pk=bob.pk)).get(at("needs", event), follow=True).status_code == 403
        assert "Is access lead no more" in core.get(f"/admin/users/history/{bob.pk}/").content.decode()

    def test_nobody_names_themselves(self, core, cora):
        core.post(reverse("event_desk:leads"), {"email": cora.email})
        assert Member.objects.get(pk=cora.pk).has_perm("events.read_needs") is False

    def test_a_lead_who_is_shut_out_reads_nothing(self, lead, client_of, event, booking):
        client = client_of(lead)
        Member.objects.filter(pk=lead.pk).update(standing=Member.Standing.DECLINED)
        answer = client.get(at("needs", event), follow=True)
        assert (answer.status_code, "Vegan" in answer.content.decode()) == (403, False)

    def test_ending_a_lead_of_the_core_team_keeps_their_way_in(self, core, event, client_of):
        other = MemberFactory(role=Member.Role.CORE_TEAM)
        admin.set_up()
        core.post(reverse("event_desk:leads"), {"email": other.email})
        assert client_of(other).get(at("needs", event)).status_code == 200
        core.post(reverse("event_desk:leads"), {"end": other.pk})
        assert client_of(Member.objects.get(pk=other.pk)).get(at("desk", event)).status_code == 200


def test_choosing_offers_only_what_is_there(core, event, alice):
    OrganisationFactory(name="Elsewhere", sector=SectorFactory(name="Elsewhere too"))
    made.booking(event, alice)
    form = core.get(at("bookings", event)).context["form"]
    assert [str(one) for one in form.fields["organisation"].queryset] == ["Thornmere District Council"]

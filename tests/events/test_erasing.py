"""Names of people at events go: a year after for guests and askers, three years on for certificates, or when asked."""

import datetime as dt
import importlib
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from wagtail.models import PageLogEntry

from core.models import OutboxItem
from events import retention
from events.actions import booking as booking_acts
from events.actions import certificates as certificate_acts
from events.actions import erasing, places
from events.models.after import Certificate, NamesErased
from events.models.audience import AudienceQuestion, UpVote
from events.models.booking import Booking, BookingAnswer, BookingQuestion
from events.models.bulk_mail import BulkMail
from events.models.guest import AskedFor, GuestLink
from events.querysets import feedback as feedback_reads
from events.querysets import figures, mine
from members import actions as member_acts
from members.actions import NotAllowed
from members.models import Member
from tests.factories import events as made
from tests.factories import events_live
from tests.factories.events_after import came, certificate, past_event

pytestmark = pytest.mark.django_db
CANARY = "Canary"
DAY = dt.timedelta(days=1)
GUEST = {
    "guest_name": "Gale Canary", "guest_email": "gale.canary@visitors.example.org", "organisation_name": "Canary & Co",
    "list_me": True,
}  # fmt: skip


@pytest.fixture
def event():
    """An event that ended yesterday."""
    return past_event()


@pytest.fixture
def guest(event):
    """A guest who came, with words in every place a guest's words are kept."""
    booking = came(event, **GUEST)
    GuestLink.objects.create(booking=booking, number=3)
    booking.moves.create(state=booking.state, mode=booking.mode, reason="Canary asked us by phone.")
    for kind, answer in ((BookingQuestion.Kind.TEXT, "Canary sings"), (BookingQuestion.Kind.YES_NO, "Yes")):
        question = BookingQuestion.objects.create(event=event, words=kind, kind=kind)
        BookingAnswer.objects.create(booking=booking, question=question, answer=answer)
    return booking


def rows_with_a_canary() -> list[str]:
    """The tables of events in which the word stands anywhere."""
    found = set()
    for model in apps.get_app_config("events").get_models():
        for row in model.objects.values():
            if any(CANARY.lower() in str(value).lower() for value in row.values()):
                found.add(model.__name__)
    return sorted(found)


def all_figures(event) -> list:
    return figures.all_of(event, now=timezone.now())


def desk(name: str, event, *more) -> str:
    return reverse(f"event_desk:{name}", args=[event.pk, *more])


# --- Guests -------------------------------------------------------------------------------------------


def test_a_year_after_the_event_nothing_of_a_guest_is_left_in_any_table_and_a_receipt_is(event, guest, alice):
    made.booking(event, alice)
    later = made.booking(made.event("Later"), guest_name="Gil Gander")
    AskedFor.objects.create(event=event, by=alice, name="Gale Canary", email="gale.canary@visitors.example.org")
    assert rows_with_a_canary() == ["AskedFor", "Booking", "BookingAnswer", "BookingMove"]
    due = event.ends_at + retention.GUESTS
    assert erasing.erase_due(now=due - dt.timedelta(minutes=1)) == 0
    assert erasing.erase_due(now=due) == 1
    assert rows_with_a_canary() == []
    later.refresh_from_db()
    assert later.name == "Gil Gander"
    (receipt,) = NamesErased.objects.all()
    assert (receipt.event_id, receipt.bookings, receipt.at) == (event.pk, 1, due)
    said = PageLogEntry.objects.get(action="events.erase_names").data
    assert said == {"bookings": 1, "questions": 0, "certificates": 0}
    assert erasing.erase_due(now=due + DAY) == 0
    assert NamesErased.objects.count() == 1


def test_every_count_and_figure_is_as_it_was(event, guest, alice, cora):
    for _number in range(5):
        came(event)
    came(event, alice)
    before, places = all_figures(event), list(event.places.values())
    assert before
    answered = [one.many for one in _questions(event)]
    erasing.erase_due(now=event.ends_at + retention.GUESTS)
    assert all_figures(event) == before
    assert list(event.places.values()) == places
    assert [one.many for one in _questions(event)] == answered == [1, 1]


def _questions(event):
    from events.querysets.desk import questions

    return questions(event)


def test_the_desk_and_its_exports_say_erased(event, guest, core):
    erasing.erase_due(now=event.ends_at + retention.GUESTS)
    listed = core.get(desk("bookings", event)).content.decode()
    assert "Name erased" in listed
    assert "The names of 1 person were erased on" in listed
    one = core.get(desk("booking", event, guest.pk)).content.decode()
    assert ("Name erased" in one, "Erased on" in one, CANARY in one) == (True, True, False)
    sheet = core.get(desk("bookings", event) + "?export=csv").content.decode()
    assert ("Name erased" in sheet, CANARY.lower() in sheet.lower()) == (True, False)
    assert 'value="erase"' not in one


def test_their_link_still_opens_the_ticket_and_no_mail_is_written_to_nobody(event, guest, client_of, settings):
    from events import guests
    from events.actions import following_up

    link = guests.ticket_link(guest).removeprefix(settings.SITE_URL)
    erasing.erase_due(now=event.ends_at + retention.GUESTS)
    client = client_of()
    client.get(link)
    assert client.get(f"/events/bookings/{guest.key}/").status_code == 200
    following_up.ask(now=event.ends_at + 2 * DAY)
    assert not OutboxItem.objects.filter(kind__contains="mail").exists()


def test_a_guest_whose_name_was_erased_gets_no_certificate_of_nobody(event, guest):
    from events.actions import feedback

    feedback.give(booking=guest, useful=5)
    erasing.erase_due(now=event.ends_at + retention.GUESTS)
    with pytest.raises(certificate_acts.NotThere):
        certificate_acts.issue(booking=guest)


def test_who_may_be_asked_more_is_not_listed_once_erased(event, guest, alice):
    from events.models.after import FollowUp

    FollowUp.objects.create(event=event, used="yes", may_tell=True, booking=guest)
    FollowUp.objects.create(event=event, used="yes", may_tell=True, booking=came(event, alice))
    assert [one.name for one in feedback_reads.may_be_asked(event)] == ["Alice Amory", "Gale Canary"]
    erasing.erase_due(now=event.ends_at + retention.GUESTS)
    assert [one.name for one in feedback_reads.may_be_asked(event)] == ["Alice Amory"]
    assert FollowUp.objects.count() == 2


# --- Who asked in a session ---------------------------------------------------------------------------


def test_names_of_askers_go_after_a_year_and_the_votes_stay(event, alice):
    talk = made.session(event, takes_questions=True)
    at = talk.starts_at
    asked = [
        events_live.question(talk, "Who decides?", by=alice, show_name=True, now=at),
        events_live.question(talk, "Who pays?", voter="c1", name="Gale Canary", now=at),
    ]
    other = made.session(made.event("Later"), takes_questions=True)
    later = events_live.question(other, "When?", voter="c2", name="Gil Gander")
    assert erasing.erase_due(now=event.ends_at + retention.QUESTIONS) == 1
    rows = AudienceQuestion.objects.filter(pk__in=[one.pk for one in asked])
    kept = {(one.words, one.asker, one.name, one.member, one.mark, one.votes) for one in rows}
    assert kept == {("Who decides?", "", "", None, "", 1), ("Who pays?", "", "", None, "", 1)}
    assert list(UpVote.objects.values_list("question", flat=True)) == [later.pk]
    assert NamesErased.objects.get().questions == 2


@pytest.mark.parametrize("how", ["left", "deleted"])
def test_who_leaves_is_named_at_none_of_their_questions_from_then_on(alice, bob, how, client_of, forget):
    talk = made.session(made.event(starts_in=-dt.timedelta(minutes=1)), takes_questions=True)
    asked = events_live.question(talk, "Who decides?", by=alice, show_name=True)
    page = f"/events/{talk.event_id}/questions/{talk.pk}/"
    assert "Alice Amory" in client_of(bob).get(page).content.decode()
    if how == "left":
        member_acts.leave(member=alice)
    else:
        Member.objects.filter(pk=alice.pk).delete()
    forget()
    html = client_of(bob).get(page).content.decode()
    assert ("Who decides?" in html, "Alice" in html) == (True, False)
    assert AudienceQuestion.objects.get(pk=asked.pk).name == ""


# --- Certificates -------------------------------------------------------------------------------------


def test_a_certificate_keeps_its_name_for_three_years_longer_than_the_booking(event, client_of):
    held = certificate(event)
    erasing.erase_due(now=event.ends_at + retention.GUESTS)
    held.refresh_from_db()
    assert held.name != ""
    assert erasing.erase_due(now=held.issued_at + retention.CERTIFICATES - DAY) == 0
    assert erasing.erase_due(now=held.issued_at + retention.CERTIFICATES) == 1
    html = client_of().get(f"/events/certificates/{held.written}/").content.decode()
    assert ("This certificate is true" in html, "Name erased" in html) == (True, True)
    assert NamesErased.objects.first().certificates == 1


def test_the_holder_has_their_name_erased_and_there_is_no_file_of_it_any_more(event, alice, client_of):
    held = certificate(event, alice)
    client, page = client_of(alice), f"/events/bookings/{held.booking.key}/certificate/"
    certificate_acts.show_name(certificate=held, shown=True)
    client.post(page, {"forget": "name"})
    held.refresh_from_db()
    assert (held.name, held.show_name) == ("", False)
    assert "The name on it was erased." in client.get(page).content.decode()
    response = client.get(f"/events/bookings/{held.booking.key}/certificate.pdf")
    assert (response.status_code, "was erased" in response.content.decode()) == (410, True)
    client.post(page, {"show_name": "on"})
    assert Certificate.objects.get().show_name is False
    assert "Alice" not in client_of().get(f"/events/certificates/{held.written}/").content.decode()


# --- Accounts that are deleted ------------------------------------------------------------------------


def test_a_deleted_account_takes_its_name_from_certificates_at_once(event, alice, bob):
    gone, stays = certificate(event, alice), certificate(event, bob)
    Member.objects.filter(pk=alice.pk).delete()
    assert [erasing.erase_with_accounts(now=timezone.now()) for _time in range(2)] == [1, 0]
    assert dict(Certificate.objects.values_list("pk", "name")) == {gone.pk: "", stays.pk: "Bob Barley"}
    assert Booking.objects.get(pk=gone.booking_id).name == "Name erased"
    receipt = NamesErased.objects.get()
    assert (receipt.event_id, receipt.bookings, receipt.certificates) == (event.pk, 1, 1)


def test_nobody_who_still_has_an_account_or_is_a_guest_is_taken_for_deleted(event, guest, alice):
    made.booking(event, alice)
    assert erasing.erase_with_accounts(now=timezone.now()) == 0


# --- When somebody asks -------------------------------------------------------------------------------


def test_the_core_team_erases_a_guest_who_asks(event, guest, core):
    core.post(desk("booking", event, guest.pk), {"verb": "erase"})
    guest.refresh_from_db()
    assert (guest.name, guest.guest_email, guest.organisation_name) == ("Name erased", "", "")
    entry = PageLogEntry.objects.get(action="events.erase_names")
    assert (entry.user.handle, entry.data["bookings"]) == ("cora", 1)


def test_of_a_member_the_certificate_alone_is_erased(event, alice, core):
    held = certificate(event, alice)
    core.post(desk("booking", event, held.booking_id), {"verb": "erase"})
    assert (Certificate.objects.get().name, Booking.objects.get().name) == ("", "Alice Amory")


def test_who_is_expected_is_not_erased(core, cora):
    event = made.event()
    booking = made.booking(event)
    response = core.post(desk("booking", event, booking.pk), {"verb": "erase"})
    assert "They are expected at this event. Give their place up first." in response.content.decode()
    booking.refresh_from_db()
    assert booking.guest_name


def test_only_the_core_team_erases(event, guest, alice, morag):
    for member in (alice, morag):
        with pytest.raises(NotAllowed):
            erasing.erase_on_request(booking=guest, by=member)
    guest.refresh_from_db()
    assert guest.guest_name == "Gale Canary"


# --- Copies elsewhere ---------------------------------------------------------------------------------

WHY = "Canary sang too loudly."


def history_with_a_canary() -> list[str]:
    """The entries of the history in which the word stands."""
    return [one.action for one in PageLogEntry.objects.order_by("pk") if CANARY.lower() in str(one.data).lower()]


def test_who_asks_to_be_erased_is_no_more_in_what_others_asked_for(event, guest, alice, cora):
    later = made.event("Later")
    for where, email in ((event, guest.guest_email), (event, "gil@example.org"), (later, guest.guest_email)):
        AskedFor.objects.create(event=where, by=alice, name="Gale Canary", email=email)
    Booking.objects.filter(pk=guest.pk).update(guest_email=guest.guest_email.title())
    erasing.erase_on_request(booking=guest, by=cora)
    left = AskedFor.objects.order_by("pk").values_list("event", "email")
    assert list(left) == [(event.pk, "gil@example.org"), (later.pk, "gale.canary@visitors.example.org")]


def test_an_asker_does_not_learn_from_the_erasing_that_a_booking_was_made(event, alice, cora):
    booked = made.booking(event, **GUEST, booked_by=alice)
    AskedFor.objects.create(event=event, by=alice, name="Gale Canary", email=GUEST["guest_email"], booking=booked)
    assert mine.booked_for_others(alice) == []
    erasing.erase_on_request(booking=booked, by=cora)
    assert mine.booked_for_others(alice) == []


def test_a_deleted_account_is_no_more_in_what_others_asked_for(event, guest, alice, bob, cora):
    booking = made.booking(event, alice)
    for email in (alice.email.upper(), bob.email, guest.guest_email):
        AskedFor.objects.create(event=event, by=cora, name="Somebody", email=email)
    Member.objects.filter(pk=alice.pk).delete()
    erasing.erase_with_accounts(now=timezone.now())
    assert sorted(AskedFor.objects.values_list("email", flat=True)) == sorted([bob.email, guest.guest_email])
    booking.refresh_from_db()
    assert booking.erased_at is not None


@pytest.mark.parametrize("how", ["in time", "when asked"])
def test_what_the_team_wrote_of_a_guest_goes_from_the_history_too(cora, how):
    event = made.event(in_person=1)
    made.booking(event)
    who = [GUEST | {"guest_email": email, "state": "waiting"} for email in ("a@example.org", "b@example.org")]
    waits, other = (made.booking(event, **fields) for fields in who)
    for one in (waits, other):
        places.move_in_line(booking=one, to=1, by=cora, reason=WHY)
    booking_acts.give_up(booking=waits, by=cora, reason=WHY)
    assert history_with_a_canary() == ["events.move_in_line"] * 2 + ["events.give_up"]
    if how == "in time":
        erasing.erase_due(now=event.ends_at + retention.GUESTS)
        assert history_with_a_canary() == []
    else:
        erasing.erase_on_request(booking=waits, by=cora)
        (kept,) = (one for one in PageLogEntry.objects.all() if one.data.get("why"))
        assert (kept.data["booking"], kept.data["why"]) == (other.pk, WHY)
    entry = PageLogEntry.objects.get(action="events.give_up")
    assert (entry.user, entry.data["booking"], entry.data["why"]) == (cora, waits.pk, "")


@pytest.mark.parametrize("how", ["in time", "when asked", "by the holder"])
def test_why_a_certificate_was_withdrawn_goes_with_the_name(event, alice, bob, cora, how):
    held, other = certificate(event, alice), certificate(event, bob)
    for one in (held, other):
        certificate_acts.revoke(certificate=one, by=cora, why=WHY)
    Certificate.objects.filter(pk=other.pk).update(issued_at=held.issued_at + 9 * DAY)
    if how == "in time":
        erasing.erase_due(now=held.issued_at + retention.CERTIFICATES)
    elif how == "when asked":
        erasing.erase_on_request(booking=held.booking, by=cora)
    else:
        certificate_acts.forget_name(certificate=held)
    assert dict(Certificate.objects.values_list("pk", "revoked_why")) == {held.pk: "", other.pk: WHY}
    said = {one.data["code"]: one.data["why"] for one in PageLogEntry.objects.filter(data__has_key="code")}
    assert said == {held.written: "", other.written: WHY}
    held.refresh_from_db()
    assert held.is_revoked()


def test_what_was_typed_to_choose_who_reads_a_mail_goes_too(event, guest, core, cora):
    later = made.event("Later")
    made.booking(later, **GUEST)
    for where in (event, later):
        page, words = desk("mail", where) + "?q=canary&who=guest", {"subject": "Slides", "words": "They are out."}
        seen = core.post(page, words)
        core.post(page, words | {"send": seen.context["readers"].mark})
    erasing.erase_on_request(booking=guest, by=cora)
    chosen = dict(BulkMail.objects.values_list("event", "chosen"))
    typed, guests = "Name, e-mail or organisation", ["Who", "Guests"]
    assert chosen == {event.pk: [[typed, "erased"], guests], later.pk: [[typed, "canary"], guests]}


def test_the_migration_leaves_no_copy_of_the_name_of_a_member_who_is_gone(event, alice, bob):
    talk = made.session(event, takes_questions=True)
    asked = [events_live.question(talk, "Who decides?", by=one, now=talk.starts_at) for one in (alice, bob)]
    AudienceQuestion.objects.filter(pk__in=[one.pk for one in asked]).update(name="Copy")
    Member.objects.filter(pk=alice.pk).delete()
    migration = importlib.import_module("events.migrations.0004_questions_of_members_keep_no_name")
    migration.forget_names(apps, SimpleNamespace(connection=connection))
    assert set(AudienceQuestion.objects.values_list("name", flat=True)) == {""}


# --- What people read of it ---------------------------------------------------------------------------


def test_guests_read_when_they_book_how_long_we_keep_what_they_say(client_of, settings):
    from events import guests

    event = made.event()
    link = guests.book_link(event, "gale@visitors.example.org").removeprefix(settings.SITE_URL)
    html = client_of().get(link).content.decode()
    assert "A year after it we erase your name, this address and what you wrote" in html
    assert (retention.GUESTS.days, retention.QUESTIONS.days, retention.CERTIFICATES.days) == (365, 365, 3 * 365)

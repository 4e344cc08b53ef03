"""Certificates: for who came and answered; true at their address; saying no more than their holder allows."""

import io
import re

import pytest
from pypdf import PdfReader

from events import guests
from events.actions import certificates as acts
from events.actions import feedback
from events.models.after import Certificate
from events.models.checkin import CheckIn
from events.querysets import certificates as reads
from members.actions import NotAllowed
from tests.factories import events
from tests.factories.events_after import came, certificate, past_event


@pytest.fixture
def event(db):
    return past_event("Sharing in an emergency", hours="5.50", outcome="You can say who may be told.")


@pytest.fixture
def held(event, alice):
    """A certificate of alice's."""
    return certificate(event, alice)


def page_of(booking):
    return f"/events/bookings/{booking.key}/certificate/"


def check(client, code):
    return client.get(f"/events/certificates/{code}/")


# --- Who gets one -------------------------------------------------------------------------------------


def test_who_came_and_answered_makes_it_on_their_page(client_of, event, alice):
    booking = came(event, alice)
    feedback.give(booking=booking, useful=5)
    client = client_of(alice)
    assert "Make my certificate" in client.get(page_of(booking)).content.decode()
    assert client.post(page_of(booking)).headers["Location"] == page_of(booking)
    made = Certificate.objects.get()
    assert (made.name, made.title, str(made.hours), made.outcome, made.show_name) == (
        "Alice Amory", "Sharing in an emergency", "5.50", "You can say who may be told.", False,
    )  # fmt: skip


def test_who_was_not_checked_in_gets_none(client_of, event, alice):
    booking = events.booking(event, alice)
    with pytest.raises(acts.NotThere):
        acts.issue(booking=booking)
    assert "nobody checked you in" in client_of(alice).get(page_of(booking)).content.decode()
    client_of(alice).post(page_of(booking))
    assert Certificate.objects.count() == 0


def test_who_has_not_answered_is_asked_first(client_of, event, alice):
    booking = came(event, alice)
    with pytest.raises(acts.NotYet):
        acts.issue(booking=booking)
    assert f'href="/events/{event.pk}/feedback/"' in client_of(alice).get(page_of(booking)).content.decode()


def test_a_check_in_taken_back_is_no_attendance(event, alice):
    booking = came(event, alice)
    feedback.give(booking=booking, useful=5)
    row = CheckIn.objects.get()
    row.undone_at = row.at
    row.save()
    with pytest.raises(acts.NotThere):
        acts.issue(booking=booking)


def test_there_is_one_however_often_it_is_asked_for(held):
    assert acts.issue(booking=held.booking) == held
    assert Certificate.objects.count() == 1


def test_what_it_says_stays_when_the_event_is_edited(held, event):
    event.title, event.hours = "Another title", 9
    event.save()
    held.refresh_from_db()
    assert (held.title, str(held.hours)) == ("Sharing in an emergency", "5.50")


def test_codes_cannot_be_guessed_and_can_be_read(event):
    codes = {certificate(event).code for _ in range(5)}
    assert len(codes) == 5
    assert all(re.fullmatch("[0-9A-HJKMNP-TV-Z]{16}", code) for code in codes)


# --- Its holder ---------------------------------------------------------------------------------------


def test_only_the_holder_gets_page_and_file(client_of, held, alice, bob, cora):
    pdf = f"/events/bookings/{held.booking.key}/certificate.pdf"
    for path in (page_of(held.booking), pdf):
        assert client_of(alice).get(path).status_code == 200
        for other in (None, bob, cora):
            assert client_of(other).get(path).status_code == 404
    assert "private, no-store" in client_of(alice).get(pdf).headers["Cache-Control"]


def test_a_guest_holds_theirs_by_the_link_to_the_ticket(client_of, event, settings):
    made = certificate(event)
    client = client_of(None)
    assert client.get(page_of(made.booking)).status_code == 404
    client.get(guests.ticket_link(made.booking).removeprefix(settings.SITE_URL))
    assert client.get(page_of(made.booking)).status_code == 200
    assert client.get(f"/events/bookings/{made.booking.key}/certificate.pdf").status_code == 200


def test_the_file_says_who_what_how_long_and_where_to_check(client_of, held, alice, settings):
    content = client_of(alice).get(f"/events/bookings/{held.booking.key}/certificate.pdf").content
    read = PdfReader(io.BytesIO(content))
    (page,) = (page.extract_text() for page in read.pages)
    address = f"{settings.SITE_URL}/events/certificates/{held.written}/"
    for words in (
        "Alice Amory",
        "Sharing in an emergency",
        "5.5 hours of learning",
        "You can say who may be told.",
        address,
    ):
        assert words in page
    assert (read.metadata.title, read.trailer["/Root"]["/Lang"]) == ("Certificate: Sharing in an emergency", "en-GB")


def test_the_holder_chooses_who_sees_the_name(client_of, held, alice, anyone):
    client = client_of(alice)
    said = []
    for choice in ("on", "off"):
        client.post(page_of(held.booking), {"show_name": choice})
        said.append("Alice Amory" in check(client_of(None), held.written).content.decode())
    assert said == [True, False]


# --- Checking one -------------------------------------------------------------------------------------


def test_whoever_has_the_code_sees_that_it_is_true_and_only_initials(client_of, held):
    response = check(client_of(None), held.written)
    html = response.content.decode()
    assert response.status_code == 200
    said = ("This certificate is true", "A. A.", "5.5", "Alice", "Amory", "alice")
    assert [words in html for words in said] == [True, True, True, False, False, False]
    assert response.headers["X-Robots-Tag"] == "noindex"


def test_a_code_is_understood_as_people_type_it(client_of, held):
    Certificate.objects.update(code="K7QM2XRD9PTA510W")
    client = client_of(None)
    for typed in ("k7qm2xrd9pta510w", "K7QM 2XRD 9PTA 5I0W", "k7qm-2xrd-9pta-5lOw"):
        found = client.get("/events/certificates/", {"code": typed})
        assert found.headers["Location"] == "/events/certificates/K7QM-2XRD-9PTA-510W/"
        assert check(client, typed).headers["Location"] == "/events/certificates/K7QM-2XRD-9PTA-510W/"


@pytest.mark.parametrize("code", ["K7QM-2XRD-9PTA-51CW", "nothing", "%00", "-", "<b>", "9" * 400, "ﬀ"])
def test_a_code_of_nothing_says_so_with_404(client_of, db, code):
    response = check(client_of(None), code)
    assert (response.status_code, "No certificate has this code" in response.content.decode()) == (404, True)


def test_an_empty_code_is_asked_for_again(client_of, db):
    response = client_of(None).get("/events/certificates/", {"code": ""})
    assert response.context["form"].errors == {"code": ["Type the code that stands on the certificate."]}


def test_codes_cannot_be_tried_without_end(client_of, db, settings):
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"certificate": (2, 600)}
    settings.RATE_LIMIT_FACTOR = 1
    client = client_of(None)
    assert [check(client, "K7QM-2XRD-9PTA-51CW").status_code for _ in range(3)] == [404, 404, 429]


def test_a_private_event_is_named_on_its_certificate_but_not_linked(client_of, held, event):
    event.live = False
    event.save()
    html = check(client_of(None), held.written).content.decode()
    assert ("Sharing in an emergency" in html, "More about this event" in html) == (True, False)


# --- Taken back ---------------------------------------------------------------------------------------


def test_a_certificate_taken_back_says_so_to_all(client_of, held, alice, cora):
    acts.revoke(certificate=held, by=cora, why="Checked in by mistake: canary")
    html = check(client_of(None), held.written).content.decode()
    assert ("This certificate no longer holds" in html, "canary" in html) == (True, False)
    assert client_of(alice).get(f"/events/bookings/{held.booking.key}/certificate.pdf").status_code == 410
    assert "canary" in client_of(alice).get(page_of(held.booking)).content.decode()
    acts.restore(certificate=Certificate.objects.get(), by=cora)
    assert "This certificate is true" in check(client_of(None), held.written).content.decode()


def test_only_the_core_team_takes_one_back(held, alice, morag):
    for member in (alice, morag):
        with pytest.raises(NotAllowed):
            acts.revoke(certificate=held, by=member, why="No.")
        with pytest.raises(NotAllowed):
            acts.restore(certificate=held, by=member)
    assert reads.of_booking(held.booking).is_revoked() is False

"""A certificate on the desk: withdrawn with a reason, let hold again; and what others then see of it."""

import pytest
from django.urls import reverse
from wagtail.models import PageLogEntry

from events.models.after import Certificate
from tests.factories.events_after import came, certificate, past_event


@pytest.fixture
def held(db, alice):
    return certificate(past_event(), alice)


def desk(booking) -> str:
    return reverse("event_desk:booking", args=[booking.event_id, booking.pk])


def withdraw(core, held, why="Checked in by mistake."):
    return core.post(desk(held.booking), {"verb": "revoke", "revoke-reason": why}, follow=True)


def check(client, held) -> str:
    return client.get(f"/events/certificates/{held.written}/").content.decode()


def test_it_is_withdrawn_with_a_reason_and_whoever_checks_it_reads_that(core, held, client_of, cora):
    assert "Withdraw the certificate" in core.get(desk(held.booking)).content.decode()
    said = withdraw(core, held).content.decode()
    assert "The certificate of Alice Amory holds no longer." in said
    assert "by Cora Coates: Checked in by mistake." in said
    row = Certificate.objects.get()
    assert (row.is_revoked(), row.revoked_by, row.revoked_why) == (True, cora, "Checked in by mistake.")
    html = check(client_of(), held)
    assert ("It was withdrawn. Do not rely on it." in html, "by mistake" in html) == (True, False)


def test_its_file_is_refused_in_plain_words_to_its_holder(core, held, client_of, alice):
    withdraw(core, held)
    response = client_of(alice).get(f"/events/bookings/{held.booking.key}/certificate.pdf")
    assert (response.status_code, response["Content-Type"]) == (410, "text/html; charset=utf-8")
    assert "This certificate was withdrawn, so there is no file of it." in response.content.decode()
    page = client_of(alice).get(f"/events/bookings/{held.booking.key}/certificate/").content.decode()
    assert "Why: Checked in by mistake." in page


def test_it_holds_again_and_all_is_in_the_log(core, held, client_of):
    withdraw(core, held)
    core.post(desk(held.booking), {"verb": "restore"})
    assert "This certificate is true" in check(client_of(), held)
    said = PageLogEntry.objects.filter(action__startswith="events.certificate").order_by("pk")
    assert [(one.action, one.data) for one in said] == [
        ("events.certificate_revoked", {"code": held.written, "why": "Checked in by mistake."}),
        ("events.certificate_restored", {"code": held.written}),
    ]


@pytest.mark.parametrize("why", ["", "   "])
def test_it_is_not_withdrawn_without_a_reason(core, held, why):
    response = withdraw(core, held, why)
    assert response.context["forms"]["revoke"].errors
    assert not Certificate.objects.get().is_revoked()


def test_the_first_who_withdraws_it_stands(core, held):
    withdraw(core, held, "First.")
    withdraw(core, held, "Second.")
    assert Certificate.objects.get().revoked_why == "First."
    assert PageLogEntry.objects.filter(action="events.certificate_revoked").count() == 1


def test_who_has_no_certificate_has_none_to_withdraw(core, bob):
    booking = came(past_event(), bob)
    assert "Withdraw the certificate" not in core.get(desk(booking)).content.decode()
    assert core.post(desk(booking), {"verb": "revoke", "revoke-reason": "No."}).status_code == 404

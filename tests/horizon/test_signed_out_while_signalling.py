"""Who was signed out while they wrote a signal, or may not send one any more, loses not a word of it."""

import pytest

from horizon.models import Signal
from members.models import Member
from tests.parts.typed import HERE, form_of, opened, sign_in, soup

pytestmark = pytest.mark.django_db
URL = "/horizon/signals/send/"
TYPED = {
    "title": "Phone lines close", "where_seen": "A letter from the supplier",
    "why_it_matters": "Alarms in homes go silent.", "what": "Page two says:\n\n“by March”.",
}  # fmt: skip


def test_whoever_was_signed_out_signs_in_and_sends_it_again(client_of, bob):
    client = client_of(bob, enforce_csrf_checks=True)
    fields = opened(client, URL, **TYPED)
    del client.cookies["sessionid"]
    said = client.post(URL, fields, **HERE)
    assert (said.status_code, said.headers["Cache-Control"]) == (403, "private, no-store")
    assert "You are signed out" in said.content.decode()
    where, sent = form_of(said)
    assert where == URL
    assert {name: sent[name] for name in TYPED} == TYPED
    sign_in(client, bob)
    where, sent = form_of(client.post(where, sent, **HERE))  # the token of the older form is worth nothing now
    assert client.post(where, sent, **HERE).status_code == 302
    signal = Signal.objects.get()
    assert (signal.by, signal.title, signal.what.replace("\r\n", "\n")) == (bob, TYPED["title"], TYPED["what"])


def test_who_takes_part_no_more_is_shown_what_they_typed(client_of, bob):
    client = client_of(bob)
    fields = opened(client, URL, **TYPED)
    Member.objects.filter(pk=bob.pk).update(standing=Member.Standing.WAITING)
    said = client.post(URL, fields)
    assert (said.status_code, said.headers["Cache-Control"]) == (403, "private, no-store")
    shown = {box["name"]: box.text for box in soup(said).select("main textarea")}
    assert shown == TYPED
    assert not Signal.objects.exists()


def test_who_only_opens_the_page_signed_out_is_asked_to_sign_in(client):
    assert client.get(URL).status_code == 302
    assert client.post(URL, {"title": ""}).status_code == 302

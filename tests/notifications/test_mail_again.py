"""Mail that did not go, or perhaps went, goes again: the very same one, and as long as the server may yet take it."""

import pytest
from django.core.mail.backends.base import BaseEmailBackend

from notifications.delivery import mail
from tests.notifications.test_inbox import tell
from tests.notifications.test_mail import fresh_pause, later, send

__all__ = ["fresh_pause"]
pytestmark = [pytest.mark.django_db, pytest.mark.engines]


class Away(BaseEmailBackend):
    """A server that answers nobody."""

    def open(self):
        raise ConnectionRefusedError


@pytest.fixture
def away(settings):
    """`away()`: the mail server is gone, `away(False)`: it is back."""
    here = settings.EMAIL_BACKEND

    def switch(gone=True):
        settings.EMAIL_BACKEND = f"{__name__}.Away" if gone else here
        mail.pause.worked()

    return switch


def test_what_was_perhaps_handed_over_goes_as_it_was_though_the_server_was_away_meanwhile(alice, away):
    tell(alice, item=1)
    (notice,) = mail.lease(now=later())
    handed_over = mail.message_for(notice)
    # killed here; its lease runs out while the server is away, then something comes, then the server is back
    away()
    assert send(400) == []
    tell(alice, item=2, now=later(410))
    away(False)
    again, new = send(600)
    assert again.extra_headers["Message-ID"] == handed_over.extra_headers["Message-ID"]
    assert ("Item 1." in again.body, "Item 2." in again.body) == (True, False)
    assert ("Item 1." in new.body, "Item 2." in new.body) == (False, True)


def test_what_was_surely_not_handed_over_takes_along_what_came_since(alice, away):
    tell(alice, item=1)
    away()
    assert send() == []
    tell(alice, item=2)
    away(False)
    (only,) = send(400)
    assert ("Item 1." in only.body, "Item 2." in only.body) == (True, True)

"""Mail that did not go, or perhaps went, goes again: the very same one, and as long as the server may yet take it."""

import datetime as dt
import smtplib

import pytest
from django.core.mail.backends.base import BaseEmailBackend

from notifications.delivery import mail
from notifications.models import Notice
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


class Refusing(BaseEmailBackend):
    """A server that answers each mail with `code`."""

    code = 451

    def send_messages(self, messages):
        raise smtplib.SMTPRecipientsRefused({messages[0].to[0]: (self.code, b"Not now.")})


class Unwilling(Refusing):
    code = 550


class Full(BaseEmailBackend):
    """One that says so once it has the whole mail."""

    def send_messages(self, messages):
        raise smtplib.SMTPDataError(452, b"No room.")


class Broken(BaseEmailBackend):
    """A way to send that fails of itself."""

    def send_messages(self, messages):
        raise ValueError


def given_up_after(notice: Notice, now: dt.datetime | None = None) -> dt.timedelta:
    """How long after the first try the last one was, when each is made as soon as it is due."""
    start = due = now or notice.mail_due_at
    while due:
        last = due
        mail.send_due(now=due)
        notice.refresh_from_db()
        due = notice.mail_due_at
    assert (notice.mailed_at, notice.mail_attempts, mail.pause.is_on()) == (None, 0, False)
    return last - start


@pytest.mark.parametrize(
    ("server", "shortest", "longest"), [(Refusing, 72, 80), (Full, 72, 80), (Broken, 72, 80), (Unwilling, 8, 9)]
)
def test_only_what_a_server_will_never_take_is_given_up_before_three_days(alice, settings, server, shortest, longest):
    settings.EMAIL_BACKEND = f"{__name__}.{server.__name__}"
    tell(alice, item=1)
    assert shortest <= given_up_after(Notice.objects.get()) / dt.timedelta(hours=1) <= longest


def test_what_comes_while_a_server_says_not_now_has_its_own_three_days(alice, settings):
    settings.EMAIL_BACKEND = f"{__name__}.Refusing"
    tell(alice, item=1)
    for hour in range(1, 60):
        mail.send_due(now=later(hour * 3600))
        tell(alice, item=1 + hour, now=later(hour * 3600))
    last = later(59 * 3600)
    assert given_up_after(Notice.objects.get(), now=last + dt.timedelta(seconds=90)) > dt.timedelta(days=2.9)


def test_after_days_without_a_server_one_that_says_not_now_is_asked_again(alice, settings, away):
    tell(alice, item=1)
    away()
    for day in range(5):
        mail.pause.worked()
        mail.send_due(now=later(day * 86400))
    settings.EMAIL_BACKEND = f"{__name__}.Refusing"
    mail.pause.worked()
    assert given_up_after(Notice.objects.get(), now=later(5 * 86400)) > dt.timedelta(hours=8)

"""Mail about notices: it waits, is dropped when read, hangs together, stops with one click, survives a dead server."""

import datetime as dt
import email
import socket
from email import policy
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from django.core import mail as django_mail
from django.utils import timezone

from members.models import Member
from notifications import inbox, stopping
from notifications.delivery import mail
from notifications.models import Notice, Preference
from tests.factories import MemberFactory
from tests.notifications import conftest
from tests.notifications.test_inbox import tell

pytestmark = [pytest.mark.django_db, pytest.mark.engines]


@pytest.fixture(autouse=True)
def fresh_pause():
    mail.pause.worked()
    yield
    mail.pause.worked()


def later(seconds: float = 91) -> dt.datetime:
    return timezone.now() + dt.timedelta(seconds=seconds)


def send(seconds: float = 91):
    """The mails that go when the worker looks `seconds` from now."""
    before = len(django_mail.outbox)
    mail.send_due(now=later(seconds))
    return django_mail.outbox[before:]


def test_mail_waits_ninety_seconds(alice):
    tell(alice, item=1)
    assert send(85) == []
    assert [message.to for message in send(91)] == [[alice.email]]
    assert send(91) == []


def test_mail_is_dropped_when_the_notice_was_read_meanwhile(alice):
    tell(alice, item=1)
    inbox.read(alice, "thing:1")
    assert send() == []


def test_mail_is_dropped_when_it_is_read_after_the_worker_took_it(alice):
    tell(alice, item=1)
    (notice,) = mail.lease(now=later())
    inbox.read(alice, "thing:1")
    assert mail.message_for(notice) is None


@pytest.mark.parametrize("change", [{"standing": "banned"}, {"standing": "left"}, {"is_active": False}])
def test_mail_is_dropped_for_someone_shut_out(alice, change):
    tell(alice, item=1)
    Member.objects.filter(pk=alice.pk).update(**change)
    assert send() == []
    assert Notice.objects.filter(mail_due_at__isnull=False).count() == 0


def test_mail_is_dropped_for_what_may_no_longer_be_seen(alice):
    tell(alice, item=1)
    conftest.HIDDEN.add("thing:1")
    assert send() == []


def test_one_mail_carries_all_that_came_while_it_waited(alice):
    tell(alice, item=1)
    tell(alice, item=2)
    (message,) = send()
    assert ("Item 1." in message.body, "Item 2." in message.body) == (True, True)


def test_a_second_mail_carries_only_what_is_new(alice):
    tell(alice, item=1)
    send()
    tell(alice, item=2)
    (message,) = send()
    assert ("Item 1." in message.body, "Item 2." in message.body) == (False, True)


def test_what_comes_while_a_mail_is_on_its_way_gets_a_mail_of_its_own(alice):
    tell(alice, item=1)
    (notice,) = mail.lease(now=later())
    tell(alice, item=2, now=later(100))
    message = mail.message_for(notice)
    mail.record(notice)
    assert ("Item 1." in message.body, "Item 2." in message.body) == (True, False)
    (message,) = send(200)
    assert ("Item 1." in message.body, "Item 2." in message.body) == (False, True)
    assert send(400) == []


def test_after_a_crash_the_very_same_mail_goes_again_and_then_what_came_since(alice):
    tell(alice, item=1)
    (notice,) = mail.lease(now=later())
    handed_over = mail.message_for(notice)
    # killed here, before it was recorded; then something comes; then the lease runs out
    tell(alice, item=2, now=later(10))
    again, new = send(400)
    assert again.extra_headers["Message-ID"] == handed_over.extra_headers["Message-ID"]
    assert ("Item 1." in again.body, "Item 2." in again.body) == (True, False)
    assert ("Item 1." in new.body, "Item 2." in new.body) == (False, True)


def test_two_workers_never_take_the_same_mail(alice, bob):
    tell(alice, bob, item=1)
    assert len(mail.lease(now=later())) == 2
    assert mail.lease(now=later()) == []


def test_mails_of_one_thread_hang_together(alice):
    tell(alice, item=1)
    (first,) = send()
    tell(alice, item=2)
    (second,) = send()
    inbox.read(alice, "thing:1")
    tell(alice, item=3)
    (third,) = send()
    ids = [message.extra_headers["Message-ID"] for message in (first, second, third)]
    assert len(set(ids)) == 3
    assert {message.extra_headers["In-Reply-To"] for message in (first, second, third)} == {"<thing-1@testserver>"}
    assert second.extra_headers["References"] == f"<thing-1@testserver> {ids[0]}"


def test_every_mail_can_be_stopped_by_the_mail_program(alice, client):
    tell(alice, item=1)
    (message,) = send()
    headers = message.extra_headers
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert headers["Auto-Submitted"] == "auto-generated"
    assert headers["List-Id"] == "<notices.testserver>"
    path = headers["List-Unsubscribe"].strip("<>").removeprefix("http://testserver")
    answer = client.post(path, "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 200
    assert [(alice.pk, 1)] == conftest.MUTED


def test_a_mail_says_why_it_came_and_how_to_stop_it(alice):
    tell(alice, item=1, why="asker")
    (message,) = send()
    stop = "http://testserver" + stopping.url_for(Notice.objects.get())
    html = message.alternatives[0][0]
    assert ("You asked this." in message.body, stop in message.body) == (True, True)
    assert ("You asked this." in html, stop in html) == (True, True)
    assert ("http://testserver/thing/1/" in message.body, "<img" in html, "<style" in html) == (True, False, False)


def test_a_title_can_not_write_headers(alice):
    tell(alice, item=1, subject="Hello\r\nBcc: everyone@example.org")
    (message,) = send()
    assert message.subject == "Re: Hello Bcc: everyone@example.org"
    assert message.message()["Bcc"] is None


def test_a_title_is_no_html(alice):
    tell(alice, item=1, subject="<script>alert(1)</script>")
    (message,) = send()
    assert "<script>" not in message.alternatives[0][0]


def test_a_mail_that_can_not_be_made_stops_no_other(alice, bob, monkeypatch, caplog):
    tell(alice, bob, item=1)
    tell(bob, item=1, group_key="broken:1")
    real = mail.message_for
    monkeypatch.setattr(mail, "message_for", lambda notice: 1 / 0 if notice.group_key == "broken:1" else real(notice))
    assert len(send()) == 2
    broken = Notice.objects.get(group_key="broken:1")
    assert (broken.mail_attempts, broken.mailed_at, broken.mail_due_at > timezone.now()) == (1, None, True)
    assert len(caplog.records) == 1


def test_a_notice_of_a_kind_that_is_gone_sends_no_mail(alice):
    tell(alice, item=1)
    Notice.objects.update(kind="test.gone")
    assert send() == []
    assert Notice.objects.get().mail_due_at is None


# --- A real mail server -----------------------------------------------------------------------------


class Catcher:
    """A mail server that keeps what it gets, refuses one address, and can be switched off."""

    def __init__(self, port: int):
        self.port = port
        self.got: list = []
        self.refuses = "refused@example.org"
        self.controller = None

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address == self.refuses:
            return "550 no such person"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.got.append(email.message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"

    def on(self):
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self.controller.start()

    def off(self):
        if self.controller:
            self.controller.stop()
            self.controller = None


@pytest.fixture
def catcher(settings):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", port, 5
    catcher = Catcher(port)
    yield catcher
    catcher.off()


def test_a_mail_arrives_at_a_real_server_with_its_headers(alice, catcher):
    catcher.on()
    tell(alice, item=1, subject="Müssen wir das? “Ja”")
    assert mail.send_due(now=later()) == 1
    (message,) = catcher.got
    assert (message["To"], message["Subject"]) == (alice.email, "Re: Müssen wir das? “Ja”")
    assert message["Message-ID"] == f"<notice-{Notice.objects.get().pk}.1@testserver>"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]


def test_while_the_mail_server_is_down_nothing_is_lost_and_it_is_asked_ever_less_often(alice, bob, catcher):
    tell(alice, bob, item=1)
    assert mail.send_due(now=later()) == 0
    assert mail.pause.is_on()
    waits = [mail.pause.failures]
    for _ in range(3):
        mail.pause.until = 0
        mail.send_due(now=later())
        waits.append(mail.pause.failures)
    assert waits == [1, 2, 3, 4]
    tell(alice, item=2)
    catcher.on()
    mail.pause.until = 0
    assert mail.send_due(now=later()) == 2
    texts = {message["To"]: message.get_body(("plain",)).get_content() for message in catcher.got}
    assert ("Item 1." in texts[alice.email], "Item 2." in texts[alice.email]) == (True, True)
    assert not mail.pause.is_on()


def test_an_address_the_server_refuses_stops_no_other_mail(alice, catcher):
    catcher.on()
    wrong = MemberFactory(email="refused@example.org", display_name="Gone Away")
    tell(wrong, item=1)
    tell(alice, item=1)
    assert mail.send_due(now=later()) == 1
    assert [message["To"] for message in catcher.got] == [alice.email]
    assert (wrong.notices.get().mail_attempts, mail.pause.is_on()) == (1, False)


def test_a_mail_refused_ten_times_is_given_up(alice, catcher):
    catcher.on()
    wrong = MemberFactory(email="refused@example.org", display_name="Gone Away")
    tell(wrong, item=1)
    for day in range(mail.MOST_ATTEMPTS):
        assert wrong.notices.get().mail_attempts == day
        mail.send_due(now=later((day + 1) * 86400))
    assert wrong.notices.get().mail_due_at is None


def test_what_came_while_an_empty_mail_was_dropped_stays_due(alice, monkeypatch):
    tell(alice, item=1)
    due = later(600)

    def nothing(notice):
        alice.notices.update(mail_due_at=due)  # another process tells of something new
        return None

    monkeypatch.setattr(mail, "message_for", nothing)
    assert mail.send_due(now=later()) == 0
    left = alice.notices.get()
    assert (left.mail_due_at, left.mail_leased_until, left.mailing_item_id) == (due, None, None)


# --- Stopping without signing in ------------------------------------------------------------------


@pytest.fixture
def stop_path(alice):
    tell(alice, item=1)
    return stopping.url_for(Notice.objects.get())


def test_the_stop_link_asks_first_and_changes_nothing(alice, client, stop_path):
    answer = client.get(stop_path)
    assert (answer.status_code, conftest.MUTED, Preference.objects.count()) == (200, [], 0)
    assert [scope for scope, _ in answer.context["choices"]] == ["thread", "kind", "all"]


def test_stopping_a_kind_stops_its_mail_and_leaves_the_bell(alice, client, stop_path):
    assert client.post(stop_path, {"scope": "kind"}).status_code == 200
    preference = alice.notice_preferences.get()
    assert (preference.kind, preference.bell, preference.mail) == ("test.told", True, "none")
    assert send() == []


def test_stopping_all_stops_every_kind_of_mail(alice, client, stop_path):
    client.post(stop_path, {"scope": "all"})
    assert send() == []
    tell(alice, kind="test.loud", why="named", group_key="thing:2", item=1)
    assert send() == []
    assert inbox.unread_count(alice) == 2


def test_a_scope_that_makes_no_sense_stops_the_narrowest(alice, client, stop_path):
    client.post(stop_path, {"scope": "everything; drop table"})
    assert [(alice.pk, 1)] == conftest.MUTED


@pytest.mark.parametrize("token", ["x", "x:y:z", "W10:1:abc", "%00", "é"])
def test_a_link_we_did_not_sign_is_404(db, client, token):
    assert client.get(f"/notifications/stop/{token}/").status_code == 404
    assert client.post(f"/notifications/stop/{token}/").status_code == 404


# --- The demo's outbox ------------------------------------------------------------------------------


@pytest.fixture
def demo_mail(settings, tmp_path):
    settings.EMAIL_BACKEND = "notifications.delivery.outbox.EmailBackend"
    settings.MAIL_OUTBOX_DIR = tmp_path / "outbox"
    return Path(settings.MAIL_OUTBOX_DIR)


def test_the_demo_shows_its_mail_newest_first_and_links_can_be_clicked(alice, bob, client, demo_mail):
    django_mail.EmailMessage("First", "Your code is 123456", to=["first@example.org"]).send()
    tell(alice, item=1, subject="A <b>thing</b>")
    mail.send_due(now=later())
    answer = client.get("/outbox/")
    assert [found.to for found in answer.context["mails"]] == [alice.email, "first@example.org"]
    page = answer.content.decode()
    assert ("Your code is 123456" in page, "<b>thing</b>" in page) == (True, False)
    assert 'href="http://testserver/thing/1/"' in page
    assert (page.count("<details open>"), page.count("<details>")) == (1, 1)  # the newest is open, the others folded
    assert [found.subject for found in client.get("/outbox/?to=FIRST").context["mails"]] == ["First"]
    assert len(list(demo_mail.iterdir())) == 2


def test_the_outbox_is_for_this_machine_and_the_demo_only(db, client, settings, demo_mail):
    assert client.get("/outbox/", REMOTE_ADDR="10.0.0.7").status_code == 404
    assert client.get("/outbox/", REMOTE_ADDR="").status_code == 404
    assert client.get("/outbox/", headers={"X-Forwarded-For": "10.0.0.7"}).status_code == 404
    assert client.get("/outbox/", REMOTE_ADDR="::1").status_code == 200
    settings.DEMO = False
    assert client.get("/outbox/").status_code == 404


def test_a_broken_file_does_not_break_the_outbox(db, client, demo_mail):
    demo_mail.mkdir()
    (demo_mail / "1.eml").write_bytes(b"Content-Type: text/plain; charset=klingon\n\n\xff\xfe")
    (demo_mail / "2.eml").write_bytes(b"")
    (demo_mail / "3.eml").write_bytes(b"Subject: =?utf-8?q?Hi?=\nDate: nonsense\n\nWords.")
    assert [found.subject for found in client.get("/outbox/").context["mails"]][:1] == ["Hi"]


AWAITED = ["/accounts/password/reset/done/", "/accounts/login/code/confirm/"]


def test_a_demo_leads_to_its_mail_from_its_foot_and_where_mail_is_awaited(alice, client, settings, demo_mail):
    client.post("/accounts/login/code/", {"email": alice.email})
    leads = 'This is a demonstration: its mail lands in the <a href="/outbox/">outbox</a>.'
    assert [leads in client.get(address).content.decode() for address in AWAITED] == [True, True]
    assert 'Its mail lands in the <a href="/outbox/">outbox</a>.' in client.get("/forum/").content.decode()
    assert 'href="/outbox/"' not in client.get("/forum/", headers={"X-Forwarded-For": "10.0.0.7"}).content.decode()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    assert 'href="/outbox/"' not in client.get("/forum/").content.decode()


def test_a_site_that_is_no_demo_has_no_outbox_to_lead_to(db, client, settings, demo_mail):
    settings.DEMO = False
    assert "outbox" not in client.get("/accounts/password/reset/done/").content.decode()

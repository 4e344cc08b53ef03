"""Sending a signal: quick, once, seen by its sender and the core team alone, and never without an answer."""

import datetime as dt
import uuid

import pytest
from django.conf import settings
from django.core import mail as mailbox
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from horizon.actions import developments, triage
from horizon.actions import signals as acts
from horizon.models import Signal
from horizon.permissions import TABLE
from members.actions import NotAllowed
from notifications.delivery import mail
from notifications.models import Notice
from notifications.rows import rows_of
from tests.factories import MemberFactory, horizon
from tests.parts.crowd import all_at_once

URL = "/horizon/signals/send/"
TYPED = {
    "title": "Phone lines close", "where_seen": "A letter from the supplier",
    "why_it_matters": "Alarms in homes go silent.", "what": "",
}  # fmt: skip


@pytest.fixture
def signal(bob):
    return Signal.objects.create(by=bob, **TYPED)


def kept():
    return list(Signal.objects.values_list("title", "where_seen", "why_it_matters", "what", "by__handle"))


def words(member):
    return [row.html for row in rows_of(member, list(Notice.objects.for_inbox(member)))]


def test_a_member_sends_a_signal_is_thanked_and_sees_it(client_of, bob):
    client = client_of(bob)
    key = client.get(URL).context["form"]["once_key"].value()
    response = client.post(URL, TYPED | {"once_key": key}, follow=True)
    assert response.redirect_chain == [("/horizon/signals/", 302)]
    assert kept() == [("Phone lines close", "A letter from the supplier", "Alarms in homes go silent.", "", "bob")]
    html = response.content.decode()
    assert "Thank you. The core team reads every signal" in html
    assert [one.title for one in response.context["signals"]] == ["Phone lines close"]


def test_the_same_form_sent_twice_is_one_signal_and_one_notice(client_of, bob, cora):
    sent = TYPED | {"once_key": str(uuid.uuid4())}
    for _ in range(2):
        assert client_of(bob).post(URL, sent).status_code == 302
    assert (Signal.objects.count(), Notice.objects.get().count) == (1, 1)


@pytest.mark.parametrize("key", ["", "not a key", "0" * 60])
def test_a_tampered_key_only_loses_its_promise(client_of, bob, key):
    assert client_of(bob).post(URL, TYPED | {"once_key": key}).status_code == 302
    assert Signal.objects.count() == 1


@pytest.mark.parametrize(
    ("changed", "field", "said"),
    [
        ({"title": ""}, "title", "Say in a few words what is coming."),
        ({"title": " \u200b… "}, "title", "Say in a few words what is coming."),
        ({"where_seen": ""}, "where_seen", "Say where you saw it. “Somebody said” is fine."),
        ({"why_it_matters": " "}, "why_it_matters", "Say why it matters: a line is enough."),
        ({"title": "x" * 141}, "title", "This is 141 characters; 140 is the most. Shorten it a little."),
        ({"what": "x" * 1501}, "what", "This is 1501 characters; 1500 is the most. Shorten it a little."),
        (
            {"what": "a\x00b"}, "what",
            "Take out the character that can’t be shown: it may have come with something you pasted.",
        ),
    ],
)  # fmt: skip
def test_a_mistake_is_told_at_its_field_and_nothing_typed_is_lost(client_of, bob, changed, field, said):
    response = client_of(bob).post(URL, TYPED | changed)
    form = response.context["form"]
    assert (response.status_code, form.errors) == (200, {field: [said]})
    assert {name: form[name].value() for name in TYPED} == TYPED | changed
    assert kept() == []


def test_too_many_in_an_hour_wait_and_lose_nothing(client_of, bob, monkeypatch):
    monkeypatch.setattr(settings, "RATE_LIMITS", settings.RATE_LIMITS | {"signal": (2, 3600)})
    monkeypatch.setattr(settings, "RATE_LIMIT_FACTOR", 1)
    client = client_of(bob)
    codes = [client.post(URL, TYPED | {"title": f"Number {number}"}).status_code for number in range(3)]
    response = client.post(URL, TYPED | {"title": "Number 4"})
    assert (codes, Signal.objects.count()) == ([302, 302, 429], 2)
    assert response.context["form"]["title"].value() == "Number 4"
    assert "is not sent yet" in response.content.decode()


def test_who_is_not_vouched_for_is_told_why_not(client_of, client, charlie):
    response = client_of(charlie).get(URL)
    assert (response.status_code, "You can’t send a signal yet" in response.content.decode()) == (403, True)
    assert client_of(charlie).post(URL, TYPED).status_code == 403
    assert client.get(URL).headers["Location"] == f"/accounts/login/?next={URL}"
    with pytest.raises(NotAllowed):
        acts.send(by=charlie, once_key=uuid.uuid4(), **TYPED)
    assert kept() == []


def test_words_from_elsewhere_are_shown_as_words(client_of, bob):
    acts.send(by=bob, once_key=uuid.uuid4(), **TYPED | {"what": "<script>alert(1)</script>"})
    html = client_of(bob).get("/horizon/signals/").content.decode()
    assert ("<script>alert(1)" in html, "&lt;script&gt;alert(1)" in html) == (False, True)


# --- Who sees it --------------------------------------------------------------------------------------


def test_only_its_sender_and_the_core_team_see_a_signal(cast, bob, signal):
    other = Signal.objects.create(by=cast["alice"], **TYPED)
    seen = {
        name: sorted(Signal.objects.visible_to(person).values_list("pk", flat=True)) for name, person in cast.items()
    }
    assert seen == {
        "alice": [other.pk], "bob": [signal.pk], "charlie": [], "morag": [], "anyone": [],
        "cora": [signal.pk, other.pk],
    }  # fmt: skip
    for name, person in cast.items():
        for one in (signal, other):
            assert one.is_visible_to(person) is (one.pk in seen[name]) is TABLE["horizon.see_signal"](person, one)


def test_ones_page_lists_ones_own_and_says_what_became_of_each(client_of, bob, alice, cora, signal):
    law = horizon.DevelopmentFactory(title="The end of old phone lines")
    taken = Signal.objects.create(by=bob, **TYPED | {"title": "Taken"})
    declined = Signal.objects.create(by=bob, **TYPED | {"title": "Declined"})
    Signal.objects.create(by=alice, **TYPED | {"title": "Someone else’s"})
    triage.make_development(by=cora, signal=taken, development=law, outcome="Thank you, it is there.")
    triage.decline(by=cora, signal=declined, reason="It is not about sharing information.")
    response = client_of(bob).get("/horizon/signals/")
    html = response.content.decode()
    assert [(one.title, one.state) for one in response.context["signals"]] == [
        ("Declined", "declined"), ("Taken", "triaged"), ("Phone lines close", "new"),
    ]  # fmt: skip
    for said in ("It is not about sharing information.", "The end of old phone lines", "Cora Coates, core team"):
        assert said in html
    assert "Someone else" not in html


def test_a_development_that_readers_do_not_see_yet_is_not_named_to_the_sender(client_of, bob, cora, signal):
    hidden = horizon.DevelopmentFactory(title="Secret plans", shown=False)
    triage.add_to(by=cora, signal=signal, development=hidden)
    assert "Secret plans" not in client_of(bob).get("/horizon/signals/").content.decode()
    mail.send_due(now=timezone.now() + dt.timedelta(minutes=5))
    assert [(one.to, "Secret plans" in one.body) for one in mailbox.outbox] == [([bob.email], False)]


class TestWrittenUpFirst:
    """What became of a signal is on the Horizon for its sender once readers see it, and not before."""

    @pytest.fixture
    def hidden(self, cora, signal):
        one = horizon.DevelopmentFactory(title="Secret plans", shown=False)
        triage.make_development(by=cora, signal=signal, development=one)
        return one

    @staticmethod
    def show(development, by, shown=True):
        with transaction.atomic():
            before = developments.as_it_stands(development)
            development.shown = shown
            development.save()
            developments.saved(by=by, development=development, before=before)

    def test_until_then_notice_page_and_mail_say_that_we_write_it_up(self, client_of, bob, hidden):
        assert words(bob) == ["Your signal “<strong>Phone lines close</strong>” is taken up: we are writing it up"]
        html = client_of(bob).get("/horizon/signals/").content.decode()
        assert ("Being written up" in html, "We are writing it up" in html) == (True, True)
        mail.send_due(now=timezone.now() + dt.timedelta(minutes=5))
        (body,) = [one.body for one in mailbox.outbox]
        assert "We are writing it up, and tell you when it is on the Horizon." in body
        assert ["on the Horizon now" in said for said in (html, body)] == [False, False]

    def test_once_readers_see_it_the_sender_is_told_once_with_a_way_there(self, client_of, bob, cora, hidden):
        mail.send_due(now=timezone.now() + dt.timedelta(minutes=5))
        for shown in (True, False, True):
            self.show(hidden, cora, shown)
        assert words(bob) == ["Your signal “<strong>Phone lines close</strong>” is on the Horizon now"]
        html = client_of(bob).get("/horizon/signals/").content.decode()
        assert "It is on the Horizon now: <a" in html
        mail.send_due(now=timezone.now() + dt.timedelta(minutes=9))
        _first, body = [one.body for one in mailbox.outbox]
        assert "It is on the Horizon now: Secret plans." in body
        assert f"{settings.SITE_URL}/notifications/" in body or hidden.get_absolute_url() in body

    def test_who_was_told_when_it_was_made_is_not_told_again(self, bob, cora, signal):
        law = horizon.DevelopmentFactory()
        triage.make_development(by=cora, signal=signal, development=law)
        Notice.objects.all().delete()
        for shown in (False, True):
            self.show(law, cora, shown)
        assert words(bob) == []


def test_without_any_the_page_leads_to_the_form(client_of, alice):
    html = client_of(alice).get("/horizon/signals/").content.decode()
    assert ("You have not sent a signal yet" in html, html.count(f'href="{URL}"')) == (True, 1)


def test_the_list_costs_the_same_however_many_were_sent(client_of, bob, cora, forget):
    client = client_of(bob)

    def add(number):
        sent = Signal.objects.create(by=bob, **TYPED | {"title": f"Signal {number}"})
        triage.add_to(by=cora, signal=sent, development=horizon.DevelopmentFactory())

    def counted():
        forget()
        with CaptureQueriesContext(connection) as queries:
            assert len(client.get("/horizon/signals/").context["signals"]) > 0
        return len(queries)

    add(1)
    client.get("/horizon/signals/")
    one = counted()
    add(2)
    add(3)
    assert (counted(), one <= 10) == (one, True)


# --- Who is told --------------------------------------------------------------------------------------


def test_the_core_team_hears_of_it_but_not_of_its_own(bob, cora, morag, office):
    colleague = MemberFactory(handle="colleague", organisation=office, role="core_team")
    acts.send(by=bob, once_key=uuid.uuid4(), **TYPED)
    assert set(Notice.objects.values_list("recipient__handle", flat=True)) == {"cora", "colleague"}
    said = "<strong>Bob Barley</strong> sent a signal: “<strong>Phone lines close</strong>”"
    assert (words(cora), words(colleague)) == ([said], [said])
    Notice.objects.all().delete()
    acts.send(by=cora, once_key=uuid.uuid4(), **TYPED)
    assert set(Notice.objects.values_list("recipient__handle", flat=True)) == {"colleague"}


def test_once_decided_the_core_team_need_not_read_of_it_and_the_sender_hears(client_of, bob, cora):
    sent = acts.send(by=bob, once_key=uuid.uuid4(), **TYPED)
    triage.decline(by=cora, signal=sent, reason="It is not about sharing information.")
    assert list(Notice.objects.values_list("recipient__handle", "kind")) == [("bob", "horizon.signal_decided")]
    assert words(bob) == ["Your signal “<strong>Phone lines close</strong>” is not taken further. See why"]
    response = client_of(bob).get(f"/notifications/{Notice.objects.get().pk}/open/")
    assert response.headers["Location"] == f"/horizon/signals/#signal-{sent.pk}"
    Notice.objects.update(read_at=None, mail_due_at=timezone.now())
    mail.send_due(now=timezone.now())
    ((subject, body),) = [(one.subject, one.body) for one in mailbox.outbox]
    assert subject == "What became of your signal: Phone lines close"
    assert "It is not about sharing information." in body


def test_a_signal_that_was_taken_says_where_it_is_now(bob, cora, signal):
    law = horizon.DevelopmentFactory(title="The end of old phone lines")
    triage.make_development(by=cora, signal=signal, development=law)
    assert words(bob) == ["Your signal “<strong>Phone lines close</strong>” is on the Horizon now"]
    mail.send_due(now=timezone.now() + dt.timedelta(minutes=5))
    (body,) = [one.body for one in mailbox.outbox]
    assert "It is on the Horizon now: The end of old phone lines." in body


def test_who_left_the_core_team_is_not_shown_signals_any_more(bob, cora):
    acts.send(by=bob, once_key=uuid.uuid4(), **TYPED)
    cora.role = "member"
    cora.save()
    assert words(cora) == []


def test_where_the_core_team_decides_is_a_page_of_theirs(client_of, bob, cora):
    from members import roles

    roles.set_up_groups()
    cora.save()
    acts.send(by=bob, once_key=uuid.uuid4(), **TYPED)
    address = Notice.objects.get(recipient=cora).url
    assert client_of(cora).get(address).context["signal"].title == "Phone lines close"


@pytest.mark.engines
@pytest.mark.django_db(transaction=True)
def test_one_form_sent_fifty_times_at_once_is_one_signal():
    member, key = MemberFactory(), uuid.uuid4()
    results = all_at_once([lambda: acts.send(by=member, once_key=key, **TYPED)] * 50)
    assert {getattr(one, "pk", one) for one in results} == {Signal.objects.get().pk}

"""Signals in the admin: what becomes of each, who is told, and that only one of two can decide."""

import uuid

import pytest

from core import outbox
from horizon.actions import triage
from horizon.actions.signals import send
from horizon.models import Development, Signal
from members.actions import NotAllowed
from members.models import Member
from members.roles import follow_role
from notifications.models import Notice
from tests.factories import MemberFactory
from tests.factories.horizon import DevelopmentFactory
from tests.horizon import desk

LIST = "/admin/signal/"
HAS_DECIDED = "Dora Dale has decided on it already: not taken further."
IN_USE = (
    "“School records” can’t be deleted: the signal “A new code on school records” became it, and its sender was told "
    "so. Take it away from readers instead."
)


@pytest.fixture
def core(cora, client_of):
    desk.set_up()
    return client_of(cora)


@pytest.fixture
def colleague(office):
    member = MemberFactory(display_name="Dora Dale", handle="dora", organisation=office, role=Member.Role.CORE_TEAM)
    follow_role(member)
    return member


@pytest.fixture
def signal(alice):
    return send(
        by=alice, title="A new code on school records", what="They will ask for a register.",
        where_seen="A letter to head teachers", why_it_matters="Every school would have to change.",
        once_key=uuid.uuid4(),
    )  # fmt: skip


def page_of(signal) -> str:
    return f"{LIST}edit/{signal.pk}/"


def decided_notices(member) -> list[str]:
    outbox.drain()
    return list(
        Notice.objects.filter(recipient=member, kind="horizon.signal_decided").values_list("subject", flat=True)
    )


def messages_of(response) -> list[str]:
    return [str(message) for message in response.context["messages"]]


class TestLooking:
    def test_the_list_has_what_waits_first(self, core, alice, signal, cora):
        for state in ("looking", "declined", "new"):
            Signal.objects.create(title=state, where_seen="x", why_it_matters="x", by=alice, state=state, outcome="No.")
        titles = [one.title for one in core.get(LIST).context["object_list"]]
        assert titles == ["new", "A new code on school records", "looking", "declined"]

    def test_its_page_shows_all_of_it(self, core, signal):
        page = core.get(page_of(signal)).content.decode()
        for words in (signal.title, signal.what, signal.where_seen, signal.why_it_matters, "Alice Amory"):
            assert words in page

    def test_taking_it_says_who_looks(self, core, cora, signal):
        core.post(page_of(signal), {"verb": "take"})
        signal.refresh_from_db()
        assert (signal.state, signal.taken_by) == ("looking", cora)

    def test_taking_it_twice_is_taking_it_once(self, cora, signal):
        triage.take(by=cora, signal=signal)
        assert triage.take(by=cora, signal=signal).taken_by == cora

    def test_a_second_one_is_told_who_looks_already(self, cora, colleague, signal):
        triage.take(by=cora, signal=signal)
        with pytest.raises(triage.Decided, match="Cora Coates is already looking into it"):
            triage.take(by=colleague, signal=signal)


class TestDeclining:
    def test_the_sender_reads_the_reason(self, core, cora, alice, signal):
        core.post(page_of(signal), {"verb": "decline", "decline-reason": "It was withdrawn in May."})
        signal.refresh_from_db()
        assert (signal.state, signal.outcome, signal.decided_by) == ("declined", "It was withdrawn in May.", cora)
        assert decided_notices(alice) == ["A new code on school records"]

    def test_no_reason_is_refused_beside_the_field(self, core, alice, signal):
        response = core.post(page_of(signal), {"verb": "decline", "decline-reason": " "})
        assert response.context["forms"]["decline"].errors == {"reason": ["Say why, in words the sender will read."]}
        assert (Signal.objects.get().state, decided_notices(alice)) == ("new", [])

    def test_nor_can_the_act_go_without_one(self, cora, signal):
        with pytest.raises(triage.ReasonNeeded):
            triage.decline(by=cora, signal=signal, reason="  ")


class TestAddingToOne:
    def test_both_are_linked_and_the_sender_told(self, core, alice, signal):
        one = DevelopmentFactory(title="School records")
        core.post(page_of(signal), {"verb": "add_to", "add_to-development": one.pk, "add_to-outcome": ""})
        signal.refresh_from_db()
        assert (signal.state, signal.development, signal.outcome) == ("triaged", one, triage.KNOWN)
        assert list(one.signals.all()) == [signal]
        assert decided_notices(alice) == [signal.title]

    def test_its_development_can_no_longer_be_deleted(self, core, cora, signal):
        one = DevelopmentFactory(title="School records")
        triage.add_to(by=cora, signal=signal, development=one)
        response = core.post(f"/admin/snippets/horizon/development/delete/{one.pk}/", follow=True)
        assert messages_of(response) == [IN_USE]
        assert Development.objects.count() == 1


class TestMakingOne:
    def test_the_editor_is_filled_in_from_the_signal(self, core, signal):
        form = core.get(f"{desk.ADD}?signal={signal.pk}").context["form"]
        source = form.formsets["sources"].forms[0]
        assert (form["title"].value(), form["summary"].value()) == (signal.title, signal.what)
        assert (source["title"].value(), source["reported"].value()) == (signal.where_seen, True)

    def test_saving_it_links_both_and_tells_the_sender(self, core, cora, alice, signal):
        source = {"id": "", "title": signal.where_seen, "url": "", "checked_on": "", "reported": "on"}
        data = desk.typed(title="A code on school records", sources=[source], there_too=1)
        response = core.post(f"{desk.ADD}?signal={signal.pk}", data, follow=True)
        made = Development.objects.get()
        signal.refresh_from_db()
        assert (signal.state, signal.development, signal.decided_by) == ("triaged", made, cora)
        assert [one.title for one in made.sources.all()] == [signal.where_seen]
        assert decided_notices(alice) == [signal.title]
        assert "Whoever sent the signal is told." in messages_of(response)[0]

    def test_one_that_readers_do_not_see_yet_says_what_the_sender_is_told(self, core, signal):
        data = desk.typed(title="A code on school records", shown="")
        response = core.post(f"{desk.ADD}?signal={signal.pk}", data, follow=True)
        told = "Whoever sent the signal is told that we are writing it up, and again once readers see it."
        assert f"Only the core team sees it. {told}" in messages_of(response)[0]

    def test_a_form_that_is_not_right_decides_nothing(self, core, alice, signal):
        response = core.post(f"{desk.ADD}?signal={signal.pk}", desk.typed(title=""))
        assert response.context["action_url"] == f"{desk.ADD}?signal={signal.pk}"
        assert (Signal.objects.get().state, decided_notices(alice)) == ("new", [])

    def test_when_another_was_first_nothing_is_saved_and_nothing_typed_is_lost(self, core, colleague, signal):
        triage.decline(by=colleague, signal=signal, reason="It was withdrawn.")
        response = core.post(f"{desk.ADD}?signal={signal.pk}", desk.typed(title="A code on school records"))
        assert dict(response.context["form"].errors) == {
            "__all__": [f"{HAS_DECIDED} Nothing was saved. Look at the signal before you save this by itself."]
        }
        assert 'value="A code on school records"' in response.content.decode()
        assert Development.objects.count() == 0

    def test_a_signal_that_is_not_there_is_404(self, core):
        assert [core.get(f"{desk.ADD}?signal={number}").status_code for number in ("12345", "9" * 18)] == [404, 404]


class TestTwoAtOnce:
    def test_one_decides_and_the_other_is_told(self, core, cora, colleague, client_of, alice, signal):
        other = client_of(colleague)
        for browser in (core, other):
            assert browser.get(page_of(signal)).status_code == 200
        core.post(page_of(signal), {"verb": "decline", "decline-reason": "It was withdrawn."})
        response = other.post(
            page_of(signal), {"verb": "decline", "decline-reason": "It is a rumour."}, follow=True
        )  # fmt: skip
        assert messages_of(response) == [
            "Cora Coates has decided on it already: not taken further. What you chose was not done."
        ]
        assert (Signal.objects.get().outcome, len(decided_notices(alice))) == ("It was withdrawn.", 1)


class TestDoors:
    def test_only_the_core_team_decides(self, alice, morag, charlie, signal):
        for member in (alice, morag, charlie):
            with pytest.raises(NotAllowed):
                triage.take(by=member, signal=signal)

    @pytest.mark.parametrize("who", ["alice", "charlie", "morag"])
    def test_nor_sees_anybody_else_its_page(self, cast, client_of, signal, who):
        desk.set_up()
        response = client_of(cast[who]).get(page_of(signal), follow=True)
        assert signal.why_it_matters not in response.content.decode()

    def test_nobody_adds_edits_or_deletes_one_in_wagtails_way(self, core, signal):
        paths = ("new/", f"delete/{signal.pk}/", f"usage/{signal.pk}/", f"inspect/{signal.pk}/", f"copy/{signal.pk}/")
        assert [core.get(f"{LIST}{path}").status_code for path in paths] == [404] * len(paths)
        assert Signal.objects.count() == 1

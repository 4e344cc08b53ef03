"""The core team vouches for several who wait: it sees whom first, and reads afterwards what came of each."""

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import ModelLogEntry

from members import actions
from members.models import Member
from tests.factories import MemberFactory
from tests.parts.crowd import all_at_once
from tests.parts.messages import said

Standing = Member.Standing
URL = "/admin/users/vouch-for-many/"


def standings(*members) -> list[str]:
    return [Member.objects.get(pk=member.pk).standing for member in members]


def send(client, *members, **more):
    """The form of the last page, which says where each works."""
    known = {f"known-{one.pk}": one.organisation_id or 0 for one in members if isinstance(one, Member)}
    return client.post(URL, {"members": [member.pk for member in members]} | known | more)


class TestTheAct:
    def test_each_is_vouched_for_logged_and_told(self, cora, charlie, dana, sent):
        outcomes = actions.vouch_for_many(by=cora, members=[charlie, dana], why="Rang both.")
        assert [(one.row, one.refusal) for one in outcomes] == [(charlie, ""), (dana, "")]
        assert standings(charlie, dana) == [Standing.VOUCHED] * 2
        entries = ModelLogEntry.objects.filter(action="members.vouch").order_by("pk")
        assert [(one.object_id, one.user, one.data["why"]) for one in entries] == [
            (str(charlie.pk), cora, "Rang both."), (str(dana.pk), cora, "Rang both."),
        ]  # fmt: skip
        words = f"You can now take part in {settings.SITE_NAME}"
        assert [(letter.to, letter.subject) for letter in sent()] == [([charlie.email], words), ([dana.email], words)]

    def test_one_refusal_keeps_nobody_else_out(self, cora, charlie, dana, erin):
        outcomes = actions.vouch_for_many(by=cora, members=[charlie, erin, dana])
        assert [one.refusal for one in outcomes] == [
            "", "Choose the organisation Erin Egan works for first.", "",
        ]  # fmt: skip
        assert standings(charlie, erin, dana) == [Standing.VOUCHED, Standing.WAITING, Standing.VOUCHED]

    @pytest.mark.parametrize("verb", ["decline", "ban", "leave"])
    def test_who_was_decided_on_meanwhile_stays_as_they_are(self, cora, charlie, dana, verb):
        getattr(actions, verb)(by=cora, member=charlie, why="Not there.")
        was = standings(charlie)
        outcomes = actions.vouch_for_many(by=cora, members=[charlie, dana])
        label = Standing(was[0]).label
        assert outcomes[0].refusal == f"Charlie Crane does not wait any more: “{label}”."
        assert standings(charlie, dana) == [*was, Standing.VOUCHED]

    @pytest.mark.parametrize("who", ["alice", "charlie", "morag"])
    def test_only_the_core_team_may(self, cast, dana, who):
        with pytest.raises(actions.NotAllowed):
            actions.vouch_for_many(by=cast[who], members=[dana])
        assert standings(dana) == [Standing.WAITING]

    @pytest.mark.engines
    @pytest.mark.django_db(transaction=True)
    def test_two_of_the_core_team_at_once_tell_each_person_once(self, dana, charlie, sent):
        staff = [MemberFactory(role=Member.Role.CORE_TEAM) for _ in range(10)]
        orders = [[dana, charlie] if number % 2 else [charlie, dana] for number in range(10)]
        results = all_at_once(
            [lambda by=by, order=order: actions.vouch_for_many(by=by, members=order)
             for by, order in zip(staff, orders, strict=True)]
        )  # fmt: skip
        assert sum(not one.refusal for outcomes in results for one in outcomes) == 2
        assert sorted(letter.to[0] for letter in sent()) == sorted([charlie.email, dana.email])


def test_a_closed_account_is_let_back_in_before_it_is_vouched_for(cora, charlie):
    actions.ban(by=cora, member=charlie, why="Sold a list of members.")
    with pytest.raises(actions.NotAllowed, match="Let them back in first"):
        actions.vouch(by=cora, member=charlie)
    assert standings(charlie) == [Standing.BANNED]


class TestThePage:
    def test_lists_those_who_wait_with_where_they_work(self, core_client, charlie, dana, alice):
        page = core_client.get(URL)
        assert [member.handle for member in page.context["waiting"]] == ["charlie", "dana"]
        words = page.content.decode()
        assert "Mardyke Food Bank" in words
        assert " checked>" not in words
        assert core_client.get(URL, {"all": 1}).content.decode().count(" checked>") == 2

    def test_shows_whom_first_and_does_nothing_yet(self, core_client, charlie, dana, erin):
        shown = send(core_client, charlie, erin)
        assert [(member.handle, why) for member, why in shown.context["chosen"]] == [
            ("charlie", ""), ("erin", "Their organisation is not in the directory. Choose one for them first."),
        ]  # fmt: skip
        words = shown.content.decode()
        assert "Vouch for 1 person" in words
        assert "Mardyke Food Bank" in words
        assert f'name="members" value="{erin.pk}"' not in words
        assert standings(charlie, dana, erin) == [Standing.WAITING] * 3

    def test_does_it_then_and_says_what_came_of_each(self, core_client, cora, charlie, dana, erin):
        actions.decline(by=cora, member=dana, why="Not there.")
        done = send(core_client, charlie, dana, erin, sure="1", why="Rang them.")
        assert done.headers["Location"] == "/admin/users/"
        assert said(done) == [
            "1 person can take part now, and is told by mail: Charlie Crane (Mardyke Food Bank).",
            "Not done: Dana Dow does not wait any more: “Declined”.",
            "Not done: Choose the organisation Erin Egan works for first.",
        ]
        assert standings(charlie, dana, erin) == [Standing.VOUCHED, Standing.DECLINED, Standing.WAITING]

    def test_leaves_out_whose_organisation_is_another_than_the_page_said(
        self, core_client, charlie, dana, council, charity
    ):
        shown = send(core_client, charlie, dana).content.decode()
        known = {
            f"known-{one.pk}": one.organisation_id
            for one in (charlie, dana)
            if f'name="known-{one.pk}" value="{one.organisation_id}"' in shown
        }
        actions.change_organisation(by=dana, organisation=charity)
        done = core_client.post(URL, {"members": [charlie.pk, dana.pk], "sure": "1"} | known)
        assert said(done) == [
            "1 person can take part now, and is told by mail: Charlie Crane (Mardyke Food Bank).",
            f"Not done: Dana Dow works for {charity} now, and your page did not say so. Look again, then decide.",
        ]
        assert standings(charlie, dana) == [Standing.VOUCHED, Standing.WAITING]

    def test_asks_to_tick_somebody(self, core_client, charlie):
        assert "Tick at least one person." in core_client.post(URL, {}).content.decode()

    @pytest.mark.parametrize("number", ["999999", "x", "²", "9" * 30, "-1", "\0"])
    def test_of_somebody_who_is_not_there_says_so_and_keeps_the_ticks(self, core_client, charlie, number):
        page = core_client.post(URL, {"members": [charlie.pk, number], "sure": "1"})
        assert page.status_code == 200
        assert "One of them is not there any more." in page.content.decode()
        assert page.content.decode().count(" checked>") == 1
        assert standings(charlie) == [Standing.WAITING]

    def test_says_when_nobody_waits(self, core_client):
        assert "Nobody waits to be vouched for." in core_client.get(URL).content.decode()

    @pytest.mark.parametrize("who", ["alice", "charlie", "morag"])
    def test_is_the_core_teams(self, client_of, cast, admin_groups, dana, who):
        admin_groups()
        client = client_of(cast[who])
        assert client.get(URL).status_code in {302, 403}
        send(client, dana, sure="1")
        assert standings(dana) == [Standing.WAITING]

    def test_is_reached_from_the_list_and_the_first_page(self, core_client, charlie, dana):
        for url in ("/admin/users/", "/admin/"):
            assert f'href="{URL}"' in core_client.get(url).content.decode(), url

    def test_takes_the_same_queries_for_one_and_for_three(self, core_client, council):
        def queries() -> int:
            with CaptureQueriesContext(connection) as captured:
                assert core_client.get(URL).status_code == 200
            return len(captured)

        MemberFactory(organisation=council, standing=Standing.WAITING)
        queries()
        one = queries()
        for _more in range(2):
            MemberFactory(organisation=council, standing=Standing.WAITING)
        assert queries() == one

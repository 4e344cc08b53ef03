"""Ticks in the admin's lists: the page names whom it concerns and whom not, and afterwards what came of each."""

import pytest
from wagtail.models import ModelLogEntry

from members import actions
from members.models import Member, Organisation
from tests.factories import MemberFactory, OrganisationFactory, SectorFactory
from tests.parts.messages import said

Standing, Status = Member.Standing, Organisation.Status


def address(act: str, *rows) -> str:
    kind = "member" if isinstance(rows[0], Member) else "organisation"
    return f"/admin/bulk/members/{kind}/{act}/?" + "&".join(f"id={row.pk}" for row in rows)


def fresh(*rows, field="standing") -> list:
    return [getattr(type(row).objects.get(pk=row.pk), field) for row in rows]


def works(*members) -> dict:
    return {f"known-{one.pk}": one.organisation_id or 0 for one in members}


class TestTheLists:
    @pytest.mark.parametrize(
        "url, acts",
        [
            ("/admin/users/", {"vouch", "decline", "place"}),
            ("/admin/organisation/", {"sector", "status"}),
        ],
    )
    def test_rows_have_ticks_and_the_bar_our_acts_alone(self, core_client, dana, url, acts):
        page = core_client.get(url).content.decode()
        assert "data-bulk-action-checkbox" in page
        found = {part.split("/")[2] for part in page.split('href="/admin/bulk/')[1:]}
        assert found == acts

    @pytest.mark.parametrize("act", ["delete", "set_active_state", "assign_role"])
    def test_wagtails_acts_on_users_have_no_address(self, admin_client, dana, act):
        assert admin_client.get(address(act, dana)).status_code == 404

    def test_statements_do_not_grow_with_rows(self, core_client, council, dana):
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        core_client.get(address("vouch", dana))
        with CaptureQueriesContext(connection) as one:
            core_client.get(address("vouch", dana))
        more = [MemberFactory(organisation=council, standing=Standing.WAITING) for _ in range(3)]
        with CaptureQueriesContext(connection) as four:
            core_client.get(address("vouch", dana, *more))
        assert len(four) == len(one)


class TestWhoMay:
    @pytest.mark.parametrize("act", ["vouch", "decline", "place"])
    def test_only_the_core_team(self, client_of, morag, alice, dana, act):
        for who in (morag, alice):
            response = client_of(who).post(address(act, dana), {"why": "x"} | works(dana))
            assert response.status_code in {302, 403}
        assert fresh(dana) == [Standing.WAITING]

    @pytest.mark.parametrize("query", ["", "id=x", "id=all", f"id={'9' * 30}", "id=-1", "id=0"])
    def test_nobody_chosen_is_404(self, core_client, dana, query):
        assert core_client.get(f"/admin/bulk/members/member/vouch/?{query}").status_code == 404

    def test_nobody_decides_on_themselves(self, core_client, cora, dana):
        page = core_client.get(address("decline", dana, cora)).content.decode()
        assert "Nobody decides on themselves." in page
        assert f'name="known-{cora.pk}"' not in page


class TestVouch:
    def test_the_page_names_whom_and_whom_not_and_does_nothing(self, core_client, dana, erin, alice, sent):
        page = core_client.get(address("vouch", dana, erin, alice)).content.decode()
        assert "Vouch for 1 person" in page
        assert page.count("You vouch for them") == 1
        assert "Left out. Their organisation is not in the directory." in page
        assert "Left out. They do not wait: their standing is “Vouched for”." in page
        assert (fresh(dana), sent()) == ([Standing.WAITING], [])

    def test_each_is_vouched_for_told_and_reported(self, core_client, cora, charlie, dana, sent):
        sent_form = {"why": "Rang both."} | works(charlie, dana)
        response = core_client.post(
            address("vouch", charlie, dana) + "&next=/admin/users/%3Fstanding=waiting", sent_form
        )
        assert response.url == "/admin/users/?standing=waiting"
        (words,) = said(response)
        assert words.startswith("2 people can take part now, and are told by mail: ")
        assert {f"{one} ({one.organisation})" for one in (charlie, dana)} == {
            one.strip(" .") for one in words.partition(":")[2].split(",")
        }
        assert fresh(charlie, dana) == [Standing.VOUCHED] * 2
        assert len(sent()) == 2
        assert ModelLogEntry.objects.filter(action="members.vouch", user=cora).count() == 2

    def test_who_moved_since_the_page_is_refused_and_named(self, core_client, dana, council, charlie):
        form = {"why": ""} | works(dana, charlie)
        Member.objects.filter(pk=dana.pk).update(organisation=OrganisationFactory())
        words = said(core_client.post(address("vouch", dana, charlie), form))
        assert words[0].startswith("1 person can take part now, and is told by mail")
        assert words[1].startswith("Not done: Dana Dow works for")
        assert fresh(dana, charlie) == [Standing.WAITING, Standing.VOUCHED]

    def test_sent_twice_tells_once(self, core_client, dana, sent):
        for _ in range(2):
            response = core_client.post(address("vouch", dana), {"why": ""} | works(dana))
        assert said(response)[-1].startswith("Not done: Dana Dow does not wait any more")
        assert len(sent()) == 1


class TestDecline:
    def test_the_reason_is_needed_and_each_is_told_it(self, core_client, charlie, dana, sent):
        page = core_client.post(address("decline", charlie, dana), {"why": " "} | works(charlie, dana))
        assert page.context["form"].errors == {"why": ["Write the reason: each of them is told it."]}
        response = core_client.post(address("decline", charlie, dana), {"why": "Not partners."} | works(charlie, dana))
        assert said(response)[0].startswith("Told that we can’t vouch for them: ")
        assert fresh(charlie, dana) == [Standing.DECLINED] * 2
        letters = sent()
        assert sorted(one.to[0] for one in letters) == sorted([charlie.email, dana.email])
        assert all("Not partners." in one.body for one in letters)

    def test_only_those_who_wait(self, core_client, alice):
        page = core_client.get(address("decline", alice)).content.decode()
        assert "Left out. They do not wait" in page
        assert "0 people" not in page
        words = said(core_client.post(address("decline", alice), {"why": "x"} | works(alice)))
        assert words[0].startswith("Not done: ")
        assert fresh(alice) == [Standing.VOUCHED]


class TestPlace:
    def test_those_without_one_are_placed_and_vouched_for_if_asked(self, core_client, erin, dana, council, sent):
        newcomer = MemberFactory(display_name="Fay Fox", organisation=None, standing=Standing.WAITING)
        page = core_client.get(address("place", erin, newcomer, dana)).content.decode()
        assert "Where 2 people work" in page
        assert f"Works at {council}. Change it by itself, on their form." in page
        form = {"organisation": council.pk, "and_vouch": "on"} | works(erin, newcomer)
        words = said(core_client.post(address("place", erin, newcomer), form))
        assert f"work at {council} now. 2 people can take part." in words[0]
        assert fresh(erin, newcomer) == [Standing.VOUCHED] * 2
        assert len(sent()) == 2

    def test_without_the_tick_they_wait_still(self, core_client, erin, council, sent):
        core_client.post(address("place", erin), {"organisation": council.pk} | works(erin))
        assert (fresh(erin), fresh(erin, field="organisation"), sent()) == ([Standing.WAITING], [council], [])

    def test_whom_a_colleague_placed_meanwhile_stays_there(self, core_client, erin, council):
        elsewhere = OrganisationFactory()
        Member.objects.filter(pk=erin.pk).update(organisation=elsewhere)
        words = said(core_client.post(address("place", erin), {"organisation": council.pk, f"known-{erin.pk}": 0}))
        assert words[0].startswith("Not done: Erin Egan works for")
        assert fresh(erin, field="organisation") == [elsewhere]

    def test_who_is_shut_out_is_left_out(self, cora, council):
        gone = MemberFactory(organisation=None, standing=Standing.LEFT)
        (outcome,) = actions.place_many(by=cora, members=[gone], organisation=council)
        assert outcome.refusal.startswith("Nothing was changed")


class TestOrganisations:
    @pytest.fixture
    def bodies(self, db):
        return [OrganisationFactory(name=name) for name in ("Alder Trust", "Beech Trust")]

    def marks(self, field, *bodies):
        return {f"known-{one.pk}": str(getattr(getattr(one, field), "pk", getattr(one, field))) for one in bodies}

    def test_a_sector_is_set_logged_and_shown(self, core_client, cora, bodies):
        health = SectorFactory(name="Health bodies")
        form = {"sector": health.pk} | self.marks("sector", *bodies)
        words = said(core_client.post(address("sector", *bodies), form))
        assert words == ["Alder Trust, Beech Trust are in the sector Health bodies now."]
        assert fresh(*bodies, field="sector") == [health] * 2
        entry = ModelLogEntry.objects.filter(action="members.set_sector").first()
        assert entry.user == cora
        assert entry.formatter.format_message(entry).endswith("to “Health bodies”")

    def test_a_status_is_set_and_who_has_it_is_named(self, core_client, bodies):
        one, _two = bodies
        Organisation.objects.filter(pk=one.pk).update(status=Status.APPLIED)
        one.refresh_from_db()
        form = {"status": "partner"} | self.marks("status", *bodies)
        words = said(core_client.post(address("status", *bodies), form))
        assert words == ["Alder Trust: “Partner” now.", "Not done: Beech Trust is “Partner” already."]
        assert fresh(one, field="status") == [Status.PARTNER]

    def test_what_a_colleague_changed_meanwhile_stays(self, core_client, bodies):
        one, _two = bodies
        form = {"status": "observer"} | self.marks("status", one)
        Organisation.objects.filter(pk=one.pk).update(status=Status.LEFT)
        words = said(core_client.post(address("status", one), form))
        assert words == ["Not done: Alder Trust is “Left” now, and your page did not say so. Look again, then decide."]
        assert fresh(one, field="status") == [Status.LEFT]

    def test_what_was_replaced_is_left_out_and_replaced_is_no_choice(self, core_client, bodies):
        one, two = bodies
        Organisation.objects.filter(pk=one.pk).update(status=Status.REPLACED)
        page = core_client.get(address("status", one, two)).content.decode()
        assert "Left out. Alder Trust was replaced by another body." in page
        form = core_client.post(address("status", two), {"status": "replaced"} | self.marks("status", two)).context[
            "form"
        ]
        assert list(form.errors) == ["status"]
        form = core_client.post(address("status", two), {"status": ""} | self.marks("status", two)).context["form"]
        assert form.errors == {"status": ["Choose a status."]}

    def test_only_the_core_team(self, client_of, morag, bodies):
        assert client_of(morag).get(address("sector", *bodies)).status_code in {302, 403}
        with pytest.raises(actions.NotAllowed):
            actions.set_status(by=morag, organisations=bodies, status="left")

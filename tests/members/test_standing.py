import pytest
from django.conf import settings
from wagtail.models import ModelLogEntry

from members import actions
from members.models import Member
from tests.factories import MemberFactory

Standing = Member.Standing


def test_the_core_team_vouches_and_the_person_is_told(cora, charlie, sent):
    actions.vouch(by=cora, member=charlie, why="Rang the food bank.")
    charlie.refresh_from_db()
    assert (charlie.standing, charlie.is_taking_part()) == (Standing.VOUCHED, True)
    assert [(letter.to, letter.subject) for letter in sent()] == [
        ([charlie.email], f"You can now take part in {settings.SITE_NAME}")
    ]
    entry = ModelLogEntry.objects.get(action="members.vouch")
    assert (entry.user_id, entry.data["why"]) == (cora.pk, "Rang the food bank.")


def test_vouching_twice_tells_once(cora, charlie, sent):
    actions.vouch(by=cora, member=charlie)
    actions.vouch(by=cora, member=charlie)
    assert len(sent()) == 1


def test_a_decline_needs_a_reason_and_gives_it(cora, charlie, sent):
    with pytest.raises(actions.WhyMissing):
        actions.decline(by=cora, member=charlie, why="  ")
    actions.decline(by=cora, member=charlie, why="The food bank does not know you.")
    charlie.refresh_from_db()
    assert (charlie.standing, charlie.is_active) == (Standing.DECLINED, True)
    letter = sent()[0]
    assert letter.to == [charlie.email]
    assert "The food bank does not know you." in letter.body


def test_nobody_is_vouched_for_before_their_address_is_confirmed(cora, council):
    member = MemberFactory(organisation=council, standing=Standing.UNCONFIRMED)
    with pytest.raises(actions.NotAllowed, match="has not confirmed their e-mail address yet"):
        actions.vouch(by=cora, member=member)


@pytest.mark.parametrize("who", ["alice", "charlie", "morag"])
@pytest.mark.parametrize("verb", ["vouch", "decline", "ban", "let_back_in", "leave"])
def test_only_the_core_team_decides(cast, bob, who, verb):
    with pytest.raises(actions.NotAllowed):
        getattr(actions, verb)(by=cast[who], member=bob, why="Because.")
    bob.refresh_from_db()
    assert bob.standing == Standing.VOUCHED


def test_nobody_decides_on_themselves(cora):
    for verb in (actions.decline, actions.ban):
        with pytest.raises(actions.NotAllowed):
            verb(by=cora, member=cora, why="Tired.")


def test_the_core_team_is_banned_only_without_its_role(cora, morag):
    second = MemberFactory(display_name="Second Cora", role=Member.Role.CORE_TEAM)
    with pytest.raises(actions.NotAllowed):
        actions.ban(by=cora, member=second, why="Left in anger.")
    actions.give_role(by=cora, member=second, role=Member.Role.MEMBER)
    actions.ban(by=cora, member=second, why="Left in anger.")
    second.refresh_from_db()
    assert (second.standing, second.is_active) == (Standing.BANNED, False)


# Whom each act is refused for: each verb, and the standings it is not one for.
NOT_FOR = [
    ("vouch", "unconfirmed"), ("vouch", "left"), ("vouch", "banned"),
    ("decline", "unconfirmed"), ("decline", "declined"), ("decline", "left"), ("decline", "banned"),
    ("ban", "left"), ("ban", "banned"), ("leave", "left"), ("leave", "banned"),
    ("let_back_in", "unconfirmed"), ("let_back_in", "waiting"), ("let_back_in", "vouched"),
]  # fmt: skip


class TestAnActForAnotherStanding:
    """A page that was opened before somebody else decided, or an address typed by hand."""

    @pytest.mark.parametrize(("verb", "standing"), NOT_FOR)
    def test_changes_nothing(self, cora, bob, sent, verb, standing):
        active = standing not in Member.OUT
        Member.objects.filter(pk=bob.pk).update(standing=standing, is_active=active, role=Member.Role.MODERATOR)
        with pytest.raises(actions.NotAllowed):
            getattr(actions, verb)(by=cora, member=bob, why="From an old page.")
        now = Member.objects.get(pk=bob.pk)
        assert (now.standing, now.is_active, now.role) == (standing, active, Member.Role.MODERATOR)
        assert sent() == []
        assert not ModelLogEntry.objects.exists()

    def test_says_what_their_standing_is(self, cora, charlie):
        actions.ban(by=cora, member=charlie, why="Threats.")
        with pytest.raises(actions.DoesNotApply) as refusal:
            actions.decline(by=cora, member=charlie, why="Not known there.")
        assert str(refusal.value) == "Nothing was changed: the standing of Charlie Crane is “Banned” now."

    def test_leaves_a_ban_as_it_is_when_they_close_their_account(self, client_of, cora, alice, monkeypatch):
        client, leave = client_of(alice), actions.leave

        def banned_in_the_same_moment(**given):
            actions.ban(by=cora, member=alice, why="Threats.")
            return leave(**given)

        monkeypatch.setattr(actions, "leave", banned_in_the_same_moment)
        assert client.post("/account/leave/", {"sure": "on"}).headers["Location"] == "/"
        alice.refresh_from_db()
        assert (alice.standing, alice.is_active) == (Standing.BANNED, False)


def test_who_leaves_is_signed_out_and_keeps_no_access(client_of, alice):
    client = client_of(alice)
    assert client.post("/account/leave/", {}).context["form"].errors["sure"] == [
        "Tick the box if you want to close your account."
    ]
    assert client.post("/account/leave/", {"sure": "on"}).headers["Location"] == "/"
    alice.refresh_from_db()
    assert (alice.standing, alice.is_active) == (Standing.LEFT, False)
    assert client.get("/account/").status_code == 302


def test_open_tabs_of_someone_banned_are_checked_again(cora, alice, monkeypatch, django_capture_on_commit_callbacks):
    from core import live

    heard = []
    monkeypatch.setattr(live, "announce", heard.append)
    with django_capture_on_commit_callbacks(execute=True):
        actions.ban(by=cora, member=alice, why="Sold a list of members.")
    assert {"members": [alice.pk], "access_changed": True} in heard


def test_a_waiting_member_sees_what_happens_next(client_of, charlie):
    page = client_of(charlie).get("/account/welcome/").content.decode()
    assert "We are checking where you work" in page


def test_a_waiting_member_can_read_but_not_post_and_every_page_says_why(client_of, charlie, alice, space):
    from forum.models import Thread

    words = "You can post as soon as the core team has checked where you work."
    client = client_of(charlie)
    for url in ("/forum/", "/partners/", "/account/"):
        page = client.get(url)
        assert (page.status_code, words in page.content.decode()) == (200, True)
    sent = {"title": "May I post already?", "body": "I am new here.", "space": space.pk, "kind": "question"}
    client.post("/forum/ask/", sent)
    assert not Thread.objects.exists()
    assert words not in client_of(alice).get("/forum/").content.decode()


def test_a_declined_member_reads_why(client_of, cora, charlie):
    actions.decline(by=cora, member=charlie, why="The food bank does not know you.")
    page = client_of(charlie).get("/account/welcome/").content.decode()
    assert "The food bank does not know you." in page


class TestWorkingSomewhereElse:
    URL = "/account/organisation/"

    def test_says_who_takes_part_and_who_still_waits(self, client_of, alice, charlie, cora):
        said = {"alice": f"You take part for {alice.organisation}.",
                "charlie": f"You say you work for {charlie.organisation}. The core team is checking that."}  # fmt: skip
        assert said["alice"] in client_of(alice).get(self.URL).content.decode()
        assert said["charlie"] in client_of(charlie).get(self.URL).content.decode()
        actions.decline(by=cora, member=charlie, why="Not there.")
        page = client_of(charlie).get(self.URL).content.decode()
        assert ("You take part" in page, f"You say you work for {charlie.organisation}.</p>" in page) == (False, True)

    def test_takes_away_what_the_old_address_vouched_for(self, client_of, alice, charity):
        client_of(alice).post(self.URL, {"organisation": charity.name, "unlisted": ""})
        alice.refresh_from_db()
        assert (alice.organisation, alice.standing) == (charity, Standing.WAITING)

    def test_is_vouched_for_by_an_address_there(self, client_of, charlie, council):
        charlie.email = "charlie@thornmere-district-council.example.org"
        charlie.save()
        client_of(charlie).post(self.URL, {"organisation": council.name, "unlisted": ""})
        charlie.refresh_from_db()
        assert (charlie.organisation, charlie.standing) == (council, Standing.VOUCHED)

    def test_brings_a_declined_member_back_to_the_core_team(self, client_of, cora, charlie, sent):
        actions.decline(by=cora, member=charlie, why="Not there.")
        sent()
        client_of(charlie).post(self.URL, {"organisation": "", "unlisted": "Wivenhoe Repair Café"})
        charlie.refresh_from_db()
        assert (charlie.organisation, charlie.standing) == (None, Standing.WAITING)
        assert [letter.to for letter in sent()] == [[charlie.email], [settings.CORE_TEAM_EMAIL]]

    def test_naming_the_same_place_changes_nothing(self, client_of, alice, council, sent):
        client_of(alice).post(self.URL, {"organisation": council.name, "unlisted": ""})
        alice.refresh_from_db()
        assert alice.standing == Standing.VOUCHED
        assert sent() == []

    @pytest.mark.parametrize("then", ["organisation", "address"])
    def test_vouches_for_nobody_the_core_team_declined(self, client_of, cora, alice, charity, council, then):
        actions.decline(by=cora, member=alice, why="Left the council.")
        client_of(alice).post(self.URL, {"organisation": charity.name, "unlisted": ""})
        was = alice.email
        if then == "organisation":
            client_of(alice).post(self.URL, {"organisation": council.name, "unlisted": ""})
        else:
            Member.objects.filter(pk=alice.pk).update(email="alice@mardyke-food-bank.example.org")
            actions.change_address(member=alice, was=was)
        alice.refresh_from_db()
        assert (alice.standing, alice.standing_why) == (
            Standing.WAITING,
            "The core team declined them or let them back in to wait, so their address does not vouch for them.",
        )

    @pytest.mark.parametrize("closed_by", ["ban", "decline", "leave"])
    def test_vouches_for_nobody_who_was_let_back_in_to_wait(self, client_of, cora, alice, charity, council, closed_by):
        getattr(actions, closed_by)(by=cora, member=alice, why="Sold a list of members.")
        actions.let_back_in(by=cora, member=alice, why="Says it was somebody else: ask the council.")
        for body in (charity, council):
            client_of(alice).post(self.URL, {"organisation": body.name, "unlisted": ""})
        alice.refresh_from_db()
        assert (alice.organisation, alice.standing) == (council, Standing.WAITING)

    def test_vouches_again_once_the_core_team_has_changed_its_mind(self, client_of, cora, alice, charity, council):
        actions.decline(by=cora, member=alice, why="Left the council.")
        actions.vouch(by=cora, member=alice, why="Came back to the council.")
        for body in (charity, council):
            client_of(alice).post(self.URL, {"organisation": body.name, "unlisted": ""})
        alice.refresh_from_db()
        assert (alice.organisation, alice.standing) == (council, Standing.VOUCHED)

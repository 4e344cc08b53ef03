"""The inbox, the bell, the popover and the preferences, as people use them; without JavaScript."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from forum.actions import accepting, posting
from notifications import inbox, kinds
from notifications.kinds import Follow, FollowList, Switch
from notifications.models import Notice, Preference
from tests.factories import ThreadFactory
from tests.notifications import conftest
from tests.notifications.test_inbox import tell

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["", "bell/", "popover/", "preferences/", "1/open/"])
def test_strangers_are_asked_to_sign_in(client, path):
    answer = client.get(f"/notifications/{path}")
    assert (answer.status_code, answer["Location"]) == (302, f"/accounts/login/?next=/notifications/{path}")


@pytest.mark.parametrize("path", ["read/", "preferences/stop/"])
def test_what_changes_something_takes_only_posts(alice, client_of, path):
    assert client_of(alice).get(f"/notifications/{path}").status_code == 405


def test_an_empty_inbox_says_what_comes_here(alice, client_of):
    assert "Nothing yet" in client_of(alice).get("/notifications/").content.decode()


def test_each_notice_says_why_and_carries_the_switch_that_stops_it(alice, client_of):
    tell(alice, item=1, why="asker")
    answer = client_of(alice).get("/notifications/")
    (row,) = answer.context["notices"]
    assert (row.html, row.why_text, row.unread) == ("1 told of A thing", "You asked this.", True)
    assert row.switch == Switch("Stop telling me of this", "/stop/", {"thing": "thing:1"})
    page = answer.content.decode()
    assert ('action="/stop/"' in page, "Stop telling me of this" in page, ", unread" in page) == (True, True, True)


def test_a_kind_without_a_switch_of_its_own_gets_one(alice, client_of):
    tell(alice, kind="test.loud", why="named")
    (row,) = client_of(alice).get("/notifications/").context["notices"]
    client_of(alice).post(row.switch.url, row.switch.fields)
    preference = alice.notice_preferences.get()
    assert (preference.kind, preference.bell, preference.mail) == ("test.loud", False, "none")
    assert tell(alice, kind="test.loud", why="named", group_key="thing:9") == 0


def test_stopping_a_kind_that_does_not_exist_is_404(alice, client_of):
    assert client_of(alice).post("/notifications/preferences/stop/", {"kind": "x"}).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_the_inbox_costs_the_same_whatever_it_holds(alice, client_of, forget, django_assert_max_num_queries, count):
    for number in range(count):
        tell(alice, group_key=f"thing:{number}")
    client = client_of(alice)
    forget()
    with django_assert_max_num_queries(7):
        assert len(client.get("/notifications/").context["notices"]) == count


def test_the_inbox_goes_back_by_pages_with_stable_addresses(alice, client_of):
    now = timezone.now()
    Notice.objects.bulk_create(
        Notice(
            recipient=alice, kind="test.told", group_key=f"thing:{n}", subject=str(n), url="/", why="asker",
            updated_at=now - dt.timedelta(hours=n), read_at=now,
        )
        for n in range(25)
    )  # fmt: skip
    client = client_of(alice)
    first = client.get("/notifications/")
    second = client.get("/notifications/" + first.context["older_url"])
    assert [len(page.context["notices"]) for page in (first, second)] == [20, 5]
    assert (first.context["newer_url"], second.context["older_url"]) == ("", "")
    assert len(client.get("/notifications/?page=o-rubbish").context["notices"]) == 20


def test_only_unread_ones_when_asked(alice, client_of):
    tell(alice, group_key="thing:1")
    inbox.read_all(alice)
    tell(alice, group_key="thing:2", subject="Two")
    (row,) = client_of(alice).get("/notifications/?show=unread").context["notices"]
    assert row.html == "1 told of Two"


def test_nobody_sees_the_notices_of_another(alice, bob, client_of):
    tell(alice)
    assert client_of(bob).get("/notifications/").context["notices"] == []
    assert client_of(bob).get(f"/notifications/{alice.notices.get().pk}/open/").status_code == 404
    assert alice.notices.get().is_unread()


def test_the_inbox_hides_what_may_no_longer_be_seen(alice, client_of):
    tell(alice, group_key="thing:1", subject="canary")
    tell(alice, group_key="thing:2", subject="other")
    conftest.HIDDEN.add("thing:1")
    for path in ("/notifications/", "/notifications/popover/"):
        page = client_of(alice).get(path).content.decode()
        assert ("canary" in page, "other" in page) == (False, True)


def test_a_notice_of_a_kind_that_is_gone_is_left_out(alice, client_of):
    tell(alice)
    Notice.objects.update(kind="test.gone")
    assert client_of(alice).get("/notifications/").context["notices"] == []


def test_opening_a_notice_marks_it_read_and_leads_there(alice, client_of):
    tell(alice, url="/forum/12/?post=3#post-3")
    notice = alice.notices.get()
    answer = client_of(alice).get(f"/notifications/{notice.pk}/open/")
    assert (answer.status_code, answer["Location"]) == (302, "/forum/12/?post=3#post-3")
    notice.refresh_from_db()
    assert not notice.is_unread()


@pytest.mark.parametrize("url", ["https://evil.example.org/", "//evil.example.org/", "javascript:alert(1)", ""])
def test_a_notice_never_leads_off_the_site(alice, client_of, url):
    tell(alice, url=url)
    answer = client_of(alice).get(f"/notifications/{alice.notices.get().pk}/open/")
    assert answer["Location"] == "/notifications/"


def test_marking_all_as_read_empties_the_bell(alice, client_of):
    tell(alice, group_key="thing:1")
    tell(alice, group_key="thing:2")
    assert client_of(alice).post("/notifications/read/")["Location"] == "/notifications/"
    assert inbox.unread_count(alice) == 0


def test_the_bell_says_how_many_in_words_and_its_event_number(alice, client_of, django_assert_max_num_queries):
    tell(alice)
    client = client_of(alice)
    client.get("/notifications/bell/")
    with django_assert_max_num_queries(3):
        bell = client.get("/notifications/bell/").content.decode()
    assert ('data-unread="1"' in bell, 'data-inbox-no="1"' in bell, "1 unread notification<" in bell) == (
        True,
        True,
        True,
    )


def test_more_than_ninety_nine_is_said_so(alice, client_of):
    Notice.objects.bulk_create(
        Notice(recipient=alice, kind="test.told", group_key=f"thing:{n}", subject="x", url="/", why="")
        for n in range(120)
    )
    assert ">99+<" in client_of(alice).get("/notifications/bell/").content.decode()


def test_the_popover_shows_the_newest_five_as_seen_but_unread(alice, client_of):
    for number in range(7):
        tell(alice, group_key=f"thing:{number}")
    assert len(client_of(alice).get("/notifications/popover/").context["notices"]) == 5
    assert (inbox.unread_count(alice), alice.notices.filter(seen_at=None).count()) == (7, 0)


def rows_of(response) -> list[dict]:
    return [row for group in response.context["form"].groups() for row in group["rows"]]


def test_the_preferences_list_every_kind_with_its_channels(cora, client_of):
    rows = rows_of(client_of(cora).get("/notifications/preferences/"))
    assert sorted(row["kind"].name for row in rows) == sorted(kind.name for kind in kinds.all_kinds())
    shown = {row["kind"].name: (row["bell"].initial, row["mail"].initial) for row in rows if row["mail"]}
    assert (shown["test.told"], shown["test.quiet"]) == ((True, True), (False, False))


def test_the_preferences_stand_under_what_they_are_about(alice, cora, client_of):
    def headings(member) -> list[str]:
        groups = client_of(member).get("/notifications/preferences/").context["form"].groups()
        return [group["title"] for group in groups]

    usual = ["Your questions and answers", "What you follow", "Guidance and templates", "What is coming"]
    usual += ["Events", "Everything else"]
    assert headings(alice) == usual
    assert headings(cora) == [*usual, "For authors and the core team"]
    page = client_of(alice).get("/notifications/preferences/").content.decode()
    assert '<h2 id="choices-2">What you follow</h2>' in page


def test_all_of_the_horizon_stands_under_what_is_coming(cora, client_of):
    groups = client_of(cora).get("/notifications/preferences/").context["form"].groups()
    found = {group["title"] for group in groups for row in group["rows"] if row["kind"].name.startswith("horizon.")}
    (coming,) = [group for group in groups if group["title"] == "What is coming"]
    assert (found, len(coming["rows"])) == ({"What is coming"}, 6)


def test_what_can_never_reach_somebody_is_not_asked_of_them_and_stays_as_it_was(alice, cora, client_of):
    def shown(member) -> set[str]:
        return {row["kind"].name for row in rows_of(client_of(member).get("/notifications/preferences/"))}

    unreachable = {kind.name for kind in kinds.all_kinds() if not kind.reaches(alice)}
    assert shown(cora) - shown(alice) == unreachable >= {"cms.approval_asked", "cms.consent_answered"}
    Preference.objects.create(member=alice, kind="cms.approval_asked", bell=False)
    client_of(alice).post("/notifications/preferences/", {"bell:cms.approval_asked": "on"})
    assert alice.notice_preferences.get(kind="cms.approval_asked").bell is False


def test_a_kind_that_says_nothing_of_its_group_stands_with_everything_else(alice, client_of):
    groups = client_of(alice).get("/notifications/preferences/").context["form"].groups()
    (rest,) = [group for group in groups if group["title"] == "Everything else"]
    names = [row["kind"].name for row in rest["rows"]]
    assert [name for name in names if name.startswith("test.")] == ["test.loud", "test.told", "test.quiet"]


def test_choices_are_kept_and_honoured(alice, client_of):
    client = client_of(alice)
    ticks = {f"{channel}:{kind.name}": "on" for kind in kinds.all_kinds() for channel in ("bell", "mail")}
    del ticks["mail:test.told"], ticks["bell:test.loud"]
    for _ in range(2):
        answer = client.post("/notifications/preferences/", ticks, follow=True)
        assert "Your choices are saved." in answer.content.decode()
    rows = {row["kind"].name: row for row in rows_of(client.get("/notifications/preferences/"))}
    assert (rows["test.told"]["mail"].value(), rows["test.loud"]["bell"].value()) == (False, False)
    assert alice.notice_preferences.get(kind="*").mail == Preference.Mail.AT_ONCE
    tell(alice)
    tell(alice, kind="test.loud", why="named", group_key="thing:2")
    assert [(one.in_bell, one.mail_due_at is not None) for one in alice.notices.order_by("pk")] == [
        (True, False), (False, True),
    ]  # fmt: skip


def test_all_mail_off_also_drops_what_waits(alice, client_of):
    tell(alice)
    ticks = {f"{channel}:{kind.name}": "on" for kind in kinds.all_kinds() for channel in ("bell", "mail")}
    client_of(alice).post("/notifications/preferences/", ticks | {"mail_off": "on"})
    assert (alice.notices.get().mail_due_at, alice.notices.get().in_bell) == (None, True)


def test_the_preferences_show_what_someone_follows_with_a_switch(alice, client_of, monkeypatch):
    monkeypatch.setattr(kinds, "_follow_lists", [])
    follow = Follow("A thing", "/thing/1/", "Following", Switch("Stop following", "/stop/", {"thing": "1"}))
    kinds.register_follow_list(lambda member: [FollowList(f"What {member.get_short_name()} follows", [follow])])
    page = client_of(alice).get("/notifications/preferences/").content.decode()
    assert ("What Alice follows" in page, 'action="/stop/"' in page) == (True, True)


def test_every_kind_of_the_product_can_be_worded_stopped_and_explained():
    for kind in kinds.all_kinds():
        assert (kind.title[:1].isupper(), kind.title.endswith("."), len(kind.name) <= 40) == (True, False, True)
        assert kind.whys
        assert all(len(code) <= 40 and words.endswith(".") for code, words in kind.whys.items())


def test_two_kinds_may_not_share_a_name(told):
    with pytest.raises(ValueError):
        kinds.register(kinds.Kind(name="test.told", title="Other", sentence=str))


def test_kinds_of_one_thing_fetch_it_together(alice, bob, thread, client_of, forget):
    def costs() -> int:
        client = client_of(alice)
        forget()
        with CaptureQueriesContext(connection) as queries:
            client.get("/notifications/")
        return len(queries)

    posting.answer(by=bob, thread=thread, body="Yes.")
    alone = costs()
    answer = posting.answer(by=alice, thread=ThreadFactory(author=bob), body="It is.")
    accepting.accept(by=bob, post=answer)
    assert {notice.kind for notice in alice.notices.all()} == {"forum.answered", "forum.accepted"}
    assert costs() == alone

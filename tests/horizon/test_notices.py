"""What followers are told of, in which words, and when a notice says nothing any more."""

import datetime as dt

import pytest
from django.core import mail as mailbox
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import PageViewRestriction

from core import outbox
from core.dates import PartialDate
from horizon import notices
from horizon.actions.developments import as_it_stands, saved
from horizon.models import Follow, Milestone, MilestoneMove
from horizon.querysets.follows import followers_of
from notifications import kinds, stopping
from notifications.delivery import mail
from notifications.models import Notice
from notifications.rows import rows_of
from tests.factories import MemberFactory, horizon

LATER = dt.timedelta(minutes=5)


@pytest.fixture
def law(db):
    return horizon.DevelopmentFactory(
        title="A duty to share", topics=["fire"], steps=[("Begins", "2027-05"), ("Reviewed", "")]
    )


def follow(member, law=None, *, category="", topic=""):
    from core.models import Topic

    found = Topic.objects.get(name=topic) if topic else None
    return Follow.objects.create(member=member, development=law, category=category, topic=found)


def told(kind=None):
    """Who was told: {handle: why}."""
    rows = Notice.objects.filter(kind=kind) if kind else Notice.objects.all()
    return dict(rows.values_list("recipient__handle", "why"))


def words(member):
    """What the inbox says, newest first."""
    return [row.html for row in rows_of(member, list(Notice.objects.for_inbox(member)))]


def change(law, by, **fields):
    """The development saved by the core team with other dates: {"Begins": "2027-06"}, or another `stage`."""
    before = as_it_stands(law)
    for what, on in fields.pop("dates", {}).items():
        step = law.milestones.get(what=what)
        step.on = PartialDate.parse(on) if on else None
        step.save()
    for name, value in fields.items():
        setattr(law, name, value)
    law.save()
    saved(by=by, development=type(law).objects.get(pk=law.pk), before=before)
    outbox.drain()


def call_off(law, by, what):
    before = as_it_stands(law)
    Milestone.objects.filter(development=law, what=what).update(called_off=True)
    saved(by=by, development=type(law).objects.get(pk=law.pk), before=before)
    outbox.drain()


def mails():
    """Send what is due in five minutes: [(to, subject, body)]."""
    mailbox.outbox.clear()
    mail.send_due(now=timezone.now() + LATER)
    return [(one.to[0], one.subject, one.body) for one in mailbox.outbox]


# --- A briefing is out --------------------------------------------------------------------------------


def test_followers_hear_of_a_briefing_once_each_with_the_reason(alice, bob, morag, cora, charlie, law):
    follow(alice, law)
    follow(alice, category="law")
    follow(bob, category="law")
    follow(morag, topic="fire")
    follow(cora, law)
    follow(charlie, law)
    page = horizon.briefing("What it asks of you", development=law, publish=False)
    page.save_revision(user=cora).publish()
    outbox.drain()
    assert told() == {"alice": "development", "bob": "category", "morag": "topic"}
    assert words(alice) == ["New briefing: <strong>What it asks of you</strong>"]
    assert Notice.objects.get(recipient=alice).url == page.get_url()
    reasons = {one.recipient.handle: kinds.get(one.kind).whys[one.why] for one in Notice.objects.all()}
    assert reasons == {
        "alice": "You follow this change.", "bob": "You follow changes of this kind.",
        "morag": "You follow one of its topics.",
    }  # fmt: skip


def test_publishing_again_tells_nobody_again(alice, law):
    follow(alice, law)
    page = horizon.briefing(development=law)
    outbox.drain()
    Notice.objects.update(read_at=timezone.now())
    page.save_revision().publish()
    outbox.drain()
    assert Notice.objects.count() == 1


def test_nobody_hears_of_a_draft_or_of_one_that_waits_for_its_hour(alice, law):
    follow(alice, law)
    horizon.briefing("A draft", development=law, publish=False)
    page = horizon.briefing("Embargoed", development=law, publish=False)
    page.go_live_at = timezone.now() + dt.timedelta(days=7)
    page.save_revision().publish()
    outbox.drain()
    assert (told(), words(alice)) == ({}, [])


def test_a_briefing_for_some_is_told_to_those_alone(alice, cora, law):
    from django.contrib.auth.models import Group

    from horizon.models import BriefingPage

    for member in (alice, cora):
        follow(member, law)
    page = horizon.briefing("For some", development=law, publish=False)
    group = Group.objects.create(name="Pilots")
    group.user_set.add(cora)
    PageViewRestriction.objects.create(page=page, restriction_type="groups").groups.add(group)
    BriefingPage.objects.get(pk=page.pk).save_revision().publish()
    outbox.drain()
    assert told() == {"cora": "development"}


def test_one_taken_down_before_the_worker_came_is_told_to_nobody(alice, law):
    follow(alice, law)
    page = horizon.briefing(development=law)
    page.unpublish()
    outbox.drain()
    assert told() == {}


def hide(page, how):
    if how == "taken down":
        type(page).objects.filter(pk=page.pk).update(live=False)
    elif how == "made private":
        PageViewRestriction.objects.create(page=page, restriction_type="groups")
    else:
        page.delete()


@pytest.mark.parametrize("how", ["taken down", "made private", "deleted"])
def test_a_notice_of_what_one_may_not_see_any_more_says_nothing(client_of, alice, law, how):
    follow(alice, law)
    page = horizon.briefing("Canary briefing", development=law, tasks=[("Canary task", timezone.localdate())])
    outbox.drain()
    notices.tasks_fell_due(page, [page.tasks.first().key], item=1)
    pks = list(Notice.objects.values_list("pk", flat=True))
    if how == "deleted":
        Notice.objects.update(read_at=timezone.now())  # read ones are kept when it is deleted
    hide(page, how)
    Notice.objects.update(mail_due_at=timezone.now())
    client = client_of(alice)
    shown = [client.get(url).content.decode() for url in ("/notifications/", "/notifications/popover/")]
    assert (len(pks), ["Canary" in html for html in shown], words(alice)) == (2, [False, False], [])
    assert [client.get(f"/notifications/{pk}/open/").status_code for pk in pks] == [404, 404]
    assert mails() == []


def test_the_mail_of_a_briefing_says_what_it_answers_this_reader(alice, law):
    sector = alice.organisation.sector
    follow(alice, category="law")
    horizon.briefing(
        "What it asks of you", development=law, summary="It begins in May.",
        answers=[(sector, "not_yet", "It has not begun."), (None, "no", "It is not about you.")],
    )  # fmt: skip
    outbox.drain()
    ((to, subject, body),) = mails()
    assert (to, subject) == (alice.email, "New briefing: What it asks of you")
    for line in ("It begins in May.", "Does this change what you do? Not yet. It has not begun.", "You follow changes"):
        assert line in body
    assert mails() == []


# --- Dates move ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("was", "became", "confirmed", "said"),
    [
        ("2027-05", "2027-06-14", True, "now 14 June 2027 (it was May 2027)"),
        ("2027-05", "2127", False, "now 2127, expected (it was May 2027)"),
        ("2027-05-01", "", True, "no date yet (it was 1 May 2027)"),
        ("", "2127-05", True, "now May 2127 (it had no date)"),
    ],
)
def test_a_moved_date_is_told_with_old_and_new_as_far_as_they_are_known(alice, cora, was, became, confirmed, said):
    law = horizon.DevelopmentFactory(title="A duty to share")
    horizon.milestone(law, "Begins", was, confirmed=confirmed)
    follow(alice, law)
    change(law, cora, dates={"Begins": became})
    assert words(alice) == [f"A date of “<strong>A duty to share</strong>” moved: Begins, {said}"]


def test_a_date_that_is_called_off_is_told_as_that(alice, cora, law):
    follow(alice, law)
    call_off(law, cora, "Begins")
    assert words(alice) == ["“<strong>A duty to share</strong>”: “Begins” will not happen (it was May 2027)"]
    assert [subject for _, subject, _ in mails()] == ["“Begins” will not happen: A duty to share"]


def test_what_will_not_happen_is_told_before_what_only_moved(alice, cora, law):
    follow(alice, law)
    change(law, cora, dates={"Reviewed": "2029"})
    call_off(law, cora, "Begins")
    said = "“Begins” will not happen (it was May 2027); and another date moved"
    assert words(alice) == [f"“<strong>A duty to share</strong>”: {said}"]
    ((_, subject, body),) = mails()
    assert subject == "“Begins” will not happen: A duty to share"
    assert body.index("It will not happen (it was May 2027).") < body.index("Now 2029")


def test_several_moves_are_one_notice_and_a_step_that_moved_twice_is_told_once(alice, cora, law):
    follow(alice, law)
    change(law, cora, dates={"Begins": "2027-06"})
    change(law, cora, dates={"Begins": "2027-07-01", "Reviewed": "2029"})
    assert Notice.objects.get().count == 3
    assert words(alice) == [
        "2 dates of “<strong>A duty to share</strong>” moved: Begins, now 1 July 2027 (it was May 2027); and 1 more"
    ]
    ((_, subject, body),) = mails()
    assert subject == "2 dates moved: A duty to share"
    for line in ("Now 1 July 2027 (it was May 2027).", "Now 2029 (it had no date)."):
        assert line in body


def test_moved_and_moved_back_is_told_as_that(alice, cora, law):
    follow(alice, law)
    change(law, cora, dates={"Begins": "2027-06"})
    change(law, cora, dates={"Begins": "2027-05"})
    said = "Begins, it moved and moved back to May 2027"
    assert words(alice) == [f"A date of “<strong>A duty to share</strong>” moved: {said}"]


def test_after_it_was_read_only_what_is_new_is_told(alice, cora, law):
    follow(alice, law)
    change(law, cora, dates={"Begins": "2027-06"})
    Notice.objects.update(read_at=timezone.now(), mail_due_at=None)
    change(law, cora, dates={"Begins": "2027-07"})
    assert words(alice)[0].endswith("now July 2027 (it was June 2027)")


def test_a_step_that_was_deleted_meanwhile_leaves_no_broken_words(alice, cora, law):
    follow(alice, law)
    change(law, cora, dates={"Begins": "2027-06"})
    law.milestones.all().delete()
    assert words(alice) == ["A date of “<strong>A duty to share</strong>” moved"]
    assert mails() == []


def test_what_is_not_shown_any_more_is_not_told_of(client_of, alice, cora, law):
    follow(alice, law)
    change(law, cora, dates={"Begins": "2027-06"}, stage="in_force")
    assert sorted(told()) == ["alice"]
    type(law).objects.update(shown=False)
    Notice.objects.update(mail_due_at=timezone.now())
    assert (Notice.objects.count(), words(alice), mails()) == (2, [], [])
    assert "A duty to share" not in client_of(alice).get("/notifications/").content.decode()


def test_moves_of_what_is_not_shown_yet_are_told_to_no_reader(alice, cora):
    hidden = horizon.DevelopmentFactory(title="Secret", shown=False, steps=[("Begins", "2027-05")])
    follow(alice, category="law")
    follow(alice, hidden)
    change(hidden, cora, dates={"Begins": "2027-06"}, stage="in_force")
    assert told() == {}


# --- How far it has come ------------------------------------------------------------------------------


@pytest.mark.parametrize(("stage", "said"), [("in_force", "is now in force"), ("done", "is now done")])
def test_a_new_stage_is_told_in_a_whole_sentence(alice, cora, law, stage, said):
    follow(alice, law)
    change(law, cora, stage=stage)
    assert words(alice) == [f"The change “<strong>A duty to share</strong>” {said}"]
    assert mails() == []  # by mail only for who chose it


# --- Switches and stops -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("what", "label"),
    [
        ({"law": True}, "Stop following this change"),
        ({"category": "law"}, "Stop following law"),
        ({"topic": "fire"}, "Stop following “Fire”"),
    ],
)
def test_the_switch_beside_it_ends_what_made_one_hear(client_of, alice, cora, law, what, label):
    follow(alice, law if what.pop("law", None) else None, **what)
    horizon.briefing(development=law)
    change(law, cora, dates={"Begins": "2027-06"}, stage="in_force")
    rows = rows_of(alice, list(Notice.objects.for_inbox(alice)))
    assert [row.switch.label for row in rows] == [label] * 3
    switch = rows[0].switch
    assert client_of(alice).post(switch.url, switch.fields).status_code == 302
    assert list(followers_of(law)) == []


@pytest.mark.parametrize("prefix", ["moved", "stage", "briefing"])
def test_one_click_in_a_mail_ends_it_without_signing_in(client, alice, cora, law, prefix):
    follow(alice, law)
    follow(alice, category="law")
    horizon.briefing(development=law)
    change(law, cora, dates={"Begins": "2027-06"}, stage="in_force")
    notice = Notice.objects.get(group_key__startswith=f"{prefix}:")
    address = stopping.url_for(notice)
    assert "Stop telling me about “A duty to share” and “Law”" in client.get(address).content.decode()
    assert client.post(address).status_code == 200
    assert (alice.horizon_follows.count(), Notice.objects.get(pk=notice.pk).mail_due_at) == (0, None)


def test_the_stop_page_does_not_name_what_is_hidden_meanwhile(client, alice, cora, law):
    follow(alice, law)
    change(law, cora, dates={"Begins": "2027-06"})
    address = stopping.url_for(Notice.objects.get())
    type(law).objects.update(shown=False)
    html = client.get(address).content.decode()
    assert ("A duty to share" in html, "Stop telling me about this change" in html) == (False, True)
    client.post(address)
    assert alice.horizon_follows.count() == 0


# --- What it costs ------------------------------------------------------------------------------------


def test_telling_many_takes_as_many_statements_as_telling_one(cora, law):
    page = horizon.briefing(development=law)
    outbox.drain()
    move = MilestoneMove.objects.create(milestone=law.milestones.first(), was=None, became=PartialDate(2028))

    def counted():
        Notice.objects.all().delete()
        with CaptureQueriesContext(connection) as queries:
            count = notices.tell_of_briefing(page, by=0) + notices.tell_of_move(move, by=0)
        return count, len(queries)

    follow(MemberFactory(), law)
    counted()
    one, for_one = counted()
    for _ in range(30):
        follow(MemberFactory(), law)
    many, for_many = counted()
    assert (one, many, for_many, for_one <= 8) == (2, 62, for_one, True)


def test_the_inbox_costs_the_same_with_one_of_each_kind_and_with_three(client_of, alice, cora, forget):
    client = client_of(alice)
    follow(alice, category="law")

    def add(number):
        law = horizon.DevelopmentFactory(title=f"Change {number}", steps=[("Begins", "2027-05")], topics=["fire"])
        page = horizon.briefing(f"Briefing {number}", development=law, tasks=[("Do it", timezone.localdate())])
        change(law, cora, dates={"Begins": "2027-06"}, stage="in_force")
        notices.tasks_fell_due(page, [page.tasks.first().key], item=number)

    def counted():
        # told for a topic: what costs most
        Notice.objects.exclude(kind=notices.TASK_DUE).update(why="topic")
        Notice.objects.update(seen_at=timezone.now())
        forget()
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/notifications/").content.decode().count("Change ") > 0
        return len(queries)

    add(1)
    follow(alice, topic="fire")
    client.get("/notifications/")
    one = counted()
    add(2)
    add(3)
    assert counted() == one

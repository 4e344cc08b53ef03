"""A briefing changes the law it names: once, on its day; what stands on that law says “check this” until it is read."""

import datetime as dt

import pytest
from django.utils import timezone
from wagtail.models import ModelLogEntry, PageViewRestriction

from cms.actions.citing import cite_law_of_template
from core import outbox
from core.models import OutboxItem
from horizon import jobs
from horizon.actions import publishing
from horizon.models import BriefingPage, BriefingProvision, LawMarking
from members import roles
from notifications import kinds
from notifications.models import Notice
from reference.actions import citing
from reference.actions.provisions import NotYet, WordsNeeded, mark_changed, mark_changed_together
from reference.actions.refusals import NotAllowed
from reference.models import Citation, PageProvision, Provision
from tests.factories import PostFactory, knowledge
from tests.factories.horizon import briefing
from tests.factories.knowledge import ProvisionFactory

LONG_AGO = dt.date(2025, 1, 6)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def core_team_publishes(settings, cora):
    settings.ANONYMOUS_CACHE = False
    roles.set_up_groups()


@pytest.fixture
def law():
    return ProvisionFactory(law="Children Act 2004", provision="s.16LA")


@pytest.fixture
def other_law():
    return ProvisionFactory(law="Data Protection Act 2018", provision="s.45")


@pytest.fixture
def answer_citing(thread):
    """`answer_citing(law, by=bob)` → an answer that cites the law since long ago."""

    def make(*laws, by):
        post = PostFactory(thread=thread, author=by)
        citing.cite(target=post, provisions=laws, owner=by, today=LONG_AGO)
        return post

    return make


def stale() -> set[tuple[str, str]]:
    """What says “check this”: (what, provision)."""
    return {(str(one.target), one.provision.provision) for one in Citation.objects.needing_check()}


def told(member) -> list[str]:
    outbox.drain()
    found = Notice.objects.filter(recipient=member, kind="reference.law_changed").order_by("pk")
    return [str(kinds.get(one.kind).sentence(one)) for one in found]


class TestPublishing:
    def test_marks_the_law_once_and_asks_whoever_stands_on_it(self, answer_citing, bob, cora, law):
        post = answer_citing(law, by=bob)
        page = briefing("The children’s duty", changes=[(law, "Schools are named now.")], keeper=cora, by=cora)
        law.refresh_from_db()
        assert (law.changed_on, law.changed_what) == (timezone.localdate(), "Schools are named now.")
        assert stale() == {(str(post), "s.16LA")}
        page.save_revision(user=cora).publish()
        page.unpublish()
        BriefingPage.objects.get().save_revision(user=cora).publish()
        again = Provision.objects.get()
        assert (again.change_no, LawMarking.objects.count()) == (law.change_no, 1)
        assert told(bob) == [
            "The law changed: <strong>The children’s duty</strong>. 1 thing you own cites it: please check"
        ]

    def test_tells_each_owner_once_for_all_laws_and_all_they_own(self, answer_citing, alice, bob, cora, law, other_law):
        for laws in ((law,), (other_law,), (law, other_law)):
            answer_citing(*laws, by=bob)
        answer_citing(law, by=alice)
        briefing("Two laws", changes=[(law, "Schools are named."), (other_law, "It is shorter.")], by=cora)
        assert told(bob) == ["The law changed: <strong>Two laws</strong>. 3 things you own cite it: please check"]
        assert told(alice) == ["The law changed: <strong>Two laws</strong>. 1 thing you own cites it: please check"]
        mail = kinds.get("reference.law_changed").mail(Notice.objects.get(recipient=bob))
        day = timezone.localdate()
        on = f"changed on {day.day} {day:%B %Y}"
        ask = "3 things you own cite it. Have a look, and say whether it is still right."
        assert mail.subject == "The law changed: Two laws"
        assert [(item.who, item.detail, item.text) for item in mail.items] == [
            ("Children Act 2004, s.16LA", on, "Schools are named."),
            ("Data Protection Act 2018, s.45", on, f"It is shorter.\n\n{ask}"),
        ]

    def test_the_notice_is_read_when_nothing_of_it_is_left_to_check(self, answer_citing, bob, cora, law, other_law):
        first, second = answer_citing(law, by=bob), answer_citing(other_law, by=bob)
        briefing(changes=[(law, "One."), (other_law, "Two.")], by=cora)
        assert len(told(bob)) == 1
        citing.confirm(by=bob, target=first)
        assert Notice.objects.unread().filter(recipient=bob).count() == 1
        citing.confirm(by=bob, target=second)
        assert Notice.objects.unread().filter(recipient=bob).count() == 0

    def test_the_briefing_itself_stands_on_the_law_as_it_is_now(
        self, cora, law, client_of, django_capture_on_commit_callbacks
    ):
        page = briefing(changes=[(law, "Schools are named.")], keeper=cora, by=cora)
        cited = Citation.objects.of(page).get()
        assert (cited.owner, cited.needs_check()) == (cora, False)
        assert "Check this" not in client_of(cora).get(page.url).content.decode()
        with django_capture_on_commit_callbacks(execute=True):
            mark_changed(by=cora, provision=law, what="And again.")
        shown = client_of(cora).get(page.url).content.decode()
        assert "The law below has changed again since we last looked" in shown
        with django_capture_on_commit_callbacks(execute=True):
            client_of(cora).post(f"/gateways/mine/{cited.pk}/")
        assert "Check this" not in client_of(cora).get(page.url).content.decode()

    def test_taking_it_down_takes_its_citation_away_and_leaves_the_law_changed(self, cora, law):
        page = briefing(changes=[(law, "Schools are named.")], keeper=cora, by=cora)
        page.unpublish()
        assert not Citation.objects.of(page).exists()
        law.refresh_from_db()
        assert law.changed_what == "Schools are named."
        page.delete()
        assert not LawMarking.objects.exists()

    def test_a_law_named_later_is_marked_with_the_new_version(self, cora, law, other_law):
        page = briefing(changes=[(law, "One.")], by=cora)
        page.law_changes.add(BriefingProvision(provision=other_law, what="Two."))
        page.save_revision(user=cora).publish()
        other_law.refresh_from_db()
        assert (other_law.changed_what, LawMarking.objects.count()) == ("Two.", 2)
        assert Provision.objects.get(pk=law.pk).change_no == 1

    def test_a_draft_marks_nothing(self, cora, law):
        briefing(changes=[(law, "Schools are named.")], publish=False)
        law.refresh_from_db()
        assert (law.changed_on, Citation.objects.count()) == (None, 0)

    def test_an_authors_draft_that_the_core_team_approved_marks_too(self, alice, cora, law, answer_citing, bob):
        answer_citing(law, by=bob)
        page = briefing(changes=[(law, "Schools are named.")], publish=False, by=alice)
        page.get_latest_revision().publish(user=cora)
        assert ModelLogEntry.objects.get(action="reference.mark_changed").user is None
        assert len(told(bob)) == 1

    def test_the_title_of_a_page_that_not_everybody_may_see_is_told_to_nobody(self, answer_citing, bob, cora, law):
        answer_citing(law, by=bob)
        page = briefing("Kvxq secret", changes=[(law, "Schools are named.")], publish=False)
        PageViewRestriction.objects.create(page=page, restriction_type="login")
        page.get_latest_revision().publish(user=cora)
        assert told(bob) == [
            "The law changed: <strong>Children Act 2004, s.16LA</strong>. 1 thing you own cites it: please check"
        ]
        law.refresh_from_db()
        assert law.changed_what == "It has changed. Read the law itself before you rely on these words."
        entry = ModelLogEntry.objects.get(action="reference.mark_changed")
        assert ["Kvxq" in str(entry.data), "Schools" in str(entry.data)] == [False, False]

    def test_where_nobody_owns_anything_nobody_is_told_and_the_work_is_done(self, cora, law):
        briefing(changes=[(law, "Schools are named.")], by=cora)
        outbox.drain()
        assert not OutboxItem.objects.exclude(last_error="").exists()
        assert not OutboxItem.objects.filter(kind="reference.tell_owners_together", done_at=None).exists()


class TestLawThatChangesLater:
    def coming(self, law, cora, on: dt.date) -> BriefingPage:
        page = briefing(publish=False)
        page.law_changes = [BriefingProvision(provision=law, what="Schools are named.", from_on=on)]
        page.save_revision(user=cora).publish()
        return BriefingPage.objects.get(pk=page.pk)

    def test_is_marked_on_its_day_and_not_before(self, answer_citing, bob, cora, law):
        answer_citing(law, by=bob)
        day = timezone.localdate() + dt.timedelta(days=9)
        self.coming(law, cora, day)
        assert (stale(), told(bob)) == (set(), [])
        assert [publishing.law_fell_due(today=day - dt.timedelta(days=one)) for one in (9, 1)] == [0, 0]

    def test_is_marked_once_when_its_day_has_come(self, answer_citing, bob, cora, law, time_machine):
        post = answer_citing(law, by=bob)
        time_machine.move_to(dt.datetime(2026, 6, 14, 23, 30, tzinfo=dt.UTC))  # half past midnight of the 15th here
        page = self.coming(law, cora, dt.date(2026, 6, 16))
        assert jobs.mark_law_due() == 0
        time_machine.move_to(dt.datetime(2026, 6, 15, 23, 30, tzinfo=dt.UTC))
        assert [jobs.mark_law_due() for _ in range(2)] == [1, 0]
        law.refresh_from_db()
        assert (law.changed_on, law.change_no) == (dt.date(2026, 6, 16), 1)
        assert stale() == {(str(post), "s.16LA")}
        assert not Citation.objects.of(page).get().needs_check()
        assert len(told(bob)) == 1

    def test_is_not_marked_of_a_briefing_that_was_taken_down(self, cora, law):
        day = timezone.localdate() + dt.timedelta(days=1)
        self.coming(law, cora, day).unpublish()
        assert publishing.law_fell_due(today=day) == 0

    def test_one_that_fails_stops_no_other(self, cora, law, other_law):
        day = timezone.localdate()
        broken, fine = (briefing(f"Page {n}", publish=False) for n in range(2))
        for page, one, what in ((broken, law, " "), (fine, other_law, "It is shorter.")):
            BriefingProvision.objects.create(page=page, provision=one, what=what, from_on=day)
            BriefingPage.objects.filter(pk=page.pk).update(live=True)
        assert publishing.law_fell_due(today=day) == 1
        other_law.refresh_from_db()
        assert (other_law.changed_on, LawMarking.objects.get().provision) == (day, other_law)

    def test_the_page_says_from_when(self, client, cora, law):
        page = self.coming(law, cora, timezone.localdate() + dt.timedelta(days=400))
        day = page.law_changes.get().from_on
        assert f"Changes on {day.day} {day:%B %Y}: Schools are named." in client.get(page.url).content.decode()


class TestMarkingTogether:
    def test_is_all_or_nothing(self, cora, law, other_law):
        tomorrow = timezone.localdate() + dt.timedelta(days=1)
        with pytest.raises(WordsNeeded):
            mark_changed_together(by=cora, changes=[(law, "One."), (other_law, " ")])
        with pytest.raises(NotYet):
            mark_changed_together(by=cora, changes=[(law, "One.", LONG_AGO), (other_law, "Two.", tomorrow)])
        assert not Provision.objects.exclude(changed_on=None).exists()

    @pytest.mark.parametrize("name", ["alice", "bob", "charlie", "morag"])
    def test_is_for_the_core_team(self, cast, law, name):
        with pytest.raises(NotAllowed):
            mark_changed_together(by=cast[name], changes=[(law, "One.")])

    def test_counts_things_not_citations(self, answer_citing, bob, cora, law, other_law):
        answer_citing(law, other_law, by=bob)
        answer_citing(law, by=bob)
        assert mark_changed_together(by=cora, changes=[(law, "One."), (other_law, "Two.")]) == 2

    def test_never_goes_back_behind_a_later_change(self, answer_citing, bob, cora, law):
        answer_citing(law, by=bob)
        mark_changed(by=cora, provision=law, what="The later one.", on=dt.date(2026, 3, 1))
        told(bob)
        assert mark_changed_together(by=cora, changes=[(law, "The earlier one.")], on=dt.date(2026, 2, 1)) == 0
        law.refresh_from_db()
        assert (law.changed_on, law.changed_what) == (dt.date(2026, 3, 1), "The later one.")
        assert [one.count for one in Notice.objects.filter(recipient=bob)] == [1]

    def test_a_second_change_of_the_same_day_counts(self, answer_citing, bob, cora, law):
        answer_citing(law, by=bob)
        mark_changed(by=cora, provision=law, what="In the morning.", on=dt.date(2026, 3, 1))
        assert mark_changed_together(by=cora, changes=[(law, "After noon.")], on=dt.date(2026, 3, 1)) == 1
        law.refresh_from_db()
        assert (law.changed_what, law.change_no) == ("After noon.", 2)

    def test_costs_no_more_for_many_owners(self, answer_citing, cast, cora, law, django_assert_max_num_queries):
        for name in ("alice", "bob", "morag"):
            answer_citing(law, by=cast[name])
        mark_changed_together(by=cora, changes=[(law, "One.")])
        with django_assert_max_num_queries(25):
            outbox.drain()
        assert Notice.objects.filter(kind="reference.law_changed").count() == 3

    def test_many_laws_fit_into_one_key(self, answer_citing, bob, cora):
        laws = [ProvisionFactory() for _ in range(30)]
        answer_citing(*laws, by=bob)
        mark_changed_together(by=cora, changes=[(one, "New words.") for one in laws])
        outbox.drain()
        assert len(Notice.objects.get(recipient=bob).group_key) <= 80


def test_the_whole_chain_from_publishing_to_saying_still_right(
    client_of, alice, bob, cora, thread, law, django_capture_on_commit_callbacks
):
    """An accepted answer, guidance and a template stand on the law; each says so, and each owner puts it right."""
    answer = PostFactory(thread=thread, author=bob)
    citing.cite(target=answer, provisions=[law], owner=bob, today=LONG_AGO)
    type(thread).objects.filter(pk=thread.pk).update(accepted_answer=answer)
    guidance = knowledge.guidance("Working with schools", keeper=cora)
    guidance.provision_links = [PageProvision(provision=law)]
    guidance.save_revision().publish()
    template = knowledge.template(
        "Letter to schools", keeper=cora, fixed_parts="Under s.16LA of the Children Act 2004."
    )
    cite_law_of_template(template=template)
    Citation.objects.filter(owner=cora).update(checked_on=LONG_AGO)

    briefing("The children’s duty", changes=[(law, "Schools are named now.")], by=cora)

    everything = {"Working with schools", "Letter to schools", str(answer)}
    assert {what for what, _law in stale()} == everything
    assert len(told(bob)) == 1
    pages = {"guidance": guidance.url, "thread": thread.get_absolute_url(), "law": law.get_absolute_url()}
    before = {name: "Check this" in client_of(alice).get(url).content.decode() for name, url in pages.items()}
    assert before == {"guidance": True, "thread": True, "law": True}
    for member in (bob, cora):
        waiting = client_of(member).get("/gateways/mine/").context["waiting"]
        assert {one.owner for one, _item in waiting} == {member}
        for one, _item in waiting:
            with django_capture_on_commit_callbacks(execute=True):
                assert client_of(member).post(f"/gateways/mine/{one.pk}/").status_code == 302
    assert stale() == set()
    after = {name: "Check this" in client_of(alice).get(url).content.decode() for name, url in pages.items()}
    assert after == {"guidance": False, "thread": False, "law": False}
    assert not Notice.objects.unread().filter(kind="reference.law_changed").exists()

"""Questions of the audience: sent without account, wanted by others, decided by the chair, handed on to the forum."""

import datetime as dt
import uuid

import pytest
from django.utils import timezone

from core.models import OutboxItem
from events import handing_on
from events.actions import asking
from events.models.audience import AudienceQuestion, UpVote
from events.querysets import audience as reads
from forum.actions import posting
from forum.models import Thread
from members.actions import NotAllowed
from notifications import kinds
from notifications.models import Notice
from tests.factories import SpaceFactory, events
from tests.factories.events_live import question

pytestmark = pytest.mark.django_db
State = AudienceQuestion.State
GUEST, OTHER = "c" + "b" * 32, "c" + "d" * 32


@pytest.fixture
def talk(bob):
    """A session that is on now and takes questions; bob takes the chair, Edith has no account."""
    event = events.event("The courage to share", starts_in=dt.timedelta(hours=-1))
    edith = events.speaker("Edith Marlow", email="edith@speakers.example.org")
    chair = events.speaker("Bob Barley", member=bob)
    return events.session(event, "Ask the regulator", speakers=[edith], chair=chair, takes_questions=True,
                          lasts=dt.timedelta(hours=3))  # fmt: skip


def path(talk, rest=""):
    return f"/events/{talk.event_id}/questions/{talk.pk}/{rest}"


def words(talk):
    """What everybody reads, in its order."""
    page = reads._page(talk.pk)
    return [line.words for line in (*page.waiting, *page.answered)]


# --- Asking ---------------------------------------------------------------------------------------------


def test_a_member_s_question_is_in_the_queue_at_once(client_of, talk, alice):
    client_of(alice).post(path(talk), {"words": "Who   decides?"})
    asked = AudienceQuestion.objects.get()
    assert (asked.words, asked.state, asked.votes, asked.asker) == ("Who decides?", State.QUEUED, 1, "Alice Amory")


def test_without_account_one_asks_and_the_chair_reads_it_first(client, talk, bob):
    client.get(path(talk))
    answer = client.post(path(talk), {"words": "Who decides?", "name": "Gale"}, follow=True)
    asked = AudienceQuestion.objects.get()
    assert (asked.state, words(talk)) == (State.HELD, [])
    assert "Waiting for the chair to read it" in answer.content.decode()
    asking.let_in(question=asked, by=bob)
    assert words(talk) == ["Who decides?"]


def test_who_is_not_vouched_for_is_read_first_too(talk, charlie):
    assert question(talk, by=charlie).state == State.HELD


@pytest.mark.parametrize("show", [True, False])
def test_a_name_is_shown_to_others_only_where_the_asker_wants_it(client_of, talk, alice, charlie, bob, show):
    client_of(alice).post(path(talk), {"words": "Who decides?", **({"show_name": "on"} if show else {})})
    assert ("Alice Amory" in client_of(charlie).get(path(talk)).content.decode()) == show
    assert "Alice Amory" in client_of(bob).get(path(talk, "stage/")).content.decode()


def test_one_form_sent_twice_asks_once(talk, alice):
    key = uuid.uuid4()
    first, again = (question(talk, by=alice, once_key=key) for _ in range(2))
    assert (first.pk, AudienceQuestion.objects.count(), UpVote.objects.count()) == (again.pk, 1, 1)


@pytest.mark.parametrize("typed", ["", "   ", "?!", "x" * 301, "\x00"])
def test_what_is_no_question_is_sent_back_with_what_was_typed(client_of, talk, alice, typed):
    answer = client_of(alice).post(path(talk), {"words": typed})
    assert (answer.status_code, AudienceQuestion.objects.count()) == (400, 0)


def test_more_than_a_few_in_a_short_time_wait(client_of, talk, alice, settings):
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"audience_question": (2, 600)}
    client = client_of(alice)
    sent = [client.post(path(talk), {"words": f"Number {n}?"}).status_code for n in range(3)]
    assert (sent, AudienceQuestion.objects.count()) == ([302, 302, 429], 2)


def test_half_an_hour_after_the_session_it_takes_no_more(talk, alice):
    late = talk.ends_at + asking.AFTER
    question(talk, by=alice, now=late - dt.timedelta(seconds=1))
    with pytest.raises(asking.NotTakingQuestions):
        question(talk, by=alice, now=late)


def test_a_queue_is_shown_while_questions_are_taken_or_wait(client, talk, alice, time_machine, forget):
    def shows() -> list[bool]:
        forget()
        html = client.get(path(talk)).content.decode()
        return ["Most wanted first" in html, "Nothing waits" in html]

    while_on = shows()
    time_machine.move_to(talk.ends_at + 2 * asking.AFTER)
    over = shows()
    question(talk, by=alice, now=talk.ends_at)
    assert (while_on, over, shows()) == ([True, True], [False, False], [True, False])


def test_a_session_that_takes_none_has_no_such_page(client, talk):
    quiet = events.session(talk.event, "A quiet talk")
    assert client.get(path(quiet)).status_code == 404


def test_questions_to_an_event_one_may_not_see_are_not_found(client, client_of, talk, alice):
    from wagtail.models import PageViewRestriction

    asked = question(talk, by=alice)
    PageViewRestriction.objects.create(page=talk.event, restriction_type="login")
    pages = [path(talk), path(talk, "now/")]
    assert [client.get(page).status_code for page in pages] == [404, 404]
    assert client.post(path(talk, f"{asked.pk}/want/")).status_code == 404
    assert client_of(alice).get(path(talk)).status_code == 200


def test_what_is_asked_is_never_taken_for_html(client_of, talk, alice):
    client = client_of(alice)
    client.post(path(talk), {"words": "<script>alert(1)</script> why?"})
    assert b"<script>alert" not in client.get(path(talk)).content


# --- Wanting --------------------------------------------------------------------------------------------


def test_most_wanted_stands_first_and_each_counts_once(client, talk, alice, bob):
    question(talk, "First asked?", by=alice)
    wanted = question(talk, "Most wanted?", by=bob)
    client.get(path(talk))
    for _ in range(3):
        client.post(path(talk, f"{wanted.pk}/want/"))
    wanted.refresh_from_db()
    assert (wanted.votes, words(talk)) == (2, ["Most wanted?", "First asked?"])


def test_the_asker_wants_it_already(talk, alice):
    assert asking.want(question=question(talk, by=alice), voter=f"m{alice.pk}") is False


def test_a_question_nobody_sees_yet_can_t_be_wanted(client, talk):
    held = question(talk, voter=GUEST)
    client.get(path(talk))
    assert client.post(path(talk, f"{held.pk}/want/")).status_code == 404


# --- The chair ------------------------------------------------------------------------------------------


def test_only_the_chair_and_the_core_team_decide(client_of, talk, cast, alice):
    may = []
    for name, person in cast.items():
        if person.is_authenticated:
            try:
                asking.answered_live(question=question(talk, by=alice), by=person)
                may.append(name)
            except NotAllowed:
                pass
    assert may == ["bob", "cora"]
    seen = {name: client_of(person).get(path(talk, "stage/")).status_code for name, person in cast.items()}
    assert seen == {"alice": 403, "bob": 200, "charlie": 403, "morag": 403, "cora": 200, "anyone": 302}


def test_the_asker_sees_what_became_of_each(client_of, talk, alice, bob):
    live, gone, same, into = (question(talk, f"Question {n}?", by=alice) for n in range(4))
    asking.answered_live(question=live, by=bob)
    asking.decline(question=gone, reason="It is about a person.", by=bob)
    asking.group(question=same, into=into, by=bob)
    page = client_of(alice).get(path(talk))
    states = {one.words: one.state for one in page.context["mine"].asked}
    assert states == {"Question 0?": State.ANSWERED_LIVE, "Question 1?": State.DECLINED,
                      "Question 2?": State.GROUPED, "Question 3?": State.QUEUED}  # fmt: skip
    said = page.content.decode()
    assert "It is about a person." in said
    assert "Put together with another like it</b>: “Question 3?”" in said


def test_what_is_not_taken_is_hidden_from_others_with_its_reason(client, talk, alice, bob):
    asking.decline(question=question(talk, "A secret?", by=alice), reason="Told in confidence.", by=bob)
    said = client.get(path(talk)).content.decode()
    assert "A secret?" not in said
    assert "confidence" not in said


def test_declining_needs_a_reason(client_of, talk, alice, bob):
    asked = question(talk, by=alice)
    with pytest.raises(asking.ReasonNeeded):
        asking.decline(question=asked, reason="  ", by=bob)
    answer = client_of(bob).post(path(talk, f"{asked.pk}/decide/"), {"verb": "decline"}, follow=True)
    assert "Say why it is not taken" in answer.content.decode()


def test_questions_put_together_count_each_person_once(talk, alice, bob, cora):
    into, same = question(talk, "Who decides?", by=alice), question(talk, "Whose decision is it?", by=bob)
    for voter in (GUEST, OTHER):
        asking.want(question=same, voter=voter)
    asking.want(question=into, voter=GUEST)
    asking.group(question=same, into=into, by=cora)
    into.refresh_from_db()
    assert (into.votes, into.wanted_by.count(), words(talk)) == (4, 4, ["Who decides?"])
    assert reads._page(talk.pk).waiting[0].grouped == ("Whose decision is it?",)
    assert asking.want(question=AudienceQuestion.objects.get(pk=same.pk), voter="c" + "e" * 32)
    into.refresh_from_db()
    assert into.votes == 5


def test_a_question_is_not_put_together_with_itself_or_one_of_another_session(talk, alice, cora):
    asked = question(talk, by=alice)
    other = events.session(talk.event, "Another", takes_questions=True)
    for into in (asked, question(other, by=alice)):
        with pytest.raises(ValueError, match="another of the same session"):
            asking.group(question=asked, into=into, by=cora)


def test_whoever_is_first_has_decided_and_a_slip_can_be_taken_back(talk, alice, bob, cora):
    asked = question(talk, by=alice)
    asking.answered_live(question=asked, by=bob)
    with pytest.raises(asking.Decided):
        asking.decline(question=asked, reason="No.", by=cora)
    asking.back_to_queue(question=asked, by=bob)
    assert words(talk) == ["Who decides?"]


def test_the_chair_s_buttons_do_what_they_say(client_of, talk, alice, bob):
    asked = question(talk, by=alice)
    client = client_of(bob)
    for verb, state in (("answered_live", State.ANSWERED_LIVE), ("back_to_queue", State.QUEUED), ("x", State.QUEUED)):
        client.post(path(talk, f"{asked.pk}/decide/"), {"verb": verb})
        assert AudienceQuestion.objects.get().state == state


@pytest.mark.parametrize("many", [1, 3])
def test_more_questions_cost_no_more_queries(client, client_of, talk, alice, bob, many, django_assert_max_num_queries):
    for number in range(many):
        question(talk, f"Question {number}?", by=alice)
    client.get(path(talk))
    with django_assert_max_num_queries(9):
        client.get(path(talk))
    chair = client_of(bob)
    chair.get(path(talk, "stage/"))
    with django_assert_max_num_queries(12):
        chair.get(path(talk, "stage/"))


# --- To the forum ---------------------------------------------------------------------------------------


@pytest.fixture
def room(db):
    return SpaceFactory(name="From events", for_pages=True)


def test_what_nobody_answered_becomes_a_thread_that_names_no_asker(talk, alice, cora, room):
    asked = question(talk, "Who *decides*?", by=alice)
    asking.hand_on(session=talk, questions=[asked], by=cora)
    asked.refresh_from_db()
    thread = Thread.objects.get()
    assert (asked.state, asked.thread_url) == (State.ANSWERED_AFTER, thread.get_absolute_url())
    opening = thread.posts.get(number=1)
    assert (thread.title, thread.author, opening.body.count("Alice")) == ("Who *decides*?", cora, 0)
    assert f"](/events/{talk.event_id}/sessions/{talk.pk}/{talk.slug}/)" in opening.body
    assert "Who *decides*?" in opening.html


def test_speakers_with_an_account_get_one_notice_and_others_one_mail(talk, alice, bob, cora, room):
    several = [question(talk, f"Question {n}?", by=alice) for n in range(3)]
    asking.hand_on(session=talk, questions=several, by=cora)
    notice = Notice.objects.get(recipient=bob)
    assert (notice.kind, notice.url) == ("events.talk_questions", path(talk))
    mails = [item.payload for item in OutboxItem.objects.filter(kind="members.mail")]
    assert [mail["to"] for mail in mails] == ["edith@speakers.example.org"]
    assert [line for line in mails[0]["text"].splitlines() if line.startswith("Question")] == [
        "Question 0?", "Question 1?", "Question 2?"]  # fmt: skip
    assert mails[0]["text"].count("/forum/") == 3
    assert mails[0]["text"].startswith("Dear Edith Marlow,\n")


def test_handed_on_twice_it_is_one_thread(talk, alice, cora, room):
    asked = question(talk, by=alice)
    assert len(asking.hand_on(session=talk, questions=[asked], by=cora)) == 1
    assert asking.hand_on(session=talk, questions=[asked], by=cora) == []
    assert Thread.objects.count() == 1


def test_only_the_core_team_hands_on(talk, alice, bob, room):
    with pytest.raises(NotAllowed):
        asking.hand_on(session=talk, questions=[question(talk, by=alice)], by=bob)


def test_from_a_members_event_it_goes_to_a_members_space(talk, alice, cora, room):
    from wagtail.models import PageViewRestriction

    hidden = SpaceFactory(name="Among us", visibility="members", for_pages=True)
    PageViewRestriction.objects.create(page=talk.event, restriction_type="login")
    asking.hand_on(session=talk, questions=[question(talk, by=alice)], by=cora)
    assert Thread.objects.get().space == hidden


def test_the_page_leads_to_the_thread_and_the_button_hands_on_all(client_of, talk, alice, cora, room):
    asked = question(talk, by=alice)
    page = client_of(cora).post(path(talk, "hand-on/"), follow=True).content.decode()
    assert "1 now in the forum" in page
    asked.refresh_from_db()
    said = client_of(alice).get(path(talk)).content.decode()
    assert said.count("Moved to the forum") == 2
    assert "Answered or moved to the forum" in said
    assert asked.thread_url in said


def test_it_is_answered_in_the_forum_once_its_thread_has_an_answer(client_of, talk, alice, bob, cora, room):
    asked = question(talk, by=alice)
    asking.hand_on(session=talk, questions=[asked], by=cora)
    stage = path(talk, "stage/")
    assert "Moved to the forum" in client_of(cora).get(stage).content.decode()
    posting.answer(by=bob, thread=Thread.objects.get(), body="The regulator does.")
    said = client_of(alice).get(path(talk)).content.decode()
    assert (said.count("Answered in the forum"), said.count("oved to the forum")) == (2, 0)
    assert "Answered in the forum" in client_of(cora).get(stage).content.decode()


@pytest.mark.parametrize("over", [False, True])
def test_only_after_the_session_nobody_had_time_for_it(talk, alice, bob, cora, room, over):
    now = talk.ends_at + dt.timedelta(minutes=int(over))
    now = now if over else timezone.now()
    asked = question(talk, by=alice, show_name=True)
    asking.hand_on(session=talk, questions=[asked], by=cora, now=now)
    body = Thread.objects.get().posts.get(number=1).body
    assert f"]({path(talk)}#question-{asked.pk}) for the talk “[Ask the regulator](" in body
    assert ("no time to answer" in body, "If you spoke there" in body) == (over, over)
    (mail,) = [item.payload["text"] for item in OutboxItem.objects.filter(kind="members.mail")]
    assert ("not answered in the room" in mail) == over
    notice = Notice.objects.get(recipient=bob)
    assert ("not answered in the room" in kinds.get(notice.kind).mail(notice).note) == over


def test_where_there_is_no_forum_nothing_is_offered(client_of, talk, alice, cora):
    known, handing_on._asks[:] = list(handing_on._asks), []
    try:
        question(talk, by=alice)
        assert b"to the forum" not in client_of(cora).get(path(talk, "stage/")).content
        with pytest.raises(asking.NoForum):
            asking.hand_on(session=talk, questions=reads.waiting_in(talk.pk), by=cora)
    finally:
        handing_on._asks[:] = known


def test_without_a_space_for_it_the_chair_is_told_and_nothing_is_lost(client_of, talk, alice, cora):
    asked = question(talk, by=alice)
    page = client_of(cora).post(path(talk, "hand-on/"), follow=True).content.decode()
    assert "There is no space yet" in page
    asked.refresh_from_db()
    assert asked.state == State.QUEUED


def test_a_speaker_s_notice_is_shown_with_the_question_in_its_mail(talk, alice, bob, cora, room):
    asking.hand_on(session=talk, questions=[question(talk, "Who decides?", by=alice)], by=cora)
    notice = Notice.objects.get(recipient=bob)
    kind = kinds.get(notice.kind)
    assert kind.can_still_see(bob, notice)
    assert "Ask the regulator" in kind.sentence(notice)
    assert [item.text for item in kind.mail(notice).items] == ["Who decides?"]


# --- On the session's page ------------------------------------------------------------------------------


def test_the_part_for_other_pages_counts_and_leads_here(rf, talk, alice):
    from django.template import Context, Template

    question(talk, by=alice)
    html = Template("{% load live_tags %}{% audience talk %}").render(Context({"talk": talk, "request": rf.get("/")}))
    assert "1 sent so far, most wanted first" in html
    assert f'href="{path(talk)}"' in html
    assert "csrf" not in html
    over = timezone.now() - dt.timedelta(days=2)
    talk.starts_at, talk.ends_at = over, over + dt.timedelta(hours=1)
    html = Template("{% load live_tags %}{% audience talk %}").render(Context({"talk": talk, "request": rf.get("/")}))
    assert "Send a question" not in html

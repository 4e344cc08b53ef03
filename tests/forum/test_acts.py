"""The verbs of the forum: what each does to the thread, its numbers and the log."""

import uuid

import pytest
from wagtail.models import ModelLogEntry

from core.models import OutboxItem
from forum.actions import accepting, asking, editing, moderating, posting, reacting, reading
from forum.actions.refusals import AlreadyGone, NotAllowed
from forum.models import Post, PostEdit, Reading, Thread, UsToo

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(alice, space):
    return asking.ask(
        by=alice, space=space, kind="question", title="May we  tell the fire service?", body="Who **needs** help.",
        topics_named=["Fire Safety", "consent", "fire safety"],
    )  # fmt: skip


def fresh(thread):
    return Thread.objects.get(pk=thread.pk)


def test_asking_makes_a_thread_with_its_opening_as_number_one(asked, alice, council):
    opening = asked.posts.get()
    assert (asked.title, asked.slug) == ("May we tell the fire service?", "may-we-tell-the-fire-service")
    assert (opening.number, opening.kind, opening.author, opening.organisation_then) == (1, "opening", alice, council)
    assert opening.html == "<p>Who <strong>needs</strong> help.</p>\n"
    assert sorted(asked.topics.names()) == ["consent", "fire safety"]
    assert (fresh(asked).highest_number, fresh(asked).answer_count, fresh(asked).change_no) == (1, 0, 1)


def test_the_asker_follows_and_has_read_what_they_asked(asked, alice):
    mark = Reading.objects.get()
    assert (mark.member, mark.last_read_number, mark.follow) == (alice, 1, "following")


def test_the_same_form_sent_twice_makes_one_thread(alice, space):
    form = {"by": alice, "space": space, "kind": "question", "title": "One?", "body": "Two.", "once_key": uuid.uuid4()}
    assert asking.ask(**form) == asking.ask(**form)
    assert Thread.objects.count() == 1


def test_the_same_answer_sent_twice_makes_one_post(asked, bob):
    form = {"by": bob, "thread": asked, "body": "Yes.", "once_key": uuid.uuid4()}
    assert posting.answer(**form) == posting.answer(**form)
    assert (asked.posts.count(), fresh(asked).answer_count) == (2, 1)


def test_a_reply_costs_ten_queries_at_most(asked, alice, bob, django_assert_max_num_queries):
    posting.answer(by=bob, thread=asked, body="The first one compiles what the later ones only run.")
    with django_assert_max_num_queries(10):
        answer = posting.answer(by=bob, thread=asked, body="Yes.", once_key=uuid.uuid4())
    with django_assert_max_num_queries(11):
        posting.comment(by=alice, on=answer, body="Thanks.", once_key=uuid.uuid4())


def test_answers_and_comments_share_the_numbering(asked, alice, bob):
    first = posting.answer(by=bob, thread=asked, body="Yes.")
    remark = posting.comment(by=alice, on=first, body="Thanks.")
    second = posting.answer(by=alice, thread=asked, body="We did it.")
    assert [first.number, remark.number, second.number] == [2, 3, 4]
    thread = fresh(asked)
    assert (thread.answer_count, thread.peer_answer_count, thread.highest_visible_number) == (2, 1, 4)
    assert (thread.voices, thread.voice_count) == ([alice.pk, bob.pk], 2)


def test_own_posts_never_skip_unread_above_them(asked, alice, bob):
    reading.read_up_to(by=bob, thread=asked, number=1)
    posting.answer(by=alice, thread=asked, body="Nobody has read this yet.")
    posting.answer(by=bob, thread=asked, body="Written without looking up.")
    assert Reading.objects.get(member=bob).last_read_number == 1


def test_own_posts_count_as_read_when_nothing_above_is_unread(asked, bob):
    reading.read_up_to(by=bob, thread=asked, number=1)
    posting.answer(by=bob, thread=asked, body="I read the question first.")
    assert Reading.objects.get(member=bob).last_read_number == 2


def test_a_mark_never_moves_back(asked, bob):
    reading.read_up_to(by=bob, thread=asked, number=5)
    reading.read_up_to(by=bob, thread=asked, number=3)
    assert Reading.objects.get(member=bob).last_read_number == 5


def test_only_who_takes_part_may_answer(asked, charlie):
    with pytest.raises(NotAllowed):
        posting.answer(by=charlie, thread=asked, body="Me too.")


def test_a_locked_thread_takes_answers_from_moderators_only(asked, bob, morag):
    moderating.lock(by=morag, thread=asked, why="Going in circles.")
    with pytest.raises(NotAllowed):
        posting.answer(by=bob, thread=asked, body="One more thing.")
    posting.answer(by=morag, thread=asked, body="Closed for now.")
    assert fresh(asked).answer_count == 1


def test_only_the_asker_accepts_and_may_take_it_back(asked, alice, bob):
    answer = posting.answer(by=bob, thread=asked, body="Yes.")
    with pytest.raises(NotAllowed):
        accepting.accept(by=bob, post=answer)
    accepting.accept(by=alice, post=answer)
    assert (fresh(asked).accepted_answer, fresh(asked).is_answered()) == (answer, True)
    accepting.unaccept(by=alice, thread=asked)
    assert fresh(asked).is_answered() is False


def test_accepting_never_bumps_the_thread(asked, alice, bob):
    answer = posting.answer(by=bob, thread=asked, body="Yes.")
    before = fresh(asked)
    accepting.accept(by=alice, post=answer)
    after = fresh(asked)
    assert (after.last_activity_at, after.highest_visible_number) == (
        before.last_activity_at,
        before.highest_visible_number,
    )


def test_helpful_counts_once_and_never_for_the_author(asked, alice, bob):
    answer = posting.answer(by=bob, thread=asked, body="Yes.")
    reacting.helpful(by=alice, post=answer)
    reacting.helpful(by=alice, post=answer)
    with pytest.raises(NotAllowed):
        reacting.helpful(by=bob, post=answer)
    assert Post.objects.get(pk=answer.pk).helpful_count == 1
    reacting.not_helpful(by=alice, post=answer)
    assert Post.objects.get(pk=answer.pk).helpful_count == 0


def test_us_too_counts_an_organisation_once(asked, bob, charity):
    from tests.factories import MemberFactory

    reacting.us_too(by=bob, thread=asked)
    reacting.us_too(by=MemberFactory(organisation=charity), thread=asked)
    assert (UsToo.objects.count(), fresh(asked).us_too_count) == (1, 1)


def test_the_askers_own_organisation_is_not_us_too(asked, morag):
    with pytest.raises(NotAllowed):
        reacting.us_too(by=morag, thread=asked)


def test_editing_keeps_what_was_said_before(asked, alice):
    opening = asked.posts.get()
    editing.edit(by=alice, post=opening, body="Who needs help to get out.", title="May we tell the crews?")
    kept = PostEdit.objects.get()
    assert (kept.title, kept.body) == ("May we tell the fire service?", "Who **needs** help.")
    assert (fresh(asked).title, fresh(asked).slug) == ("May we tell the crews?", "may-we-tell-the-crews")


def test_a_change_that_changes_nothing_leaves_no_trace(asked, alice):
    opening, before = asked.posts.get(), fresh(asked).change_no
    outbox = OutboxItem.objects.count()
    editing.edit(by=alice, post=opening, body=opening.body, title=f" {asked.title} ", topics=list(asked.topics.names()))
    assert (PostEdit.objects.count(), Post.objects.get(pk=opening.pk).edited_at) == (0, None)
    assert (fresh(asked).change_no, OutboxItem.objects.count()) == (before, outbox)


def test_other_topics_alone_are_a_change_without_history(asked, alice):
    before = fresh(asked).change_no
    editing.edit(by=alice, post=asked.posts.get(), body=asked.posts.get().body, topics=["housing"])
    assert (list(fresh(asked).topics.names()), fresh(asked).change_no) == (["housing"], before + 1)
    assert PostEdit.objects.count() == 0


def test_nobody_edits_anothers_post_not_even_moderators(asked, morag):
    with pytest.raises(NotAllowed):
        editing.edit(by=morag, post=asked.posts.get(), body="Changed.")


def test_deleting_an_answer_leaves_a_tombstone_and_true_counts(asked, alice, bob):
    answer = posting.answer(by=bob, thread=asked, body="Yes.")
    accepting.accept(by=alice, post=answer)
    editing.delete(by=bob, post=answer)
    thread = fresh(asked)
    assert (thread.answer_count, thread.peer_answer_count, thread.accepted_answer) == (0, 0, None)
    assert (thread.highest_number, thread.highest_visible_number) == (2, 1)
    with pytest.raises(AlreadyGone):
        editing.delete(by=bob, post=answer)


def test_deleting_a_question_nobody_answered_takes_the_thread_along(asked, alice):
    editing.delete(by=alice, post=asked.posts.get())
    assert fresh(asked).is_removed() is True


def test_deleting_a_question_others_answered_leaves_the_answers(asked, alice, bob):
    posting.answer(by=bob, thread=asked, body="Yes.")
    editing.delete(by=alice, post=asked.posts.get(number=1))
    assert fresh(asked).is_removed() is False


def test_a_moderator_removes_and_restores_with_reasons_in_the_log(asked, bob, morag):
    answer = posting.answer(by=bob, thread=asked, body="Yes.")
    with pytest.raises(moderating.ReasonNeeded):
        moderating.remove(by=morag, post=answer, why="  ")
    moderating.remove(by=morag, post=answer, why="Names a person.")
    assert fresh(asked).answer_count == 0
    moderating.restore(by=morag, post=answer, why="The name is a charity's.")
    assert fresh(asked).answer_count == 1
    logged = [(entry.action, entry.data["why"]) for entry in ModelLogEntry.objects.order_by("pk")]
    assert logged == [("forum.remove", "Names a person."), ("forum.restore", "The name is a charity's.")]


def test_what_its_author_deleted_no_moderator_brings_back(asked, bob, morag):
    answer = posting.answer(by=bob, thread=asked, body="Yes.")
    editing.delete(by=bob, post=answer)
    with pytest.raises(NotAllowed):
        moderating.restore(by=morag, post=answer, why="We liked it.")


def test_members_do_not_moderate(asked, bob):
    for verb in (moderating.lock, moderating.unlock, moderating.pin, moderating.unpin):
        with pytest.raises(NotAllowed):
            verb(by=bob, thread=asked, why="Because.")


def test_a_mention_links_only_people_who_may_read_the_space(group_space, alice, bob, morag):
    thread = asking.ask(by=alice, space=group_space, kind="question", title="Who?", body="Ask @bob or @morag.")
    opening = thread.posts.get()
    assert [mention.member for mention in opening.mentions.all()] == [bob]
    assert 'href="/people/bob/"' in opening.html
    assert "/people/morag/" not in opening.html


def test_the_history_says_what_was_done_and_why(asked, morag):
    moderating.pin(by=morag, thread=asked, why="Everyone asks this.")
    moderating.retag(by=morag, thread=asked, topics=["fire"], why="One word is enough.")
    said = [entry.message for entry in ModelLogEntry.objects.order_by("pk")]
    assert said == ["Pinned: Everyone asks this.", "Gave it the topics fire: One word is enough."]

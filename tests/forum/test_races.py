"""Fifty at once: the promises of a thread hold, on SQLite and on PostgreSQL."""

import uuid

import pytest
from django.db import transaction
from django.urls import reverse

from forum import jobs
from forum.about import About
from forum.actions import accepting, asking, discussing, drafting, editing, following, moderating, posting, reacting
from forum.actions.refusals import AlreadyGone, NotAllowed
from forum.models import Draft, Helpful, Place, Post, Thread, UsToo
from forum.querysets import thread_for_page
from forum.views.threads import read
from members import roles
from notifications.models import Notice
from tests.factories import MemberFactory, PostFactory, SpaceFactory
from tests.parts.crowd import all_at_once, second_comes_before_the_first_is_committed
from tests.parts.tabs import opened

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.engines]

CROWD = 50


def test_fifty_answers_at_once_get_fifty_numbers_and_true_counts(thread):
    people = MemberFactory.create_batch(CROWD)
    posts = all_at_once([lambda by=by: posting.answer(by=by, thread=thread, body="Yes.") for by in people])
    assert sorted(post.number for post in posts) == list(range(2, CROWD + 2))
    now = Thread.objects.get(pk=thread.pk)
    assert (now.answer_count, now.peer_answer_count, now.highest_visible_number) == (CROWD, CROWD, CROWD + 1)
    assert Notice.objects.get(recipient=thread.author).count == CROWD


def test_one_form_sent_fifty_times_makes_one_answer(thread, bob):
    key = uuid.uuid4()
    posts = all_at_once(
        [lambda: posting.answer(by=bob, thread=thread, body="Yes.", once_key=key) for _ in range(CROWD)]
    )
    assert {post.pk for post in posts} == {Post.objects.get(kind="answer").pk}


def test_one_question_sent_fifty_times_makes_one_thread(alice, space):
    key = uuid.uuid4()
    form = {"by": alice, "space": space, "kind": "question", "title": "May we?", "body": "Please.", "once_key": key}
    threads = all_at_once([lambda: asking.ask(**form, topics_named=["consent"]) for _ in range(CROWD)])
    assert {one.pk for one in threads} == {Thread.objects.get().pk}


def test_fifty_colleagues_make_one_us_too(thread, charity):
    people = MemberFactory.create_batch(CROWD, organisation=charity)
    assert all_at_once([lambda by=by: reacting.us_too(by=by, thread=thread) for by in people]) == [None] * CROWD
    assert (UsToo.objects.count(), Thread.objects.get(pk=thread.pk).us_too_count) == (1, 1)


def test_helpful_pressed_fifty_times_at_once_counts_once(thread, alice, bob):
    answer = PostFactory(thread=thread, author=bob)
    assert all_at_once([lambda: reacting.helpful(by=alice, post=answer)] * CROWD) == [None] * CROWD
    assert (Helpful.objects.count(), Post.objects.get(pk=answer.pk).helpful_count) == (1, 1)


def test_two_answers_accepted_at_once_leave_one(thread, alice, bob):
    first, second = PostFactory(thread=thread, author=bob), PostFactory(thread=thread, author=bob)
    acts = [lambda post=post: accepting.accept(by=alice, post=post) for post in [first, second] * 25]
    assert all_at_once(acts) == [None] * CROWD
    assert Thread.objects.get(pk=thread.pk).accepted_answer in {first, second}


def test_an_answer_deleted_while_it_is_accepted_is_never_the_accepted_one(thread, alice, bob):
    answers = [PostFactory(thread=thread, author=bob) for _ in range(25)]
    acts = [lambda post=post: accepting.accept(by=alice, post=post) for post in answers]
    acts += [lambda post=post: editing.delete(by=bob, post=post) for post in answers]
    results = all_at_once(acts)
    errors = [result for result in results if isinstance(result, Exception)]
    assert [error for error in errors if not isinstance(error, AlreadyGone)] == []
    assert Thread.objects.get(pk=thread.pk).accepted_answer is None


def test_put_back_fifty_times_at_once_is_put_back_once(thread, alice, bob):
    answer = PostFactory(thread=thread, author=bob)
    accepting.accept(by=alice, post=answer)
    before = Thread.objects.get(pk=thread.pk)
    editing.delete(by=bob, post=answer)
    results = all_at_once([lambda: editing.put_back(by=bob, post=answer)] * CROWD)
    assert [result for result in results if isinstance(result, Exception)] == []
    now = Thread.objects.get(pk=thread.pk)
    same = ("answer_count", "peer_answer_count", "highest_visible_number", "accepted_answer_id", "accepted_at")
    assert [getattr(now, name) for name in same] == [getattr(before, name) for name in same]
    assert now.change_no == before.change_no + 2
    assert Notice.objects.filter(recipient=alice, kind="forum.answered").count() == 1


def test_what_is_put_back_while_a_moderator_removes_it_ends_removed(thread, alice, bob, morag):
    answers = [PostFactory(thread=thread, author=bob) for _ in range(25)]
    for answer in answers:
        editing.delete(by=bob, post=answer)
    acts = [lambda post=post: editing.put_back(by=bob, post=post) for post in answers]
    acts += [lambda post=post: moderating.remove(by=morag, post=post, why="Why") for post in answers]
    errors = [result for result in all_at_once(acts) if isinstance(result, Exception)]
    assert [error for error in errors if not isinstance(error, NotAllowed)] == []
    assert set(Post.objects.filter(pk__in=[one.pk for one in answers]).values_list("removed_by", flat=True)) == {
        "moderator"
    }
    assert Thread.objects.get(pk=thread.pk).answer_count == 0


def test_people_who_delete_and_put_back_and_accept_at_once_never_lock_each_other_out(thread, alice):
    writers = MemberFactory.create_batch(10)
    answers = [posting.answer(by=by, thread=thread, body=f"As @{alice.handle} says.") for by in writers]

    def come_and_go(post):
        editing.delete(by=post.author, post=post)
        editing.put_back(by=post.author, post=post)

    acts = [lambda post=post: come_and_go(post) for post in answers]
    acts += [lambda post=post: accepting.accept(by=alice, post=post) for post in answers * 3]
    errors = [result for result in all_at_once(acts) if isinstance(result, Exception)]
    assert [error for error in errors if not isinstance(error, AlreadyGone)] == []
    assert Thread.objects.get(pk=thread.pk).answer_count == len(writers)


def test_people_who_answer_and_mention_each_other_at_once_never_lock_each_other_out(thread, alice, bob):
    people = [alice, bob, *MemberFactory.create_batch(8)]
    handles = [person.handle for person in people]
    acts = [
        lambda by=by, to=to: posting.answer(by=by, thread=thread, body=f"As @{to} and @{handles[0]} say.")
        for by, to in zip(people * 5, (handles[3:] + handles[:3]) * 5, strict=True)
    ]
    results = all_at_once(acts)
    assert [result for result in results if isinstance(result, Exception)] == []


def test_first_words_about_pages_never_lock_each_other_out(space):
    people, writers = MemberFactory.create_batch(8), MemberFactory.create_batch(6)
    acts = []
    for n in range(30):
        keeper, named = people[n % 8], people[(n * 5 + 3) % 8]
        thing = About("page", 1000 + n, "News", f"Thing {n}", f"/t/{n}/", keeper=keeper.pk)
        words = f"See @{named.handle}"
        acts.append(lambda thing=thing, by=writers[n % 6], words=words: discussing.say(by=by, about=thing, body=words))
    assert [result for result in all_at_once(acts) if isinstance(result, Exception)] == []
    assert Notice.objects.filter(recipient__in=people).count() == 30 + sum(n % 8 != (n * 5 + 3) % 8 for n in range(30))


@pytest.mark.parametrize("saved_first", [True, False])
def test_a_draft_on_its_way_while_its_edit_arrives_neither_stops_it_nor_stays(thread, bob, saved_first):
    post = PostFactory(thread=thread, author=bob, body="We asked.")
    words = {"body": "We asked twice.", "known": post.version()}
    acts = [
        lambda: drafting.save_draft(by=bob, place=Place.edit(post), fields=words, version=0),
        lambda: editing.edit(by=bob, post=post, **words),
    ]
    results = second_comes_before_the_first_is_committed(*acts if saved_first else reversed(acts))
    kept = (Draft,) if saved_first else (drafting.PostedAlready,)
    assert [one for one in results if not isinstance(one, (Post, *kept))] == []
    assert Post.objects.get(pk=post.pk).body == "We asked twice."
    assert not Draft.objects.exists()


@pytest.mark.parametrize("saved_first", [True, False])
def test_a_first_draft_on_its_way_while_its_answer_arrives_does_not_stay(thread, bob, saved_first):
    key = uuid.uuid4()
    acts = [
        lambda: drafting.save_draft(
            by=bob, place=Place.answer(thread), fields={"body": "Yes."}, version=0, once_key=key
        ),
        lambda: posting.answer(by=bob, thread=thread, body="Yes.", once_key=key),
    ]
    results = second_comes_before_the_first_is_committed(*acts if saved_first else reversed(acts))
    kept = (Draft,) if saved_first else (drafting.PostedAlready,)
    assert [one for one in results if not isinstance(one, (Post, *kept))] == []
    assert (Post.objects.filter(author=bob).count(), Draft.objects.count()) == (1, 0)


@pytest.mark.parametrize("had_one", [True, False])
@pytest.mark.parametrize("saved_first", [True, False])
def test_a_draft_on_its_way_while_its_question_arrives_does_not_stay(alice, space, saved_first, had_one):
    key, words = uuid.uuid4(), {"title": "May we?", "body": "Please."}
    if had_one:
        drafting.save_draft(by=alice, fields=words, version=0)
    acts = [
        lambda: drafting.save_draft(by=alice, fields=words, version=int(had_one), once_key=key),
        lambda: asking.ask(by=alice, space=space, kind="question", **words, once_key=key),
    ]
    results = second_comes_before_the_first_is_committed(*acts if saved_first else reversed(acts))
    kept = (Draft,) if saved_first else (drafting.PostedAlready,)
    assert [one for one in results if not isinstance(one, (Thread, *kept))] == []
    assert (Thread.objects.count(), Draft.objects.count()) == (1, 0)


@pytest.mark.parametrize("told_first", [True, False])
def test_who_reads_a_post_while_followers_are_told_of_it_is_not_told(thread, bob, told_first):
    follower = MemberFactory()
    following.follow_thread(by=follower, thread=thread, follow="following")
    post = posting.answer(by=bob, thread=thread, body="We asked.")
    follower.refresh_from_db()
    known = thread_for_page(follower, thread.pk)
    acts = [
        lambda: transaction.atomic(jobs.fan_out_post)(post=post.pk),
        lambda: read(follower, known, post.number),
    ]
    results = second_comes_before_the_first_is_committed(*acts if told_first else reversed(acts))
    assert results == [None, None]
    assert not Notice.objects.unread().filter(recipient=follower).exists()


def test_a_comment_while_followers_are_told_of_what_it_is_on_locks_nobody_out(thread, bob, morag):
    follower = MemberFactory()
    following.follow_thread(by=follower, thread=thread, follow="following")
    post = posting.answer(by=bob, thread=thread, body="We asked.")
    acts = [
        lambda: posting.comment(by=morag, on=post, body=f"Whom, @{follower.handle}?"),
        lambda: transaction.atomic(jobs.fan_out_post)(post=post.pk),
    ]
    results = second_comes_before_the_first_is_committed(*acts)
    assert [result for result in results if isinstance(result, Exception)] == []
    assert Notice.objects.get(recipient=follower).count == 2


def test_somebody_leaves_a_private_group_while_they_are_asked_there(alice, bob, cora, client_of):
    group = SpaceFactory(visibility="group", people=[alice, bob])
    roles.set_up_groups()
    known = asking.ask(by=alice, space=group, kind="question", title="May we?", body=f"Please, @{bob.handle}.")
    client, address = client_of(cora), reverse("wagtailsnippets_forum_space:edit", args=[group.pk])
    form = opened(client, address)
    place = next(n for n in (0, 1) if form[f"memberships-{n}-member"] == str(bob.pk))
    acts = [
        lambda: asking.ask(by=alice, space=group, kind="question", title="And this?", body=f"Please, @{bob.handle}."),
        lambda: client.post(address, form | {f"memberships-{place}-DELETE": "on"}).status_code,
    ]
    results = second_comes_before_the_first_is_committed(*acts)
    assert [result for result in results if isinstance(result, Exception)] == []
    assert results[1] == 302
    assert not Notice.objects.unread().filter(recipient=bob, subject=known.title).exists()

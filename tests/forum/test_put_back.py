"""Who deleted a post of their own can put it back for a month, as it was; a moderator's removal stands."""

import datetime as dt

import pytest
from django.utils import timezone

from core import outbox
from forum.actions import accepting, asking, editing, moderating, posting
from forum.actions.refusals import AlreadyGone, NotAllowed
from forum.models import Post, Thread
from notifications.models import Notice
from tests.forum.test_put_back_heard import heard
from tests.forum.test_thread_page import page, url
from tests.forum.test_told_by_moderators import mails

pytestmark = pytest.mark.django_db
WHY = "It names a family."
MONTH = dt.timedelta(days=30)


@pytest.fixture
def answer(bob, thread):
    return posting.answer(by=bob, thread=thread, body="As @alice says: yes.")


def now(post):
    return Post.objects.select_related("thread").get(pk=post.pk)


def back(client, post, **options):
    return client.post(f"/forum/{post.thread_id}/posts/{post.number}/put-back/", **options)


def counters(thread) -> dict:
    leave = {"change_no", "_state"}
    return {name: value for name, value in vars(Thread.objects.get(pk=thread.pk)).items() if name not in leave}


# --- the way back ----------------------------------------------------------------------------------


def test_the_page_that_deletes_says_for_how_long_it_can_be_undone(client_of, bob, thread, answer):
    said = page(client_of(bob).get(f"/forum/{thread.pk}/posts/2/delete/"))
    assert ("You can put it back for 30 days." in said, "can’t be undone" in said) == (True, False)


def test_what_is_said_after_deleting_offers_it_back(client_of, bob, thread, answer):
    client = client_of(bob)
    said = page(client.post(f"/forum/{thread.pk}/posts/2/delete/", follow=True))
    banner = said.partition('<div class="banner banner--done" role="status">')[2].partition("</form>")[0]
    assert "It is deleted. A line in the thread says so." in banner
    assert f'<form method="post" action="/forum/{thread.pk}/posts/2/put-back/">' in banner
    assert back(client, answer).url == url(thread, "?post=2#post-2")
    assert "Your answer is back in its place." in page(client.get(url(thread)))


def test_the_tombstone_offers_it_to_its_author_alone(client_of, cast, thread, answer):
    editing.delete(by=cast["bob"], post=answer)
    offers = f'formaction="/forum/{thread.pk}/posts/2/put-back/"'
    seen = {who: page(client_of(cast[who] if who != "anyone" else None).get(url(thread))) for who in cast}
    assert {who for who, text in seen.items() if offers in text} == {"bob"}
    assert "You deleted this." in seen["bob"]
    assert "This answer was deleted by the person who wrote it." in seen["alice"]


def test_a_comment_s_too(client_of, alice, bob, thread, answer):
    note = posting.comment(by=alice, on=answer, body="A secret thought.")
    editing.delete(by=alice, post=note)
    offers = f'formaction="/forum/{thread.pk}/posts/3/put-back/"'
    assert [offers in page(client_of(one).get(url(thread))) for one in (alice, bob)] == [True, False]
    back(client_of(alice), note)
    assert "A secret thought." in page(client_of(bob).get(url(thread)))


def test_a_whole_thread_is_offered_on_the_list_it_leads_to_and_among_one_s_own(client_of, alice, bob, thread):
    client, other = client_of(alice), client_of(bob)
    said = page(client.post(f"/forum/{thread.pk}/posts/1/delete/", follow=True))
    assert f'action="/forum/{thread.pk}/posts/1/put-back/"' in said
    leads = f'<a href="/forum/{thread.pk}/posts/1/gone/">{thread.title}</a>'
    assert [leads in page(one.get("/forum/mine/")) for one in (client, other)] == [True, False]
    back(client, thread.posts.get())
    assert other.get(url(thread)).status_code == 200
    assert leads not in page(client.get("/forum/mine/"))


@pytest.mark.parametrize("who", ["alice", "charlie", "morag", "cora", "anyone"])
def test_nobody_else_puts_it_back(client_of, cast, thread, answer, who):
    editing.delete(by=cast["bob"], post=answer)
    client = client_of(cast[who] if who != "anyone" else None)
    assert back(client, answer).status_code == (302 if who == "anyone" else 404)
    assert not now(answer).is_visible()


def test_deleting_twice_leads_to_where_it_can_be_put_back(client_of, alice, thread):
    client, address = client_of(alice), f"/forum/{thread.pk}/posts/1/delete/"
    assert client.post(address).url == "/forum/"
    assert client.post(address).url == client.get(address).url == f"/forum/{thread.pk}/posts/1/gone/"


# --- as it was -------------------------------------------------------------------------------------


def test_everything_is_as_it_was(client_of, alice, bob, cora, thread, answer):
    note = posting.comment(by=cora, on=answer, body="Thank you.")
    editing.edit(by=bob, post=answer, body="As @alice says: yes, always.")
    accepting.accept(by=alice, post=answer)
    client = client_of(alice)

    def posts_shown() -> str:
        return page(client.get(url(thread))).partition('<div class="posts">')[2].partition("data-event-no")[0]

    before, shown = counters(thread), posts_shown()
    editing.delete(by=bob, post=answer)
    assert (counters(thread)["accepted_answer_id"], counters(thread)["answer_count"]) == (None, 0)
    assert "always" not in page(client.get(url(thread)))
    editing.put_back(by=bob, post=answer)
    assert counters(thread) == before
    assert posts_shown() == shown
    found = now(answer)
    assert (found.edits.count(), found.mentions.get().member, found.comments.get()) == (1, alice, note)
    assert (found.removed_by, found.was_accepted_at, found.put_back_until()) == ("", None, None)
    assert client.get(f"/forum/{thread.pk}/posts/2/history/").status_code == 200


def test_search_finds_it_again(client_of, bob, thread, answer):
    editing.edit(by=bob, post=answer, body="Ask the marmalade office.")

    def found() -> bool:
        outbox.drain()
        return thread.title in page(client_of(None).get("/search/?q=marmalade"))

    assert found()
    editing.delete(by=bob, post=answer)
    assert not found()
    editing.put_back(by=bob, post=answer)
    assert found()


def test_what_was_accepted_meanwhile_stays_accepted(alice, bob, cora, thread, answer):
    accepting.accept(by=alice, post=answer)
    editing.delete(by=bob, post=answer)
    other = posting.answer(by=cora, thread=thread, body="A better one.")
    accepting.accept(by=alice, post=other)
    editing.put_back(by=bob, post=answer)
    assert Thread.objects.get(pk=thread.pk).accepted_answer == other


def test_nothing_is_accepted_again_once_the_asker_took_the_mark_off(alice, bob, cora, thread, answer):
    accepting.accept(by=alice, post=answer)
    editing.delete(by=bob, post=answer)
    accepting.accept(by=alice, post=posting.answer(by=cora, thread=thread, body="A better one."))
    accepting.unaccept(by=alice, thread=thread)
    editing.put_back(by=bob, post=answer)
    assert Thread.objects.get(pk=thread.pk).accepted_answer is None


def test_an_opening_comes_back_over_its_replies(client_of, alice, bob, thread, answer):
    editing.delete(by=alice, post=thread.posts.get(number=1))
    editing.put_back(by=alice, post=thread.posts.get(number=1))
    assert "A partner asked us for a list." in page(client_of(bob).get(url(thread)))


def test_the_last_reply_brings_a_thread_back_that_stands_without_its_opening(client_of, alice, bob, thread, answer):
    editing.delete(by=alice, post=thread.posts.get(number=1))
    editing.delete(by=bob, post=answer)
    assert client_of(bob).get(url(thread)).status_code == 404
    editing.put_back(by=bob, post=answer)
    said = page(client_of(bob).get(url(thread)))
    assert ("yes." in said, "This question was deleted by the person who wrote it." in said) == (True, True)


# --- what stands in the way ------------------------------------------------------------------------


def test_after_a_month_it_is_too_late(client_of, bob, thread, answer):
    editing.delete(by=bob, post=answer)
    client, gone_on = client_of(bob), now(answer).removed_at
    assert now(answer).put_back_until() == gone_on + MONTH
    with pytest.raises(NotAllowed):
        editing.put_back(by=bob, post=answer, now=gone_on + MONTH)
    Post.objects.filter(pk=answer.pk).update(removed_at=timezone.now() - MONTH)
    assert back(client, answer).url == f"/forum/{thread.pk}/posts/2/gone/"
    said = page(client.get(f"/forum/{thread.pk}/posts/2/gone/"))
    assert "It was deleted too long ago to be put back." in said
    assert "put-back/" not in said
    Post.objects.filter(pk=answer.pk).update(removed_at=gone_on)
    assert editing.put_back(by=bob, post=answer, now=gone_on + MONTH - dt.timedelta(seconds=1)).is_visible()


def test_what_a_moderator_removed_its_author_does_not_put_back(client_of, bob, morag, thread, answer):
    moderating.remove(by=morag, post=answer, why=WHY)
    with pytest.raises(NotAllowed):
        editing.put_back(by=bob, post=answer)
    assert back(client_of(bob), answer).url == f"/forum/{thread.pk}/posts/2/gone/"
    said = page(client_of(bob).get(f"/forum/{thread.pk}/posts/2/gone/"))
    assert "Only a moderator can put it back. You may write it again" in said
    assert "put-back/" not in said + page(client_of(bob).get(url(thread)))


class TestRemovedAfterItWasDeleted:
    """Deleting is no way to hide from moderators."""

    @pytest.fixture
    def deleted(self, bob, answer):
        return editing.delete(by=bob, post=answer)

    def test_moderators_are_led_there_and_read_what_comes_of_it(self, client_of, alice, morag, thread, deleted):
        leads = f'<a href="/forum/{thread.pk}/posts/2/remove/">Remove it</a>'
        assert [leads in page(client_of(one).get(url(thread))) for one in (morag, alice)] == [True, False]
        said = page(client_of(morag).get(f"/forum/{thread.pk}/posts/2/remove/"))
        assert "Once you remove it, they can’t." in said
        assert "as @alice says" not in said.lower()

    def test_its_author_can_t_put_it_back_and_is_told(self, client_of, bob, morag, thread, deleted):
        client_of(morag).post(f"/forum/{thread.pk}/posts/2/remove/", {"why": WHY})
        with pytest.raises(NotAllowed):
            editing.put_back(by=bob, post=deleted)
        assert heard(bob) == [("forum.removed", 1)]
        assert f"removed by a moderator on {timezone.localtime():%a}" in page(client_of(bob).get(url(thread)))

    def test_its_words_are_read_by_no_moderator(self, client_of, bob, morag, thread, deleted):
        moderating.remove(by=morag, post=deleted, why=WHY)
        assert "Read what was removed" not in page(client_of(morag).get(url(thread)))
        assert "Only you can read this" in page(client_of(bob).get(f"/forum/{thread.pk}/posts/2/gone/"))

    def test_the_mail_says_what_that_means(self, bob, morag, thread, deleted):
        moderating.remove(by=morag, post=deleted, why=WHY)
        (said,) = mails(bob)
        assert "You had deleted it; now you can’t put it back yourself." in said.body

    def test_removing_twice_is_refused(self, morag, deleted):
        moderating.remove(by=morag, post=deleted, why=WHY)
        with pytest.raises(AlreadyGone):
            moderating.remove(by=morag, post=deleted, why=WHY)

    def test_a_moderator_who_takes_that_back_does_not_publish_it(self, client_of, bob, morag, thread, deleted):
        since = now(deleted).removed_at
        moderating.remove(by=morag, post=deleted, why=WHY)
        Notice.objects.update(seen_at=timezone.now())
        client = client_of(morag)
        said = page(client.post(f"/forum/{thread.pk}/posts/2/restore/", {"why": "It was fine."}, follow=True))
        assert "It is deleted, as its author left it." in said
        found = now(deleted)
        assert (found.is_visible(), found.removed_by, found.removed_at, found.deleted_at) == (
            False, "author", since, None,
        )  # fmt: skip
        told = [str(row.html) for row in client_of(bob).get("/notifications/").context["notices"]]
        what = f"your answer to <strong>{thread.title}</strong>"
        assert told == [f"A moderator took back that they removed {what} Their reason: It was fine."]
        assert editing.put_back(by=bob, post=deleted).is_visible()

    def test_the_replies_to_a_question_that_was_deleted_stay(self, client_of, alice, morag, thread, answer):
        opening = editing.delete(by=alice, post=thread.posts.get(number=1))
        moderating.remove(by=morag, post=opening, why=WHY)
        assert "yes." in page(client_of(None).get(url(thread)))

    def test_a_thread_that_went_stays_away(self, client_of, alice, morag, thread):
        opening = editing.delete(by=alice, post=thread.posts.get(number=1))
        moderating.remove(by=morag, post=opening, why=WHY)
        assert back(client_of(alice), opening).url.endswith("/gone/")
        assert client_of(alice).get(url(thread)).status_code == 404


@pytest.mark.parametrize("act", [moderating.lock, "remove the question"])
def test_not_where_a_moderator_locked_or_removed_the_thread(client_of, bob, morag, thread, answer, act):
    editing.delete(by=bob, post=answer)
    if act == "remove the question":
        moderating.remove(by=morag, post=thread.posts.get(number=1), why=WHY)
    else:
        act(by=morag, thread=thread, why=WHY)
    client = client_of(bob)
    assert back(client, answer).url.endswith("/gone/")
    assert not now(answer).is_visible()
    locked = act is moderating.lock
    why = f"Its thread was {'locked' if locked else 'removed'} since, so it can’t be put back."
    said = page(client.get(f"/forum/{thread.pk}/posts/2/gone/"))
    assert (why in said, thread.title in said) == (True, locked)


def test_who_left_the_group_neither_reads_it_nor_puts_it_back(client_of, alice, bob, group_space):
    thread = asking.ask(by=bob, space=group_space, kind="discussion", title="In the group", body="Words.")
    editing.delete(by=bob, post=thread.posts.get())
    group_space.memberships.filter(member=bob).delete()
    client = client_of(bob)
    assert client.get(f"/forum/{thread.pk}/posts/1/gone/").status_code == 404
    assert back(client, thread.posts.get()).status_code == 404
    assert "In the group" not in page(client.get("/forum/mine/"))


def test_putting_back_is_counted_as_posting(client_of, bob, thread, answer, settings):
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"post": (1, 3600)}
    client = client_of(bob)
    for _ in range(2):
        editing.delete(by=bob, post=answer)
        said = page(back(client, answer, follow=True))
    assert "You have posted a lot in a short time: put it back in 60 minutes." in said
    assert not now(answer).is_visible()


def test_a_form_sent_twice_puts_it_back_once(client_of, bob, thread, answer):
    editing.delete(by=bob, post=answer)
    client = client_of(bob)
    assert [back(client, answer).url for _ in range(2)] == [url(thread, "?post=2#post-2")] * 2
    assert now(answer).is_visible()

"""What a stranger, an outsider or an unlucky moment must not be able to do."""

import pytest
from django.core.cache import cache

from forum.actions import accepting, asking, editing, following, moderating, posting, reacting, spaces, topics
from forum.actions.refusals import NotAllowed
from forum.models import Reading, Thread
from forum.pages.rows import facts_of, shared_rows
from members.models import Member
from notifications import inbox, kinds
from notifications.models import Notice
from tests.factories import MemberFactory, PostFactory, ThreadFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("standing", ["waiting", "declined"])
def test_who_does_not_take_part_takes_no_us_too_back(thread, bob, charlie, standing):
    reacting.us_too(by=bob, thread=thread)
    charlie.standing = standing
    with pytest.raises(NotAllowed):
        reacting.not_us_too(by=charlie, thread=thread)
    assert Thread.objects.get(pk=thread.pk).us_too_count == 1


@pytest.mark.parametrize("cursor", ["x", "o-!", "n-", "zz-mfrgg2a"])
def test_a_cursor_that_makes_no_sense_hides_no_notice_from_others(client, thread, cursor):
    Thread.objects.filter(pk=thread.pk).update(pinned=True)
    for query in (f"?page={cursor}", ""):
        assert thread.title in client.get(f"/forum/{query}").content.decode()


def test_pages_that_do_not_exist_leave_nothing_in_the_cache(client, thread):
    client.get(thread.get_absolute_url())
    before = len(cache._cache) if hasattr(cache, "_cache") else 0
    for page in range(1000, 1020):
        assert client.get(f"{thread.get_absolute_url()}?page={page}").status_code == 404
    assert (len(cache._cache) if hasattr(cache, "_cache") else 0) == before


def test_a_face_does_not_tell_the_sector_its_member_hides(space, bob):
    Member.objects.filter(pk=bob.pk).update(show_organisation="members")
    thread = ThreadFactory(author=bob, space=space)
    facts = [facts_of(Thread.objects.slim().get(pk=thread.pk))]
    assert "sector-voluntary" not in shared_rows(facts, "public")[thread.pk]
    assert "sector-voluntary" in shared_rows(facts, "members")[thread.pk]


def test_a_mention_in_public_does_not_confirm_a_name_shown_to_members_only(client, client_of, space, alice, bob):
    Member.objects.filter(pk=bob.pk).update(show_name="members")
    thread = asking.ask(by=alice, space=space, kind="question", title="Who?", body="Ask @bob.")
    for address in (thread.get_absolute_url(), "/forum/feed/"):
        html = client.get(address).content.decode()
        assert ("Ask @a member." in html, "bob" in html) == (True, False)
    assert 'href="/people/bob/"' in client_of(alice).get(thread.get_absolute_url()).content.decode()
    assert [notice.recipient for notice in Notice.objects.all()] == [bob]


def test_who_deleted_their_only_answer_is_no_longer_a_voice(thread, alice, bob):
    answer = posting.answer(by=bob, thread=thread, body="Yes.")
    editing.delete(by=bob, post=answer)
    now = Thread.objects.get(pk=thread.pk)
    assert (now.voices, now.voice_count, now.last_author) == ([alice.pk], 1, alice)
    assert now.last_activity_at == thread.posts.get(number=1).created_at


def test_the_voices_are_those_of_posts_that_stand_however_many_post(thread, alice, morag):
    people = MemberFactory.create_batch(6)
    posts = [posting.answer(by=one, thread=thread, body="Yes.") for one in people]
    for post in posts[:2]:
        moderating.remove(by=morag, post=post, why="Spam.")
    last = MemberFactory()
    posting.answer(by=last, thread=thread, body="Yes.")
    now = Thread.objects.get(pk=thread.pk)
    assert (now.voice_count, now.voices) == (6, [last.pk, *(one.pk for one in people[:2:-1])])


class TestAThreadOfTombstones:
    """Its question was deleted first, as somebody had replied; then the last reply."""

    PATHS = ("/forum/", "/forum/unanswered/", "/forum/feed/")

    @pytest.fixture
    def deleted(self, thread, alice, bob):
        answer = posting.answer(by=bob, thread=thread, body="Yes.")
        editing.delete(by=alice, post=thread.posts.get(number=1))
        assert not Thread.objects.get(pk=thread.pk).is_removed()
        editing.delete(by=bob, post=answer)
        return Thread.objects.get(pk=thread.pk)

    def test_counts_as_removed(self, deleted):
        assert deleted.is_removed()

    def test_is_in_no_list(self, client_of, cast, deleted):
        for who in (None, cast["alice"], cast["bob"], cast["morag"]):
            for path in self.PATHS:
                assert deleted.title not in client_of(who).get(path).content.decode(), (who, path)

    @pytest.fixture
    def emptied(self, thread, alice, bob, morag):
        """As `deleted`, but a moderator took the last reply away."""
        answer = posting.answer(by=bob, thread=thread, body="Yes.")
        editing.delete(by=alice, post=thread.posts.get(number=1))
        moderating.remove(by=morag, post=answer, why="It names a person.")
        return Thread.objects.get(pk=thread.pk)

    def test_goes_too_when_a_moderator_removes_the_last_reply(self, client_of, cast, emptied):
        assert emptied.is_removed()
        for who in (None, cast["alice"], cast["bob"], cast["morag"]):
            for path in self.PATHS:
                assert emptied.title not in client_of(who).get(path).content.decode(), (who, path)

    def test_comes_back_when_the_reply_is_put_back(self, client_of, emptied, bob, morag):
        moderating.restore(by=morag, post=emptied.posts.get(number=2), why="It names a charity.")
        assert not Thread.objects.get(pk=emptied.pk).is_removed()
        assert "Yes." in client_of(None).get(emptied.get_absolute_url()).content.decode()

    def test_comes_back_with_a_removed_reply_when_it_went_with_another_that_its_author_deleted(
        self, client_of, thread, alice, bob, morag
    ):
        removed = posting.answer(by=bob, thread=thread, body="Yes.")
        last = posting.answer(by=morag, thread=thread, body="No.")
        editing.delete(by=alice, post=thread.posts.get(number=1))
        moderating.remove(by=morag, post=removed, why="It names a person.")
        editing.delete(by=morag, post=last)
        assert client_of(bob).get(thread.get_absolute_url()).status_code == 404
        moderating.restore(by=morag, post=removed, why="It names a charity.")
        assert "Yes." in client_of(bob).get(thread.get_absolute_url()).content.decode()

    def test_a_reply_that_is_put_back_brings_back_no_removed_question(self, thread, bob, morag):
        answer = posting.answer(by=bob, thread=thread, body="Yes.")
        moderating.remove(by=morag, post=answer, why="It names a person.")
        moderating.remove(by=morag, post=thread.posts.get(number=1), why="It names one too.")
        moderating.restore(by=morag, post=answer, why="It names a charity.")
        assert Thread.objects.get(pk=thread.pk).is_removed()

    def test_stays_while_anybody_has_a_post_in_it(self, thread, alice, bob):
        answer = posting.answer(by=bob, thread=thread, body="Yes.")
        posting.comment(by=alice, on=answer, body="Thank you.")
        editing.delete(by=alice, post=thread.posts.get(number=1))
        editing.delete(by=bob, post=answer)
        assert not Thread.objects.get(pk=thread.pk).is_removed()


def test_the_accepted_notice_names_who_accepted(thread, alice, bob):
    accepting.accept(by=alice, post=posting.answer(by=bob, thread=thread, body="Yes."))
    notice = Notice.objects.get(recipient=bob)
    kinds.prefetch([notice])
    assert kinds.get(notice.kind).sentence(notice).startswith("<strong>Alice Amory</strong> accepted your answer")


@pytest.mark.parametrize("standing", ["waiting", "declined", "left", "banned"])
def test_a_mail_s_stop_link_works_whatever_became_of_its_reader(thread, bob, standing):
    Member.objects.filter(pk=bob.pk).update(standing=standing)
    bob.refresh_from_db()
    mute, number = kinds.mute_for(f"thread:{thread.pk}")
    mute.act(bob, number)
    assert Reading.objects.get(member=bob).follow == "muted"


def test_removing_a_thread_takes_its_notices_back(thread, alice, bob, morag):
    posting.answer(by=bob, thread=thread, body="Yes.")
    posting.answer(by=bob, thread=thread, body="And no.")
    moderating.remove(by=morag, post=thread.posts.get(number=1), why="It names a person.")
    assert [notice.kind for notice in Notice.objects.filter(recipient=alice).unread()] == ["forum.removed"]
    assert inbox.unread_count(alice) == 1


def test_leaving_a_group_takes_its_notices_back(group_space, alice, bob):
    hidden = ThreadFactory(author=bob, space=group_space)
    posting.answer(by=alice, thread=hidden, body="Between us.")
    assert inbox.unread_count(bob) == 1
    bob.space_memberships.all().delete()
    spaces.changed(group_space)
    assert inbox.unread_count(bob) == 0


@pytest.mark.parametrize("kind", ["forum.lost", "forum.locked"])
def test_a_space_that_shuts_takes_back_what_else_was_told_of_its_threads(space, thread, alice, bob, morag, kind):
    answer = posting.answer(by=bob, thread=thread, body="Yes.")
    accepting.accept(by=alice, post=answer)
    if kind == "forum.lost":
        editing.delete(by=bob, post=answer)
    else:
        moderating.lock(by=morag, thread=thread, why="It is settled.")
    assert Notice.objects.unread().filter(recipient=alice, kind=kind).exists()
    space.visibility = "group"
    space.save()
    spaces.changed(space)
    assert inbox.unread_count(alice) == 0


@pytest.mark.engines
def test_a_space_that_shuts_takes_back_from_whom_it_shuts_out_what_moderators_did_there(
    space, members_space, thread, alice, bob, morag
):
    elsewhere = ThreadFactory(author=bob, space=members_space)
    for about in (thread, elsewhere):
        for by in (alice, bob):
            moderating.remove(by=morag, post=posting.answer(by=by, thread=about, body="A name."), why="A name in it.")
    space.memberships.create(member=bob)
    before = {one: inbox.unread_count(one) for one in (alice, bob)}
    space.visibility = "group"
    space.save()
    spaces.changed(space)
    removed = Notice.objects.unread().filter(kind="forum.removed")
    assert [removed.filter(recipient=one).count() for one in (alice, bob)] == [1, 2]
    assert {one: inbox.unread_count(one) for one in (alice, bob)} == before | {alice: before[alice] - 1}


def test_deleting_twice_says_so(client_of, thread, bob):
    answer = PostFactory(thread=thread, author=bob)
    client = client_of(bob)
    url = f"/forum/{thread.pk}/posts/{answer.number}/delete/"
    assert client.post(url).status_code == 302
    assert client.post(url).status_code in {302, 403, 404}


def test_changing_a_post_again_and_again_is_slowed_down(client_of, thread, alice, settings):
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"post": (2, 3600)}
    client, url = client_of(alice), f"/forum/{thread.pk}/posts/1/edit/"
    answers = [client.post(url, {"title": thread.title, "body": f"Version {n}."}) for n in range(3)]
    assert [answer.status_code for answer in answers] == [302, 302, 429]
    assert "Version 2." in answers[2].content.decode()


def test_muting_by_number_needs_no_view(thread, charlie):
    following.mute(by=charlie, number=thread.pk)
    assert Reading.objects.get(member=charlie).follow == "muted"


def test_topics_are_made_in_one_order_and_given_as_typed(thread):
    assert [topic.name for topic in topics.named(["zebra", "apple"])] == ["zebra", "apple"]

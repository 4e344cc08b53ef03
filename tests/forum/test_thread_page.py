"""The page of a thread: what is on it, where a link lands, what may be done from it, also without a script."""

import html
import re

import pytest
from django.core.cache import cache

from forum.actions import accepting, editing, moderating, posting, reacting
from forum.models import Post, Thread
from forum.models.thread import ACTS
from forum.urls import urlpatterns
from tests.factories import MemberFactory, PostFactory, ThreadFactory

pytestmark = pytest.mark.django_db


def page(response) -> str:
    return html.unescape(response.content.decode())


def numbers(response) -> list[int]:
    """The numbers of the posts on a page, comments too, from the top."""
    return [int(number) for number in re.findall(r'id="post-(\d+)"', response.content.decode())]


def answers(thread, count, by):
    return [PostFactory(thread=thread, author=by) for _ in range(count)]


def url(thread, query="") -> str:
    return f"/forum/{thread.pk}/{thread.slug}/{query}"


def test_anyone_reads_a_public_thread(client_of, thread, bob):
    posting.answer(by=bob, thread=thread, body="Yes, **ask first**.")
    response = client_of(None).get(url(thread))
    assert response.status_code == 200
    assert numbers(response) == [1, 2]
    assert f'<h1 class="thread-title">{thread.title}</h1>' in page(response)
    assert "<strong>ask first</strong>" in page(response)
    assert "Sign in to answer" in page(response)
    assert '<form id="act"' not in page(response)
    assert "not legal advice" in page(response)


def test_a_wrong_or_missing_slug_leads_to_the_right_one_with_the_query(client_of, thread):
    for wrong in (f"/forum/{thread.pk}/", f"/forum/{thread.pk}/another/"):
        assert client_of(None).get(wrong + "?post=1").url == url(thread, "?post=1")


def test_words_with_addresses_of_their_own_are_no_slugs(space):
    taken = {re.match(r"<number:number>/([a-z-]+)/$", str(path.pattern)) for path in urlpatterns}
    assert {match[1] for match in taken if match} == ACTS
    assert ThreadFactory(title="New!", space=space).slug == "new-thread"


@pytest.mark.parametrize("address", ["/forum/999999999/x/", "/forum/0/", "/forum/9999999999999999999/x/"])
def test_a_thread_that_does_not_exist_is_a_404(client_of, db, address):
    assert client_of(None).get(address).status_code == 404


def test_twenty_answers_stand_on_a_page_by_number(client_of, alice, bob, thread):
    answers(thread, 45, bob)
    client = client_of(alice)
    assert numbers(client.get(url(thread))) == list(range(1, 22))
    assert numbers(client.get(url(thread, "?page=2"))) == list(range(22, 42))
    assert numbers(client.get(url(thread, "?page=3"))) == list(range(42, 47))
    assert client.get(url(thread, "?page=4")).status_code == 404
    assert client.get(url(thread, "?page=nonsense")).status_code == 200


def test_a_link_to_a_post_lands_on_its_page(client_of, alice, bob, thread):
    posts = answers(thread, 45, bob)
    client = client_of(alice)
    for post in (posts[0], posts[19], posts[20], posts[44]):
        assert post.number in numbers(client.get(url(thread, f"?post={post.number}")))
    note = PostFactory(thread=thread, author=alice, parent=posts[30])
    assert numbers(client.get(url(thread, f"?post={note.number}")))[:2] == [22, 23]
    assert note.number in numbers(client.get(url(thread, f"?post={note.number}")))


def test_the_accepted_answer_stands_under_the_question_and_its_place_says_so(client_of, alice, bob, thread):
    _first, _second, third = answers(thread, 3, bob)
    accepting.accept(by=alice, post=third)
    response = client_of(bob).get(url(thread))
    assert numbers(response) == [1, 4, 2, 3]
    assert 'id="post-4-here"' in page(response)
    assert "Alice Amory accepted this on" in page(response)
    assert "You accepted this on" in page(client_of(alice).get(url(thread)))


def test_an_accepted_answer_of_page_three_stands_on_page_one_and_in_full_on_its_own(client_of, alice, bob, thread):
    posts = answers(thread, 45, bob)
    accepting.accept(by=alice, post=posts[44])
    client = client_of(alice)
    assert numbers(client.get(url(thread))) == [1, 46, *range(2, 22)]
    assert numbers(client.get(url(thread, "?page=2"))) == list(range(22, 42))
    assert numbers(client.get(url(thread, "?page=3"))) == list(range(42, 47))


def test_most_helpful_is_an_order_of_its_own_in_steps(client_of, alice, bob, thread):
    posts = answers(thread, 25, bob)
    Post.objects.filter(pk=posts[24].pk).update(helpful_count=3)
    Post.objects.filter(pk=posts[10].pk).update(helpful_count=2)
    client = client_of(alice)
    first = client.get(url(thread, "?sort=helpful"))
    expected = [posts[24].number, posts[10].number, *(p.number for p in posts if p not in (posts[24], posts[10]))]
    assert numbers(first) == [1, *expected[:20]]
    after = html.unescape(re.search(r'href="[^"]*(\?sort=helpful&amp;after=[^"#]+)', first.content.decode())[1])
    assert numbers(client.get(url(thread, after))) == expected[20:]


def test_comments_stand_under_their_post_five_and_then_all(client_of, alice, bob, thread):
    answer = PostFactory(thread=thread, author=bob)
    notes = [PostFactory(thread=thread, author=alice, parent=answer) for _ in range(7)]
    later = PostFactory(thread=thread, author=bob)
    client = client_of(alice)
    assert numbers(client.get(url(thread))) == [1, 2, 3, 4, 5, 6, 7, later.number]
    assert "All 7 comments" in page(client.get(url(thread)))
    full = client.get(url(thread, "?comments=2"))
    assert numbers(full) == [1, 2, *(note.number for note in notes), later.number]
    assert "All 7 comments" not in page(full)


def test_a_deleted_and_a_removed_answer_leave_their_tombstones(client_of, alice, bob, morag, thread):
    gone, removed, kept = answers(thread, 3, bob)
    editing.delete(by=bob, post=gone)
    moderating.remove(by=morag, post=removed, why="It named a person.")
    text = page(client_of(alice).get(url(thread)))
    assert "This answer was deleted by the person who wrote it." in text
    assert "This answer was removed by a moderator on" in text
    assert "It named a person." in text
    assert [post.body in text for post in (gone, removed, kept)] == [False, False, True]


def test_moderators_read_what_was_removed_and_nobody_what_was_deleted(client_of, bob, morag, thread):
    gone, removed = answers(thread, 2, bob)
    editing.delete(by=bob, post=gone)
    moderating.remove(by=morag, post=removed, why="It named a person.")
    text = page(client_of(morag).get(url(thread)))
    assert (gone.body in text, removed.body in text) == (False, True)
    assert f"/forum/{thread.pk}/posts/{removed.number}/restore/" in text


def test_the_page_costs_the_same_with_one_answer_and_with_twenty(
    client_of, alice, bob, thread, forget, django_assert_max_num_queries
):
    """Ten queries at most; seventeen for the first reader after a change, session and similar questions included."""
    client, counted = client_of(alice), []
    for count in (1, 19):
        for post in answers(thread, count, bob):
            PostFactory(thread=thread, author=MemberFactory(knows=["consent"]), parent=post)
        client.get(url(thread))
        forget()
        with django_assert_max_num_queries(17) as cold:
            client.get(url(thread))
        with django_assert_max_num_queries(10) as warm:
            client.get(url(thread))
        counted.append((len(cold), len(warm)))
    assert counted[0] == counted[1]


def test_a_shared_body_holds_no_token_and_no_marks(client_of, alice, bob, thread):
    posting.answer(by=bob, thread=thread, body="Yes.")
    for who in (None, alice, bob):
        text = page(client_of(who).get(url(thread)))
        assert "\0" not in text
    body = next(value for key, value in _kept().items() if f"thread:{thread.pk}:" in key)
    assert "csrf" not in body.html


def _kept() -> dict:
    import pickle

    return {key: pickle.loads(value) for key, value in cache._cache.items()}


def test_what_one_reader_is_shown_never_reaches_another(client_of, alice, bob, thread):
    """The body is shared: buttons for one's own posts are not."""
    posting.answer(by=bob, thread=thread, body="Yes.")
    texts = {
        who: page(client_of(member).get(url(thread)))
        for who, member in (("alice", alice), ("bob", bob), ("anyone", None))
    }
    edit = f"/forum/{thread.pk}/posts/2/edit/"
    helpful = f"/forum/{thread.pk}/posts/2/helpful/"
    accept = f"/forum/{thread.pk}/posts/2/accept/"
    assert {who: (edit in text, helpful in text, accept in text) for who, text in texts.items()} == {
        "alice": (False, True, True),
        "bob": (True, False, False),
        "anyone": (False, False, False),
    }
    assert "Bob Barley</a> (you)" in texts["bob"]
    assert "(you)" not in texts["anyone"]


# --- answering without a script --------------------------------------------------------------


def send(client, thread, **fields):
    form = client.get(url(thread)).content.decode()
    key = re.search(r'name="once_key" value="([^"]+)"', form)[1]
    return client.post(f"/forum/{thread.pk}/answer/", {"once_key": key, **fields})


def test_a_member_answers_and_lands_on_the_answer(client_of, bob, thread):
    response = send(client_of(bob), thread, body="Yes, under section 4.")
    post = thread.posts.get(number=2)
    assert (post.author, post.body, post.kind) == (bob, "Yes, under section 4.", "answer")
    assert response.url == url(thread, "?post=2#post-2")


def test_the_same_form_sent_twice_makes_one_answer(client_of, bob, thread):
    client = client_of(bob)
    form = client.get(url(thread)).content.decode()
    fields = {"once_key": re.search(r'name="once_key" value="([^"]+)"', form)[1], "body": "Yes."}
    places = {client.post(f"/forum/{thread.pk}/answer/", fields).url for _ in range(2)}
    assert (places, thread.posts.count()) == ({url(thread, "?post=2#post-2")}, 2)


@pytest.mark.parametrize(
    ("body", "error"),
    [("", "Write your answer first."), ("  \n ", "Write your answer first."), ("a\x00b", "Take out the character"),
     ("long " * 5000, "is the most. Shorten it")],
)  # fmt: skip
def test_an_answer_that_can_t_be_posted_comes_back_as_typed(client_of, bob, thread, body, error):
    response = send(client_of(bob), thread, body=body)
    assert (response.status_code, thread.posts.count()) == (200, 1)
    assert error in page(response)
    assert body.strip().replace("\x00", "\x00") in page(response)


def test_the_preview_button_shows_the_answer_and_posts_nothing(client_of, bob, thread):
    response = send(client_of(bob), thread, body="Yes, **ask**.", do="preview")
    assert "<strong>ask</strong>" in page(response)
    assert "Yes, **ask**." in page(response)
    assert thread.posts.count() == 1


@pytest.mark.parametrize("what", ["answer", "edit"])
def test_too_many_previews_get_a_plain_429_and_keep_what_was_typed(client_of, alice, thread, settings, what):
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"preview": (1, 600)}
    client = client_of(alice)
    address = f"/forum/{thread.pk}/answer/" if what == "answer" else f"/forum/{thread.pk}/posts/1/edit/"
    fields = {"body": "Yes, **ask**.", "title": thread.title, "topics": "", "do": "preview"}
    first, second = client.post(address, fields), client.post(address, fields)
    assert (first.status_code, second.status_code) == (200, 429)
    assert ["<strong>ask</strong>" in page(response) for response in (first, second)] == [True, False]
    assert "Yes, **ask**.</textarea>" in page(second)
    assert "You have looked at it many times in a short time." in page(second)


def test_too_many_answers_get_a_plain_429_and_keep_what_was_typed(client_of, bob, thread, settings):
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"post": (0, 3600)}
    response = send(client_of(bob), thread, body="Yes, I typed this.")
    assert response.status_code == 429
    assert "Yes, I typed this." in page(response)


def test_a_draft_of_an_answer_is_there_when_one_comes_back(client_of, bob, thread):
    bob.drafts.create(thread=thread, fields={"body": "Half a thought"})
    assert "Half a thought</textarea>" in page(client_of(bob).get(url(thread)))


@pytest.mark.parametrize(
    ("who", "words"),
    [("charlie", "as soon as the core team has confirmed where you work"), ("anyone", "Sign in to answer")],
)
def test_who_can_t_answer_yet_reads_why(client_of, cast, thread, who, words):
    response = client_of(cast[who]).get(url(thread))
    assert words in page(response)
    assert f"/forum/{thread.pk}/answer/" not in page(response)


def test_a_locked_thread_says_so_and_has_no_form(client_of, bob, morag, thread):
    moderating.lock(by=morag, thread=thread, why="It is settled.")
    assert "A moderator has locked this thread" in page(client_of(bob).get(url(thread)))
    assert send_raw(client_of(bob), thread).status_code == 403
    assert "This thread is locked. As a moderator you can still answer." in page(client_of(morag).get(url(thread)))


def send_raw(client, thread):
    return client.post(f"/forum/{thread.pk}/answer/", {"body": "Yes."})


def test_a_member_comments_on_a_page_of_its_own(client_of, alice, bob, thread):
    posting.answer(by=bob, thread=thread, body="Yes.")
    client, address = client_of(alice), f"/forum/{thread.pk}/posts/2/comment/"
    form = client.get(address)
    assert "Comment on this answer" in page(form)
    key = re.search(r'name="once_key" value="([^"]+)"', form.content.decode())[1]
    for _ in range(2):
        response = client.post(address, {"body": "Thank you.", "once_key": key})
    note = thread.posts.get(number=3)
    assert (note.kind, note.parent.number, note.author) == ("comment", 2, alice)
    assert response.url == url(thread, "?post=3#post-3")
    assert Post.objects.filter(thread=thread).count() == 3


def test_with_a_script_the_comment_form_comes_alone(client_of, alice, thread):
    response = client_of(alice).get(f"/forum/{thread.pk}/posts/1/comment/", headers={"HX-Request": "true"})
    assert response.content.decode().strip().startswith("<form")


def test_an_empty_comment_comes_back_with_its_error(client_of, alice, thread):
    response = client_of(alice).post(f"/forum/{thread.pk}/posts/1/comment/", {"body": ""})
    assert "Write your comment first." in page(response)
    assert thread.posts.count() == 1


def test_too_many_comments_get_a_plain_429_and_keep_what_was_typed(client_of, alice, thread, settings):
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"post": (0, 3600)}
    response = client_of(alice).post(f"/forum/{thread.pk}/posts/1/comment/", {"body": "Typed words"})
    assert (response.status_code, thread.posts.count()) == (429, 1)
    assert "Typed words</textarea>" in page(response)
    assert "You can post again in" in page(response)


def test_an_author_edits_and_the_history_is_there_for_all(client_of, alice, thread):
    client, address = client_of(alice), f"/forum/{thread.pk}/posts/1/edit/"
    assert "A partner asked us for a list." in page(client.get(address))
    fields = {"title": "May we tell them?", "body": "New words.", "topics": "consent, Fire"}
    response = client.post(address, fields)
    thread = Thread.objects.get(pk=thread.pk)
    assert response.url == url(thread, "?post=1#post-1")
    assert sorted(thread.topics.names()) == ["consent", "fire"]
    text = page(client_of(None).get(f"/forum/{thread.pk}/posts/1/history/"))
    assert ("New words." in text, "A partner asked us for a list." in text) == (True, True)
    assert "May we tell the fire service who needs help to get out?" in text
    assert f"/forum/{thread.pk}/posts/1/history/" in page(client_of(None).get(url(thread)))


def test_an_edit_that_is_wrong_comes_back_as_typed(client_of, alice, thread):
    response = client_of(alice).post(
        f"/forum/{thread.pk}/posts/1/edit/", {"title": "", "body": "Kept words", "topics": ""}
    )
    assert "Write your question in one line." in page(response)
    assert "Kept words</textarea>" in page(response)


def test_what_is_gone_has_no_history(client_of, bob, alice, thread):
    post = posting.answer(by=bob, thread=thread, body="A secret.")
    editing.edit(by=bob, post=post, body="Another.")
    editing.delete(by=bob, post=post)
    assert client_of(alice).get(f"/forum/{thread.pk}/posts/2/history/").status_code == 404


def test_deleting_asks_first_and_leaves_a_tombstone(client_of, bob, thread):
    posting.answer(by=bob, thread=thread, body="Yes.")
    client, address = client_of(bob), f"/forum/{thread.pk}/posts/2/delete/"
    assert "Delete this answer?" in page(client.get(address))
    assert thread.posts.visible().count() == 2
    assert client.post(address).url == url(thread, "?post=2#post-2")
    assert thread.posts.visible().count() == 1


def test_deleting_a_question_nobody_answered_leads_to_the_list(client_of, alice, thread):
    assert client_of(alice).post(f"/forum/{thread.pk}/posts/1/delete/").url == "/forum/"
    assert client_of(alice).get(url(thread)).status_code == 404


NOT_MINE = ["posts/2/edit/", "posts/2/delete/"]


@pytest.mark.parametrize("act", NOT_MINE)
@pytest.mark.parametrize("who", ["alice", "charlie", "morag", "cora"])
def test_only_its_author_changes_a_post(client_of, cast, bob, thread, act, who):
    posting.answer(by=bob, thread=thread, body="Yes.")
    for method in ("get", "post"):
        response = getattr(client_of(cast[who]), method)(f"/forum/{thread.pk}/{act}", {"body": "Mine now"})
        assert response.status_code == 403
    assert thread.posts.get(number=2).body == "Yes."


# --- live ------------------------------------------------------------------------------------


def test_the_live_bar_counts_others_posts_and_brings_them_in(client_of, alice, bob, thread):
    client = client_of(alice)
    client.get(url(thread))
    bar = f"/forum/{thread.pk}/new/?after=1&inline"
    assert "live-bar__show" not in page(client.get(bar))
    posting.answer(by=bob, thread=thread, body="First.")
    posting.answer(by=bob, thread=thread, body="Second.")
    posting.answer(by=alice, thread=thread, body="My own.")
    text = page(client.get(bar))
    assert "2 new replies. Show them" in text
    assert f'hx-get="/forum/{thread.pk}/posts/?after=1"' in text
    fetched = client.get(f"/forum/{thread.pk}/posts/?after=1")
    assert numbers(fetched) == [2, 3, 4]
    assert f"/forum/{thread.pk}/new/?after=4" in page(fetched)
    assert alice.readings.get(thread=thread).last_read_number == 4


def test_fetching_from_above_a_gap_reads_nothing_in_it(client_of, alice, bob, thread):
    answers(thread, 5, bob)
    alice.readings.create(thread=thread, last_read_number=1)
    client_of(alice).get(f"/forum/{thread.pk}/posts/?after=4")
    assert alice.readings.get(thread=thread).last_read_number == 1


def test_a_comment_that_comes_in_says_what_it_is_on(client_of, alice, bob, thread):
    posting.comment(by=bob, on=thread.posts.get(number=1), body="A note.")
    assert "A comment on post 1" in page(client_of(alice).get(f"/forum/{thread.pk}/posts/?after=1"))


def test_the_page_stays_right_when_somebody_finds_an_answer_helpful(client_of, alice, bob, thread):
    post = posting.answer(by=bob, thread=thread, body="Yes.")
    client = client_of(alice)
    client.get(url(thread))
    reacting.helpful(by=alice, post=post)
    assert re.search(r'value="no" aria-pressed="true">.*?Helpful 1</button>', page(client.get(url(thread))), re.S)


def test_posts_that_come_in_bring_the_counts_along(client_of, alice, bob, thread):
    posting.answer(by=bob, thread=thread, body="Yes.")
    came = client_of(alice).get(f"/forum/{thread.pk}/posts/?after=1").content.decode()
    assert '<h2 id="answers-count" hx-swap-oob="true">1 answer</h2>' in came
    assert '<span id="thread-count" hx-swap-oob="true">1 answer</span>' in came
    assert '<span id="thread-state" hx-swap-oob="true"></span>' in came
    page = client_of(alice).get(thread.get_absolute_url()).content.decode()
    assert [page.count(f'id="{name}"') for name in ("answers-count", "thread-count", "thread-state")] == [1, 1, 1]

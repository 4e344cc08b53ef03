"""A thread locked, a post deleted, a thread moved away while somebody wrote: the page says why and holds the words."""

import pytest
from bs4 import BeautifulSoup

from forum.actions import moderating, posting
from forum.models import Draft, Thread
from members.models import Member
from reference.models import Provision
from tests.architecture.markup import troubles

pytestmark = pytest.mark.django_db
WORDS = "We asked the <fire> service first.\n\nThey said yes."
LOCKED = "A moderator has locked this thread: it can be read, but takes no "
GONE = "We can’t find this thread or post. It may have been removed, or moved to where you can’t read it."


@pytest.fixture
def answered(thread, bob):
    """bob's answer to alice's question."""
    return posting.answer(by=bob, thread=thread, body="We asked.")


def address(post, act) -> str:
    return f"/forum/{post.thread_id}/" + ("answer/" if act == "answer" else f"posts/{post.number}/{act}/")


def main(response, status=403):
    assert (response.status_code, response.headers["Cache-Control"]) == (status, "private, no-store")
    assert troubles(response.content.decode()) == []
    return BeautifulSoup(response.content.decode(), "html5lib").select_one("main")


def boxes(page) -> dict[str, str]:
    assert all(box.has_attr("readonly") for box in page.select("textarea"))
    return {box["name"]: box.text for box in page.select("textarea")}


@pytest.mark.parametrize(
    ("act", "why"), [("answer", "new answers."), ("comment", "new comments."), ("edit", "changes.")]
)
@pytest.mark.parametrize("do", ["post", "preview"])
def test_a_thread_locked_meanwhile_says_so_and_the_words_are_a_draft(client_of, bob, morag, answered, act, why, do):
    moderating.lock(by=morag, thread=answered.thread, why="Settled.")
    page = main(client_of(bob).post(address(answered, act), {"body": WORDS, "known": answered.version(), "do": do}))
    assert page.select_one(".lede").text == LOCKED + why
    assert boxes(page) == {"body": WORDS}
    assert page.select_one("a[href='/forum/drafts/']").text == "Your drafts"
    assert Draft.objects.get().typed()["body"] == WORDS
    drafts = client_of(bob).get("/forum/drafts/").content.decode()
    assert "Its thread is locked: copy what you need." in drafts
    assert f'href="{address(answered, act)}"' not in drafts


@pytest.mark.parametrize(("act", "what"), [("comment", "commented on"), ("edit", "changed")])
def test_a_post_deleted_meanwhile_says_so_and_the_words_are_a_draft(client_of, bob, morag, answered, act, what):
    moderating.remove(by=morag, post=answered, why="It named somebody.")
    page = main(client_of(bob).post(address(answered, act), {"body": WORDS, "known": answered.version()}))
    assert page.select_one(".lede").text == f"The post you {what} was deleted while you wrote."
    assert boxes(page) == {"body": WORDS}
    assert "It is kept under Your drafts." in page.text
    assert Draft.objects.get().typed()["body"] == WORDS


@pytest.mark.parametrize("act", ["answer", "comment", "edit"])
def test_a_thread_moved_out_of_sight_is_404_with_the_words(client_of, bob, group_space, answered, act):
    group_space.memberships.filter(member=bob).delete()
    Thread.objects.update(space=group_space)
    client = client_of(bob)
    page = main(client.post(address(answered, act), {"body": WORDS}), status=404)
    assert page.select_one(".lede").text == GONE
    assert boxes(page) == {"body": WORDS}
    assert "Nothing else keeps it." in page.text
    answered.thread_id = 999_999  # what never was looks the same
    assert str(main(client.post(address(answered, act), {"body": WORDS}), status=404)) == str(page)


def test_who_takes_part_no_longer_gets_the_words_back_and_no_draft(client_of, bob, answered, space):
    Member.objects.filter(pk=bob.pk).update(standing=Member.Standing.LEFT)
    for act in ("answer", "comment", "edit"):
        page = main(client_of(bob).post(address(answered, act), {"body": WORDS}))
        assert page.select_one(".lede").text == "Your account can read here, but not post."
        assert (boxes(page), Draft.objects.count()) == ({"body": WORDS}, 0)
    page = main(client_of(bob).post("/forum/ask/", {"title": "May we?", "body": WORDS, "space": space.pk}))
    assert boxes(page) == {"title": "May we?", "body": WORDS}


def test_a_newer_draft_of_another_tab_stays_as_it_is(client_of, bob, morag, answered):
    client = client_of(bob)
    kept = {"quiet": "1", "thread": answered.thread_id, "body": "From the other tab", "tab": "other", "step": "1"}
    client.post("/forum/drafts/save/", kept)
    moderating.lock(by=morag, thread=answered.thread, why="Settled.")
    page = main(client.post(address(answered, "answer"), {"body": WORDS}))
    assert boxes(page) == {"body": WORDS}
    assert "Nothing else keeps it." in page.text
    assert Draft.objects.get().typed()["body"] == "From the other tab"


def test_what_was_posted_before_the_lock_is_not_called_lost(client_of, bob, morag, answered):
    fields = {"body": WORDS, "once_key": "6f6b5a5e-3c1f-4d3f-9f0c-0a6e6a3d7c11"}
    client = client_of(bob)
    client.post(address(answered, "answer"), fields)
    moderating.lock(by=morag, thread=answered.thread, why="Settled.")
    landed = client.post(address(answered, "answer"), fields, follow=True)
    assert landed.redirect_chain == [(answered.thread.get_absolute_url(), 302)]
    assert "This is posted already." in landed.content.decode()
    assert not Draft.objects.exists()


def test_a_discussion_locked_meanwhile_gives_the_words_back(client_of, alice, bob, morag, space):
    law = Provision.objects.create(law="Data Act 2030", provision="s.1", slug="data-act-2030-s-1", kind="power")
    at = f"/forum/about/provision/{law.pk}/"
    client_of(alice).post(at, {"body": "Has anyone used this?"})
    moderating.lock(by=morag, thread=Thread.objects.get(), why="Settled.")
    for do in ("post", "preview"):
        page = main(client_of(bob).post(at, {"body": WORDS, "do": do}))
        assert boxes(page) == {"body": WORDS}
        assert page.select_one(".lede").text.startswith("A moderator has locked this discussion")

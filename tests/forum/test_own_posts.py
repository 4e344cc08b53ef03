"""Editing and deleting one’s own posts, and their history."""

import datetime as dt
import re

import pytest
import time_machine

from core import markdown
from forum.actions import accepting, editing, moderating, posting
from forum.models import PostEdit, Thread
from members import actions
from tests.forum.test_thread_page import page, url


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


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"body": "New words."}, "Your changes are saved. What it said before stays in its history."),
        ({"topics": "consent"}, "Its topics are changed."),
        ({}, "Nothing was changed."),
    ],
)
def test_what_is_said_of_an_edit_is_what_it_did(client_of, alice, thread, changed, said):
    client, address = client_of(alice), f"/forum/{thread.pk}/posts/1/edit/"
    form = client.get(address).context["form"]
    opened = {name: str(form[name].value() or "") for name in form.fields}
    assert said in page(client.post(address, opened | changed, follow=True))


def test_an_edit_that_is_wrong_comes_back_as_typed(client_of, alice, thread):
    response = client_of(alice).post(
        f"/forum/{thread.pk}/posts/1/edit/", {"title": "", "body": "Kept words", "topics": ""}
    )
    assert "Write your question in one line." in page(response)
    assert "Kept words</textarea>" in page(response)
    assert "data-unsaved" in page(response)  # the script keeps it


class TestTwoTabs:
    """The same post is open to be edited twice; the second one to be saved must not undo the first unseen."""

    TITLE = "May we tell the fire service who needs help to get out?"

    @pytest.fixture
    def address(self, thread):
        return f"/forum/{thread.pk}/posts/1/edit/"

    def fields(self, response) -> dict[str, str]:
        form = response.context["form"]
        return {name: str(form[name].value() or "") for name in form.fields}

    def saved(self, client, address, opened, **typed):
        return client.post(address, opened | typed)

    def test_the_older_form_comes_back_with_both(self, client_of, alice, thread, address):
        client = client_of(alice)
        first, second = self.fields(client.get(address)), self.fields(client.get(address))
        with time_machine.travel(dt.datetime(2026, 11, 16, 14, 5, tzinfo=dt.UTC), tick=False):
            assert self.saved(client, address, first, body="A long correction.").status_code == 302
            back = self.saved(client, address, second, body="A typo put right.")
        assert back.status_code == 409
        text = page(back)
        words = (
            "This was changed after you opened it, at 14:05. Below is what you typed, and under it what it says now."
        )
        assert f"{words} Save again to put yours in its place." in text
        assert "A typo put right.</textarea>" in text
        assert f"<p><b>{self.TITLE}</b></p><p>A long correction.</p>" in text
        assert thread.posts.get().body == "A long correction."

    def test_sending_it_again_puts_it_in_place(self, client_of, alice, thread, address):
        client = client_of(alice)
        first, second = self.fields(client.get(address)), self.fields(client.get(address))
        self.saved(client, address, first, body="A long correction.")
        back = self.saved(client, address, second, body="A typo put right.")
        assert client.post(address, self.fields(back)).status_code == 302
        assert thread.posts.get().body == "A typo put right."
        assert PostEdit.objects.values_list("body", flat=True)[0] == "A long correction."

    def test_a_look_at_the_preview_does_not_forget_which_version_it_was(self, client_of, alice, thread, address):
        client = client_of(alice)
        first, second = self.fields(client.get(address)), self.fields(client.get(address))
        self.saved(client, address, first, body="A long correction.")
        looked = self.fields(client.post(address, second | {"body": "A typo put right.", "do": "preview"}))
        assert self.saved(client, address, looked).status_code == 409

    def test_another_title_alone_counts(self, client_of, alice, thread, address):
        client = client_of(alice)
        first, second = self.fields(client.get(address)), self.fields(client.get(address))
        self.saved(client, address, first, title="Another title")
        assert self.saved(client, address, second).status_code == 409

    def test_other_topics_alone_count(self, client_of, alice, thread, address):
        client = client_of(alice)
        first, second = self.fields(client.get(address)), self.fields(client.get(address))
        assert self.saved(client, address, first, topics="consent, fire").status_code == 302
        back = self.saved(client, address, second, topics="housing")
        assert back.status_code == 409
        said = "Its topics were changed after you opened it. Below is what you typed, and under it what it says now."
        assert said in str(back.context["form"].errors["topics"])
        assert '<p class="quiet">Topics: consent, fire</p>' in page(back)
        assert sorted(thread.topics.names()) == ["consent", "fire"]
        assert client.post(address, self.fields(back)).status_code == 302
        assert sorted(thread.topics.names()) == ["housing"]

    def test_topics_a_moderator_gave_meanwhile_are_not_undone_unseen(self, client_of, alice, morag, thread, address):
        opened = self.fields(client_of(alice).get(address))
        moderating.retag(by=morag, thread=thread, topics=["consent"], why="They fit.")
        assert self.saved(client_of(alice), address, opened, body="A typo put right.").status_code == 409
        assert sorted(thread.topics.names()) == ["consent"]

    def test_an_answer_is_edited_whatever_becomes_of_the_topics(self, client_of, bob, morag, thread):
        answer = posting.answer(by=bob, thread=thread, body="Yes.")
        address = f"/forum/{thread.pk}/posts/{answer.number}/edit/"
        opened = self.fields(client_of(bob).get(address))
        moderating.retag(by=morag, thread=thread, topics=["consent"], why="They fit.")
        assert self.saved(client_of(bob), address, opened, body="Yes, you may.").status_code == 302

    def test_a_form_that_knew_of_no_topics_is_taken_where_the_words_are_the_same(
        self, client_of, alice, thread, address
    ):
        opened = self.fields(client_of(alice).get(address)) | {"known": "first"}
        editing.edit(by=alice, post=thread.posts.get(), body=thread.posts.get().body, topics=["consent"])
        assert self.saved(client_of(alice), address, opened, body="A typo put right.").status_code == 302

    def test_the_same_form_sent_twice_is_saved_once(self, client_of, alice, thread, address):
        client = client_of(alice)
        opened = self.fields(client.get(address))
        for _time in range(2):
            assert self.saved(client, address, opened, body="A typo put right.").status_code == 302
        assert PostEdit.objects.count() == 1

    def test_a_form_opened_before_versions_were_asked_for_is_taken(self, client_of, alice, thread, address):
        editing.edit(by=alice, post=thread.posts.get(), body="A long correction.")
        client_of(alice).post(address, {"title": self.TITLE, "topics": "", "body": "A typo put right."})
        assert thread.posts.get().body == "A typo put right."


class TestTheHistory:
    """Twelve edits: thirteen versions, ten on a page."""

    @pytest.fixture
    def edited(self, alice, thread):
        post = thread.posts.get(number=1)
        for number in range(1, 13):
            title = f"Title {number}" if number in (1, 3, 11) else None
            post = editing.edit(by=alice, post=post, body=f"Words *{number}*", title=title)
        return f"/forum/{thread.pk}/posts/1/history/"

    def shown(self, client, address) -> list[tuple[str, str]]:
        """What each version of a page is headed by, its title if it has one, and what it said."""
        _, *versions = page(client.get(address)).split('<section class="version"')
        return [
            (
                re.findall(r"<h2 [^>]*>(\w+)", one)[0],
                "".join(re.findall(r'<p class="version__title">(.*?)</p>', one)),
                re.findall(r'<div class="prose"><p>(.*?)</p>', one)[0],
            )
            for one in versions
        ]

    def test_shows_ten_versions_and_leads_to_the_others(self, client_of, thread, edited):
        first, second = self.shown(client_of(None), edited), self.shown(client_of(None), f"{edited}?page=2")
        words = [f"Words <em>{number}</em>" for number in range(12, 0, -1)]
        assert [said for _head, _title, said in first] == words[:10]
        assert [said for _head, _title, said in second] == [
            *words[10:],
            "A partner asked us for a list. Which law lets us give it?",
        ]

    def test_says_which_title_a_version_had_where_it_changed(self, client_of, thread, edited):
        asked = "May we tell the fire service who needs help to get out?"
        first, second = self.shown(client_of(None), edited), self.shown(client_of(None), f"{edited}?page=2")
        assert [(head, title) for head, title, _said in first] == [
            ("Last", ""), ("Changed", "Title 11"), *[("Changed", "")] * 7, ("Changed", "Title 3"),
        ]  # fmt: skip
        assert [(head, title) for head, title, _said in second] == [
            ("Changed", ""), ("Changed", "Title 1"), ("First", asked),
        ]  # fmt: skip

    def test_links_its_pages(self, client_of, edited):
        first, second = page(client_of(None).get(edited)), page(client_of(None).get(f"{edited}?page=2"))
        assert re.findall(r'class="pager__step[^"]*" href="([^"]*)"', first) == ["?page=2"]
        assert re.findall(r'class="pager__step[^"]*" href="([^"]*)"', second) == ["."]

    @pytest.mark.parametrize("wrong", ["3", "999999999"])
    def test_has_no_page_beyond_its_last(self, client_of, edited, wrong):
        assert client_of(None).get(f"{edited}?page={wrong}").status_code == 404

    @pytest.mark.parametrize("wrong", ["0", "-1", "x", "²", "9" * 30, ""])
    def test_shows_the_first_page_for_what_is_no_number(self, client_of, edited, wrong):
        assert self.shown(client_of(None), f"{edited}?page={wrong}") == self.shown(client_of(None), edited)

    @pytest.mark.parametrize("query", ["", "?x=1", "?page=2"])
    def test_renders_nothing(self, client_of, edited, rendering, query, django_assert_max_num_queries):
        with django_assert_max_num_queries(11):
            assert client_of(None).get(edited + query).status_code == 200
        assert rendering == []

    def test_renders_what_was_edited_before_html_was_kept_once(self, client_of, edited, rendering):
        PostEdit.objects.filter(body="Words *5*").update(html="")
        was = self.shown(client_of(None), edited)
        assert self.shown(client_of(None), edited + "?x=1") == was
        assert ("Changed", "", "Words <em>5</em>") in was
        assert rendering == ["Words *5*"]

    def test_shows_mentions_as_they_were_shown(self, client_of, alice, bob, thread):
        post = thread.posts.get(number=1)
        post = editing.edit(by=alice, post=post, body="Ask @bob.")
        editing.edit(by=alice, post=post, body="Ask nobody.")
        text = page(client_of(None).get(f"/forum/{thread.pk}/posts/1/history/"))
        assert text.count('href="/people/bob/"') == 1

    def test_names_nobody_who_hides_their_name_in_what_was_edited_before_html_was_kept(
        self, client_of, alice, bob, thread
    ):
        post = thread.posts.get(number=1)
        for body in ("Ask @bob or @carol.", "Ask somebody else."):
            post = editing.edit(by=alice, post=post, body=body)
        PostEdit.objects.update(html="")
        client, address = client_of(None), f"/forum/{thread.pk}/posts/1/history/"
        assert 'href="/people/bob/"' in page(client.get(address))
        actions.update_details(by=bob, show_name="members")
        assert "<p>Ask @a member or @carol.</p>" in page(client.get(address))
        assert 'href="/people/bob/"' in page(client_of(alice).get(address))


@pytest.fixture
def rendering(monkeypatch):
    """Every text that is rendered."""
    texts, render = [], markdown.render
    monkeypatch.setattr(markdown, "render", lambda text, **more: texts.append(text) or render(text, **more))
    return texts


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


@pytest.mark.parametrize("replied", [False, True])
def test_what_becomes_of_the_thread_is_said_before_and_after_deleting_an_opening(
    client_of, alice, bob, thread, replied
):
    if replied:
        posting.answer(by=bob, thread=thread, body="Yes.")
    client, address = client_of(alice), f"/forum/{thread.pk}/posts/1/delete/"
    said = page(client.get(address)), page(client.post(address, follow=True))
    whole = "Nobody else has replied, so the whole thread goes.", "is deleted, and its thread with it"
    line = "The replies stay, and a line in its place says that you deleted it.", "A line in the thread says so."
    assert [words in text for words, text in zip(whole, said, strict=True)] == [not replied] * 2
    assert [words in text for words, text in zip(line, said, strict=True)] == [replied] * 2


@pytest.fixture
def last_post(alice, bob, thread):
    """Bob's answer, the last that stands: its asker deleted the question."""
    answer = posting.answer(by=bob, thread=thread, body="Yes.")
    editing.delete(by=alice, post=thread.posts.get(number=1))
    return answer


def test_that_the_thread_goes_with_its_last_post_is_said_before_and_after(client_of, bob, thread, last_post):
    client, address = client_of(bob), f"/forum/{thread.pk}/posts/{last_post.number}/delete/"
    before, after = page(client.get(address)), page(client.post(address, follow=True))
    assert "Nothing else is left in this thread, so the whole thread goes." in before
    assert "It is deleted, and the thread with it: nothing else was left there." in after
    assert "line in" not in before + after
    assert client.get(url(thread)).status_code == 404


def test_a_moderator_reads_that_the_thread_goes_with_its_last_post(client_of, morag, thread, last_post):
    said = page(client_of(morag).get(f"/forum/{thread.pk}/posts/{last_post.number}/remove/"))
    assert "Nothing else is left in this thread, so the whole thread is hidden from everyone but moderators." in said


NOT_MINE = ["posts/2/edit/", "posts/2/delete/"]


@pytest.mark.parametrize("act", NOT_MINE)
@pytest.mark.parametrize("who", ["alice", "charlie", "morag", "cora"])
def test_only_its_author_changes_a_post(client_of, cast, bob, thread, act, who):
    posting.answer(by=bob, thread=thread, body="Yes.")
    for method in ("get", "post"):
        response = getattr(client_of(cast[who]), method)(f"/forum/{thread.pk}/{act}", {"body": "Mine now"})
        assert response.status_code == 403
    assert thread.posts.get(number=2).body == "Yes."


STEPS = "We did this last year:\n\n1. Ring the duty line\n2. Write it down\n\nIt took a day."


def test_pages_about_a_post_keep_its_paragraphs_and_items(client_of, bob, morag, thread):
    posting.answer(by=bob, thread=thread, body=STEPS)
    lines = "<p>We did this last year:</p>\n\n<p>1. Ring the duty line<br>2. Write it down</p>\n\n<p>It took a day.</p>"
    for person, act in ((bob, "delete"), (morag, "remove")):
        assert lines in client_of(person).get(f"/forum/{thread.pk}/posts/2/{act}/").content.decode()


@pytest.mark.parametrize(
    ("others", "words"),
    [
        (0, "It is the accepted answer. Without it the question waits for an answer again."),
        (1, "It is the accepted answer. Without it the question no longer counts as answered."),
    ],
)
def test_that_the_accepted_answer_goes_is_said_before(client_of, alice, bob, cora, morag, thread, others, words):
    accepted = posting.answer(by=bob, thread=thread, body="Yes.")
    for _ in range(others):
        posting.answer(by=cora, thread=thread, body="It depends.")
    addresses = [(bob, f"/forum/{thread.pk}/posts/2/delete/"), (morag, f"/forum/{thread.pk}/posts/2/remove/")]
    assert [words in page(client_of(person).get(address)) for person, address in addresses] == [False, False]
    accepting.accept(by=alice, post=accepted)
    assert [words in page(client_of(person).get(address)) for person, address in addresses] == [True, True]

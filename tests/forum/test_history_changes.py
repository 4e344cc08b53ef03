"""The history of a post says what each edit changed, in words as well as in looks, and names nobody who hides."""

import re

import pytest

from forum.actions import editing, posting
from forum.models import PostEdit
from members import actions
from tests.forum.test_thread_page import page

pytestmark = pytest.mark.django_db


@pytest.fixture
def history(client_of, alice, thread):
    """`history("First", "Second", by=reader)` → alice's question with these words in turn, as a reader sees each."""

    def read(*bodies, titles=(), reader=None, query="") -> list[str]:
        post = thread.posts.get(number=1)
        for place, body in enumerate(bodies):
            title = titles[place] if place < len(titles) else None
            post = editing.edit(by=alice, post=post, body=body, title=title)
        text = page(client_of(reader).get(f"/forum/{thread.pk}/posts/1/history/{query}"))
        return text.split('<section class="version"')[1:]

    return read


def marks(section: str) -> list[tuple[str, str]]:
    """What a version took out and put in, in their order."""
    said = re.sub(r'<span class="visually-hidden">.*?</span>', "", section)
    return re.findall(r"<(ins|del)>(.*?)</\1>", said, re.DOTALL)


def test_says_what_was_taken_out_and_put_in(history):
    now, before, first = history("Keep it for 28 days.", "Keep it for 30 days, then erase it.")
    assert marks(now) == [("del", "28"), ("ins", "30"), ("ins", ", then erase it")]
    assert marks(before) == [("del", "A partner asked us for a list. Which law lets us give it?"),
                             ("ins", "Keep it for 28 days.")]  # fmt: skip
    assert marks(first) == []


def test_says_so_in_words_for_who_does_not_see_it(history):
    now = history("Keep it for 28 days.", "Keep it for 30 days.")[0]
    told = re.sub(r"<[^>]+>", "", now.partition('<div class="changes">')[2].partition("</div>")[0])
    assert told == "Keep it for [taken out: 28] [put in: 30]  days."


def test_every_version_is_there_in_full(history):
    sections = history("Keep **it** for 28 days.", "Keep it for 30 days.")
    assert [re.findall(r'<div class="prose">(.*?)</div>', one, re.DOTALL)[0] for one in sections] == [
        "<p>Keep it for 30 days.</p>\n", "<p>Keep <strong>it</strong> for 28 days.</p>\n",
        "<p>A partner asked us for a list. Which law lets us give it?</p>\n",
    ]  # fmt: skip


def test_marks_a_title_too(history):
    now = history("Keep it.", "Keep it.", titles=("May we share?", "May we keep it?"))[0]
    assert marks(now) == [("del", "share"), ("ins", "keep it")]
    assert '<div class="changes">' not in now


def test_markup_and_what_looks_like_it_is_shown_as_words(history, client_of, thread):
    history("Keep it.")
    history("Keep <script>it</script> & *more*.")
    raw = client_of(None).get(f"/forum/{thread.pk}/posts/1/history/").content.decode()
    now = raw.partition('<div class="changes">')[2].partition("</div>")[0]
    assert marks(now) == [("ins", "&lt;script&gt;"), ("ins", "&lt;/script&gt; &amp; *more*")]


def test_a_paragraph_that_was_parted_is_marked_where_it_was(history):
    now = history("One. Two.", "One.\n\nTwo.")[0]
    assert marks(now) == [("del", "␣"), ("ins", "¶\n\n")]


def test_long_stretches_without_a_change_are_cut(history):
    long = " ".join(f"word{n}" for n in range(500))
    now = history(f"Old {long} end.", f"New {long} end!")[0]
    shown = now.partition('<div class="changes">')[2].partition("</div>")[0]
    assert ("word0" in shown, "word250" in shown, "word499" in shown) == (True, False, True)
    assert shown.count("changes__gap") == 1
    assert now.count("word250") == 1  # in full below


def test_an_edit_is_marked_on_the_page_it_stands_on(history):
    sections = history(*(f"Words {n}" for n in range(1, 13)), query="?page=2")
    assert [marks(one) for one in sections] == [
        [("del", "1"), ("ins", "2")],
        [("del", "A partner asked us for a list. Which law lets us give it?"), ("ins", "Words 1")],
        [],
    ]


HIDDEN = ["@bob", "\\@bob", "@BOB", "&commat;bob", "&#64;bob", "@b&#111;b", "@bo\\b", "**@bob**", "`@bob`"]


@pytest.mark.parametrize("written", HIDDEN)
def test_who_hides_their_name_is_named_in_no_mark(history, alice, bob, client_of, thread, written):
    history(f"Ask @bob and {written} first.", f"Ask {written} and @bob last.", "Ask nobody.")
    actions.update_details(by=bob, show_name="members")
    for html_kept in (True, False):
        if not html_kept:
            PostEdit.objects.update(html="")
        for query in ("", "?x=1"):
            address = f"/forum/{thread.pk}/posts/1/history/{query}"
            sections = client_of(None).get(address).content.decode().split('<section class="version"')[1:]
            changes = " ".join(one.partition("<details")[0] for one in sections)
            told = page_words(changes)
            assert ("a member" in told, [word for word in re.findall(r"\w+", told.lower()) if word == "bob"]) == (
                True, [],
            )  # fmt: skip
    members = " ".join(one.partition("<details")[0] for one in history(reader=alice))
    assert "@bob" in members


def page_words(markup: str) -> str:
    import html

    return html.unescape(html.unescape(re.sub(r"<[^>]+>", "", markup)))


def test_one_who_hides_on_an_older_page_is_named_in_no_mark_of_this_one(history, bob, client_of, thread):
    """What a version replaced stands on the next page: its names are hidden here, too."""
    history("Ask @bob.", *(f"Ask somebody {n}." for n in range(10)))
    actions.update_details(by=bob, show_name="members")
    text = page(client_of(None).get(f"/forum/{thread.pk}/posts/1/history/"))
    assert ("del", "@a member") in marks(text)
    assert "@bob" not in text


def test_a_huge_post_that_was_rewritten_shows_both(history):
    before, after = (" ".join(f"{letter}{n}" for n in range(2_000)) for letter in "ab")
    now = history(before, after)[0]
    assert marks(now) == [("del", before), ("ins", after)]


def test_a_comment_s_history_too(client_of, bob, thread):
    note = posting.comment(by=bob, on=thread.posts.get(), body="Which list?")
    editing.edit(by=bob, post=note, body="Which lists?")
    text = page(client_of(None).get(f"/forum/{thread.pk}/posts/2/history/"))
    assert marks(text.partition('<section class="version"')[2]) == [("del", "list"), ("ins", "lists")]

"""What Markdown becomes: safe whatever it says, quick whatever it says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import markdown

REL = 'rel="nofollow ugc noopener"'


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Who **needs** it", "<p>Who <strong>needs</strong> it</p>\n"),
        ('He said "it\'s s.5(c)"', "<p>He said “it’s s.5(c)”</p>\n"),
        ("# Big", "<h3>Big</h3>\n"),
        ("one\ntwo", "<p>one<br>\ntwo</p>\n"),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>\n"),
        ("![x](https://a.example/a.png)", f'<p><a href="https://a.example/a.png" {REL}>x</a></p>\n'),
        ("![](https://a.example/a.png)", f'<p><a href="https://a.example/a.png" {REL}>Picture</a></p>\n'),
        ("![*A* map](data:image/png;base64,AAAA)", "<p>A map</p>\n"),
        ("[![A map](https://a.example/a.png)](/x)", f'<p><a href="/x" {REL}>A map</a></p>\n'),
        ("Wow![x", "<p>Wow![x</p>\n"),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>\n"),
        ("see https://ico.org.uk now", f'<p>see <a href="https://ico.org.uk" {REL}>https://ico.org.uk</a> now</p>\n'),
    ],
)
def test_markdown_becomes_safe_html(text, html):
    assert markdown.render(text) == html


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=300))
def test_nothing_anyone_types_makes_a_script_a_picture_or_an_error(text):
    html = markdown.render(text).lower()
    for tag in ("<script", "<img", "<iframe", "<style", "<object", "<svg", "<form"):
        assert tag not in html


def test_only_known_people_become_links():
    html = markdown.render(
        "@priya and @nobody, mail@priya.example, `@priya`", link_handles=["priya"], person_url=lambda h: f"/people/{h}/"
    )
    assert html.count('href="/people/priya/"') == 1
    assert "@nobody" in html


def test_mentions_are_found_outside_code_only():
    assert markdown.mentioned_handles("@Bob, `@eve`\n\n    @mallory\n\n> @alice-amory!") == {"bob", "alice-amory"}


def test_mentions_are_found_however_they_are_written():
    assert markdown.mentioned_handles("Ask &commat;bob or &#64;carl") == {"bob", "carl"}


def test_addresses_are_not_looked_for_in_words_longer_than_anyone_writes():
    # finding them takes time by the square of the word's length
    assert "<a" in markdown.render("http://a.example " * 100)
    assert "<a" not in markdown.render("http://a." * 2200)


def test_an_excerpt_is_cut_between_words():
    assert markdown.excerpt("<p>Share what is needed, and no more.</p>", 26) == "Share what is needed, and…"


def test_a_quotation_keeps_paragraphs_and_the_marks_of_its_items():
    text = """We did this & more:

1. Ring the **duty line**
2. Write it down
   - who said it
   - when

Then *stop*.
Really.

- one
- two

> As they said.
> Twice.

---

    code  here

| Who | When |
|---|---|
| Tom | Now |"""
    assert (
        markdown.in_lines(markdown.render(text))
        == """We did this & more:

1. Ring the duty line
2. Write it down
   - who said it
   - when

Then stop.
Really.

- one
- two

> As they said.
> Twice.

code  here

Who, When
Tom, Now"""
    )


def test_a_list_that_begins_at_four_is_quoted_from_four():
    html = markdown.render("4. the magic sentence\n5. the rest")
    assert markdown.in_lines(html) == "4. the magic sentence\n5. the rest"


def test_items_of_several_paragraphs_are_quoted_as_such():
    html = markdown.render("- one\n\n  more of it\n\n- two")
    assert markdown.in_lines(html) == "- one\n\n  more of it\n- two"


def test_a_quotation_is_cut_between_words_and_ends_with_no_bare_mark():
    html = markdown.render("Do this:\n\n1. Ring them\n2. Write it down")
    assert markdown.in_lines(html, 24) == "Do this:\n\n1. Ring them…"
    assert markdown.in_lines(html, 32) == "Do this:\n\n1. Ring them\n2. Write…"
    assert markdown.in_lines(html, 200) == "Do this:\n\n1. Ring them\n2. Write it down"
    assert markdown.in_lines("<p>" + "a" * 50 + "</p>", 10) == "a" * 10 + "…"


@given(st.text())
def test_any_text_can_be_quoted(text):
    lines = markdown.in_lines(markdown.render(text))
    assert lines == lines.strip()
    assert markdown.in_lines(markdown.render(text), 20).count("") <= 22

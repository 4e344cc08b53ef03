"""Mails about the account come as text and as HTML, and both say the same."""

import html
import re

import pytest
from django.utils.html import strip_tags

from members import notices
from members.letters import Part, html_of, parts_of
from members.models import Member
from tests.members.test_signing_up import SIGNUP, answers

CODE, RESET = "/accounts/login/code/", "/accounts/password/reset/"


def words_of(text: str) -> list[str]:
    return re.findall(r"[^\s.,:()]+", text)


def html_part(letter) -> str:
    ((content, kind),) = letter.alternatives
    assert kind == "text/html"
    return content


def said(content: str) -> str:
    """The words of the body of an HTML mail, as they are read."""
    return html.unescape(strip_tags(content.partition("<h1")[2].replace("</td>", " ").replace("<br>", " ")))


def say_the_same(letter) -> None:
    """Every word of the text stands in the HTML, in its order; the HTML adds its heading and the labels of buttons."""
    spoken = iter(words_of(said(html_part(letter))))
    assert [word for word in words_of(letter.body) if word not in spoken] == []


@pytest.mark.parametrize("path", [CODE, RESET])
@pytest.mark.parametrize("known", [True, False])
def test_what_one_asks_for_by_mail_says_the_same_in_both_parts(client, alice, sent, path, known):
    client.post(path, {"email": alice.email if known else "nobody@example.org"})
    (letter,) = sent()
    say_the_same(letter)


def test_a_code_stands_alone_and_large(client, alice, sent):
    client.post(CODE, {"email": alice.email})
    (letter,) = sent()
    code = re.search(r"^ {4}(\S+)$", letter.body, re.MULTILINE)[1]
    assert f'letter-spacing:3px">{code}</td>' in html_part(letter)


def test_a_link_is_a_button_that_says_what_it_does_with_its_address_below(client, alice, sent):
    client.post(RESET, {"email": alice.email})
    (letter,) = sent()
    link = re.search(r"^https?://\S+$", letter.body, re.MULTILINE)[0]
    page = html_part(letter)
    assert re.search(rf'<a href="{re.escape(link)}" style="[^"]+">Choose a new password</a>', page)
    assert f">{link}</span>" in page


def test_letters_from_the_core_team_say_the_same_too(db, charlie, sent):
    charlie.standing_why = "<b>We</b> can’t find you & yours.\nSorry."
    for write in (notices.member_waits, notices.member_vouched, notices.member_declined, notices.member_banned):
        write(charlie)
    notices.role_given(charlie, was=Member.Role.MODERATOR)
    letters = sent()
    assert len(letters) == 6
    for letter in letters:
        say_the_same(letter)
        assert "<b>We</b>" not in html_part(letter)


def test_who_was_vouched_for_has_a_button_to_the_forum(db, charlie, sent):
    notices.member_vouched(charlie)
    (letter,) = sent()
    assert re.search(r'<a href="[^"]+/forum/" style="[^"]+">Go to the forum</a>', html_part(letter))


def test_confirming_an_address_says_the_same(client, council, sent):
    client.post(SIGNUP, answers())
    (letter,) = sent()
    assert "confirms your address" in letter.subject
    say_the_same(letter)


def test_a_text_falls_into_its_parts():
    assert parts_of("Your code:") == [Part("words", "Your code:")]
    assert parts_of("    ABCD-1234") == [Part("code", "ABCD-1234")]
    assert parts_of("    They gave\n    a reason") == [Part("quote", "They gave\na reason")]
    assert parts_of("Follow this:\nhttps://example.org/x/\nIt works once.") == [
        Part("words", "Follow this:"), Part("link", "https://example.org/x/"), Part("words", "It works once."),
    ]  # fmt: skip
    assert Part("words", "See https://example.org/a?b=1&c=2.").html == (
        'See <a href="https://example.org/a?b=1&amp;c=2" style="color:#14506a">https://example.org/a?b=1&amp;c=2</a>.'
    )
    assert Part("link", "https://example.org/nowhere/").label == "Open the page"


def test_the_frame_is_that_of_the_notices():
    page = html_of("Hello", "One.\n\nFolkmoot\n")
    assert page.count("<table") == 2
    assert "<title>Hello</title>" in page

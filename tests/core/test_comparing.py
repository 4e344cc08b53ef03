"""What changed between two texts, word by word, with an amount of work that no text can make large."""

import random
from difflib import SequenceMatcher

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import comparing
from core.comparing import MOST_COMPARED, pieces

WORDS = st.text(alphabet="ab ’-.,\n\té*@", max_size=80)


@given(WORDS, WORDS)
def test_both_texts_can_be_read_from_the_pieces(before, after):
    found = pieces(before, after)
    assert "".join(piece.before for piece in found) == before
    assert "".join(piece.after for piece in found) == after
    assert all(piece.before or piece.after for piece in found)


def changed(before, after) -> list[tuple[str, str]]:
    return [(piece.before, piece.after) for piece in pieces(before, after) if not piece.same]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("Keep it for 28 days.", "Keep it for 30 days.", [("28", "30")]),
        ("Keep it.", "Keep it. Then erase it.", [("", " Then erase it.")]),
        ("Keep all of it.", "Keep it.", [("all of ", "")]),
        ("Ask the old list first, please.", "Ask the new register first, please.", [("old list", "new register")]),
        ("Don't keep it.", "Do keep it.", [("Don't", "Do")]),
        ("One\n\nTwo", "One\nTwo", [("\n\n", "\n")]),
        ("The same.", "The same.", []),
        ("", "Words.", [("", "Words.")]),
        ("All this was said.", "Nobody knew, however much.", [("All this was said", "Nobody knew, however much")]),
        (
            "Ask the team and the board soon!",
            "Send the list or the table round?",
            [("Ask the team and the board soon!", "Send the list or the table round?")],
        ),
    ],
)
def test_words_that_changed(before, after, expected):
    assert changed(before, after) == expected


KEPT = "Nobody sees the list.\n\n"


def test_paragraphs_that_stayed_stay_where_all_around_them_was_rewritten():
    before = (
        f"We asked around last year without much luck.\n\n{KEPT}- Ring the warden\n- Tell Dengie\n- Wait for spring"
    )
    after = (
        f"Every partner was written to in May, by post.\n\n{KEPT}1. Write down why\n2. Send nothing else\n3. Erase it"
    )
    assert [piece.before for piece in pieces(before, after) if piece.same] == [KEPT]


def test_a_paragraph_is_compared_with_the_one_it_was_made_of():
    told = "Tell the lead first."
    before = f"We heard nothing whatsoever for weeks.\n\n{told}\n\nSome further remarks followed afterwards here."
    now = told.replace("first", "now")
    after = f"Question answered by Dengie!\n\nBackground: unchanged, mostly.\n\n{now}\n\nGood luck, everyone"
    assert ("first", "now") in changed(before, after)


@pytest.fixture
def work(monkeypatch):
    """`work()` → how many pairs of words were looked at so far: a hundred thousand take some milliseconds."""
    looked_at = []

    class Counted(SequenceMatcher):
        def find_longest_match(self, alo=0, ahi=None, blo=0, bhi=None):
            looked_at.append(sum(1 + len(self.b2j.get(word, ())) for word in self.a[alo:ahi]))
            return super().find_longest_match(alo, ahi, blo, bhi)

    monkeypatch.setattr(comparing, "SequenceMatcher", Counted)
    return lambda: sum(looked_at)


@pytest.mark.parametrize("kinds", [1, 2, 40, 400, 5_000])
def test_the_longest_posts_of_many_lines_are_compared_at_once(kinds, work):
    dice = random.Random(kinds)
    for length in (1, 8, 80):
        words = [[str(dice.randrange(kinds)) for _ in range(10_000)] for _side in "ab"]
        lines = [[" ".join(side[i : i + length]) for i in range(0, 10_000, length)] for side in words]
        before, after = ("\n".join(side)[:20_000] for side in lines)
        pieces(f"x {before} y", f"z {after} z")
    assert 0 < work() < MOST_COMPARED


def test_where_too_much_changed_both_stand_whole_but_for_what_is_around():
    side = int(MOST_COMPARED**0.5) + 1
    before, after = (" ".join(f"{letter}{n}" for n in range(side)) for letter in "ab")
    assert changed(f"Begin {before} end", f"Begin {after} end") == [(before, after)]


@pytest.mark.parametrize("kinds", [1, 2, 40, 400, 20_000])
def test_the_longest_posts_are_compared_at_once(kinds, work):
    dice = random.Random(kinds)
    before, after = (" ".join(str(dice.randrange(kinds)) for _ in range(7_000))[:20_000] for _ in range(2))
    pieces(f"x {before} y", f"z {after} z")
    for size in (380, 200):
        pieces(" ".join(before.split()[:size]), " ".join(after.split()[:size]))
    assert 0 < work() < MOST_COMPARED

"""What a misspelled word probably meant."""

from core import spelling


def test_words_that_sound_alike_are_alike():
    assert spelling.sound("Saffend") == spelling.sound("Southend") == spelling.sound("sarfend") == "sfnd"
    assert spelling.sound("Southend") != spelling.sound("Southwark")


def test_a_word_far_from_all_known_ones_is_left():
    assert spelling.corrected("xyzzy", ["Southend", "safeguarding"]) is None
    assert spelling.corrected("the police", ["Police"]) is None

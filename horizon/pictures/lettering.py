"""How long a line of text will be, near enough: widths of a wide semibold sans, so that real ones fit inside."""

from functools import lru_cache

from horizon.pictures.shapes import Box, Line, Mark, Words

LEADING = 18.0  # from line to line of text of 14; other sizes in proportion
AFTER = 7.0  # between a title and the date that follows it

# thousandths of the size: the letters that are about so wide
_WIDTHS = {
    310: " !',.:;Jijl|’‘",
    390: "()-I[]ft/",
    470: '"“”_rz?\\{}',
    550: "csvyFLk*^",
    600: "0123456789aegxETSZ$+<=>~#`–",
    670: "bdhnopquBCKPRVXYA",
    780: "DGHNOQU&",
    880: "w…",
    1000: "mMW%@",
}
_WIDTH_OF = {letter: width for width, letters in _WIDTHS.items() for letter in letters}


@lru_cache(maxsize=4096)
def width_of(text: str, size: float) -> float:
    """The width of a line of text in the units of `size`."""
    return sum(_WIDTH_OF.get(letter, 670) for letter in text) * size / 1000


@lru_cache(maxsize=4096)
def wrapped(text: str, size: float, room: float) -> tuple[str, ...]:
    """The text in as few lines of `room` as it takes, all about as long; a word longer than that stands alone."""
    lines = _filled(text, size, room)
    while len(lines) > 1:
        room = max(width_of(line, size) for line in lines) - 1
        narrower = _filled(text, size, room)
        if len(narrower) > len(lines) or max(width_of(line, size) for line in narrower) > room:
            break
        lines = narrower
    return lines


def _filled(text: str, size: float, room: float) -> tuple[str, ...]:
    """Each line with as many words as it holds."""
    lines: list[str] = []
    for word in text.split():
        if lines and width_of(f"{lines[-1]} {word}", size) <= room:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return tuple(lines)


def words_of(mark: Mark, x: float, top: float, *, room: float, size: float, anchor="start", joined=False) -> Words:
    """Title in lines with the date under them, beginning or ending at `x`.

    With `joined` the date follows the title on its last line where both go into `room`.
    """
    step = LEADING * size / 14
    titles = wrapped(mark.title, size, room)
    widths = [width_of(text, size) for text in titles]
    date = width_of(mark.words, size - 1)
    joined = joined and widths[-1] + AFTER + date <= room
    width = max(*widths, widths[-1] + AFTER + date if joined else date)
    lines = tuple(Line(round(x, 1), round(top + size - 1 + row * step, 1), text) for row, text in enumerate(titles))
    when = None if joined else Line(round(x, 1), round(top + size - 2 + len(titles) * step, 1), mark.words)
    box = Box(x - width if anchor == "end" else x, top, width, step * (len(titles) + (not joined)))
    return Words(anchor, lines, when, joined, box)


def title_only(mark: Mark, x: float, top: float, *, room: float, size: float) -> Words:
    """The title in lines, for a mark whose date is said by where it stands."""
    step = LEADING * size / 14
    titles = wrapped(mark.title, size, room)
    lines = tuple(Line(round(x, 1), round(top + size - 1 + row * step, 1), text) for row, text in enumerate(titles))
    width = max(width_of(text, size) for text in titles)
    return Words("start", lines, None, False, Box(x, top, width, step * len(titles)))

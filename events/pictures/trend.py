"""The same question over the years: a line for each answer, its words at its end. No database."""

from dataclasses import dataclass

WIDTH, TOP, FOOT = 760.0, 16.0, 34.0
LEFT, RIGHT = 44.0, 520.0
HEIGHT = 260.0  # of the plot
LABEL_AT = RIGHT + 14
LEADING = 17.0
LETTERS = 30  # in a line of a label
LEAST = 4.0  # between the labels of two answers


@dataclass(frozen=True)
class Point:
    x: float
    y: float
    percent: int


@dataclass(frozen=True)
class Line:
    """One answer. `told`: the one the finding is about, drawn in the colour that stands out."""

    words: tuple[str, ...]
    points: tuple[Point, ...]
    path: str
    label_y: float
    told: bool


@dataclass(frozen=True)
class Tick:
    at: float
    words: str


@dataclass(frozen=True)
class Trend:
    """The drawing, ready for events/vote_trend.html, and its table. Without lines there is too little to draw."""

    width: float
    height: float
    left: float
    right: float
    foot: float
    lines: tuple[Line, ...]
    years: tuple[Tick, ...]
    shares: tuple[Tick, ...]
    label_x: float
    finding: str
    head: tuple[dict, ...]
    rows: tuple[dict, ...]


def draw(history) -> Trend:
    """Draw the rounds of a `querysets.votes.History`."""
    rounds = history.rounds
    names = _names(rounds)
    top_share = _ceiling(max((max(one.percents.values()) for one in rounds), default=0))
    told, finding = _finding(history, names)
    xs = [_x(place, len(rounds)) for place in range(len(rounds))]
    lines = [_line(key, words, zip(xs, rounds, strict=True), top_share, told=told == key)
             for key, words in history.options]  # fmt: skip
    lines = _apart([line for line in lines if line.points]) if len(rounds) > 1 else []
    return Trend(
        width=WIDTH, height=TOP + HEIGHT + FOOT, left=LEFT, right=RIGHT, foot=TOP + HEIGHT,
        lines=tuple(lines), years=tuple(Tick(x, name) for x, name in zip(xs, names, strict=True)),
        shares=tuple(Tick(_y(share, top_share), f"{share}%") for share in range(0, top_share + 1, _step(top_share))),
        label_x=LABEL_AT, finding=finding, head=_head(names), rows=_rows(history),
    )  # fmt: skip


def _names(rounds) -> list[str]:
    """The year of each; with the month where a year has several."""
    years = [one.date.year for one in rounds]
    return [f"{one.date:%b %Y}" if years.count(one.date.year) > 1 else str(one.date.year) for one in rounds]


def _ceiling(share: int) -> int:
    return min(100, max(20, -(-share // 20) * 20))


def _step(top_share: int) -> int:
    return 20 if top_share > 40 else 10


def _x(place: int, many: int) -> float:
    return round(LEFT + 20 + (RIGHT - LEFT - 20) * place / max(many - 1, 1), 1)


def _y(share: int, top_share: int) -> float:
    return round(TOP + HEIGHT * (1 - share / top_share), 1)


def _line(key: str, words: str, placed, top_share: int, *, told: bool) -> Line:
    points = tuple(
        Point(x, _y(one.percents[key], top_share), one.percents[key]) for x, one in placed if key in one.percents
    )
    path = " ".join(f"{'L' if place else 'M'}{point.x} {point.y}" for place, point in enumerate(points))
    label = f"{words}, {points[-1].percent}%" if points else words
    return Line(_wrapped(label), points, path, points[-1].y if points else 0, told)


def _wrapped(text: str) -> tuple[str, ...]:
    lines: list[str] = []
    for word in text.split():
        if lines and len(lines[-1]) + 1 + len(word) <= LETTERS:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return tuple(lines)


def _apart(lines: list[Line]) -> list[Line]:
    """Labels beside the ends of their lines, moved down, then up, until none stands on another."""
    order = sorted(lines, key=lambda line: line.label_y)
    tops, bottom = [], 0.0
    for line in order:
        bottom = max(line.label_y - LEADING * len(line.words) / 2, bottom)
        tops.append(bottom)
        bottom += LEADING * len(line.words) + LEAST
    limit = TOP + HEIGHT + FOOT
    for place in range(len(order) - 1, -1, -1):
        tops[place] = min(tops[place], limit - LEADING * len(order[place].words))
        limit = tops[place] - LEAST
    moved = [
        Line(line.words, line.points, line.path, round(top + 12, 1), line.told)
        for line, top in zip(order, tops, strict=True)
    ]
    return sorted(moved, key=lambda line: line.told)  # the one that stands out is drawn last, on top


def _finding(history, names: list[str]) -> tuple[str, str]:
    """The answer that changed most, and the picture in one sentence."""
    rounds = history.rounds
    if not rounds:
        return "", "So far too few have voted on this to show a result."
    first, last = rounds[0].percents, rounds[-1].percents
    if len(rounds) == 1:
        key = max(last, key=lambda one: last[one])
        words = dict(history.options)[key]
        return key, f"Asked once so far, in {names[0]}: {last[key]}% chose “{words}”."
    both = [key for key in last if key in first]
    if not both:
        return "", f"Asked in {names[0]} and {names[-1]}, with other answers to choose from."
    key = max(both, key=lambda one: abs(last[one] - first[one]))
    words, change = dict(history.options)[key], last[key] - first[key]
    if change == 0:
        return key, f"As many as in {names[0]} chose each answer in {names[-1]}."
    went = "rose" if change > 0 else "fell"
    return key, f"“{words}” {went} from {first[key]}% in {names[0]} to {last[key]}% in {names[-1]}."


def _head(names: list[str]) -> tuple[dict, ...]:
    return ({"title": "Answer"}, *({"title": name, "number": True} for name in names))


def _rows(history) -> tuple[dict, ...]:
    """A row for each answer, then how many voted."""
    rows = [
        {"title": words, "cells": [
            {"text": f"{one.percents[key]}%" if key in one.percents else "not asked", "number": True,
             "words": f"in {one.date.year}"} for one in history.rounds]}
        for key, words in history.options
    ]  # fmt: skip
    total = {"title": "All votes", "cells": [
        {"text": f"{one.total:,}", "number": True, "words": f"in {one.date.year}"}
        for one in history.rounds]}  # fmt: skip
    return (*rows, total)

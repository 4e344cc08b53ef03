"""The Horizon's drawings: nothing collides, nothing sticks out, a date is as long as what is known of it."""

import calendar
import datetime as dt
import math
import random
import re
import sys
from itertools import pairwise

import pytest
from django.template.loader import render_to_string

from horizon.pictures import chart, radar, timeline
from horizon.pictures.shapes import CATEGORIES, NEARNESS, Box, Mark

TODAY = dt.date(2026, 11, 22)
TITLES = ["New", "councils", "share", "information", "duty", "toolkit", "is", "Commissioner’s", "a", "board", "GDPR"]
SEEDS = range(12)


def mark(key="one", day=None, until=None, **more) -> Mark:
    """A mark on a day, or from one day to another; with neither it has no date."""
    given = {"title": "A change", "url": f"/horizon/developments/{key}/", "words": str(day or "No date yet")}
    return Mark(key=key, start=day, end=until or day, **(given | more))


def some(seed: int, many=25, years=(2016, 2031)) -> list[Mark]:
    """Marks as they come in life: days, months, years and none, short titles and long ones."""
    dice = random.Random(seed)
    return [one_of_many(dice, number, dice.randint(*years), dice.randint(1, 12)) for number in range(many)]


def one_of_many(dice, number, year, month) -> Mark:
    first, last = dt.date(year, month, 1), dt.date(year, month, calendar.monthrange(year, month)[1])
    whole_year = (dt.date(year, 1, 1), dt.date(year, 12, 31))
    start, end = dice.choice([(first, first), (first, last), whole_year, (None, None)])
    return mark(
        f"change-{number}",
        start,
        end,
        title=" ".join(dice.choices(TITLES, k=dice.randint(1, 14))),
        words="31 December 2020, not confirmed",
        urgency="past" if end and end < TODAY else dice.choice(["act", "prepare", "watch"]),
        impact=dice.randint(1, 5),
        category=dice.choice(list(CATEGORIES)),
        certainty=dice.choice(["certain", "likely", "possible"]),
        ready_from=start and start - dt.timedelta(days=dice.randint(0, 300)),
        nearness=dice.choice(list(NEARNESS)),
    )


def drawn(name: str, marks: list[Mark]):
    if name == "radar":
        return radar.draw(tuple(marks))
    return {"chart": chart, "timeline": timeline}[name].draw(tuple(marks), today=TODAY)


def parts(picture) -> dict[str, tuple]:
    """What is drawn, by the mark's key: the part, and the lane it is in."""
    found = [(part, lane) for lane in picture.lanes for part in (*lane.marks, *lane.undated)]
    return {part.mark.key: (part, lane) for part, lane in found}


def ink(part) -> list[Box]:
    """What a mark covers: its words and its sign, and the hatching before it."""
    across = [float(pair.split(",")[0]) for pair in part.sign.points.split()]
    down = [float(pair.split(",")[1]) for pair in part.sign.points.split()]
    lozenge = Box(min(across), min(down), max(across) - min(across), max(down) - min(down))
    return [part.words.box, lozenge, *part.hatches]


def holds(room: Box, box: Box) -> bool:
    return room.x <= box.x and box.right <= room.right and room.y <= box.y and box.bottom <= room.bottom


def length(part) -> float:
    """From the left end of a sign to its right."""
    return ink(part)[1].width


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", ["chart", "timeline"])
def test_no_mark_lies_over_another(name, seed):
    picture = drawn(name, some(seed, years=(2026, 2028) if name == "chart" else (2016, 2031)))
    found = [part for part, _ in parts(picture).values()]
    pairs = [(one, two) for number, one in enumerate(found) for two in found[number + 1 :]]
    over = [(one.mark, two.mark) for one, two in pairs if any(a.meets(b) for a in ink(one) for b in ink(two))]
    assert over == []


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", ["chart", "timeline"])
def test_nothing_sticks_out_of_the_drawing_or_its_lane(name, seed):
    picture = drawn(name, some(seed, years=(2025, 2028)))
    assert len(parts(picture)) > 8
    for part, lane in parts(picture).values():
        room = Box(0, lane.box.y, picture.width, lane.box.height).grown(0.1)  # numbers are rounded to a tenth
        assert [box for box in (part.box, *ink(part)) if not holds(room, box)] == []
    assert picture.height >= picture.plot.bottom


@pytest.mark.parametrize("name", ["chart", "timeline"])
def test_the_words_of_a_mark_lie_beside_its_sign_and_not_over_it(name):
    for part, _ in parts(drawn(name, some(5, years=(2026, 2028)))).values():
        words, lozenge, *hatches = ink(part)
        assert not words.meets(lozenge)
        assert not any(words.meets(hatch) for hatch in hatches)


def test_a_month_is_as_long_as_a_month_and_a_day_is_a_diamond():
    day = mark("day", dt.date(2027, 5, 6))
    month = mark("month", dt.date(2027, 5, 1), dt.date(2027, 5, 31))
    quarter = mark("quarter", dt.date(2027, 7, 1), dt.date(2027, 9, 30))
    found = parts(drawn("chart", [day, month, quarter]))
    assert length(found["day"][0]) == 14
    assert length(found["month"][0]) > 40
    assert length(found["quarter"][0]) == pytest.approx(length(found["month"][0]) * 92 / 31, abs=0.5)


def test_a_year_is_as_long_as_its_year_on_the_timeline():
    year = mark("year", dt.date(2027, 1, 1), dt.date(2027, 12, 31))
    picture = drawn("timeline", [year, mark("old", dt.date(2016, 4, 1)), mark("new", dt.date(2028, 4, 1))])
    at = {tick.words: tick.x for tick in picture.years}
    assert length(parts(picture)["year"][0]) == pytest.approx(at["2028"] - at["2027"], abs=0.2)


def test_the_time_to_get_ready_begins_today_when_it_has_begun():
    picture = drawn("chart", [mark(day=dt.date(2027, 3, 1), ready_from=dt.date(2026, 2, 1))])
    (part, _), *_ = parts(picture).values()
    assert [hatch.x for hatch in part.hatches] == [picture.today]
    assert parts(drawn("chart", [mark(day=dt.date(2027, 3, 1))]))["one"][0].hatches == ()


def test_words_at_the_right_edge_stand_on_the_left_and_leave_a_gap_in_the_hatching():
    edge = mark(day=dt.date(2028, 4, 20), ready_from=TODAY, title="New councils take over")
    picture = drawn("chart", [edge])
    part, _ = parts(picture)["one"]
    before, after = part.hatches
    assert part.words.anchor == "end"
    assert picture.today == before.x < before.right < part.words.box.x < part.words.box.right < after.x


def test_a_title_stands_in_one_line_while_there_is_room_to_its_right():
    title = "The Data (Use and Access) Act 2025: what applies now, and what you can ignore"
    lines = {}
    for month in (1, 10):
        part, _ = parts(drawn("chart", [mark(day=dt.date(2027, month, 1), title=title)]))["one"]
        lines[month] = [line.text for line in part.words.lines]
        assert part.words.box.right <= chart.WIDTH
    assert lines[1] == [title]
    assert len(lines[10]) > 1


def test_words_that_go_nowhere_beside_a_long_sign_stand_under_it():
    whole = mark(day=dt.date(2026, 12, 1), until=dt.date(2028, 4, 30), title="A year and a half of waiting")
    words, lozenge = ink(parts(drawn("chart", [whole]))["one"][0])
    assert words.y >= lozenge.bottom


def test_the_chart_holds_eighteen_months_from_this_one_and_says_what_it_leaves_out():
    marks = [
        mark("gone", dt.date(2026, 11, 21)),
        mark("next", dt.date(2027, 1, 12), words="12 January 2027", title="Server fixes end"),
        mark("last", dt.date(2028, 4, 30)),
        mark("far", dt.date(2028, 5, 1)),
        mark("open"),
    ]
    picture = drawn("chart", marks)
    assert [tick.words for tick in picture.months] == [calendar.month_abbr[(10 + n) % 12 + 1] for n in range(18)]
    assert [tick.words for tick in picture.years] == ["2026", "2027", "2028"]
    assert set(parts(picture)) == {"next", "last", "open"}
    assert picture.finding == (
        "2 changes have a date in the next 18 months. The next: Server fixes end, 12 January 2027. "
        "One has no date yet. One comes later."
    )


def test_the_lanes_are_of_impact_and_those_with_nothing_are_left_out():
    marks = [mark("small", impact=2), mark("great", dt.date(2027, 1, 1), impact=4)]
    assert [lane.key for lane in drawn("chart", marks).lanes] == ["high", "low"]


def test_without_undated_changes_the_chart_takes_their_room():
    dated = mark("a", dt.date(2027, 1, 1))
    narrow, wide = drawn("chart", [dated, mark("b")]), drawn("chart", [dated])
    assert wide.undated_x == 0
    assert wide.plot.width - narrow.plot.width > 200


def test_years_near_today_have_more_room_and_time_runs_one_way():
    picture = drawn("timeline", [mark("a", dt.date(2016, 1, 1)), mark("b", dt.date(2031, 1, 1))])
    edges = [tick.x for tick in picture.years]
    width = {picture.first_year + n: b - a for n, (a, b) in enumerate(pairwise(edges))}
    assert edges == sorted(edges)
    assert width[2026] > width[2024] > width[2018] == pytest.approx(width[2019], abs=0.2)
    assert (picture.first_year, picture.last_year) == (2016, 2031)
    assert edges[10] < picture.today < edges[11]


def test_the_timeline_has_a_lane_for_each_category_with_its_dates_in_order():
    days = {"c": (2020, "standard"), "b": (2025, "law"), "a": (2018, "law")}
    marks = [mark(key, dt.date(year, 1, 1), category=category) for key, (year, category) in days.items()]
    lanes = [(lane.key, [part.mark.key for part in lane.marks]) for lane in drawn("timeline", marks).lanes]
    assert lanes == [("law", ["a", "b"]), ("standard", ["c"])]


def test_the_timeline_says_how_much_is_past_coming_and_undated():
    marks = [mark("a", dt.date(2018, 5, 25)), mark("b", dt.date(2027, 6, 30)), mark("c")]
    assert drawn("timeline", marks).finding == (
        "1 date since 2018 is behind us, 1 is still to come and 1 has no date yet. Years near today are drawn wider."
    )


def test_a_month_that_has_begun_is_still_to_come():
    assert "1 is still to come" in drawn("timeline", [mark("m", dt.date(2026, 11, 1), dt.date(2026, 11, 30))]).finding


@pytest.mark.parametrize("name", ["chart", "timeline", "radar"])
def test_nothing_makes_no_picture(name):
    picture = drawn(name, [])
    assert (picture.slices if name == "radar" else picture.lanes) == ()
    assert page(name, picture) == ""


def page(name: str, picture) -> str:
    template = "_chart" if name == "chart" else f"_{name}_picture"
    return render_to_string(f"horizon/{template}.html", {name: picture}).strip()


@pytest.mark.parametrize("seed", SEEDS)
def test_a_dot_lies_in_its_ring_and_no_dot_lies_on_another(seed):
    picture = drawn("radar", some(seed))
    dots = [dot for slice_ in picture.slices for dot in slice_.dots]
    outer = {ring.key: ring.radius for ring in picture.rings}
    inner = dict(zip(outer, [0, *outer.values()], strict=False))
    for dot in dots:
        away = math.hypot(dot.x - picture.centre, dot.y - picture.centre)
        assert inner[dot.mark.nearness] <= away <= outer[dot.mark.nearness]
    pairs = [(one, two) for number, one in enumerate(dots) for two in dots[number + 1 :]]
    assert [1 for one, two in pairs if math.hypot(one.x - two.x, one.y - two.y) < one.radius + two.radius] == []


def test_dots_are_numbered_in_the_order_of_the_key_and_grow_with_impact():
    dots = [dot for slice_ in drawn("radar", some(1)).slices for dot in slice_.dots]
    assert [dot.number for dot in dots] == list(range(1, 26))
    assert [dot.mark.category for dot in dots] == sorted(
        (dot.mark.category for dot in dots), key=list(CATEGORIES).index
    )
    sizes = {dot.mark.impact: dot.radius for dot in dots}
    assert [sizes[impact] for impact in sorted(sizes)] == sorted(set(sizes.values()))


def test_one_category_alone_takes_the_whole_round():
    (slice_,) = drawn("radar", [mark(f"c-{number}", nearness="now", impact=5) for number in range(6)]).slices
    assert len({(dot.x, dot.y) for dot in slice_.dots}) == 6


@pytest.mark.parametrize("name", ["chart", "timeline", "radar"])
def test_each_mark_is_a_link_that_says_what_it_is(name):
    fees = mark("a", dt.date(2027, 1, 12), title="Fees & <forms>", words="12 January 2027", impact=5)
    html = page(name, drawn(name, [fees, mark("b", title="A duty")]))
    links = re.findall(r'<a class="(?:drawn|dot)[^>]*href="([^"]+)"[^>]*><title>([^<]*)</title>', html)
    assert {href for href, _ in links} == {"/horizon/developments/a/", "/horizon/developments/b/"}
    assert all("Fees &amp; &lt;forms&gt;" in said for href, said in links if href.endswith("/a/"))
    assert "style=" not in html


@pytest.mark.parametrize("name", ["chart", "timeline", "radar"])
def test_a_drawing_costs_little(name):
    marks, calls = some(7), 0

    def count(_frame, event, _what):
        nonlocal calls
        calls += event == "call"

    sys.setprofile(count)
    try:
        drawn(name, marks)
    finally:
        sys.setprofile(None)
    assert calls < 15_000  # some 3,500, of the timeline 9,600

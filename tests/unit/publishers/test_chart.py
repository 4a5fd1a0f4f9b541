"""The picture of a series: read back from what is drawn, month by month."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from publishers.chart import ACCENT, EMERGENCY, HEIGHT, RANGE, WIDTH, Backdrop, chart
from publishers.reading import months_until
from publishers.report import Cell
from warehouse.vocabulary import NO_VERDICT

MONTHS = months_until("2026-10", 36)
NOTHING = Backdrop()


def cell(month: str, value: float | None, *quality: str, status: str = "final", **more: float) -> Cell:
    empty = Cell(
        "a.b", month, "", "", "", value, None, None, None, None, None, "count", status, quality, "", NO_VERDICT, "", 1, "", None
    )  # fmt: skip
    return replace(empty, **more)


def drawing(content: str) -> ElementTree.Element:
    return ElementTree.fromstring(f"<svg>{content}</svg>")


def joined(content: str) -> list[list[tuple[float, float]]]:
    """The points of every line drawn through months."""
    return [
        [(float(x), float(y)) for x, y in (pair.split(",") for pair in line.attrib["points"].split())]
        for line in drawing(content).iter("polyline")
    ]


values = st.lists(st.one_of(st.none(), st.floats(-1e6, 1e6)), min_size=36, max_size=36)


@given(values, st.sets(st.integers(1, 35), max_size=4))
def test_every_month_with_a_value_is_drawn_and_no_gap_or_break_is_bridged(
    series: list[float | None], breaks: set[int]
) -> None:
    cells = [
        cell(month, value, *(["series_break:formula"] if place in breaks else []))
        for place, (month, value) in enumerate(zip(MONTHS, series, strict=True))
    ]
    content = chart(MONTHS, cells, "count", NOTHING)
    known = [place for place, value in enumerate(series) if value is not None]
    if len(known) < 2:
        assert content == ""
        return
    alone = [one for one in drawing(content).iter("circle") if one.attrib["fill"] == ACCENT]
    lines = joined(content)
    assert sum(map(len, lines)) + len(alone) == len(known)
    may_join = sum(b == a + 1 and b not in breaks for a, b in pairwise(known))
    assert sum(len(line) - 1 for line in lines) == may_join
    for line in lines:
        assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in line)
        assert [x for x, _ in line] == sorted(x for x, _ in line), "oldest to the left"


def test_higher_values_are_drawn_higher() -> None:
    [line] = joined(chart(MONTHS, [cell(month, float(n * n)) for n, month in enumerate(MONTHS)], "count", NOTHING))
    assert [y for _, y in line] == sorted((y for _, y in line), reverse=True)


def test_a_zero_is_drawn_and_nothing_is_not() -> None:
    cells = [cell(month, 0.0 if n % 2 else None) for n, month in enumerate(MONTHS)]
    content = chart(MONTHS, cells, "count", NOTHING)
    assert joined(content) == [] and content.count(ACCENT) == 18


def test_a_young_series_fills_the_picture_and_shows_a_year_at_least() -> None:
    cells: list[Cell | None] = [None] * 33 + [cell(month, 5.0) for month in MONTHS[33:]]
    words = [one.text for one in drawing(chart(MONTHS, cells, "count", NOTHING)).iter("text")]
    assert words == ["5", "11/2025", "10/2026"]


def test_a_figure_that_may_change_is_hollow() -> None:
    for status, fill in (("final", "#c25e00"), ("provisional", "#fff")):
        cells = [cell(month, 3.0, status=status) for month in MONTHS]
        last = list(drawing(chart(MONTHS, cells, "count", NOTHING)).iter("circle"))[-1]
        assert last.attrib["fill"] == fill


def test_waves_are_points_with_their_interval_and_what_is_carried_is_not_drawn() -> None:
    cells = [cell(month, 3.5, *([] if n % 12 == 11 else ["carried"]), lo=3.2, hi=3.8) for n, month in enumerate(MONTHS)]
    content = chart(MONTHS, cells, "score_1_5", NOTHING, is_surveyed=True)
    assert joined(content) == []
    assert sum(one.attrib["stroke"] == ACCENT for one in drawing(content).iter("line")) == 3


def test_the_backdrop_is_where_it_belongs() -> None:
    back = Backdrop((10.0, 20.0), 30.0, frozenset({MONTHS[20]}), frozenset({MONTHS[2]}))
    cells = [cell(month, 15.0 + n % 3, *(["series_break:spaces"] if n == 12 else [])) for n, month in enumerate(MONTHS)]
    found = drawing(chart(MONTHS, cells, "count", back))
    boxes = {one.attrib["fill"]: one.attrib for one in found.iter("rect")}
    [line, later] = joined(chart(MONTHS, cells, "count", back))
    assert float(boxes[RANGE]["x"]) == later[0][0] > line[-1][0], "the usual range begins with the break"
    middle = float(boxes[EMERGENCY]["x"]) + float(boxes[EMERGENCY]["width"]) / 2
    assert abs(middle - later[20 - 12][0]) < 0.2
    top, base = float(boxes[RANGE]["y"]), float(boxes[RANGE]["y"]) + float(boxes[RANGE]["height"])
    assert all(top < y < base for _, y in later), "15 to 17 lie within 10 to 20"
    dashed = [one for one in found.iter("line") if "stroke-dasharray" in one.attrib]
    assert len(dashed) == 2 and min(float(one.attrib["y1"]) for one in dashed) < top, "the target lies above"


def test_words_on_the_edges_are_digits_alike_in_every_language() -> None:
    for unit in ("count", "share", "ils", "score_1_5", "minutes"):
        cells = [cell(month, float(n) / 7) for n, month in enumerate(MONTHS)]
        words = [one.text or "" for one in drawing(chart(MONTHS, cells, unit, NOTHING)).iter("text")]
        assert len(words) == 4 and all(re.fullmatch(r"[-₪\d.,%/]+", word) for word in words), words

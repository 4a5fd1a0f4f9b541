"""Which figures of answers stand as they were published: those whose difference would tell of fewer than ten people."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from transforms.catalogue import ours
from transforms.choice import Cell, empty_cell
from transforms.composition import piece
from transforms.doubted import SINCE
from transforms.few import Few
from transforms.standing import let_stand

INDICATORS = ours()
TRUST, LITERACY = INDICATORS["whatsapp.trust"], INDICATORS["assets.digital_literacy"]
WAVE, CLOSED = "2026-03", date(2026, 3, 20)


def figure(value: float | None, n: int, **more: Any) -> dict[str, Any]:
    bare = dict.fromkeys(("lo", "hi", "numerator", "denominator"))
    return {**bare, "value": value, "n": n, "as_of": CLOSED, **more}


def cell(month: str, value: float | None, n: int, part: str = "", **more: Any) -> Cell:
    of = TRUST if part != SINCE else LITERACY
    return {**empty_cell(of, month, "", part), "status": "final", **figure(value, n, **more)}


def few(published: dict[str, dict[str, Any]], part: str = "") -> Few:
    of = TRUST if part != SINCE else LITERACY
    return Few(published={(of.id, month, "", part): row for month, row in published.items()})


def now(one: Cell, known: Few) -> tuple[float | None, int]:
    let_stand(LITERACY if one["part"] == SINCE else TRUST, [one], known)
    return one["value"], one["n"]


@pytest.mark.parametrize(
    ("n", "stands"), [(90, False), (91, True), (99, True), (100, False), (109, True), (110, False)]
)
def test_a_figure_stands_until_ten_have_come_or_gone(n: int, stands: bool):
    """As many as before have answered where somebody mended what was there."""
    assert now(cell(WAVE, 3.5, n), few({WAVE: figure(3.0, 100)})) == ((3.0, 100) if stands else (3.5, n))


def test_the_whole_figure_stands_and_not_its_middle_alone():
    one = cell(WAVE, 0.5, 99, lo=0.4, hi=0.6, numerator=49.5, denominator=99.0)
    let_stand(TRUST, [one], few({WAVE: figure(0.51, 100, lo=0.41, hi=0.61, numerator=51.0, denominator=100.0)}))
    assert [one[name] for name in ("lo", "hi", "numerator", "denominator")] == [0.41, 0.61, 51.0, 100.0]


def test_what_it_is_made_of_does_not_count_those_who_answer_now():
    pieces = [
        piece("method", "surveyed"), piece("survey", "answers", 55.0, 59.0), piece("survey", "items:trust", 0.81, detail="a b"),
        piece("survey", "weighted_by", detail="sex"),
    ]  # fmt: skip
    one = cell(WAVE, 3.5, 99, composition=pieces)
    let_stand(TRUST, [one], few({WAVE: figure(3.0, 100)}))
    assert [(part["name"], part["amount"], part["base"], part["detail"]) for part in one["composition"]] == [
        ("surveyed", None, None, ""), ("items:trust", None, None, "a b"), ("weighted_by", None, None, "sex")
    ]  # fmt: skip
    moved = cell(WAVE, 3.5, 120, composition=pieces)
    let_stand(TRUST, [moved], few({WAVE: figure(3.0, 100)}))
    assert moved["composition"] == pieces


def test_a_month_that_is_open_says_of_a_wave_what_was_published_of_it():
    """Of its own month, or last of one it was carried to; of another wave nothing."""
    assert now(cell("2026-06", 3.5, 99), few({WAVE: figure(3.0, 100)})) == (3.0, 100)
    later = few({WAVE: figure(3.0, 120), "2026-04": figure(3.1, 100)})
    assert now(cell("2026-06", 3.5, 99), later) == (3.1, 100)
    assert now(cell("2026-06", 3.5, 99), few({"2025-09": figure(3.0, 100, as_of=date(2025, 9, 3))})) == (3.5, 99)


def test_a_wave_whose_own_month_is_open_says_what_was_published_of_a_later_one():
    assert now(cell(WAVE, 3.5, 99), few({"2026-05": figure(3.0, 100)})) == (3.0, 100)


def test_what_was_not_shown_does_not_stand():
    assert now(cell(WAVE, 3.5, 31), few({WAVE: figure(None, 29)})) == (3.5, 31)
    assert now(cell(WAVE, None, 0), few({WAVE: figure(3.0, 5)})) == (None, 0)


def test_a_change_since_the_first_wave_stands_also_where_it_is_the_first_that_moved():
    """How many answered is of the smaller wave; what ten could not have done is told."""
    known = few({WAVE: figure(0.5, 100)}, SINCE)
    assert now(cell(WAVE, 0.46, 100, SINCE), known) == (0.5, 100)
    assert now(cell(WAVE, 0.9, 100, SINCE), known) == (0.9, 100)


def test_what_is_not_known_from_answers_moves():
    visits = INDICATORS["website.resident_users"]
    one = {**empty_cell(visits, WAVE), **figure(5.0, 99)}
    let_stand(visits, [one], Few(published={(visits.id, WAVE, "", ""): figure(6.0, 100)}))
    assert one["value"] == 5.0

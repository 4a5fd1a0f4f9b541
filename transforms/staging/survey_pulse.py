"""The pulse: one answer a person and quarter, known by the mark of her own code; the latest stands.

A wave of it is a quarter, `2026-Q4`. An answer stands in the month it was given, so that no month's rows move when the
next begins; the quarter is put together where its figure is computed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from transforms.questionnaire import PULSE
from transforms.staging.survey_forms import File, Person, content, standing

AGAIN = "left_out_answered_again"
_QUARTER = re.compile(r"(\d{4})-Q([1-4])")


def quarter_end(wave: str) -> str:
    """The last month of a quarter, YYYY-MM; '' of a wave that is none."""
    found = _QUARTER.fullmatch(wave)
    return f"{found[1]}-{int(found[2]) * 3:02d}" if found else ""


def latest(files: Sequence[File]) -> tuple[dict[int, File], list[tuple[File, int]]]:
    """Of the standing files of one quarter: each, by identity, with the people whose latest answer is in it; and of how
    many answers these took the place.

    The latest is that of the latest day; of one day, that of the export which reaches further, and in one export the
    one further down. The same answer in two exports is one.
    """
    order: dict[str, tuple[Any, ...]] = {}
    said: dict[str, set[Any]] = {}
    for file in files:
        for at, person in enumerate(file.people):
            code = person.code or ""
            order[code] = max(order.get(code, ()), _place(file, at, person))
            said.setdefault(code, set()).add((person.sent, content(person)))
    kept: dict[int, File] = {}
    replaced: list[tuple[File, int]] = []
    for file in files:
        mine = [
            person
            for at, person in enumerate(file.people)
            if person.code and _place(file, at, person) == order[person.code]
        ]
        kept[id(file)] = replace(file, people=mine)
        if count := sum(len(said[person.code or ""]) - 1 for person in mine):
            replaced.append((file, count))
    return kept, replaced


def answered_again_in(files: Sequence[File], batch: str) -> int:
    """How many answers those that landed in a run, among the files there are, took the place of."""
    quarters: dict[str, list[File]] = {}
    for file in standing(files):
        if file.shared()["audience"] == PULSE:
            quarters.setdefault(file.shared()["wave"], []).append(file)
    counts = (one for own in quarters.values() for one in latest(own)[1])
    return sum(count for file, count in counts if file.batch == batch)


def _place(file: File, at: int, person: Person) -> tuple[Any, ...]:
    return (person.day or date.min, *file.read, at)

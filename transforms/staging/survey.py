"""Landed survey answers to `survey_response`: which files are one wave, reverse items, indicators fed.

Several files may make one wave (a form in each language), and one form may be exported twice while
it is open. Files are one form when the shorter one's respondents are the longer one's first or
last: then the later file stands for both. Of a service's form, which says which form it is, the reading
that reaches furthest stands, however many answers were edited or deleted in between. Everything else is
added up, and respondents are numbered through the wave in an order that depends on the files' content alone.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa

from transforms.questionnaire import CUTS, questionnaire
from transforms.staging.coverage import Part, coverage_row
from transforms.staging.records import Row, fact_rows
from transforms.staging.town import Town
from warehouse.calendar import month_of

SOURCE = "survey"
STREAMS = ("survey_answer",)
REVISION = 3

_SAME_FORM = 0.8
"""Share of respondents that must agree, place by place, for two files to be exports of one form."""

_FORM = ("wave", "audience", "instrument", "sample_type")

_NEVER = datetime.min.replace(tzinfo=UTC)

Answers = tuple[tuple[str, int], ...]


@dataclass
class _Person:
    """A respondent of one file. `seconds` and the cuts are the same on all her rows."""

    about: tuple[Any, ...]
    answers: dict[str, int] = field(default_factory=dict)

    def mark(self) -> tuple[Any, Answers]:
        """All that is known of her, to tell whether two files hold the same respondents."""
        return self.about, tuple(sorted(self.answers.items()))


@dataclass
class _File:
    """One wave's part of one landed file."""

    form: tuple[str, ...]  # the values of _FORM
    closed_day: date
    people: list[_Person]
    marks: list[tuple[Any, Answers]]
    digest: str
    service_form: str = ""
    read: tuple[datetime, int] = (_NEVER, 0)  # up to which instant, and in which order of landing

    def rank(self) -> tuple[date, int, str]:
        """The later of two exports is the one that closed later, then the longer."""
        return self.closed_day, len(self.people), self.digest


def stage(landed: Mapping[str, pa.Table], town: Town) -> dict[str, pa.Table]:
    """The facts `survey_response` and `coverage`."""
    waves: dict[str, list[_File]] = defaultdict(list)
    for file in _standing(_files(landed.get("survey_answer"))):
        waves[file.form[0]].append(file)
    rows: list[Row] = []
    qualities: dict[str, set[str]] = defaultdict(set)
    for wave in sorted(waves):
        files = sorted(waves[wave], key=lambda f: (f.form, f.closed_day, f.digest))
        closed = max(f.closed_day for f in files)
        number = 0
        month = month_of(closed)
        for file in files:
            qualities[month].update({"opt_in_sample"} if file.form[3] == "opt_in" else ())
            for person in file.people:
                number += 1
                rows.extend(_rows(file, person, number, closed, month))
    return {"survey_response": fact_rows("survey_response", rows, town), "coverage": _coverage(qualities, town)}


def _files(table: pa.Table | None) -> Iterator[_File]:
    """The landed rows by segment and form, respondents in file order."""
    if table is None or table.num_rows == 0:
        return
    columns = {name: table.column(name).to_pylist() for name in table.column_names}
    people: dict[tuple[Any, ...], dict[int, _Person]] = defaultdict(dict)
    closed: dict[tuple[Any, ...], date] = {}
    reads: dict[tuple[Any, ...], tuple[datetime, int]] = {}
    nothing = [None] * table.num_rows
    forms, instants, orders = (columns.get(name, nothing) for name in ("form", "as_of", "landed_order"))
    for at in range(table.num_rows):
        item, answer, respondent = columns["item"][at], columns["answer"][at], columns["respondent"][at]
        if item is None or answer is None or not 1 <= answer <= 5:
            continue
        key = (columns["segment"][at], forms[at] or "", *(columns[name][at] for name in _FORM))
        about = (*(columns[cut][at] for cut in CUTS), columns["seconds"][at])
        person = people[key].setdefault(respondent, _Person(about))
        # A key given twice in one file cannot come from our reader; the greater keeps it free of order.
        person.answers[item] = max(answer, person.answers.get(item, 0))
        closed[key] = max(columns["closed_day"][at], closed.get(key, date.min))
        reads[key] = max((instants[at] or _NEVER, orders[at] or 0), reads.get(key, (_NEVER, 0)))
    for key, found in people.items():
        ordered = [found[number] for number in sorted(found)]
        marks = [person.mark() for person in ordered]
        digest = hashlib.sha256(repr((key[2:], closed[key], marks)).encode()).hexdigest()
        yield _File(key[2:], closed[key], ordered, marks, digest, key[1], reads[key])


def _standing(files: Iterator[_File]) -> list[_File]:
    """Of several exports or readings of one form the latest; files of different forms all stand."""
    latest: dict[tuple[str, ...], _File] = {}
    single: list[_File] = []
    for file in files:
        form = (*file.form, file.service_form)
        if not file.service_form:
            single.append(file)
        elif form not in latest or latest[form].read < file.read:
            latest[form] = file
    standing: list[_File] = []
    for file in sorted([*single, *latest.values()], key=_File.rank, reverse=True):
        if not any(file.form == later.form and _same_form(file.marks, later.marks) for later in standing):
            standing.append(file)
    return standing


def _same_form(one: Sequence[Any], other: Sequence[Any]) -> bool:
    short, long = (one, other) if len(one) <= len(other) else (other, one)
    size = len(short)
    return any(
        sum(a == b for a, b in zip(short, part, strict=True)) >= _SAME_FORM * size
        for part in (long[:size], long[len(long) - size :])
    )


def _rows(file: _File, person: _Person, number: int, closed: date, month: str) -> Iterator[Row]:
    """One row an answer and indicator it feeds; items that feed none are left out."""
    meanings = questionnaire().meanings()
    shared = dict(zip(_FORM, file.form, strict=True)) | dict(zip((*CUTS, "seconds"), person.about, strict=True))
    shared |= {"month": month, "closed_day": closed, "respondent": number}
    for item, answer in sorted(person.answers.items()):
        meaning = meanings.get(item)
        if meaning is None:
            continue
        score = 6 - answer if meaning.reverse else answer
        for indicator in meaning.indicators:
            yield {**shared, "item": item, "scale": meaning.scale, "indicator": indicator, "score": score}


def _coverage(qualities: Mapping[str, set[str]], town: Town) -> pa.Table:
    """A wave speaks for the month it closed in, the whole of it."""
    rows = (
        coverage_row("survey_response", Part.whole(month), flags=flags, basis="export")
        for month, flags in sorted(qualities.items())
    )
    return fact_rows("coverage", rows, town)

"""A planned sheet to respondents, and respondents to pages; what was assumed is said in notices."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from collectors.base import Page, Rejected, Stream
from collectors.errors import RejectFile
from collectors.survey_answers.answers import AnswerKey
from collectors.survey_answers.columns import Plan
from collectors.survey_answers.cuts import CutValues
from collectors.survey_answers.mapping import CUTS, SurveyMapping
from collectors.survey_answers.streams import SurveyAnswer
from collectors.tabular import Cell, CellError, as_day, as_number, is_totals

_PAGE_ROWS = 100_000
_MONTH = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])")


@dataclass
class Respondent:
    """One row as understood."""

    answers: list[tuple[str, int]]
    cuts: dict[str, str | None]
    seconds: int | None


@dataclass
class Reading:
    """What has been read of the file so far."""

    people: list[Respondent] = field(default_factory=list)
    days: list[date] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)


def read_answers(plan: Plan, mapping: SurveyMapping, cuts: CutValues, timezone: str) -> Reading:
    """The rows below the header. Cells that cannot be taken are put aside, each by its address."""
    key = AnswerKey(mapping.answers, mapping.no_answer)
    items = plan.items()
    cut_columns = {name: plan.column_of(name) for name in CUTS}
    time_column, seconds_column = plan.column_of("submitted_at"), plan.column_of("seconds")
    reading = Reading()
    for row in plan.sheet.rows:
        if row.number <= plan.header.number or is_totals(row):
            continue
        answers: list[tuple[str, int]] = []
        for at, item in items.items():
            cell = row.cell(at)
            try:
                score = key.score(cell)
            except CellError as error:
                reading.rejected.append(_rejected(plan, cell, error))
            else:
                if score is not None:
                    answers.append((item, score))
        if time_column is not None:
            _note_day(reading, plan, row.cell(time_column), mapping.day_first, timezone)
        values = {name: cuts.code(name, row.cell(at)) if at is not None else None for name, at in cut_columns.items()}
        seconds = _seconds(row.cell(seconds_column)) if seconds_column is not None else None
        reading.people.append(Respondent(answers, values, seconds))
    return reading


def _note_day(reading: Reading, plan: Plan, cell: Cell | None, day_first: bool, timezone: str) -> None:
    try:
        day = as_day(cell, day_first, timezone)
    except CellError as error:
        reading.rejected.append(_rejected(plan, cell, error))
    else:
        if day is not None:
            reading.days.append(day)


def _rejected(plan: Plan, cell: Cell | None, error: CellError) -> Rejected:
    value = cell.value if cell is not None else None
    raw = "" if value is None else str(value)
    return Rejected(plan.sheet.where(error.address), error.code, error.arguments, raw.encode(errors="replace"))


def _seconds(cell: Cell | None) -> int | None:
    try:
        number = as_number(cell)
    except CellError:
        return None
    return round(number) if number is not None and 0 <= number < 10**7 else None


def wave_of(mapping: SurveyMapping, plan: Plan, reading: Reading, notices: list[str]) -> dict[str, Any]:
    """What all answers share. Raises RejectFile `wave_unknown` when nothing says when the survey closed."""
    closed = mapping.closed_day or max(reading.days, default=None)
    wave = mapping.wave
    if closed is None and wave is not None and _MONTH.fullmatch(wave):
        year, month = int(wave[:4]), int(wave[5:])
        closed = date(year, month, monthrange(year, month)[1])
        notices.append(
            "No closing day was given: the last day of the wave's month is taken. / "
            "לא נמסר יום סגירה: נלקח היום האחרון בחודש של הגל."
        )
    if closed is None:
        raise RejectFile("wave_unknown")
    if wave is None:
        wave = f"{closed.year:04d}-{closed.month:02d}"
        notices.append(f"The wave is named after its closing month, {wave}. / הגל נקרא על שם חודש הסגירה, {wave}.")
    sample_type = mapping.sample_type
    if sample_type is None:
        sample_type = "opt_in"
        notices.append(
            "The sample is taken as opt-in; if people were drawn at random, write `sample_type: probability`. / "
            "המדגם נחשב פתוח לכל מי שרצה לענות; אם המשיבים נדגמו, יש לכתוב `sample_type: probability`."
        )
    items = set(plan.items().values())
    audience = mapping.audience or ("staff" if items <= mapping.staff_items else "residents")
    return {
        "wave": wave,
        "instrument": mapping.instrument,
        "audience": audience,
        "sample_type": sample_type,
        "closed_day": closed,
    }


def pages_of(wave: dict[str, Any], people: list[Respondent], stream: type[Stream] = SurveyAnswer) -> Iterator[Page]:
    """Pages of `stream`, which has the schema of SurveyAnswer; respondents are numbered from 1."""
    rows: list[dict[str, Any]] = []
    for number, person in enumerate(people, start=1):
        shared = {**wave, "respondent": number, "seconds": person.seconds, **person.cuts}
        rows.extend({**shared, "item": item, "answer": score} for item, score in person.answers)
        if len(rows) >= _PAGE_ROWS:
            yield Page.of(stream, rows)
            rows = []
    if rows:
        yield Page.of(stream, rows)

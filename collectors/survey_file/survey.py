"""The survey file format: recognition, and the file's answers as pages."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
from openpyxl.utils import get_column_letter

from collectors.base import FileFormat, FileReport, FileSettings, Page, Rejected
from collectors.errors import RejectFile
from collectors.survey_file.answers import AnswerKey
from collectors.survey_file.columns import Plan, plan_of
from collectors.survey_file.cuts import CutValues
from collectors.survey_file.mapping import CUTS, SurveyMapping, mapping_for
from collectors.survey_file.recognition import looks_like_survey
from collectors.survey_file.streams import SurveyAnswer
from collectors.tabular import Cell, CellError, as_day, as_number, is_totals, read_sheets

_PAGE_ROWS = 100_000
_MONTH = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])")


@dataclass
class _Respondent:
    """One row as understood."""

    answers: list[tuple[str, int]]
    cuts: dict[str, str | None]
    seconds: int | None


@dataclass
class _Reading:
    """What has been read of the file so far."""

    people: list[_Respondent] = field(default_factory=list)
    days: list[date] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)


class SurveyFile(FileFormat):
    """A CSV or xlsx with a row a respondent. Free text is never read into pages."""

    name = "survey"
    streams = (SurveyAnswer,)

    def recognises(self, path: Path) -> bool:
        """By a mapping file beside it, or by at least two columns of answers under questions."""
        return looks_like_survey(path)

    def pages(self, path: Path, settings: FileSettings, report: FileReport) -> Iterator[Page]:
        """The answers. Raises RejectFile: those of the table reader, mapping_invalid, no_items, wave_unknown."""
        report.format = self.name
        mapping = mapping_for(path, settings.options)
        plan = plan_of(read_sheets(path), mapping)
        if plan is None:
            raise _no_items()
        cuts = CutValues(mapping.cuts, AnswerKey(mapping.answers, mapping.no_answer))
        reading = _read(plan, mapping, cuts, settings.timezone)
        if not reading.people:
            raise RejectFile(
                "The survey has no answers below its header; export it again with the data. / "
                "אין בסקר תשובות מתחת לכותרת; יש לייצא אותו שוב עם הנתונים.",
                code="empty",
            )
        notices: list[str] = []
        wave = _wave(mapping, plan, reading, notices)
        _fill_report(report, plan, cuts, reading, wave, notices)
        yield from _pages(wave, reading.people)


def _read(plan: Plan, mapping: SurveyMapping, cuts: CutValues, timezone: str) -> _Reading:
    key = AnswerKey(mapping.answers, mapping.no_answer)
    items = plan.items()
    cut_columns = {name: plan.column_of(name) for name in CUTS}
    time_column, seconds_column = plan.column_of("submitted_at"), plan.column_of("seconds")
    reading = _Reading()
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
        reading.people.append(_Respondent(answers, values, seconds))
    return reading


def _note_day(reading: _Reading, plan: Plan, cell: Cell | None, day_first: bool, timezone: str) -> None:
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
    return Rejected(plan.sheet.where(error.address), error.code, error.message, raw.encode(errors="replace"))


def _seconds(cell: Cell | None) -> int | None:
    try:
        number = as_number(cell)
    except CellError:
        return None
    return round(number) if number is not None and 0 <= number < 10**7 else None


def _wave(mapping: SurveyMapping, plan: Plan, reading: _Reading, notices: list[str]) -> dict[str, Any]:
    """What all answers of the file share; what was assumed is said in a notice."""
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
        raise RejectFile(
            "The survey does not say when it closed: write `wave` and `closed_day` in a mapping file beside it. / "
            "לא ידוע מתי נסגר הסקר: יש לכתוב `wave` ו-`closed_day` בקובץ מיפוי לצידו.",
            code="wave_unknown",
        )
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


def _fill_report(
    report: FileReport, plan: Plan, cuts: CutValues, reading: _Reading, wave: dict[str, Any], notices: list[str]
) -> None:
    counted = dict.fromkeys(plan.items().values(), 0)
    for person in reading.people:
        for item, _ in person.answers:
            counted[item] += 1
    used = {get_column_letter(at + 1): meaning for at, meaning in sorted(plan.meanings.items())}
    filled = {at for row in plan.sheet.rows for at, cell in enumerate(row.cells) if cell.value is not None}
    unrecognised = [get_column_letter(at + 1) for at in sorted(filled) if at not in plan.meanings]
    if unrecognised:
        listed = ", ".join(unrecognised)
        notices.append(
            f"{len(unrecognised)} columns are not items of the survey and were not read: {listed}. / "
            f"{len(unrecognised)} עמודות אינן שאלות של הסקר ולא נקראו: {listed}."
        )
    if plan.twins:
        listed = ", ".join(plan.twins)
        notices.append(
            f"Columns {listed} repeat an item of an earlier column; the earlier one is read. / "
            f"העמודות {listed} חוזרות על שאלה מעמודה קודמת; נקראה הקודמת."
        )
    if plan.not_found:
        notices.append(
            f"{len(plan.not_found)} columns of the mapping are not in the file: check their headers. / "
            f"{len(plan.not_found)} עמודות שבמיפוי אינן בקובץ: יש לבדוק את כותרותיהן."
        )
    for cut, number in sorted(cuts.dropped.items()):
        notices.append(
            f"{number} answers about {cut} are not among its options and are left out. / "
            f"{number} תשובות בשדה {cut} אינן בין האפשרויות ולא נכללו."
        )
    report.rejected[:] = reading.rejected
    report.notices[:] = notices
    report.status = "partial" if reading.rejected else "read"
    report.details = {
        "rows": len(reading.people),
        "respondents": sum(1 for person in reading.people if person.answers),
        "answers": sum(counted.values()),
        "items": counted,
        "wave": wave["wave"],
        "sample_type": wave["sample_type"],
        "audience": wave["audience"],
        "closed_day": wave["closed_day"].isoformat(),
        "columns": used,
        "unrecognised": unrecognised,
    }


def _pages(wave: dict[str, Any], people: list[_Respondent]) -> Iterator[Page]:
    rows: list[dict[str, Any]] = []
    for number, person in enumerate(people, start=1):
        shared = {**wave, "respondent": number, "seconds": person.seconds, **person.cuts}
        rows.extend({**shared, "item": item, "answer": score} for item, score in person.answers)
        if len(rows) >= _PAGE_ROWS:
            yield _page(rows)
            rows = []
    if rows:
        yield _page(rows)


def _page(rows: list[dict[str, Any]]) -> Page:
    schema = SurveyAnswer.schema
    arrays = [pa.array([row.get(column.name) for row in rows], column.type) for column in schema]
    return Page(SurveyAnswer, pa.table(arrays, schema=schema))


def _no_items() -> RejectFile:
    return RejectFile(
        "No column is an item of the questionnaire: name the columns in a mapping file beside it "
        "(NAME.mapping.yaml, `columns`). / "
        "אף עמודה אינה שאלה של השאלון: יש למפות את העמודות בקובץ לצידו (NAME.mapping.yaml, `columns`).",
        code="no_items",
    )

"""Whether a file is a survey, by its first rows: columns of answers under questions."""

from __future__ import annotations

import re
from pathlib import Path

from collectors.errors import RejectFile
from collectors.mapping_file import SURVEY, mapped_format
from collectors.survey_answers.answers import AnswerKey
from collectors.tabular import Cell, CellError, Row, Sheet, as_day, as_text, is_totals, read_sheets

_LOOK = 40
_WORDS_OF_A_QUESTION = 3
_LONGEST_CODE = 200
_CODE = re.compile(r"(?:.*[\[\s])?(?:[a-z][a-z0-9]*(?:_[a-z0-9]+)*_\d+|[QqCc]\d{1,3})\]?(?:[.:)\s].*)?")
STAFF_MARK = "_kehila"
"""The hidden sheet by which the staff workbook knows itself."""


def looks_like_survey(path: Path) -> bool:
    """True with a mapping file beside it, or with two columns of 1-5 answers under a question or item code."""
    try:
        sheets = read_sheets(path, first_rows=_LOOK)
    except (RejectFile, OSError):
        return False
    if any(sheet.name == STAFF_MARK for sheet in sheets):
        return False
    told = mapped_format(path)
    return told == SURVEY if told else any(_is_survey(sheet) for sheet in sheets if not sheet.hidden)


def _is_survey(sheet: Sheet) -> bool:
    key = AnswerKey()
    for position, header in enumerate(sheet.rows[:10]):
        rows = [row for row in sheet.rows[position + 1 :] if not is_totals(row)]
        questions = [at for at, cell in enumerate(header.cells) if _is_question(cell)]
        answered = [at for at in questions if _holds_answers(rows, at, key)]
        if len(answered) >= 2 and (_in_words(rows, answered, key) or not _is_daily(rows, len(header.cells))):
            return True
    return False


def _is_question(cell: Cell) -> bool:
    if not isinstance(cell.value, str) or len(cell.value) > 4_000:
        return False
    return len(cell.value.split()) >= _WORDS_OF_A_QUESTION or (
        len(cell.value) <= _LONGEST_CODE and bool(_CODE.fullmatch(cell.value.strip()))
    )


def _holds_answers(rows: list[Row], at: int, key: AnswerKey) -> bool:
    """Mostly answers: a slip of the pen must not make the file a stranger."""
    good = bad = 0
    for row in rows:
        try:
            if key.score(row.cell(at)) is not None:
                good += 1
        except CellError:
            bad += 1
    return good > 0 and bad * 4 <= good


def _in_words(rows: list[Row], answered: list[int], key: AnswerKey) -> bool:
    """Whether answers are written out: a table of days holds numbers, and a form may be filled in by one a day."""
    cells = (row.cell(at) for row in rows for at in answered)
    return any(
        isinstance(cell.value, str) and cell.value[:1].isalpha() and _is_answer(cell, key) for cell in cells if cell
    )


def _is_answer(cell: Cell, key: AnswerKey) -> bool:
    try:
        return key.score(cell) is not None
    except CellError:
        return False


def _is_daily(rows: list[Row], width: int) -> bool:
    """Whether a column counts days, each once: such a table reports on days and not on people."""
    for at in range(width):
        days = []
        for row in rows:
            try:
                text = as_text(row.cell(at))
                if text is not None and ":" not in text:
                    days.append(as_day(row.cell(at)))
            except CellError:
                days.append(None)
        if len(days) >= 3 and None not in days and len(set(days)) == len(days) == len(rows):
            return True
    return False

"""Which responses count: those that were sent. Trials of the form and responses broken off are left out, and counted.

A service that is asked for its completed responses gives no others; a file of the same survey holds them all, and
says of each what it is. So one survey gives the same respondents by either way.
"""

from __future__ import annotations

from typing import Literal

from collectors.survey_answers.answers import answer_key
from collectors.survey_answers.columns import Plan
from collectors.tabular import Cell, CellError, Row, as_number, as_text, plain_text

LeftOut = Literal["trial", "unfinished"]

_TRIALS = (
    "survey preview|preview|survey test|test|spam|possible spam|survey preview spam|offline survey preview"
    "|תצוגה מקדימה|תצוגה מקדימה של הסקר|סקר בדיקה|בדיקה|ניסיון|דואר זבל|معاينة|معاينة الاستطلاع|اختبار|تجربة"
    "|предпросмотр|тест"
)
_TRIAL_NUMBERS = frozenset({"1", "2", "8", "9", "17"})
"""Preview, test, spam and the like, where Qualtrics writes numbers for words."""
_BROKEN_OFF = (
    "incomplete|partial|partially completed|in progress|started|not finished|disqualified|לא הושלם|חלקי|לא שלם"
    "|غير مكتمل|جزئي|قيد التقدم|не завершено|частично|не закончено"
)
_NO = "false|no|0|לא|لا|нет"
_SENT_WHEN_DATED = ("submitdate", "date submitted", "submit date", "completion time")
"""Names of a column that stays blank until a response is sent."""


class Finished:
    """What the columns of one sheet say of a row."""

    def __init__(self, plan: Plan) -> None:
        self._status, self._finished, self._progress = (
            plan.column_of(name) for name in ("status", "finished", "progress")
        )
        self._trials, self._broken_off, self._no = (_words(listed) for listed in (_TRIALS, _BROKEN_OFF, _NO))
        self._is_qualtrics = self._status is not None and self._finished is not None
        self._dated = self._dated_column(plan)
        self._page = plan.column_of("last_page") if self._dated is None else None
        self._last_page = max((_number(row, self._page) or 0 for row in plan.rows()), default=0)

    def left_out(self, row: Row) -> LeftOut | None:
        """Why the row is no response that counts; None when it is one."""
        status = _word(row, self._status)
        if status in self._trials or (self._is_qualtrics and status in _TRIAL_NUMBERS):
            return "trial"
        finished = _word(row, self._finished)
        if status in self._broken_off or finished in self._broken_off | self._no:
            return "unfinished"
        if not finished and (progress := _number(row, self._progress)) is not None and _is_part(progress):
            return "unfinished"
        if self._dated is not None and _word(row, self._dated) == "":
            return "unfinished"
        if self._page is not None and (_number(row, self._page) or 0) < self._last_page:
            return "unfinished"
        return None

    @staticmethod
    def _dated_column(plan: Plan) -> int | None:
        """The column of the day of sending, where blanks in it mean something: some of it is filled."""
        at = plan.column_of("submitted_at")
        name = plain_text(plan.header.cells[at].value) if at is not None and at < len(plan.header.cells) else ""
        if at is None or not any(one in name for one in _SENT_WHEN_DATED):
            return None
        return at if any(_word(row, at) for row in plan.rows()) else None


def _words(listed: str) -> frozenset[str]:
    return frozenset(answer_key(word) for word in listed.split("|"))


def _word(row: Row, at: int | None) -> str:
    cell = row.cell(at) if at is not None else None
    try:
        return answer_key(as_text(cell) or "")
    except CellError:
        return "?"  # something stands there


def _number(row: Row, at: int | None) -> float | None:
    cell: Cell | None = row.cell(at) if at is not None else None
    try:
        return as_number(cell)
    except CellError:
        return None


def _is_part(progress: float) -> bool:
    """Whether 40, 40% or 0.4 of the form was seen; 1 is written for all of it by none but those who write shares."""
    return progress < 100 and progress != 1

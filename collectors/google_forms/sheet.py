"""A form and its responses as the sheet its own CSV export would be, without what names a person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from collectors.kinds import WrongValue, instant, text
from collectors.records import value_at
from collectors.survey_answers.answers import ILLEGIBLE
from collectors.tabular import Cell, Row, Sheet

CLOSED_KINDS = ("choiceQuestion", "scaleQuestion", "ratingQuestion", "rowQuestion", "textQuestion")
"""Kinds of question that may be an item or a question about the respondent; short texts name neighbourhoods."""


@dataclass(frozen=True)
class Question:
    """A question of the form by the title its column would have."""

    identifier: str
    title: str


def questions(form: Mapping[str, Any]) -> list[Question]:
    """The form's questions in order; a row of a grid is a question `grid [row]`, as exports write it."""
    return [Question(i, t) for i, t in _questions(form) if i and t]


def _questions(form: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for item in _list(form.get("items")):
        title = _text(item.get("title"))
        own = value_at(item, "questionItem.question")
        if _is_closed(own):
            yield _text(own.get("questionId")), title
        for row in _list(value_at(item, "questionGroupItem.questions")):
            if _is_closed(row):
                named = _text(value_at(row, "rowQuestion.title"))
                yield _text(row.get("questionId")), f"{title} [{named}]" if title else named


def _is_closed(question: Any) -> bool:
    if not isinstance(question, Mapping) or value_at(question, "textQuestion.paragraph"):
        return False
    return any(kind in question for kind in CLOSED_KINDS)


def sheet_of(asked: list[Question], responses: Iterable[Mapping[str, Any]], timezone: str) -> Sheet:
    """One row a response; the first column is the local time it was last sent."""
    header = ["Timestamp", *(question.title for question in asked)]
    rows = [Row(1, [Cell(f"question {at}", text) for at, text in enumerate(header)])]
    for number, response in enumerate(responses, start=1):
        cells = [Cell(f"response {number}, time", _sent(response, timezone))]
        for at, question in enumerate(asked, start=1):
            cells.append(Cell(f"response {number}, question {at}", _answer(response, question)))
        rows.append(Row(number + 1, cells))
    return Sheet("", rows)


def sent_at(response: Mapping[str, Any]) -> datetime | None:
    """When it was last sent: an edited response is sent again. Raises WrongValue."""
    return instant(_micro(response.get("lastSubmittedTime") or response.get("createTime")))


def created_at(response: Mapping[str, Any]) -> datetime | None:
    """When it was first sent. Raises WrongValue."""
    return instant(_micro(response.get("createTime") or response.get("lastSubmittedTime")))


def _micro(value: Any) -> Any:
    """An instant with at most six digits after the point: the service may send nine."""
    if isinstance(value, str) and "." in value and value.endswith("Z"):
        whole, part = value[:-1].split(".", 1)
        return f"{whole}.{part[:6]}Z"
    return value


def _sent(response: Mapping[str, Any], timezone: str) -> Any:
    try:
        at = sent_at(response)
    except WrongValue:
        return "?"  # no day: put aside by its address, while the answers stand
    return at.astimezone(ZoneInfo(timezone)).replace(tzinfo=None) if at else None


def _answer(response: Mapping[str, Any], question: Question) -> str | None:
    """The answer as a file would have it; what is not in the shape of one stands as not legible."""
    told: Any = response.get("answers")
    try:
        for step in (question.identifier, "textAnswers", "answers"):
            if told is None:
                return None
            if not isinstance(told, Mapping):
                raise WrongValue("no object")
            if step == "answers" and told and step not in told:
                raise WrongValue("another shape")
            told = told.get(step)
        if not isinstance(told or [], list) or not all(isinstance(one, Mapping) for one in told or []):
            raise WrongValue("no answers")
        values = [(text(one.get("value")) or "").strip() for one in told or []]
    except WrongValue:
        return ILLEGIBLE
    return ", ".join(value for value in values if value) or None


def _list(value: Any) -> list[Mapping[str, Any]]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def _text(value: Any) -> str:
    return str(value).strip() if isinstance(value, (str, int)) else ""

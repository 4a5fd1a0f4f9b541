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
    return [Question(identifier, title) for identifier, title, own in _questions(form) if _is_closed(own)]


def unasked(form: Mapping[str, Any], responses: Iterable[Mapping[str, Any]]) -> int:
    """How many answers are to questions the form does not name, or no more: nobody can tell what they say."""
    named = {identifier for identifier, _, _ in _questions(form)}
    answers = (response.get("answers") for response in responses)
    return sum(1 for told in answers if isinstance(told, Mapping) for identifier in told if identifier not in named)


def _questions(form: Mapping[str, Any]) -> Iterator[tuple[str, str, Any]]:
    """(identifier, title, question) of those that have all three."""
    for item in _list(form.get("items")):
        title = _text(item.get("title"))
        own = value_at(item, "questionItem.question")
        found = [(title, own)]
        for row in _list(value_at(item, "questionGroupItem.questions")):
            named = _text(value_at(row, "rowQuestion.title"))
            found.append((f"{title} [{named}]" if title else named, row))
        for name, question in found:
            identifier = _text(question.get("questionId")) if isinstance(question, Mapping) else ""
            if identifier and name:
                yield identifier, name, question


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
    try:
        values = list(_values(response, question.identifier))
    except WrongValue:
        return ILLEGIBLE
    return ", ".join(value for value in values if value) or None


def _values(response: Mapping[str, Any], identifier: str) -> Iterator[str]:
    """The texts of an answer, none of a question the respondent left out: among her answers it is not named.

    Raises WrongValue for one that is named and holds nothing: it was given, and is lost.
    """
    answers = _object(response.get("answers", {}))
    texts = _object(_object(answers.get(identifier, {})).get("textAnswers", {}))
    if texts and "answers" not in texts:
        raise WrongValue("another shape")
    found = texts.get("answers", [])
    if not isinstance(found, list) or (not found and texts):
        raise WrongValue("no answers")
    for one in found:
        value = text(_object(one).get("value"))
        if not value:
            raise WrongValue("an empty answer")
        yield value.strip()


def _object(value: Any) -> Mapping[str, Any]:
    """Raises WrongValue for what is no object."""
    if not isinstance(value, Mapping):
        raise WrongValue("no object")
    return value


def _list(value: Any) -> list[Mapping[str, Any]]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def _text(value: Any) -> str:
    return str(value).strip() if isinstance(value, (str, int)) else ""

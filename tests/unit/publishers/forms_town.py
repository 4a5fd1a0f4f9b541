"""People who answer the product's own questionnaire, and what must come back of their answers."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, get_args

import pyarrow as pa

from cli.questionnaire import form_for
from collectors.base import FileReport, FileSettings
from collectors.survey_file.survey import SurveyFile
from publishers.forms import Form, Question
from transforms.questionnaire import NO, YES, Audience, questionnaire

OPENED = datetime(2026, 10, 4, 9, 0)
AUDIENCES: tuple[Audience, ...] = get_args(Audience)
Answers = dict[str, Any]
"""Question -> the code she ticked, several codes of a question that takes them, or a word of her own."""


def people(form: Form, seed: int, count: int = 25, *, is_alone: bool = False) -> list[Answers]:
    """Who answered what: a no skips what is for a yes alone, and now and then a question is left out."""
    draw = random.Random(seed)
    found = []
    for number in range(count):
        one: Answers = {}
        for question in form.asked_alone() if is_alone else form.questions:
            is_skipped = question.only_if and one.get(question.only_if) != "yes"
            if question.is_required:
                one[question.id] = f"רח{number:04d}"
                continue
            if is_skipped or draw.random() < 0.06:
                continue
            codes = [choice.code for choice in question.choices]
            if question.kind == "several":
                one[question.id] = draw.sample(codes, draw.randint(1, 3))
            else:
                one[question.id] = draw.choice(codes) if codes else draw.choice(["north", "south"])
        found.append(one)
    return found


def sent(number: int) -> datetime:
    """When the respondent of a number sent it: no two in the same minute."""
    return OPENED + number * timedelta(minutes=37)


def word(question: Question, code: str, language: str) -> str:
    """What stands beside the box she ticked; her own word where there is none."""
    return next((choice.texts[language] for choice in question.choices if choice.code == code), code)


def expected(form: Form, answered: Sequence[Answers]) -> list[dict[str, Any]]:
    """Of each respondent: her scores by item, and what she says of herself by question."""
    return [dict(pair for question in form.questions for pair in _told(question, one)) for one in answered]


def _told(question: Question, one: Mapping[str, Any]) -> Iterable[tuple[str, Any]]:
    if (given := one.get(question.id)) in (None, "") or question.is_required:
        return  # of her own code only a mark is kept
    if question.kind == "several":
        yield from ((choice.code, YES if choice.code in given else NO) for choice in question.choices)
    elif question.kind == "yes_no":
        yield question.id, YES if given == "yes" else NO
    else:
        yield question.id, int(given) if question.kind == "scale" else given


def read(path: Path, **own: Any) -> tuple[list[dict[str, Any]], FileReport]:
    """What the reader of survey files takes of a file, a respondent each, in the order of their days."""
    report = FileReport(str(path))
    options = SurveyFile.Settings.model_validate(own)
    given = FileSettings(options=options, reader_options=questionnaire().reader_options())
    return by_person(pa.concat_tables([page.rows for page in SurveyFile().pages(path, given, report)])), report


def by_person(table: pa.Table) -> list[dict[str, Any]]:
    """Rows of answers, as one mapping for each respondent."""
    found: dict[Any, dict[str, Any]] = {}
    cuts = questionnaire().cuts
    for row in table.to_pylist():
        one = found.setdefault(row["respondent"], {cut: row[cut] for cut in cuts if row.get(cut) is not None})
        one[row["item"]] = row["answer"]
    return list(found.values())


def same(one: list[dict[str, Any]], other: list[dict[str, Any]]) -> bool:
    """Whether both are the same people with the same answers, in whatever order."""
    key = lambda person: sorted((name, str(value)) for name, value in person.items())  # noqa: E731
    return sorted(map(key, one)) == sorted(map(key, other))


def asked(audience: Audience, neighbourhoods: Iterable[str] = ("north", "south")) -> Form:
    """The form of an audience, in a town of two neighbourhoods."""
    return form_for(audience, neighbourhoods)

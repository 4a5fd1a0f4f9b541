"""A questionnaire with everything a form needs, whoever hosts it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from texts import text
from texts.writing import FormLanguage

Kind = Literal["scale", "yes_no", "several", "one", "words"]
"""A scale of five; yes or no; several answers to choose from; one of them; a few words of one's own."""
Words = Mapping[str, str]
"""One text by language: he, ar, en, ru."""


@dataclass(frozen=True)
class Choice:
    """An answer to tick: its code (a score, yes or no, an item, an option) and what stands beside the box."""

    code: str
    texts: Words


@dataclass(frozen=True)
class Question:
    """One question. `only_if` is the question of yes or no that says whom it is for, '' everybody."""

    id: str
    texts: Words
    kind: Kind
    choices: tuple[Choice, ...] = ()
    only_if: str = ""
    is_about: bool = False  # about the respondent
    is_required: bool = False  # without it an answer counts for nothing
    is_for_interviewer: bool = False  # a form that people fill in alone leaves it out


@dataclass(frozen=True)
class Form:
    """The questions put to residents, to staff or after a meeting, in the order they are asked."""

    audience: str
    consent: Words
    questions: tuple[Question, ...]

    def title(self, language: FormLanguage) -> str:
        """What stands on top of it."""
        return text(f"questionnaire.title.{self.audience}", language)

    def number(self, question: str) -> int:
        """The question's number on the form, from 1."""
        return next(at for at, one in enumerate(self.questions, start=1) if one.id == question)

    def asked_alone(self) -> tuple[Question, ...]:
        """The questions of a form that people fill in without an interviewer."""
        return tuple(one for one in self.questions if not one.is_for_interviewer)

    def blocks(self) -> Iterator[tuple[Question, ...]]:
        """The questions, those that follow each other with the same answers and for the same people together."""
        for _, found in groupby(self.questions, key=_alike):
            yield tuple(found)

    def after(self, asked_first: str) -> int:
        """Where somebody goes on who said no: the number of the first question below that is not for a yes alone."""
        at = self.number(asked_first)
        rest = self.questions[at:]
        return at + 1 + next((n for n, one in enumerate(rest) if one.only_if != asked_first), len(rest))


def _alike(question: Question) -> object:
    return (question.choices, question.only_if) if question.kind == "scale" else question.id

"""The questionnaire as a text that Word opens, for the quick import of Microsoft Forms.

Questions are numbered and their answers lettered, each on a line of its own, which is how that import tells them
apart. A text can say neither that several answers may be marked nor whom a question is for: people set both by hand,
and `by_hand` says where.
"""

from __future__ import annotations

import string
from pathlib import Path

from publishers.forms.form import Form, Question
from texts import text
from texts.writing import FormLanguage


def write_word(form: Form, language: FormLanguage, path: Path) -> None:
    """Write the text with the mark by which Word knows its encoding; `path` is written over."""
    path.write_text(word_of(form, language), encoding="utf-8-sig", newline="\r\n")


def word_of(form: Form, language: FormLanguage) -> str:
    """The text: title, consent, and a paragraph for each question."""
    asked = form.asked_alone()
    paragraphs = [f"{form.title(language)}\n{form.consent[language]}"]
    paragraphs += [_paragraph(number, one, language) for number, one in enumerate(asked, start=1)]
    return "\n\n".join(paragraphs) + "\n"


def by_hand(form: Form, language: FormLanguage) -> list[str]:
    """What is to be set in Microsoft Forms once the questions are there: several answers, what has to be answered, and
    where a no goes on.
    """
    asked = form.asked_alone()
    several = [str(at) for at, one in enumerate(asked, start=1) if one.kind == "several"]
    lines = [text("questionnaire.by_hand.several", language, number=number) for number in several]
    required = [str(at) for at, one in enumerate(asked, start=1) if one.is_required]
    lines += [text("questionnaire.by_hand.required", language, number=number) for number in required]
    for at, one in enumerate(asked, start=1):
        if any(other.only_if == one.id for other in asked):
            goes_on = form.after(one.id)
            lines.append(text("questionnaire.by_hand.branch", language, number=str(at), next=str(goes_on)))
    return lines


def _paragraph(number: int, question: Question, language: FormLanguage) -> str:
    choices = zip(string.ascii_uppercase, question.choices, strict=False)
    answers = [f"{letter}. {choice.texts[language]}" for letter, choice in choices]
    return "\n".join([f"{number}. {question.texts[language]}", *answers])

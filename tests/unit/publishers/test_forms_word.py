"""The questionnaire as a text for Word: whole, lettered, and answers of a form made of it come back."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from publishers.forms import by_hand, write_word
from tests.unit.publishers.forms_town import AUDIENCES, asked, expected, people, read, same, sent, word
from texts.writing import FORM_LANGUAGES, FormLanguage
from transforms.questionnaire import Audience


@pytest.mark.parametrize("audience", AUDIENCES)
@pytest.mark.parametrize("language", FORM_LANGUAGES)
def test_the_text_has_every_question_with_its_answers(
    audience: Audience, language: FormLanguage, tmp_path: Path
) -> None:
    form, path = asked(audience), tmp_path / "survey.txt"
    write_word(form, language, path)
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    head, *paragraphs = path.read_text(encoding="utf-8-sig").strip().split("\n\n")
    assert head.splitlines()[0] == form.title(language)
    assert len(paragraphs) == len(form.asked_alone())
    for number, (question, paragraph) in enumerate(zip(form.asked_alone(), paragraphs, strict=True), start=1):
        first, *answers = paragraph.splitlines()
        assert first == f"{number}. {question.texts[language]}"
        assert [re.sub(r"^[A-Z]\. ", "", one) for one in answers] == [one.texts[language] for one in question.choices]


def test_what_is_to_be_set_by_hand_is_said() -> None:
    form = asked("residents")
    branches = {one.only_if for one in form.questions if one.only_if}
    for language in FORM_LANGUAGES:
        lines = by_hand(form, language)
        assert len(lines) == len(branches) + 1
        assert all(any(str(form.number(one)) in re.findall(r"\d+", line) for line in lines) for one in branches)
    assert by_hand(asked("meeting"), "he") == []


@pytest.mark.parametrize("language", FORM_LANGUAGES)
def test_answers_of_the_form_come_back(language: FormLanguage, tmp_path: Path) -> None:
    """Its xlsx: one row a response, several answers in one cell with semicolons."""
    form = asked("residents")
    answered = people(form, seed=31, is_alone=True)
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    own = ["ID", "Start time", "Completion time", "Email", "Name"]
    sheet.append([*own, *(one.texts[language] for one in form.asked_alone())])
    for number, one in enumerate(answered):
        row: list[Any] = [number + 1, sent(number), sent(number), "anonymous", None]
        for question in form.asked_alone():
            given = one.get(question.id)
            codes = given if question.kind == "several" and given else [given] if given is not None else []
            ending = ";" if question.kind == "several" else ""
            row.append("".join(f"{word(question, code, language)}{ending}" for code in codes) or None)
        sheet.append(row)
    path = tmp_path / "responses.xlsx"
    book.save(path)
    found, report = read(path)
    assert not report.rejected
    assert same(found, expected(form, answered))

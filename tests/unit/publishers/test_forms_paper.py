"""The questionnaire on paper: the page is whole in every language, and what is typed into its sheet is read as it was meant."""

from __future__ import annotations

import html
import random
import re
from datetime import timedelta
from pathlib import Path
from typing import Any, get_args

import openpyxl
import pytest

from collectors.survey_file.recognition import looks_like_survey
from publishers.forms import Form, write_paper
from publishers.forms.paper import page_of
from tests.unit.publishers.forms_town import AUDIENCES, Answers, asked, expected, people, read, same, sent, word
from texts.writing import FORM_LANGUAGES, FormLanguage
from transforms.questionnaire import Audience, questionnaire
from transforms.surveys.population import WEIGHED


def plain(text: str) -> str:
    return html.unescape(re.sub(r"\s+", " ", text))


@pytest.mark.parametrize("audience", AUDIENCES)
@pytest.mark.parametrize("language", FORM_LANGUAGES)
def test_the_page_has_every_question_and_every_answer(audience: Audience, language: FormLanguage) -> None:
    form = asked(audience)
    page = plain(page_of(form, language))
    for number, question in enumerate(form.questions, start=1):
        assert f"{number}. {question.texts[language]}" in page
        assert all(choice.texts[language] in page for choice in question.choices)
    assert f'dir="{"ltr" if language in ("en", "ru") else "rtl"}"' in page
    assert "http" not in page and "<script" not in page


@pytest.mark.parametrize("audience", AUDIENCES)
def test_the_form_asks_what_the_latest_version_asks(audience: Audience) -> None:
    own, form = questionnaire(), asked(audience)
    items = [choice.code for q in form.questions if q.kind == "several" for choice in q.choices]
    items += [q.id for q in form.questions if q.kind in ("scale", "yes_no")]
    assert sorted(items) == sorted([*(one.id for one in own.items_for(audience)), *own.filters_for(audience)])
    # Of the pulse no more is asked than it is weighed by.
    about = {"residents": list(own.cuts), "pulse": [name for name in own.cuts if name in WEIGHED]}
    assert [q.id for q in form.questions if q.is_about] == about.get(audience, [])
    for question in form.questions:
        if question.only_if:
            assert form.number(question.only_if) < form.number(question.id) < form.after(question.only_if)
            between = form.questions[form.number(question.only_if) : form.number(question.id)]
            assert {one.only_if for one in between} == {question.only_if}, "a no skips these and no others"


def filled(form: Form, language: FormLanguage, folder: Path, answered: list[Answers], *, digits: random.Random) -> Path:
    """The sheet as somebody types it in from paper: words of the lists, or numbers on a scale."""
    sheet = folder / "answers.xlsx"
    write_paper(form, language, folder / "page.html", sheet)
    type_in(form, language, sheet, answered, digits=digits)
    return sheet


def type_in(form: Form, language: FormLanguage, sheet: Path, answered: list[Answers], *, digits: random.Random) -> None:
    """Add a row for each respondent to a sheet as it was written."""
    book = openpyxl.load_workbook(sheet)
    first = book.worksheets[0]
    assert bool(first.sheet_view.rightToLeft) == (language not in ("en", "ru"))
    yes = questionnaire().yes_no["yes"].by_language()[language]
    for number, one in enumerate(answered):
        row: list[Any] = [sent(number).date()]
        for question in form.questions:
            given = one.get(question.id)
            if question.kind == "several":
                row += [yes if given and choice.code in given else None for choice in question.choices]
            elif question.kind == "scale" and given and digits.random() < 0.5:
                row.append(int(given))
            else:
                row.append(None if given is None else word(question, given, language))
        first.append(row)
    book.save(sheet)


@pytest.mark.parametrize("audience", AUDIENCES)
@pytest.mark.parametrize("language", FORM_LANGUAGES)
def test_what_is_typed_in_comes_back(audience: Audience, language: FormLanguage, tmp_path: Path) -> None:
    form = asked(audience)
    answered = people(form, seed=len(language + audience))
    found, report = read(filled(form, language, tmp_path, answered, digits=random.Random(1)))
    assert same(found, expected(form, answered))
    assert not report.rejected and {one.code for one in report.notices} <= {"wave_named", "opt_in"}, report.notices


def test_a_page_filled_in_each_day_is_no_table_of_days(tmp_path: Path) -> None:
    form = asked("residents")
    sheet = filled(form, "he", tmp_path, people(form, seed=3, count=4), digits=random.Random(1))
    book = openpyxl.load_workbook(sheet)
    for at in range(4):
        book.worksheets[0].cell(at + 2, 1).value = sent(0).date() + timedelta(days=at)
    book.save(sheet)
    assert looks_like_survey(sheet)


def test_every_audience_is_written_for() -> None:
    assert set(get_args(Audience)) == set(AUDIENCES)

"""The questionnaire on paper: a page to print, and the sheet its answers are typed into.

The sheet's headers are the questions themselves, so that `kehila import` knows it for a survey by nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

from publishers.forms.form import Choice, Form
from publishers.page import environment
from texts import text
from texts.writing import FormLanguage, direction

LAST_ROW = 3_000
"""Rows of the sheet that offer lists of answers; more may be typed below."""
_LINES = ("rows", "day", "answers", "several", "names", "import")
_FONT = {"font_name": "Arial", "font_size": 11, "text_wrap": True, "valign": "top"}


def write_paper(form: Form, language: FormLanguage, page: Path, sheet: Path) -> None:
    """Write the page (HTML, nothing from outside) and the sheet of answers (xlsx). Either path is written over."""
    page.write_text(page_of(form, language), encoding="utf-8")
    with xlsxwriter.Workbook(str(sheet)) as book:
        _Sheet(book, form, language).write()


def page_of(form: Form, language: FormLanguage) -> str:
    """The page as HTML, laid out in the language's direction."""
    return (
        environment()
        .get_template("questionnaire.html")
        .render(
            form=form,
            language=language,
            direction=direction(language),
            say=lambda key, **arguments: text(f"questionnaire.{key}", language, **arguments),
        )
    )


def columns(form: Form, language: FormLanguage) -> Iterator[tuple[str, Sequence[Choice]]]:
    """Header and answers of each column after the day; a question with several answers has one for each of them."""
    marked = next(iter(yes for one in form.questions if one.kind == "yes_no" for yes in one.choices[:1]), None)
    for number, question in enumerate(form.questions, start=1):
        header = f"{number}. {question.texts[language]}"
        if question.kind == "several":
            for choice in question.choices:
                yield f"{header} [{choice.texts[language]}]", (marked,) if marked else ()
        else:
            yield header, question.choices


class _Sheet:
    """The state of one workbook while it is written."""

    def __init__(self, book: Any, form: Form, language: FormLanguage) -> None:
        self._form, self._language = form, language
        self._sheets = [book.add_worksheet(self._say(f"sheet.{name}")) for name in ("answers", "how")]
        self._lists = book.add_worksheet("lists")
        self._lists.hide()
        self._head = book.add_format({**_FONT, "bold": True, "bg_color": "#E8EEF4", "border": 1})
        self._plain = book.add_format(_FONT)
        self._day = book.add_format({**_FONT, "num_format": "dd/mm/yyyy"})
        self._places: dict[tuple[str, ...], str] = {}

    def write(self) -> None:
        """All its sheets."""
        answers, how = self._sheets
        answers.set_column(0, 0, 14, self._day)
        answers.write(0, 0, self._say("sheet.day"), self._head)
        for at, (header, choices) in enumerate(columns(self._form, self._language), start=1):
            answers.set_column(at, at, 22, self._plain)
            answers.write(0, at, header, self._head)
            self._offer(answers, at, [choice.texts[self._language] for choice in choices])
        answers.set_row(0, 110)
        answers.freeze_panes(1, 1)
        how.set_column(0, 0, 100, self._plain)
        yes = next((one.choices[0].texts[self._language] for one in self._form.questions if one.kind == "yes_no"), "")
        lines = [line for line in _LINES if line != "several" or any(q.kind == "several" for q in self._form.questions)]
        for row, line in enumerate(lines):
            how.write(row, 0, self._say(f"sheet.line_{line}", **({"yes": yes} if line == "several" else {})))
        if direction(self._language) == "rtl":
            for one in self._sheets:
                one.right_to_left()

    def _offer(self, sheet: Any, at: int, labels: Sequence[str]) -> None:
        """A list to choose from, and nothing that is refused: numbers may be typed as well."""
        if not labels:
            return
        key = tuple(labels)
        if key not in self._places:
            column = len(self._places)
            self._lists.write_column(0, column, labels)
            name = xlsxwriter.utility.xl_col_to_name(column)
            self._places[key] = f"=lists!${name}$1:${name}${len(labels)}"
        rule = {"validate": "list", "source": self._places[key], "show_error": False}
        sheet.data_validation(1, at, LAST_ROW, at, rule)

    def _say(self, key: str, **arguments: str) -> str:
        return text(f"questionnaire.{key}", self._language, **arguments)

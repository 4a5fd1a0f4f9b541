"""The questionnaire as a LimeSurvey survey (.lss): XML of tables, one for each thing a survey is made of.

Codes of questions hold letters and digits only, and of answers five characters at most, as LimeSurvey wants them:
`trust1` is the item trust_1, `barriers[1]` the answer barriers_1. Readers take them back without a mapping. The tables
are those of LimeSurvey 4 and later, which keep what depends on the language in tables of their own (`*_l10ns`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.etree import ElementTree

from publishers.forms.form import Choice, Form, Question
from texts import text
from texts.writing import FORM_LANGUAGES, FormLanguage

DB_VERSION = 418
"""Of LimeSurvey's tables, as they were in version 4.3: newer installations bring them up to date while they import."""
SURVEY = 100001
"""The survey's number in the file; one that is taken is replaced by another while it is imported."""
_KINDS = {"scale": "L", "yes_no": "L", "one": "L", "several": "M", "words": "S"}
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Value = str | int
Row = Mapping[str, Value]


def write_lss(form: Form, language: FormLanguage, path: Path) -> None:
    """Write the survey with `language` as its own and the others beside it: people choose. `path` is written over."""
    path.write_text(lss_of(form, language), encoding="utf-8")


def lss_of(form: Form, language: FormLanguage) -> str:
    """The survey as XML."""
    document = ElementTree.Element("document")
    ElementTree.SubElement(document, "LimeSurveyDocType").text = "Survey"
    ElementTree.SubElement(document, "DBVersion").text = str(DB_VERSION)
    listed = ElementTree.SubElement(document, "languages")
    for one in _languages(language):
        ElementTree.SubElement(listed, "language").text = one
    for name, rows in _Tables(form, language).all().items():
        if rows:
            _add_table(document, name, rows)
    ElementTree.indent(document, " ")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ElementTree.tostring(document, encoding="unicode")}\n'


def code_of(question: str) -> str:
    """A question's code: LimeSurvey takes no underscores."""
    return question.replace("_", "")


def answer_codes(question: Question) -> dict[str, str]:
    """Code of a choice -> its code in LimeSurvey: a score, yes or no as they are, anything else by its place."""
    if question.kind in ("scale", "yes_no"):
        return {choice.code: choice.code for choice in question.choices}
    if question.kind == "several":
        return {choice.code: choice.code.rpartition("_")[2] for choice in question.choices}
    return {choice.code: f"A{place}" for place, choice in enumerate(question.choices, start=1)}


class _Tables:
    """The tables of one survey, filled question by question."""

    def __init__(self, form: Form, language: FormLanguage) -> None:
        self._form, self._languages = form, _languages(language)
        self._rows: dict[str, list[Row]] = {
            name: []
            for name in ("answers", "answer_l10ns", "groups", "group_l10ns", "questions", "subquestions",
                         "question_l10ns", "surveys", "surveys_languagesettings")
        }  # fmt: skip
        self._used = 0

    def all(self) -> Mapping[str, Sequence[Row]]:
        """Name of a table -> its rows."""
        self._survey()
        about = {False: self._group("title." + self._form.audience), True: 0}
        if any(one.is_about for one in self._form.questions):
            about[True] = self._group("about_you")
        for place, question in enumerate(self._form.asked_alone(), start=1):
            self._question(question, about[question.is_about], place)
        return self._rows

    def _survey(self) -> None:
        own, *others = self._languages
        self._rows["surveys"].append(
            {
                "sid": SURVEY, "gsid": 1, "language": own, "additional_languages": " ".join(others), "active": "N",
                "format": "G", "anonymized": "Y", "datestamp": "Y", "savetimings": "N", "ipaddr": "N", "refurl": "N",
                "allowprev": "Y", "showwelcome": "Y", "showprogress": "Y", "shownoanswer": "Y", "listpublic": "N",
                "showxquestions": "N", "showqnumcode": "N",
            }
        )  # fmt: skip
        for one in self._languages:
            self._rows["surveys_languagesettings"].append(
                {
                    "surveyls_survey_id": SURVEY,
                    "surveyls_language": one,
                    "surveyls_title": self._form.title(one),
                    "surveyls_welcometext": _paragraph(self._form.consent[one]),
                    "surveyls_endtext": _paragraph(text("questionnaire.thanks", one)),
                    "surveyls_dateformat": 1,
                    "surveyls_numberformat": 0,
                }
            )

    def _group(self, title: str) -> int:
        number = len(self._rows["groups"]) + 1
        self._rows["groups"].append(
            {"gid": number, "sid": SURVEY, "group_order": number, "randomization_group": "", "grelevance": "1"}
        )
        for one in self._languages:
            self._add_words("group_l10ns", one, gid=number, group_name=text(f"questionnaire.{title}", one))
        return number

    def _question(self, question: Question, group: int, place: int) -> None:
        only_if = f'{code_of(question.only_if)}.NAOK == "yes"' if question.only_if else "1"
        number = self._asked("questions", question.texts, group, place, 0, _KINDS[question.kind], code_of(question.id),
                             only_if, "Y" if question.is_required else "N")  # fmt: skip
        codes = answer_codes(question)
        for order, choice in enumerate(question.choices, start=1):
            if question.kind == "several":
                self._asked("subquestions", choice.texts, group, order, number, "T", codes[choice.code], "1")
            else:
                self._answer(choice, number, codes[choice.code], order)

    def _asked(
        self, table: str, words: Mapping[str, str], group: int, place: int, parent: int, kind: str, code: str,
        when: str, mandatory: str = "N",
    ) -> int:  # fmt: skip
        self._used += 1
        self._rows[table].append(
            {
                "qid": self._used, "parent_qid": parent, "sid": SURVEY, "gid": group, "type": kind, "title": code,
                "other": "N", "mandatory": mandatory, "encrypted": "N", "question_order": place, "scale_id": 0,
                "same_default": 0, "relevance": when,
            }
        )  # fmt: skip
        for one in self._languages:
            self._add_words("question_l10ns", one, qid=self._used, question=words[one], help="")
        return self._used

    def _answer(self, choice: Choice, question: int, code: str, order: int) -> None:
        number = len(self._rows["answers"]) + 1
        self._rows["answers"].append(
            {"aid": number, "qid": question, "code": code, "sortorder": order, "assessment_value": 0, "scale_id": 0}
        )
        for one in self._languages:
            self._add_words("answer_l10ns", one, aid=number, answer=choice.texts[one])

    def _add_words(self, table: str, language: str, **row: Value) -> None:
        self._rows[table].append({"id": len(self._rows[table]) + 1, **row, "language": language})


def _add_table(document: ElementTree.Element, name: str, rows: Sequence[Row]) -> None:
    table = ElementTree.SubElement(document, name)
    fields = ElementTree.SubElement(table, "fields")
    for field in rows[0]:
        ElementTree.SubElement(fields, "fieldname").text = field
    listed = ElementTree.SubElement(table, "rows")
    for row in rows:
        element = ElementTree.SubElement(listed, "row")
        for field, value in row.items():
            ElementTree.SubElement(element, field).text = _ILLEGAL.sub("", str(value))


def _languages(first: FormLanguage) -> list[FormLanguage]:
    return [first, *(one for one in FORM_LANGUAGES if one != first)]


def _paragraph(words: str) -> str:
    return f"<p>{words}</p>"

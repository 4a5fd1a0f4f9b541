"""The questionnaire as LimeSurvey's own file: the tables of a real one, whole in every language, and read back by both ways.

What a survey of it exports is written here from the file itself, so that a code or a label that is not understood shows.
"""

from __future__ import annotations

import base64
import csv
import json
import re
from pathlib import Path
from typing import Any

import defusedxml.ElementTree as Safe
import pytest

from collectors.limesurvey.sheet import columns_of, responses_of, sheet_of, titles_of
from collectors.survey_answers.mapping import checked_mapping
from publishers.forms import Form
from publishers.forms.lss import lss_of
from tests.unit.publishers.forms_town import AUDIENCES, Answers, asked, expected, people, read, same, sent, word
from texts.writing import FORM_LANGUAGES, FormLanguage
from transforms.questionnaire import Audience, questionnaire

TABLES = {  # of a survey LimeSurvey 4 and later exports: what its import reads, and that each row must bear
    "answers": {"aid", "qid", "code", "sortorder", "scale_id"},
    "answer_l10ns": {"aid", "answer", "language"},
    "groups": {"gid", "sid", "group_order"},
    "group_l10ns": {"gid", "group_name", "language"},
    "questions": {"qid", "parent_qid", "sid", "gid", "type", "title", "question_order", "relevance", "mandatory"},
    "subquestions": {"qid", "parent_qid", "sid", "gid", "type", "title", "question_order"},
    "question_l10ns": {"qid", "question", "language"},
    "surveys": {"sid", "language", "additional_languages", "anonymized", "datestamp"},
    "surveys_languagesettings": {"surveyls_survey_id", "surveyls_language", "surveyls_title", "surveyls_welcometext"},
}

Tables = dict[str, list[dict[str, str]]]


def tables(form: Form, language: FormLanguage) -> Tables:
    document = Safe.fromstring(lss_of(form, language).encode())
    assert document.tag == "document" and document.findtext("LimeSurveyDocType") == "Survey"
    assert int(document.findtext("DBVersion") or 0) > 400
    assert document.findtext("languages/language") == language
    found: Tables = {}
    for name in TABLES:
        rows = [{field.tag: field.text or "" for field in row} for row in document.iterfind(f"{name}/rows/row")]
        fields = [one.text for one in document.iterfind(f"{name}/fields/fieldname")]
        assert all(list(row) == fields for row in rows)
        found[name] = rows
    return found


@pytest.mark.parametrize("audience", AUDIENCES)
@pytest.mark.parametrize("language", FORM_LANGUAGES)
def test_it_has_the_tables_of_a_survey(audience: Audience, language: FormLanguage) -> None:
    found = tables(asked(audience), language)
    for name, needed in TABLES.items():
        assert all(needed <= set(row) for row in found[name]), name
    kinds = {row["type"] for row in found["questions"]}
    assert kinds <= {"L", "M", "S"}
    numbers = [row["qid"] for row in (*found["questions"], *found["subquestions"])]
    assert len(numbers) == len(set(numbers))
    for row in (*found["questions"], *found["answers"], *found["subquestions"]):
        assert row.get("gid", "1") in {one["gid"] for one in found["groups"]}
        assert row.get("parent_qid", "0") in {"0", *numbers}
    titles = [row["title"] for row in found["questions"]]
    assert len(titles) == len(set(titles)) and all(re.fullmatch("[A-Za-z][A-Za-z0-9]{0,19}", one) for one in titles)
    assert all(re.fullmatch("[A-Za-z0-9]{1,5}", row["code"]) for row in found["answers"])
    for row in found["questions"]:
        assert row["relevance"] == "1" or row["relevance"].partition(".")[0] in titles[: titles.index(row["title"])]


@pytest.mark.parametrize("audience", AUDIENCES)
def test_every_text_is_there_in_every_language(audience: Audience) -> None:
    found = tables(asked(audience), "ar")
    for table, number, words in (("question_l10ns", "qid", "question"), ("answer_l10ns", "aid", "answer")):
        known: dict[str, set[str]] = {}
        for row in found[table]:
            known.setdefault(row[number], set()).add(row["language"])
            assert row[words]
        assert all(one == set(FORM_LANGUAGES) for one in known.values())
    asked_for = {row["qid"] for row in (*found["questions"], *found["subquestions"])}
    assert asked_for == {row["qid"] for row in found["question_l10ns"]}
    assert {row["aid"] for row in found["answers"]} == {row["aid"] for row in found["answer_l10ns"]}
    assert {row["surveyls_language"] for row in found["surveys_languagesettings"]} == set(FORM_LANGUAGES)


class Exported:
    """What LimeSurvey would export of the survey in a file: its columns by code, and responses in full words."""

    def __init__(self, form: Form, language: FormLanguage, answered: list[Answers]) -> None:
        self.tables = tables(form, language)
        texts = {r["qid"]: r["question"] for r in self.tables["question_l10ns"] if r["language"] == language}
        parents = {row["qid"]: row["title"] for row in self.tables["questions"]}
        self.questions = [
            {**row, "question": texts[row["qid"]]} for row in (*self.tables["questions"], *self.tables["subquestions"])
        ]
        self.titles: dict[str, str] = {}
        for row in self.questions:
            parent = parents.get(row["parent_qid"])
            if row["type"] != "M":
                code = f"{parent}[{row['title']}]" if parent else row["title"]
                above = next((q["question"] for q in self.questions if q["qid"] == row["parent_qid"]), "")
                self.titles[code] = f"{above} [{row['question']}]" if parent else row["question"]
        self.responses = [self._response(form, language, n, one) for n, one in enumerate(answered)]

    def _response(self, form: Form, language: FormLanguage, number: int, one: Answers) -> dict[str, Any]:
        found: dict[str, Any] = {"id": str(number + 1), "submitdate": f"{sent(number):%Y-%m-%d %H:%M:%S}"}
        found |= {"lastpage": "2", "startlanguage": language}
        for question in form.asked_alone():
            code, given = question.id.replace("_", ""), one.get(question.id)
            if question.kind == "several":
                for choice in question.choices:
                    found[f"{code}[{choice.code.rpartition('_')[2]}]"] = "Yes" if given and choice.code in given else ""
            else:
                found[code] = "" if given is None else word(question, given, language)
        assert set(self.titles) <= set(found)
        return found


@pytest.mark.parametrize("heads", ["codes", "texts", "both"])
@pytest.mark.parametrize("language", FORM_LANGUAGES)
def test_an_exported_file_comes_back(language: FormLanguage, heads: str, tmp_path: Path) -> None:
    form = asked("residents")
    answered = people(form, seed=11, is_alone=True)
    exported = Exported(form, language, answered)
    path = tmp_path / "results-survey.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        shown = {"codes": lambda c, t: c, "texts": lambda c, t: t, "both": lambda c, t: f"{c}. {t}"}[heads]
        own = ["id", "submitdate", "lastpage"]
        writer.writerow([*own, *(shown(code, text) for code, text in exported.titles.items())])
        writer.writerows([one[code] for code in (*own, *exported.titles)] for one in exported.responses)
    found, report = read(path)
    assert not report.rejected
    assert same(found, expected(form, answered))


@pytest.mark.parametrize("audience", AUDIENCES)
def test_the_service_knows_every_question(audience: Audience) -> None:
    exported = Exported(asked(audience), "he", [])
    titles = titles_of(exported.questions)
    known = questionnaire().reader_options()["items"]
    columns = columns_of(titles, titles, known)
    items = {*(one.id for one in questionnaire().items_for(audience)), *questionnaire().filters_for(audience)}
    assert set(columns.values()) == items
    document = base64.b64encode(json.dumps({"responses": []}).encode()).decode()
    assert sheet_of(responses_of(document), titles).rows[0].cells
    assert checked_mapping({**questionnaire().reader_options(), "columns": columns})

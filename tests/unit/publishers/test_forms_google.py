"""The questionnaire as a script for Google Forms: the form it makes asks everything, a no goes past, answers come back."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from collectors.google_forms.sheet import questions, sheet_of
from publishers.forms import Form
from publishers.forms.google import DATA, google_of
from tests.unit.publishers.forms_town import AUDIENCES, Answers, asked, expected, people, read, same, sent, word
from texts.writing import FORM_LANGUAGES, FormLanguage
from transforms.questionnaire import Audience

KINDS = {"scale": "RADIO", "yes_no": "RADIO", "one": "RADIO", "several": "CHECKBOX"}
STAND_IN = """
const made = [];
function item(kind) {
  const one = { kind: kind, title: "", choices: [], targets: [] };
  made.push(one);
  const face = {
    one: one,
    setTitle: (title) => { one.title = title; return face; },
    setRequired: (is_required) => { one.is_required = is_required; return face; },
    setChoiceValues: (values) => { one.choices = values; return face; },
    createChoice: (value, page) => ({ value: value, page: page.one }),
    setChoices: (found) => {
      one.choices = found.map((f) => f.value);
      one.targets = found.map((f) => made.indexOf(f.page));
      return face;
    },
  };
  return face;
}
const form = {
  setDescription: () => form, setCollectEmail: () => form, setConfirmationMessage: () => form,
  addPageBreakItem: () => item("page"), addTextItem: () => item("words"), addCheckboxItem: () => item("several"),
  addMultipleChoiceItem: () => item("one"), getEditUrl: () => "", getPublishedUrl: () => "",
};
const FormApp = { create: () => form };
const Logger = { log: () => null };
createQuestionnaire();
console.log(JSON.stringify(made));
"""


def data_of(form: Form, language: FormLanguage) -> dict[str, Any]:
    script = google_of(form, language)
    assert script.startswith(DATA)
    found: dict[str, Any] = json.JSONDecoder().raw_decode(script[len(DATA) :])[0]
    return found


@pytest.mark.parametrize("audience", AUDIENCES)
@pytest.mark.parametrize("language", FORM_LANGUAGES)
def test_the_script_asks_everything_and_a_no_goes_past(audience: Audience, language: FormLanguage) -> None:
    form = asked(audience)
    sections = data_of(form, language)["sections"]
    made = [(at, one) for at, section in enumerate(sections) for one in section["questions"]]
    assert [one["title"] for _, one in made] == [one.texts[language] for one in form.asked_alone()]
    place = {one["title"]: at for at, one in made}
    by_id = {one.id: one for one in form.questions}
    for question, (at, one) in zip(form.asked_alone(), made, strict=True):
        assert one["choices"] == [choice.texts[language] for choice in question.choices]
        if question.only_if:
            first = by_id[question.only_if]
            goes_to = next(told for _, told in made if told["title"] == first.texts[language])["no_goes_to"]
            assert place[first.texts[language]] < at < goes_to < len(sections)
    for at, section in enumerate(sections):
        leaving = [one for one in section["questions"] if "no_goes_to" in one]
        assert leaving in ([], section["questions"][-1:])
        for one in leaving:
            skipped = {form_q.texts[language]: form_q.only_if for form_q in form.questions}
            passed = [q["title"] for s in sections[at + 1 : one["no_goes_to"]] for q in s["questions"]]
            assert {skipped[title] for title in passed} == {
                q.id for q in form.questions if q.texts[language] == one["title"]
            }


@pytest.mark.skipif(shutil.which("node") is None, reason="there is no node here to run the script")
def test_the_script_runs(tmp_path: Path) -> None:
    form = asked("residents")
    script = tmp_path / "form.js"
    script.write_text(google_of(form, "he") + STAND_IN, encoding="utf-8")
    ran = subprocess.run(["node", str(script)], capture_output=True, text=True, check=True, timeout=60)
    made = json.loads(ran.stdout)
    found = [one for one in made if one["kind"] != "page"]
    assert [one["title"] for one in found] == [one.texts["he"] for one in form.asked_alone()]
    leaving = [(at, one) for at, one in enumerate(made) if one["targets"]]
    assert len(leaving) == 4
    for at, one in leaving:
        yes, no = one["targets"]
        assert made[yes]["kind"] == made[no]["kind"] == "page"
        assert yes == at + 1 and no > yes


@pytest.mark.parametrize("language", FORM_LANGUAGES)
def test_answers_of_the_form_come_back_by_service_and_file(language: FormLanguage, tmp_path: Path) -> None:
    form = asked("residents")
    answered = people(form, seed=21, is_alone=True)
    titles = {one.id: one.texts[language] for one in form.asked_alone()}
    by_title = {one["title"]: one for s in data_of(form, language)["sections"] for one in s["questions"]}
    items = []
    for number, question in enumerate(form.asked_alone()):
        made = by_title[titles[question.id]]
        kind: dict[str, Any] = {"textQuestion": {}}
        if made["kind"] != "words":
            options = [{"value": value} for value in made["choices"]]
            kind = {"choiceQuestion": {"type": KINDS[made["kind"]], "options": options}}
        items.append({"title": made["title"], "questionItem": {"question": {"questionId": f"{number:08x}", **kind}}})
    known = questions({"items": items})
    responses = [_response(form, language, number, one) for number, one in enumerate(answered)]
    sheet = sheet_of(known, responses, "Asia/Jerusalem")
    path = tmp_path / "responses.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = [[cell.value for cell in row.cells] for row in sheet.rows]
        csv.writer(file).writerows(rows)
    found, report = read(path)
    assert not report.rejected
    assert same(found, expected(form, answered))


def _response(form: Form, language: FormLanguage, number: int, one: Answers) -> dict[str, Any]:
    answers = {}
    for place, question in enumerate(form.asked_alone()):
        given = one.get(question.id)
        if given is not None:
            codes = given if question.kind == "several" else [given]
            words = [{"value": word(question, code, language)} for code in codes]
            answers[f"{place:08x}"] = {"questionId": f"{place:08x}", "textAnswers": {"answers": words}}
    return {"responseId": str(number), "lastSubmittedTime": f"{sent(number):%Y-%m-%dT%H:%M:%SZ}", "answers": answers}

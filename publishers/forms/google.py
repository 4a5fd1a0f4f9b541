"""The questionnaire as a Google Apps Script: run once, it makes the form in the account of who runs it.

The script is the questions as JSON and a few lines that go through them. Every question bears its own text as its
title, by which the collector `google_forms` and readers of its exports know it. What is for some people stands in a
section of its own, which a no goes past.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from publishers.forms.form import Form, Question
from texts import text
from texts.writing import FormLanguage

DATA = "const QUESTIONNAIRE = "
"""What the line with the questions begins with."""

_SCRIPT = """\
function createQuestionnaire() {
  const form = FormApp.create(QUESTIONNAIRE.title);
  form.setDescription(QUESTIONNAIRE.description);
  form.setCollectEmail(false);
  form.setConfirmationMessage(QUESTIONNAIRE.thanks);
  const pages = {};
  const waiting = [];
  QUESTIONNAIRE.sections.forEach(function (section, at) {
    if (at > 0) {
      pages[at] = form.addPageBreakItem().setTitle(section.title);
    }
    section.questions.forEach(function (question) {
      if (question.kind === "words") {
        form.addTextItem().setTitle(question.title).setRequired(question.required);
      } else if (question.kind === "several") {
        form.addCheckboxItem().setTitle(question.title).setChoiceValues(question.choices);
      } else {
        const item = form.addMultipleChoiceItem().setTitle(question.title);
        if (question.no_goes_to) {
          waiting.push({ item: item, question: question, yes: at + 1 });
        } else {
          item.setChoiceValues(question.choices);
        }
      }
    });
  });
  waiting.forEach(function (one) {
    one.item.setChoices([
      one.item.createChoice(one.question.choices[0], pages[one.yes]),
      one.item.createChoice(one.question.choices[1], pages[one.question.no_goes_to]),
    ]);
  });
  Logger.log("Edit: " + form.getEditUrl());
  Logger.log("Answer: " + form.getPublishedUrl());
}
"""


def write_google(form: Form, language: FormLanguage, path: Path) -> None:
    """Write the script; `path` is written over."""
    path.write_text(google_of(form, language), encoding="utf-8")


def google_of(form: Form, language: FormLanguage) -> str:
    """The script as text."""
    data = json.dumps(_data(form, language), ensure_ascii=False, indent=1)
    return f"{DATA}{data};\n\n{_SCRIPT}"


def _data(form: Form, language: FormLanguage) -> dict[str, Any]:
    return {
        "title": form.title(language),
        "description": form.consent[language],
        "thanks": text("questionnaire.thanks", language),
        "sections": _sections(form, language),
    }


def _sections(form: Form, language: FormLanguage) -> list[dict[str, Any]]:
    """Stretches of questions: one ends behind a question that says whom the next are for, and behind those."""
    asked = form.asked_alone()
    conditions = {one.only_if for one in asked if one.only_if}
    about = text("questionnaire.about_you", language)
    sections: list[dict[str, Any]] = []
    passes: dict[str, dict[str, Any]] = {}
    before: Question | None = None
    for question in asked:
        is_new = before is None or before.id in conditions or before.only_if != question.only_if
        if is_new or (before is not None and before.is_about != question.is_about):
            sections.append({"title": about if question.is_about else form.title(language), "questions": []})
        told: dict[str, Any] = {
            "title": question.texts[language],
            "kind": question.kind,
            "required": question.is_required,
            "choices": [choice.texts[language] for choice in question.choices],
        }
        if question.only_if:
            passes[question.only_if]["no_goes_to"] = len(sections)
        if question.id in conditions:
            passes[question.id] = told
        sections[-1]["questions"].append(told)
        before = question
    return sections

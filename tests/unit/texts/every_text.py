"""Every text a person reads, by language: the catalogue of texts, the staff workbook, indicators, views and questions."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from collectors.staff_workbook import layout
from texts import LANGUAGES, error_texts, texts_of
from texts.catalogue import FOLDER
from transforms import questionnaire
from transforms.catalogue import ours
from warehouse.bi.labels import LABELS

SHEETS = Path(layout.__file__).parent
QUESTIONS = Path(questionnaire.__file__).with_suffix(".yaml")
Text = tuple[str, dict[str, list[str]]]
"""Where it stands; language -> its forms."""


def _declared(key: str, found: Any) -> Iterator[Text]:
    """Every mapping of the three languages in a YAML file."""
    if isinstance(found, list):
        found = {str(number): one for number, one in enumerate(found)}
    if not isinstance(found, dict):
        return
    if set(found) >= set(LANGUAGES):
        yield (
            key,
            {one: list(found[one].values()) if isinstance(found[one], dict) else [found[one]] for one in LANGUAGES},
        )
        return
    for name, inner in found.items():
        yield from _declared(f"{key}.{name}", inner)


def questions() -> list[Text]:
    """What residents and staff are asked: words that must stay as they were asked."""
    return list(_declared("questionnaire", yaml.safe_load(QUESTIONS.read_text(encoding="utf-8"))))


def indicators() -> list[Text]:
    """The labelled texts of the catalogue."""
    found: list[Text] = []
    for name, one in ours().items():
        found += _declared(name, one.header.model_dump())
        said = {"he": one.header.definition_he, "ar": one.header.definition_ar, "en": one.header.definition}
        found.append((f"{name}.definition", {language: [text] for language, text in said.items()}))
    return found


def every_text() -> list[Text]:
    """All of them but the questions."""
    found: list[Text] = []
    for path in sorted(FOLDER.glob("*.yaml")):
        if not path.stem.startswith("errors"):
            for name, text in texts_of(path.stem).items():
                found.append((f"{path.stem}.{name}", {x: list(text.forms[x].values()) for x in LANGUAGES}))
    for code, error in error_texts().items():
        for part, text in (("happened", error.happened), ("remedy", error.remedy)):
            found.append((f"errors.{code}.{part}", {x: list(text.forms[x].values()) for x in LANGUAGES}))
    for name, label in LABELS.items():
        found.append((f"view.{name}", {language: [label[language]] for language in LANGUAGES}))
    for path in sorted(SHEETS.glob("*.yaml")):
        found += _declared(f"workbook.{path.stem}", yaml.safe_load(path.read_text(encoding="utf-8")))
    return found + indicators()

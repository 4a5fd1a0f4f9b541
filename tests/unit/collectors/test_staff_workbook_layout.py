"""The declaration of the workbook agrees with itself, with the streams and with what its page promises."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml
from openpyxl import load_workbook

from collectors.staff_workbook.hidden_sheet import Contents
from collectors.staff_workbook.layout import (
    ENTRIES,
    HIDDEN_SHEET,
    LANGUAGES,
    MESSAGES,
    SHEETS,
    WORDS,
    codes_of_words,
    titles,
)
from collectors.staff_workbook.wording import folded
from collectors.staff_workbook.write import write_staff_workbook
from collectors.tabular import plain_text
from tests.conftest import ROOT, shared
from transforms.catalogue import ours
from warehouse import vocabulary as v

PAGE = (ROOT / "docs" / "staff_workbook.md").read_text(encoding="utf-8")


def texts_in(value: Any, path: str = "") -> list[tuple[str, dict[str, Any]]]:
    if isinstance(value, dict):
        own = [(path, value)] if isinstance(value.get("he"), str) else []
        return own + [found for key, inner in value.items() for found in texts_in(inner, f"{path}/{key}")]
    if isinstance(value, list):
        return [found for number, inner in enumerate(value) for found in texts_in(inner, f"{path}/{number}")]
    return []


@pytest.mark.parametrize("name", ["sheets", "words", "indicators", "messages"])
def test_every_text_is_there_in_three_languages(name: str) -> None:
    loaded = yaml.safe_load((ROOT / "collectors" / "staff_workbook" / f"{name}.yaml").read_text(encoding="utf-8"))
    found = texts_in(loaded)
    assert found
    for path, texts in found:
        # A comma in an unquoted text would split it into keys without a value.
        assert all(isinstance(texts.get(language), str) and texts[language] for language in LANGUAGES), path
        assert None not in texts.values(), path


def test_columns_fill_columns_of_their_stream() -> None:
    for sheet in SHEETS.values():
        assert {c.fills for c in sheet.columns if c.fills} <= set(sheet.stream.schema.names), sheet.id
        assert {c.words for c in sheet.columns if c.type == "words"} <= set(WORDS)


def test_headers_and_titles_are_never_ambiguous() -> None:
    for sheet in SHEETS.values():
        for language in LANGUAGES:
            heads = [column.title[language] for column in sheet.columns]
            assert len(heads) == len(set(heads)), sheet.id
        said = [{*titles(e.indicator.title)} for e in ENTRIES.values() if e.sheet == sheet.id]
        assert sum(map(len, said)) == len(set().union(*said)), sheet.id
    for name, entry in ENTRIES.items():
        assert set(Contents().parts_of(name).values()) == {part.code for part in entry.indicator.parts}
    names = [sheet.title[language] for sheet in SHEETS.values() for language in LANGUAGES]
    assert all(len(name) <= 31 and not re.search(r"[\[\]:*?/\\']", name) for name in names)


def test_all_that_is_reported_can_be_entered() -> None:
    for mission in ("indicators.yaml", "indicators_added.yaml"):
        spec = yaml.safe_load(shared("mission", mission).read_text(encoding="utf-8"))
        wanted = {i["id"] for family in spec.values() for i in family if i["method"] in ("reported", "mixed")}
        assert wanted & set(ours()) <= set(ENTRIES)
    assert set(ENTRIES) == {name for name, one in ours().items() if one.header.method in ("reported", "mixed")}


def test_the_page_names_every_indicator_part_state_and_topic() -> None:
    for name, entry in ENTRIES.items():
        lines = [line for line in PAGE.splitlines() if f"`{name}`" in line]
        assert lines, name
        for part in entry.indicator.parts:
            assert any(f"`{part.code}`" in line for line in lines), (name, part.code)
        topics = [line for line in PAGE.splitlines() if line.startswith(f"| `{entry.topic}` |")]
        assert any(f"`{name}`" in line for line in topics) or entry.sheet in ("communities", "goals")
    for words in ("routine_form", "rank", "community_kind", "community_stage", "direction", "focus_with", "barrier"):
        assert all(f"`{code}`" in PAGE for code in WORDS[words]), words


def test_excel_limits_hold_for_every_check_message() -> None:
    for texts in MESSAGES["validation"].values():
        assert all(len(text) <= 225 for text in texts.values())
    assert all(len(text) <= 32 for text in MESSAGES["validation"]["title"].values())


@pytest.mark.parametrize(("language", "is_rtl"), [("he", True), ("ar", True), ("en", False)])
def test_the_workbook_people_get(tmp_path: Path, language: str, is_rtl: bool) -> None:
    path = tmp_path / "w.xlsx"
    write_staff_workbook(path, language=language, months=["2026-01"], authority="0042")
    book = load_workbook(path)
    assert book.sheetnames[-1] == HIDDEN_SHEET and book[HIDDEN_SHEET].sheet_state == "hidden"
    for sheet, layout in zip(book.worksheets[1:-1], SHEETS.values(), strict=True):
        assert bool(sheet.sheet_view.rightToLeft) is is_rtl
        assert sheet.title == layout.title[language]
        assert sheet.freeze_panes == "A3" and sheet.row_dimensions[1].hidden
        heads = [cell.value for cell in sheet[2]]
        assert heads == [c.title[language] + (" *" if c.required else "") for c in layout.columns]
        noted = [cell.comment is not None for cell in sheet[2]]
        assert noted == [column.note is not None for column in layout.columns]
        checks = {str(check.sqref).split(":")[0]: check for check in sheet.data_validations.dataValidation}
        for place, column in enumerate(layout.columns):
            if column.type in ("words", "yes_no", "indicator", "part", "space", "month", "linked"):
                assert checks[f"{chr(65 + place)}3"].type == "list", column.id
    monthly = book[SHEETS["monthly"].title[language]]
    part = next(c for c in monthly.data_validations.dataValidation if str(c.sqref).startswith("C3"))
    assert part.formula1.startswith("OFFSET(_kehila!$") and "MATCH($B3," in part.formula1
    with zipfile.ZipFile(path) as archive:
        assert not any("externalLink" in name or "vbaProject" in name for name in archive.namelist())


def test_a_word_that_stood_there_once_is_read_and_no_longer_offered() -> None:
    before = {(name, code): t["before"] for name, words in WORDS.items() for code, t in words.items() if "before" in t}
    assert before == {("language", "yi"): "الييديش"}
    for (name, code), word in before.items():
        assert codes_of_words(name)[plain_text(word)] == code
        assert word not in {WORDS[name][code][language] for language in LANGUAGES}


def test_no_word_of_a_list_stands_for_two_codes() -> None:
    for name, words in WORDS.items():
        said = [
            plain
            for texts in words.values()
            for plain in {folded(text) for name, text in texts.items() if name != "also"}
            | {folded(one) for one in texts.get("also", ())}
        ]
        assert len(said) == len(set(said)), name
        assert all(codes_of_words(name)[code.casefold()] == code for code in words)


def test_codes_are_those_of_the_vocabulary() -> None:
    pairs = {
        "asset": v.Asset,
        "space_kind": v.SpaceKind,
        "operator": v.Operator,
        "language": v.Language,
        "society": v.Society,
        "topic": v.Topic,
        "process_kind": v.ProcessKind,
        "stage": v.Stage,
    }
    for name, words in pairs.items():
        assert set(WORDS[name]) == set(get_args(words)), name

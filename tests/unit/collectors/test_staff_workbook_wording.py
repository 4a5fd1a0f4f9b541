"""A word typed for a part stands for the only part whose titles hold it, or for none: never for the likelier one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

import pytest

from collectors.staff_workbook.hidden_sheet import Contents
from collectors.staff_workbook.layout import entry_for
from collectors.staff_workbook.wording import folded, meant_by, suggested
from collectors.tabular import plain_text
from pipeline.land.returned import asked_of_staff, words_of_reports
from texts import LANGUAGES

WRITTEN_BEFORE = "(?:[שהובלמכ]{0,3}|[وفبكل]{0,2}(?:ال|ل)?)"


@cache
def contents() -> Contents:
    return Contents(entries={one.id: entry_for(one) for one in asked_of_staff()}, reported=words_of_reports())


def words_of(titles: Mapping[str, str]) -> set[str]:
    """Every word of every title, as it stands and without one to three letters before it."""
    words = {word for title in titles for word in re.findall(r"[^\W_]+", title)}
    shorter = {
        re.sub(f"^{letters}", "", word) for word in words for letters in (*"שהובלמכ", "ال", "لل", *"وفبكل", "שה")
    }
    return {word for word in words | shorter if word}


def holding(word: str, titles: Mapping[str, str]) -> set[str]:
    """The parts with a title in which a word stands, also where letters are written together with it."""
    pattern = re.compile(rf"(?<!\w){WRITTEN_BEFORE}{re.escape(folded(word))}(?!\w)")
    return {code for title, code in titles.items() if pattern.search(folded(title))}


@pytest.mark.parametrize("indicator", sorted(name for name, one in contents().entries.items() if one.indicator.parts))
def test_a_word_stands_for_the_only_part_that_holds_it_or_for_none(indicator: str) -> None:
    titles = contents().parts_of(indicator)
    wrong = {}
    for word in words_of(titles):
        found = meant_by(word, titles)
        whole = plain_text(word) in titles  # a code, or a title of one word
        if found and not whole and holding(word, titles) != {found.code}:
            wrong[word] = (found.code, holding(word, titles))
    assert wrong == {}


@pytest.mark.parametrize("indicator", sorted(name for name, one in contents().entries.items() if one.indicator.parts))
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_title_itself_stands_for_its_part(indicator: str, language: str) -> None:
    titles = contents().parts_of(indicator)
    for part in contents().entries[indicator].indicator.parts:
        found = meant_by(part.title[language], titles)
        assert found is not None and (found.code, found.is_short) == (part.code, False)


@pytest.mark.parametrize("indicator", ["website.answers", "app.answers"])
def test_what_may_be_hours_or_a_count_is_neither_and_the_count_is_suggested(indicator: str) -> None:
    parts = contents().entries[indicator].indicator.parts
    assert meant_by("נענו", contents().parts_of(indicator)) is None
    assert "פניות שנענו" in suggested("נענו", [part.title["he"] for part in parts])


def test_one_word_that_only_one_title_holds_is_enough() -> None:
    titles = contents().parts_of("whatsapp.meetups")
    found = meant_by("פנים אל פנים", titles)
    assert found is not None and (found.code, found.is_short) == ("in_person", True)

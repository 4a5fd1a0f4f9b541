"""The page of the measures the policy asks for names indicators there are, and parts they have."""

from __future__ import annotations

import re

from tests.conftest import ROOT
from transforms.catalogue import ours

PAGE = (ROOT / "docs" / "source_measures.md").read_text(encoding="utf-8")
INDICATOR = re.compile(r"`([a-z]+\.[a-z_]+)`(?: \(([^)]*)\))?")
ROWS = [row for row in PAGE.splitlines() if row.startswith("| ") and not row.startswith("| what is asked")]


def shown(row: str) -> list[tuple[str, list[str]]]:
    """The indicators of a row's second column, with the parts named behind them."""
    return [
        (name, re.findall(r"`([a-z0-9_]+)(?:\.\.\.)?`", parts)) for name, parts in INDICATOR.findall(row.split("|")[2])
    ]


def test_every_row_names_an_indicator_there_is_and_parts_it_has() -> None:
    assert len(ROWS) >= 45
    for row in ROWS:
        found = shown(row)
        assert found, row
        for name, parts in found:
            assert name in ours(), row
            has = ours()[name].header.parts
            for part in parts:
                assert part in has or (part.endswith("_") and any(one.startswith(part) for one in has)), (name, part)


def test_no_indicator_is_left_out_and_no_row_is_without_a_word_on_it() -> None:
    named = {name for row in ROWS for name, _ in shown(row)}
    assert set(ours()) - named == set()
    assert all(row.split("|")[3].strip() for row in ROWS)


def test_a_part_that_is_not_there_would_be_found() -> None:
    assert shown("| x | `zoom.participation` (`spoke`, `about_...`), `zoom.attendees` | y |") == [
        ("zoom.participation", ["spoke", "about_"]),
        ("zoom.attendees", []),
    ]

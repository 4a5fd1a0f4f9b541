"""`flags(...)`: a statement's quality flags, each with its condition, without blanks to forget."""

from __future__ import annotations

import re
from typing import get_args

import pytest

from transforms.catalogue import FOLDER
from transforms.engines.duck import DuckSession
from warehouse.vocabulary import Quality

STATEMENTS = sorted(FOLDER.parent.rglob("*.sql"))


@pytest.mark.parametrize(
    ("call", "text"),
    [
        ("flags('a', 1 = 1)", "a"),
        ("flags('a', 1 = 2)", ""),
        ("flags('a', null)", ""),
        ("flags('a', true, 'b', true)", "a b"),
        ("flags('a', false, 'b', true)", "b"),
        ("flags('a', null, 'b', false)", ""),
        ("flags('a', true, 'b', false, 'c', true)", "a c"),
        ("concat_ws(' ', null, flags('a', true))", "a"),
    ],
)
def test_flags_that_hold_are_joined(call: str, text: str) -> None:
    assert DuckSession().ask(f"select {call}")[1] == [(text,)]


def test_no_statement_puts_flags_together_by_hand() -> None:
    """A flag chosen by CASE, or one that carries its own blank, is the way a blank was forgotten."""
    word = "|".join(get_args(Quality))
    by_hand = re.compile(rf"then ' ?(?:{word}) ?' else ''|' (?:{word})'|'(?:{word}) '")
    assert len(STATEMENTS) > 90
    found = {path.name: hits for path in STATEMENTS if (hits := by_hand.findall(path.read_text(encoding="utf-8")))}
    assert found == {}
    assert by_hand.search("concat(quality, case when n < 50 then ' low_reliability' else '' end)")


def test_every_flag_in_a_call_is_one_of_the_vocabulary() -> None:
    named = {
        flag
        for path in STATEMENTS
        for call in re.findall(r"\bflags\(((?:[^()]|\([^()]*\))*)\)", path.read_text(encoding="utf-8"))
        for flag in re.findall(r"(?:^|,)\s*(?:--[^\n]*\n\s*)*'([a-z_]+)'", call)
    }
    assert len(named) >= 10
    assert named <= set(get_args(Quality)), named - set(get_args(Quality))

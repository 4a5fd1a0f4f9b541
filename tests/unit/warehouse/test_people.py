"""The dictionary of people: looked up and not loaded, the same ordinals as one that holds everybody."""

import hmac
import random
import re
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.warehouse.test_ledger import House
from warehouse import people as people_of
from warehouse.lake import Lake
from warehouse.people import (
    GROUP_ROWS,
    KINDS,
    PEOPLE_SCHEMA,
    PEOPLE_STREAM,
    Dictionary,
    People,
    _keyed,
    absorbed,
    normal_identity,
)

KEY = b"k" * 32


def written(lake: Lake, count: int, first: int = 0) -> str:
    people = People(KEY)
    for number in range(first, first + count):
        people.ordinal("account", f"person {number}")
    return lake.write("people", people.new_people().sort_by("person_hash"), group_rows=GROUP_ROWS).path


def test_landing_after_landing_gives_each_person_one_ordinal_and_few_segments(tmp_path: Path) -> None:
    house, rng, expected = House(tmp_path), random.Random(7), dict[str, int]()
    for run in range(40):
        names = [f"person {rng.randrange(300)}" for _ in range(rng.randrange(1, 40))]
        for name in names:
            expected.setdefault(name, len(expected))
        house.land(*names, run=f"r{run}")
        visits = house.lake.read([house.ledger.segments(["visits"])[-1].path])
        assert visits["who"].to_pylist() == [expected[name] for name in names]
    segments = house.ledger.segments([PEOPLE_STREAM])
    assert sum(row.records for row in segments) == len(expected)
    assert len(segments) <= len(expected).bit_length()
    house.engine.dispose()


def test_one_person_costs_one_row_group_however_many_are_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lake, read = Lake(tmp_path), list[int]()
    path = written(lake, 5 * GROUP_ROWS)
    original = pq.ParquetFile.read_row_groups
    monkeypatch.setattr(
        pq.ParquetFile, "read_row_groups", lambda file, groups: (read.append(len(groups)), original(file, groups))[1]
    )
    people = People(KEY, Dictionary(lake, [path]))
    assert people.find("account", "person 12345") is not None
    assert people.ordinal("account", "person 12345") == people.find("account", "person 12345")
    assert read == [1], "asked once, and one of five groups was read"
    assert people.find("account", "nobody we met") is None
    assert people.new_people().num_rows == 0
    assert people.ordinal("account", "nobody we met") == 5 * GROUP_ROWS


@given(st.lists(st.integers(0, 60), max_size=60), st.integers(0, 5))
def test_looking_up_equals_holding_everybody(met: list[int], split: int) -> None:
    known = People(KEY)
    for number in range(40):
        known.ordinal("account", f"person {number}")
    table = known.new_people()

    class Stored:
        def find(self, hashes: pa.Array) -> pa.Table:
            wanted = set(hashes.to_pylist())
            rows = [row for row in table.to_pylist() if row["person_hash"] in wanted]
            return pa.Table.from_pylist(rows, PEOPLE_SCHEMA)

        def greatest(self) -> int:
            return 39

    people = People(KEY, Stored())
    for number in met:
        expected = known.ordinal("account", f"person {number}")
        assert people.ordinal("account", f"person {number}") == expected
        assert people.find("account", f"person {number + split}") in (
            None,
            known.find("account", f"person {number + split}"),
        )


def test_small_segments_are_taken_in_and_large_ones_left() -> None:
    assert absorbed(1, []) == 0
    assert absorbed(1, [1000]) == 0
    assert absorbed(1, [1, 2, 1000]) == 2
    assert absorbed(500, [1, 2, 1000]) == 3
    assert absorbed(500, [1, 2, 1000], 1000) == 2


@given(st.binary(max_size=100), st.binary(max_size=200))
def test_a_key_taken_in_once_makes_the_same_hashes(key: bytes, content: bytes) -> None:
    assert _keyed(key)(content) == hmac.digest(key, content, "sha256")


SPELLED = "aZ09@.+-~`'\"() \u00a0\t\u200f\u05b8\u05f3\u05d0\u05ea\ufb2a\u0627\u0640\u064e\u0653\ufefb\uff21\u0660\u00c4"
"""Letters of three scripts with their marks, signs, blanks, and forms that are another letter's."""


@given(st.sampled_from(KINDS), st.text(SPELLED, max_size=12) | st.text(max_size=6))
def test_what_needs_no_folding_is_spelled_as_folding_would_leave_it(kind: str, value: str) -> None:
    quickly = normal_identity(kind, value)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(people_of, "_PLAIN", re.compile("(?!)"))
        assert normal_identity(kind, value) == quickly

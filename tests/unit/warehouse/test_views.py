"""Labelled views: every value once, labels unique and short, in three languages."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from warehouse.bi.labels import LABELS, OF_VALUES, PUBLISHED
from warehouse.bi.views import LANGUAGES, View, views
from warehouse.migrations import upgrade
from warehouse.store import open_engine, transaction, upsert
from warehouse.tables import DimIndicator, DimPart, DimSpace, IndicatorValue, Snapshot, SnapshotValue

TITLES = {f"{name}_{lang}": f"{name} {lang}" for name in ("title", "question", "advice") for lang in LANGUAGES}
INDICATOR = {
    "indicator": "whatsapp.trust", "family": "whatsapp", "outcome": 1, "aspect": "reach", "method": "surveyed", "unit": "score_1_5",
    "better": "higher", **TITLES, "definition_en": "mean", "minimum_effect": 0.03, "owner": "o", "since": "2026-01",
    "definition_version": "1", "sort_order": 1,
}  # fmt: skip
VALUE = {
    "indicator": "whatsapp.trust",
    "authority": "T",
    "month": "2026-01",
    "unit": "score_1_5",
    "status": "final",
    "definition_version": "1",
}


@pytest.mark.parametrize("one", list(views()), ids=lambda one: one.name)
def test_labels_are_unique_and_short(one: View) -> None:
    """PostgreSQL cuts a name at 63 bytes, which are 31 letters of Hebrew or Arabic, and some tools see no capitals."""
    names = [name.casefold() for name in one.columns]
    assert len(names) == len(set(names)) and max(len(name.encode()) for name in names) <= 63
    for language in LANGUAGES:
        assert max(len(label[language]) for label in one.columns.values()) <= 31


def test_every_view_whose_names_are_not_ascii_has_a_twin_whose_names_are() -> None:
    found = {one.name: one for one in views()}
    for name, one in found.items():
        assert one.about and one.name.isascii()
        if name.startswith("v_"):
            assert all(column.isidentifier() and column.isascii() for column in one.columns), name
        else:
            assert list(found[f"v_{name}"].columns.values()) == list(one.columns.values()), name


def test_columns_are_named_in_three_languages_that_differ() -> None:
    for name, label in LABELS.items():
        assert len({label.he, label.ar, label.en}) == 3, name
        assert re.search("[א-ת]", label.he) and re.search("[\u0621-\u064a]", label.ar) and label.about, name


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_value_stands_once_with_its_titles(tmp_path: Path, language: str) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/w.db")
    upgrade(engine)
    with transaction(engine) as tx:
        upsert(tx, DimIndicator, [INDICATOR])
        titles = {f"title_{lang}": f"part {lang}" for lang in LANGUAGES}
        upsert(tx, DimPart, [{"indicator": "whatsapp.trust", "part": "p", "unit": "share", **titles}])
        space = {"authority": "T", "space": "s", "title": "place", "asset": "whatsapp", "kind": "open"}
        upsert(tx, DimSpace, [{**space, "operated_by": "authority", "language": "he", "society": "general"}])
        places = [("", ""), ("s", ""), ("", "p")]
        upsert(tx, IndicatorValue, [{**VALUE, "space": s, "part": p, "value": 4.0} for s, p in places])
    title, part, place, value = (OF_VALUES[name][language] for name in ("title", "part_title", "space_title", "value"))
    expected = {"": ("", ""), "_by_part": (f"part {language}", ""), "_by_space": ("", "place")}
    with engine.connect() as connection:
        for end, (of_part, of_place) in expected.items():
            [row] = connection.execute(text(f"select * from indicator_value{end}_{language}")).mappings().all()
            assert (row[title], row[part] or "", row[place] or "") == (f"title {language}", of_part, of_place)
            assert row[value] == 4.0
            [twin] = connection.execute(text(f"select * from v_indicator_value{end}_{language}")).all()
            assert tuple(twin) == tuple(row.values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_published_last_stands_beside_what_is_known(tmp_path: Path, language: str) -> None:
    """The latest revision of each month, each cell once, also where it is known no more or nobody may see it."""
    engine = open_engine(f"sqlite:///{tmp_path}/w.db")
    upgrade(engine)
    at = datetime(2026, 2, 10, tzinfo=UTC)
    with transaction(engine) as tx:
        for revision, value in ((1, 3.0), (2, 4.0)):
            upsert(tx, Snapshot, [{"authority": "T", "month": "2026-01", "revision": revision, "closed_at": at,
                                   "manifest_sha256": "0" * 64, "folder": "f"}])  # fmt: skip
            cell = {name: VALUE[name] for name in ("indicator", "authority", "month", "status", "definition_version")}
            cell |= {"snapshot_revision": revision}
            upsert(tx, SnapshotValue, [cell | {"value": value}, cell | {"space": "gone", "value": 1.0},
                                       cell | {"part": "p", "value": 9.0, "status": "suppressed"}])  # fmt: skip
        known = VALUE | {"definition_version": "2"}
        upsert(
            tx, IndicatorValue, [known | {"value": 5.0}, known | {"part": "p", "value": 9.0, "status": "suppressed"}]
        )
    names = ("revision", "value", "status", "definition_version", "known_value", "known_status", "known_definition")
    with engine.connect() as connection:
        rows = [
            row
            for end in ("", "_by_part", "_by_space", "_by_space_and_part")
            for row in connection.execute(text(f"select * from as_published{end}_{language}")).mappings().all()
        ]
    found = [tuple(row[PUBLISHED[name][language]] for name in names) for row in rows]
    assert sorted(found, key=str) == [
        (2, 1.0, "final", "1", None, "missing", None),
        (2, 4.0, "final", "1", 5.0, "final", "2"),
        (2, None, "suppressed", "1", None, "suppressed", "2"),
    ]

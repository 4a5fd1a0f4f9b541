"""Records of a service that were put aside: sealed, and read again once the collector understands them."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine

from collectors import columnar
from collectors.facebook.source import FacebookPage
from collectors.facebook.streams import Posts
from collectors.kinds import WrongValue
from pipeline.collect.collect import collect
from pipeline.land.quarantine import replay
from simulator.services.facebook import FacebookGraph, Post
from simulator.services.server import Answer, Call
from tests.one_account import town_with
from town.landed import landed_tables
from town.store import TownStore
from warehouse.ledger import core
from warehouse.ledger_tables import QuarantineRow

NOW = datetime(2026, 10, 20, 12, tzinfo=UTC)


@pytest.fixture
def graph() -> Iterator[FacebookGraph]:
    with FacebookGraph(now=NOW) as one:
        one.posts = [Post(f"{one.page}_{n}", datetime(2026, 10, n, 9, tzinfo=UTC), "Text Canary") for n in (1, 2)]
        yield one


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, graph: FacebookGraph) -> Iterator[TownStore]:
    monkeypatch.setenv("PAGE_TOKEN", graph.token)
    section = {
        "page": graph.page, "space": "page", "base_url": graph.base_url, "metrics": ["page_follows"],
        "secrets": {"token": "env:PAGE_TOKEN"},
    }  # fmt: skip
    with town_with(FacebookPage(), "town", section, folder=tmp_path, now=NOW, monkeypatch=monkeypatch) as made:
        yield made


def old_reader(value: Any) -> Any:
    """The reader before the upgrade: it does not know how to read the first post."""
    if str(value).endswith("_1"):
        raise WrongValue("no identifier we know")
    return value


def replayed(store: TownStore) -> tuple[int, int]:
    """Records read again, and items resolved."""
    done = replay(store, lambda _code: store).as_json()
    return done["records"], done["replayed"]


def posts(store: TownStore) -> list[str]:
    return sorted(landed_tables(store, ["facebook_post"])["facebook_post"]["post_id"].to_pylist())


def rows(store: TownStore) -> list[Any]:
    with store.engine.connect() as connection:
        return list(connection.execute(core(QuarantineRow).select()))


def read_as_before(patch: pytest.MonkeyPatch) -> None:
    """Posts are declared as before the upgrade, for the reading of whole answers as for that of single records."""
    old = [replace(one, kind=one.kind.read_by(old_reader)) if one.path == "id" else one for one in Posts.columns]
    patch.setattr(Posts, "columns", tuple(old))
    patch.setattr(Posts, "fields", {**Posts.fields, "post_id": ("id", old_reader)})
    patch.setattr(columnar, "shape_of", columnar.shape_of.__wrapped__)  # which keeps what it made of the columns


def before_the_upgrade(store: TownStore, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as before:
        read_as_before(before)
        collect(store)
    assert f"{store.config.source['facebook']['town'].page}_1" not in posts(store)


def test_a_record_lies_sealed_and_lands_after_the_upgrade(
    store: TownStore, graph: FacebookGraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    before_the_upgrade(store, monkeypatch)
    (aside,) = rows(store)
    sealed = (store.lake.root / aside.sealed_path).read_bytes()
    assert sealed and b"created_time" not in sealed and b"created_time" in store.keys.unseal(sealed)
    store.lake.sweep(store.ledger.listed_paths())  # the sweep spares it
    assert replayed(store) == (1, 1)
    assert posts(store) == [f"{graph.page}_1", f"{graph.page}_2"]
    landed = {row["post_id"]: row for row in landed_tables(store, ["facebook_post"])["facebook_post"].to_pylist()}
    first, second = (landed[f"{graph.page}_{n}"] for n in (1, 2))
    told = [name for name in first if name not in ("post_id", "created_at", "updated_at", "segment", "landed_order")]
    assert {name: first[name] for name in told if name not in ("batch", "read_at")} == {
        name: second[name] for name in told if name not in ("batch", "read_at")
    }
    assert first["created_at"] == datetime(2026, 10, 1, 9, tzinfo=UTC)
    assert [row.status for row in rows(store)] == ["replayed"]
    assert replayed(store) == (0, 0)


def test_what_still_cannot_be_read_stays_open(store: TownStore, monkeypatch: pytest.MonkeyPatch) -> None:
    before_the_upgrade(store, monkeypatch)
    read_as_before(monkeypatch)
    assert replayed(store) == (1, 0)
    assert [(row.status, row.attempts) for row in rows(store)] == [("open", 2)]


def test_a_newer_reading_closes_it_by_itself(
    store: TownStore, graph: FacebookGraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    before_the_upgrade(store, monkeypatch)
    with time_machine.travel(NOW + timedelta(minutes=1), tick=False):
        collect(store)  # the upgraded collector pulled the window again
    assert [row.status for row in rows(store)] == ["superseded"] and store.ledger.quarantine() == []
    count = len(posts(store))
    assert replayed(store) == (0, 0) and len(posts(store)) == count


def spoiled(graph: FacebookGraph, number: int, value: Any) -> None:
    """From now on the count of reactions of one post is not what the contract says."""

    def wrong(call: Call, answer: Answer) -> Answer:
        body = json.loads(answer.body)
        for one in body.get("data", []) if isinstance(body, dict) else []:
            if one.get("id") == f"{graph.page}_{number}" and "reactions" in one:
                one["reactions"] = {"summary": {"total_count": value}}
        return Answer(answer.status, json.dumps(body).encode(), answer.headers)

    graph.alter = wrong


def test_a_record_mended_at_the_service_closes_its_item_and_no_other(store: TownStore, graph: FacebookGraph) -> None:
    spoiled(graph, 1, "many")
    collect(store)
    with time_machine.travel(NOW + timedelta(days=1)):
        spoiled(graph, 2, -7)  # the first is mended, the second breaks: it landed well the day before
        collect(store)
        statuses = {row.first_seen_at.day: row.status for row in rows(store)}
        assert statuses == {20: "superseded", 21: "open"}
    with time_machine.travel(NOW + timedelta(days=2)):
        collect(store)  # bad again: what landed before it broke closes nothing
        assert {row.first_seen_at.day: row.status for row in rows(store)} == statuses
        assert replayed(store) == (1, 0)
    with time_machine.travel(NOW + timedelta(days=3)):
        graph.alter = None
        collect(store)
        assert {row.status for row in rows(store)} == {"superseded"}


def test_a_record_without_a_key_closes_when_its_whole_window_is_read_again_without_fault(
    store: TownStore, graph: FacebookGraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Posts, "is_replayable", False)
    month = NOW - timedelta(days=30)
    spoiled(graph, 1, "many")
    collect(store, since=month, until=NOW)
    with time_machine.travel(NOW + timedelta(days=1)):
        graph.alter = None
        collect(store, since=NOW, until=NOW + timedelta(days=1))  # the record may be of the month before
        assert [row.status for row in rows(store)] == ["open"]
        spoiled(graph, 2, -7)
        collect(store, since=month, until=NOW)
        assert [row.status for row in store.ledger.quarantine()] == ["open", "open"]  # not without fault
    with time_machine.travel(NOW + timedelta(days=2)):
        graph.alter = None
        collect(store, since=month, until=NOW)
        assert [row.status for row in rows(store)] == ["superseded", "superseded"]

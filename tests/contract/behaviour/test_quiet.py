"""Rounds in which nothing happened: what they covered stands in the ledger, and says what files would have said."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from contextlib import AbstractContextManager, closing
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, select

from pipeline.collect import collect as collecting
from pipeline.upkeep.verify import verify
from tests.contract.behaviour import living as stores
from tests.contract.behaviour.case import Case
from tests.contract.behaviour.living import Living
from warehouse import landing, segments
from warehouse.accounts import StreamRef
from warehouse.keys import KEY_BYTES, new_secret_file
from warehouse.ledger import core
from warehouse.ledger_tables import PullRow, SegmentRow
from warehouse.packs import lay_together
from warehouse.people import PEOPLE_STREAM
from warehouse.pulls import watermarks
from warehouse.store import transaction

Store = Callable[[Any], AbstractContextManager[Living]]
LATER = [timedelta(days=200), timedelta(days=200, hours=1), timedelta(days=201)]
"""When nothing new is within any lookback."""


def landed(store: Living) -> dict[str, list[dict[str, Any]]]:
    """What has landed, but for the names of files and runs."""
    left = {"segment", "batch", "landed_order"}
    return {
        stream: [{name: value for name, value in row.items() if name not in left} for row in rows]
        for stream, rows in store.rows().items()
    }


def in_ledger(store: Living) -> list[Any]:
    table = core(SegmentRow)
    with store.store.engine.connect() as connection:
        return list(connection.execute(select(table).where(table.c.rows != "")))


def played(store: Living, case: Case) -> tuple[Any, Any, Any]:
    for at in (timedelta(0), *LATER):
        assert {one.status for one in store.collect(case.now + at)} == {"done"}
    table = core(PullRow)
    columns = [one for one in table.columns if one.name not in ("run", "bytes")]
    with store.store.engine.connect() as connection:
        pulls = sorted(map(repr, connection.execute(select(*columns))))
    return landed(store), store.facts(), (pulls, watermarks(store.store.ledger))


def test_what_stands_in_the_ledger_says_what_files_said(
    case: Case, server: Any, living: Store, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    same = b64encode(bytes(KEY_BYTES)) + b"\n"
    monkeypatch.setattr(stores, "new_key_file", lambda path: new_secret_file(path, same))
    with living(server) as store:
        quiet = played(store, case)
        lines = in_ledger(store)
        assert not verify(store.store).damaged
    monkeypatch.setattr(landing, "may_stand_in_ledger", lambda _stream, _rows: False)
    with closing(Living(case, server, tmp_path_factory.mktemp("files"), monkeypatch)) as store:
        other = played(store, case)
        assert in_ledger(store) == []
    assert quiet[0] == other[0]
    assert quiet[1] == other[1]
    assert quiet[2] == other[2]
    covering = [name for name, rows in quiet[0].items() if name.endswith("_pull") and rows]
    assert {row.stream for row in lines} <= set(covering)


def test_laid_together_it_says_what_many_files_said(
    case: Case, server: Any, living: Store, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    same = b64encode(bytes(KEY_BYTES)) + b"\n"
    monkeypatch.setattr(stores, "new_key_file", lambda path: new_secret_file(path, same))
    with living(server) as store:
        apart = played(store, case)
        names = {(row.path, row.run) for row in store.store.ledger.segments(store.store.ledger.streams())}
        before, facts = store.rows(), store.facts()
        laid = lay_together(store.store.ledger, store.store.lake)
        assert (store.rows(), store.facts()) == (before, facts)
        assert names == {(row.path, row.run) for row in store.store.ledger.segments(store.store.ledger.streams())}
        streams = [stream for stream in store.store.ledger.streams() if stream != PEOPLE_STREAM]
        assert laid or all(len(store.store.ledger.segments([one])) == 1 for one in streams)
        assert not verify(store.store).damaged
    monkeypatch.setattr(landing, "EVERY", 2)  # by itself, in the middle of it
    with closing(Living(case, server, tmp_path_factory.mktemp("by itself"), monkeypatch)) as store:
        assert played(store, case) == apart


def test_an_idle_round_writes_no_file_and_one_transaction_for_all_that_was_quiet(
    case: Case, server: Any, living: Store
) -> None:
    with living(server) as store:
        for at in (timedelta(0), *LATER[:2]):
            store.collect(case.now + at)
        folder = store.store.lake.root / "landing"
        before = {path for path in folder.rglob("*") if path.is_file()}
        written: list[str] = []
        commits: list[int] = []
        event.listen(store.store.engine, "before_cursor_execute", lambda *told: written.append(told[2].split()[0]))

        def committed(_connection: Any) -> None:
            writes = [one for one in written if one.upper() in ("INSERT", "UPDATE", "DELETE")]
            if writes:
                commits.append(len(writes))
            written.clear()

        event.listen(store.store.engine, "commit", committed)
        done = store.collect(case.now + LATER[2])
        loud = sum(one.windows for one in done if one.records or one.windows > 1)
        files = {path for path in folder.rglob("*") if path.is_file()} - before
        assert len(commits) <= loud + 1
        assert len(files) <= 3 * loud
        if any(not one.records and one.windows == 1 for one in done):
            # Segments, runs, pulls, quotas, marks and the count of landings, whatever the number of pulls.
            assert commits[-1] <= 6


def test_a_round_that_ends_before_its_transaction_has_moved_nothing(
    case: Case, server: Any, living: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    with living(server) as store:
        store.collect(case.now)
        store.collect(case.now + LATER[0])
        before = watermarks(store.store.ledger)

        def killed(*_: Any) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as patch:
            patch.setattr(collecting, "land_quiet", killed)
            with pytest.raises(KeyboardInterrupt):
                store.collect(case.now + LATER[1])
        moved = {ref for ref, at in watermarks(store.store.ledger).items() if at != before[ref]}
        with store.store.engine.connect() as connection:
            began = connection.execute(select(core(PullRow)).where(core(PullRow).c.until == case.now + LATER[1])).all()
        assert moved == {StreamRef.of(row) for row in began}
        done = store.collect(case.now + LATER[1])
        assert {one.status for one in done} == {"done"}
        assert set(watermarks(store.store.ledger).values()) == {case.now + LATER[1]}


def test_rows_of_the_ledger_that_are_not_what_was_written_are_found(case: Case, server: Any, living: Store) -> None:
    with living(server) as store:
        store.collect(case.now)
        store.collect(case.now + LATER[0])
        lines = in_ledger(store)
        if not lines:
            return
        table = core(SegmentRow)
        with transaction(store.store.engine) as tx:
            changed = lines[0].rows.replace("[", "[ ", 1)
            tx.execute(table.update().where(table.c.path == lines[0].path).values(rows=changed))
        (damage,) = verify(store.store).damaged
        assert (damage.store, damage.name, damage.remedy) == ("lake", lines[0].path, "backup")
        assert segments.digest_of(lines[0].rows) == lines[0].sha256

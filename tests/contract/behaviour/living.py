"""A source read: stream by stream as the flow does, or by the flow itself into a store in a temporary folder."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine

from collectors.service import PullReport, Source, Window, sources
from pipeline.collect import collect as collecting
from tests.contract.behaviour.case import Case
from tests.staged import stage_whole
from town.config import Config
from town.landed import landed_tables
from town.staged import staging_modules
from town.store import open_store
from transforms.staging.town import Town
from warehouse.keys import new_key_file
from warehouse.ledger import core
from warehouse.ledger_tables import SegmentRow, WatermarkRow
from warehouse.people import PEOPLE_STREAM
from warehouse.store import transaction

Rows = dict[str, list[dict[str, Any]]]


def hurried(found: Any, waits: list[float], seen: set[int] | None = None) -> Any:
    """A session whose waits are written down instead of being waited, however deep the line lies in it."""
    seen = seen if seen is not None else set()
    if id(found) not in seen and type(found).__module__.startswith("collectors."):
        seen.add(id(found))
        for name, inner in vars(found).items():
            if name == "_sleep":
                object.__setattr__(found, name, waits.append)
            else:
                hurried(inner, waits, seen)
    return found


def source_of(case: Case, waits: list[float] | None = None) -> Source:
    """The case's source, its sessions in a hurry."""
    found = sources()[case.source]
    opened, told = found.open, waits if waits is not None else []
    found.open = lambda account, report: hurried(opened(account, report), told)  # type: ignore[method-assign]
    return found


def whole_window(case: Case) -> Window:
    """All that is read the first time."""
    return Window(case.now - timedelta(days=case.days), case.now)


def read(
    case: Case,
    server: Any,
    only: Iterable[str] | None = None,
    report: PullReport | None = None,
    waits: list[float] | None = None,
) -> Rows:
    """Stream -> rows of the whole window, every stream with a session of its own."""
    source, account, rows = source_of(case, waits), case.account(server), Rows()
    report = report if report is not None else PullReport()
    for stream in source.streams:
        if only is None or stream.name in only:
            for page in stream().pages(source.open(account, report), whole_window(case)):
                assert page.rows.schema.equals(page.stream.schema)
                rows.setdefault(page.stream.name, []).extend(page.rows.to_pylist())
    return rows


def counted(case: Case, server: Any, report: PullReport | None = None) -> int:
    """How many records of the counted stream are read."""
    return case.records(read(case, server, [case.counted], report).get(case.counted, []))


class Living:
    """A store that collects one case's account through the real flow."""

    def __init__(self, case: Case, server: Any, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self.case, self.server = case, server
        account = case.account(server)
        references = {}
        for name, secret in account.secrets.items():
            patch.setenv(f"BEHAVIOUR_{name}", secret)
            references[name] = f"env:BEHAVIOUR_{name}"
        section = account.settings.model_copy(update={"secrets": references})
        config = Config.model_validate({"authority": [{"code": "T1"}]})
        config.source = {case.source: {"main": section}}
        config.base = folder
        new_key_file(folder / "keys" / "root.key")
        patch.setattr(collecting, "sources", lambda: {case.source: source_of(case)})
        patch.setattr(collecting, "FIRST_READ", timedelta(days=case.days))
        self.store = open_store(config)

    def collect(self, now: datetime, since: datetime | None = None, until: datetime | None = None) -> list[Any]:
        """One run at an instant; with `since`, a backfill."""
        self.case.move(self.server, now)
        with time_machine.travel(now, tick=False):
            return collecting.collect(self.store, since=since, until=until)

    def facts(self) -> dict[str, list[str]]:
        """Fact -> its staged rows, in an order of their own."""
        mine = {stream.name for stream in self._declared()}
        found: dict[str, list[str]] = {}
        for module in staging_modules():
            if mine & set(module.STREAMS):
                for fact, table in stage_whole(module, landed_tables(self.store, module.STREAMS), Town("T1")).items():
                    found.setdefault(fact, []).extend(map(repr, table.to_pylist()))
        return {fact: sorted(rows) for fact, rows in found.items() if rows}

    def rows(self) -> Rows:
        """Everything landed, by stream."""
        names = [stream.name for stream in self._declared()]
        return {name: table.to_pylist() for name, table in landed_tables(self.store, names).items()}

    def forget(self) -> None:
        """Nothing has landed and no watermark stands; people keep their numbers, so that facts compare."""
        with transaction(self.store.engine) as tx:
            tx.execute(core(SegmentRow).delete().where(core(SegmentRow).c.stream != PEOPLE_STREAM))
            tx.execute(core(WatermarkRow).delete())

    def mark(self, at: datetime) -> None:
        """Set every watermark, as a clock that was wrong did."""
        with transaction(self.store.engine) as tx:
            tx.execute(core(WatermarkRow).update().values(reached_at=at))

    def close(self) -> None:
        """Let go of the database."""
        self.store.engine.dispose()

    def _declared(self) -> list[type[Any]]:
        source = sources()[self.case.source]
        return [*source.streams, *source.side_streams]

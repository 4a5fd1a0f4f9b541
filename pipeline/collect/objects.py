"""Objects of an account that could not be read: how often they are tried, and when they go to quarantine.

An object that is refused is passed over: the rest lands and the watermark moves. It waits in the quarantine's table,
where its time lowers coverage, and is asked again in each round, alone where no window meets it any more. Refused in
`ROUNDS` rounds it is an open item, for a person to see; `kehila quarantine replay` asks again. Whenever it can be read,
it is closed. A round in which nothing but refusals came is no object's fault: it fails, as the account's.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, update

from collectors.base import Rejected
from collectors.errors import CollectorError
from collectors.service import PassedOver, PullReport, SourceObject, Window
from town.store import TownStore
from warehouse.accounts import StreamRef
from warehouse.landing import OBJECT, RECORDS
from warehouse.ledger import core, now
from warehouse.ledger_tables import QuarantineRow
from warehouse.proof import LakeDamaged
from warehouse.pulls import OPEN, WAITING, object_stream
from warehouse.store import as_text, transaction, upsert

ROUNDS = 3
"""Refused in so many rounds, an object goes to quarantine by itself."""


@dataclass
class ObjectRound:
    """What became of a stream's objects in one round: its windows together. Objects go by their keyed identifier."""

    store: TownStore
    ref: StreamRef
    known: Mapping[str, QuarantineRow]  # before the round
    is_backfill: bool = False  # nobody repeats one: what it cannot read is put aside at once
    has_read: bool = False
    passed: dict[str, PassedOver] = field(default_factory=dict)
    closed: set[str] = field(default_factory=set)

    @classmethod
    def begin(
        cls, store: TownStore, ref: StreamRef, before: Iterable[QuarantineRow], *, is_backfill: bool = False
    ) -> ObjectRound:
        """The round of a stream of an account; `before` are the town's objects that could not be read before."""
        return cls(store, ref, {row.item: row for row in before if object_stream(row) == ref}, is_backfill)

    def fault(self, report: PullReport, records: int) -> CollectorError | None:
        """Why nothing could be read in the round so far, with this pull and its `records`; None where anything was."""
        refused = [*self.passed.values(), *report.passed_over]
        return refused[0].problem if refused and not (self.has_read or report.read_objects or records) else None

    def write(self, tx: Connection, report: PullReport, run: str) -> None:
        """Put what a pull passed over into the quarantine's table, and close what it read the whole time of."""
        passed = self._all_passed(report)
        rows = [self._row(item, passed[item], run) for item in {self._item(one.one) for one in report.passed_over}]
        kept = [row for row in rows if not self._is_discarded(row["item"])]
        upsert(tx, QuarantineRow, kept, keep=("first_seen_at",))
        _close(tx, self._read_whole(report, passed))

    def done(self, report: PullReport, records: int) -> None:
        """A pull with so many `records` has landed: its objects are the round's."""
        passed = self._all_passed(report)
        self.has_read |= bool(report.read_objects or records)
        self.closed |= self._read_whole(report, passed)
        self.passed = {item: one for item, one in passed.items() if item not in self.closed}

    def refused(self) -> list[dict[str, Any]]:
        """What was passed over in the round, by keyed name, code of the reason and how many rounds it came to."""
        return [
            {"object": _place(one.one.what, item), "code": one.problem.code, "rounds": self._rounds(item)}
            for item, one in sorted(self.passed.items())
            if not self._is_discarded(item)
        ]

    def unmet(self, windows: Iterable[Window]) -> list[SourceObject]:
        """The objects waiting for another try that no window of the round met; those gone at the source are closed.

        Gone is what would have been listed in one of the `windows`, all of them read, and was not.
        """
        read, gone, alone = list(windows), set(), []
        for item, one in self._before().items():
            if item in self.closed or item in self.passed:
                continue
            if any((window.since is None or window.since <= one.at) and one.at < window.until for window in read):
                gone.add(item)
            elif self.known[item].status == WAITING:
                alone.append(one)
        if gone:
            with transaction(self.store.engine) as tx:
                _close(tx, gone)
        return alone

    def _item(self, one: SourceObject) -> str:
        """The keyed identifier of an object."""
        mark = f"{self.store.authority.code}|{self.ref}|{one.key}".encode("utf-8", "surrogatepass")
        return hashlib.blake2b(mark, key=self.store.keys.derive("file"), digest_size=16).hexdigest()

    def _before(self) -> dict[str, SourceObject]:
        """The objects that could not be read before the round and still wait."""
        rows = [row for row in self.known.values() if row.status in (WAITING, OPEN)]
        found = {row.item: sealed_object(self.store, row) for row in rows}
        return {item: one for item, one in found.items() if one is not None}

    def _all_passed(self, report: PullReport) -> dict[str, PassedOver]:
        """What was passed over in the round, this pull included; of one met again, the time of all is not whole."""
        found = dict(self.passed)
        for new in report.passed_over:
            item = self._item(new.one)
            found[item] = PassedOver(_joined(new.one, found[item].one), new.problem) if item in found else new
        return found

    def _read_whole(self, report: PullReport, passed: Mapping[str, PassedOver]) -> set[str]:
        """The objects that waited and were read now, over all the time that was not whole of them."""
        refused = {self._item(one.one) for one in report.passed_over}
        found = set()
        for one in report.read_objects:
            item = self._item(one)
            if item in refused or not (item in passed or item in self.known):
                continue
            before = [passed[item].one] if item in passed else []
            before += [sealed] if item in self.known and (sealed := sealed_object(self.store, self.known[item])) else []
            if all(_covers(one, earlier) for earlier in before):
                found.add(item)
        return found

    def _rounds(self, item: str) -> int:
        before = self.known.get(item)
        return 1 + (before.attempts if before is not None and before.status in (WAITING, OPEN) else 0)

    def _is_discarded(self, item: str) -> bool:
        return item in self.known and self.known[item].status == "discarded"

    def _row(self, item: str, passed: PassedOver, run: str) -> dict[str, Any]:
        one, store, rounds = passed.one, self.store, self._rounds(item)
        row = self.known.get(item)
        if row is not None and row.status in (WAITING, OPEN) and (before := sealed_object(store, row)) is not None:
            one = _joined(one, before)
        why = passed.problem.arguments.get("answer") or passed.problem.arguments.get("why") or passed.problem.code
        rejected = Rejected(_place(one.what, item), "object_refused", {"answer": str(why)}, kept=_sealable(one))
        folder = f"vault/{store.authority.code}/{RECORDS}"
        path = store.lake.write_bytes(folder, f"{item}.sealed", store.keys.seal(rejected.kept))
        about = {"account": str(self.ref.account), **self._days(one)}
        is_open = self.is_backfill or rounds >= ROUNDS
        return {
            "item": item, "authority": store.authority.code, "source": f"{self.ref.account.source}.{self.ref.stream}",
            "kind": OBJECT, "place": rejected.where, "code": rejected.code, "arguments": as_text(rejected.arguments),
            "status": OPEN if is_open else WAITING, "attempts": rounds, "first_seen_at": now(), "sealed_path": path,
            "run": run, "stream": self.ref.stream, "about": as_text(about),
        }  # fmt: skip

    def _days(self, one: SourceObject) -> dict[str, date]:
        """The local days it may speak of, first and last."""
        zone, last = ZoneInfo(self.store.authority.timezone), (one.until or now()) - timedelta(microseconds=1)
        return {"since": one.since.astimezone(zone).date(), "until": max(one.since, last).astimezone(zone).date()}


def sealed_object(store: TownStore, row: QuarantineRow) -> SourceObject | None:
    """The object as it was sealed; None for one that cannot be read any more."""
    try:
        told = json.loads(store.unsealed(row.sealed_path))
        at, since = (datetime.fromisoformat(told[name]) for name in ("at", "since"))
        until = datetime.fromisoformat(told["until"]) if told["until"] else None
        return SourceObject(told["what"], told["name"], at, told["kept"], since, until)
    except (OSError, LakeDamaged, ValueError, KeyError):
        return None


def _close(tx: Connection, items: Iterable[str]) -> None:
    table = core(QuarantineRow)
    is_open = table.c.item.in_(sorted(items)) & table.c.status.in_([WAITING, OPEN])
    tx.execute(update(table).where(is_open).values(status="superseded"))


def _joined(one: SourceObject, other: SourceObject) -> SourceObject:
    """The object as it was met last, with the time of both."""
    until = max(one.until, other.until) if one.until and other.until else None
    return replace(one, since=min(one.since, other.since), until=until)


def _covers(one: SourceObject, other: SourceObject) -> bool:
    return one.since <= other.since and (one.until is None or (other.until is not None and other.until <= one.until))


def _place(what: str, item: str) -> str:
    return f"{what} {item[:12]}"


def _sealable(one: SourceObject) -> bytes:
    told = {
        "what": one.what, "name": one.name, "at": one.at.isoformat(), "kept": one.kept,
        "since": one.since.isoformat(), "until": one.until.isoformat() if one.until else "",
    }  # fmt: skip
    plain = json.dumps(told, ensure_ascii=False, sort_keys=True, default=lambda value: value.isoformat())
    return plain.encode("utf-8", "surrogatepass")

"""One pull: a window of one stream of one account, landed or not, and its row in the ledger.

The row, its books, what was seen of the service's shape and quotas, the landed segments and the watermark
are one transaction. A pull that lands nothing writes its row alone.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from collectors.base import Page
from collectors.errors import Argument, CollectorError, RetryLater
from collectors.service import Account, PullReport, ServiceStream, Source, Window
from pipeline.gaps.empty_answers import Suspect, classify_empty
from town.faults import trace_place
from town.store import TownStore
from warehouse.accounts import StreamRef
from warehouse.landing import RECORD, Landing, as_text, quarantine_rows
from warehouse.ledger import FIRST_SEEN, now
from warehouse.ledger_tables import QuarantineRow
from warehouse.pulls import NewPull, write_pull
from warehouse.store import transaction, upsert


@dataclass
class Pulled:
    """What came of one stream of one account in a round: its windows together."""

    ref: StreamRef
    status: str = "done"  # done | failed | suspect
    records: int = 0  # of the stream itself
    code: str = ""
    arguments: Mapping[str, Argument] = field(default_factory=dict)
    retry_at: datetime | None = None  # when the service asked to be tried again
    windows: int = 0
    new_shapes: list[tuple[str, str]] = field(default_factory=list)  # (field, kind) never seen before
    report: PullReport = field(default_factory=PullReport)

    def as_json(self) -> dict[str, Any]:
        """One line of `kehila collect --json`, but for `reason`: the code in words."""
        return {
            **self.ref.columns, "status": self.status,
            "records": self.records, "quarantined": len(self.report.rejected), "calls": self.report.calls,
            "bytes": self.report.received_bytes, "quota": self.report.quota, "drift": dict(self.report.drift),
            "new_shapes": [f"{name} ({kind})" for name, kind in self.new_shapes], "notices": self.report.notices,
            "windows": self.windows, "code": self.code,
            "retry_at": self.retry_at.isoformat() if self.retry_at else None,
        }  # fmt: skip

    def add(self, report: PullReport) -> None:
        """Take in what one more window saw."""
        whole = self.report
        whole.calls += report.calls
        whole.received_bytes += report.received_bytes
        whole.quota.update(report.quota)
        whole.drift.update(report.drift)
        whole.rejected += report.rejected
        whole.notices += [one for one in report.notices if one not in whole.notices]


class OurFault(CollectorError):
    """A fault in the collector's own code; the other streams go on."""


class SharedSession:
    """A session of one account for the pulls of a round, as long as they go well: what failed once is opened anew."""

    def __init__(self, source: Source, account: Account) -> None:
        self.source, self.account = source, account
        self.report = PullReport()  # of the present pull
        self._session: Any = None

    def opened(self) -> Any:
        """The session, ready for another pull; its report is empty."""
        if self._session is not None and not self.source.reuse_session(self._session):
            self.close()
        if self._session is None:
            self._session = self.source.open(self.account, self.report)
        return self._session

    def close(self) -> None:
        """Let go of the session; the next pull opens another."""
        if self._session is not None:
            self.source.close(self._session)
            self._session = None


@dataclass
class Pull:
    """One window of one stream, before it is read."""

    line: SharedSession
    stream: type[ServiceStream]
    window: Window
    mark: datetime | None = None  # the watermark it earns
    backfill: str = ""  # the stretch asked for, when it is part of a backfill
    is_accepted: bool = False  # an operator says that nothing is true

    def run(self, store: TownStore, pulled: Pulled) -> None:
        """Land the window; a failure is told in `pulled` and moves nothing."""
        ledger = store.ledger
        run, began = uuid.uuid4().hex[:16], now()
        report = self.line.report
        report.begin()
        counts = {"records": 0}
        told = {"code": ""}

        def row(status: str, code: str) -> NewPull:
            return {
                "run": run, "source": pulled.ref.account.source, "account": pulled.ref.account.name,
                "stream": pulled.ref.stream, "since": self.window.since, "until": self.window.until,
                "is_backfill": bool(self.backfill), "started_at": began, "ended_at": now(), "status": status,
                "code": code, "arguments": as_text(pulled.arguments), "calls": report.calls,
                "records": counts["records"] if status == "done" else 0, "quarantined": len(report.rejected),
                "bytes": report.received_bytes,
            }  # fmt: skip

        def write(tx: Connection, status: str, code: str, landed: int = 0) -> None:
            pulled.new_shapes += write_pull(
                tx,
                ledger,
                row(status, code),
                landed=landed,
                drift=report.drift,
                quota=report.quota,
                backfill=self.backfill,
            )

        def read() -> Iterator[Page]:
            report.rejected.clear()
            report.drift.clear()
            counts["records"] = 0
            for page in self._pages():
                if page.stream.name == self.stream.name:
                    counts["records"] += page.rows.num_rows
                yield page
            if not counts["records"]:
                told["code"] = classify_empty(
                    ledger,
                    pulled.ref,
                    self.window,
                    aside=len(report.rejected),
                    at=began,
                    is_backfill=bool(self.backfill),
                    is_accepted=self.is_accepted,
                )

        source = f"{self.line.source.name}.{self.stream.name}"
        try:
            Landing(ledger, store.lake, store.keys).land(
                run,
                read,
                source=source,
                rejected=lambda: report.rejected,
                watermarks={pulled.ref: self.mark} if self.mark else None,
                also=lambda tx, *, landed: write(tx, "done", told["code"], landed=landed),
            )
        except CollectorError as problem:
            pulled.status = "suspect" if isinstance(problem, Suspect) else "failed"
            pulled.code, pulled.arguments = problem.code, problem.arguments
            pulled.retry_at = problem.until if isinstance(problem, RetryLater) else None
            aside = report.rejected if isinstance(problem, Suspect) else []
            report.rejected = aside  # what a failed pull put aside comes again with the window
            with transaction(store.engine) as tx:
                write(tx, pulled.status, problem.code)
                rows = quarantine_rows(ledger.authority, run, source, aside, store.keys, vault=store.lake, kind=RECORD)
                upsert(tx, QuarantineRow, rows, keep=FIRST_SEEN)
        else:
            pulled.records += counts["records"]
            pulled.code = told["code"] or pulled.code
        pulled.windows += 1
        pulled.add(report)

    def _pages(self) -> Iterator[Page]:
        """The stream's pages; a fault of ours in them is the stream's failure and not the round's."""
        is_whole = False
        try:
            with self.line.source.named():
                yield from self.stream().pages(self.line.opened(), self.window)
            is_whole = True
        except CollectorError:
            raise
        except Exception as problem:  # noqa: BLE001 (its text may quote a record)
            raise OurFault("internal_error", where=trace_place(problem)) from None
        finally:
            if not is_whole:
                self.line.close()

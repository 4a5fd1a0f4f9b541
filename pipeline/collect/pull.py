"""One pull: a window of one stream of one account, landed or not, and its row in the ledger.

The row, its books, what was seen of the service's shape and quotas, the landed segments and the watermark
are one transaction. A pull that lands nothing writes its row alone. One that brought no record waits for the end of
its round, and lands with the others like it.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection

from collectors.base import Page
from collectors.errors import Argument, CollectorError, RetryLater
from collectors.objects import each_object
from collectors.service import Account, PassedOver, PullReport, ServiceStream, Source, SourceObject, Window
from collectors.waiting import Waiting, gathered
from pipeline.collect.objects import ObjectRound
from pipeline.gaps.empty_answers import Suspect, classify_empty
from pipeline.land.waves import answers_that_may_land
from town.faults import trace_place
from town.store import TownStore
from warehouse.accounts import AccountRef, StreamRef
from warehouse.landing import RECORD, Landing, quarantine_rows
from warehouse.ledger import FIRST_SEEN, now
from warehouse.ledger_tables import QuarantineRow
from warehouse.locks import landing
from warehouse.pulls import NewPull, write_pull
from warehouse.quiet_pulls import QuietPull
from warehouse.segments import LedgerRows
from warehouse.store import as_text, transaction, upsert

SPENT = ("quota", "blocked", "no_answer")
"""Refusals that hold for all streams of an account until the instant they name."""
LIST = "list"
"""The object that a window's own list is, where nobody can tell that it came whole."""


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
    passed_over: list[dict[str, Any]] = field(default_factory=list)  # objects that could not be read
    report: PullReport = field(default_factory=PullReport)

    def as_json(self) -> dict[str, Any]:
        """One line of `kehila collect --json`, but for `notices` and `reason`, in words."""
        return {
            **self.ref.columns, "status": self.status,
            "records": self.records, "quarantined": len(self.report.rejected), "calls": self.report.calls,
            "bytes": self.report.received_bytes, "quota": self.report.quota, "drift": dict(self.report.drift),
            "new_shapes": [f"{name} ({kind})" for name, kind in self.new_shapes],
            "windows": self.windows, "passed_over": self.passed_over, "code": self.code,
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
        whole.read_objects += report.read_objects
        whole.passed_over += report.passed_over
        whole.notices += [one for one in report.notices if one not in whole.notices]


class OurFault(CollectorError):
    """A fault in the collector's own code; the other streams go on."""


class SharedSession:
    """A session of one account for the pulls of a round, as long as they go well: what failed once is opened anew."""

    def __init__(self, source: Source, account: Account) -> None:
        self.source, self.account = source, account
        self.report = PullReport()  # of the present pull
        self._session: Any = None
        self._spent: RetryLater | None = None

    @property
    def ref(self) -> AccountRef:
        """The account."""
        return AccountRef(self.source.name, self.account.name)

    def note(self, problem: CollectorError) -> None:
        """Remember that the account has used up what it may ask: its other streams need not be told so as well."""
        if isinstance(problem, RetryLater) and problem.code in SPENT:
            self._spent = problem

    def opened(self) -> Any:
        """The session, ready for another pull; its report is empty. Raises RetryLater while a limit lasts."""
        if self._spent is not None and self._spent.until > now():
            raise self._spent
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
    """One window of one stream, or `only` some objects of it, before it is read.

    Of a window that is the `is_last` of its round it is judged whether the round could read anything at all.
    """

    line: SharedSession
    stream: type[ServiceStream]
    window: Window
    objects: ObjectRound
    mark: datetime | None = None  # the watermark it earns
    backfill: str = ""  # the stretch asked for, when it is part of a backfill
    is_accepted: bool = False  # an operator says that nothing is true
    is_last: bool = False
    only: Sequence[SourceObject] = ()
    waiting: list[QuietPull] | None = None  # of the round, where what brings no record may wait for its end

    def run(self, store: TownStore, pulled: Pulled) -> None:
        """Land the window; a failure is told in `pulled` and moves nothing."""
        ledger = store.ledger
        run, began = uuid.uuid4().hex[:16], now()
        report = self.line.report
        report.begin()
        counts = {"records": 0}
        told = {"code": ""}
        marks: dict[StreamRef, datetime] = {}

        def row(status: str, code: str) -> NewPull:
            return {
                "run": run, "source": pulled.ref.account.source, "account": pulled.ref.account.name,
                "stream": pulled.ref.stream, "since": self.window.since, "until": self.window.until,
                "is_backfill": bool(self.backfill or self.only), "started_at": began, "ended_at": now(),
                "status": status, "code": code, "arguments": as_text(pulled.arguments), "calls": report.calls,
                "records": counts["records"] if status == "done" else 0, "quarantined": len(report.rejected),
                "bytes": report.received_bytes,
            }  # fmt: skip

        def write(tx: Connection, status: str, code: str, landed: int = 0) -> None:
            if status == "done":
                self.objects.write(tx, report, run)
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
            report.read_objects.clear()
            report.passed_over.clear()
            report.unsure.clear()
            counts["records"] = 0
            for page in answers_that_may_land(store, self._pages(), run, self.line.source.name):
                if page.stream.name == self.stream.name:
                    counts["records"] += page.rows.num_rows
                yield page
            if report.unsure:
                report.passed_over.append(PassedOver(self._list(), report.unsure[0]))
            fault = self.objects.fault(report, counts["records"])
            if fault is not None and self.is_last:
                raise self.line.source.name_in(fault)
            marks.clear()
            if self.mark and fault is None:  # where nothing could be read yet, it may all be the account's failure
                marks[pulled.ref] = self.mark
            is_refused = bool(report.passed_over) and not report.read_objects
            if not counts["records"] and not is_refused and not self.only:
                told["code"] = classify_empty(
                    ledger,
                    pulled.ref,
                    self.window,
                    aside=len(report.rejected),
                    at=began,
                    is_backfill=bool(self.backfill),
                    is_accepted=self.is_accepted,
                )

        def quiet(covered: Mapping[str, LedgerRows]) -> bool:
            met = report.passed_over or (report.read_objects and (self.objects.known or self.objects.passed))
            told_more = report.drift or met
            if self.waiting is None or counts["records"] or told_more or self.backfill or self.only:
                return False
            self.waiting.append(QuietPull(row("done", told["code"]), covered, dict(marks), dict(report.quota)))
            return True

        source = f"{self.line.source.name}.{self.stream.name}"
        try:
            Landing(ledger, store.lake, store.keys).land(
                run,
                read,
                source=source,
                rejected=lambda: report.rejected,
                watermarks=marks,
                also=lambda tx, *, landed: write(tx, "done", told["code"], landed=landed),
                quiet=quiet,
            )
        except CollectorError as problem:
            pulled.status = "suspect" if isinstance(problem, Suspect) else "failed"
            pulled.code, pulled.arguments = problem.code, problem.arguments
            pulled.retry_at = problem.until if isinstance(problem, RetryLater) else None
            aside = report.rejected if isinstance(problem, Suspect) else []
            report.rejected = aside  # what a failed pull put aside comes again with the window
            with landing(store.engine), transaction(store.engine) as tx:
                write(tx, pulled.status, problem.code)
                rows = quarantine_rows(ledger.authority, run, source, aside, store.keys, vault=store.lake, kind=RECORD)
                upsert(tx, QuarantineRow, rows, keep=FIRST_SEEN)
        else:
            self.objects.done(report, counts["records"])
            pulled.records += counts["records"]
            pulled.code = told["code"] or pulled.code
        pulled.windows += 1
        pulled.add(report)

    def _pages(self) -> Iterator[Page]:
        """The stream's pages; a fault of ours in them is the stream's failure and not the round's."""
        is_whole = False
        try:
            with self.line.source.named():
                yield from self._asked(self.line.opened())
            is_whole = True
        except CollectorError as problem:
            self.line.note(problem)
            raise
        except Exception as problem:  # noqa: BLE001 (its text may quote a record)
            raise OurFault("internal_error", where=trace_place(problem)) from None
        finally:
            if not is_whole:
                self.line.close()

    def _asked(self, session: Any) -> Iterator[Page]:
        """The pages of the window, or of each object by itself."""
        stream = self.stream()
        if not self.only:
            yield from stream.pages(session, self.window)
            return

        def again(one: SourceObject) -> Iterator[Page | Waiting]:
            is_list = one.what == LIST
            return stream.pages(session, _window(one)) if is_list else stream.pages_of_object(session, one)

        for _, pages in each_object(self.line.report, self.only, again):
            yield from gathered(pages)

    def _list(self) -> SourceObject:
        """The window's own list as an object: of what it may lack, nobody knows when that was."""
        since = self.window.since or datetime.min.replace(tzinfo=UTC)
        return SourceObject(LIST, "", since, {}, since, self.window.until)


def _window(one: SourceObject) -> Window:
    return Window(one.since, one.until or now())

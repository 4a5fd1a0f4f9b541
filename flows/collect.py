"""Collecting from services: windows, landing, watermarks. The stream only turns a window into pages.

A window is [watermark - lookback, start of the run). Its records are landed, and in the same
transaction the watermark moves to the start of the run: never past it, never after a failure. A window
longer than the service accepts is cut, and each piece stands on its own, so a backfill resumes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from collectors.base import Page
from collectors.errors import CollectorError
from collectors.service import Account, Finding, PullReport, ServiceStream, Source, Window, sources
from flows.config import ConfigProblem, SourceSection
from flows.town_store import TownStore
from transforms.questionnaire import questionnaire
from warehouse.keys import load_secret
from warehouse.landing import Landing
from warehouse.ledger import core, now
from warehouse.ledger_tables import WatermarkRow

FIRST_READ = timedelta(days=730)
"""How far back a stream is read the first time."""


@dataclass
class Pulled:
    """What came of one stream of one account."""

    source: str
    account: str
    stream: str
    status: str = "done"  # done | failed
    records: int = 0
    code: str = ""
    reason: str = ""
    report: PullReport = field(default_factory=PullReport)

    def as_json(self) -> dict[str, Any]:
        """One line of `kehila collect --json`."""
        return {
            "source": self.source, "account": self.account, "stream": self.stream, "status": self.status,
            "records": self.records, "quarantined": len(self.report.rejected), "calls": self.report.calls,
            "bytes": self.report.received_bytes, "quota": self.report.quota, "drift": dict(self.report.drift),
            "notices": self.report.notices, "code": self.code, "reason": self.reason,
        }  # fmt: skip


def accounts(store: TownStore, only: str | None = None) -> Iterator[tuple[Source, Account]]:
    """Every configured account of this authority with its source. ConfigProblem names what is wrong."""
    known = sources()
    if only is not None and only not in known:
        raise ConfigProblem(f"there is no source {only}; known: {', '.join(known)}")
    for name, sections in sorted(store.config.source.items()):
        if name not in known:
            raise ConfigProblem(f"[source.{name}]: there is no such source; known: {', '.join(known)}")
        for account, section in sorted(sections.items()):
            if only in (None, name) and section.authority in ("", store.authority.code):
                yield known[name], account_of(store, known[name], account, section)


def account_of(store: TownStore, source: Source, name: str, section: SourceSection) -> Account:
    """An account with its secrets fetched; ConfigProblem names a setting that is missing."""
    settings = section.settings()
    place = f"[source.{source.name}.{name}]"
    if lacking := [key for key in source.required if key not in settings]:
        raise ConfigProblem(f"{place}: give {', '.join(lacking)}")
    if lacking := [key for key in source.secret_names if key not in section.secrets]:
        raise ConfigProblem(f"{place}: give secrets.{', secrets.'.join(lacking)} by reference, file:PATH or env:NAME")
    secrets = {key: load_secret(reference, store.config.base) for key, reference in section.secrets.items()}
    settings["reader_options"] = questionnaire().reader_options()
    key = store.keys.derive("place")
    return Account(name, settings, secrets, section.base_url, store.authority.timezone, key)


def watermark(store: TownStore, stream: str, place: str) -> datetime | None:
    """Everything before this instant was read; `place` is `source.account`."""
    table = core(WatermarkRow)
    mine = (table.c.authority == store.authority.code) & (table.c.stream == stream) & (table.c.account == place)
    with store.engine.connect() as connection:
        return connection.execute(select(table.c.reached_at).where(mine)).scalar()


def collect(
    store: TownStore, only: str | None = None, *, since: datetime | None = None, until: datetime | None = None
) -> list[Pulled]:
    """Pull every stream of every account; with `since`, an explicit backfill that leaves the watermarks alone.

    One account that fails does not stop the others.
    """
    done = []
    started = now()
    for source, account in accounts(store, only):
        for stream in source.streams:
            pulled = Pulled(source.name, account.name, stream.name)
            store.progress(f"{source.name}.{account.name}: {stream.name}")
            for window, mark in windows(store, stream, f"{source.name}.{account.name}", started, since, until):
                pull(store, source, account, stream, window, mark, pulled)
                if pulled.status == "failed":
                    break
            done.append(pulled)
    return done


def windows(
    store: TownStore,
    stream: type[ServiceStream],
    place: str,
    started: datetime,
    since: datetime | None,
    until: datetime | None,
) -> Iterator[tuple[Window, datetime | None]]:
    """The windows to read, in order, each with the watermark it earns (None for a backfill)."""
    if since is not None:
        first, last, moves = since, min(until or started, started), False
    else:
        reached = watermark(store, stream.name, place)
        # A mark in the future (a clock that was wrong) must not skip what happens until then.
        first = min(reached, started) - stream.lookback if reached else started - FIRST_READ
        last, moves = started, True
    while first < last:
        end = min(first + stream.longest_window, last)
        yield Window(first, end), (end if moves else None)
        first = end


def pull(
    store: TownStore,
    source: Source,
    account: Account,
    stream: type[ServiceStream],
    window: Window,
    mark: datetime | None,
    pulled: Pulled,
) -> None:
    """Land one window of one stream; a failure is told in `pulled` and moves nothing."""
    ledger = store.ledger
    run = ledger.begin_run("collect")
    report = pulled.report

    def read() -> Iterator[Page]:
        report.rejected.clear()
        session = source.open(account, report)
        yield from stream().pages(session, window)

    try:
        landed = Landing(ledger, store.lake, store.keys).land(
            run,
            read,
            source=f"{source.name}.{stream.name}",
            rejected=lambda: report.rejected,
            # Two services may share a stream: the mark is one account's of one service.
            watermarks={(stream.name, f"{source.name}.{account.name}"): mark} if mark else None,
        )
    except CollectorError as problem:
        pulled.status, pulled.code, pulled.reason = "failed", problem.code, str(problem)
        ledger.end_run(run, "failed", note(pulled))
        return
    aside = len(report.rejected)
    pulled.records += landed
    ledger.end_run(run, "done", note(pulled), received=landed + aside, loaded=landed, quarantined=aside)


def note(pulled: Pulled) -> str:
    """What the ledger keeps of a pull: counts and names of fields, nothing personal."""
    report = pulled.report
    kept = {
        "account": pulled.account, "stream": pulled.stream, "calls": report.calls, "bytes": report.received_bytes,
        "quota": report.quota, "drift": dict(report.drift), "code": pulled.code,
    }  # fmt: skip
    return json.dumps(kept, ensure_ascii=False, sort_keys=True)


def doctor(store: TownStore, only: str | None = None) -> list[tuple[str, str, Finding]]:
    """(source, account, finding) for every configured account: what works, and what to do about the rest."""
    found = []
    for source, account in accounts(store, only):
        try:
            findings = source.check(account)
        except CollectorError as problem:
            findings = [Finding("connection", "fail", str(problem))]
        found += [(source.name, account.name, one) for one in findings]
    return found

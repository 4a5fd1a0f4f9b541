"""How fresh a store is: how far each stream of each account was read, how its last pulls went, and what is wrong."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, TypedDict

from collectors.errors import CollectorError
from collectors.facebook.settings import FacebookSettings
from collectors.service import Finding, sources
from town.accounts import accounts
from town.store import TownStore
from warehouse.accounts import AccountRef, StreamRef
from warehouse.ledger import now
from warehouse.ledger_tables import DriftRow, PullRow, QuotaRow
from warehouse.pulls import OPEN, WAITING, last_done, latest, object_rows, object_stream, rows_of, watermarks
from warehouse.segments import pieces

SHOWN_PULLS = 7
LATELY = timedelta(days=30)
"""Drift last seen longer ago is over."""
BARS = "▁▂▃▄▅▆▇█"
ZERO, MARKS = "·", {"failed": "✗", "suspect": "?"}


@dataclass
class StreamFreshness:
    """One stream of one account."""

    ref: StreamRef
    watermark: datetime | None
    last_success: datetime | None
    pulls: list[PullRow]  # the last ones, the oldest first
    quota: dict[str, str] = field(default_factory=dict)
    drift: list[tuple[str, str]] = field(default_factory=list)  # (field, kind) seen lately

    @property
    def status(self) -> str:
        """done, failed or suspect as the last pull was, or never."""
        return self.pulls[-1].status if self.pulls else "never"

    @property
    def sparkline(self) -> str:
        """The last pulls' records as bars: a point is zero, ? an emptiness nobody believes, ✗ a failure."""
        return sparkline([(one.status, one.records) for one in self.pulls])

    @property
    def problem(self) -> tuple[str, str]:
        """The code of what its last pull met and its arguments, as the ledger keeps them; '' when it went well."""
        if not self.pulls:
            return "never_pulled", "{}"
        last = self.pulls[-1]
        return ("", "{}") if last.status == "done" else (last.code, last.arguments)

    def as_json(self) -> dict[str, Any]:
        """One entry of `streams` of `kehila freshness --json`, but for `reason`: the problem in words."""
        last = self.pulls[-1] if self.pulls else None
        return {
            **self.ref.columns,
            "watermark": self.watermark and self.watermark.isoformat(),
            "last_success": self.last_success and self.last_success.isoformat(),
            "status": self.status, "code": last.code if last else "",
            "pulls": [
                {
                    "started_at": one.started_at.isoformat(), "status": one.status, "records": one.records,
                    "seconds": round((one.ended_at - one.started_at).total_seconds(), 3),
                }
                for one in self.pulls
            ],
            "sparkline": self.sparkline, "quota": self.quota,
            "drift": [f"{name} ({kind})" for name, kind in self.drift],
        }  # fmt: skip

    def lines(self, at: datetime, problem: str) -> list[str]:
        """The stream in words, `problem` (what its last pull met, in words) on a line of its own."""
        count = len(self.drift)
        drift = f"  {count} field{'s' if count > 1 else ''} of another shape" if count else ""
        success = f"last well {ago(self.last_success, at)}"
        text = (
            f"{self.ref!s:<44} {self.sparkline:<{SHOWN_PULLS}}  {success:<24} read until {day(self.watermark)}{drift}"
        )
        return [text.rstrip(), *([f"    {self.status}: {problem}"] if problem else [])]


def sparkline(pulls: Sequence[tuple[str, int]]) -> str:
    """(status, records) of pulls as one character each, scaled to the largest."""
    most = max((records for status, records in pulls if status == "done"), default=0)
    told = ""
    for status, records in pulls:
        bar = BARS[(records * len(BARS) - 1) // most] if most and records else ZERO
        told += MARKS.get(status, bar)
    return told


def ago(then: datetime | None, at: datetime) -> str:
    """How long ago, roughly."""
    if then is None:
        return "never"
    hours = int((at - then).total_seconds() // 3600)
    return f"{hours} hours ago" if hours < 48 else f"{hours // 24} days ago"


def day(when: datetime | None) -> str:
    """A day, UTC, to the minute."""
    return f"{when:%Y-%m-%d %H:%M} UTC" if when else "nowhere yet"


def stream_freshness(store: TownStore) -> list[StreamFreshness]:
    """Every stream that is configured for this authority, and every one that was ever pulled."""
    ledger = store.ledger
    pulls, done, marks = latest(ledger, SHOWN_PULLS), last_done(ledger), watermarks(ledger)
    quota: dict[AccountRef, dict[str, str]] = defaultdict(dict)
    for row in rows_of(ledger, QuotaRow):
        quota[AccountRef(row.source, row.account)][row.name] = row.value
    drift = recent_drift(store)
    return [
        StreamFreshness(
            ref, marks.get(ref), done.get(ref), pulls.get(ref, [])[::-1], quota[ref.account], drift.get(ref, [])
        )
        for ref in sorted({*pulls, *_configured(store)})
    ]


@dataclass(frozen=True)
class Withdrawn:
    """A metric of a page that Facebook no longer gives."""

    page: str
    space: str
    metric: str
    since: date | None  # None where nobody told the day
    successor: str
    seen_at: datetime

    def as_json(self) -> dict[str, Any]:
        """One entry of `withdrawn` of `kehila freshness --json`."""
        return {
            "space": self.space, "metric": self.metric, "since": self.since and self.since.isoformat(),
            "successor": self.successor, "told_at": self.seen_at.isoformat(),
        }  # fmt: skip

    @property
    def in_words(self) -> str:
        """Metric, day and what came after."""
        since = f" since {self.since}" if self.since else f" by {self.seen_at:%Y-%m-%d}"
        after = f"; {self.successor} took its place, as another series" if self.successor else ""
        return f"{self.metric}: withdrawn by the platform{since}{after}"


def withdrawn_metrics(store: TownStore) -> list[Withdrawn]:
    """The metrics whose last reading found them gone, by space and name."""
    last: dict[tuple[str, str], dict[str, Any]] = {}
    for row in _landed(store, "facebook_pull"):
        place = (row["page_id"], row["subject"])
        if row["subject"] and (place not in last or last[place]["read_at"] <= row["read_at"]):
            last[place] = row
    gone = [row for row in last.values() if row["outcome"] == "withdrawn"]
    found = [
        Withdrawn(
            row["page_id"], row["space"], row["subject"], row.get("gone_since"), row.get("successor") or "",
            row["read_at"],
        )
        for row in gone
    ]  # fmt: skip
    return sorted(found, key=lambda one: (one.space, one.metric))


class SourceFreshness(TypedDict):
    """How fresh a source is: what `kehila freshness --json` prints in `sources`."""

    source: str
    fact: str
    last_day: date  # local
    days_ago: int


def source_freshness(store: TownStore) -> list[SourceFreshness]:
    """Source and fact -> the last day spoken of."""
    last: dict[tuple[str, str], date] = {}
    for row in store.ledger.partitions():
        if row.fact == "coverage":
            for one in store.lake.read([row.path]).select(["fact", "last_day"]).to_pylist():
                place = (row.source, one["fact"])
                if not one["fact"].startswith("platform_metric:"):  # a withdrawn one, of which nothing comes
                    last[place] = max(one["last_day"], last.get(place, one["last_day"]))
    return [
        {"source": source, "fact": fact, "last_day": day, "days_ago": (store.today - day).days}
        for (source, fact), day in sorted(last.items())
    ]


def _landed(store: TownStore, stream: str) -> list[dict[str, Any]]:
    """The landed rows of a stream, each with the columns its segment has."""
    segments = store.ledger.segments([stream])
    return [one for piece in pieces(store.ledger, store.lake, segments) for one in piece.rows.to_pylist()]


def _configured(store: TownStore) -> set[StreamRef]:
    mine = accounts(store.config, store.authority.code)
    known = sources() if mine else {}
    return {
        StreamRef(one.ref, stream.name) for one in mine if one.ref.source in known
        for stream in known[one.ref.source].streams
    }  # fmt: skip


def recent_drift(store: TownStore) -> dict[StreamRef, list[tuple[str, str]]]:
    """Stream -> (field, kind) that was not as we know it within the last days."""
    found: dict[StreamRef, list[tuple[str, str]]] = defaultdict(list)
    for row in rows_of(store.ledger, DriftRow):
        if now() - row.last_seen_at <= LATELY:
            found[StreamRef.of(row)].append((row.field, row.kind))
    return dict(found)


@dataclass(frozen=True)
class AccountTrouble:
    """A business account that a service disabled, restricted or disconnected, and did not take that back."""

    account: AccountRef
    event: str
    detail: str
    since: datetime

    def as_json(self) -> dict[str, Any]:
        """One entry of `troubles` of `kehila freshness --json`."""
        told = {"account": str(self.account), "event": self.event, "detail": self.detail}
        return {**told, "since": self.since.isoformat()}

    @property
    def in_words(self) -> str:
        """What the service said, in its own words, and when."""
        detail = f" ({self.detail})" if self.detail else ""
        return f"{self.account}: WhatsApp tells {self.event}{detail} since {day(self.since)}: messages may not come"


def account_troubles(store: TownStore) -> list[AccountTrouble]:
    """The accounts whose last word from the service is trouble, by name."""
    name, last = "whatsapp_cloud_account", dict[str, dict[str, Any]]()
    rows = _landed(store, name)
    for row in sorted((row for row in rows if row["is_trouble"] is not None), key=lambda row: row["at"]):
        last[row["account"]] = row
    return [
        AccountTrouble(AccountRef("whatsapp_cloud", account), row["event"], row["detail"] or "", row["at"])
        for account, row in sorted(last.items())
        if row["is_trouble"]
    ]


def _refused(store: TownStore) -> Counter[StreamRef]:
    """Stream -> how many things of it could not be read, and wait for another try or for a person."""
    return Counter(object_stream(row) for row in object_rows(store.ledger) if row.status in (WAITING, OPEN))


def remembered(store: TownStore) -> dict[AccountRef, list[Finding]]:
    """Account -> what the ledger adds to the doctor's findings: silence, other shapes, metrics gone."""
    found: dict[AccountRef, list[Finding]] = defaultdict(list)
    for ref, (last, *_) in sorted(latest(store.ledger, 1).items()):
        if last.status == "suspect":
            problem = CollectorError(last.code, **json.loads(last.arguments))
            found[ref.account].append(Finding(f"{ref.stream} came empty", "warn", problem=problem))
    for ref, shapes in sorted(recent_drift(store).items()):
        names = ", ".join(f"{name} ({kind})" for name, kind in shapes[:8])
        remedy = f"{names}{' and more' if len(shapes) > 8 else ''}: look for a newer version; known fields are read"
        found[ref.account].append(Finding(f"{ref.stream} changed its shape", "warn", remedy))
    for ref, count in sorted(_refused(store).items()):
        remedy = f"{count} passed over; see `kehila quarantine list`, and try again with `kehila quarantine replay`"
        found[ref.account].append(Finding(f"{ref.stream}: not everything can be read", "warn", remedy))
    for trouble in account_troubles(store):
        remedy = f"{trouble.in_words}; look in WhatsApp Manager, and say there what is asked"
        found[trouble.account].append(Finding("the account is in trouble", "fail", remedy))
    mine = accounts(store.config, store.authority.code)
    pages = {one.section.page: one.ref for one in mine if isinstance(one.section, FacebookSettings)}
    for one in withdrawn_metrics(store):
        if one.page in pages and now() - one.seen_at <= LATELY:
            remedy = f"{one.in_words}; if `metrics` names it, name its successor instead"
            found[pages[one.page]].append(Finding("a metric is gone", "warn", remedy))
    return found

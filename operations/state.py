"""What the page shows of one authority, gathered from the ledger, the configuration and the inbox. Reads only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from sqlalchemy import func, select

from operations.checks import MonthChecks, Names, Trend, months_of, standing, trends
from operations.months import MonthStatus, months
from operations.runs import RunSummary, last_counted, last_runs
from pipeline.gaps.empty_answers import EMPTY
from pipeline.upkeep import health
from pipeline.upkeep.freshness import SourceFreshness, StreamFreshness, stream_freshness
from receiver.events import open_inbox
from texts import LANGUAGES
from town.accounts import accounts
from town.store import TownStore
from warehouse.accounts import AccountRef, StreamRef
from warehouse.checks import checks
from warehouse.gate_tables import SkippedRow
from warehouse.ledger import core, now
from warehouse.ledger_tables import EventRow, QuarantineRow
from warehouse.left_out import left_out_rows
from warehouse.tables import DimSpace

SHOWN_PLACES, SHOWN_TEXTS = 6, 3
WORST = ("failed", "suspect", "never", "done")


class Reason(NamedTuple):
    """Why something was put aside or not read, as the ledger keeps it: a code, and its arguments as JSON."""

    code: str
    arguments: str


@dataclass(frozen=True)
class AccountState:
    """One account of a service with its streams; `status` is the worst of them."""

    ref: AccountRef
    streams: list[StreamFreshness]
    is_configured: bool = True  # false: pulled once, and no longer in kehila.toml

    @property
    def status(self) -> str:
        """failed, suspect, never or done."""
        return min((one.status for one in self.streams), key=WORST.index)

    @property
    def last_success(self) -> datetime | None:
        """When the stream that is furthest behind was read well; None when one never was."""
        times = [one.last_success for one in self.streams if one.last_success]
        return min(times) if len(times) == len(self.streams) else None

    @property
    def troubles(self) -> list[tuple[Reason, list[StreamFreshness]]]:
        """Streams that did not go well, by what the ledger says of them."""
        found: dict[Reason, list[StreamFreshness]] = defaultdict(list)
        for one in self.streams:
            if one.status != "done":
                found[Reason(*one.problem)].append(one)
        return list(found.items())

    @property
    def quota(self) -> dict[str, str]:
        """What is left, by the service's own names."""
        return self.streams[0].quota


@dataclass
class QuarantineGroup:
    """Open items of the quarantine with one source and reason."""

    source: str
    code: str
    items: list[str] = field(default_factory=list)
    reasons: list[Reason] = field(default_factory=list)  # distinct ones, at most SHOWN_TEXTS
    places: list[str] = field(default_factory=list)  # at most SHOWN_PLACES
    since: datetime | None = None
    is_sealed: bool = False  # an original is kept that can be read again

    def add(self, row: QuarantineRow) -> None:
        """Take in a row of the quarantine."""
        self.items.append(row.item)
        reason = Reason(row.code, row.arguments)
        if reason not in self.reasons and len(self.reasons) < SHOWN_TEXTS:
            self.reasons.append(reason)
        if row.place and row.place not in self.places and len(self.places) < SHOWN_PLACES:
            self.places.append(row.place)
        self.since = min(self.since or row.first_seen_at, row.first_seen_at)
        self.is_sealed |= bool(row.sealed_path)


@dataclass(frozen=True)
class Gap:
    """A source that fell silent: `why` is empty (an empty answer nobody believes), overdue, file, mapping (one waits in
    the drop folder for its table), or of webhooks receiver_down, silent or fewer_than_counted, with how many were to be
    expected and came."""

    source: str
    why: str
    since: date | datetime | None
    streams: list[str] = field(default_factory=list)
    until: datetime | None = None
    expected: int | None = None
    heard: int | None = None
    account: AccountRef | None = None  # of a service; files have none


@dataclass(frozen=True)
class InboxBacklog:
    """The inbox of webhooks: what has not been drained, and events that wait to be tried again."""

    entries: int
    oldest_at: datetime | None
    held_back: int


@dataclass(frozen=True)
class State:
    """Everything on the page."""

    authority: str
    names: dict[str, str]
    at: datetime
    today: date
    accounts: list[AccountState]
    files: list[SourceFreshness]  # of what people hand over: the fact that reaches furthest
    counted: dict[str, str | int]  # how the survey imported last was counted beside those before it
    quarantine_groups: list[QuarantineGroup]
    left_out: list[SkippedRow]  # landed records that became no fact
    months: list[MonthStatus]  # the latest first
    gaps: list[Gap]
    inbox: InboxBacklog
    runs: list[RunSummary]
    push_targets: list[str]
    checks: list[MonthChecks]  # what stands, the worst first
    names_of_places: Names  # places, indicators and their parts, as what was found names them
    checked_months: list[str]  # of which anything was found, oldest first
    trends: list[Trend]  # a source each, over these months

    @property
    def quarantined(self) -> int:
        """Open items of the quarantine."""
        return sum(len(one.items) for one in self.quarantine_groups)

    def suspects(self) -> set[StreamRef]:
        """Streams whose last answer was empty and suspect."""
        return {s.ref for one in self.accounts for s in one.streams if s.status == "suspect" and is_empty(s)}


def is_empty(stream: StreamFreshness) -> bool:
    """Whether a suspect answer was empty, so that an operator may call it true; not when all was put aside."""
    return bool(stream.pulls) and stream.pulls[-1].code == EMPTY


def gather(store: TownStore) -> State:
    """The state of an authority as it stands now."""
    streams = stream_freshness(store)
    accounts = by_account(store, streams)
    files = health.latest_files(store)
    own = store.authority
    found = checks(store.ledger, is_open=False)
    titles = {name: one.header.title.model_dump() for name, one in store.catalogue.items()}
    return State(
        authority=own.code,
        names=own.names,
        at=now(),
        today=store.today,
        accounts=accounts,
        files=files,
        counted=last_counted(store),
        quarantine_groups=quarantine_groups(store.ledger.quarantine()),
        left_out=left_out_rows(store.ledger),
        months=months(store),
        gaps=gaps(store, streams, files),
        inbox=waiting(store),
        runs=last_runs(store),
        push_targets=sorted(store.config.push),
        checks=standing(found, titles),
        names_of_places={**titles, **_names(store)},
        checked_months=months_of(found),
        trends=trends(found, months_of(found)),
    )


def _names(store: TownStore) -> Names:
    """The names of registered places, in the town's own words, and of parts of indicators."""
    table = core(DimSpace)
    query = select(table.c.space, table.c.title).where(table.c.authority == store.authority.code)
    with store.engine.connect() as connection:
        places = {space: dict.fromkeys(LANGUAGES, title) for space, title in connection.execute(query).tuples()}
    parts = {
        f"{name}:{part}": one.header.parts[part].title.model_dump()
        for name, one in store.catalogue.items()
        for part in one.header.parts
    }
    return {**parts, **places}


def by_account(store: TownStore, streams: Iterable[StreamFreshness]) -> list[AccountState]:
    """Streams put together by account; what needs somebody comes first."""
    found: dict[AccountRef, list[StreamFreshness]] = defaultdict(list)
    for one in streams:
        found[one.ref.account].append(one)
    configured = {one.ref for one in accounts(store.config, store.authority.code)}
    made = [AccountState(ref, mine, ref in configured) for ref, mine in found.items()]
    return sorted(made, key=lambda one: (WORST.index(one.status), str(one.ref)))


def quarantine_groups(rows: Iterable[QuarantineRow]) -> list[QuarantineGroup]:
    """Open items by source and reason, the largest first."""
    found: dict[tuple[str, str], QuarantineGroup] = {}
    for row in rows:
        found.setdefault((row.source, row.code), QuarantineGroup(row.source, row.code)).add(row)
    return sorted(found.values(), key=lambda one: (-len(one.items), one.source, one.code))


def gaps(store: TownStore, streams: Iterable[StreamFreshness], files: Iterable[SourceFreshness]) -> list[Gap]:
    """Sources that fell silent: empty answers, services not read, files not handed over, webhooks not heard."""
    silent = [one for one in health.services(store, streams) if one.code in ("empty", "overdue", "overdue_never")]
    found = [*silent, *health.files(store, files), *health.lone_mappings(store), *health.webhooks(store)]
    return [_gap(one) for one in found]


def _gap(one: health.Condition) -> Gap:
    source = one.account.source if one.account else one.about
    told: dict[str, Any] = {name: one.arguments.get(name) for name in ("until", "expected", "heard")}
    return Gap(source, one.code.removesuffix("_never"), one.since, list(one.streams), account=one.account, **told)


def waiting(store: TownStore) -> InboxBacklog:
    """What the inbox holds for all authorities, and the events of this one that wait to be tried again."""
    depth = open_inbox(store.config).depth()
    oldest = None if depth.oldest_ms is None else datetime.fromtimestamp(depth.oldest_ms / 1000, UTC)
    events = core(EventRow)
    mine = (events.c.authority == store.authority.code) & (events.c.status == "waiting")
    with store.engine.connect() as connection:
        held = int(connection.execute(select(func.count()).select_from(events).where(mine)).scalar() or 0)
    return InboxBacklog(depth.entries, oldest, held)

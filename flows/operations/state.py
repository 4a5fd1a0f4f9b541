"""What the page shows of one authority, gathered from the ledger, the configuration and the inbox. Reads only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from flows.closing import differences
from flows.freshness import StreamFreshness, stream_freshness
from flows.pipeline import last_full_month
from flows.receiving.events import open_inbox
from flows.town_store import TownStore
from flows.upkeep import source_freshness
from transforms.calendar import last_day
from transforms.catalogue import catalogue
from warehouse.ledger import core, now
from warehouse.ledger_tables import EventRow, PushReceipt, RunRow
from warehouse.pulls import Place, rows_of, unanswered
from warehouse.tables import IndicatorValue, MonthState, Snapshot

SHOWN_MONTHS, SHOWN_RUNS, SHOWN_PLACES, SHOWN_TEXTS = 12, 10, 6, 3
OVERDUE = timedelta(days=3)
"""A service is pulled every night: one not read well for so long is a gap, whatever its last answer was."""
FILE_OVERDUE_DAYS = 45
"""Files are handed over once a month."""
WORST = ("failed", "suspect", "never", "done")


@dataclass(frozen=True)
class AccountState:
    """One account of a service with its streams; `status` is the worst of them."""

    source: str
    account: str
    streams: list[StreamFreshness]

    @property
    def place(self) -> str:
        """As `kehila collect --source` takes it."""
        return f"{self.source}.{self.account}"

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
    def troubles(self) -> list[tuple[str, list[StreamFreshness]]]:
        """Streams that did not go well, by what the ledger says of them."""
        found: dict[str, list[StreamFreshness]] = defaultdict(list)
        for one in self.streams:
            if one.status != "done":
                found[one.pulls[-1].reason if one.pulls else ""].append(one)
        return list(found.items())

    @property
    def quota(self) -> dict[str, str]:
        """What is left, by the service's own names."""
        return self.streams[0].quota


@dataclass
class Pile:
    """Open items of the quarantine with one source and reason."""

    source: str
    code: str
    items: list[str] = field(default_factory=list)
    texts: list[dict[str, str]] = field(default_factory=list)  # distinct messages, at most SHOWN_TEXTS
    places: list[str] = field(default_factory=list)  # at most SHOWN_PLACES
    since: datetime | None = None
    is_sealed: bool = False  # an original is kept that can be read again

    def add(self, row: Any) -> None:
        """Take in a row of the quarantine."""
        self.items.append(row.item)
        told = {"he": row.message_he, "en": row.message_en}
        if told not in self.texts and len(self.texts) < SHOWN_TEXTS:
            self.texts.append(told)
        if row.place and row.place not in self.places and len(self.places) < SHOWN_PLACES:
            self.places.append(row.place)
        self.since = min(self.since or row.first_seen_at, row.first_seen_at)
        self.is_sealed |= bool(row.sealed_path)


@dataclass
class MonthLife:
    """Where a month stands. `cells` counts whole indicators by status; `absent` those without a row."""

    month: str
    is_over: bool
    revision: int = 0
    closed_at: datetime | None = None
    restated: int = 0  # cells now known to be different from the last snapshot
    cells: dict[str, int] = field(default_factory=dict)
    deliveries: dict[str, str] = field(default_factory=dict)  # target -> pending, delivered or failed

    @property
    def state(self) -> str:
        """running, open, closed or restated."""
        if self.revision:
            return "restated" if self.restated else "closed"
        return "open" if self.is_over else "running"

    @property
    def computed(self) -> int:
        """Indicators with a value."""
        return self.cells.get("final", 0) + self.cells.get("provisional", 0)

    @property
    def missing(self) -> int:
        """Indicators nobody can tell: without a source, or never computed."""
        return self.cells.get("missing", 0) + max(0, len(catalogue()) - sum(self.cells.values()))

    @property
    def other(self) -> int:
        """Indicators withheld because too few people stand behind them, or that do not apply."""
        return sum(self.cells.values()) - self.computed - self.cells.get("missing", 0)


@dataclass(frozen=True)
class Gap:
    """A source that fell silent: `why` is silent (an empty answer nobody believes), overdue or file."""

    place: str
    why: str
    since: date | datetime | None
    until: date | datetime | None = None


@dataclass(frozen=True)
class Waiting:
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
    files: list[dict[str, Any]]  # source, last_day, days_ago of what people hand over
    piles: list[Pile]
    months: list[MonthLife]  # the latest first
    gaps: list[Gap]
    inbox: Waiting
    runs: list[Any]
    push_targets: list[str]

    @property
    def put_aside(self) -> int:
        """Open items of the quarantine."""
        return sum(len(one.items) for one in self.piles)

    def suspects(self) -> set[str]:
        """SOURCE.ACCOUNT.STREAM whose last answer was an emptiness nobody believes."""
        return {str(s.place) for one in self.accounts for s in one.streams if s.status == "suspect" and is_empty(s)}


def is_empty(stream: StreamFreshness) -> bool:
    """Whether a suspect answer was empty, so that an operator may call it true; not when all was put aside."""
    return bool(stream.pulls) and stream.pulls[-1].code == "empty"


def gather(store: TownStore) -> State:
    """The state of an authority as it stands now."""
    streams = stream_freshness(store)
    accounts = by_account(streams)
    files = latest_files(store, {one.source for one in accounts})
    own = store.authority
    return State(
        authority=own.code,
        names={"he": own.name_he, "ar": own.name_ar, "en": own.name_en},
        at=now(),
        today=store.today,
        accounts=accounts,
        files=files,
        piles=piles(store.ledger.quarantine()),
        months=months(store),
        gaps=gaps(store, streams, files),
        inbox=waiting(store),
        runs=last_runs(store),
        push_targets=sorted(store.config.push),
    )


def by_account(streams: Iterable[StreamFreshness]) -> list[AccountState]:
    """Streams put together by account; what needs somebody comes first."""
    found: dict[tuple[str, str], list[StreamFreshness]] = defaultdict(list)
    for one in streams:
        found[one.place.source, one.place.account].append(one)
    made = [AccountState(source, account, mine) for (source, account), mine in found.items()]
    return sorted(made, key=lambda one: (WORST.index(one.status), one.place))


def latest_files(store: TownStore, services: set[str]) -> list[dict[str, Any]]:
    """Sources that are files, with the last day any of their facts speaks of."""
    found: dict[str, dict[str, Any]] = {}
    for row in source_freshness(store):
        known = found.get(row["source"])
        if row["source"] not in services and (known is None or row["last_day"] > known["last_day"]):
            found[row["source"]] = {name: row[name] for name in ("source", "last_day", "days_ago")}
    return list(found.values())


def piles(rows: Iterable[Any]) -> list[Pile]:
    """Open items by source and reason, the largest first."""
    found: dict[tuple[str, str], Pile] = {}
    for row in rows:
        found.setdefault((row.source, row.code), Pile(row.source, row.code)).add(row)
    return sorted(found.values(), key=lambda one: (-len(one.items), one.source, one.code))


def months(store: TownStore) -> list[MonthLife]:
    """The last months, the latest first; an older one only when it was restated."""
    code = store.authority.code
    cells, snapshots, states = core(IndicatorValue), core(Snapshot), core(MonthState)
    whole = (cells.c.authority == code) & (cells.c.cut == "") & (cells.c.space == "") & (cells.c.part == "")
    counted = select(cells.c.month, cells.c.status, func.count()).where(whole).group_by(cells.c.month, cells.c.status)
    restated = select(states.c.month).where(states.c.authority == code, states.c.state == "restated")
    with store.engine.connect() as connection:
        statuses = list(connection.execute(counted))
        published = list(
            connection.execute(select(snapshots).where(snapshots.c.authority == code).order_by(snapshots.c.revision))
        )
        changed = set(connection.execute(restated).scalars())
    named = {row[0] for row in statuses} | {row.month for row in published} | {last_full_month(store.today)}
    shown = {*sorted(named)[-SHOWN_MONTHS:], *changed}
    found = {month: MonthLife(month, last_day(month) < store.today) for month in sorted(shown, reverse=True)}
    for month, status, count in statuses:
        if month in found:
            found[month].cells[status] = count
    for row in published:
        if row.month in found:
            found[row.month].revision, found[row.month].closed_at = row.revision, row.closed_at
    for row in rows_of(store.ledger, PushReceipt):
        if row.month in found and row.revision == found[row.month].revision:
            found[row.month].deliveries[row.target] = row.status
    for month in changed & set(found):
        found[month].restated = len(differences(store, month, found[month].revision))
    return list(found.values())


def gaps(store: TownStore, streams: Iterable[StreamFreshness], files: Iterable[dict[str, Any]]) -> list[Gap]:
    """Sources that fell silent: empty answers, services not read for days, files not handed over."""
    silent = unanswered(store.ledger)
    found = [Gap(str(place), "silent", since, until) for place, since, until in silent]
    told: set[Place] = {place for place, _, _ in silent}
    late = [one for one in streams if one.place not in told and (one.last_success or _BEGINNING) < now() - OVERDUE]
    found += [Gap(str(one.place), "overdue", one.last_success) for one in late if one.pulls]
    found += [Gap(one["source"], "file", one["last_day"]) for one in files if one["days_ago"] > FILE_OVERDUE_DAYS]
    return found


_BEGINNING = datetime.min.replace(tzinfo=UTC)


def waiting(store: TownStore) -> Waiting:
    """What the inbox holds for all authorities, and the events of this one that wait to be tried again."""
    depth = open_inbox(store.config).depth()
    oldest = None if depth.oldest_ms is None else datetime.fromtimestamp(depth.oldest_ms / 1000, UTC)
    events = core(EventRow)
    mine = (events.c.authority == store.authority.code) & (events.c.status == "waiting")
    with store.engine.connect() as connection:
        held = int(connection.execute(select(func.count()).select_from(events).where(mine)).scalar() or 0)
    return Waiting(depth.entries, oldest, held)


def last_runs(store: TownStore) -> list[Any]:
    """What ran last, the latest first."""
    table = core(RunRow)
    query = select(table).where(table.c.authority == store.authority.code).order_by(table.c.started_at.desc())
    with store.engine.connect() as connection:
        return list(connection.execute(query.limit(SHOWN_RUNS)))

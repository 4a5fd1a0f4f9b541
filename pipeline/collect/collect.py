"""Collecting from services: windows, landing, watermarks. The stream only turns a window into pages.

A window is [watermark - lookback, start of the run). Its records are landed, and in the same
transaction the watermark moves to the start of the run: never past it, never after a failure. A window
longer than the service accepts is cut, and each piece stands on its own. A backfill keeps its position in
the ledger beside its pulls, so that one that was stopped goes on where it was. Whoever pulls holds the account's slot
for a window: the night, a backfill, another process, another machine.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import groupby
from time import monotonic
from zoneinfo import ZoneInfo

from collectors.service import Account, ServiceStream, Source, SourceObject, Window, sources
from pipeline.collect.manner import PLAIN, Manner, slot
from pipeline.collect.objects import ObjectRound, sealed_object
from pipeline.collect.pull import Pull, Pulled, SharedSession
from pipeline.land.quarantine import supersede_outdated
from town.accounts import ConfiguredAccount, accounts
from town.config import ConfigProblem
from town.store import TownStore
from transforms.questionnaire import questionnaire
from warehouse.accounts import AccountRef, StreamRef
from warehouse.keys import KeyProblem, load_secret
from warehouse.ledger import now
from warehouse.ledger_tables import QuarantineRow
from warehouse.names import no_such
from warehouse.pulls import (
    OPEN,
    backfill_positions,
    forget_backfill,
    object_rows,
    object_stream,
    read_since,
    read_until,
    watermarks,
)
from warehouse.quiet_pulls import QuietPull, land_quiet

FIRST_READ = timedelta(days=730)
"""How far back a stream is read the first time."""
CLOCKS_DIFFER = timedelta(minutes=15)


def opened(store: TownStore, only: str | None = None, manner: Manner = PLAIN) -> Iterator[tuple[Source, Account]]:
    """Every configured account of this authority, its secrets fetched, with its source.

    `only` is SOURCE or SOURCE.ACCOUNT. Raises ConfigProblem or KeyProblem, which name what is wrong, unless the
    `manner` leaves out an account that cannot be opened.
    """
    known = sources()
    for one in accounts(store.config, store.authority.code, only):
        try:
            account = _opened(store, one)
        except (ConfigProblem, KeyProblem) as problem:
            manner.closed(one.ref, problem)
        else:
            yield known[one.ref.source], account


def _opened(store: TownStore, one: ConfiguredAccount) -> Account:
    settings = one.section
    if lacking := [key for key in settings.secret_names if key not in settings.secrets]:
        raise ConfigProblem(
            f"{one.place}: give secrets.{', secrets.'.join(lacking)} by reference, file:PATH or env:NAME"
        )
    try:
        secrets = {key: load_secret(reference, store.config.base) for key, reference in settings.secrets.items()}
    except KeyProblem as problem:
        raise KeyProblem(f"{one.place}: {problem}") from None
    key, zone = store.keys.derive("place"), store.authority.timezone
    return Account(one.ref.name, settings, secrets, zone, key, questionnaire().reader_options())


def collect(
    store: TownStore,
    only: str | None = None,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    schedule: str = "",
    accepted: Collection[str] = (),
    unread_since: datetime | None = None,
    manner: Manner = PLAIN,
) -> list[Pulled]:
    """Pull every stream of every account; with `since`, an explicit backfill that leaves the watermarks alone.

    Gives what came of each stream, failures too: one account that fails does not stop the others. A backfill reads
    from the first of the town's month `since` lies in, up to but not including `until` (now when left out), both
    aware. `only` is SOURCE or SOURCE.ACCOUNT; `schedule` a cron line, to pull the streams that declare it; `accepted`
    names streams (SOURCE.ACCOUNT.STREAM) of which an operator says that the empty answer is right. With `unread_since`
    (an instant, UTC) streams that were read well up to there or further are left alone. `manner` is how it is shown.

    Raises ConfigProblem when `only` or `accepted` names what is not configured or an account lacks a secret,
    KeyProblem when one cannot be read.
    """
    round_ = Round.begin(store, since, until, manner)
    done_before = read_since(store.ledger, unread_since) if unread_since and not since else frozenset()
    planned = [(source, account, stream) for source, account in opened(store, only, manner) for stream in source.streams
               if schedule in ("", stream.schedule)]  # fmt: skip
    known = {str(_ref(*one)) for one in planned}
    if unknown := set(accepted) - known:
        raise ConfigProblem(f"--accept-empty: {no_such('stream', min(unknown), known)}")
    left_alone = [_ref(*one) for one in planned if _ref(*one) in done_before]
    planned = [one for one in planned if _ref(*one) not in done_before]
    manner.planned([_ref(*one) for one in planned], left_alone)
    done = []
    try:
        for line, stream in _lined(planned):
            ref = StreamRef(line.ref, stream.name)
            pull = partial(round_.pull, line, stream, is_accepted=str(ref) in accepted)
            done.append(manner.stream(ref, pull))
    finally:
        round_.land_waiting()
    supersede_outdated(store, {f"{one.ref.account.source}.{one.ref.stream}" for one in done if one.status == "done"})
    if round_.asked and all(one.status == "done" for one in done):
        forget_backfill(store.ledger, round_.asked, [one.ref for one in done])
    return done


def _ref(source: Source, account: Account, stream: type[ServiceStream]) -> StreamRef:
    return StreamRef(AccountRef(source.name, account.name), stream.name)


@dataclass(frozen=True)
class Round:
    """What the pulls of a round have in common: the stretch, and how far each stream was read before it."""

    store: TownStore
    started: datetime
    since: datetime | None
    until: datetime | None
    asked: str  # the stretch of a backfill; '' for what is new
    positions: Mapping[StreamRef, datetime]  # where a backfill was stopped
    marks: Mapping[StreamRef, datetime]
    manner: Manner
    objects: Sequence[QuarantineRow]  # what of any stream could not be read before it
    waiting: list[QuietPull] = field(default_factory=list)  # pulls that brought nothing, and land together

    @classmethod
    def begin(cls, store: TownStore, since: datetime | None, until: datetime | None, manner: Manner) -> Round:
        """A round that starts now: of a stretch, or of what is new."""
        since = month_begins(since, store.authority.timezone) if since else None
        asked = stretch(since, until) if since else ""
        positions = backfill_positions(store.ledger, asked) if asked else {}
        marks = {} if asked else watermarks(store.ledger)
        return cls(store, now(), since, until, asked, positions, marks, manner, object_rows(store.ledger))

    def pull(self, line: SharedSession, stream: type[ServiceStream], *, is_accepted: bool) -> Pulled:
        """Read one stream, window by window, until one fails."""
        store, pulled = self.store, Pulled(StreamRef(line.ref, stream.name))
        if self.since:
            first = max(self.since, self.positions.get(pulled.ref, self.since))
            last = min(self.until or self.started, self.started)
        else:
            reached, before = self.marks.get(pulled.ref), None
            if reached is not None and reached > self.started:
                before = read_until(store.ledger, pulled.ref, self.started + CLOCKS_DIFFER)
            first, last = incremental(stream, reached, self.started, store.authority.timezone, before)
        pieces = list(windows(stream, first, last))
        objects = ObjectRound.begin(store, pulled.ref, self.objects, is_backfill=bool(self.asked))
        if self.since and first > self.since:
            goes_on = f"goes on where it was stopped, at {first:%Y-%m-%d}"
            pulled.report.notices.append(goes_on)
            store.progress(f"{pulled.ref}: {goes_on}")
        began = monotonic()
        for number, window in enumerate(pieces, start=1):
            store.progress(
                f"{pulled.ref}: window {number} of {len(pieces)}, {window.since:%Y-%m-%d} to {window.until:%Y-%m-%d}; "
                f"{pulled.records:,} records, {monotonic() - began:.0f} s so far"
            )
            mark = None if self.asked else window.until
            waiting = self.waiting if len(pieces) == 1 else None
            one = Pull(
                line, stream, window, objects, mark, self.asked, is_accepted, number == len(pieces), waiting=waiting
            )
            with slot(store, line.ref, self.manner):
                one.run(store, pulled)
            if pulled.status != "done":
                break
        else:
            if unmet := objects.unmet(pieces):
                self.land_waiting()
                _ask_again(store, line, stream, objects, unmet, pulled, self.manner)
        pulled.passed_over = objects.refused()
        return pulled

    def land_waiting(self) -> None:
        """Land what brought no record so far, in one transaction."""
        land_quiet(self.store.ledger, self.store.lake, self.waiting)
        self.waiting.clear()


def _ask_again(
    store: TownStore,
    line: SharedSession,
    stream: type[ServiceStream],
    objects: ObjectRound,
    waiting: list[SourceObject],
    pulled: Pulled,
    manner: Manner = PLAIN,
) -> None:
    """Ask about objects by themselves, whatever the window they were met in."""
    window = Window(min(one.since for one in waiting), now())
    with slot(store, line.ref, manner):
        Pull(line, stream, window, objects, only=waiting).run(store, pulled)


def replay_objects(store: TownStore, source: str | None = None) -> Pulled | None:
    """Ask again about the objects in quarantine (of one `source`, as its items name it); they are closed as they land.

    None where there are none. Raises ConfigProblem when their account is not configured or lacks a secret, KeyProblem
    when one cannot be read.
    """
    rows = [row for row in object_rows(store.ledger) if row.status == OPEN and source in (None, row.source)]
    waiting: dict[StreamRef, list[SourceObject]] = defaultdict(list)
    for row in rows:
        if (one := sealed_object(store, row)) is not None:
            waiting[object_stream(row)].append(one)
    pulled = None
    for account in sorted({ref.account for ref in waiting}):
        for found, opened_account in opened(store, str(account)):
            with closing(SharedSession(found, opened_account)) as line:
                for stream in found.streams:
                    ref = StreamRef(account, stream.name)
                    if ref in waiting:
                        pulled = pulled or Pulled(ref)
                        _ask_again(store, line, stream, ObjectRound.begin(store, ref, rows), waiting[ref], pulled)
    return pulled


def _lined(
    planned: Iterable[tuple[Source, Account, type[ServiceStream]]],
) -> Iterator[tuple[SharedSession, type[ServiceStream]]]:
    """The streams with the line of their account, which is let go of after its last one."""
    for _, streams in groupby(planned, key=lambda one: id(one[1])):
        of_account = list(streams)
        with closing(SharedSession(*of_account[0][:2])) as line:
            for _, _, stream in of_account:
                yield line, stream


def stretch(since: datetime, until: datetime | None) -> str:
    """The name by which a backfill of a stretch of time is known again."""
    return f"{since.astimezone(UTC):%Y-%m-%dT%H:%M}/" + (f"{until.astimezone(UTC):%Y-%m-%dT%H:%M}" if until else "")


def month_begins(instant: datetime, timezone: str) -> datetime:
    """The first instant of the local month: a month read from its middle on would be told in part for ever."""
    return (
        instant.astimezone(ZoneInfo(timezone)).replace(day=1, hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)
    )


def incremental(
    stream: type[ServiceStream],
    reached: datetime | None,
    started: datetime,
    timezone: str,
    before: datetime | None = None,
) -> tuple[datetime, datetime]:
    """(since, until) of what to read of a stream that was read until `reached`.

    `before` is until when it was read by pulls that end before `started`.
    """
    # A mark far in the future is a wrong clock's. What it covers nobody knows, so it counts for nothing, but the last
    # pull before the clock jumped does (`before`): a stream without a lookback would otherwise not be read again until
    # then. Two machines' clocks differ a little.
    if reached is not None and reached > started + CLOCKS_DIFFER:
        reached = before
    if reached is None:
        return month_begins(started - FIRST_READ, timezone), started
    return min(reached, started) - stream.lookback, started


def windows(stream: type[ServiceStream], first: datetime, last: datetime) -> Iterator[Window]:
    """The stretch in windows the service accepts, in order."""
    while first < last:
        end = min(first + stream.max_window, last)
        yield Window(first, end)
        first = end

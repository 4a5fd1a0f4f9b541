"""Collecting from services: windows, landing, watermarks. The stream only turns a window into pages.

A window is [watermark - lookback, start of the run). Its records are landed, and in the same
transaction the watermark moves to the start of the run: never past it, never after a failure. A window
longer than the service accepts is cut, and each piece stands on its own. A backfill keeps its position in
the ledger beside its pulls, so that one that was stopped goes on where it was.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import AbstractContextManager, closing, nullcontext
from datetime import UTC, datetime, timedelta
from itertools import groupby
from time import monotonic
from zoneinfo import ZoneInfo

from collectors.errors import CollectorError
from collectors.service import Account, Finding, ServiceStream, Source, SourceObject, Window, sources
from pipeline.collect.objects import ObjectRound, sealed_object
from pipeline.collect.pull import Pull, Pulled, SharedSession
from pipeline.land.quarantine import supersede_outdated
from pipeline.upkeep.freshness import remembered
from town.accounts import ConfiguredAccount, accounts
from town.config import ConfigProblem
from town.names import no_such
from town.store import TownStore
from transforms.questionnaire import questionnaire
from warehouse.accounts import AccountRef, StreamRef
from warehouse.keys import load_secret
from warehouse.ledger import now
from warehouse.pulls import OPEN, backfill_positions, forget_backfill, object_rows, object_stream, watermarks

FIRST_READ = timedelta(days=730)
"""How far back a stream is read the first time."""
CLOCKS_DIFFER = timedelta(minutes=15)


def opened(store: TownStore, only: str | None = None) -> Iterator[tuple[Source, Account]]:
    """Every configured account of this authority, its secrets fetched, with its source.

    `only` is SOURCE or SOURCE.ACCOUNT. Raises ConfigProblem, which names what is wrong.
    """
    known = sources()
    for one in accounts(store.config, store.authority.code, only):
        yield known[one.ref.source], _opened(store, one)


def _opened(store: TownStore, one: ConfiguredAccount) -> Account:
    settings = one.section
    if lacking := [key for key in settings.secret_names if key not in settings.secrets]:
        raise ConfigProblem(
            f"{one.place}: give secrets.{', secrets.'.join(lacking)} by reference, file:PATH or env:NAME"
        )
    secrets = {key: load_secret(reference, store.config.base) for key, reference in settings.secrets.items()}
    key, zone = store.keys.derive("place"), store.authority.timezone
    return Account(one.ref.name, settings, secrets, zone, key, questionnaire().reader_options())


Guard = Callable[[Source, Pulled], AbstractContextManager[None]]
"""What is held around every pull, for instance a slot of a limit that several workers share."""


def noop_guard(_source: Source, _pulled: Pulled) -> AbstractContextManager[None]:
    """Nothing: one process pulls one account after the other anyway."""
    return nullcontext()


def collect(
    store: TownStore,
    only: str | None = None,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    schedule: str = "",
    accepted: Collection[str] = (),
    guard: Guard = noop_guard,
) -> list[Pulled]:
    """Pull every stream of every account; with `since`, an explicit backfill that leaves the watermarks alone.

    Gives what came of each stream, failures too: one account that fails does not stop the others. A backfill reads
    from the first of the town's month `since` lies in, up to but not including `until` (now when left out), both
    aware. `only` is SOURCE or SOURCE.ACCOUNT; `schedule` a cron line, to pull the streams that declare it; `accepted`
    names streams (SOURCE.ACCOUNT.STREAM) of which an operator says that the empty answer is right; `guard` is held
    around every pull.

    Raises ConfigProblem when `only` or `accepted` names what is not configured or an account lacks a secret,
    KeyProblem when one cannot be read.
    """
    started, zone = now(), store.authority.timezone
    since = month_begins(since, zone) if since else None
    asked = stretch(since, until) if since else ""
    positions = backfill_positions(store.ledger, asked) if asked else {}
    marks = {} if asked else watermarks(store.ledger)
    planned = [(source, account, stream) for source, account in opened(store, only) for stream in source.streams
               if schedule in ("", stream.schedule)]  # fmt: skip
    known = {str(StreamRef(AccountRef(source.name, account.name), stream.name)) for source, account, stream in planned}
    if unknown := set(accepted) - known:
        raise ConfigProblem(f"--accept-empty: {no_such('stream', min(unknown), known)}")
    done = []
    for line, stream in _lined(planned):
        pulled = Pulled(StreamRef(AccountRef(line.source.name, line.account.name), stream.name))
        if since:
            first, last = max(since, positions.get(pulled.ref, since)), min(until or started, started)
        else:
            first, last = incremental(stream, marks.get(pulled.ref), started, zone)
        pieces = list(windows(stream, first, last))
        objects = ObjectRound.begin(store, pulled.ref, is_backfill=bool(asked))
        if since and first > since:
            pulled.report.notices.append(f"goes on where it was stopped, at {first:%Y-%m-%d}")
        began = monotonic()
        for number, window in enumerate(pieces, start=1):
            store.progress(
                f"{pulled.ref}: window {number} of {len(pieces)}, {pulled.records:,} records, "
                f"{monotonic() - began:.0f} s"
            )
            mark = None if asked else window.until
            is_last, is_accepted = number == len(pieces), str(pulled.ref) in accepted
            one = Pull(line, stream, window, objects, mark, asked, is_accepted, is_last)
            with guard(line.source, pulled):
                one.run(store, pulled)
            if pulled.status != "done":
                break
        else:
            if waiting := objects.unmet(pieces):
                with guard(line.source, pulled):
                    _ask_again(store, line, stream, objects, waiting, pulled)
        pulled.passed_over = objects.refused()
        done.append(pulled)
    supersede_outdated(store, {f"{one.ref.account.source}.{one.ref.stream}" for one in done if one.status == "done"})
    if asked and all(one.status == "done" for one in done):
        forget_backfill(store.ledger, asked, [one.ref for one in done])
    return done


def _ask_again(
    store: TownStore,
    line: SharedSession,
    stream: type[ServiceStream],
    objects: ObjectRound,
    waiting: list[SourceObject],
    pulled: Pulled,
) -> None:
    """Ask about objects by themselves, whatever the window they were met in."""
    window = Window(min(one.since for one in waiting), now())
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
                        _ask_again(store, line, stream, ObjectRound.begin(store, ref), waiting[ref], pulled)
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
    stream: type[ServiceStream], reached: datetime | None, started: datetime, timezone: str
) -> tuple[datetime, datetime]:
    """(since, until) of what to read of a stream that was read until `reached`."""
    # A mark far in the future is a wrong clock's. What it covers nobody knows, so it counts for nothing: a stream
    # without a lookback would otherwise not be read again until then. Two machines' clocks differ a little.
    if reached is None or reached > started + CLOCKS_DIFFER:
        return month_begins(started - FIRST_READ, timezone), started
    return min(reached, started) - stream.lookback, started


def windows(stream: type[ServiceStream], first: datetime, last: datetime) -> Iterator[Window]:
    """The stretch in windows the service accepts, in order."""
    while first < last:
        end = min(first + stream.max_window, last)
        yield Window(first, end)
        first = end


def doctor(store: TownStore, only: str | None = None) -> list[tuple[AccountRef, Finding]]:
    """The findings of every configured account (or `only` SOURCE or SOURCE.ACCOUNT): what works, what to do.

    Asks the services; nothing is landed. Raises ConfigProblem when `only` names no account or one lacks a secret,
    KeyProblem when a secret cannot be read.
    """
    found = []
    known = remembered(store)
    for source, account in opened(store, only):
        ref = AccountRef(source.name, account.name)
        try:
            findings = source.check(account)
        except CollectorError as problem:
            findings = [Finding("connection", "fail", problem=problem)]
        for one in findings:
            if one.problem is not None:
                source.name_in(one.problem)
        found += [(ref, one) for one in [*findings, *known.get(ref, [])]]
    return found

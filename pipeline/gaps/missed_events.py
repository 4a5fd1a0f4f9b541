"""Who was not heard: outages of the receiver, webhooks that stopped, days of which a platform counted more than came.

What a poll brings heals by itself. WhatsApp's messages come by webhook only; of those a gap stays, and with it the
months it lies in carry `source_down`, until the platform's own daily counts show that nothing is missing.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Container, Iterator
from datetime import UTC, date, datetime, time, timedelta
from math import ceil
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from collectors.service import Source, sources
from pipeline.events import gap
from receiver.heartbeat import outages
from town.hook_accounts import pushed_to
from town.landed import landed_tables
from town.store import TownStore
from warehouse.accounts import AccountRef
from warehouse.calendar import month_of, span
from warehouse.closed_days import closed_days
from warehouse.gaps import FEWER, RECEIVER_DOWN, SILENT, FoundGap, gaps, heal, note
from warehouse.ledger import Ledger, core, now
from warehouse.ledger_tables import EventRow, GapRow, PullRow
from warehouse.pulls import latest

REMEMBERED = timedelta(weeks=8)
MIN_HISTORY, MIN_EVENTS = timedelta(weeks=2), 50
TOO_QUIET = 12.0
"""So many events are missing when a silence is called one: by chance that happens once in 160,000 such stretches."""
COUNTED = {"out": "messages_sent", "in": "conversations_user_initiated"}
"""Of what the platform counts, the least that webhooks must have brought: a conversation has a message at least."""
NOT_SENT = "failed"
HOUR = timedelta(hours=1)


def lost_facts(source: Source) -> frozenset[str]:
    """Facts that only webhooks of a source bring: what of them was missed cannot be pulled."""
    pulled = {fact for stream in source.streams for fact in stream.facts}
    pushed = {fact for stream in source.side_streams for fact in stream.facts}
    return frozenset(pushed - pulled - {"coverage"})


def look(store: TownStore) -> tuple[list[GapRow], list[GapRow]]:
    """Note what is found now and heal what is over; gives the open gaps, and those just healed."""
    at = now()
    counted, days = _counts(store, at)
    found = [*_outages(store, at), *_silences(store, at), *counted]
    over = {(row.account, row.since) for row in gaps(store.ledger, is_healed=True) if row.kind == RECEIVER_DOWN}
    found = [one for one in found if one["kind"] != RECEIVER_DOWN or (one["account"], one["since"]) not in over]
    for account, kind, since in note(store.ledger, found):
        gap(store.authority.code, account, kind, since)
    still = {(one["account"], one["kind"], one["since"]) for one in found}
    healed = [row for row in gaps(store.ledger) if _is_over(store, row, still, days)]
    heal(store.ledger, healed)
    return gaps(store.ledger), healed


def silent_stretches(ledger: Ledger, timezone: str) -> frozenset[tuple[str, str, str]]:
    """(fact, asset, month) in which an open gap lies that no poll can heal."""
    zone = ZoneInfo(timezone)
    found = set()
    for row in gaps(ledger):
        source = sources().get(AccountRef.parse(row.account).source)
        if source is None:
            continue
        last = (row.until or now()) - timedelta(microseconds=1)
        months = span(month_of(row.since.astimezone(zone).date()), month_of(last.astimezone(zone).date()))
        found |= {(fact, asset, month) for fact in lost_facts(source) for asset in source.assets for month in months}
    return frozenset(found)


def as_json(row: GapRow) -> dict[str, Any]:
    """One entry of `gaps` of `kehila freshness --json`."""
    return {
        "account": row.account, "kind": row.kind, "since": row.since.isoformat(),
        "until": row.until and row.until.isoformat(), "expected": row.expected, "heard": row.heard,
        "noted_at": row.noted_at.isoformat(),
    }  # fmt: skip


# --- what is found --------------------------------------------------------------------------
def _outages(store: TownStore, at: datetime) -> Iterator[FoundGap]:
    """Stretches in which no receiver ran, for every account that is pushed to."""
    from receiver.events import open_inbox

    accounts = pushed_to(store.config, store.authority.code)
    for since, until in outages(open_inbox(store.config).folder, at) if accounts else ():
        for account in map(str, accounts):
            yield {"account": account, "kind": RECEIVER_DOWN, "since": since, "until": until}


def _silences(store: TownStore, at: datetime) -> Iterator[FoundGap]:
    """Accounts whose webhooks stopped, by their own rate at these hours of the week; a Sabbath is quiet by itself."""
    table = core(EventRow)
    mine = (table.c.authority == store.authority.code) & (table.c.first_seen_at >= at - REMEMBERED)
    heard: dict[str, list[datetime]] = defaultdict(list)
    with store.engine.connect() as connection:
        for row in connection.execute(select(table.c.account, table.c.first_seen_at).where(mine)):
            heard[row.account].append(row.first_seen_at)
    zone = ZoneInfo(store.authority.timezone)
    closed = closed_days(store.engine, store.authority.code)
    lasting = {row.account: row for row in gaps(store.ledger) if row.kind == SILENT and row.until is None}
    for account in map(str, pushed_to(store.config, store.authority.code)):
        times = sorted(heard.get(account, ()))
        if (old := lasting.get(account)) and (since := [one for one in times if one > old.since]):
            yield {"account": account, "kind": SILENT, "since": old.since, "until": since[0], "expected": old.expected}
        if len(times) < MIN_EVENTS or times[-1] - times[0] < MIN_HISTORY:
            continue
        expected = usual(times, at, zone, closed)
        if expected >= TOO_QUIET:
            yield {"account": account, "kind": SILENT, "since": times[-1], "until": None, "expected": round(expected)}


def usual(times: list[datetime], at: datetime, zone: ZoneInfo, closed: Container[date] = ()) -> float:
    """How many events the stretch since the last one would have held, by the mean of each hour of the week."""
    first, last = times[0], times[-1]
    weeks = max(ceil((last - first) / timedelta(weeks=1)), 1)
    rate: Counter[tuple[int, int]] = Counter()
    for one in times:
        local = one.astimezone(zone)
        rate[local.weekday(), local.hour] += 1
    expected, begin = 0.0, last
    while begin < at and expected < 10 * TOO_QUIET:
        end = min(begin.replace(minute=0, second=0, microsecond=0) + HOUR, at)
        local = begin.astimezone(zone)
        if local.date() not in closed:
            expected += rate[local.weekday(), local.hour] / weeks * ((end - begin) / HOUR)
        begin = end
    return expected


def _counts(store: TownStore, at: datetime) -> tuple[list[FoundGap], dict[str, set[date]]]:
    """Days of which WhatsApp counted more than came, and, by account, the days it counted at all."""
    pushed = pushed_to(store.config, store.authority.code)
    accounts = {str(one) for one in pushed if one.source == "whatsapp_cloud"}
    if not accounts:
        return [], {}
    names = ("whatsapp_cloud_message", "whatsapp_cloud_status", "whatsapp_cloud_metric")
    landed = landed_tables(store, names)
    came: dict[tuple[str, str], dict[str, datetime]] = defaultdict(dict)  # (number, direction) -> message -> when
    messages = landed[names[0]].select(["space_key", "message", "direction", "sent_at"]).to_pylist()
    statuses = landed[names[1]].select(["space_key", "message", "status", "at"]).to_pylist()
    told = [(r["space_key"], r["direction"], r["message"], r["sent_at"]) for r in messages]
    told += [(r["space_key"], "out", r["message"], r["at"]) for r in statuses if r["status"] != NOT_SENT]
    first: dict[str, date] = {}
    for number, direction, message, when in told:
        known = came[number, direction].get(message)
        came[number, direction][message] = when if known is None else min(known, when)
        first[number] = min(first.get(number, when.astimezone(UTC).date()), when.astimezone(UTC).date())
    heard: Counter[tuple[str, str, date]] = Counter(
        (number, direction, when.astimezone(UTC).date())
        for (number, direction), found in came.items()
        for when in found.values()
    )
    owners = _owners(store)
    last: dict[tuple[str, str, date], tuple[int, int, str]] = {}
    for row in landed[names[2]].select(["space_key", "metric", "day", "amount", "landed_order", "batch"]).to_pylist():
        key = (row["space_key"], row["metric"], row["day"])
        last[key] = max(last.get(key, (-1, 0, "")), (row["landed_order"], int(row["amount"]), row["batch"]))
    days: dict[str, set[date]] = defaultdict(set)
    missing: dict[tuple[str, date], list[int]] = defaultdict(lambda: [0, 0])
    for (number, metric, day), (_, amount, batch) in last.items():
        account = owners.get(batch, "")
        direction = next((one for one, name in COUNTED.items() if name == metric), None)
        # Before the first webhook of a number nobody was subscribed; the day of the first one is a part of a day.
        if account not in accounts or direction is None or number not in first or day <= first[number]:
            continue
        days[account].add(day)
        if amount > heard[number, direction, day]:
            missing[account, day][0] += amount
            missing[account, day][1] += heard[number, direction, day]
    found: list[FoundGap] = [
        {"account": account, "kind": FEWER, "since": datetime.combine(day, time(), UTC), "expected": expected,
         "until": datetime.combine(day, time(), UTC) + timedelta(days=1), "heard": came_in}
        for (account, day), (expected, came_in) in sorted(missing.items())
        if datetime.combine(day, time(), UTC) + timedelta(days=1) <= at
    ]  # fmt: skip
    return found, days


def _owners(store: TownStore) -> dict[str, str]:
    """Run -> the account it pulled WhatsApp's counts of."""
    table = core(PullRow)
    mine = (table.c.authority == store.authority.code) & (table.c.stream == "whatsapp_cloud_metric")
    with store.engine.connect() as connection:
        rows = connection.execute(select(table.c.run, table.c.source, table.c.account).where(mine)).all()
    return {row.run: str(AccountRef(row.source, row.account)) for row in rows}


# --- what is over ---------------------------------------------------------------------------
def _is_over(
    store: TownStore, row: GapRow, still: set[tuple[str, str, datetime]], counted: dict[str, set[date]]
) -> bool:
    """Whether nothing of a gap is missing any more."""
    account = AccountRef.parse(row.account)
    source = sources().get(account.source)
    if account not in pushed_to(store.config, store.authority.code):
        return True
    if row.kind == FEWER:
        return (row.account, row.kind, row.since) not in still
    if row.until is None and (row.account, row.kind, row.since) in still:
        return False
    until = row.until or now()
    if source is not None and not lost_facts(source):
        pulls = latest(store.ledger, 1)
        mine = [found[0] for ref, found in pulls.items() if ref.account == account]
        streams = {one.stream for one in mine if one.status == "done" and one.until >= until}
        return streams >= {stream.name for stream in source.streams}
    days = {row.since.astimezone(UTC).date() + timedelta(days=n) for n in range((until - row.since).days + 2)}
    days = {day for day in days if day <= (until - timedelta(microseconds=1)).astimezone(UTC).date()}
    fewer = {since.date() for place, kind, since in still if (place, kind) == (row.account, FEWER)}
    return days <= counted.get(row.account, set()) and not days & fewer

"""Landed newsletters, whichever service sent them, to `mailing`, `membership`, `publication`, and what was covered.

A campaign counts once, in the month it was sent, by its latest reading; combinations tried within a
campaign are part of it, a repeat to those who did not open is a campaign of its own. A month has one
count of subscribers: the service's history where it keeps one, else its last count in the month.

A link to a page on a municipal process is an item the campaign published on it: one for each page, however
often it is linked. The service tells neither the stage of a process nor whether an item calls for an answer.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa

from transforms.calendar import first_day, last_day, month_of, shift
from transforms.staging.town import Town
from warehouse.schemas import fact_table

SOURCE = "newsletter"
SERVICES = ("brevo", "mailchimp")
STREAMS = (
    "brevo_campaign",
    "brevo_list",
    "brevo_pull",
    "mailchimp_campaign",
    "mailchimp_clicker",
    "mailchimp_link",
    "mailchimp_list",
    "mailchimp_month",
    "mailchimp_pull",
)

REVISION = 2  # raise it when the same records would stage differently: everything is staged anew

Row = dict[str, Any]
PARTS = ("variate", "absplit", "ab_split")
"""Kinds of campaigns whose children are combinations tried on some of the recipients."""


def stage(landed: Mapping[str, pa.Table], town: Town) -> dict[str, pa.Table]:
    """The facts `mailing`, `membership`, `publication` and `coverage`."""
    campaigns = list(_campaigns(landed, town))
    pulls = _rows(landed, "pull")
    _count_people(campaigns, landed, [one for one in pulls if one["stream"].endswith("_clicker")])
    members = _members(landed)
    told = [one for one in pulls if one["stream"].endswith("_campaign")]
    begun: dict[str, str] = {}
    for one in (*campaigns, *members):
        begun[one["space"]] = min(one["month"], begun.get(one["space"], one["month"]))
    classified = [one for one in pulls if one["stream"].endswith("_link") and one.get("is_classified")]
    coverage = [
        *_sent_coverage("mailing", told, begun, town),
        *_sent_coverage("publication", classified, begun, town),
        *_membership_coverage(members),
    ]
    return {
        "mailing": _table("mailing", campaigns, town),
        "membership": _table("membership", members, town),
        "publication": _table("publication", _items(landed, town), town),
        "coverage": _table("coverage", coverage, town),
    }


def _rows(landed: Mapping[str, pa.Table], stream: str) -> list[Row]:
    """The landed rows of a stream of every service, oldest first, each with its service."""
    found = []
    for service in SERVICES:
        table = landed.get(f"{service}_{stream}")
        if table is not None:
            rows = table.to_pylist()
            rows.sort(key=lambda row: (row["landed_order"], row["segment"], repr(sorted(row.items()))))
            found += [{**row, "service": service} for row in rows]
    return found


def _campaigns(landed: Mapping[str, pa.Table], town: Town) -> Iterator[Row]:
    zone = ZoneInfo(town.timezone)
    latest = {(one["service"], one["account"], one["campaign"]): one for one in _rows(landed, "campaign")}
    for key in sorted(latest):
        one = latest[key]
        if one["parent"] and (one["kind"] or "").startswith(PARTS):
            continue
        lost = sum(one[name] or 0 for name in ("hard_bounces", "soft_bounces", "syntax_errors"))
        delivered = one["delivered"] if one["delivered"] is not None else max(one["recipients"] - lost, 0)
        yield {
            **{name: one[name] for name in ("space", "sent_at", "recipients", "unique_opens", "unique_opens_all")},
            "month": month_of(one["sent_at"].astimezone(zone).date()),
            "campaign": ".".join(key),
            "delivered": delivered,
            "clickers": one["clickers"],
            "month_clickers": None,
        }


def _count_people(campaigns: Sequence[Row], landed: Mapping[str, pa.Table], pulls: Sequence[Row]) -> None:
    """Write the month's distinct clickers on its last campaign, where people were read for all its campaigns."""
    months: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for one in campaigns:
        months[one["space"], one["month"]].append(one)
    people = _clicked(landed.get("mailchimp_clicker"))
    children = _children(landed)
    read = defaultdict(list)
    for one in pulls:
        read[one["space"]].append((one["since"], one["until"]))
    for (space, _), sent in months.items():
        if all(any(_holds(stretch, one["sent_at"]) for stretch in read[space]) for one in sent):
            clicked = set[int]()
            for one in sent:
                clicked.update(*(people[name] for name in (one["campaign"], *children[one["campaign"]])))
            last = max(sent, key=lambda one: (one["sent_at"], one["campaign"]))
            # A person deleted since is still in the campaign's own count.
            last["month_clickers"] = max(len(clicked), *(one["clickers"] or 0 for one in sent), 0)


def _clicked(table: pa.Table | None) -> Mapping[str, set[int]]:
    """Campaign -> the people of its latest reading; a row without a person says that nobody clicked.

    Each reading lands all people of a campaign again, so the rows stay in Arrow until few are left.
    """
    people: dict[str, set[int]] = defaultdict(set)
    if table is None or table.num_rows == 0:
        return people
    schema = pa.schema([("account", pa.string()), ("campaign", pa.string()), ("landed_order", pa.int64())])
    readings = table.select(schema.names).cast(schema).append_column("person", table.column("person"))
    latest = readings.group_by(["account", "campaign"]).aggregate([("landed_order", "max")])
    keys = ["account", "campaign", "landed_order"]
    of_latest = readings.join(latest, keys, ["account", "campaign", "landed_order_max"], join_type="left semi")
    for row in of_latest.to_pylist():
        if row["person"] is not None:
            people[f"mailchimp.{row['account']}.{row['campaign']}"].add(row["person"])
    return people


def _items(landed: Mapping[str, pa.Table], town: Town) -> list[Row]:
    """One publication a campaign and page on a process; combinations tried within one are part of it."""
    parents = {part: whole for whole, parts in _children(landed).items() for part in parts}
    latest = {(one["account"], one["campaign"], one["link"]): one for one in _rows(landed, "link")}
    items: dict[tuple[str, str], Row] = {}
    for (account, campaign, link), one in sorted(latest.items(), key=lambda item: (item[1]["sent_at"], item[0])):
        if one["process_kind"] is None:
            continue
        name = f"{one['service']}.{account}.{campaign}"
        whole = parents.get(name, name)
        day = one["sent_at"].astimezone(ZoneInfo(town.timezone)).date()
        known = town.spaces.get(one["space"])
        items.setdefault(
            (whole, one["path"]),
            {
                "month": month_of(day), "space": one["space"], "publication": f"{whole}.{link}", "published_day": day,
                "topic": "process", "process_kind": one["process_kind"], "stage": None,
                "language": known.language if known else "he", "calls_for_response": None, "follows_up": None,
                "basis": "api",
            },
        )  # fmt: skip
    return [items[key] for key in sorted(items)]


def _children(landed: Mapping[str, pa.Table]) -> dict[str, set[str]]:
    """Campaign -> the combinations tried within it."""
    found: dict[str, set[str]] = defaultdict(set)
    for one in _rows(landed, "campaign"):
        if one["parent"]:
            place = f"{one['service']}.{one['account']}."
            found[place + one["parent"]].add(place + one["campaign"])
    return found


def _holds(stretch: tuple[datetime | None, datetime], at: datetime) -> bool:
    return (stretch[0] is None or stretch[0] <= at) and at < stretch[1]


def _members(landed: Mapping[str, pa.Table]) -> list[Row]:
    """One row a list and month."""
    found: dict[tuple[str, str], Row] = {}
    for one in sorted(_rows(landed, "list"), key=lambda row: row["day"]):
        found[one["space"], month_of(one["day"])] = {**one, "left": 0, "joined": 0}
    history = {(one["space"], one["month"]): one for one in _rows(landed, "month")}
    for (space, month), one in history.items():
        left = sum(one[name] or 0 for name in ("unsubscribed", "cleaned", "deleted"))
        before = history.get((space, shift(month, -1)))
        joined = max(one["members"] - before["members"] + left, 0) if before else 0
        found[space, month] = {**one, "day": one["counted_on"], "left": left, "joined": joined}
    return [
        {
            "month": month,
            "space": space,
            "basis": "api",
            "is_month_end": True,
            **{name: one[name] for name in ("day", "members", "joined", "left")},
        }
        for (space, month), one in sorted(found.items())
    ]


def _sent_coverage(fact: str, pulls: Iterable[Row], begun: Mapping[str, str], town: Town) -> Iterator[Row]:
    """The days read whole, from the month on in which the list first shows any life: before it there is no zero."""
    zone = ZoneInfo(town.timezone)
    stretches: dict[str, list[tuple[datetime, datetime]]] = defaultdict(list)
    for one in pulls:
        if one["space"] in begun:
            first = _midnight(first_day(begun[one["space"]]), zone)
            since = max(one["since"].astimezone(zone), first) if one["since"] else first
            stretches[one["space"]].append((since, one["until"].astimezone(zone)))
    for space in sorted(stretches):
        days: dict[str, list[date]] = defaultdict(list)
        for since, until in _joined(stretches[space]):
            day = since.date() + timedelta(days=0 if since == _midnight(since.date(), zone) else 1)
            while _midnight(day + timedelta(days=1), zone) <= until:
                days[month_of(day)].append(day)
                day += timedelta(days=1)
        for month in sorted(days):
            whole = len(days[month]) == (last_day(month) - first_day(month)).days + 1
            yield _covered(fact, space, month, days[month][0], days[month][-1], whole)


def _joined(stretches: Iterable[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    """The stretches with those that touch made one, in order."""
    found: list[tuple[datetime, datetime]] = []
    for since, until in sorted(stretches):
        if found and since <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], until))
        else:
            found.append((since, until))
    return found


def _membership_coverage(members: Iterable[Row]) -> Iterator[Row]:
    for one in members:
        whole = one["day"] == last_day(one["month"])
        yield _covered("membership", one["space"], one["month"], first_day(one["month"]), one["day"], whole)


def _covered(fact: str, space: str, month: str, first: date, last: date, is_full: bool) -> Row:
    return {
        "month": month,
        "fact": fact,
        "space": space,
        "first_day": first,
        "last_day": last,
        "is_full": is_full,
        "quality": "" if is_full else "partial_period",
        "basis": "api",
    }


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone)


def _table(fact: str, rows: Sequence[Row], town: Town) -> pa.Table:
    names = {
        "mailing": ("month", "space", "campaign", "sent_at", "recipients", "delivered", "unique_opens",
                    "unique_opens_all", "clickers", "month_clickers"),
        "publication": ("month", "space", "publication", "published_day", "topic", "process_kind", "stage", "language",
                        "calls_for_response", "follows_up", "basis"),
        "membership": ("month", "space", "day", "members", "joined", "left", "basis", "is_month_end"),
        "coverage": ("month", "fact", "space", "first_day", "last_day", "is_full", "quality", "basis"),
    }[fact]  # fmt: skip
    columns: dict[str, Any] = {name: [row[name] for row in rows] for name in names}
    return fact_table(fact, {"authority": [town.authority] * len(rows), "asset": ["newsletter"] * len(rows), **columns})

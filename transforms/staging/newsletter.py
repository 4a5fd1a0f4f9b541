"""Landed newsletters, whichever service sent them, to `mailing`, `membership`, `publication`, and what was covered.

A campaign counts once, in the month it was sent, by its latest reading; combinations tried within a
campaign are part of it, a repeat to those who did not open is a campaign of its own. A month has one
count of subscribers: the service's history where it keeps one, else its last count in the month. A campaign that
a table exported by hand tells of as well counts once, as the service reads it.

A link to a page on a municipal process is an item the campaign published on it: one for each page, however
often it is linked. The service tells neither the stage of a process nor whether an item calls for an answer.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, time
from operator import itemgetter
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa

from transforms.staging import newsletter_files
from transforms.staging.coverage import Instants, Part, coverage_row, month_parts, whole_days
from transforms.staging.records import Row, fact_rows, landed_rows, latest
from transforms.staging.skipped import NO_FIGURES, Need, QuarantinedRow, Skipped, superseded_items
from transforms.staging.town import Town
from warehouse.calendar import first_day, last_day, month_of, shift

SOURCE = "newsletter"
KNOWS = {"mailing": ("opens", "clicks"), "publication": ("process",)}
SERVICES = ("brevo", "mailchimp")
STREAMS = (
    "brevo_campaign",
    "brevo_list",
    "brevo_pull",
    "mailchimp_campaign",
    "mailchimp_clicker",
    "mailchimp_link",
    "mailchimp_list",
    newsletter_files.STREAM,
    "mailchimp_month",
    "mailchimp_pull",
)

REVISION = 10  # raise it when the same records would stage differently: everything is staged anew

_SENT = Need(
    ("mailing",), ("account", "space", "campaign", "sent_at", "recipients"), ("account", "campaign"), ("sent_at",)
)
_COUNTED = Need(
    ("membership",), ("account", "space", "list_id", "day", "members"), ("account", "list_id", "day"), ("day",)
)
NEEDS = {
    "brevo_campaign": _SENT,
    "brevo_list": _COUNTED,
    "mailchimp_campaign": _SENT,
    "mailchimp_clicker": Need(("mailing",), ("account", "campaign"), (), ("sent_at",)),
    "mailchimp_link": Need(
        ("publication",), ("account", "space", "campaign", "link", "sent_at"), (), ("sent_at",)
    ),
    "mailchimp_list": _COUNTED,
    newsletter_files.STREAM: newsletter_files.NEED,
    "mailchimp_month": Need(
        ("membership",), ("account", "space", "list_id", "month", "counted_on", "members"),
        ("account", "list_id", "month"), ("month",),
    ),
    **dict.fromkeys(
        ("brevo_pull", "mailchimp_pull"), Need(("mailing", "publication"), ("space", "stream", "until"), (), ("until",))
    ),
}  # fmt: skip
RESTATED = newsletter_files.RESTATED

ASSET = "newsletter"
LIST = ("account", "space", "list_id")
"""What tells the lists of a service apart."""
MANY = 30
"""Recipients of whom it is not credible that none left any trace at all."""
TRACES = (
    "opens_all", "unique_opens_all", "opens", "unique_opens", "clicks", "unique_clicks", "clickers", "unsubscribed",
    "abuse_reports", "hard_bounces", "soft_bounces", "syntax_errors",
)  # fmt: skip
"""What a service counts of a campaign once it was sent."""
PARTS = ("variate", "absplit", "ab_split")
"""Kinds of campaigns whose children are combinations tried on some of the recipients."""


def stage(landed: Mapping[str, pa.Table], town: Town) -> dict[str, pa.Table]:
    """The facts `mailing`, `membership`, `publication` and `coverage`."""
    skipped = Skipped(NEEDS, town)
    landed = skipped.fit(landed)
    known = _latest(landed, "campaign", "account", "campaign")
    filed = newsletter_files.campaigns(landed_rows(landed, newsletter_files.STREAM), known, town)
    campaigns = list(_campaigns([*known, *filed], town, skipped))
    pulls = _rows(landed, "pull")
    _count_people(campaigns, landed, [one for one in pulls if one["stream"].endswith("_clicker")])
    members = _members(landed)
    told = [one for one in pulls if one["stream"].endswith("_campaign")]
    begun: dict[str, str] = {}
    for one in (*campaigns, *members):
        begun[one["space"]] = min(one["month"], begun.get(one["space"], one["month"]))
    classified = [one for one in pulls if one["stream"].endswith("_link") and one.get("is_classified")]
    found = {
        "mailing": campaigns,
        "membership": members,
        "publication": _items(landed, town),
        "coverage": [
            *_sent_coverage("mailing", told, begun, town),
            *_sent_coverage("publication", classified, begun, town),
            *_membership_coverage(members),
            *newsletter_files.coverage_rows(landed_rows(landed, newsletter_files.STREAM), town, KNOWS["mailing"]),
        ],
    }
    return {fact: fact_rows(fact, rows, town, asset=ASSET) for fact, rows in found.items()} | skipped.tables()


def superseded(landed: Mapping[str, pa.Table], aside: Iterable[QuarantinedRow], town: Town) -> set[str]:
    """Items within the days of an export that reaches as far or further."""
    return superseded_items(landed, {newsletter_files.STREAM: ("sent_at",)}, aside, town)


def _rows(landed: Mapping[str, pa.Table], stream: str) -> list[Row]:
    """All landed rows of a stream of every service, each with its service."""
    return [{**row, "service": name} for name in SERVICES for row in landed_rows(landed, f"{name}_{stream}")]


def _latest(landed: Mapping[str, pa.Table], stream: str, *key: str) -> list[Row]:
    """The last reading of each key of a stream of every service, each with its service."""
    return [{**row, "service": name} for name in SERVICES for row in latest(landed, f"{name}_{stream}", key)]


def _campaigns(readings: Iterable[Row], town: Town, skipped: Skipped) -> Iterator[Row]:
    for one in readings:
        if one["parent"] and (one["kind"] or "").startswith(PARTS):
            continue
        if (lacking := _not_worked_out(one)) is not None:
            skipped.leave_out(one.get("stream") or f"{one['service']}_campaign", one, NO_FIGURES, lacking)
            continue
        delivered = one["delivered"] if one["delivered"] is not None else max(one["recipients"] - _lost(one), 0)
        yield {
            **{name: one[name] for name in ("space", "sent_at", "recipients", "unique_opens", "unique_opens_all")},
            "month": town.local_month(one["sent_at"]),
            "campaign": f"{one['service']}.{one['account']}.{one['campaign']}",
            "delivered": delivered,
            "clickers": one["clickers"],
            "month_clickers": None,
            "is_filed": "stream" in one,
        }


def _lost(campaign: Row) -> int:
    """The addresses the service says it did not reach."""
    return sum(campaign[name] or 0 for name in ("hard_bounces", "soft_bounces", "syntax_errors"))


def _not_worked_out(campaign: Row) -> str | None:
    """The figure that tells that the service has not worked a campaign out yet, or has forgotten it; None where it has.

    Such a service says 0 of everything. It was sent to somebody; who was not reached is told as lost; and of many
    people there is always one who opens, clicks or leaves, or a dead address.
    """
    if not campaign["recipients"]:
        return "recipients"
    if campaign["delivered"] == 0 and _lost(campaign) < campaign["recipients"]:
        return "delivered"
    is_silent = 0 in (campaign["unique_opens_all"], campaign["clickers"]) and not any(campaign[name] for name in TRACES)
    return "unique_opens_all" if is_silent and campaign["recipients"] >= MANY else None


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
        # An export does not say who clicked.
        if all(not one["is_filed"] and any(_holds(at, one["sent_at"]) for at in read[space]) for one in sent):
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
    newest = readings.group_by(["account", "campaign"]).aggregate([("landed_order", "max")])
    keys = ["account", "campaign", "landed_order"]
    of_newest = readings.join(newest, keys, ["account", "campaign", "landed_order_max"], join_type="left semi")
    for row in of_newest.to_pylist():
        if row["person"] is not None:
            people[f"mailchimp.{row['account']}.{row['campaign']}"].add(row["person"])
    return people


def _items(landed: Mapping[str, pa.Table], town: Town) -> list[Row]:
    """One publication a campaign and page on a process; combinations tried within one are part of it."""
    parents = {part: whole for whole, parts in _children(landed).items() for part in parts}
    items: dict[tuple[str, str], Row] = {}
    # The sort keeps the order of keys among links of one instant.
    for one in sorted(_latest(landed, "link", "account", "campaign", "link"), key=lambda row: row["sent_at"]):
        if one["process_kind"] is None:
            continue
        name = f"{one['service']}.{one['account']}.{one['campaign']}"
        whole = parents.get(name, name)
        day = town.local_day(one["sent_at"])
        known = town.spaces.get(one["space"])
        items.setdefault(
            (whole, one["path"] or one["link"]),
            {
                "month": month_of(day), "space": one["space"], "publication": f"{whole}.{one['link']}",
                "published_day": day,
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
    """One row a space and month: the lists of an account added, and of several accounts the one with most members.

    Two lists are two audiences. Two accounts hold mostly the same one, as while a town moves from one to the other.
    """
    audiences: dict[tuple[str, str], dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for one in _by_list(landed):
        audiences[one["space"], one["month"]][f"{one['service']}.{one['account']}"].append(one)
    return [
        {
            "month": month,
            "space": space,
            "basis": "api",
            "is_month_end": True,
            **max(map(_added, by_account.values()), key=itemgetter("members", "day", "joined", "left")),
        }
        for (space, month), by_account in sorted(audiences.items())
    ]


def _by_list(landed: Mapping[str, pa.Table]) -> Iterator[Row]:
    """One row a list and month."""
    found: dict[tuple[Any, ...], Row] = {}
    for one in sorted(_latest(landed, "list", *LIST, "day"), key=lambda row: row["day"]):
        found[*_list_of(one), month_of(one["day"])] = {**one, "left": 0, "joined": 0}
    history = {(*_list_of(one), one["month"]): one for one in _latest(landed, "month", *LIST, "month")}
    for (*which, month), one in history.items():
        left = sum(one[name] or 0 for name in ("unsubscribed", "cleaned", "deleted"))
        before = history.get((*which, shift(month, -1)))
        joined = max(one["members"] - before["members"] + left, 0) if before else 0
        found[*which, month] = {**one, "day": one["counted_on"], "left": left, "joined": joined}
    for (*_, month), one in found.items():
        yield {**one, "month": month}


def _list_of(one: Row) -> tuple[Any, ...]:
    return one["service"], *(one.get(name) for name in LIST)


def _added(lists: Sequence[Row]) -> Row:
    """The lists of one account as one; a month in which one of them was last read earlier ends with that day."""
    sums = {name: sum(one[name] for one in lists) for name in ("members", "joined", "left")}
    return {"day": min(one["day"] for one in lists), **sums}


def _sent_coverage(fact: str, pulls: Iterable[Row], begun: Mapping[str, str], town: Town) -> Iterator[Row]:
    """The days read whole, from the month on in which a list first shows any life: before it there is no zero.

    Where several lists send in one space, a month is as covered as by the one of which least was read.
    """
    stretches: dict[str, dict[Any, Instants]] = defaultdict(lambda: defaultdict(list))
    for one in pulls:
        if one["space"] in begun:
            first = datetime.combine(first_day(begun[one["space"]]), time(), ZoneInfo(town.timezone))
            stretches[one["space"]][_list_of(one)].append((max(one["since"] or first, first), one["until"]))
    for space, lists in sorted(stretches.items()):
        months: dict[str, list[Part]] = defaultdict(list)
        for own in lists.values():
            for part in month_parts(whole_days(own, town.timezone)):
                months[part.month].append(part)
        for month, parts in sorted(months.items()):
            is_full = all(part.is_full for part in parts)
            part = Part(month, min(one.first_day for one in parts), max(one.last_day for one in parts), is_full)
            yield coverage_row(
                fact, part, asset=ASSET, space=space, knows=KNOWS.get(fact, ()), flags=part.flags, basis="api"
            )


def _membership_coverage(members: Iterable[Row]) -> Iterator[Row]:
    for one in members:
        month, day = one["month"], one["day"]
        part = Part(month, first_day(month), day, is_full=day == last_day(month))
        yield coverage_row("membership", part, asset=ASSET, space=one["space"], flags=part.flags, basis="api")

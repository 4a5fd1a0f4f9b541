"""From the landed staff workbook to what a town is, and to facts people entered.

`town_from` gives places, staff, calendar and finished months; `stage` the facts report, publication,
membership and coverage. What stands of several workbooks: `staff_versions`. What holds
over time is expanded to one `report` row a month (see `staff_carried`), so that an indicator of a
month reads that month only:

    community       part kind | stage, state as it stands; part kind_from:<old> | stage_from:<old> with
                    the new state, in the month of the move only
    programme_goal  part goal (amount baseline, state higher | lower), indicator (state its id), target
                    (amount), until (state a day), owner (state a role) in every month; part value
                    (amount) in the months entered
    in force        part and state as entered, in every month on whose last day it holds

Coverage of a report is per indicator or register: fact `report:<name>`. All of it:
docs/staff_workbook.md.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date

import pyarrow as pa

from transforms.staging.coverage import Part, coverage_row, deaf_row
from transforms.staging.records import Row, fact_rows, landed_rows
from transforms.staging.skipped import MONTH, NO_COLUMN, NO_WHOLE, Need, QuarantinedRow, Skipped
from transforms.staging.staff_carried import carried, last_month
from transforms.staging.staff_changes import withdrawn
from transforms.staging.staff_topics import REGISTERS, REPORT_TOPICS, STATES
from transforms.staging.staff_versions import ENTRIES, workbooks
from transforms.staging.town import StaffInterval, Town
from transforms.surveys.population import Population
from warehouse.calendar import last_day, month_of, shift, span
from warehouse.registers import Space
from warehouse.vocabulary import UNREGISTERED

SOURCE = "staff"
STREAMS = (
    "staff_space",
    "staff_member",
    "staff_report",
    "staff_follow_up",
    "staff_publication",
    "staff_membership",
    "staff_event",
    "staff_asset",
    "staff_period",
    "staff_version",
)
REVISION = 6  # raise it when the same records would stage differently: everything is staged anew

_TOWN = ("report", "publication", "membership")
"""What lists of the town itself say something of."""
_EVENT = ("event", "kind", "first_day", "last_day")
NEEDS = {
    "staff_space": Need(_TOWN, ("space", "title", "asset", "kind", "operated_by")),
    "staff_member": Need(_TOWN, ()),
    "staff_report": Need(
        ("report", "report:{indicator}"), ("indicator",), (), ("month", "in_force_from"),
        ("part", "subject", "space", "state"),
    ),
    "staff_follow_up": Need((), ("month", "indicator"), (), ("month",)),  # of it nothing is counted
    "staff_publication": Need(
        ("publication",), ("publication", "published_day", "asset", "topic", "language"), (), ("published_day",)
    ),
    "staff_membership": Need(("membership",), ("month", "space", "members"), (), ("month",)),
    "staff_event": Need(_TOWN, ("event", "kind", "first_day"), (), ("first_day",)),
    "staff_asset": Need(_TOWN, ("asset", "is_used")),
    "staff_period": Need(_TOWN, ("month", "topic"), (), ("month",)),
    "staff_version": Need(_TOWN, ()),
}  # fmt: skip

NO_ENTRY = "no_entry"


def town_from(landed: Mapping[str, pa.Table], authority: str, timezone: str) -> Town:
    """What the workbooks say of the town itself."""
    spaces: dict[str, Space] = {}
    keys: dict[str, str] = {}
    # What lacks something is counted when the workbooks are staged.
    said = {stream: [r for r in rows if not NEEDS[stream].lacking(r)] for stream, rows in _standing(landed).items()}
    for row in spaces_said(landed).values():
        spaces[row["space"]] = Space(
            authority=authority, **{name: row[name] for name in Space.model_fields if name != "authority"}
        )
        # Two spaces that claim one export: the code that comes last in the alphabet, whatever the order of landing.
        keys.update(dict.fromkeys(row["source_keys"] or (), row["space"]))
    complete: dict[str, set[str]] = {}
    for row in said["staff_period"]:
        if row["is_complete"]:
            complete.setdefault(row["topic"], set()).add(row["month"])
    events = {row["event"] for row in said["staff_event"]}
    return Town(
        authority=authority,
        timezone=timezone,
        spaces=spaces,
        space_of_key=keys,
        staff=tuple(_staff(said["staff_member"])),
        unused_assets=frozenset(row["asset"] for row in said["staff_asset"] if not row["is_used"]),
        events=tuple(
            {**{name: row[name] for name in _EVENT}, **{name: row[name] or "" for name in ("title", "scope", "source")}}
            for row in said["staff_event"]
        ),
        removed_events=frozenset(row["event"] for row in landed_rows(landed, "staff_event") if row["event"]) - events,
        complete={topic: frozenset(months) for topic, months in complete.items()},
        population=Population(entered=_people_told(said["staff_report"])),
    )


def _people_told(rows: Iterable[Row]) -> dict[str, dict[str, float]]:
    """Month -> part -> people of a group, as entered for `measurement.participation`."""
    told: dict[str, dict[str, float]] = {}
    for row in rows:
        is_of_people = row["indicator"] == "measurement.participation" and row["part"].startswith("people_")
        if is_of_people and row["amount"] is not None and MONTH.fullmatch(row["month"] or ""):
            told.setdefault(row["month"], {})[row["part"]] = float(row["amount"])
    return told


def spaces_said(landed: Mapping[str, pa.Table]) -> dict[str, Row]:
    """Code -> the row of the register of spaces that stands."""
    # A workbook written again calls a name by the code it stands for: the key itself was told by one before.
    told = {key for row in landed_rows(landed, "staff_space") for key in row["source_keys"] or ()}
    whole = {f"{UNREGISTERED}{key[:8]}": key for key in sorted(told)}
    return {
        row["space"]: {**row, "source_keys": [whole.get(key, key) for key in row["source_keys"] or ()]}
        for row in _standing(landed)["staff_space"]
        if not NEEDS["staff_space"].lacking(row)
    }


def _standing(landed: Mapping[str, pa.Table]) -> dict[str, list[Row]]:
    return workbooks(landed).standing


def stage(landed: Mapping[str, pa.Table], town: Town) -> dict[str, pa.Table]:
    """The facts of the workbooks; pure, and the same whatever order they landed in."""
    skipped = Skipped(NEEDS, town)
    said = {stream: skipped.fit_rows(stream, rows) for stream, rows in _standing(landed).items()}
    entered = [row for row in said["staff_report"] if _is_dated(row)]
    for row in (row for row in said["staff_report"] if not _is_dated(row)):
        skipped.leave_out("staff_report", row, NO_COLUMN, "month")
    publications = [_publication(row, town) for row in said["staff_publication"]]
    counts = [row for row in said["staff_membership"] if row["space"] in town.spaces]
    for row in (row for row in said["staff_membership"] if row["space"] not in town.spaces):
        skipped.leave_out("staff_membership", row, NO_WHOLE, "space")
    spoken_of = {
        *(row["month"] for row in entered if row["month"]),
        *(row["month"] for row in publications),
        *(row["month"] for row in counts),
        *(month for months in town.complete.values() for month in months),
    }
    reports = carried(entered, last_month(entered, spoken_of))
    rows = {
        "report": [_report(row) for row in reports],
        "publication": publications,
        "membership": [_count(row, town) for row in counts],
        "coverage": list(_coverage(town, reports, publications, counts, withdrawn(landed))),
    }
    return {fact: fact_rows(fact, found, town) for fact, found in rows.items()} | skipped.tables()


def superseded(landed: Mapping[str, pa.Table], aside: Iterable[QuarantinedRow], _town: Town) -> set[str]:
    """Items on whose sheet a newer version of their workbook tells something, or all there is."""
    versions = workbooks(landed).versions
    at = {run: number for number, (run, _, _) in enumerate(versions)}
    # A workbook of which no entry could be read is known by none: any newer one is a newer version of it.
    entered = {row["batch"] for stream in ENTRIES for row in landed_rows(landed, stream)}
    return {
        one.item
        for one in aside
        if one.run in at
        for _, line, sheets in versions[at[one.run] + 1 :]
        if (line == versions[at[one.run]][1] or one.run not in entered) and one.about["sheet"] in sheets
    }


def _is_dated(row: Row) -> bool:
    """Whether an entry says of when it is: a month, or the day it is in force from."""
    return bool(MONTH.fullmatch(row["month"] or "")) or (
        row["in_force_from"] is not None and row["indicator"] not in REGISTERS
    )


def _staff(rows: Iterable[Row]) -> list[StaffInterval]:
    found = set()
    for row in rows:
        person = next((row[name] for name in ("chat_name", "phone", "email") if row[name] is not None), None)
        if person is not None:
            found.add(StaffInterval(person, row["from_day"], row["to_day"]))
    return sorted(found, key=lambda one: (one.person, one.from_day or date.min, one.to_day or date.max))


def _report(row: Row) -> Row:
    return {
        **{name: row[name] for name in ("month", "indicator", "part", "subject", "space", "amount", "state")},
        **{name: row[name] for name in ("in_force_from", "in_force_to", "entered_by")},
        "has_evidence": bool(row["has_evidence"]),
    }


def _publication(row: Row, town: Town) -> Row:
    of_asset = [space.space for space in town.spaces.values() if space.asset == row["asset"]]
    only = of_asset[0] if len(of_asset) == 1 else ""
    names = ("publication", "published_day", "asset", "topic", "process_kind", "stage", "language", "follows_up")
    return {
        **{name: row[name] for name in names},
        "month": month_of(row["published_day"]),
        "space": row["space"] or only,
        "calls_for_response": bool(row["calls_for_response"]),
        "basis": "entered",
    }


def _count(row: Row, town: Town) -> Row:
    return {
        "month": row["month"],
        "space": row["space"],
        "asset": town.spaces[row["space"]].asset,
        "day": last_day(row["month"]),
        "members": row["members"],
        "joined": 0,
        "left": 0,
        "basis": "entered",
        "is_month_end": True,
    }


def is_forgotten(told: Collection[str], month: str) -> bool:
    """Whether a month lacks what is entered as a rule: in three of four of the twelve months before, and in three.

    `told` are the months of an indicator's entries, 0 being one. That a topic was declared complete says that nothing
    happened of what is entered now and then. Of what is entered month by month an empty cell is silence: who means
    none writes 0.
    """
    before = [one for one in span(shift(month, -12), shift(month, -1)) if told and one >= min(told)]
    known = sum(one in told for one in before)
    return month not in told and known >= 3 and 4 * known >= 3 * len(before)


def _coverage(
    town: Town, reports: Sequence[Row], publications: Sequence[Row], counts: Sequence[Row],
    gone: Collection[tuple[str, str]],
) -> Iterable[Row]:  # fmt: skip
    """Months that were spoken of; full where people declared the topic finished, none of what is `gone`: taken back."""

    def row(fact: str, month: str, is_full: bool, space: str = "", asset: str | None = None) -> Row:
        return coverage_row(fact, Part.whole(month, is_full=is_full), asset=asset, space=space, basis="entered")

    months_of: dict[str, set[str]] = {}
    for one in reports:
        months_of.setdefault(one["indicator"], set()).add(one["month"])
    topic_of = {name: topic for topic, names in REPORT_TOPICS.items() for name in names}
    for name in sorted({*months_of, *topic_of, *(name for name, _ in gone)}):
        topic, told = topic_of.get(name, ""), months_of.get(name, set())
        finished = town.complete.get(topic, frozenset())
        zeros = {month for month in finished if topic in STATES or not is_forgotten(told, month)}
        for month in sorted(told | zeros):
            yield row(f"report:{name}", month, month in zeros)
        for month in sorted({when for one, when in gone if one == name} - told - zeros):
            yield deaf_row(f"report:{name}", month, NO_ENTRY, basis="entered", asset=None, space="")
    declared = [town.complete.get(topic, frozenset()) for topic in REPORT_TOPICS]
    everything = frozenset.intersection(*declared)
    for month in sorted(frozenset().union(*declared, *months_of.values())):
        yield row("report", month, month in everything)
    full = town.complete.get("publications", frozenset())
    listed = {one["month"] for one in publications}
    # Numbers of what was published show that an empty list was not kept, whatever was declared of it.
    counted = {one["month"] for one in reports if topic_of.get(one["indicator"]) == "publications" and one["amount"]}
    for month in sorted(listed | full):
        yield row("publication", month, month in full and (month in listed or month not in counted))
    full = town.complete.get("members", frozenset())
    for month in sorted(full):
        yield row("membership", month, is_full=True)
    for one in counts:
        month, space = one["month"], one["space"]
        yield row("membership", month, month in full, space, town.spaces[space].asset)

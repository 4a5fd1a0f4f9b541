"""The one place where publishers read the warehouse: all a report of one authority and month needs.

Everything is read in one transaction, so a report never mixes two states of the warehouse.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, Engine

from publishers.history import read_history
from publishers.report import Asked, Cell, Change, Conclusion, FollowUp, Goal, IndicatorReport, Piece, Question, Report
from publishers.rows import labels, rows
from texts.composition import BRIEF
from texts.values import number
from warehouse import tables, verdict_tables
from warehouse.calendar import last_day, shift, span
from warehouse.checks import VERDICTS
from warehouse.closed_days import closed_in, first_working_sunday
from warehouse.gate_tables import CheckRow
from warehouse.ledger_tables import FactPartition
from warehouse.published import SHOWN, Difference, differences
from warehouse.vocabulary import ANSWERS, NO_VERDICT, SURVEY

MONTHS_SHOWN = 36


def months_until(month: str, count: int = MONTHS_SHOWN) -> tuple[str, ...]:
    """The months up to and with this one, oldest first."""
    return tuple(span(shift(month, 1 - count), month))


def cell_of(row: Mapping[str, Any]) -> Cell:
    """A row as a cell; the numbers of a row that is not to be shown stay behind."""
    known = {name: row[name] for name in Cell.__dataclass_fields__ if name != "quality"}
    if row["status"] not in SHOWN:
        known.update(value=None, numerator=None, denominator=None, n=None, lo=None, hi=None)
    return Cell(**known, quality=tuple(row["quality"].split()))


def no_cell(indicator: Mapping[str, Any], month: str) -> Cell:
    """What stands for an indicator the warehouse has no row of: missing, with no reason known."""
    return Cell(
        indicator["indicator"], month, "", "", "", None, None, None, None, None, None, indicator["unit"], "missing",
        (), "", NO_VERDICT, "", 1, indicator["definition_version"], None,
    )  # fmt: skip


def read_report(
    engine: Engine,
    authority: str,
    month: str,
    timezone: str,
    *,
    revision: int | None = None,
    closed_at: datetime | None = None,
    today: date | None = None,
    with_history: bool = False,
) -> Report:
    """The report of a month as it stands now; with `revision` and `closed_at` (UTC), the one being closed.

    By `today`, the local day, a month that still runs is open; where it is left out every month counts as over.
    `with_history` is for who writes the package.
    """
    # A reader on PostgreSQL sees one state only when asked to; SQLite always does.
    options = {"isolation_level": "REPEATABLE READ"} if engine.dialect.name == "postgresql" else {}
    with engine.connect().execution_options(**options) as connection:
        report = _read(connection, authority, month, timezone, revision, closed_at)
        if with_history:
            report = replace(report, history=read_history(connection, authority, month))
    is_running = today is not None and last_day(month) >= today
    return replace(report, state="open") if is_running and report.state == "provisional" else report


def _read(
    connection: Connection, authority: str, month: str, timezone: str, revision: int | None, closed_at: datetime | None
) -> Report:
    named = rows(connection, tables.DimAuthority, "authority", authority=authority)
    is_closing = revision is not None
    state, revision, closed_at = _publication(connection, authority, month, revision, closed_at)
    months = months_until(month)
    parts = rows(connection, tables.DimPart, "indicator", "part")
    spaces = rows(connection, tables.DimSpace, "space", authority=authority)
    events = rows(connection, tables.DimEvent, "first_day", "event", authority=authority)
    staged = rows(connection, FactPartition, "source", "fact", authority=authority)
    first, last = f"{month}-01", f"{month}-31"
    return Report(
        authority=authority,
        name=labels(named[0], "name") if named else {"he": authority},
        timezone=timezone,
        month=month,
        months=months,
        state=state,
        revision=revision,
        closed_at=closed_at,
        indicators=_indicators(connection, authority, months, staged),
        parts={(row["indicator"], row["part"]): labels(row, "title") for row in parts},
        spaces={row["space"]: row["title"] for row in spaces},
        assets={row["space"]: row["asset"] for row in spaces},
        neighbourhoods={row["space"]: row["neighbourhood"] for row in spaces if row["neighbourhood"]},
        events=tuple(
            (row["title"], row["first_day"], row["last_day"])
            for row in events
            if row["first_day"].isoformat() <= last and (row["last_day"] or row["first_day"].max).isoformat() >= first
        ),
        emergencies=_months_of("emergency", events, months),
        holidays=_months_of("holiday", events, months),
        next_day=first_working_sunday(
            shift(month, 2), closed_in((row["kind"], row["first_day"], row["last_day"]) for row in events)
        ),
        # What is being closed is compared with the revision before it; a look at the month, with the latest.
        changes=_changes(connection, authority, month, revision - 1 if is_closing else revision),
        sources=tuple(
            sorted(
                {(row["source"], row["fact"]) for row in staged if row["month"] == month and row["fact"] != "coverage"}
            )
        ),
        in_question=_in_question(connection, authority, month),
        programmes=tuple(
            Goal(**{name: row[name] for name in Goal.__dataclass_fields__})
            for row in rows(
                connection, verdict_tables.ProgrammeGoal, "programme", "goal", authority=authority, month=month
            )
        ),
    )


def _months_of(kind: str, events: list[Mapping[str, Any]], months: tuple[str, ...]) -> frozenset[str]:
    """The months in which an event of a kind took place; one without a last day lasts."""
    found = [
        (row["first_day"].isoformat()[:7], (row["last_day"] or row["first_day"].max).isoformat()[:7])
        for row in events
        if row["kind"] == kind
    ]
    return frozenset(month for month in months if any(first <= month <= last for first, last in found))


def _in_question(connection: Connection, authority: str, month: str) -> tuple[Question, ...]:
    """What stands against a month, once for each source's fact; rows in the quarantine are missing, not in question."""
    found = {
        Question(row["verdict"], row["source"], row["fact"])
        for row in rows(connection, CheckRow, "fact", authority=authority, month=month)
        if row["resolved_at"] is None and row["verdict"] != "aside"
    }
    return tuple(sorted(found, key=lambda one: (VERDICTS.index(one.verdict), one.source, one.fact)))


def _publication(
    connection: Connection, authority: str, month: str, revision: int | None, closed_at: datetime | None
) -> tuple[str, int, datetime | None]:
    """State of the month, revision and instant of closing."""
    if revision is not None and closed_at is not None:
        return "closed", revision, closed_at.astimezone(UTC)
    states = rows(connection, tables.MonthState, "month", authority=authority, month=month)
    published = rows(connection, tables.Snapshot, "revision", authority=authority, month=month)
    state = str(states[0]["state"]) if states else "provisional"
    return (state, published[-1]["revision"], published[-1]["closed_at"]) if published else (state, 0, None)


def _indicators(
    connection: Connection, authority: str, months: tuple[str, ...], staged: list[Mapping[str, Any]]
) -> tuple[IndicatorReport, ...]:
    month = months[-1]
    known = rows(connection, tables.DimIndicator, "sort_order", "indicator")
    headline = {row["indicator"]: row["headline"] for row in known}
    history = rows(
        connection, tables.IndicatorValue, "month", authority=authority, month=months, cut="", space="",
        part=("", *sorted(set(headline.values()) - {""})),
    )  # fmt: skip
    series = {
        (row["indicator"], row["month"]): cell_of(row)
        for row in history
        if row["part"] == headline.get(row["indicator"], "")
    }
    wholes = {row["indicator"]: cell_of(row) for row in history if row["month"] == month and not row["part"]}
    beside: dict[str, list[Cell]] = {}
    for row in rows(connection, tables.IndicatorValue, "cut", "space", "part", authority=authority, month=month):
        if row["cut"] or row["space"] or row["part"]:
            beside.setdefault(row["indicator"], []).append(cell_of(row))
    places = {row["path"]: (row["source"], row["fact"]) for row in staged}
    read: dict[str, set[tuple[str, str]]] = {}
    for row in rows(connection, tables.IndicatorInput, "indicator", "partition", authority=authority, month=month):
        if row["partition"] in places:
            read.setdefault(row["indicator"], set()).add(places[row["partition"]])
    concluded = {
        row["indicator"]: Conclusion(
            row["reason"], json.loads(row["fields"]), row["pace"], row["word"], row["p"], row["claim"]
        )
        for row in rows(connection, verdict_tables.Verdict, "indicator", authority=authority, month=month)
    }
    units = {(row["indicator"], row["part"]): row["unit"] for row in rows(connection, tables.DimPart, "indicator")}
    lead = {
        row["indicator"]: row["lead"] for row in rows(connection, verdict_tables.DimChoice, "lead", authority=authority)
    }
    pieces = _pieces(connection, authority, month)
    asked = _asked(pieces)
    follow_ups = {
        row["indicator"]: FollowUp(**{name: row[name] for name in FollowUp.__dataclass_fields__})
        for row in rows(connection, verdict_tables.FollowUp, "month", authority=authority)
        if row["month"] <= month
    }
    return tuple(
        IndicatorReport(
            **{name: row[name] for name in ("indicator", "family", "outcome", "aspect", "method", "unit", "better")},
            title=labels(row, "title"),
            question=labels(row, "question"),
            advice=labels(row, "advice"),
            definition=labels(row, "definition"),
            owner=row["owner"],
            since=row["since"],
            definition_version=row["definition_version"],
            whole=wholes.get(row["indicator"]) or no_cell(row, month),
            speaks=_speaking(row, wholes.get(row["indicator"]), series.get((row["indicator"], month)), month),
            beside=tuple(beside.get(row["indicator"], ())),
            series=tuple(series.get((row["indicator"], one)) for one in months),
            sources=tuple(sorted(read.get(row["indicator"], ()))),
            conclusion=concluded.get(row["indicator"]),
            headline=row["headline"],
            speaking_unit=units.get((row["indicator"], row["headline"]), row["unit"]),
            unit_words=labels(row, "unit_words"),
            when={name: labels(row, f"when_{name}") for name in ("rise", "fall", "steady")},
            lead=lead.get(row["indicator"], 0),
            asked=None if row["headline"] else asked.get(row["indicator"]),
            follow_up=follow_ups.get(row["indicator"]),
            composition=tuple(one for one in pieces.get(row["indicator"], ()) if one.kind != SURVEY),
        )
        for row in known
    )


def _pieces(connection: Connection, authority: str, month: str) -> dict[str, list[Piece]]:
    """Indicator -> what its headline is made of, without the entries of registers."""
    found: dict[str, list[Piece]] = {}
    wanted = {"authority": authority, "month": month, "kind": (*BRIEF, SURVEY)}
    for row in rows(connection, tables.IndicatorComposition, "kind", "name", **wanted):
        piece = Piece(**{name: row[name] for name in Piece.__dataclass_fields__})
        found.setdefault(row["indicator"], []).append(piece)
    return found


def _asked(pieces: Mapping[str, list[Piece]]) -> dict[str, Asked]:
    """Indicator -> what the wave behind its whole is worth, of a month's surveys."""
    found = {}
    for indicator, its in pieces.items():
        mine = [one for one in its if one.kind == SURVEY]
        people = next((one for one in mine if one.name == ANSWERS), None)
        alphas = [one.amount for one in mine if one.name != ANSWERS and one.amount is not None]
        if people is not None and people.base is not None:
            found[indicator] = Asked(int(people.base), people.amount, min(alphas, default=None))
    return found


def _speaking(row: Mapping[str, Any], whole: Cell | None, headline: Cell | None, month: str) -> Cell:
    """The figure that speaks: where the part that should has no row, the whole says why, or speaks itself."""
    return headline or whole or no_cell(row, month)


def _changes(connection: Connection, authority: str, month: str, published: int) -> tuple[Change, ...]:
    """What is shown otherwise now than a published revision showed it; nothing where none was published."""
    if not published:
        return ()
    units: dict[tuple[str, str], str] = {
        (row["indicator"], ""): row["unit"] for row in rows(connection, tables.DimIndicator, "indicator")
    }
    units |= {(row["indicator"], row["part"]): row["unit"] for row in rows(connection, tables.DimPart, "indicator")}
    found = []
    for one in differences(connection, authority, month, published):
        unit = units.get((one.indicator, one.part)) or units.get((one.indicator, ""), "count")
        if not one.cut and not _looks_alike(one, unit):
            told = {name: getattr(one, name) for name in Change.__dataclass_fields__ if name != "unit"}
            found.append(Change(**told, unit=unit))
    return tuple(found)


def _looks_alike(one: Difference, unit: str) -> bool:
    """Whether a reader would see the same: a change of what is not shown would be told as "4.04, now 4.04"."""
    if one.old_value is None or one.new_value is None:
        return False
    return number(one.old_value, unit) == number(one.new_value, unit)

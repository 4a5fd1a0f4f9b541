"""Staff entries that hold over time, expanded to one row a month: in force, communities, goals.

Each is carried on until the last month the town's entries speak of and no further: what nobody spoke
of since is not known. Plain rows in, plain rows out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from transforms.staging.records import Row
from warehouse.calendar import last_day, month_of, span

COMMUNITY, GOAL = "community", "programme_goal"


def last_month(entered: Sequence[Row], spoken_of: Collection[str]) -> str:
    """The latest month entered or declared; with none at all, that of the latest start in force.

    Ends do not count: a policy in force until 2030 says nothing of the years between.
    """
    starts = (month_of(row["in_force_from"]) for row in entered if row["in_force_from"])
    return max(spoken_of) if spoken_of else max(starts, default="")


def carried(entered: Sequence[Row], until: str) -> list[Row]:
    """All entries as rows of one month each."""
    registers: dict[tuple[str, str], list[Row]] = {}
    found: list[Row] = []
    for row in entered:
        if row["indicator"] in (COMMUNITY, GOAL):
            registers.setdefault((row["indicator"], row["subject"]), []).append(row)
        elif row["in_force_from"] is not None:
            found += _in_force(row, until)
        elif row["month"]:
            found.append(row)
    for (register, _), rows in sorted(registers.items()):
        found += (_community if register == COMMUNITY else _goal)(rows, until)
    return found


def _in_force(row: Row, until: str) -> Iterator[Row]:
    """A row for each month on whose last day it is in force."""
    for month in span(month_of(row["in_force_from"]), until):
        if row["in_force_to"] is None or row["in_force_to"] >= last_day(month):
            yield {**row, "month": month}


def _community(rows: Sequence[Row], until: str) -> Iterator[Row]:
    """Kind, stage, volunteers and readiness as they stand in each month, and each move in the month it happened."""
    changes: dict[str, dict[str, Row]] = {}
    for row in rows:
        changes.setdefault(row["month"], {})[row["part"]] = row
    standing: dict[str, Row] = {}
    for month in span(min(changes), until):
        changed = changes.get(month, {})
        if "ended" in changed:
            standing = {}
            continue
        for part in ("kind", "stage", "volunteers", "ready"):
            now, before = changed.get(part), standing.get(part)
            if now is not None:
                moves = part in ("kind", "stage") and before is not None
                if moves and before is not None and before["state"] != now["state"]:
                    yield {**now, "part": f"{part}_from:{before['state']}"}
                standing[part] = now
            if part in standing:
                yield {**standing[part], "month": month}


def _goal(rows: Sequence[Row], until: str) -> Iterator[Row]:
    """A goal's definition in every month since it was first named, and its values where they were entered."""
    by_month = sorted(rows, key=lambda row: (row["month"], row["part"]))
    definition: Row | None = None
    said: dict[str, Row] = {}
    for month in span(by_month[0]["month"], until):
        for row in (row for row in by_month if row["month"] == month):
            if row["part"] == "value":
                yield row
            elif row["part"] == "goal":
                definition = _completed(row, definition)
            else:  # its indicator, target, last month and who answers for it
                said[row["part"]] = row
        # A goal first met by a value is defined by what is said of it later; until then a rise is good.
        stands = definition or next((row for row in by_month if row["part"] == "goal"), by_month[0])
        amount = stands["amount"] if stands["part"] == "goal" else None
        state = stands["state"] if stands["part"] == "goal" else ""
        yield {**stands, "month": month, "part": "goal", "amount": amount, "state": state or "higher"}
        yield from ({**said[part], "month": month} for part in sorted(said))


def _completed(row: Row, before: Row | None) -> Row:
    """A later definition, with what it leaves empty taken from the one before."""
    if before is None:
        return row
    amount = before["amount"] if row["amount"] is None else row["amount"]
    return {**row, "amount": amount, "state": row["state"] or before["state"]}

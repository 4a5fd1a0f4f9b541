"""What the pulls of Zoom spoke for, month by month.

A space may be fed by several accounts: it is spoken for only while every one of them was read. Meetings the
account's people joined elsewhere come by a permission of their own and are covered apart, as `attendance:joined`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator

from transforms.staging.coverage import PARTIAL, Part, common, coverage_row, deaf_row, joined, month_parts, whole_days
from transforms.staging.records import Row
from transforms.staging.town import Town

FORGOT = "source_forgot"
FACT_OF = {"zoom_meeting": "gathering", "zoom_connection": "attendance", "zoom_joined": "attendance:joined"}


def coverage_rows(
    pulls: list[Row],
    town: Town,
    by_name: Collection[tuple[str, str]],
    unfinished: Collection[tuple[str, str]],
    held: Collection[tuple[str, str]],
    asking: Collection[str],
) -> Iterator[Row]:
    """Rows of `coverage`: a month is full when whole reports hold all of it, and all its meetings are counted.

    Of the time Zoom has deleted its reports of, a month in which a meeting is known from elsewhere (`held`: month and
    space) is told in part; of any other nobody can know. In the spaces `asking` people are asked how they heard of it.
    """
    stretches: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in pulls:
        if row["stream"] in FACT_OF:
            stretches[FACT_OF[row["stream"]], row["space"]].append(row)
    accounts: dict[str, set[str]] = defaultdict(set)
    for row in pulls:
        accounts[row["space"]].update([row["account"]] if row.get("account") else [])
    for (fact, space), read in sorted(stretches.items()):
        # Pulls from before accounts were told apart stand for all of them.
        each = [[row for row in read if row.get("account") in (None, name)] for name in accounts[space]] or [read]
        whole = {part.month: part for part in _parts([[row for row in mine if row["is_whole"]] for mine in each], town)}
        for asked in _parts(each, town):
            part = whole.get(asked.month)
            if part is None and (asked.month, space) not in held:
                yield deaf_row(fact, asked.month, FORGOT, basis="api", asset="zoom", space=space)
                continue
            of_attendance = fact == "attendance"
            is_full = bool(part and part.is_full) and not (of_attendance and (asked.month, space) in unfinished)
            flags = ["by_name"] if of_attendance and (asked.month, space) in by_name else []
            days = part or asked
            yield coverage_row(
                fact, Part(days.month, days.first_day, days.last_day, is_full), asset="zoom", space=space,
                knows=_known(fact, space in asking), flags=flags if is_full else [*flags, PARTIAL], basis="api",
            )  # fmt: skip


def _known(fact: str, is_asked: bool) -> list[str]:
    if fact == "gathering":
        return ["kind"]
    return ["acts", *(["heard_via"] if is_asked else [])] if fact == "attendance" else []


def _parts(each: list[list[Row]], town: Town) -> list[Part]:
    """What the pulls of every account hold."""
    read = [joined((row["since"], row["until"]) for row in mine) for mine in each]
    return month_parts(whole_days(common(read), town.timezone))

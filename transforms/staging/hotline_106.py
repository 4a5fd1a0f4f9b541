"""Landed 106 registers to `request`, with the days the registers held.

A register exported again holds what happened since: of two readings of a request the one counts whose register
reaches furthest in time (`restated`). A register without a column of answers takes nothing back from one that has it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from itertools import pairwise

import pyarrow as pa

from transforms.staging.coverage import Days, coverage_row, month_parts
from transforms.staging.records import Row, fact_rows, landed_rows
from transforms.staging.restated import Restated
from transforms.staging.skipped import Need, QuarantinedRow, Skipped, superseded_items
from transforms.staging.town import Town

SOURCE = "hotline_106"
REVISION = 3  # raise it when the same records would stage differently: everything is staged anew
STREAMS = ("hotline_106_request",)
NEEDS = {
    "hotline_106_request": Need(("request",), ("request", "opened_at", "kind", "channel"), ("request",), ("opened_at",))
}

MAX_QUIET_DAYS = 14
"""A longer silence inside one register is no silence: it is a register of two periods, or a year mistyped."""

_ASSET = {"website": "website", "app": "app", "whatsapp": "whatsapp", "social": "facebook"}
"""The asset of a channel; what comes any other way is written down by the call centre itself."""

_INSTANTS = ("opened_at", "answered_at", "closed_at")
_REQUEST = Restated(
    ("request",), (*_INSTANTS, "kind", "topic", "channel", "rating"), lambda row: row["opened_at"],
    lambda row: max(row[name] for name in _INSTANTS if row[name] is not None),
    better=lambda row: row["tells_answers"] is not False,
)  # fmt: skip
RESTATED = {"hotline_106_request": _REQUEST}


def stage(landed: Mapping[str, pa.Table], town: Town) -> dict[str, pa.Table]:
    """The facts `request` and `coverage`."""
    skipped = Skipped(NEEDS, town)
    rows = landed_rows(skipped.fit(landed), "hotline_106_request")
    requests = [_request(row, town) for row in _REQUEST.standing(rows).values()]
    return {
        "request": fact_rows("request", requests, town),
        "coverage": fact_rows("coverage", _coverage(rows, requests, town), town),
        **skipped.tables(),
    }


def superseded(landed: Mapping[str, pa.Table], aside: Iterable[QuarantinedRow], town: Town) -> set[str]:
    """Items within the days of a register that reaches as far or further."""
    return superseded_items(landed, {"hotline_106_request": ("opened_at",)}, aside, town)


def _request(row: Row, town: Town) -> Row:
    """A closing without an earlier answer is the first one known of."""
    answers = [at for at in (row["answered_at"], row["closed_at"]) if at is not None]
    asset = _ASSET.get(row["channel"], "phone")
    return {
        "month": town.local_month(row["opened_at"]), "space": _place(asset, town), "asset": asset,
        "request": f"106-{row['request']}", "opened_at": row["opened_at"], "answered_at": min(answers, default=None),
        "closed_at": row["closed_at"], "kind": row["kind"], "topic": row["topic"], "channel": row["channel"],
        "rating": row["rating"], "is_estimated": row["is_estimated"] or (bool(answers) and row["answered_at"] is None),
    }  # fmt: skip


def _place(asset: str, town: Town) -> str:
    """What comes by WhatsApp came to the authority's hotline there, if just one is registered; '' is no known place."""
    lines = [
        code for code, one in town.spaces.items()
        if asset == one.asset == "whatsapp" and one.kind == "hotline" and one.operated_by == "authority"
    ]  # fmt: skip
    return lines[0] if len(lines) == 1 else ""


def _coverage(rows: Iterable[Row], requests: Iterable[Row], town: Town) -> list[Row]:
    """The registers speak for the call centre, and for every channel they ever held a request of."""
    opened: dict[str, set[date]] = defaultdict(set)
    for row in rows:
        opened[row["segment"]].add(town.local_day(row["opened_at"]))
    estimated = {row["month"] for row in requests if row["is_estimated"]}
    answer = ("answer",) if all(row["tells_answers"] is not False for row in rows) else ()
    is_rated = any(row["rating"] is not None for row in requests)
    return [
        coverage_row(
            "request", part, asset=asset, space=_place(asset, town), basis="export",
            knows=(*answer, *(("rating",) if is_rated else ())),
            flags=(*part.flags, *(("estimated",) if part.month in estimated else ())),
        )
        for asset in sorted({"phone", *(row["asset"] for row in requests)})
        for part in month_parts(stretch for days in opened.values() for stretch in _stretches(sorted(days)))
    ]  # fmt: skip


def _stretches(days: list[date]) -> Days:
    """The days of one register without those it is silent for too long to speak of."""
    breaks = [(one, other) for one, other in pairwise(days) if other - one > timedelta(MAX_QUIET_DAYS)]
    starts = [days[0], *(other for _, other in breaks)]
    ends = [*(one for one, _ in breaks), days[-1]]
    return list(zip(starts, ends, strict=True))

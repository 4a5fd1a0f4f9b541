"""What stands of all that staff wrote of indicators: a row for an indicator and month. It becomes no fact."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa

from transforms.staging.records import Row
from transforms.staging.staff import NEEDS
from transforms.staging.staff_versions import workbooks

STREAM = "staff_follow_up"
_DAYS = ("review_day", "target", "target_day")


def follow_ups(landed: Mapping[str, pa.Table]) -> list[Row]:
    """The rows as the warehouse holds them, without the authority; by month, then indicator."""
    if STREAM not in landed or not landed[STREAM].num_rows:
        return []
    return [
        {
            **{name: row[name] for name in ("month", "indicator", *_DAYS)},
            **{name: row[name] or "" for name in ("note", "action", "owner")},
        }
        for row in workbooks(landed).standing[STREAM]
        if not NEEDS[STREAM].lacking(row)
    ]

"""Rows of the staff workbook as they landed, and what is staged of them."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from collectors.staff_workbook import streams
from transforms.staging import staff
from warehouse.facts import FACTS

Landed = dict[str, pa.Table]


def landed(stream: Any, rows: list[dict[str, Any]], segment: str = "s1", order: int = 1) -> pa.Table:
    """Rows as landing keeps them: personal columns are ordinals, and each row knows its segment."""
    fields = [pa.field(f.name, pa.int64()) if f.name in stream.personal_fields else f for f in stream.schema]
    schema = pa.schema([*fields, ("segment", pa.string()), ("landed_order", pa.int64())])
    plain = [{**dict.fromkeys(schema.names), "segment": segment, "landed_order": order, **row} for row in rows]
    return pa.Table.from_pylist(plain, schema=schema)


def entry(indicator: str, month: str = "", **rest: Any) -> dict[str, Any]:
    return {
        "month": month,
        "indicator": indicator,
        "part": "",
        "subject": "",
        "space": "",
        "state": "",
        "has_evidence": False,
        **rest,
    }


def reports(rows: list[dict[str, Any]], **tables: pa.Table) -> list[dict[str, Any]]:
    """The reports in the order they are stored in."""
    facts = of({"staff_report": landed(streams.StaffReport, rows), **tables})
    stored = facts["report"].sort_by([(name, "ascending") for name in FACTS["report"].grain])
    return list(stored.to_pylist())


def of(tables: Landed) -> dict[str, pa.Table]:
    return staff.stage(tables, staff.town_from(tables, "0042", "Asia/Jerusalem"))


SPACES = [
    {
        "space": "news",
        "title": "עדכונים",
        "asset": "whatsapp",
        "kind": "broadcast",
        "operated_by": "authority",
        "language": "he",
        "society": "general",
        "source_keys": ["aa", "bb"],
    },
    {
        "space": "page",
        "title": "עמוד",
        "asset": "facebook",
        "kind": "page",
        "operated_by": "authority",
        "language": "he",
        "society": "general",
        "source_keys": None,
    },
]

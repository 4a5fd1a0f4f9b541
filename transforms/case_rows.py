"""A whole row of a fact from the few columns a case spells out."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from transforms.staging.records import INSTANTS
from transforms.staging.town import Town
from warehouse.calendar import first_day, last_day, month_of
from warehouse.vocabulary import ATTRIBUTES

ZONE = Town("T").timezone
Row = dict[str, Any]


def defaults(fact: str, row: Row, number: int) -> Row:
    """A whole fact row from the few columns a case spells out."""
    when = row.get("sent_at") or row.get("opened_at") or row.get("started_at")
    if isinstance(when, datetime):
        when = when.replace(tzinfo=UTC) if when.tzinfo is None else when
        row = {**row, **{k: when for k in ("sent_at", "opened_at", "started_at") if k in row}}
        if fact in INSTANTS:
            row = {"local_hour": when.astimezone(ZoneInfo(ZONE)).hour, **row}
    day = row.get("day") or row.get("published_day") or row.get("closed_day") or row.get("period_start") or when
    month = row.get("month") or (month_of(day) if day else "2026-01")
    base: Row = {"authority": "T", "month": month}
    start, end = first_day(month), last_day(month)
    noon = datetime(start.year, start.month, 1, 12, tzinfo=UTC)
    own: dict[str, Row] = {
        "message": {
            "space": "s1", "asset": "whatsapp", "message": f"m{number}", "author_role": "resident", "sent_at": noon,
            "local_hour": 14, "kind": "text", "root": row.get("reply_to") or row.get("message", f"m{number}"),
            "reply_basis": "inferred" if row.get("reply_to") else "none",
            "is_question": False, "length": 10,
        },
        "membership": {
            "space": "s1", "asset": "whatsapp", "day": end, "joined": 0, "left": 0, "staff": 0,
            "basis": "export", "is_month_end": True,
        },
        "visit": {
            "space": "site", "asset": "website", "period": "month", "period_start": start, "place": "resident",
            "event_kind": "",
        },
        "mailing": {
            "space": "list", "asset": "newsletter", "campaign": f"c{number}", "sent_at": noon, "recipients": 100,
            "delivered": 100,
        },
        "gathering": {
            "space": "zoom", "asset": "zoom", "gathering": f"g{number}", "started_at": noon, "minutes": 60,
            "kind": "participation", "initiated_by": "authority",
        },
        "attendance": {
            "space": "zoom", "asset": "zoom", "gathering": "g0", "attendee": f"a{number}", "role": "resident",
            "minutes": 30,
        },
        "request": {"space": "site", "asset": "website", "request": f"r{number}", "opened_at": noon, "local_hour": 14,
                    "kind": "request"},
        "publication": {
            "space": "page", "asset": "facebook", "publication": f"p{number}", "published_day": start,
            "topic": "other", "language": "he", "calls_for_response": False, "basis": "entered",
        },
        "platform_metric": {
            "space": "page", "asset": "facebook", "metric": "posts", "period": "day", "period_start": start,
            "amount": 1.0, "basis": "export",
        },
        "survey_response": {
            "wave": month, "instrument": "kehila/1", "audience": "residents", "sample_type": "probability",
            "closed_day": end, "respondent": number, "item": "i1", "scale": "s", "indicator": "", "score": 4,
            "weighted_by": "sex",
        },
        "report": {"has_evidence": True},
        "coverage": {
            "asset": None, "space": "", "first_day": start, "last_day": end, "extent": "full", "basis": "export",
            "knows": " ".join(sorted(ATTRIBUTES.get(str(row.get("fact")), ()))),
        },
    }  # fmt: skip
    return {**base, **own[fact], **row}

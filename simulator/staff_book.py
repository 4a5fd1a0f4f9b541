"""The staff workbook of the generated town, written through the product's own writer, in Hebrew."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from collectors.staff_workbook.write import write_staff_workbook
from simulator.model import Town
from simulator.places import CODE
from simulator.work import Entry

FILE = "חוברת צוות - רמת אלון.xlsx"

Row = dict[str, Any]


def write_staff_book(folder: Path, town: Town) -> Path:
    """Write the workbook; gives the file."""
    path = folder / FILE
    work = town.work
    entries: Mapping[str, list[Row]] = {
        "staff": [
            {
                "chat_name": None if one.phone and one.shown.startswith("+") else one.shown,
                "phone": one.phone,
                "email": one.email,
                "department": one.department,
                "from_day": one.from_day,
                "to_day": one.to_day,
            }
            for one in town.staff
        ],
        "monthly": [_figure(entry) for entry in work.entries],
        "investment": list(_investments(work.investment)),
        "routines": [
            {
                "routine": r.name,
                "indicator": r.indicator,
                "form": r.form,
                "shared": r.shared,
                "from_day": r.from_day,
                "to_day": r.to_day,
            }
            for r in work.routines
        ],
        "roles": [
            {
                "role": r.title,
                "share": r.share,
                "reports_to": r.reports_to,
                "from_day": r.from_day,
                "to_day": r.to_day,
            }
            for r in work.roles
        ],
        "communities": [
            {
                "month": c.month,
                "community": c.community,
                "kind": c.kind,
                "stage": c.stage,
                "ended": c.ended or None,
                "volunteers": c.volunteers,
                "is_ready": c.is_ready,
            }
            for c in sorted(work.communities, key=lambda c: c.month)
        ],
        "told_back": [
            {
                "raised_day": m.raised_day,
                "matter": m.title,
                "raised_in": m.raised_in,
                "decided_day": m.decided_day,
                "told_day": m.answered_day,
                "evidence": "https://town.example/answers" if m.answered_day else None,
            }
            for m in work.matters
        ],
        "focus_groups": [
            {
                "held_day": g.held_day,
                "held_with": g.held_with,
                "people": g.people,
                **{f"barrier_{n}": barrier for n, barrier in enumerate(g.barriers, start=1)},
            }
            for g in work.focus_groups
        ],
        "goals": list(_goals(town)),
        "follow_up": list(_follow_ups(town)),
        "publications": [
            {
                "publication": p.code,
                "title": p.title,
                "published_day": p.day,
                "asset": p.asset,
                "space": p.space,
                "topic": p.topic,
                "process_kind": p.process_kind,
                "stage": p.stage,
                "language": p.language,
                "calls_for_response": p.calls,
            }
            for p in work.publications
        ],
        "members": [{"month": m.month, "space": m.space, "members": m.members} for m in work.members],
        "events": [
            {
                "event": e.code,
                "kind": e.kind,
                "title": e.title,
                "first_day": e.first_day,
                "last_day": e.last_day,
                "scope": e.scope,
                "source": e.source,
            }
            for e in work.events
        ],
        "assets": [{"asset": asset, "is_used": is_used} for asset, is_used in work.assets.items()],
        "periods": [{"month": month, **dict.fromkeys(sorted(t), True)} for month, t in work.complete.items()],
    }
    write_staff_workbook(
        path, language="he", spaces=_spaces(town), months=list(town.months), entries=entries, authority=CODE
    )
    return path


def _spaces(town: Town) -> list[Row]:
    residents = max(town.residents.values())
    return [
        {
            "space": place.code,
            "title": place.title,
            "asset": place.asset,
            "kind": place.kind,
            "operated_by": place.operated_by,
            "language": place.language,
            "society": place.society,
            "neighbourhood": place.neighbourhood,
            "audience": place.audience,
            "relevant_population": round(residents * place.relevant_share),
            "names": place.name,
        }
        for place in town.places
    ]


def _figure(entry: Entry) -> Row:
    return {
        "month": entry.month,
        "indicator": entry.indicator,
        "part": entry.part,
        "amount": entry.amount,
        "space": entry.space,
        "subject": entry.subject,
        "evidence": entry.evidence,
    }


def _investments(entries: Iterable[Entry]) -> Iterable[Row]:
    for entry in entries:
        about = "language" if entry.indicator == "societies.language_investment" else "asset"
        yield {
            "month": entry.month,
            "indicator": entry.indicator,
            "part": entry.part,
            "amount": entry.amount,
            about: entry.subject,
        }


def _follow_ups(town: Town) -> Iterable[Row]:
    """What was noted of two indicators: one is to be looked at again in January, one is late."""
    months, quarter = town.months, 3
    if len(months) <= quarter:
        return
    yield {
        "month": months[-quarter],
        "indicator": "whatsapp.resident_replies",
        "note": "שתי קבוצות חדשות נפתחו אחרי החגים",
        "action": "להזמין את ותיקי הקבוצות לקבל פני חדשים",
        "owner": "community worker",
        "review_day": date.fromisoformat(f"{months[-1]}-25"),
        "entered_by": "רכזת הקהילה",
    }
    yield {
        "month": months[-1],
        "indicator": "newsletter.clickers",
        "note": "רוב הפריטים החודש היו הודעות שירות",
        "action": "לפתוח כל גיליון בפריט אחד שמזמין תושבים להשתתף, עם קישור",
        "owner": "spokesperson",
        "review_day": date(int(months[-1][:4]) + 1, 1, 17),
    }


def _goals(town: Town) -> Iterable[Row]:
    for goal in town.work.goals:
        yield {
            "month": goal.month,
            "programme": goal.programme,
            "goal": goal.name,
            "linked": goal.linked,
            "measure": goal.measure,
            "direction": goal.direction,
            "baseline": goal.baseline,
            "target": goal.target,
            "until": goal.until,
            "owner": goal.owner or None,
        }
        for month, value in goal.values.items():
            yield {"month": month, "programme": goal.programme, "goal": goal.name, "value": value}

"""An invented town in a small warehouse: a value, a zero, nothing, a secret, a break and hostile names."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session, SQLModel

from publishers.reading import months_until
from warehouse import tables, verdict_tables
from warehouse.bi.views import make_views
from warehouse.ledger_tables import FactPartition
from warehouse.store import open_engine, transaction

AUTHORITY, MONTH, TIMEZONE = "9999", "2026-10", "Asia/Jerusalem"
CLOSED_AT = datetime(2026, 11, 8, 7, 30, tzinfo=UTC)
VERSION = "1-abcdef0123"

HOSTILE = (
    "<img src=x onerror=alert(1)>",
    "</script><script>alert(1)</script>",
    '=HYPERLINK("http://example.org","x")',
    "{{7*7}}",
    "\u202eabc\u202c",
    "+972 נחל",
    "-2+3",
    "@SUM(A1)",
    " =1+1",
    "\u00a0=1+1",
    "a\n=1",
    "\uff1d1+1",
    "\t=1",
    "'); DROP TABLE indicator_value;--",
    '" onmouseover="alert(1)',
    "javascript:alert(1)",
)

INDICATORS: tuple[tuple[str, int, str, str, str, str], ...] = (
    ("website.resident_users", 1, "reach", "measured", "count", "תושבים שגלשו באתר"),
    ("website.service_pages", 1, "reach", "mixed", "count", "עמודי שירות באתר"),
    ("newsletter.open_rate", 1, "reach", "measured", "share", "שיעור פתיחה"),
    ("facebook.business_ties", 1, "response", "reported", "count", "שיתופי פעולה עסקיים"),
    ("whatsapp.trust", 1, "resident_authority", "surveyed", "score_1_5", "אמון ברשות"),
    ("whatsapp.answers", 1, "response", "measured", "count", "מענה להודעות תושבים"),
    ("zoom.attendees", 1, "reach", "measured", "count", "תושבים שנכחו במפגשים"),
    ("policy.investment", 2, "policy", "reported", "ils", "השקעת הרשות"),
    ("ethics.training", 3, "ethics", "reported", "hours", "הכשרת בעלי תפקידים"),
    ("resilience.loneliness", 5, "resilience", "surveyed", "score_1_5", "בדידות"),
)


def value(indicator: str, month: str = MONTH, **given: Any) -> tables.IndicatorValue:
    """A row of the indicator table."""
    units = {row[0]: row[4] for row in INDICATORS}
    row = {"indicator": indicator, "authority": AUTHORITY, "month": month, "unit": units[indicator], "status": "final"}
    return tables.IndicatorValue(**{**row, "definition_version": VERSION, **given})


def dimensions() -> list[SQLModel]:
    """The town, its indicators, spaces and parts."""
    authority = tables.DimAuthority(
        authority=AUTHORITY, name_he="עיר לדוגמה", name_ar="مدينة مثال", name_en="Sample Town", kind="city",
        district_code="1", district_he="הצפון", district_en="North",
    )  # fmt: skip
    indicators = [
        tables.DimIndicator(
            indicator=name, family=name.split(".")[0], outcome=outcome, aspect=aspect, method=method, unit=unit,
            better="lower" if name == "resilience.loneliness" else "higher",
            title_he=title, title_ar=f"مؤشر {place}", title_en=f"Indicator {place}",
            question_he="האם תושבים מגיעים?", question_ar="هل يصل السكان؟", question_en="Do residents come?",
            advice_he="כדאי לשאול שאלה פתוחה.", advice_ar="اطرحوا سؤالاً مفتوحاً.", advice_en="Ask an open question.",
            definition_en="Counted.", minimum_effect=0.03, owner="community worker", since="2026-01", definition_version=VERSION,
            sort_order=place,
        )
        for place, (name, outcome, aspect, method, unit, title) in enumerate(INDICATORS)
    ]  # fmt: skip
    spaces = [
        tables.DimSpace(
            authority=AUTHORITY, space=f"s{place:02d}", title=title, asset="whatsapp", kind="open",
            operated_by="authority", language="he", society="general",
        )
        for place, title in enumerate(HOSTILE)
    ]  # fmt: skip
    part = tables.DimPart(
        indicator="whatsapp.answers", part="share_answered", unit="share", title_he="שיעור המענה",
        title_ar="نسبة الرد", title_en="Share answered",
    )  # fmt: skip
    event = tables.DimEvent(
        authority=AUTHORITY, event="e1", kind="holiday", title=HOSTILE[0], first_day=date(2026, 9, 28),
        last_day=date(2026, 10, 3),
    )  # fmt: skip
    return [authority, *indicators, *spaces, part, event]


def values() -> list[SQLModel]:
    """October and the year before it."""
    rows: list[SQLModel] = []
    for place, month in enumerate(months_until(MONTH, 12)[:-1]):
        if place not in (3, 4):  # two months nobody measured
            rows.append(value("website.resident_users", month, value=1000.0 + 40 * place))
        flags = "series_break" if place == 6 else ""
        rows.append(value("newsletter.open_rate", month, value=0.3 + place / 100, quality=flags))
    rows += [
        value("website.resident_users", value=1520.0, n=1520, quality="sampled thresholded", status="provisional"),
        value("website.service_pages", value=0.0, n=0),
        value("newsletter.open_rate", value=0.4213, numerator=4213.0, denominator=10000.0, n=10000),
        value("facebook.business_ties", status="missing", reason="no_entry"),
        # A row that says suppressed and still holds a number: the number must never get out.
        value("whatsapp.trust", value=3.14159, n=7, lo=2.9, hi=3.4, status="suppressed", reason="too_few_answers:30"),
        value("whatsapp.answers", value=64.0, n=80, quality="inferred"),
        value("whatsapp.answers", part="share_answered", unit="share", value=0.8, numerator=64.0, denominator=80.0),
        value("zoom.attendees", status="not_applicable", reason="asset_not_used:zoom"),
        value("policy.investment", value=125000.0, n=1, quality="entered_by_hand"),
        value("ethics.training", status="missing", reason="no_source:any"),
    ]
    rows += [
        value("whatsapp.answers", space=f"s{place:02d}", value=float(place), n=place) for place in range(len(HOSTILE))
    ]
    return rows


def verdicts() -> list[SQLModel]:
    """What was concluded of one indicator."""
    fields = {"month": MONTH, "value": 1520.0, "plain": 1495.5, "centre": 1210.4, "lower": 1000.0, "upper": 1400.0}
    said = {"fields": json.dumps({**fields, "count": 3, "effect": 0.12, "minimum": 0.03}), "pace": "month"}
    return [
        verdict_tables.Verdict(
            authority=AUTHORITY, indicator="website.resident_users", month=MONTH, word="real_rise", reason="rise_outside",
            complete_month=MONTH, rule="outside", held=3, is_trial=False, baseline="", inputs="", definition_version=VERSION,
            **said,
        )
    ]  # fmt: skip


def ledger() -> list[SQLModel]:
    """What was staged and read."""
    path = f"{AUTHORITY}/fact/message/{MONTH}/whatsapp.parquet"
    return [
        FactPartition(
            authority=AUTHORITY, fact="message", month=MONTH, source="whatsapp", path=path, sha256="0" * 64,
            records=80,
        ),
        tables.IndicatorInput(indicator="whatsapp.answers", authority=AUTHORITY, month=MONTH, partition=path),
        tables.MonthState(authority=AUTHORITY, month=MONTH, state="provisional"),
    ]  # fmt: skip


def warehouse(folder: Path) -> Engine:
    """A new warehouse of the town."""
    engine = open_engine(f"sqlite:///{folder / 'warehouse.sqlite'}")
    SQLModel.metadata.create_all(engine)
    with transaction(engine) as connection:
        make_views(connection)
    with Session(engine) as session:
        session.add_all([*dimensions(), *values(), *verdicts(), *ledger()])
        session.commit()
    return engine

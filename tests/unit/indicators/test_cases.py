"""Every indicator against hand-computed cases: `<family>.<name>.yaml` beside this file, mandatory.

A case gives rows of facts and registers (columns left out take the defaults below) and every cell it
expects; a cell that is computed and not expected fails the case, and so does the other way round.
"""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest
import yaml

from transforms.catalogue import Indicator, catalogue
from transforms.compute import cells_of
from transforms.inputs import COMPUTED_SCHEMA, copy_in, months_table
from transforms.inputs import session as inputs_session
from transforms.registers import REGISTER_SCHEMAS
from warehouse.calendar import first_day, last_day, month_of
from warehouse.facts import FACTS
from warehouse.schemas import fact_table

HERE = Path(__file__).parent
TODAY = date(2027, 1, 1)
EXPECTABLE = {
    "month",
    "space",
    "part",
    "value",
    "numerator",
    "denominator",
    "n",
    "status",
    "quality",
    "reason",
    "as_of",
}
COMPARED = {"value", "numerator", "denominator", "n", "status", "quality", "reason", "as_of"}


def defaults(fact: str, row: dict[str, Any], number: int) -> dict[str, Any]:
    """A whole fact row from the few columns a case spells out."""
    when = row.get("sent_at") or row.get("opened_at") or row.get("started_at")
    if isinstance(when, datetime):
        when = when.replace(tzinfo=UTC) if when.tzinfo is None else when
        row = {**row, **{k: when for k in ("sent_at", "opened_at", "started_at") if k in row}}
    day = row.get("day") or row.get("published_day") or row.get("closed_day") or row.get("period_start") or when
    month = row.get("month") or (month_of(day) if day else "2026-01")
    base: dict[str, Any] = {"authority": "T", "month": month}
    start, end = first_day(month), last_day(month)
    noon = datetime(start.year, start.month, 1, 12, tzinfo=UTC)
    own: dict[str, dict[str, Any]] = {
        "message": {
            "space": "s1", "asset": "whatsapp", "message": f"m{number}", "author_role": "resident", "sent_at": noon,
            "kind": "text", "root": row.get("reply_to") or row.get("message", f"m{number}"), "reply_basis": "inferred" if row.get("reply_to") else "none",
            "is_question": False, "length": 10,
        },
        "membership": {"space": "s1", "asset": "whatsapp", "day": end, "joined": 0, "left": 0, "basis": "export", "is_month_end": True},
        "visit": {"space": "site", "asset": "website", "period": "month", "period_start": start, "place": "resident", "event_kind": ""},
        "mailing": {"space": "list", "asset": "newsletter", "campaign": f"c{number}", "sent_at": noon, "recipients": 100, "delivered": 100},
        "gathering": {"space": "zoom", "asset": "zoom", "gathering": f"g{number}", "started_at": noon, "minutes": 60, "kind": "participation", "initiated_by": "authority"},
        "attendance": {"space": "zoom", "asset": "zoom", "gathering": "g0", "attendee": f"a{number}", "role": "resident", "minutes": 30},
        "request": {"space": "site", "asset": "website", "request": f"r{number}", "opened_at": noon, "kind": "request"},
        "publication": {"space": "page", "asset": "facebook", "publication": f"p{number}", "published_day": start, "topic": "other", "language": "he", "calls_for_response": False, "basis": "entered"},
        "platform_metric": {"space": "page", "asset": "facebook", "metric": "posts", "period": "day", "period_start": start, "amount": 1.0, "basis": "export"},
        "survey_response": {"wave": month, "instrument": "kehila/1", "audience": "residents", "sample_type": "probability", "closed_day": end, "respondent": number, "item": "i1", "scale": "s", "indicator": "", "score": 4},
        "report": {"has_evidence": True},
        "coverage": {"asset": None, "space": "", "first_day": start, "last_day": end, "is_full": True, "basis": "export"},
    }  # fmt: skip
    return {**base, **own[fact], **row}


def session(case: dict[str, Any]) -> duckdb.DuckDBPyConnection:
    con = inputs_session()
    for fact in FACTS:
        # A row may stand for many equal ones: `repeat: 40` (survey answers, messages).
        given = [r for row in case.get(fact, []) for r in [row] * row.get("repeat", 1)]
        plain = [defaults(fact, {k: v for k, v in row.items() if k != "repeat"}, i) for i, row in enumerate(given)]
        fields = FACTS[fact].model_fields
        columns = {k: [row.get(k, None if f.is_required() else f.default) for row in plain] for k, f in fields.items()}
        if not plain:
            columns = {k: [] for k in FACTS[fact].model_fields}
        copy_in(con, fact, fact_table(fact, columns))
    for name, schema in {**REGISTER_SCHEMAS, "computed": COMPUTED_SCHEMA}.items():
        rows = [{"authority": "T", **REGISTER_DEFAULTS.get(name, {}), **row} for row in case.get(name, [])]
        copy_in(con, name, pa.Table.from_pylist(rows, schema=schema))
    return con


REGISTER_DEFAULTS = {
    "space": {"asset": "whatsapp", "kind": "open", "operated_by": "authority", "language": "he", "society": "general"},
    "population": {"quality": ""},
    "event": {"kind": "emergency", "scope": "", "source": ""},
    "computed": {"space": "", "part": ""},
}


def cases() -> list[Any]:
    found = []
    for path in sorted(HERE.glob("*.yaml")):
        for number, case in enumerate(yaml.safe_load(path.read_text(encoding="utf-8"))["cases"]):
            found.append(pytest.param(path.stem, case, id=f"{path.stem}-{number}-{case['name'].replace(' ', '_')}"))
    return found


@pytest.mark.parametrize(("indicator_id", "case"), cases())
def test_case(indicator_id: str, case: dict[str, Any]) -> None:
    indicator = catalogue()[indicator_id]
    con = session(case)
    cells = cells_of(
        con,
        indicator,
        months_table("T", case["months"], "Asia/Jerusalem"),
        TODAY,
        frozenset(case.get("unused_assets", [])),
    )
    got = {(c["month"], c["space"], c["part"]): c for c in cells}
    wanted = {(w["month"], w.get("space", ""), w.get("part", "")): w for w in case["expect"]}
    assert set(got) == set(wanted)
    for place, expected in wanted.items():
        assert set(expected) <= EXPECTABLE
        for name in COMPARED & set(expected):
            value = got[place][name]
            if isinstance(expected[name], float):
                assert value == pytest.approx(expected[name], abs=1e-6), (place, name)
            else:
                assert value == expected[name], (place, name)


@pytest.mark.parametrize("indicator", catalogue().values(), ids=lambda one: one.id)
def test_indicator_has_cases(indicator: Indicator) -> None:
    """Case files are not optional: at least two cases, one of them without anything to count."""
    path = HERE / f"{indicator.id}.yaml"
    assert path.exists(), f"write {path.name}: cases with rows and expected cells"
    loaded = yaml.safe_load(path.read_text(encoding="utf-8"))["cases"]
    statuses = {w.get("status", "final") for case in loaded for w in case["expect"]}
    assert len(loaded) >= 2
    assert "missing" in statuses or any(w.get("value", 1) is None for case in loaded for w in case["expect"])

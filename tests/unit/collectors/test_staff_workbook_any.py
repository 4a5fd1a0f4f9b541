"""The staff workbook there and back with anything people may enter."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from collectors.staff_workbook.layout import ENTRIES, SHEETS, WORDS
from tests.unit.collectors.test_staff_workbook import MONTHS, read, written

texts = st.text(st.characters(codec="utf-8", categories=("L", "Nd")), min_size=1, max_size=12).filter(
    lambda t: t.strip() == t
)
amounts = st.floats(0, 1e9, allow_nan=False).map(lambda x: round(x, 3))


@st.composite
def monthly_rows(draw: st.DrawFn) -> dict[str, Any]:
    name = draw(st.sampled_from(sorted(n for n, e in ENTRIES.items() if e.sheet == "monthly")))
    entry = ENTRIES[name]
    parts = [part.code for part in entry.indicator.parts]
    part = draw(st.sampled_from(parts if parts and not entry.adds_up else [*parts, ""]))
    return {
        "month": draw(st.sampled_from(MONTHS)),
        "indicator": name,
        "part": part,
        "amount": draw(amounts),
        "subject": draw(st.just("") | texts.map(lambda t: f"נושא {t}")),
    }


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    rows=st.lists(
        monthly_rows(),
        min_size=1,
        max_size=12,
        unique_by=lambda r: (r["month"], r["indicator"], r["part"], r["subject"].casefold()),
    ),
    language=st.sampled_from(["he", "ar", "en"]),
)
def test_any_monthly_entries_come_back(rows: list[dict[str, Any]], language: str) -> None:
    with TemporaryDirectory() as folder:
        records, report = read(written(Path(folder), {"monthly": rows}, language=language))
    assert report.rejected == []
    found = [(r["month"], r["indicator"], r["part"], r["subject"], r["amount"]) for r in records["staff_report"]]
    assert found == [(r["month"], r["indicator"], r["part"], r["subject"], r["amount"]) for r in rows]


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data(), language=st.sampled_from(["he", "ar", "en"]))
def test_any_words_and_days_come_back(data: st.DataObject, language: str) -> None:
    rows = [
        {
            "publication": str(number),
            "published_day": data.draw(st.dates(date(2010, 1, 1), date(2049, 12, 31))),
            **{
                c.id: data.draw(st.sampled_from(sorted(WORDS[c.words])))
                for c in SHEETS["publications"].columns
                if c.type == "words"
            },
            "calls_for_response": data.draw(st.booleans()),
        }
        for number in range(data.draw(st.integers(1, 10)))
    ]
    with TemporaryDirectory() as folder:
        records, report = read(written(Path(folder), {"publications": rows}, language=language))
    assert report.rejected == []
    assert [
        {name: found[name] for name in row} for row, found in zip(rows, records["staff_publication"], strict=True)
    ] == rows

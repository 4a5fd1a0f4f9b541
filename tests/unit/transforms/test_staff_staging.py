"""Staging of the staff workbook: what stands, what is carried on, what is covered. Figures by hand."""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from collectors.base import FileReport, FileSettings, source_key
from collectors.staff_workbook import streams
from collectors.staff_workbook.layout import ENTRIES, TOPICS
from collectors.staff_workbook.reader import StaffWorkbook
from collectors.staff_workbook.write import write_staff_workbook
from tests.unit.transforms.staff_rows import SPACES, Landed, entry, landed, of
from transforms.staging import staff
from transforms.staging.staff_topics import REPORT_TOPICS
from transforms.staging.staff_versions import KEYS
from transforms.staging.town import StaffInterval, Town
from warehouse.facts import FACTS
from warehouse.people import People
from warehouse.schemas import arrow_schema


def test_declarations_agree_with_the_collector() -> None:
    assert set(staff.STREAMS) == {stream.name for stream in StaffWorkbook.streams}
    assert {stream.name: stream.key for stream in StaffWorkbook.streams} == dict(KEYS)
    registers: dict[str, tuple[str, ...]] = {"communities": ("community",), "goals": ("programme_goal",)}
    registers["measuring"] = (*TOPICS["measuring"], "focus_group")
    assert {topic: registers.get(topic, names) for topic, names in TOPICS.items()}.keys() == REPORT_TOPICS.keys()
    for topic, names in TOPICS.items():
        assert set(REPORT_TOPICS[topic]) == set(registers.get(topic, names))
    assert all(entry.topic in REPORT_TOPICS for entry in ENTRIES.values())


def test_the_town_is_what_the_workbooks_say() -> None:
    tables = {
        "staff_space": landed(streams.StaffSpace, SPACES),
        "staff_member": landed(streams.StaffMember, [{"chat_name": 7, "from_day": date(2026, 1, 1)}, {"phone": 3}]),
        "staff_asset": landed(
            streams.StaffAsset, [{"asset": "app", "is_used": False}, {"asset": "zoom", "is_used": True}]
        ),
        "staff_event": landed(
            streams.StaffEvent, [{"event": "e", "kind": "emergency", "title": "t", "first_day": date(2026, 1, 3)}]
        ),
        "staff_period": landed(
            streams.StaffPeriod,
            [
                {"month": "2026-01", "topic": "roles", "is_complete": True},
                {"month": "2026-02", "topic": "roles", "is_complete": False},
            ],
        ),
    }
    town = staff.town_from(tables, "0042", "Asia/Jerusalem")
    assert town.space_of_key == {"aa": "news", "bb": "news"}
    assert town.spaces["page"].asset == "facebook" and town.spaces["page"].authority == "0042"
    assert town.staff == (StaffInterval(3), StaffInterval(7, date(2026, 1, 1)))
    assert town.unused_assets == {"app"}
    assert town.complete == {"roles": frozenset({"2026-01"})}
    assert town.events == (
        {
            "event": "e",
            "kind": "emergency",
            "title": "t",
            "first_day": date(2026, 1, 3),
            "last_day": None,
            "scope": "",
            "source": "",
        },
    )


def test_nothing_landed_is_no_town_and_no_facts() -> None:
    assert staff.town_from({}, "0042", "Asia/Jerusalem") == Town("0042")
    for name, table in of({}).items():
        assert table.schema == arrow_schema(name) and table.num_rows == 0


def test_publications_and_counts_find_their_place_and_month() -> None:
    tables = {
        "staff_space": landed(streams.StaffSpace, SPACES),
        "staff_publication": landed(
            streams.StaffPublication,
            [
                {
                    "publication": "1",
                    "published_day": date(2026, 1, 31),
                    "asset": "facebook",
                    "topic": "process",
                    "language": "he",
                },
                {
                    "publication": "2",
                    "published_day": date(2026, 2, 1),
                    "asset": "website",
                    "topic": "rights",
                    "language": "ar",
                },
            ],
        ),
        "staff_membership": landed(
            streams.StaffMembership,
            [{"month": "2026-02", "space": "news", "members": 9}, {"month": "2026-02", "space": "gone", "members": 1}],
        ),
    }
    facts = of(tables)
    assert [(r["publication"], r["month"], r["space"], r["basis"]) for r in facts["publication"].to_pylist()] == [
        ("1", "2026-01", "page", "entered"),
        ("2", "2026-02", "", "entered"),
    ]
    (count,) = facts["membership"].to_pylist()
    assert (count["day"], count["members"], count["asset"], count["is_month_end"]) == (
        date(2026, 2, 28),
        9,
        "whatsapp",
        True,
    )


def a_town(shuffled: random.Random | None = None, twice: bool = False) -> Landed:
    """Two workbooks, the second correcting the first; in any order of rows, or landed twice over."""
    first = [
        entry("facebook.initiatives", "2026-01", part=p, amount=float(n))
        for n, p in enumerate(("culture", "safety", "other"))
    ]
    first += [
        entry("community", "2026-01", part="kind", subject="c", state="hybrid"),
        entry(
            "policy.routines", part="policy", subject="r", state="own", in_force_from=date(2025, 12, 1), entered_by=4
        ),
    ]
    second = [
        entry("facebook.initiatives", "2026-01", part="culture", amount=50.0),
        entry("policy.routines", part="policy", subject="r", state="shared", in_force_from=date(2026, 1, 1)),
    ]
    parts = [landed(streams.StaffReport, first, "a", 1), landed(streams.StaffReport, second, "b", 2)]
    if twice:
        parts += parts
    table = pa.concat_tables(parts)
    if shuffled is not None:
        table = table.take(shuffled.sample(range(table.num_rows), table.num_rows))
    return {"staff_report": table, "staff_space": landed(streams.StaffSpace, SPACES)}


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_landing_does_not_count_and_twice_is_once(seed: int) -> None:
    expected = of(a_town())
    for town in (a_town(random.Random(seed)), a_town(random.Random(seed), twice=True)):
        found = of(town)
        assert all(found[name].equals(expected[name]) for name in expected)


def test_a_later_workbook_replaces_the_same_key_only() -> None:
    rows = of(a_town())["report"].to_pylist()
    amounts = {r["part"]: r["amount"] for r in rows if r["indicator"] == "facebook.initiatives"}
    assert amounts == {"culture": 50.0, "safety": 1.0, "other": 2.0}
    assert [(r["month"], r["state"]) for r in rows if r["indicator"] == "policy.routines"] == [("2026-01", "shared")]


def test_facts_keep_their_grain() -> None:
    facts = of(a_town(twice=True))
    assert sum(table.num_rows for table in facts.values()) > 5
    for name, table in facts.items():
        keys = [tuple(row[column] for column in FACTS[name].grain) for row in table.to_pylist()]
        assert len(keys) == len(set(keys))


def test_from_the_workbook_to_facts(tmp_path: Path) -> None:
    """The whole way of one workbook, people replaced as landing does."""
    path = tmp_path / "w.xlsx"
    entries: dict[str, list[dict[str, Any]]] = {
        "spaces": [
            {
                "space": "news",
                "title": "עדכונים",
                "asset": "whatsapp",
                "kind": "broadcast",
                "operated_by": "authority",
                "names": "עדכוני העיר",
            }
        ],
        "staff": [{"phone": "0505550199"}],
        "monthly": [
            {
                "month": "2026-01",
                "indicator": "facebook.initiatives",
                "part": "culture",
                "amount": 2,
                "space": "news",
                "entered_by": "050-5550199",
                "evidence": "link",
            }
        ],
        "communities": [{"month": "2026-01", "community": "הורים", "kind": "hybrid", "stage": "entry"}],
        "publications": [{"published_day": date(2026, 2, 3), "asset": "whatsapp", "topic": "rights", "language": "he"}],
        "members": [{"month": "2026-01", "space": "news", "members": 40}],
        "periods": [{"month": "2026-01", "initiatives": True}],
    }
    write_staff_workbook(path, entries=entries)
    people = People(b"p" * 32)
    tables: Landed = {}
    for page in StaffWorkbook().pages(path, FileSettings(), FileReport(str(path))):
        rows = people.replace(page.rows, page.stream.personal_fields)
        ones = pa.array([1] * rows.num_rows, pa.int64())
        tables[page.stream.name] = rows.append_column("segment", pa.array(["s"] * rows.num_rows)).append_column(
            "landed_order", ones
        )
    town = staff.town_from(tables, "0042", "Asia/Jerusalem")
    assert town.space_for(source_key("עדכוני העיר", FileSettings().digest_key)) == "news"
    (clerk,) = town.staff
    facts = staff.stage(tables, town)
    entered = {(r["month"], r["indicator"], r["part"]): r for r in facts["report"].to_pylist()}
    initiative = entered["2026-01", "facebook.initiatives", "culture"]
    assert (initiative["amount"], initiative["space"], initiative["has_evidence"], initiative["entered_by"]) == (
        2.0,
        "news",
        True,
        clerk.person,
    )
    assert entered["2026-02", "community", "stage"]["state"] == "entry"
    assert [r["space"] for r in facts["publication"].to_pylist()] == ["news"]
    assert [r["members"] for r in facts["membership"].to_pylist()] == [40]
    assert all(table.schema == arrow_schema(name) for name, table in facts.items())

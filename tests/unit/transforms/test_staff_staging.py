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
from transforms.staging import staff
from transforms.staging.staff_topics import REPORT_TOPICS
from transforms.staging.staff_versions import KEYS
from transforms.staging.town import StaffInterval, Town
from warehouse.facts import FACTS
from warehouse.people import People
from warehouse.schemas import arrow_schema

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


def test_coverage_is_full_only_where_declared() -> None:
    tables = {
        "staff_space": landed(streams.StaffSpace, SPACES),
        "staff_report": landed(
            streams.StaffReport,
            [
                entry("facebook.initiatives", "2026-01", amount=1.0),
                entry("facebook.initiatives", "2026-02", amount=1.0),
            ],
        ),
        "staff_membership": landed(streams.StaffMembership, [{"month": "2026-01", "space": "news", "members": 9}]),
        "staff_period": landed(
            streams.StaffPeriod,
            [
                {"month": "2026-02", "topic": "initiatives", "is_complete": True},
                {"month": "2026-01", "topic": "members", "is_complete": True},
            ],
        ),
    }
    rows = of(tables)["coverage"].to_pylist()
    found = {(r["fact"], r["month"], r["space"]): (r["extent"] == "full") for r in rows}
    assert found["report:facebook.initiatives", "2026-01", ""] is False
    assert found["report:facebook.initiatives", "2026-02", ""] is True
    assert found["report:whatsapp.meetups", "2026-02", ""] is True  # same topic, nothing entered: zero
    assert ("report:whatsapp.meetups", "2026-01", "") not in found  # missing
    assert found["report", "2026-02", ""] is False
    assert found["membership", "2026-01", ""] is found["membership", "2026-01", "news"] is True
    assert {(r["first_day"], r["last_day"]) for r in rows if r["month"] == "2026-02"} == {
        (date(2026, 2, 1), date(2026, 2, 28))
    }


YEAR = [f"2026-{number:02}" for number in range(1, 11)]


@pytest.mark.parametrize(
    ("told", "month", "forgotten"),
    [
        (YEAR[:3], "2026-04", True),
        (YEAR[:2], "2026-03", False),  # too few to be a rule
        (YEAR[:4], "2026-04", False),  # it was entered
        (["2026-01", "2026-02", "2026-04"], "2026-05", True),  # three of four
        (["2026-01", "2026-03", "2026-05"], "2026-06", False),  # every other month
        (YEAR[:3], "2026-05", True),  # forgotten twice
        (YEAR[:3], "2026-06", False),  # given up
        (YEAR[4:], "2026-04", False),  # before it was ever entered
        ([], "2026-04", False),
        (["2024-01", "2024-02", "2024-03", *YEAR], "2026-11", True),
    ],
)
def test_what_is_entered_nearly_every_month_is_forgotten_where_it_lacks(
    told: list[str], month: str, forgotten: bool
) -> None:
    assert staff.is_forgotten(told, month) is forgotten


def test_a_month_declared_complete_says_no_zero_of_what_was_forgotten() -> None:
    """Of two figures of a topic one is entered month by month; in April both lack, and the topic is complete."""

    def zeros(*more: dict[str, Any]) -> set[str]:
        told = [entry("whatsapp.meetups", month, amount=3.0) for month in YEAR[:3]]
        complete = [{"month": "2026-04", "topic": "initiatives", "is_complete": True}]
        tables = {
            "staff_report": landed(streams.StaffReport, [*told, *more]),
            "staff_period": landed(streams.StaffPeriod, complete),
        }
        rows = of(tables)["coverage"].to_pylist()
        return {row["fact"] for row in rows if (row["month"], row["extent"]) == ("2026-04", "full")}

    assert "report:facebook.business_ties" in zeros()
    assert "report:whatsapp.meetups" not in zeros()
    assert "report:whatsapp.meetups" in zeros(entry("whatsapp.meetups", "2026-04", amount=0.0))


def test_every_topic_complete_makes_the_whole_month_full() -> None:
    rows = [{"month": "2026-01", "topic": topic, "is_complete": True} for topic in REPORT_TOPICS]
    coverage = of({"staff_period": landed(streams.StaffPeriod, rows)})["coverage"].to_pylist()
    assert [(r["extent"] == "full") for r in coverage if r["fact"] == "report"] == [True]
    assert {r["fact"] for r in coverage} >= {"report:community", "report:programme_goal", "publication", "membership"}


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

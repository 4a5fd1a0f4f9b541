"""The staff workbook there and back: what is written in any language reads as the same records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from collectors.base import FileReport, FileSettings, file_formats, source_key
from collectors.errors import RejectFile
from collectors.staff_workbook.layout import ReportedIndicator
from collectors.staff_workbook.reader import StaffWorkbook
from collectors.staff_workbook.write import write_staff_workbook
from tests.said import said

KEY = b"k" * 32
MONTHS = ["2026-01", "2026-02", "2026-03"]

ENTRIES_OF_A_TOWN: dict[str, list[dict[str, Any]]] = {
    "spaces": [
        {
            "space": "north-open",
            "title": "שכנים בצפון",
            "asset": "whatsapp",
            "kind": "open",
            "operated_by": "residents",
            "language": "he",
            "society": "general",
            "neighbourhood": "צפון",
            "audience": "משפחות",
            "relevant_population": 4200,
            "from_day": date(2025, 3, 1),
            "names": ["שכנים בצפון 1", "צפון 2"],
        },
        {
            "space": "news",
            "title": "עדכוני העירייה",
            "asset": "whatsapp",
            "kind": "broadcast",
            "operated_by": "authority",
            "language": "ar",
            "society": "arab",
        },
    ],
    "staff": [
        {
            "chat_name": "Canary Clerk",
            "phone": "050-5550199",
            "email": "canary@town.example",
            "department": "דוברות",
            "from_day": date(2025, 1, 1),
        },
        {"phone": "+972 52-555-0123", "to_day": date(2026, 5, 31)},
    ],
    "monthly": [
        {
            "month": "2026-01",
            "indicator": "facebook.initiatives",
            "part": "help_older",
            "amount": 2,
            "space": "north-open",
            "subject": "מרק לשכנים",
            "evidence": "פרוטוקול",
            "entered_by": "Canary Clerk",
        },
        {
            "month": "2026-02",
            "indicator": "ethics.training",
            "part": "person_hours",
            "amount": 36.5,
            "subject": "ניהול קהילה",
        },
        {"month": "2026-02", "indicator": "app.residents", "amount": 0},
    ],
    "investment": [
        {"month": "2026-01", "indicator": "policy.investment", "part": "ils", "amount": 12500, "asset": "website"},
        {
            "month": "2026-01",
            "indicator": "societies.language_investment",
            "part": "ils",
            "amount": 900,
            "language": "yi",
        },
    ],
    "routines": [
        {
            "routine": "סבב תשובות יומי",
            "indicator": "ethics.routines",
            "form": "routine",
            "shared": True,
            "from_day": date(2026, 1, 10),
            "evidence": "נוהל 7",
        },
        {
            "routine": "נוהל פרסום",
            "indicator": "policy.routines",
            "form": "policy",
            "from_day": date(2025, 6, 1),
            "to_day": date(2026, 2, 15),
        },
    ],
    "roles": [{"role": "מנהלת קהילות", "share": 0.5, "reports_to": "department_head", "from_day": date(2026, 1, 1)}],
    "communities": [
        {"month": "2026-01", "community": "הורי הגנים", "kind": "functional_digital", "stage": "entry"},
        {"month": "2026-03", "community": "הורי הגנים", "stage": "engagement"},
        {"month": "2026-03", "community": "מטיילים", "ended": True},
    ],
    "goals": [
        {
            "month": "2026-01",
            "programme": "שכנים טובים",
            "goal": "מפגשים|חודשיים",
            "linked": "whatsapp.meetups",
            "direction": "higher",
            "baseline": 3,
        },
        {"month": "2026-02", "programme": "שכנים טובים", "goal": "מפגשים|חודשיים", "value": -4.5},
    ],
    "follow_up": [{"month": "2026-01", "indicator": "app.residents", "note": "n", "entered_by": "Canary Clerk"}],
    "publications": [
        {
            "publication": "17",
            "title": "Canary heading",
            "published_day": date(2026, 1, 5),
            "asset": "website",
            "topic": "process",
            "process_kind": "budget",
            "stage": "draft",
            "language": "he",
            "calls_for_response": True,
            "follows_up": "812 3456 7890",
        },
        {
            "published_day": date(2026, 1, 6),
            "asset": "facebook",
            "space": "news",
            "topic": "learning",
            "language": "ru",
        },
        {
            "published_day": date(2026, 1, 6),
            "asset": "facebook",
            "space": "news",
            "topic": "learning",
            "language": "ru",
        },
    ],
    "members": [{"month": "2026-01", "space": "news", "members": 812}],
    "events": [
        {
            "event": "e1",
            "kind": "emergency",
            "title": "מבצע",
            "first_day": date(2026, 2, 1),
            "scope": "כל היישוב",
            "source": "פיקוד העורף",
        },
        {"kind": "holiday", "title": "חג מקומי", "first_day": date(2026, 3, 3)},
    ],
    "assets": [{"asset": "app", "is_used": False}, {"asset": "zoom", "is_used": True, "from_day": date(2025, 1, 1)}],
    "periods": [{"month": "2026-01", "initiatives": True, "training": False}],
}


def read(path: Path, **options: Any) -> tuple[dict[str, list[dict[str, Any]]], FileReport]:
    report = FileReport(str(path))
    pages = StaffWorkbook().pages(path, FileSettings(digest_key=KEY, **options), report)
    return {page.stream.name: page.rows.to_pylist() for page in pages}, report


def written(folder: Path, entries: Mapping[str, Sequence[Mapping[str, Any]]], **options: Any) -> Path:
    path = folder / "workbook.xlsx"
    write_staff_workbook(path, months=MONTHS, entries=entries, **options)
    return path


def comparable(records: dict[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    """Records without the one thing that follows the language: the sheet's name in the cell address."""
    return {
        stream: [{k: v.split("!")[-1] if k == "cell" else v for k, v in row.items()} for row in rows]
        for stream, rows in records.items()
    }


def test_every_language_reads_as_the_same_records(tmp_path: Path) -> None:
    found = {x: read(written(tmp_path, ENTRIES_OF_A_TOWN, language=x, authority="0042")) for x in ("he", "ar", "en")}
    for _, report in found.values():
        assert report.status == "read"
        assert report.rejected == [] and report.notices == []
        assert report.details["authority"] == "0042"
    assert comparable(found["he"][0]) == comparable(found["ar"][0]) == comparable(found["en"][0])


def test_records_say_what_was_entered(tmp_path: Path) -> None:
    records, report = read(written(tmp_path, ENTRIES_OF_A_TOWN))
    assert set(records) == {stream.name for stream in StaffWorkbook.streams} - {"staff_version"}
    space = records["staff_space"][0]
    assert space["source_keys"] == sorted(source_key(name, KEY) for name in ("שכנים בצפון 1", "צפון 2"))
    assert (space["space"], space["relevant_population"], space["from_day"]) == ("north-open", 4200, date(2025, 3, 1))
    identities = [(r["chat_name"], r["phone"], r["email"]) for r in records["staff_member"]]
    assert identities == [
        ("Canary Clerk", None, None),
        (None, "050-5550199", None),
        (None, None, "canary@town.example"),
        (None, "+972 52-555-0123", None),
    ]
    reports = {(r["month"], r["indicator"], r["part"], r["subject"]): r for r in records["staff_report"]}
    soup = reports["2026-01", "facebook.initiatives", "help_older", "מרק לשכנים"]
    assert (soup["amount"], soup["space"], soup["has_evidence"], soup["entered_by"]) == (
        2.0,
        "north-open",
        True,
        "Canary Clerk",
    )
    assert soup["cell"] == "דיווח חודשי!D3"
    assert reports["2026-02", "app.residents", "", ""]["amount"] == 0.0
    assert reports["2026-01", "societies.language_investment", "ils", "yi"]["amount"] == 900
    daily = reports["", "ethics.routines", "routine", "סבב תשובות יומי"]
    assert (daily["state"], daily["in_force_from"], daily["in_force_to"]) == ("shared", date(2026, 1, 10), None)
    role = reports["", "policy.role_holder", "", "מנהלת קהילות"]
    assert (role["amount"], role["state"]) == (0.5, "department_head")
    assert reports["2026-01", "community", "kind", "הורי הגנים"]["state"] == "functional_digital"
    assert reports["2026-03", "community", "stage", "הורי הגנים"]["state"] == "engagement"
    assert reports["2026-03", "community", "ended", "מטיילים"]["state"] == "yes"
    goal = "שכנים טובים|מפגשים/חודשיים"
    assert (
        reports["2026-01", "programme_goal", "goal", goal]["amount"],
        reports["2026-01", "programme_goal", "goal", goal]["state"],
    ) == (3.0, "higher")
    assert reports["2026-01", "programme_goal", "indicator", goal]["state"] == "whatsapp.meetups"
    assert reports["2026-02", "programme_goal", "value", goal]["amount"] == -4.5
    numbered, first, second = records["staff_publication"]
    assert (numbered["publication"], numbered["follows_up"], numbered["calls_for_response"]) == (
        "17",
        "81234567890",
        True,
    )
    assert first["publication"][:-1] == second["publication"][:-1]  # same content: told apart by occurrence
    assert (first["publication"][-2:], second["publication"][-2:]) == ("-1", "-2")
    ongoing, one_day = records["staff_event"]
    assert ongoing["last_day"] is None
    assert one_day["last_day"] == date(2026, 3, 3) and one_day["event"].startswith("e-")
    assert records["staff_period"] == [
        {"month": "2026-01", "topic": "initiatives", "is_complete": True},
        {"month": "2026-01", "topic": "training", "is_complete": False},
    ]
    assert report.details["sheets"]["monthly"] == 3
    assert report.details["entries"] == sum(map(len, records.values()))


def test_discovery_finds_the_format_and_it_knows_its_own(tmp_path: Path) -> None:
    path = written(tmp_path, ENTRIES_OF_A_TOWN)
    assert [f.name for f in file_formats() if f.name == "staff_workbook" and f.recognises(path)] == ["staff_workbook"]
    other = tmp_path / "other.csv"
    other.write_text("month,members\n2026-01,3\n", encoding="utf-8")
    assert not StaffWorkbook().recognises(other)


@pytest.mark.parametrize("language", ["he", "ar", "en"])
def test_an_empty_template_is_refused_with_the_remedy(tmp_path: Path, language: str) -> None:
    with pytest.raises(RejectFile) as refused:
        read(written(tmp_path, {}, language=language))
    assert "fill in" in said(refused.value) and "יש למלא" in said(refused.value, "he")


def test_a_catalogue_may_word_indicators_its_own_way(tmp_path: Path) -> None:
    own = [
        ReportedIndicator("facebook.initiatives", {"he": "מה נולד אצלנו", "ar": "ما وُلد عندنا", "en": "Born here"}),
        ReportedIndicator("town.extra", {"he": "מדד משלנו", "ar": "مؤشرنا", "en": "Ours"}),
    ]
    rows = [
        {"month": "2026-01", "indicator": "facebook.initiatives", "part": "culture", "amount": 1},
        {"month": "2026-01", "indicator": "town.extra", "amount": 5},
    ]
    records, report = read(written(tmp_path, {"monthly": rows}, reported=own))
    assert report.rejected == []
    assert [(r["indicator"], r["part"], r["amount"]) for r in records["staff_report"]] == [
        ("facebook.initiatives", "culture", 1.0),
        ("town.extra", "", 5.0),
    ]


def test_spaces_the_town_already_has_keep_their_codes(tmp_path: Path) -> None:
    spaces = [{"space": "s1", "title": "גינה", "asset": "whatsapp", "kind": "open", "operated_by": "residents"}]
    records, report = read(
        written(tmp_path, {"members": [{"month": "2026-01", "space": "s1", "members": 7}]}, spaces=spaces)
    )
    assert report.rejected == []
    assert records["staff_membership"] == [{"month": "2026-01", "space": "s1", "members": 7}]
    unnamed, _ = read(
        written(
            tmp_path, {"spaces": [{"title": "גינה", "asset": "whatsapp", "kind": "open", "operated_by": "residents"}]}
        )
    )
    again, _ = read(
        written(
            tmp_path, {"spaces": [{"title": " גינה ", "asset": "whatsapp", "kind": "open", "operated_by": "residents"}]}
        )
    )
    assert unnamed["staff_space"][0]["space"] == again["staff_space"][0]["space"] != ""

"""The data package: valid, typed, safe to open in a spreadsheet, the same bytes twice."""

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import frictionless
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from publishers.package import package
from publishers.report import Goal, Report
from publishers.tabular import csv_field, safe_text
from tests.unit.publishers.town import HOSTILE


@pytest.fixture(scope="module")
def files(report: Report) -> dict[str, bytes]:
    return package(report)


def lines(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_frictionless_validates_it(built: Path) -> None:
    told = frictionless.Package(str(built / "datapackage.json")).validate()
    assert told.valid, told.flatten(["name", "type", "note"])
    assert {task.name: task.stats.get("rows") for task in told.tasks}["values"] == 11 + len(HOSTILE)


def test_frictionless_would_notice(built: Path, tmp_path: Path) -> None:
    for file in built.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    values = (tmp_path / "values.csv").read_bytes()
    (tmp_path / "values.csv").write_bytes(values.replace(b"zoom.attendees", b"zoom.nobody"))
    told = frictionless.Package(str(tmp_path / "datapackage.json")).validate()
    assert "foreign-key" in {error[0] for error in told.flatten(["type"])}


def test_types_are_written_and_texts_are_in_three_languages(files: dict[str, bytes]) -> None:
    content = json.loads(files["datapackage.json"])
    assert set(content["titles"]) == {"he", "ar", "en"} and content["licenses"] and content["sources"]
    for resource in content["resources"][:3]:
        for field in resource["schema"]["fields"]:
            assert field["type"] in {"string", "number", "integer", "date"}
            assert set(field["titles"]) == {"he", "ar", "en"}
    types = {field["name"]: field["type"] for field in content["resources"][0]["schema"]["fields"]}
    assert types["authority"] == types["indicator"] == types["space"] == "string"
    assert types["value"] == "number"


def test_missing_zero_and_suppressed_differ(files: dict[str, bytes]) -> None:
    whole = {row["indicator"]: row for row in lines(files["values.csv"]) if not row["space"] and not row["part"]}
    shown = {name: (row["value"], row["status"]) for name, row in whole.items()}
    assert shown["website.service_pages"] == ("0", "final")
    assert shown["facebook.business_ties"] == ("", "missing")
    assert shown["whatsapp.trust"] == ("", "suppressed")
    assert shown["zoom.attendees"] == ("", "not_applicable")
    assert whole["newsletter.open_rate"]["value"] == "0.4213"


def test_csv_is_rfc_4180_and_no_text_begins_a_formula(files: dict[str, bytes]) -> None:
    for name in ("values.csv", "indicators.csv", "codes.csv"):
        raw = files[name].decode("utf-8")
        assert raw.endswith("\r\n") and raw.startswith("\ufeff"), "without the mark Excel garbles Hebrew"
        raw = raw.removeprefix("\ufeff")
        rows = list(csv.reader(io.StringIO(raw, newline=""), strict=True))
        assert len({len(row) for row in rows}) == 1
        for row in rows[1:]:
            for text in row:
                for line in text.replace("\r", "\n").split("\n"):
                    start = line.strip("\u00a0\u200e\u200f \t")[:1]
                    assert start not in {"=", "+", "@", "\uff1d"} or line[0] == "'", text
                    assert start != "-" or line[0] == "'" or float(line) < 0


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("=1+1", "'=1+1"),
        ("+972", "'+972"),
        ("-2+3", "'-2+3"),
        ("@SUM", "'@SUM"),
        (" =1", "' =1"),
        ("\u00a0=1", "'\u00a0=1"),
        ("a\n=1", "a\n'=1"),
        ("a\r\n\t@x", "a\r\n'\t@x"),
        ("\uff1d1", "'\uff1d1"),
        ("\ttab", "'\ttab"),
        ("שלום = שלום", "שלום = שלום"),
        ("a-b", "a-b"),
        ("", ""),
    ],
)
def test_formulas_are_shielded(text: str, expected: str) -> None:
    assert safe_text(text) == expected


def test_numbers_stay_numbers() -> None:
    assert [csv_field(value) for value in (-5, -5.0, 0.0, 0.1, None, 1e18)] == ["-5", "-5", "0", "0.1", "", "1e+18"]


def test_parquet_holds_the_same_with_types(files: dict[str, bytes]) -> None:
    table = pq.read_table(io.BytesIO(files["values.parquet"]))
    assert table.schema.field("authority").type == pa.string() and table.schema.field("value").type == pa.float64()
    assert table.num_rows == len(lines(files["values.csv"]))
    assert '=HYPERLINK("http://example.org","x")' in table.column("space_title").to_pylist()


def test_the_card_is_a_dataset(files: dict[str, bytes]) -> None:
    card = json.loads(files["dataset.jsonld"])
    assert (card["@type"], card["temporalCoverage"]) == ("Dataset", "2026-10")
    assert {name["@language"] for name in card["name"]} == {"he", "ar", "en"}
    assert {one["name"] for one in card["distribution"]} == set(files) - {"dataset.jsonld"}


def test_same_report_same_bytes(report: Report, files: dict[str, bytes]) -> None:
    assert package(report) == files


def test_goals_and_personas_are_tables_of_their_own(report: Report, tmp_path: Path) -> None:
    """Each with its sentence or its town's figure; what is withheld of a persona has no number at all."""
    goal = Goal("2026-10", "=ילדים בסיכון", "מתנדבים", "", "higher", "2025-01", 30.0, "2026-12-31", "spokesperson", "decimal",
                "too_little_data", "too_short", '{"have": 1, "month": "2026-10", "need": 24, "since": "2025-01", "why": ""}', "month")  # fmt: skip
    first, *rest = report.indicators
    hidden = replace(
        first.whole, cut="declared=new_mother", value=None, n=None, status="suppressed", reason="too_few_people:10"
    )
    shown = replace(first.whole, cut="declared=young_family", value=12.0, n=40)
    told = replace(report, programmes=(goal,), indicators=(replace(first, beside=(hidden, shown)), *rest))
    files = package(told)
    [row] = lines(files["goals.csv"])
    assert (row["programme"], row["target"], row["verdict"]) == ("'=ילדים בסיכון", "30", "too_little_data")
    assert all("מתנדבים" in row[f"sentence_{language}"] for language in ("he", "ar", "en"))
    found = {row["cut"]: row for row in lines(files["personas.csv"])}
    assert {(row["value"], row["n"], row["status"]) for row in found.values()} == {
        ("", "", "suppressed"),
        ("12", "40", first.whole.status),
    }
    assert found["declared=new_mother"]["reason"] == "too_few_people:10"
    assert {row["town_value"] for row in found.values()} == {csv_field(first.whole.value)}
    assert {row["cut"] for row in lines(files["cuts.csv"])} == set(found)
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    checked = frictionless.Package(str(tmp_path / "datapackage.json")).validate()
    assert checked.valid, checked.flatten(["name", "type", "note"])

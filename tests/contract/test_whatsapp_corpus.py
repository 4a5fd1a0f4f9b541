"""The shared corpus of chats: every authored file exactly, third-party files of confidence high, all headers."""

import json
from pathlib import Path
from typing import Any

import pytest

from collectors.base import FileReport, FileSettings
from collectors.errors import RejectFile
from collectors.whatsapp_export.reader import WhatsAppExport
from collectors.whatsapp_export.vector import VectorPath
from tests.conftest import SHARED, shared
from tests.plain_chat_path import PlainPath

CORPUS = SHARED / "corpora" / "whatsapp"
TRUTHS = sorted(path.relative_to(CORPUS).as_posix() for path in CORPUS.glob("*/*.truth.json"))
PATHS = {"plain": PlainPath, "vector": VectorPath}

# field of the truth -> key of the report
FIELDS = {
    "entries": "entries",
    "messages": "messages",
    "system_lines": "system_events",
    "system_without_author": "system_without_author",
    "system_with_author": "system_with_author",
    "distinct_senders": "senders",
    "first_timestamp": "first",
    "last_timestamp": "last",
    "multiline_messages": "multiline",
    "lines_before_first_entry": "lines_before_first",
    "date_order": "date_order",
    "encoding": "encoding",
}
DETAILS = (
    "media_omitted",
    "media_attached",
    "deleted",
    "edited",
    "polls",
    "events",
    "members_final",
    "members_at_month_end",
    "messages_by_month",
)


def read(path: Path, kind: type = VectorPath, **options: Any) -> FileReport:
    """The report of one file, all pages read."""
    reader = WhatsAppExport()
    reader.path_class = kind  # type: ignore[misc]
    report = FileReport(str(path))
    rows = {"whatsapp_chat_message": 0}
    for page in reader.pages(path, FileSettings(options=WhatsAppExport.Settings.model_validate(options)), report):
        rows[page.stream.name] = rows.get(page.stream.name, 0) + page.rows.num_rows
        assert page.rows.schema == page.stream.schema
    assert rows["whatsapp_chat_message"] == report.details["messages"]
    return report


@pytest.mark.parametrize("kind", PATHS)
@pytest.mark.parametrize("name", TRUTHS or ["absent"])
def test_truth(name: str, kind: str) -> None:
    truth = json.loads(shared("corpora", "whatsapp", name).read_text("utf-8"))
    path = CORPUS / name.removesuffix(".truth.json")
    if truth["confidence"] == "medium":
        pytest.skip("no peer agrees on this file")
    assert WhatsAppExport().recognises(path) or truth["entries"] == 0
    if truth["entries"] == 0:
        with pytest.raises(RejectFile) as caught:
            read(path, PATHS[kind])
        assert caught.value.code == "empty"
        return
    report = read(path, PATHS[kind])
    details = report.details
    expected = {FIELDS[field]: truth[field] for field in FIELDS if field in truth}
    expected |= {field: truth["details"][field] for field in DETAILS if field in truth.get("details", {})}
    assert {field: details[field] for field in expected} == expected
    if truth.get("platform") in {"android", "ios"}:
        assert details["platform"] == truth["platform"]
    lines = details["lines"]
    assert lines["physical"] == sum(lines[k] for k in ("entries", "continuation", "blank", "before_first"))
    assert (report.status == "partial") == ("truncated" in name)


def test_truncated_file_says_so() -> None:
    report = read(shared("corpora", "whatsapp", "authored", "he-android-truncated.txt"))
    assert report.details["is_truncated"] and report.code == "truncated"


@pytest.mark.parametrize("kind", PATHS)
def test_headers(kind: str, tmp_path: Path) -> None:
    cases = json.loads(shared("corpora", "whatsapp", "header-cases.json").read_text("utf-8"))["cases"]
    wrong = []
    for number, case in enumerate(cases):
        if case["timestamp"] is not None and case["calendar"] != "gregory":
            continue
        path = tmp_path / f"{number}.txt"
        path.write_text(case["line"] + "\n", encoding="utf-8", newline="")
        try:
            report = read(path, PATHS[kind], **({"date_order": case["order"]} if case["order"] else {}))
            got = report.details["first"]
        except RejectFile as error:
            got = None if error.code == "no_entries" else error.code
        if got != case["timestamp"]:
            wrong.append((ascii(case["line"]), case["timestamp"], got))
    assert not wrong, wrong[:20]


def test_buddhist_years(tmp_path: Path) -> None:
    cases = json.loads(shared("corpora", "whatsapp", "header-cases.json").read_text("utf-8"))["cases"]
    for number, case in enumerate(case for case in cases if case["calendar"] == "buddhist"):
        path = tmp_path / f"{number}.txt"
        path.write_text(case["line"] + "\n", encoding="utf-8", newline="")
        assert read(path, date_order=case["order"]).details["first"] == case["timestamp"]

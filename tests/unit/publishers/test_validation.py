"""The report is one offline page, and nothing the gate keeps or says holds a value of a row."""

import gc
import json
import logging
import re
import weakref
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from expectations import rules
from expectations.failed_rows import grain_key
from expectations.gate import GateResult, check
from expectations.gx_runner import POSITIONS_ONLY, run_suite
from publishers.validation import as_html, as_json, document, write_report
from tests.unit.expectations.rows import TOWN, expected, good_rows, good_table, table
from tests.unit.publishers.opened import words_of
from texts import LANGUAGES, error, group
from warehouse.facts import FACTS

AT = datetime(2026, 10, 20, 6, 0, tzinfo=UTC)
CANARIES = ("050-765-4321", "+972507654321", "dafna.canary@example.org", "דפנה קנרית", "CanaryDafna")


def report(results: list[GateResult], authority: str = "0070") -> dict[str, Any]:
    return document({"whatsapp_export": results}, authority=authority, at=AT, timezone="Asia/Jerusalem")


@dataclass
class Lost:
    """A line of what was left out."""

    records: int = 7
    source: str = "zoom"
    stream: str = "zoom_meeting"
    fact: str = "gathering"
    month: str = "2026-10"
    code: str = "left_out_no_column"
    subject: str = "started_at"


def test_what_was_left_out_before_the_gate_is_told_in_every_language() -> None:
    kept = document({}, authority="0070", at=AT, timezone="Asia/Jerusalem", left_out=[Lost()])
    (one,) = kept["left_out"]
    assert one["rows"] == 7 and all("zoom_meeting" in one["message"][language] for language in LANGUAGES)
    assert all(one["message"][language] in words_of(as_html(kept)) for language in LANGUAGES)


def planted(fact: str, column: str) -> GateResult:
    """Canaries in a column, in rows that are wrong in other ways too."""
    rows = good_rows(fact, len(CANARIES) * 2)
    for i, canary in enumerate(CANARIES):
        rows[i][column] = canary
        rows[i + len(CANARIES)] |= {column: canary, "month": "2020-01"}
    return check(fact, table(fact, rows), expected(fact))


@pytest.mark.parametrize(
    ("fact", "column"),
    [
        ("message", "topic"), ("message", "author_role"), ("message", "space"), ("message", "month"),
        ("attendance", "heard_via"), ("visit", "event_kind"), ("visit", "period"), ("report", "subject"),
        ("survey_response", "neighbourhood"), ("message", "authority"),
    ],
)  # fmt: skip
def test_no_value_of_a_row_is_kept_printed_or_logged(
    fact: str, column: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    caplog.set_level(logging.DEBUG)
    result = planted(fact, column)
    kept = report([result])
    write_report(kept, tmp_path)
    said = "".join(capfd.readouterr()) + caplog.text
    files = "".join(path.read_text() for path in tmp_path.iterdir())
    everything = said + files + repr((result.quarantined, result.refused, result.warnings, result.outcomes))
    allowed = "CanaryDafna" if column in ("event_kind", "subject") else ""  # part of the grain, and looks like a code
    assert result.quarantined, "the control: something was caught"
    assert [canary for canary in CANARIES if canary in everything and canary != allowed] == []


def test_phone_numbers_and_addresses_in_open_columns_are_put_aside() -> None:
    rows = good_rows("message", 5)
    for row, canary in zip(rows, CANARIES, strict=True):
        row["topic"] = canary
    result = check("message", table("message", rows), TOWN)
    assert [one.codes for one in result.quarantined] == [("looks_personal",)] * 3


def test_the_referee_gives_positions_and_no_values() -> None:
    import great_expectations as gx

    from expectations.frame import as_pandas, prepare
    from expectations.from_tables import as_expectations, checks_for
    from expectations.gx_runner import _definition

    rows = good_rows("message", 4)
    rows[2]["author_role"] = "CanaryDafna"
    frame = as_pandas(prepare("message", table("message", rows)))
    checks = checks_for("message")
    bad = [one for one in run_suite("message", frame, checks) if not one.success]
    assert [(one.check.column, one.positions.tolist()) for one in bad if one.positions is not None] == [
        ("author_role", [2])
    ]
    batch = _definition("message").get_batch(batch_parameters={"dataframe": frame})
    suite = gx.ExpectationSuite(name="message", expectations=as_expectations(checks))
    raw = batch.validate(suite, result_format=POSITIONS_ONLY)
    assert "CanaryDafna" not in json.dumps(raw.to_json_dict()) and "CanaryDafna" not in repr(raw.results)
    leaky = batch.validate(suite, result_format="COMPLETE")
    assert "CanaryDafna" in repr(leaky.results), "the control: without the format the value is there"


def test_the_rows_are_let_go_after_a_run() -> None:
    from expectations.frame import as_pandas, prepare
    from expectations.from_tables import checks_for
    from expectations.gx_runner import _context

    frame = as_pandas(prepare("message", good_table("message", 3)))
    watched = weakref.ref(frame)
    run_suite("message", frame, checks_for("message")[:3])
    del frame
    gc.collect()
    assert watched() is None
    assert not _context()[1].get_execution_engine().batch_manager.batch_data_cache


def test_a_crash_tells_its_kind_and_no_value(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    from expectations import gate
    from expectations.from_tables import Check

    caplog.set_level(logging.DEBUG)
    rule = rules.RowRule("wrong_order", frozenset({"message"}), "topic", "cast(topic as integer) > 0")
    broken = Check("ExpectColumnValuesToBeBetween", "out_of_range", {"column": "topic", "min_value": 3})
    monkeypatch.setattr(rules, "ROW_RULES", (rule,))
    monkeypatch.setattr(gate, "value_checks", lambda *_: [broken])
    rows = [row | {"topic": "CanaryDafna"} for row in good_rows("message", 3)]
    result = check("message", table("message", rows), TOWN)
    assert result.crashed and not result.quarantined
    assert "crashed: TypeError" in caplog.text and "crashed: ConversionException" in caplog.text
    everything = "".join(capfd.readouterr()) + caplog.text + as_json(report([result])) + repr(result.outcomes)
    assert "CanaryDafna" not in everything


def test_keys_leave_out_what_may_be_words_or_is_in_doubt() -> None:
    values = {"authority": "0070", "space": "square", "subject": "דפנה", "part": "050-7654321"}
    assert grain_key(values, 6, "0070", set()) == "space=square, row 7"
    assert grain_key({"authority": "0070", "message": "wa:1f"}, 6, "0070", set()) == "message=wa:1f"
    assert grain_key({"authority": "0070", "space": "x"}, 6, "0070", {"space"}) == "row 7"


def test_quarantined_rows_fit_the_quarantine_of_the_warehouse() -> None:
    rows = [row | {"length": -1} for row in good_rows("message", 1)]
    aside = check("message", table("message", rows), TOWN).quarantined[0]
    assert (aside.where, aside.code, aside.raw) == ("message: message=message0", "out_of_range", b"")
    assert all("length" in error(aside.code, language, **aside.arguments) for language in LANGUAGES)


def test_the_page_loads_nothing_and_speaks_hebrew_first(tmp_path: Path) -> None:
    rows = [row | {"length": -1} if i < 2 else row for i, row in enumerate(good_rows("message", 4))]
    results = [check("message", table("message", rows), TOWN), check("report", good_table("report", 2), TOWN)]
    page, machine = write_report(report(results), tmp_path)
    html = page.read_text(encoding="utf-8")
    assert html.startswith('<!DOCTYPE html>\n<html lang="he" dir="rtl">')
    assert "default-src 'none'" in html and "<script" not in html
    assert re.findall(r"(?:https?:)?//|\b(?:src|href|url)\s*[=(]", html.replace('href="#', "")) == []
    assert html.index("הוצאו") < html.index("وُضعت جانبًا") < html.index("ut aside")
    kept = json.loads(machine.read_text(encoding="utf-8"))
    assert kept["counts"] == {"received": 6, "passed": 4, "quarantined": 2, "refused": 0}
    assert kept["checked_at"] == "2026-10-20T09:00+03:00"
    assert kept["facts"][0]["quarantined"][0]["rows"] == 2
    assert not list(tmp_path.glob("*.tmp"))


def test_the_style_is_the_one_the_policy_names() -> None:
    import base64
    import hashlib

    html = as_html(report([]))
    style = re.search(r"<style>(.*?)</style>", html, re.DOTALL)
    named = re.search(r"style-src 'sha256-([^']+)'", html)
    assert style and named
    assert base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode() == named[1].replace("&#43;", "+")


def test_names_from_outside_cannot_become_markup() -> None:
    hostile = report([check("message", good_table("message", 0), TOWN)], authority="<img src=x onerror=y>|`[a](b)")
    assert "<img" not in as_html(hostile)


def test_the_report_says_the_same_twice() -> None:
    once, again = (report([check("report", good_table("report", 3), TOWN)]) for _ in range(2))
    assert as_json(once) == as_json(again) and as_html(once) == as_html(again)


def test_every_fact_and_check_has_words() -> None:
    from expectations.from_tables import checks_for

    assert set(FACTS) <= set(group("codes.facts"))
    assert {one.expectation for fact in FACTS for one in checks_for(fact)} <= set(group("validation.checks"))

"""What a town expects on top: by its configuration and a folder of its own, and what is said of a mistake in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from expectations.suites import Suites
from tests.e2e.command_line import Run, entry_point
from tests.integration.receiving import CONFIG, town

OWN = """
rows:
  short_texts: {where: length > 5000, column: length, then: doubt}
measures:
  words: {of: sum(length), factor: 5, floor: 1000}
"""


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    return entry_point(monkeypatch, capsys)


def test_a_setting_changes_one_rule_of_one_source_and_nothing_else(tmp_path: Path) -> None:
    said = {"mailing": {"recipients": {"factor": 4}}, "newsletter.mailing": {"click_share": {"off": True}}}
    (tmp_path / "message.yaml").write_text(OWN)
    plain, own = Suites(), Suites(tmp_path, said)
    assert own.of("newsletter", "mailing").measures["recipients"].factor == 4
    floor = plain.of("newsletter", "mailing").measures["recipients"].floor
    assert own.of("newsletter", "mailing").measures["recipients"].floor == floor
    assert "click_share" not in own.of("newsletter", "mailing").measures
    assert "click_share" in own.of("other", "mailing").measures
    assert {"words", "messages"} <= set(own.of("whatsapp", "message").measures)
    assert own.of("zoom", "gathering") == plain.of("zoom", "gathering")
    assert own.digest != plain.digest


SECTIONS = {
    "[expectations.letters]\nx = {factor = 2}": ("[expectations.letters]", "mailing"),
    "[expectations.mailing]\nrecipient = {factor = 2}": ("[expectations.mailing]", "recipient", "recipients"),
    "[expectations.mailing]\nrecipients = {factr = 2}": ("[expectations.mailing]", "recipients.factr", "leave it out"),
    "[expectations.mailing]\nrecipients = {factor = 0.5}": ("[expectations.mailing]", "recipients.factor", "correct"),
    "[expectations.mailing]\nrecipients = 4": ("[expectations.mailing]", "recipients", "setting = value"),
    '[expectations."newsletter.mailing"]\nrecipients = {of = "sum(nothing)"}': (
        '[expectations."newsletter.mailing"]', "recipients", "sum(nothing)", "correct it",
    ),
}  # fmt: skip
FILES = {
    "rows:\n  a: {where: 'nothing > 3'}": ("rows.a", "nothing > 3"),
    "rows:\n  a: {where: 'exists (from read_text(''/etc/passwd''))'}": ("rows.a", "cannot be run"),
    "rows:\n  a: {where: 'exists (from rows)'}": ("rows.a", "cannot be run"),
    "rows:\n  a: {expect: ExpectNothing, arguments: {column: recipients}}": ("rows.a", "ExpectNothing"),
    "rows:\n  a: {expect: ExpectColumnValuesToNotBeNull, arguments: {column: x}}": ("rows.a", "arguments"),
    "rows:\n  a: {}": ("rows.a", "either"),
    "measures:\n  a: {of: 'count(*) from read_csv(''http://127.0.0.1/'') --'}": ("measures.a", "cannot be run"),
    "measures:\n  a: {of: 'getenv(''HOME'')::int'}": ("measures.a", "cannot be run"),
    "bounds:\n  a: {less: recipients, more: 'membership.nothing'}": ("bounds.a", "membership.nothing"),
    "rows: [1]": ("has to hold", "rows"),
    "rows: {a: [": ("no YAML",),
}


@pytest.mark.parametrize("section", SECTIONS)
def test_a_wrong_section_is_one_sentence_from_any_command(section: str, tmp_path: Path, run: Run) -> None:
    config = town(tmp_path, f"{CONFIG}\n{section}\n")
    ran = run("--config", config, "freshness")
    assert ran.code not in (0, None) and "Traceback" not in ran.err, ran
    assert all(word in ran.err for word in SECTIONS[section]), ran.err


@pytest.mark.parametrize("content", FILES)
def test_a_wrong_file_is_one_sentence_from_any_command(content: str, tmp_path: Path, run: Run) -> None:
    config = town(tmp_path)
    (tmp_path / "expectations").mkdir()
    (tmp_path / "expectations" / "mailing.yaml").write_text(content)
    ran = run("--config", config, "freshness")
    assert ran.code not in (0, None) and "Traceback" not in ran.err, ran
    assert all(word in ran.err for word in ("expectations/mailing.yaml", *FILES[content])), ran.err

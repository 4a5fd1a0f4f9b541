"""What a town expects on top: by its configuration and a folder of its own, and what is said of a mistake in it."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any, get_args

import pytest

from expectations.suite import Bound, Measure, RowRule, Suite
from expectations.suites import SuiteProblem, Suites, built_in
from tests.e2e.bad_batches import PLANTS
from tests.e2e.command_line import Run, entry_point
from tests.integration.receiving import CONFIG, town
from town.staged import facts_of_sources
from transforms.catalogue import catalogue

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
    "[expectations.letters]\nx = {factor = 2}": ("[expectations.letters]", "no fact letters", "mailing"),
    "[expectations.mailng]\nx = {factor = 2}": ("[expectations.mailng]", "did you mean mailing?"),
    '[expectations."newslettr.mailing"]\nrecipients = {factor = 2}': (
        '[expectations."newslettr.mailing"]', "no source newslettr", "did you mean newsletter?",
    ),
    '[expectations."zoom.mailing"]\nrecipients = {factor = 2}': ("no fact of zoom mailing", "gathering"),
    '[expectations."website.resident_usrs.indicator_value"]\ncount = {factor = 2}': (
        "no indicator website.resident_usrs", "did you mean website.resident_users?",
    ),
    "[expectations.mailing]\nrecipient = {factor = 2}": ("[expectations.mailing]", "did you mean recipients?"),
    "[expectations.mailing]\nrecipients = {factr = 2}": ("[expectations.mailing]", "recipients.factr", "did you mean factor?"),
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


NAMES = {
    "expectations/newslettr.mailing.yaml": ("expectations/newslettr.mailing.yaml", "did you mean newsletter?"),
    "expectations/mailng.yaml": ("expectations/mailng.yaml", "did you mean mailing?"),
    "expectations/mailing.yml": ("expectations/mailing.yml", "call it expectations/mailing.yaml"),
    "expectations/newsletter/mailing.yaml": (
        "expectations/newsletter/mailing.yaml",
        "call it expectations/mailing.yaml",
    ),
}
WRONG: dict[type, tuple[Any, ...]] = {
    bool: ("yes", "off", 1, None), float: (math.inf, math.nan, -1.0, "4", True), int: (2.5, -1, "4", True),
}  # fmt: skip


def _numbered() -> list[tuple[str, str, type, Any]]:
    """Part, setting, kind and a value that is none of it, of every setting with a number or a yes in any rule."""
    of_rules = [("rows", RowRule), ("measures", Measure), ("bounds", Bound), ("", Suite)]
    return [
        (part, name, kind, value)
        for part, rule in of_rules
        for name, info in rule.model_fields.items()
        for kind in (set(get_args(info.annotation)) or {info.annotation}) & set(WRONG)
        for value in WRONG[kind]
    ]


def test_a_setting_that_is_no_number_or_no_yes_is_refused() -> None:
    told = {"rows": {"where": "1 > 2"}, "measures": {"of": "count(*)"}, "bounds": {"less": "1", "more": "2"}, "": {}}
    asked = _numbered()
    assert {name for _, name, _, _ in asked} >= {"off", "past", "factor", "floor", "fall", "rise", "fresh_days"}
    for part, name, _, value in asked:
        said = {**told[part], name: value}
        suites = Suites(None, {"mailing": {part: {"own": said}} if part else said})
        with pytest.raises(SuiteProblem, match=rf"\[expectations.mailing\]: .*{name}: .*(correct it|write|say)"):
            print(name, value, suites.of("", "mailing"))


def test_what_yaml_calls_off_is_a_setting_like_any(tmp_path: Path) -> None:
    (tmp_path / "mailing.yaml").write_text("measures:\n  recipients: {off: true}\n")
    assert "recipients" not in Suites(tmp_path).of("newsletter", "mailing").measures


def test_every_suite_of_ours_and_every_fact_found_at_fault_has_a_name_a_town_may_use() -> None:
    found = {f"{one.source}.{one.rule.partition('.')[0]}" for one in PLANTS}
    assert len(found) > 20
    own = Suites(None, {name: {} for name in {*found, *built_in()}})
    own.refuse_unknown(facts_of_sources(), catalogue())
    assert own.own == sorted({*found, *built_in()})


@pytest.mark.parametrize("file", NAMES)
def test_a_file_of_nothing_there_is_is_one_sentence(file: str, tmp_path: Path, run: Run) -> None:
    config = town(tmp_path)
    (tmp_path / file).parent.mkdir(parents=True)
    (tmp_path / file).write_text("measures: {recipients: {factor: 4}}")
    ran = run("--config", config, "freshness")
    assert (ran.code, ran.err.count("\n")) == (2, 1), ran
    assert all(word in ran.err for word in NAMES[file]), ran.err


@pytest.mark.parametrize("section", SECTIONS)
def test_a_wrong_section_is_one_sentence_from_any_command(section: str, tmp_path: Path, run: Run) -> None:
    config = town(tmp_path, f"{CONFIG}\n{section}\n")
    ran = run("--config", config, "freshness")
    assert (ran.code, ran.err.count("\n")) == (2, 1), ran
    assert all(word in ran.err for word in SECTIONS[section]), ran.err


@pytest.mark.parametrize("content", FILES)
def test_a_wrong_file_is_one_sentence_from_any_command(content: str, tmp_path: Path, run: Run) -> None:
    config = town(tmp_path)
    (tmp_path / "expectations").mkdir()
    (tmp_path / "expectations" / "mailing.yaml").write_text(content)
    ran = run("--config", config, "freshness")
    assert (ran.code, ran.err.count("\n")) == (2, 1), ran
    assert all(word in ran.err for word in ("expectations/mailing.yaml", *FILES[content])), ran.err

"""However much one bad file breaks, what is said of it fits on a screen, counts all of it and leaves nothing unsaid."""

import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from operations.checks import standing
from tests.e2e.command_line import Run, entry_point
from tests.integration.receiving import town
from town.config import load
from town.store import TownStore, open_store
from warehouse.calendar import shift
from warehouse.checks import Found, Judged, checks, note_checks
from warehouse.store import transaction

MONTHS = [shift("2024-01", -n) for n in range(30)]
RULES = ("users", "sessions", "rows")


@pytest.fixture
def bad(tmp_path: Path) -> Iterator[tuple[Path, TownStore]]:
    config = town(tmp_path)
    store = open_store(load(config), today=date(2026, 11, 9))
    found = [
        Found("visit", month, rule, f"page-{n}", "doubted", "unusual_month",
              {"month": month, "measure": f"visit.{rule}", "observed": "9", "low": "1", "high": "2"}, 1)
        for month in MONTHS for rule in RULES for n in range(29)
    ]  # fmt: skip
    with transaction(store.engine) as tx:
        note_checks(tx, store.authority.code, "website", Judged({(one.fact, one.month) for one in found}, found))
    yield config, store
    store.engine.dispose()


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    return entry_point(monkeypatch, capsys)


def test_one_large_bad_file_is_told_shortly_and_counted_whole(bad: tuple[Path, TownStore], run: Run) -> None:
    config, store = bad
    total = len(checks(store.ledger))
    assert total == 30 * 3 * 29
    lines = run("--config", config, "checks").out.splitlines()
    assert len(lines) < 320
    said = sum("visitors" in line or "page-" in line for line in lines)
    assert said + sum(int(n.replace(",", "")) for n in re.findall(r"([\d,]+) more", "\n".join(lines))) == total
    assert lines[0].split() == ["doubted", "website", "visit", MONTHS[11]] and MONTHS[0] in "\n".join(lines)
    assert all(f"kehila accept visit {month} " in "\n".join(lines) for month in MONTHS[:12])
    every = run("--config", config, "checks", "--all").out
    assert every.count("page-") == total and " more" not in every
    assert len(json.loads(run("--config", config, "checks", "--json").out)["checks"]) == total


def test_the_page_says_each_rule_of_a_month_and_counts_all_of_it(bad: tuple[Path, TownStore]) -> None:
    shown = standing(checks(bad[1].ledger), {})
    assert len(shown) == 30
    for month in shown:
        assert {one.examples[0].rule for one in month.alike} == set(RULES)
        assert sum(len(one.examples) + one.more for one in month.alike) == len(month.rows)
        assert sum(len(one.examples) for one in month.alike) <= 9


def test_a_source_nobody_has_is_no_source_without_findings(bad: tuple[Path, TownStore], run: Run) -> None:
    ran = run("--config", bad[0], "checks", "--source", "websit")
    assert (ran.code, "no source websit; did you mean website?" in ran.err) == (2, True), ran
    for source in ("whatsapp", "figures"):
        assert "nothing stands" in run("--config", bad[0], "checks", "--source", source).out

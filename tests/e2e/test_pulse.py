"""The pulse through the whole path: the form, answers under own codes, the quarter's figure, its verdict."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from statistics import fmean, variance
from typing import Any

import numpy as np
import pytest

from cli.questionnaire import form_for
from cli.shown import in_words
from collectors.base import FileReport
from pipeline.land.files import import_file
from pipeline.month.show import Shown, show_cell
from pipeline.refresh.refresh import refresh
from publishers.forms import Form
from tests.e2e import hostile
from tests.said import in_words as remarks
from town.landed import landed_tables
from town.store import TownStore
from transforms.surveys.intervals import mean_interval
from warehouse.left_out import left_out_rows
from warehouse.schemas import arrow_schema

pytestmark = pytest.mark.more

FORM: Form = form_for("pulse", ())
PULSE, TRUST = "resilience.pulse", "whatsapp.trust"


@dataclass(frozen=True)
class Answer:
    """What somebody sent: her own code, when, and her scores from 1 to 5 as a form shows them."""

    code: str
    at: datetime
    scores: tuple[int, ...]

    @property
    def mean(self) -> float:
        """Of her answers, that on being alone turned round."""
        return fmean(6 - one if place == 4 else one for place, one in enumerate(self.scores))


def answers(quarter_begins: str, count: int, level: float, seed: int = 1, *, first: int = 0) -> list[Answer]:
    """Answers of people over the three months of a quarter."""
    rng = np.random.default_rng(seed)
    begun = datetime.fromisoformat(f"{quarter_begins}-02T08:00")
    found = []
    for number in range(first, first + count):
        own = [int(np.clip(round(rng.normal(level, 0.7)), 1, 5)) for _ in range(6)]
        own[4] = 6 - own[4]
        found.append(
            Answer(f"רח {number:04d}", begun + timedelta(hours=31 * (number % 65), minutes=number), tuple(own))
        )
    return found


def written(folder: Path, name: str, sent: list[Answer], language: str = "he") -> Path:
    """The CSV of a form service: the form's own questions as headers, answers in its words."""
    asked = FORM.asked_alone()
    path = folder / f"{name}.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["Timestamp", *(one.texts[language] for one in asked)])
        for one in sent:
            row: list[Any] = [f"{one.at:%Y-%m-%d %H:%M:%S}", one.code]
            row += [q.choices[s - 1].texts[language] for q, s in zip(asked[1:7], one.scores, strict=True)]
            rows.writerow([*row, *("" for _ in asked[7:])])
    return path


@pytest.fixture
def town(tmp_path: Path) -> Iterator[TownStore]:
    made = hostile.town(tmp_path / "town")
    yield made
    made.engine.dispose()


def take(store: TownStore, name: str, sent: list[Answer], language: str = "he") -> FileReport:
    report = import_file(store, written(store.config.base, name, sent, language))
    assert report.status == "read", report
    return report


def shown(store: TownStore, month: str, indicator: str = PULSE) -> Shown:
    found = show_cell(store, indicator, month)
    assert found is not None
    return found


def facts(store: TownStore) -> list[dict[str, Any]]:
    paths = [row.path for row in store.ledger.partitions() if row.fact == "survey_response"]
    return list(store.lake.read(paths, arrow_schema("survey_response")).to_pylist())


def test_a_quarter_has_a_figure_with_its_interval_and_quarters_are_compared_by_it(town: TownStore) -> None:
    first, second = answers("2026-04", 120, 3.0), answers("2026-07", 120, 3.6, seed=2)
    take(town, "april", first)
    take(town, "july", first + second)  # the form is exported whole again
    refresh(town)
    for month, sent in (("2026-06", first), ("2026-09", second)):
        row = shown(town, month).row
        means = [one.mean for one in sent]
        interval = mean_interval(fmean(means), variance(means) * 119 / 120, 120)
        assert interval is not None
        assert (row.n, row.status) == (120, "final") and row.value == pytest.approx(fmean(means), abs=1e-5)
        assert (row.lo, row.hi) == (pytest.approx(interval.lo, abs=1e-4), pytest.approx(interval.hi, abs=1e-4))
        assert row.as_of == max(one.at.date() for one in sent)
    assert shown(town, "2026-05").row.value is None, "the quarter was not over"
    assert shown(town, "2026-08").row.quality == "carried opt_in_sample unweighted"
    verdict = shown(town, "2026-09").verdict
    assert verdict is not None
    assert (verdict.word, verdict.reason, verdict.pace) == ("real_rise", "waves_rise", "quarter")
    assert "Answers of 120 people." in " ".join(in_words(shown(town, "2026-09"), "en"))
    parts = {one.part: one.value for one in shown(town, "2026-09").parts if not one.space}
    assert parts["not_alone"] == pytest.approx(fmean(6 - one.scores[4] for one in second), abs=1e-5)
    assert set(parts) == {"heard", "belonging", "help", "services", "not_alone", "confidence"}


def test_who_answers_again_in_a_quarter_counts_once_by_the_later_answer(town: TownStore) -> None:
    sent = answers("2026-07", 60, 3.0)
    again = [Answer(one.code.upper(), one.at + timedelta(days=4), (5, 5, 5, 5, 1, 5)) for one in sent[:7]]
    next_quarter = [Answer(one.code, datetime(2026, 10, 3, 9, n), (1, 1, 1, 1, 5, 1)) for n, one in enumerate(sent[:7])]
    report = take(town, "form", [*next_quarter, *again, *sent])
    assert "7 responses were replaced by a later one" in " ".join(remarks(report.notices))
    refresh(town)
    row = shown(town, "2026-09").row
    assert row.n == 60
    assert row.value == pytest.approx(fmean([5.0] * 7 + [one.mean for one in sent[7:]]), abs=1e-5)
    left_out = [one for one in left_out_rows(town.ledger) if one.code == "left_out_answered_again"]
    assert sum(one.records for one in left_out) == 7
    assert all(row["month"] == f"{row['closed_day']:%Y-%m}" for row in facts(town))


def test_forms_of_two_languages_are_one_quarter_and_nobody_counts_in_both(town: TownStore) -> None:
    hebrew = answers("2026-07", 50, 3.0)
    both = [Answer(one.code, one.at + timedelta(days=1), (4, 4, 4, 4, 2, 4)) for one in hebrew[:10]]
    arabic = [*both, *answers("2026-07", 40, 4.0, seed=4, first=500)]
    take(town, "he", hebrew)
    assert "10 responses" in " ".join(remarks(take(town, "ar", arabic, "ar").notices))
    refresh(town)
    row = shown(town, "2026-09").row
    assert row.n == 90
    means = [4.0] * 10 + [one.mean for one in hebrew[10:]] + [one.mean for one in arabic[10:]]
    assert row.value == pytest.approx(fmean(means), abs=1e-5)


def test_without_an_own_code_an_answer_does_not_count_and_a_file_of_none_is_refused(town: TownStore) -> None:
    sent = answers("2026-07", 40, 3.0)
    bare = [Answer(code, one.at, one.scores) for code, one in zip(("", " - ", "7", "א1", "?"), sent, strict=False)]
    report = take(town, "form", [*bare, *sent[5:]])
    assert "5 responses without an own code" in " ".join(remarks(report.notices))
    refresh(town)
    assert len({row["respondent"] for row in facts(town)}) == 35
    refused = import_file(town, written(town.config.base, "bare", bare))
    assert (refused.status, refused.code) == ("rejected", "no_own_codes")


def test_a_yearly_wave_and_the_pulse_know_nothing_of_each_other(town: TownStore) -> None:
    take(town, "pulse", answers("2026-07", 60, 2.0))
    rows = [[f"2026-08-{1 + n % 28:02d} 10:{n:02d}", "5", "5", "4", "1"] for n in range(50)]
    path = hostile.table(town.config.base / "wave.csv", [["Timestamp", *(f"trust_{n}" for n in range(1, 5))], *rows])
    path.with_name("wave.csv.mapping.yaml").write_text("sample_type: probability\n", encoding="utf-8")
    assert import_file(town, path).status == "read"
    refresh(town)
    assert (shown(town, "2026-09").row.n, shown(town, "2026-09", TRUST).row.n) == (60, 50)
    assert "opt_in_sample" in shown(town, "2026-09").row.quality
    assert "opt_in_sample" not in shown(town, "2026-09", TRUST).row.quality


def test_an_own_code_is_nowhere_once_it_was_read(town: TownStore) -> None:
    code = "zqv7713"
    sent = [Answer(code, one.at, one.scores) if n == 3 else one for n, one in enumerate(answers("2026-07", 40, 3.0))]
    path = written(town.config.base, "form", sent)
    import_file(town, path)
    refresh(town)
    path.unlink()
    everything = [one for one in town.config.base.rglob("*") if one.is_file()]
    assert everything and not [one for one in everything if code.encode() in one.read_bytes().lower()]
    landed = {(row["respondent"], row["wave"]) for row in facts(town)}
    assert len(landed) == 40


def test_in_another_quarter_the_same_person_bears_another_mark(town: TownStore) -> None:
    sent = answers("2026-04", 40, 3.0)
    later = [Answer(one.code, one.at + timedelta(days=91), one.scores) for one in sent]
    take(town, "form", [*sent, *later])
    rows = landed_tables(town, ["survey_answer"])["survey_answer"].to_pylist()
    marks = {quarter: {r["own_code"] for r in rows if r["wave"] == quarter} for quarter in ("2026-Q2", "2026-Q3")}
    assert all(len(one) == 40 for one in marks.values()) and not marks["2026-Q2"] & marks["2026-Q3"]

"""Two waves of a town through the whole path: each says what it rests on, and is compared only with one of its kind."""

from __future__ import annotations

import io
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest

from cli.shown import in_words
from pipeline.land.files import import_file
from pipeline.month.show import Shown, show_cell
from pipeline.refresh.refresh import refresh
from publishers.reading import read_report
from publishers.workbook import workbook
from tests.e2e import hostile
from tests.unit.publishers.opened import page_of, words_of
from texts import LANGUAGES
from town.store import TownStore

pytestmark = [pytest.mark.more, pytest.mark.filterwarnings("ignore:Sparkline Group extension")]

HEAD = ["Response ID", "Timestamp", *(f"trust_{n}" for n in range(1, 5)), "sex"]
MARGINS = "margins = { sex = { female = 1, male = 1 } }\n"
THEN, NOW = "2026-04", "2026-10"


def written(store: TownStore, month: str, *, women: int, men: int, says_sex: bool = True, mapping: str = "") -> Path:
    """A wave's file: people who each have a trust of their own, by which they answer."""
    rng = np.random.default_rng(int(month[5:]))
    begun = datetime.fromisoformat(f"{month}-05T09:00")
    rows: list[list[Any]] = []
    for number in range(women + men):
        own = rng.normal(3.2, 1)
        answers = [int(np.clip(round(own + rng.normal(0, 0.8)), 1, 5)) for _ in range(4)]
        answers[3] = 6 - answers[3]  # worded the other way round
        sent = begun + timedelta(minutes=41 * number)
        rows.append([number, f"{sent:%Y-%m-%d %H:%M}", *answers, "female" if number < women else "male"])
    width = len(HEAD) if says_sex else len(HEAD) - 1
    path = hostile.table(store.config.base / f"{month}.csv", [HEAD[:width], *(row[:width] for row in rows)])
    if mapping:
        path.with_name(f"{path.name}.mapping.yaml").write_text(mapping, encoding="utf-8")
    return path


def shown(store: TownStore, month: str) -> Shown:
    found = show_cell(store, "whatsapp.trust", month)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("first", "second", "why"),
    [
        ({"says_sex": False}, {}, "weights"),
        ({}, {"says_sex": False}, "weights"),
        ({}, {"mapping": "sample_type: probability\n"}, "sample"),
        ({}, {}, ""),
    ],
)
def test_a_wave_is_compared_with_one_asked_and_weighed_alike(
    tmp_path: Path, first: dict[str, Any], second: dict[str, Any], why: str
) -> None:
    store = hostile.town(tmp_path / "town", MARGINS)
    for month, how in ((THEN, first), (NOW, second)):
        report = import_file(store, written(store, month, women=90, men=30, **how))
        assert report.status == "read", report
    refresh(store)
    found = shown(store, NOW)
    assert found.verdict is not None
    if not why:
        assert found.verdict.reason.startswith("waves_") and "series_break" not in found.row.quality
    else:
        assert f"series_break:{why}" in found.row.quality.split()
        assert found.verdict.word == "series_break"
    store.engine.dispose()


def test_each_figure_says_what_it_rests_on_wherever_it_is_read(tmp_path: Path) -> None:
    store = hostile.town(tmp_path / "town", MARGINS)
    import_file(store, written(store, NOW, women=90, men=30))
    refresh(store)
    # 90 women for 30 men where the town has as many of each: weights 2/3 and 2, and Kish's 120^2 / 160 = 90.
    told = {one.name: one for one in shown(store, NOW).composition if one.kind == "survey"}
    assert (told["answers"].base, told["answers"].amount) == (120, pytest.approx(90, abs=0.01))
    assert told["weighted_by"].detail == "sex:town"
    alpha = told["items:trust"].amount
    assert alpha is not None and 0.7 < alpha < 0.95
    said = {
        "en": ("Answers of 120 people.", "As sure as 90 answers picked evenly.", "hang together"),
        "he": ("תשובות של 120 אנשים.", "כשל 90 תשובות", "מתלכדות היטב"),
        "ar": ("إجابات 120 شخصًا.", "90 إجابة", "مترابطة جيدًا"),
    }
    report = read_report(store.engine, store.authority.code, NOW, "Asia/Jerusalem", today=date(2026, 11, 10))
    for language in LANGUAGES:
        html = words_of(page_of(report, language))
        lines = " ".join(in_words(shown(store, NOW), language))
        sheet = openpyxl.load_workbook(io.BytesIO(workbook(report, language))).worksheets[1]
        cells = " ".join(str(cell) for row in sheet.iter_rows(values_only=True) for cell in row if cell)
        for words in said[language]:
            assert words in lines and words in cells and words in html, words
        assert f"{alpha:.2f}" in lines
    store.engine.dispose()


def test_of_a_wave_too_small_to_be_shown_nothing_is_said_beside_it(tmp_path: Path) -> None:
    store = hostile.town(tmp_path / "town", MARGINS)
    import_file(store, written(store, NOW, women=14, men=15))
    refresh(store)
    found = shown(store, NOW)
    assert found.row.status == "suppressed" and not [one for one in found.composition if one.kind == "survey"]
    assert "29" not in " ".join(in_words(found, "en"))
    store.engine.dispose()

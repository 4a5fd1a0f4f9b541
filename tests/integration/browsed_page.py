"""A month's pages on a disk and a browser to open them, for the suites that look at them as a reader does."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from publishers.page import pages
from publishers.reading import read_report
from publishers.report import Conclusion, FollowUp, Report
from tests.integration.test_operations_browser import BROWSERS, FLAGS
from tests.unit.publishers import town
from texts import LANGUAGES

LEADS = ("website.resident_users", "newsletter.open_rate", "whatsapp.answers")
FIELDS = {"month": town.MONTH, "value": 0.9, "plain": 0.9, "centre": 0.8, "lower": 0.7, "upper": 1.0, "count": 8,
          "effect": 0.1, "minimum": 0.03}  # fmt: skip
SPACES = {"s00": "שכני גפן", "s01": "أهالي الحي", "s02": "Соседи", "s03": "Gefen news"}
NEAR = {"s00": "גפן", "s01": "נחל", "s03": "גפן"}
NOTED = FollowUp(
    "2026-09", "דיברנו עם الناس", "to ask again", "spokesperson", date(2026, 12, 1), 0.95, date(2027, 3, 1)
)


def led(report: Report) -> Report:
    """The town's report with something that rose, something that fell, a doubt, a note, and places of many tongues."""
    moved = {
        LEADS[0]: Conclusion("rise_run", FIELDS, "month", "real_rise", 0.001, 1),
        LEADS[1]: Conclusion("fall_run", {**FIELDS, "effect": -0.1}, "month", "real_fall", 0.001, 2),
        LEADS[2]: Conclusion("steady", FIELDS, "month", "no_signal", 0.5, 0),
    }
    made = []
    for one in report.indicators:
        cell = replace(one.speaks, verdict=moved[one.indicator].word) if one.indicator in moved else one.speaks
        lead = LEADS.index(one.indicator) + 1 if one.indicator in moved else 0
        note = NOTED if one.indicator == LEADS[1] else None
        whole = cell if one.speaks == one.whole else one.whole
        made.append(
            replace(one, whole=whole, speaks=cell, lead=lead, conclusion=moved.get(one.indicator), follow_up=note)
        )
    return replace(report, indicators=tuple(made), spaces={**report.spaces, **SPACES}, neighbourhoods=NEAR)


def written(folder: Path) -> Path:
    """The pages in a new folder."""
    made = folder / "pages"
    made.mkdir(parents=True)
    engine = town.warehouse(folder)
    report = read_report(engine, town.AUTHORITY, town.MONTH, town.TIMEZONE, revision=1, closed_at=town.CLOSED_AT)
    for name, content in pages(led(report), LANGUAGES, "page").items():
        (made / name).write_bytes(content)
    return made


@contextmanager
def a_browser() -> Iterator[Any]:
    """A browser without a window; skips, counted, where there is none."""
    program = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if program is None:
        pytest.skip(f"no browser on this machine ({', '.join(BROWSERS)}); apt-get install chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=program, headless=True, args=FLAGS)
        try:
            yield opened
        finally:
            opened.close()


@contextmanager
def a_tab(browser: Any, width: int, height: int, **more: Any) -> Iterator[Any]:
    """A tab of that size; fails when the page told of an error or asked for anything but files."""
    context = browser.new_context(viewport={"width": width, "height": height}, **more)
    tab, wrong = context.new_page(), []
    tab.on("console", lambda told: wrong.append(told.text) if told.type == "error" else None)
    tab.on("pageerror", lambda told: wrong.append(str(told)))
    inside = ("file:", "http://127.0.0.1:")
    tab.on("request", lambda asked: wrong.append(asked.url) if not asked.url.startswith(inside) else None)
    yield tab
    context.close()
    assert wrong == []


def unfold(tab: Any) -> None:
    """Open every detail there is, and wait until what stood packed is there."""
    tab.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    if tab.locator(".more").count():  # the page's policy forbids what waits for an expression
        tab.locator(".detail").first.wait_for(state="attached")

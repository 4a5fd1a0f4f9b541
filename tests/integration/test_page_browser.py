"""A month's page in a real browser: the first screen of a phone, narrow screens, addresses, search, nothing from outside."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from publishers.page import page
from publishers.reading import read_report
from publishers.report import Conclusion, Report
from tests.integration.test_operations_browser import BROWSERS, CONTRAST, FLAGS
from tests.unit.publishers import town
from texts import LANGUAGES, text

LEADS = ("website.resident_users", "newsletter.open_rate", "whatsapp.answers")
FIELDS = {"month": town.MONTH, "value": 0.9, "plain": 0.9, "centre": 0.8, "lower": 0.7, "upper": 1.0, "count": 8,
          "effect": 0.1, "minimum": 0.03}  # fmt: skip


def led(report: Report) -> Report:
    """The town's report with something that rose, something that fell, and a doubt."""
    moved = {
        LEADS[0]: Conclusion("rise_run", FIELDS, "month", "real_rise", 0.001, 1),
        LEADS[1]: Conclusion("fall_run", {**FIELDS, "effect": -0.1}, "month", "real_fall", 0.001, 2),
        LEADS[2]: Conclusion("steady", FIELDS, "month", "no_signal", 0.5, 0),
    }
    made = []
    for one in report.indicators:
        cell = replace(one.speaks, verdict=moved[one.indicator].word) if one.indicator in moved else one.speaks
        lead = LEADS.index(one.indicator) + 1 if one.indicator in moved else 0
        made.append(replace(one, speaks=cell, lead=lead, conclusion=moved.get(one.indicator)))
    return replace(report, indicators=tuple(made))


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    engine = town.warehouse(tmp_path_factory.mktemp("town"))
    report = read_report(engine, town.AUTHORITY, town.MONTH, town.TIMEZONE, revision=1, closed_at=town.CLOSED_AT)
    file = tmp_path_factory.mktemp("page") / "month.html"
    file.write_text(page(led(report)), encoding="utf-8")
    return Path(file).as_uri()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
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


@pytest.fixture
def phone(browser: Any) -> Iterator[Any]:
    """A tab the size of a phone; fails when the page told of an error or asked for anything."""
    context = browser.new_context(viewport={"width": 390, "height": 844})
    tab, wrong = context.new_page(), []
    tab.on("console", lambda told: wrong.append(told.text) if told.type == "error" else None)
    tab.on("pageerror", lambda told: wrong.append(str(told)))
    tab.on("request", lambda asked: wrong.append(asked.url) if not asked.url.startswith("file:") else None)
    yield tab
    context.close()
    assert wrong == []


def shown(tab: Any) -> list[str]:
    """The languages that can be seen."""
    return [one for one in LANGUAGES if tab.locator(f"#report-{one}").is_visible()]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_moved_what_to_do_and_a_caution_are_on_the_first_screen_of_a_phone(
    phone: Any, address: str, language: str
) -> None:
    phone.goto(f"{address}#{language}")
    assert shown(phone) == [language]
    for part in (".opening", ".caution", ".rises", ".falls", ".actions h2"):
        box = phone.locator(f"#report-{language} .front {part}").bounding_box()
        assert box is not None and box["y"] + box["height"] <= 844, part


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_wider_than_a_narrow_screen_and_all_can_be_read(phone: Any, address: str, language: str) -> None:
    phone.set_viewport_size({"width": 320, "height": 640})
    phone.goto(f"{address}#{language}")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 320
    phone.evaluate("document.querySelectorAll('.report:not([hidden]) details').forEach((one) => { one.open = true; })")
    assert phone.evaluate(CONTRAST) == []


def test_an_address_leads_to_a_language_and_to_an_indicator_and_a_choice_is_remembered(
    phone: Any, address: str
) -> None:
    phone.goto(f"{address}#{LEADS[2]}-ar")
    assert shown(phone) == ["ar"]
    box = phone.locator(f"[id='{LEADS[2]}-ar']").bounding_box()
    assert box is not None and -2 <= box["y"] < 844
    phone.get_by_role("button", name="English").click()
    assert shown(phone) == ["en"] and phone.url.endswith("#en")
    phone.goto("about:blank")
    phone.goto(address)
    assert shown(phone) == ["en"], "the last choice"
    phone.goto(f"{address}#he")
    assert shown(phone) == ["he"], "what the address says goes before"


def test_the_reason_unfolds_and_leads_to_the_indicator(phone: Any, address: str) -> None:
    phone.goto(f"{address}#en")
    first = phone.locator("#report-en .rises details").first
    assert not first.locator("p").is_visible()
    first.locator("summary").press("Enter")
    assert "8 months in a row" in first.locator("p").inner_text()
    first.get_by_role("link").click()
    assert phone.url.endswith(f"#{LEADS[0]}-en")


@pytest.mark.parametrize(
    ("language", "words"),
    [("he", "שגלשו באתר"), ("he", "שגלשו באתרם"[:-1]), ("he", "שגלושו"), ("ar", "ســــكان"), ("en", "SAMPLE-NOTHING")],
)
def test_search_finds_other_spellings(phone: Any, address: str, language: str, words: str) -> None:
    phone.goto(f"{address}#{language}")
    cards = phone.locator(f"#report-{language} .indicator")
    everything = cards.count()
    phone.locator(f"#report-{language} .find").fill(words)
    found = sum(cards.nth(place).is_visible() for place in range(everything))
    assert (found == 0) if words.isupper() else found > 0, found


def test_filters_of_owner_and_verdict_leave_what_they_say(phone: Any, address: str) -> None:
    phone.goto(f"{address}#en")
    phone.locator("#report-en select[data-by=verdict]").select_option("real_fall")
    cards = phone.locator("#report-en .indicator:visible")
    assert [card.get_attribute("id") for card in cards.all()] == [f"{LEADS[1]}-en"]
    assert "1" in phone.locator("#report-en .found").inner_text()


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_script_every_language_can_be_read(browser: Any, address: str, language: Any) -> None:
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto(address)
    tab.locator(f"a[href='#report-{language}']").click()
    assert tab.locator(f"#report-{language}").is_visible()
    assert text("report.leads_heading", language) in tab.locator(f"#report-{language}").inner_text()
    context.close()

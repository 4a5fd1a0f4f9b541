"""A month's page for everybody: axe-core, the language of every run of text, narrow screens, keyboard, weight, first paint."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from publishers.tongues import LETTERS
from publishers.validation import as_html
from tests.integration import axe
from tests.integration.browsed_page import LEADS, a_browser, a_tab, unfold, written
from tests.integration.test_operations_browser import CONTRAST
from texts import LANGUAGES
from texts.writing import NAMES

WIDTHS = (320, 390, 1280)
SLOWED = 4
"""How much slower than this machine the phone is on which the first paint is measured."""
FIRST_PAINT_MS = 3000
UNMARKED = """(letters) => {
  const wrong = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const node = walk.currentNode, holder = node.parentElement;
    if (holder.closest("script, style, template")) continue;
    const said = holder.closest("[lang]").lang;
    for (const [language, range] of Object.entries(letters)) {
      const found = node.data.match(new RegExp("[" + range + "]{2,}", "u"));
      if (found && language !== said) wrong.push(said + ": " + found[0] + " in " + node.data.trim().slice(0, 60));
    }
  }
  return wrong;
}"""
FOCUSED = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  const box = one.getClientRects()[0];
  const x = Math.min(Math.max(box.left + box.width / 2, 1), innerWidth - 1);
  const y = Math.min(Math.max(box.top + box.height / 2, 1), innerHeight - 1);
  const top = document.elementFromPoint(x, y);
  const seen = box.bottom > 0 && box.top < innerHeight && (one.contains(top) || (top && top.contains(one)));
  return { is: one.tagName + " " + (one.textContent || one.value || "").trim().slice(0, 30), seen: Boolean(seen),
           marked: getComputedStyle(one).outlineStyle !== "none" };
}"""
PAINTED = """() => new Promise((done) => new PerformanceObserver((list) => {
  for (const one of list.getEntriesByName("first-contentful-paint")) done(one.startTime);
}).observe({ type: "paint", buffered: true }))"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory.mktemp("town"))


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with a_browser() as opened:
        yield opened


def at(folder: Path, language: str, kind: str = "") -> str:
    return (folder / f"page-{language}{kind}.html").as_uri()


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_on_the_page_unfolded_or_not(browser: Any, folder: Path, language: str, width: int) -> None:
    with a_tab(browser, width, 844) as tab:
        tab.goto(at(folder, language))
        assert axe.violations(tab) == []
        unfold(tab)
        assert axe.violations(tab) == []
        assert tab.evaluate(CONTRAST) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_in_the_file_of_details(browser: Any, folder: Path, language: str) -> None:
    with a_tab(browser, 390, 844) as tab:
        tab.goto(at(folder, language, "-details"))
        assert axe.violations(tab) == []


@pytest.mark.parametrize("kind", ["", "-details"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_run_of_letters_says_its_language(browser: Any, folder: Path, language: str, kind: str) -> None:
    with a_tab(browser, 390, 844) as tab:
        tab.goto(at(folder, language, kind))
        if not kind:
            unfold(tab)
        assert tab.evaluate(UNMARKED, LETTERS) == []
        tongues = tab.evaluate("[...new Set([...document.querySelectorAll('main [lang]')].map((one) => one.lang))]")
        assert {"he", "ar", "ru", "en"} - {language} <= set(tongues), "the town's places are called in all of them"


@pytest.mark.parametrize("kind", ["", "-details"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_wider_than_a_narrow_screen(browser: Any, folder: Path, language: str, kind: str) -> None:
    with a_tab(browser, 320, 640) as tab:
        tab.goto(at(folder, language, kind))
        if not kind:
            unfold(tab)
        assert tab.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize(("language", "width"), [("he", 1280), ("ar", 390), ("en", 1280)])
def test_focus_is_seen_wherever_it_is(browser: Any, folder: Path, language: str, width: int) -> None:
    with a_tab(browser, width, 640) as tab:
        tab.goto(at(folder, language))
        passed = []
        for key in ("Tab", "Shift+Tab"):
            for _ in range(60):
                tab.keyboard.press(key)
                if (found := tab.evaluate(FOCUSED)) is not None:
                    passed.append(found["is"])
                    assert found["seen"], f"{key}: hidden: {found['is']}"
                    assert found["marked"], f"{key}: not marked: {found['is']}"
        assert len(set(passed)) > 25


def test_by_keyboard_alone_a_detail_is_opened_and_the_language_changed(browser: Any, folder: Path) -> None:
    with a_tab(browser, 1280, 800) as tab:
        tab.goto(at(folder, "he"))
        tab.keyboard.press("Tab")
        assert "skip" in tab.evaluate("document.activeElement.className"), "the first stop leads past all this"
        tab.keyboard.press("Enter")
        wanted = f"document.activeElement === document.querySelector(\"[id='{LEADS[0]}'] summary\")"
        for _ in range(40):
            tab.keyboard.press("Tab")
            if tab.evaluate(wanted):
                break
        tab.keyboard.press("Enter")
        tab.locator(f"[id='{LEADS[0]}'] table").first.wait_for()
        tab.evaluate("document.activeElement.blur(); scrollTo(0, 0)")
        link = f"document.activeElement.textContent === '{NAMES['en']}'"
        for _ in range(300):
            tab.keyboard.press("Shift+Tab")
            if tab.evaluate(link):
                break
        tab.keyboard.press("Enter")
        tab.wait_for_url("**/page-en.html#*")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_slow_phone_paints_soon(browser: Any, folder: Path, language: str, record_property: Any) -> None:
    with a_tab(browser, 390, 844) as tab:
        tab.context.new_cdp_session(tab).send("Emulation.setCPUThrottlingRate", {"rate": SLOWED})
        tab.goto(at(folder, language))
        took = float(tab.evaluate(PAINTED))
        record_property("first_contentful_paint_ms", round(took))
        assert took < FIRST_PAINT_MS


def test_the_validation_report_is_for_everybody_too(browser: Any, tmp_path: Path) -> None:
    from tests.unit.publishers.test_validation import planted, report

    file = tmp_path / "validation.html"
    file.write_text(as_html(report([planted("message", "topic")])), encoding="utf-8")
    with a_tab(browser, 320, 640) as tab:
        tab.goto(file.as_uri())
        unfold(tab)
        assert axe.violations(tab) == [] and tab.evaluate(UNMARKED, LETTERS) == []
        assert tab.evaluate("document.documentElement.scrollWidth") <= 320

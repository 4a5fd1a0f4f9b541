"""The operations page in a real browser: Hebrew and English, a remedy read, a button pressed, nothing from elsewhere."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import Any

import pytest

from publishers.tongues import LETTERS
from tests.integration.operations_town import OperationsTown, Served, served

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip
CONTRAST = """() => {
  const channel = (c) => { c /= 255; return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; };
  const light = (rgb) => 0.2126 * channel(rgb[0]) + 0.7152 * channel(rgb[1]) + 0.0722 * channel(rgb[2]);
  const parse = (text) => text.match(/[\\d.]+/g).map(Number);
  const ground = (one) => { for (; one; one = one.parentElement) {
    const c = parse(getComputedStyle(one).backgroundColor); if (c.length < 4 || c[3] > 0) return c; } return [255, 255, 255]; };
  const poor = [];
  for (const one of document.querySelectorAll("body *")) {
    const told = [...one.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
    if (!told || !one.checkVisibility() || one.closest(".away, [aria-hidden=true]")) continue;
    const [a, b] = [light(parse(getComputedStyle(one).color)), light(ground(one))].sort((x, y) => y - x);
    if ((a + 0.05) / (b + 0.05) < 4.5) poor.push(one.className + ": " + one.textContent.trim().slice(0, 40));
  }
  return poor;
}"""


@pytest.fixture(scope="module")
def town(built_operations_town: OperationsTown, tmp_path_factory: pytest.TempPathFactory) -> OperationsTown:
    return built_operations_town.copied(tmp_path_factory.mktemp("browsed") / "town")


@pytest.fixture(scope="module")
def opened(town: OperationsTown) -> Iterator[tuple[Served, Any]]:
    """The page's address and a browser that notes what goes wrong."""
    program = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if program is None:
        pytest.skip(f"no browser on this machine ({', '.join(BROWSERS)}); apt-get install chromium")
    from playwright.sync_api import sync_playwright

    with served(town.config) as page, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, headless=True, args=FLAGS)
        try:
            yield page, browser
        finally:
            browser.close()


@pytest.fixture
def tab(opened: tuple[Served, Any]) -> Iterator[Any]:
    """A new tab; fails when the console told of an error or anything was asked of another host."""
    page, browser = opened
    user, _, password = page.auth.partition(":")
    context = browser.new_context(base_url=page.address, http_credentials={"username": user, "password": password})
    context.set_default_timeout(60_000)
    made = context.new_page()
    faults: list[str] = []
    made.on("console", lambda one: faults.append(one.text) if one.type in ("error", "warning") else None)
    made.on("pageerror", lambda one: faults.append(str(one)))
    made.on("request", lambda one: None if one.url.startswith((page.address, "data:")) else faults.append(one.url))
    yield made
    context.close()
    assert faults == []


REMEDY = {"he": "מפתח", "ar": "مفتاح", "en": "make a new one"}
"""Of a key that is refused: a word of what to do, as the page says it."""


@pytest.mark.parametrize(
    ("language", "direction", "failed"), [("he", "rtl", "נכשל"), ("en", "ltr", "Failed"), ("ar", "rtl", "فشل")]
)
def test_each_language_reads_its_way_and_shows_the_failure_with_its_remedy(
    tab: Any, language: str, direction: str, failed: str
) -> None:
    tab.goto("/")
    assert tab.evaluate("document.documentElement.dir") == "rtl"
    tab.click(f"nav.languages a[lang={language}]")
    tab.wait_for_url(f"**/{language}?*")
    assert tab.evaluate("[document.documentElement.lang, document.documentElement.dir]") == [language, direction]
    brevo = tab.locator("[data-place='brevo.letters']")
    assert failed in brevo.locator(".chip").first.inner_text()
    assert REMEDY[language] in brevo.locator(".remedy").first.inner_text()


@pytest.mark.parametrize("width", [360, 1280])
def test_it_is_legible_on_a_phone_and_on_a_desk(tab: Any, width: int) -> None:
    tab.set_viewport_size({"width": width, "height": 800})
    tab.goto("/he")
    for one in tab.locator("main details > summary").all():
        one.click()
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    assert tab.evaluate(CONTRAST) == []
    small = "[...document.querySelectorAll('button, nav a')].filter((b) => b.checkVisibility() && b.offsetHeight < 24)"
    assert tab.evaluate(f"{small}.length") == 0
    assert tab.evaluate("[...document.querySelectorAll('button')].every((b) => b.textContent.trim())")


@pytest.mark.parametrize("language", ["he", "ar", "en"])
def test_it_is_for_everybody(tab: Any, language: str) -> None:
    from tests.integration import axe
    from tests.integration.test_page_access import UNMARKED

    tab.goto(f"/{language}")
    tab.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    assert tab.evaluate(UNMARKED, LETTERS) == []
    assert axe.violations(tab) == []


def test_a_file_is_taken_after_its_cause_is_mended_by_keyboard_alone(tab: Any, town: OperationsTown) -> None:
    tab.goto("/en")
    before = int(tab.inner_text("#put-aside"))
    town.mend()
    pressed = tab.locator("[data-code=date_order_ambiguous] form").first.locator("button")
    for _ in range(200):
        tab.keyboard.press("Tab")
        if pressed.evaluate("(one) => one === document.activeElement"):
            break
    assert pressed.evaluate("(one) => getComputedStyle(one).outlineStyle") == "solid"
    tab.keyboard.press("Enter")
    tab.wait_for_selector("#told[data-status=running], #told[data-status=done], #told[data-status=look]")
    tab.wait_for_selector("#told[data-status=look]")  # it shows by itself; the other item is still open
    assert int(tab.inner_text("#put-aside")) == before - 1
    assert tab.locator("[data-code=date_order_ambiguous]").count() == 0
    assert "settled" in tab.inner_text("#told")
    tab.reload()
    assert int(tab.inner_text("#put-aside")) == before - 1


def test_without_scripts_everything_is_there_and_discarding_asks_first(
    opened: tuple[Served, Any], tab: Any, town: OperationsTown
) -> None:
    page, browser = opened
    user, _, password = page.auth.partition(":")
    context = browser.new_context(
        base_url=page.address, http_credentials={"username": user, "password": password}, java_script_enabled=False
    )
    plain = context.new_page()
    plain.goto("/en")
    pile = plain.locator("[data-code=answer_not_on_scale]")
    assert not pile.locator(".sure button").is_visible()
    pile.locator(".ask summary").click()
    pile.locator(".sure button").click()
    plain.wait_for_selector("#told[data-status=done]", timeout=60_000)  # it is fetched again every five seconds
    assert plain.locator("[data-code=answer_not_on_scale]").count() == 0
    context.close()

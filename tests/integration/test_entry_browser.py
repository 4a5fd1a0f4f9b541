"""The form in a real browser: a clumsy month typed on a phone, a connection that dies, no script, every reader."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from collectors.staff_workbook.layout import SHEETS
from entry.book import book_of, is_monthly
from entry.web import Form
from publishers.tongues import LETTERS
from tests.e2e.clumsy_month import MONTH, ROWS, Row
from tests.integration import axe
from tests.integration.browsed_page import a_browser
from tests.integration.entry_town import PASSWORD, built, figures, let_in, served, standing
from tests.integration.test_operations_browser import CONTRAST
from tests.integration.test_page_access import FOCUSED, UNMARKED
from texts import LANGUAGES

pytestmark = pytest.mark.more
PHONE = {"width": 360, "height": 740}
POSTS = "facebook.resident_posts/"


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with a_browser() as opened:
        yield opened


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("first")
    built(folder)
    return folder


@pytest.fixture
def town(first: Path, tmp_path: Path) -> Iterator[tuple[Path, Form, str]]:
    shutil.copytree(first, tmp_path / "town")
    path = tmp_path / "town" / "kehila.toml"
    with served(path) as (form, url):
        yield path, form, url


@pytest.fixture
def tabs(browser: Any) -> Iterator[list[Any]]:
    """Tabs that were opened; they fail when the console told of an error or anything was asked of another host."""
    opened: list[Any] = []
    yield opened
    faults = [fault for tab in opened for fault in tab.faults]
    for tab in opened:
        tab.context.close()
    assert faults == []


def tab(browser: Any, tabs: list[Any], url: str, **more: Any) -> Any:
    context = browser.new_context(base_url=url, viewport=PHONE, **more)
    made = context.new_page()
    made.set_default_timeout(30_000)
    made.faults = []
    made.on("pageerror", lambda one: made.faults.append(str(one)))
    made.on("request", lambda one: None if one.url.startswith((url, "data:")) else made.faults.append(one.url))
    tabs.append(made)
    return made


def sign_in(page: Any, form: Form, login: str = "community", *, language: str = "he") -> None:
    page.goto(let_in(form, login).replace("/he/", f"/{language}/"))
    page.fill("#password", PASSWORD)
    page.fill("#again", PASSWORD)
    page.click("button.main")
    page.fill("#password", PASSWORD)
    page.click("button.main")
    page.wait_for_selector("h1")


def line(page: Any, name: str) -> Any:
    return page.locator(f'[data-line="{name}"]')


def kept(page: Any) -> None:
    """Wait until what was typed is kept."""
    page.locator("#live", has_text="נשמר כטיוטה").wait_for()


def press(page: Any, button: str) -> None:
    """Press a button of the form, and wait for the page it leads to."""
    with page.expect_navigation():
        page.click(f'.bar button[value="{button}"]')


def type_row(page: Any, row: Row) -> None:
    box = page.locator("fieldset[data-line]").last
    number = box.get_attribute("data-number")
    for column, text in row.typed.items():
        field = page.locator(f'[id="f{number}.{column}"]')
        if field.evaluate("one => one.tagName") == "SELECT":
            field.select_option(text)
        else:
            field.fill(text)


def test_a_clumsy_month_on_a_phone_is_explained_where_it_is_wrong_and_nothing_right_is_refused(
    town: tuple[Path, Form, str], browser: Any, tabs: list[Any]
) -> None:
    path, form, url = town
    page = tab(browser, tabs, url)
    sign_in(page, form)
    for sheet in dict.fromkeys(row.sheet for row in ROWS):
        rows = [row for row in ROWS if row.sheet == sheet]
        address = f"/he/sheet/{sheet}" + (f"?month={MONTH}" if is_monthly(SHEETS[sheet]) else "")
        page.goto(address)
        for row in rows:
            type_row(page, row)
            press(page, "save")
        press(page, "send")
        boxes = page.locator("fieldset[data-line]")
        wrong = [row for row in rows if row.wrong]
        waiting = [box for box in boxes.all() if box.locator(".fault:not(:empty)").count()]
        assert len(waiting) == len(wrong), (sheet, [box.inner_text() for box in waiting])
        for box, row in zip(waiting, wrong, strict=True):
            number = box.get_attribute("data-number")
            said = page.locator(f'[id="f{number}.{row.wrong}-fault"]')
            words = said.inner_text()
            assert len(words) > 15 and any("א" <= one <= "ת" for one in words), (sheet, row, words)
            field = page.locator(f'[id="f{number}.{row.wrong}"]')
            assert field.get_attribute("aria-invalid") == "true" and said.is_visible()
            assert abs(said.bounding_box()["y"] - field.bounding_box()["y"]) < 120, "beside its field"
        for box in boxes.all():  # what is asked about is right
            tick = box.locator("[data-doubt] input")
            if tick.count() and tick.is_visible():
                tick.check()
        press(page, "send")
        assert page.locator("[data-line]:has([data-doubt]:not([hidden]))").count() == 0
    said = figures(path)
    expected = {
        (row.typed["indicator"], row.typed.get("part", ""), row.typed.get("subject", "")): row.amount
        for row in ROWS
        if row.sheet == "monthly" and not row.wrong
    }
    assert {key: said.get(key) for key in expected} == expected
    for sheet, stream in (("spaces", "staff_space"), ("members", "staff_membership"), ("staff", "staff_member")):
        right = sum(row.sheet == sheet and not row.wrong for row in ROWS)
        both = 1 if sheet == "staff" else 0  # a row with a name and a number is two
        known = 2 if sheet == "spaces" else 0
        assert len(standing(path, stream)) == right + both + known, sheet
    with form.database.reading() as tx:
        left = tx.execute("select count(*) from draft").fetchone()[0]
    assert left == sum(bool(row.wrong) for row in ROWS), "what is wrong waits, and nothing is lost"


def test_a_connection_that_dies_loses_nothing_typed(
    town: tuple[Path, Form, str], browser: Any, tabs: list[Any]
) -> None:
    path, form, url = town
    page = tab(browser, tabs, url)
    sign_in(page, form)
    box = line(page, POSTS)
    box.locator("input.figure").fill("3")
    kept(page)
    page.context.set_offline(True)
    box.locator("input.figure").fill("31")
    page.locator("#live", has_text="אין קשר").wait_for()
    page.context.set_offline(False)
    page.locator("#live", has_text="נשמר כטיוטה").wait_for()
    page.context.clear_cookies()
    other = tab(browser, tabs, url)
    sign_in(other, form)
    assert line(other, POSTS).locator("input.figure").input_value() == "31" and figures(path) == {}
    press(other, "send")
    assert figures(path) == {("facebook.resident_posts", "", ""): 31.0}


def test_what_is_wrong_and_unlikely_is_said_while_it_is_typed(
    town: tuple[Path, Form, str], browser: Any, tabs: list[Any]
) -> None:
    _, form, url = town
    page = tab(browser, tabs, url)
    sign_in(page, form)
    box = line(page, POSTS)
    field = box.locator("input.figure")
    field.fill("כמה")
    box.locator("[data-fault=amount]:not(:empty)").wait_for()
    assert field.get_attribute("aria-invalid") == "true"
    field.fill("3000")
    box.locator("[data-doubt]").wait_for(state="visible")
    assert "רחוק מאוד" in box.inner_text() and box.locator("[data-fault=amount]").inner_text() == ""
    box.locator("[data-doubt] input").check()
    kept(page)
    field.fill("4000")
    box.locator("[data-doubt] input:not(:checked)").wait_for()
    field.fill("30")
    box.locator("[data-doubt]").wait_for(state="hidden")


def test_it_works_without_script(town: tuple[Path, Form, str], browser: Any, tabs: list[Any]) -> None:
    path, form, url = town
    page = tab(browser, tabs, url, java_script_enabled=False)
    sign_in(page, form)
    line(page, POSTS).locator("input.figure").fill("31")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "טיוטה נשמרה" in page.inner_text("#said") and figures(path) == {}, "Enter keeps, and does not send"
    press(page, "send")
    assert "נשלחה" in page.inner_text("#said") and figures(path) == {("facebook.resident_posts", "", ""): 31.0}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_for_everybody(
    town: tuple[Path, Form, str], browser: Any, tabs: list[Any], language: str
) -> None:
    _, form, url = town
    page = tab(browser, tabs, url)
    page.goto(f"/{language}/login")
    looked_at = [page.content()]
    sign_in(page, form, language=language)
    line(page, POSTS).locator("input.figure").fill("x")
    press(page, "save")
    wrong: dict[str, Any] = {}
    for path in ("/login", "/", f"/?month={MONTH}&all=1", f"/sheet/monthly?month={MONTH}", "/sheet/spaces",
                 "/sheet/staff", "/sheet/goals", "/sent"):  # fmt: skip
        page.goto(f"/{language}{path}")
        for width in (320, 360, 1280):
            page.set_viewport_size({"width": width, "height": 740})
            wide = page.evaluate("document.documentElement.scrollWidth")
            if wide > width:
                wrong[f"{path} {width}"] = wide
        page.set_viewport_size(PHONE)
        for name, script in (("contrast", CONTRAST), ("unmarked", None)):
            found = page.evaluate(script) if script else page.evaluate(UNMARKED, LETTERS)
            if found:
                wrong[f"{path} {name}"] = found[:5]
        if axe.script().exists() and (found := axe.violations(page)):
            wrong[f"{path} axe"] = found
        looked_at.append(page.content())
    page.goto(f"/{language}/")
    for _ in range(40):
        page.keyboard.press("Tab")
        at = page.evaluate(FOCUSED)
        if at and not (at["seen"] and at["marked"]):
            wrong[f"focus {at['is']}"] = at
    assert wrong == {}
    assert max(map(len, looked_at[:3])) < 300_000, "the first view is light"


def test_books_of_every_sheet_have_a_page(town: tuple[Path, Form, str], browser: Any, tabs: list[Any]) -> None:
    _, form, url = town
    page = tab(browser, tabs, url)
    sign_in(page, form)
    for layout in SHEETS.values():
        if layout.id != "periods":
            assert book_of(layout, MONTH)
            answer = page.goto(f"/he/sheet/{layout.id}?month={MONTH}")
            assert answer.status == 200 and layout.title["he"] in page.inner_text("h1"), layout.id
    with page.expect_download() as download:
        page.evaluate(f"location.href = '/he/workbook?month={MONTH}'")
    assert download.value.suggested_filename == f"kehila-{MONTH}.xlsx"

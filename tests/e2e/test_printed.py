"""On paper: each sheet of the workbooks as LibreOffice prints it, page one, and the page as a browser prints it."""

from __future__ import annotations

import re
import shutil
import subprocess
import unicodedata
from pathlib import Path

import pytest
from openpyxl import load_workbook

from cli.files import waiting_rows
from collectors.staff_workbook.write import write_staff_workbook
from pipeline.land.returned import asked_of_staff
from pipeline.month.publish import publish
from tests.e2e import printed
from tests.e2e.towns import opened
from tests.integration.browsed_page import a_browser, a_tab, written
from tests.integration.test_operations_browser import BROWSERS

LANGUAGES = ("he", "ar", "en")
MONTH = "2026-10"
LIGATURE = re.compile("[أإآؤئ]|لا")
"""Letters that are one sign on paper, and come back from it in another order or spelling."""
BROWSER = next(filter(shutil.which, BROWSERS), None)
needs_office = pytest.mark.skipif(
    not (shutil.which("soffice") and shutil.which("pdftotext")), reason="LibreOffice or poppler is not installed"
)
needs_browser = pytest.mark.skipif(
    not (BROWSER and shutil.which("pdftotext")), reason="Chromium or poppler is not installed"
)
pytestmark = pytest.mark.more


@pytest.fixture(scope="module")
def folder(finished: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A town's month as published in three languages, with its staff workbook in each."""
    town = tmp_path_factory.mktemp("printed") / "town"
    shutil.copytree(finished, town)
    store = opened(town)
    store.authority.languages = list(LANGUAGES)
    out = publish(store, MONTH, is_forced=True)
    for language in LANGUAGES:
        write_staff_workbook(
            out / f"staff-{language}.xlsx",
            language=language,
            reported=asked_of_staff(),
            months=[MONTH],
            spaces=waiting_rows(store, language),
        )
    store.engine.dispose()
    return out


def fine(pages: list[printed.Page], language: str, furniture: int) -> None:
    """Nothing is printed over another or off the sheet, no page is empty but for its `furniture`, and signs stand right."""
    assert pages
    for number, page in enumerate(pages, start=1):
        assert not list(printed.overlapping(page)), number
        assert not printed.outside(page), number
        assert len(page.words) > furniture, number
        assert not printed.signs_behind(page), number
        assert not printed.ranges_turned_around(page), number
        if language != "en":
            assert not printed.stops_on_the_wrong_side(page), number


def said_in(workbook: Path) -> set[str]:
    """The words in the printed areas of a workbook's visible sheets."""
    found: set[str] = set()
    for sheet in load_workbook(workbook).worksheets:
        if sheet.sheet_state != "visible":
            continue
        area = sheet[sheet.print_area.rpartition("!")[2]] if sheet.print_area else sheet.iter_rows()
        hidden = {number for number, size in sheet.row_dimensions.items() if size.hidden}
        found |= {
            word
            for row in area
            for cell in row
            if isinstance(cell.value, str) and cell.row not in hidden
            for word in re.findall(r"\w{3,}", printed.NO_PLACE.sub("", cell.value))
        }
    return found


@needs_office
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["kehila", "staff"])
def test_every_sheet_of_a_workbook_prints(folder: Path, tmp_path: Path, kind: str, language: str) -> None:
    (workbook,) = folder.glob(f"{kind}*-{language}.xlsx")
    pdf = printed.by_office(workbook, tmp_path)
    fine(printed.pages_of(pdf), language, furniture=8)
    shown = re.sub(r"\s", "", printed.text_of(pdf))
    lost = {word for word in said_in(workbook) if word not in shown and not LIGATURE.search(word)}
    # Words of two scripts, and words broken at the edge of a cell, are found in pieces.
    assert len(lost) <= len(said_in(workbook)) // 50, lost


@needs_office
@pytest.mark.parametrize("language", LANGUAGES)
def test_page_one_on_paper(folder: Path, language: str) -> None:
    (pdf,) = folder.glob(f"kehila-*-{language}.pdf")
    pages = printed.pages_of(pdf)
    assert len(pages) == 1
    assert not list(printed.overlapping(pages[0])) and not printed.outside(pages[0])


@needs_browser
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_prints_on_a4(folder: Path, tmp_path: Path, language: str) -> None:
    (page,) = (one for one in folder.glob(f"kehila-*-{language}.html"))
    pdf = tmp_path / "page.pdf"
    command = [
        str(BROWSER),
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        f"--user-data-dir={tmp_path}/profile",
        "--no-pdf-header-footer",
    ]
    subprocess.run([*command, f"--print-to-pdf={pdf}", page.as_uri()], check=True, capture_output=True, timeout=180)
    pages = printed.pages_of(pdf)
    for number, one in enumerate(pages, start=1):
        assert (round(one.width), round(one.height)) in ((595, 842), (612, 792)), number
        assert one.words and not list(printed.overlapping(one)) and not printed.outside(one), number


@needs_browser
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_front_page_begins_on_the_first_sheet_and_says_each_reason_once(tmp_path: Path, language: str) -> None:
    folder = written(tmp_path)
    pdf = tmp_path / "page.pdf"
    with a_browser() as browser, a_tab(browser, 390, 844) as tab:
        tab.goto((folder / f"page-{language}.html").as_uri())
        front = tab.locator(".front-part.rises details, .front-part.falls details")
        names = [re.findall(r"\w+", one) for one in front.locator("summary b").all_text_contents()]
        # As in a town of which there is more to say than a sheet holds.
        tab.evaluate("document.querySelector('.front > .small').style.paddingBlockEnd = '300mm'")
        tab.pdf(path=pdf, prefer_css_page_size=True)
        tab.emulate_media(media="print")
        reasons = [one.is_visible() for one in front.locator("p").all()]
    assert names and reasons and not any(reasons)
    first = subprocess.run(
        ["pdftotext", "-l", "1", pdf, "-"], check=True, capture_output=True, text=True, timeout=60
    ).stdout
    shown = re.sub(r"\s", "", printed.NO_PLACE.sub("", unicodedata.normalize("NFKC", first)))
    assert [word for word in names[0] if word not in shown and not LIGATURE.search(word)] == []

"""`python -m tests.guide_pictures TOWN`: the pictures of the quick guides for staff, of a town made by `kehila demo`.

The first screen of the page and of the form on a phone, in Hebrew and Arabic, into docs/pictures.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from entry.accounts import Account, add
from publishers.page import pages
from tests.conftest import ROOT
from tests.integration.entry_town import CODE, PASSWORD, built, served
from tests.integration.test_operations_browser import BROWSERS, FLAGS
from tests.ten_seconds import report_of
from texts import LANGUAGES, Language
from town.config import load
from town.store import open_store
from warehouse.calendar import shift

PHONE = {"width": 390, "height": 844}
GUIDES: dict[Language, str] = {"he": "", "ar": "-ar"}
"""Language of a guide -> what its pictures are called by."""
TITLES = {"he": "עבודה קהילתית", "ar": "العمل المجتمعي"}
DOCS = ROOT / "docs" / "pictures"


def page_pictures(browser: Browser, town: Path, folder: Path) -> None:
    """The first screen of the last full month's page."""
    config = load(town / "kehila.toml")
    store = open_store(config, config.authority[0].code)
    report = report_of(store, shift(store.today.isoformat()[:7], -1))
    store.engine.dispose()
    for name, content in pages(report, LANGUAGES, "page").items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    for language, mark in GUIDES.items():
        tab = browser.new_page(viewport=PHONE)
        tab.goto((folder / f"page-{language}.html").as_uri())
        tab.screenshot(path=DOCS / f"page-one-phone{mark}.png")
        tab.close()


def form_pictures(browser: Browser, folder: Path) -> None:
    """A month in the form as its community worker sees it, after she signed in for the first time."""
    with served(built(folder)) as (form, url):
        for language, mark in GUIDES.items():
            tab = browser.new_context(base_url=url, viewport=PHONE).new_page()
            account = Account(f"community{mark}", CODE, "community worker", TITLES[language])
            tab.goto(f"/{language}/link/{add(form.database, account)}")
            for field in ("#password", "#again"):
                tab.fill(field, PASSWORD)
            tab.click("button.main")
            tab.fill("#password", PASSWORD)
            tab.click("button.main")
            tab.wait_for_selector("h1")
            tab.screenshot(path=DOCS / f"form-phone{mark}.png")
            tab.context.close()


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("town", type=Path)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as place, sync_playwright() as player:
        browser = player.chromium.launch(executable_path=found_browser(), args=FLAGS)
        page_pictures(browser, given.town, Path(place))
        (Path(place) / "form").mkdir()
        form_pictures(browser, Path(place) / "form")
        browser.close()


def found_browser() -> str:
    return next(filter(None, map(shutil.which, BROWSERS)))


if __name__ == "__main__":
    main()

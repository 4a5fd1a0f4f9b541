"""`python -m tests.ten_seconds FOLDER [--town TOWN]`: page one as a stranger meets it, and what she should say of it.

Pictures of the first screen on a phone and a desktop, of the whole of page one and of the sheet of paper, in every
language, of four months of the demo town: one in which things moved, one in which nothing did, a first month, and one
with an emergency. Beside them `answers.md`: what rose, what fell, what to do, what not to trust, whose job it is.
Whoever reads the pictures must not have seen the answers.
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from publishers.front import FrontPage, front_page
from publishers.front_words import said
from publishers.page import pages
from publishers.reading import read_report
from publishers.report import Report
from publishers.sheet import sheet_data
from publishers.typeset import typeset
from tests.integration.test_operations_browser import BROWSERS, FLAGS
from texts import LANGUAGES
from town.config import load
from town.store import TownStore, open_store
from warehouse.calendar import shift, span

SCREENS = {"phone": (390, 844), "desktop": (1280, 800)}


def months_to_show(store: TownStore) -> dict[str, str]:
    """Kind of month -> the latest month of the demo that is one."""
    last = shift(store.today.isoformat()[:7], -1)
    kinds = {"moved": last, "first": shift(last, -35)}
    for month in reversed(span(shift(last, -24), last)):
        opening = front_page(report_of(store, month)).opening
        if opening in ("still", "emergency"):
            kinds.setdefault(opening, month)
    return kinds


def report_of(store: TownStore, month: str) -> Report:
    """A month as it stands."""
    return read_report(store.engine, store.authority.code, month, store.authority.timezone, today=store.today)


def answers(front: FrontPage, report: Report) -> str:
    """What a reader should say, as a list."""
    told = said(front, report, "en")
    lines = [f"- opening: {told.opening}"]
    for kind, title, found in told.sections:
        lines += [f"- {title} ({kind}):", *(f"    - {line}" for line in found)]
    return "\n".join(lines)


def pictures(browser: Browser, report: Report, folder: Path, kind: str) -> None:
    """The first screens, and page one whole."""
    files = {folder / name: content for name, content in pages(report, LANGUAGES, kind).items()}
    for file, content in files.items():
        file.write_bytes(content)
    for screen, (width, height) in SCREENS.items():
        for language in LANGUAGES:
            tab = browser.new_page(viewport={"width": width, "height": height})
            tab.goto((folder / f"{kind}-{language}.html").resolve().as_uri())
            tab.screenshot(path=folder / f"{kind}-{language}-{screen}.png")
            front = tab.locator(".front")
            front.screenshot(path=folder / f"{kind}-{language}-{screen}-whole.png")
            tab.close()
    for file in files:
        file.unlink()


def papers(report: Report, folder: Path, kind: str) -> None:
    """The sheet, as a picture."""
    told = {str(language): sheet_data(report, language) for language in LANGUAGES}
    for language, content in typeset(told, 0, "png").items():
        (folder / f"{kind}-{language}-paper.png").write_bytes(content)


def main() -> None:
    """Write them all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--town", type=Path, default=Path("demo-town"), help="a town `kehila demo` has made")
    given = parser.parse_args()
    program = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if program is None:
        raise SystemExit("no browser on this machine; apt-get install chromium")
    given.folder.mkdir(parents=True, exist_ok=True)
    store = open_store(load(given.town / "kehila.toml"))
    told = []
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, headless=True, args=FLAGS)
        for kind, month in months_to_show(store).items():
            report = report_of(store, month)
            pictures(browser, report, given.folder, kind)
            papers(report, given.folder, kind)
            told.append(f"## {kind}: {month}\n\n{answers(front_page(report), report)}\n")
            print(f"{kind}: {month}")
        browser.close()
    (given.folder / "answers.md").write_text("\n".join(told), encoding="utf-8")


if __name__ == "__main__":
    main()

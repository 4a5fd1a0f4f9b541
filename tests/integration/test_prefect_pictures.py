"""What an operator sees on Prefect's page, in a browser: six accounts of which one fails, a form, months refused.

Pictures of each are written where KEHILA_PICTURES says, to be looked at.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from simulator.services.mailchimp import MailchimpServer
from simulator.services.newsletter import Member, Newsletter
from tests.integration.prefect_town import KEHILA, Serving, Town, until
from tests.integration.test_operations_browser import BROWSERS, FLAGS
from tests.unit.collectors.newsletter_life import people, small_life
from warehouse.keys import new_key_file

pytestmark = pytest.mark.long

ACCOUNTS = ("main", "north", "south", "youth", "elders", "culture")
FAILS = "youth"
DAY = ".p-calendar-date-picker__date"
MANY, FEW = 3000, 200
PATIENCE = 180_000


class Page:
    """Prefect's page, as somebody with its password sees it."""

    def __init__(self, tab: Any, folder: Path, base: Path, life: Newsletter) -> None:
        self.tab, self.folder, self.base, self.life = tab, folder, base, life
        self.seen: set[str] = set()

    def deployment(self, flow: str) -> str:
        """Address of a flow's deployment."""
        self.tab.goto("/deployments")
        row = self.tab.get_by_role("row").filter(has=self.tab.get_by_text(flow, exact=True))
        found = row.locator("a[href*='/deployments/deployment/']").first.get_attribute("href")
        return str(found)

    def run(self, flow: str) -> str:
        """Start a flow by its button; gives the address of the run once it is over."""
        self.tab.goto("/runs")
        self.tab.get_by_text("Newest to oldest").first.wait_for()
        self.tab.wait_for_timeout(3000)  # the list comes after the page
        self.seen |= {*self._runs(f"{flow} · ")}
        self.tab.goto(self.deployment(flow))
        self.tab.get_by_role("button", name="Run", exact=True).click()
        self.tab.get_by_text("Quick run").click()
        return self.over(flow)

    def over(self, flow: str, name: str = "") -> str:
        """The address of a flow's latest run that was not seen before, once it is over."""
        found = ""

        def is_over() -> bool:
            nonlocal found
            self.tab.goto("/runs")
            self.tab.get_by_text("Newest to oldest").first.wait_for()
            self.tab.wait_for_timeout(2000)  # the list comes after the page
            fresh = [one for one in self._runs(name or f"{flow} · ") if one not in self.seen]
            if not fresh:
                return False
            found = fresh[0]
            told = self.tab.locator(f"a[href='{found}']").first
            item = self.tab.locator(".flow-run-list-item, .state-list-item", has=told).first.inner_text()
            return not any(one in item for one in ("Running", "Pending", "Scheduled", "Late"))

        until(f"{flow} is over", is_over, limit=600)
        self.seen.add(found)
        return found

    def _runs(self, name: str) -> list[str]:
        """Addresses of the runs on this page whose name holds `name`; one that waits has a name of its own."""
        links = self.tab.locator("a[href*='/runs/flow-run/']", has_text=name).all()
        return [str(one.get_attribute("href")) for one in links]

    def picture(self, name: str) -> None:
        self.tab.wait_for_timeout(2500)  # the graph is drawn, which nothing in the document tells
        self.tab.screenshot(path=str(self.folder / f"{name}.png"))

    def text(self) -> str:
        return str(self.tab.inner_text("body"))


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """A served town with six lists of one service, one of which has another key."""
    program = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if program is None:
        pytest.skip(f"no browser on this machine ({', '.join(BROWSERS)}); apt-get install chromium")
    from playwright.sync_api import sync_playwright

    base = tmp_path_factory.mktemp("pictured")
    folder = Path(os.environ.get("KEHILA_PICTURES") or tmp_path_factory.mktemp("pictures"))
    folder.mkdir(exist_ok=True, parents=True)
    new_key_file(base / "keys" / "root.key")
    life = small_life()
    life.members = [Member(one, datetime(2025, 12, 5, tzinfo=UTC)) for one in people(MANY)]
    life.campaigns = [replace(one, recipients=people(MANY)) for one in life.campaigns]
    with MailchimpServer(life) as service:
        text = '[[authority]]\ncode = "0031"\n'
        for name in ACCOUNTS:
            (base / f"{name}.key").write_text("0" * 32 + "-us1" if name == FAILS else service.key)
            text += f'[source.mailchimp.{name}]\nlist = "{service.list_id}"\nspace = "mail-{name}"\n'
            text += f'base_url = "{service.api_url}"\nsecrets = {{ key = "file:{name}.key" }}\n'
        (base / "kehila.toml").write_text(text)
        serving = Serving(Town(base))
        try:
            serving.wait_ready()
            address = serving.said().rpartition("ready: ")[2].split()[0]
            password = b64encode((base / "keys" / "prefect.auth").read_text().strip().encode()).decode()
            with sync_playwright() as driver:
                browser = driver.chromium.launch(executable_path=program, headless=True, args=FLAGS)
                context = browser.new_context(base_url=address, viewport={"width": 1400, "height": 1000})
                context.add_init_script(f"localStorage.setItem('prefect-password', '{password}')")
                context.set_default_timeout(PATIENCE)
                yield Page(context.new_page(), folder, base, life)
                browser.close()
        finally:
            serving.end(signal.SIGTERM)


def test_one_account_fails_among_six_and_says_which(page: Page) -> None:
    page.tab.goto(page.run("Collect"))
    page.tab.get_by_text("Task Runs", exact=True).first.click()
    page.tab.get_by_text("Failed", exact=True).first.wait_for()
    page.picture("one of six accounts fails")
    said = page.text()
    assert f"mailchimp.{FAILS}." in said
    page.tab.get_by_placeholder("Search by run name").fill(f"mailchimp.{FAILS}.")
    page.tab.wait_for_timeout(2000)
    page.picture("the account that failed")


def test_a_backfill_is_started_from_the_form(page: Page) -> None:
    page.tab.goto(page.deployment("Backfill") + "/run")
    page.tab.get_by_text("Select date").first.wait_for()
    page.picture("form of a backfill")
    said = page.text()
    assert all(one in said for one in ("The first day; its month is read from the 1st.", "Account", "Until"))
    page.tab.get_by_text("Select date").first.click()
    page.tab.locator(f"{DAY}:not({DAY}--out-of-month)").get_by_text("15", exact=True).click()
    page.tab.get_by_role("button", name="Apply").click()
    page.picture("form of a backfill, filled")
    page.tab.get_by_role("button", name="Submit").click()
    page.tab.get_by_text("scheduled to start").first.wait_for()
    page.tab.goto(page.over("Backfill", " to now · "))
    page.picture("a backfill from the form")
    assert "Backfill " in page.text() and "37 Task runs" in page.text()


def test_a_run_after_which_something_is_refused_is_red_and_says_of_what(page: Page) -> None:
    page.run("Refresh")
    town = ("--config", str(page.base / "kehila.toml"))
    subprocess.run([*KEHILA, *town, "close", "--month", "2026-03", "--force"], check=True, capture_output=True)
    page.life.campaigns = [replace(one, recipients=people(FEW)) for one in page.life.campaigns]
    subprocess.run(
        [*KEHILA, *town, "backfill", "--since", "2026-03-01", "--until", "2026-04-01", "--source", "mailchimp.main"],
        check=True,
    )
    page.tab.goto(page.run("Refresh"))
    page.picture("a refresh after which something is refused")
    assert "Refused" in page.text()
    page.tab.get_by_text("Artifacts", exact=True).click()
    page.tab.wait_for_timeout(2000)
    page.picture("the report of that run")

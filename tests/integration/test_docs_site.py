"""The documentation as a site: it builds without a warning, asks nobody for anything, and each reader finds a way in."""

from __future__ import annotations

import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.conftest import ROOT

pytestmark = pytest.mark.more


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    words = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-b", "html", "-d", str(folder / "trees")]
    built = subprocess.run(
        [*words, str(ROOT / "docs"), str(folder / "html")], capture_output=True, text=True, check=False
    )
    assert (built.returncode, built.stderr) == (0, "")
    return folder / "html"


class Asked(HTMLParser):
    """What a page loads by itself, and where its links lead."""

    def __init__(self) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if tag in ("script", "img", "iframe", "source") and said.get("src"):
            self.loads.append(str(said["src"]))
        if tag == "link" and said.get("rel") in ("stylesheet", "icon", "preload"):
            self.loads.append(str(said["href"]))
        if tag == "a" and said.get("href"):
            self.links.append(str(said["href"]))


def asked(page: Path) -> Asked:
    found = Asked()
    found.feed(page.read_text(encoding="utf-8"))
    return found


def test_nothing_is_asked_of_a_network(site: Path) -> None:
    pages = sorted(site.rglob("*.html"))
    assert len(pages) > 60
    for page in pages:
        far = [one for one in asked(page).loads if re.match(r"(https?:)?//", one)]
        assert far == [], page.name
    for style in site.rglob("*.css"):
        assert not re.search(r"url\(['\"]?(https?:)?//", style.read_text(encoding="utf-8")), style.name


def test_every_page_is_reached_and_no_link_within_is_broken(site: Path) -> None:
    start = site / "index.html"
    seen, waiting = {start}, [start]
    while waiting:
        page = waiting.pop()
        for link in asked(page).links:
            path = link.partition("#")[0]
            if not path or re.match(r"[a-z]+:", path):
                continue
            target = (page.parent / path).resolve()
            assert target.exists(), f"{page.name}: {link}"
            if target.suffix == ".html" and target not in seen:
                seen.add(target)
                waiting.append(target)
    ours = {(site / path.relative_to(ROOT / "docs")).with_suffix(".html") for path in (ROOT / "docs").rglob("*.md")}
    assert {path for path in ours if "_build" not in path.parts} <= seen


@pytest.mark.parametrize("language", ["he", "ar"])
def test_a_guide_of_staff_is_of_its_language_and_direction(site: Path, language: str) -> None:
    text = (site / f"staff_{language}.html").read_text(encoding="utf-8")
    (wrapped,) = re.findall(r'<div[^>]*lang="(\w+)"[^>]*>', text)
    assert wrapped == language and 'dir="rtl"' in text
    assert len(asked(site / f"staff_{language}.html").loads) >= 2


def test_links_into_the_source_are_words(site: Path) -> None:
    """The site does not hold the source: a link there would lead nowhere."""
    for page in site.rglob("*.html"):
        assert not [one for one in asked(page).links if one.endswith((".py", ".sql", ".yaml", ".toml"))], page.name

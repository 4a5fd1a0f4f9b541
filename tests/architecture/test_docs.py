"""Documentation is tested: generated pages are current, and what the README promises exists."""

import re
from pathlib import Path

import pytest

from cli.docs import DOCS, PAGES
from tests.conftest import ROOT


def stale(folder: Path) -> list[str]:
    return [name for name, page in PAGES.items() if (folder / name).read_text(encoding="utf-8") != page()]


def test_generated_pages_are_current() -> None:
    assert stale(DOCS) == [], "run `make docs`"


def test_a_page_edited_by_hand_is_found(tmp_path: Path) -> None:
    for name in PAGES:
        (tmp_path / name).write_text((DOCS / name).read_text(encoding="utf-8"), encoding="utf-8")
    page = tmp_path / "indicators.md"
    page.write_text(page.read_text(encoding="utf-8") + "one word more", encoding="utf-8")
    assert stale(tmp_path) == ["indicators.md"]


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", *(f"docs/{p.name}" for p in DOCS.glob("*.md"))])
def test_links_lead_somewhere(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", text):
        if not target.startswith(("http", "mailto")):
            assert ((ROOT / page).parent / target).exists(), f"{page}: {target}"


@pytest.mark.parametrize("page", sorted((DOCS / "adr").glob("*.md")), ids=lambda path: path.stem)
def test_a_decision_says_whether_it_holds_and_since_when(page: Path) -> None:
    title, _, state = page.read_text(encoding="utf-8").splitlines()[:3]
    assert title.startswith(f"# {int(page.name[:4])}. ")
    assert re.fullmatch(
        r"Status: (accepted|replaced by \[ADR \d+\]\(\d{4}-[a-z-]+\.md\))\. Date: \d{4}-\d\d-\d\d\.", state
    )

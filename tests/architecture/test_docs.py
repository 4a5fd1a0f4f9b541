"""Documentation is tested: generated pages are current, and what the README promises exists."""

import re
from pathlib import Path

import pytest

from cli.docs import DOCS, PAGES
from tests.conftest import ROOT
from warehouse.facts import FACTS
from warehouse.vocabulary import ATTRIBUTES


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


def test_what_sources_know_is_told_in_the_words_of_the_facts() -> None:
    section = (
        (DOCS / "coverage.md")
        .read_text(encoding="utf-8")
        .partition("## What each source can know")[2]
        .partition("\n## ")[0]
    )
    rows = [line.split("|")[1:4] for line in section.splitlines() if line.startswith("| ") and "| facts |" not in line]
    facts = {fact.strip() for _, told, _ in rows for fact in told.split(",")}
    assert facts <= set(FACTS) and len(rows) >= 10
    known = {word for words in ATTRIBUTES.values() for word in words}
    named = {word for word in known if re.search(rf"\b{word}\b", section)}
    assert known == named, "each attribute a source may know is told of"


@pytest.mark.parametrize("page", sorted((DOCS / "adr").glob("*.md")), ids=lambda path: path.stem)
def test_a_decision_says_whether_it_holds_and_since_when(page: Path) -> None:
    title, _, state = page.read_text(encoding="utf-8").splitlines()[:3]
    assert title.startswith(f"# {int(page.name[:4])}. ")
    assert re.fullmatch(
        r"Status: (accepted|replaced by \[ADR \d+\]\(\d{4}-[a-z-]+\.md\))\. Date: \d{4}-\d\d-\d\d\.", state
    )

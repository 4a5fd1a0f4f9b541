"""Another chat under the name of one that was published: it is not added to closed figures without a person."""

from collections.abc import Callable
from pathlib import Path

import pytest

from collectors.staff_workbook.write import write_staff_workbook
from pipeline.land.files import import_file
from pipeline.month.close import close
from pipeline.refresh.refresh import refresh
from tests.e2e import hostile
from town.store import TownStore
from warehouse.checks import checks
from warehouse.store import canonical_dump

NAME = "Yard"
FILE = f"WhatsApp Chat with {NAME}.txt"
SPACE = {
    "space": "yard",
    "title": "חצר",
    "asset": "whatsapp",
    "kind": "open",
    "operated_by": "authority",
    "names": NAME,
}


def talk(days: range, minute: int, *people: str) -> str:
    lines = [f'1.10.2026, 08:00 - {people[0]} created group "{NAME}"']
    for day in days:
        for number, one in enumerate(people):
            lines.append(f"{day}.10.2026, 10:{minute + 3 * number:02d} - {one}: who knows {day} {number}?")
    return "\n".join(lines) + "\n"


MINE = talk(range(1, 31), 1, "Dana", "Uri", "Ruth")
OTHERS: dict[str, Callable[[], str]] = {
    "strangers": lambda: talk(range(1, 31), 2, "Ali", "Mona"),
    "a few of them": lambda: talk(range(3, 31), 2, "Dana"),
    "the same chat an hour later": lambda: MINE.replace(", 10:", ", 11:"),
}


@pytest.fixture
def published(tmp_path: Path) -> TownStore:
    store = hostile.town(tmp_path / "town")
    write_staff_workbook(tmp_path / "staff.xlsx", entries={"spaces": [SPACE]})
    (tmp_path / FILE).write_text(MINE, encoding="utf-8")
    for name in ("staff.xlsx", FILE):
        assert import_file(store, tmp_path / name).status == "read"
    refresh(store)
    close(store, "2026-10", is_forced=True)
    return store


@pytest.mark.parametrize("other", list(OTHERS))
def test_a_published_month_is_held_against_another_chat_of_its_name(
    published: TownStore, tmp_path: Path, other: str
) -> None:
    before = list(canonical_dump(published.engine))
    (tmp_path / FILE).write_text(OTHERS[other](), encoding="utf-8")
    assert import_file(published, tmp_path / FILE).status == "read"
    refresh(published)
    standing = {(one.fact, one.month) for one in checks(published.ledger) if one.verdict == "held"}
    assert ("message", "2026-10") in standing
    now = list(canonical_dump(published.engine))
    assert [one for one in now if '"2026-10"' in one and "indicator_value" in one] == [
        one for one in before if '"2026-10"' in one and "indicator_value" in one
    ]


def test_a_few_messages_more_of_a_published_month_are_taken(published: TownStore, tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(
        MINE + "30.10.2026, 12:00 - Uri: late\n30.10.2026, 12:01 - Ruth: too\n", encoding="utf-8"
    )
    assert import_file(published, tmp_path / FILE).status == "read"
    refresh(published)
    assert [one for one in checks(published.ledger) if one.verdict == "held"] == []

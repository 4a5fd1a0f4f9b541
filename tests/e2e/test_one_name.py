"""Several groups of one name, as people register them: what is counted where is what each file holds."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations
from pathlib import Path

import pytest

from collectors.staff_workbook.write import write_staff_workbook
from pipeline.land.files import import_file
from pipeline.refresh.refresh import refresh
from pipeline.upkeep.spaces import places, space_rows
from tests.e2e import hostile
from tests.e2e.test_chat_trials import by_month
from town.store import TownStore

NAME = "Yard"
ROW = {"asset": "whatsapp", "kind": "open", "operated_by": "authority"}


def group(folder: Path, number: int, *, name: str = NAME, is_created: bool = True, more: str = "") -> Path:
    """A group of people of its own who write `number` + 3 messages on days of their own."""
    day = f"{number}.10.2026"
    lines = [f'{day}, 08:00 - P{number} created group "{name}"'] if is_created else []
    lines += [f"{day}, 09:{n:02d} - P{number}{n % 3}: word {'x' * n}" for n in range(number + 3)]
    path = folder / f"{number}" / f"WhatsApp Chat with {name}.txt"
    path.parent.mkdir(exist_ok=True)
    path.write_text("\n".join(lines) + "\n" + more.format(day=day), encoding="utf-8")
    return path


def imported(store: TownStore, *paths: Path) -> None:
    for path in paths:
        assert import_file(store, path).status == "read"
    assert refresh(store).refused == []


def register(store: TownStore, path: Path, rows: Sequence[dict[str, object]]) -> None:
    write_staff_workbook(path, entries={"spaces": rows}, authority=store.authority.code)
    imported(store, path)


def waiting(store: TownStore) -> dict[int | None, str]:
    """Messages -> code of what waits: each group has a count of its own."""
    return {one.messages: one.space for one in places(store) if one.state == "waiting"}


def heard(store: TownStore) -> dict[str, int]:
    """Space -> messages among the facts."""
    found: dict[str, int] = {}
    for (space, _), count in by_month(store).items():
        found[space] = found.get(space, 0) + count
    return found


@pytest.mark.more
@pytest.mark.parametrize(("count", "is_created"), [(2, True), (3, True), (2, False)])
def test_rows_offered_for_groups_of_one_name_register_each_alone(tmp_path: Path, count: int, is_created: bool) -> None:
    codes = []
    for place, order in enumerate(list(permutations(range(1, count + 1)))[:: max(1, count - 1)]):
        store = hostile.town(tmp_path / f"town{place}")
        imported(store, *(group(tmp_path, number, is_created=is_created) for number in order))
        offered = waiting(store)
        assert sorted(offered, key=str) == [number + 3 for number in range(1, count + 1)]
        rows = [{**ROW, "space": code, "title": f"yard {n}"} for n, code in offered.items()]
        register(store, tmp_path / f"staff{place}.xlsx", rows)
        assert waiting(store) == {}
        assert heard(store) == {code: n for n, code in offered.items()}
        assert {one.space: one.messages for one in places(store)} == heard(store)
        write_staff_workbook(tmp_path / f"again{place}.xlsx", spaces=space_rows(store), authority="T1")
        imported(store, tmp_path / f"again{place}.xlsx")
        assert heard(store) == {code: n for n, code in offered.items()}
        codes.append(offered)
        store.engine.dispose()
    assert len(codes) > 1


@pytest.mark.parametrize("first", [pytest.param(1, marks=pytest.mark.more), 2])
def test_a_group_registered_alone_stays_when_another_of_its_name_comes(tmp_path: Path, first: int) -> None:
    store = hostile.town(tmp_path / "town")
    imported(store, group(tmp_path, first))
    (code,) = waiting(store).values()
    register(store, tmp_path / "staff.xlsx", [{**ROW, "space": code, "title": "yard"}])
    other = 3 - first
    imported(store, group(tmp_path, other))
    found = waiting(store)
    assert list(found) == [other + 3]
    assert heard(store) == {code: first + 3, found[other + 3]: other + 3}
    store.engine.dispose()


@pytest.mark.more
@pytest.mark.parametrize("order", [(1, 2), (2, 1)])
def test_a_name_of_two_groups_stands_for_neither(tmp_path: Path, order: tuple[int, int]) -> None:
    store = hostile.town(tmp_path / "town")
    register(store, tmp_path / "staff.xlsx", [{**ROW, "space": "yard", "title": "yard", "names": [NAME]}])
    imported(store, group(tmp_path, order[0]))
    assert heard(store) == {"yard": order[0] + 3}
    imported(store, group(tmp_path, order[1]))
    offered = waiting(store)
    assert set(offered) == {4, 5} and "yard" not in heard(store)
    # A code of its own says which is meant.
    register(store, tmp_path / "more.xlsx", [{**ROW, "space": "yard", "title": "yard", "names": [NAME, offered[4]]}])
    assert heard(store) == {"yard": 4, offered[5]: 5}
    store.engine.dispose()


@pytest.mark.more
def test_a_renamed_group_keeps_its_code_and_its_old_name_is_not_another_groups(tmp_path: Path) -> None:
    store = hostile.town(tmp_path / "town")
    imported(store, group(tmp_path, 1), group(tmp_path, 2))
    offered = waiting(store)
    register(store, tmp_path / "staff.xlsx", [{**ROW, "space": offered[4], "title": "yard"}])
    renamed = group(
        tmp_path, 1, more='{day}, 10:00 - P1 changed the group name from "Yard" to "Field"\n{day}, 10:01 - P1: so\n'
    )
    renamed = renamed.rename(renamed.with_name("WhatsApp Chat with Field.txt"))
    imported(store, renamed)
    assert heard(store) == {offered[4]: 5, offered[5]: 5}
    register(store, tmp_path / "more.xlsx", [{**ROW, "space": "field", "title": "field", "names": [NAME]}])
    assert "field" not in heard(store)
    store.engine.dispose()

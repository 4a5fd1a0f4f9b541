"""The page of many towns: all of them in one table, the worst first, and from there the town."""

from __future__ import annotations

import asyncio
import re
import shutil
from pathlib import Path

import pytest
from sqlalchemy import delete
from starlette.requests import Request

from operations.actions import ActionRunner
from operations.login import LoginGuard
from operations.pages import towns_page
from operations.server import Operations
from operations.towns import TownRow, overview, worst_first
from pipeline.upkeep.health import Condition
from texts import LANGUAGES, Language
from town.config import load
from town.sections import Authority
from town.store import TownStore, open_store
from warehouse.gate_tables import CheckRow
from warehouse.ledger import core, now
from warehouse.store import transaction

TOWNS = {"0070": "אשדוד", "0031": "אופקים", "X9": "X9"}
FAIL, WARN = (Condition(level, "gate_held", level, {"count": 1}, None) for level in ("fail", "warn"))


@pytest.fixture
def config(refreshed: Path, tmp_path: Path) -> Path:
    """T1, which has a month, and three towns that have nothing."""
    folder = tmp_path / "towns"
    shutil.copytree(refreshed, folder)
    path = folder / "kehila.toml"
    with path.open("a", encoding="utf-8") as config:
        config.write("".join(f'[[authority]]\ncode = "{one}"\n' for one in TOWNS))
    return path


def stand(store: TownStore, verdict: str) -> None:
    """The gate has found this against two facts of a month, one of them twice, and nothing else."""
    table = core(CheckRow)
    with transaction(store.engine) as tx:
        tx.execute(delete(table).where(table.c.authority == store.authority.code))
        for fact, rule in (("message", "a"), ("message", "b"), ("visit", "a")):
            row = {"authority": store.authority.code, "source": "whatsapp", "fact": fact, "month": "2026-10", "rule": rule,
                   "space": "", "first_seen_at": now(), "verdict": verdict, "code": "month_changed", "last_seen_at": now()}  # fmt: skip
            tx.execute(table.insert().values(**row))


def shown(config: Path, path: str) -> str:
    """What the server answers to a path, without a socket."""
    server = Operations(config, None, LoginGuard("kehila:x"), ActionRunner([]))
    address, _, query = path.partition("?")
    scope = {"type": "http", "method": "GET", "path": address, "query_string": query.encode(), "headers": []}
    language: Language = next((one for one in LANGUAGES if address == f"/{one}"), "he")
    return bytes(asyncio.run(server.show(Request(scope), language)).body).decode()


def order(page: str) -> list[tuple[str, str]]:
    return re.findall(r'data-authority="(\w+)" data-state="(\w+)"', page)


def test_it_opens_on_all_towns_the_worst_first_by_name_and_leads_to_each(config: Path) -> None:
    stand(open_store(load(config), "0031"), "held")
    stand(open_store(load(config), "X9"), "doubted")
    page = shown(config, "/he")
    found = order(page)
    assert found[0] == ("0031", "fail") and {("X9", "warn"), ("0070", "ok")} < set(found)
    assert found.index(("X9", "warn")) < found.index(("0070", "ok"))
    assert 'dir="rtl"' in page and all(name in page for name in TOWNS.values())
    cells = page.partition('data-authority="0031"')[2].partition("</tr>")[0]
    assert ">2</td>" in cells.replace("</span>2", ">2"), "two facts of a month, however many rules found them"
    well = page.partition('data-authority="0070"')[2].partition("</tr>")[0]
    assert "</span>0</td>" in well, "nothing stands, and that is known"
    town = shown(config, "/he?authority=0031")
    assert "<h1>אופקים</h1>" in town and 'href="/he"' in town
    assert "<h1>Ofaqim</h1>" in shown(config, "/en?authority=0031")
    assert 'dir="ltr"' in shown(config, "/en") and 'dir="rtl"' in shown(config, "/ar")


def test_where_there_is_one_town_it_opens_on_it(refreshed: Path, tmp_path: Path) -> None:
    shutil.copytree(refreshed, tmp_path / "town")
    page = shown(tmp_path / "town" / "kehila.toml", "/he")
    assert 'id="sources"' in page and 'class="town"' not in page


def test_the_last_closed_month_and_what_staff_owe_stand_in_the_row(config: Path) -> None:
    from pipeline.month.close import close

    store = open_store(load(config), "T1")
    close(store, "2026-10", is_forced=True)
    rows = {one.town.code: one for one in overview(load(config), store.today.replace(year=2026, month=11, day=22))}
    assert rows["T1"].last_closed == "2026-10" and rows["0070"].last_closed == ""
    assert (rows["T1"].entries_due or 0) > 0, "most figures of the workbook were not entered"
    assert rows["0070"].entries_due is None, "nothing is computed of it"


def test_a_town_that_cannot_be_opened_hides_no_other(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = open_store

    def failing(config: object, code: str, *rest: object, **more: object) -> TownStore:
        if code == "0070":
            raise ValueError("Dana Levi")
        return real(config, code, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr("operations.towns.open_store", failing)
    page = shown(config, "/en")
    assert {code for code, _ in order(page)} == {"T1", *TOWNS} and ("0070", "unknown") in order(page)
    assert "Dana" not in page and "an error of ours" in page


def test_the_order_is_by_state_then_by_how_much_fails_then_by_name() -> None:
    made = {
        "A": TownRow(Authority(code="A")), "B": TownRow(Authority(code="B"), (WARN,)),
        "C": TownRow(Authority(code="C"), problem="x"), "D": TownRow(Authority(code="D"), (FAIL,)),
        "E": TownRow(Authority(code="E"), (FAIL, FAIL)), "F": TownRow(Authority(code="F"), (FAIL, WARN)),
    }  # fmt: skip
    assert "".join(one.town.code for one in worst_first(made.values())) == "EDFCBA"


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_do_not_become_markup(language: Language) -> None:
    bad = "<img src=x onerror=alert(1)>"
    town = Authority(code="A", name_he=bad, name_ar=bad, name_en=bad)
    page = towns_page([TownRow(town, (FAIL,), problem=bad)], language, now())
    assert bad not in page and "&lt;img" in page

"""Indicators of a town's own folder and of installed packages: the same contract, no name of ours, nothing but facts."""

from importlib.metadata import EntryPoint
from pathlib import Path

import pyarrow as pa
import pytest

from collectors.staff_workbook.write import write_staff_workbook
from pipeline.land.files import import_file
from pipeline.month.show import show_cell
from pipeline.refresh.refresh import refresh
from tests.e2e import hostile
from transforms import catalogue as module
from transforms.catalogue import CatalogueError, catalogue, ours
from transforms.engines import StatementFailed
from transforms.engines.duck import DuckSession
from transforms.inputs import COMPUTED_SCHEMA, Inputs, fill
from warehouse.lake import Lake

pytestmark = pytest.mark.more

HEADER = """/*
title: {he: "הודעות בערוצים", ar: "رسائل القنوات", en: "Messages in channels"}
question: {he: "כמה הודעות נכתבו?", ar: "كم رسالة كُتبت؟", en: "How many messages were written?"}
advice: {he: "להשוות לחודש הקודם", ar: "قارنوا بالشهر السابق", en: "Compare with the month before"}
definition: Messages written in the month, of all channels together.
outcome: 1
aspect: reach
method: measured
unit: count
grain: [authority, month]
assets: [whatsapp]
inputs: {message: [0, 0]}
owner: the town itself
since: "2026-01"
revision: 1
*/
"""
COUNT = "select authority, month, count(*) as value from message where month in (select month from months) group by all"
HARMFUL = [
    "select authority, month, (select count(*) from read_csv('{secret}')) as value from message group by all",
    "select authority, month, (select max(content) from read_text('{secret}')) is null as value from message group by all",
    "select authority, month, (select count(*) from glob('/*')) as value from message group by all",
    "select authority, month, (select count(*) from read_parquet('http://127.0.0.1:9/x.parquet')) as value from message",
    "select authority, month, getenv('HOME') is null as value from message",
    "copy message to '{secret}.csv'",
    "attach '{secret}' as other",
    "install httpfs",
    "set enable_external_access = true",
    "select authority, month, 1 as value from message; drop table message",
    "create table x as select * from message",
]


def own(folder: Path, statement: str, name: str = "whatsapp.own_messages", header: str = HEADER) -> Path:
    place = folder / "indicators"
    place.mkdir(parents=True, exist_ok=True)
    (place / f"{name}.sql").write_text(header + statement, encoding="utf-8")
    (place / f"{name}.yaml").write_text("[]", encoding="utf-8")
    return place


def test_a_town_computes_its_own_beside_ours(tmp_path: Path) -> None:
    store = hostile.stocked(tmp_path)
    garden = {"space": "garden", "title": "Garden", "names": ["Garden"]}
    registered = {**hostile.NEWS, **garden, "kind": "open"}
    write_staff_workbook(tmp_path / "spaces.xlsx", entries={"spaces": [registered]}, authority=store.authority.code)
    assert import_file(store, tmp_path / "spaces.xlsx").status == "read"
    refresh(store)
    own(tmp_path, COUNT)
    assert list(store.catalogue) == [*ours(), "whatsapp.own_messages"]
    of_others = {one.id for one in ours().values() if "computed" in one.header.inputs}
    done = refresh(store)
    assert set(done.indicators) == {"whatsapp.own_messages", *of_others}, "a new file is a new state; no other is stale"
    shown = show_cell(store, "whatsapp.own_messages", "2026-10")
    assert shown is not None
    assert shown.row.value == hostile.chat().count("\n")
    own(tmp_path, COUNT.replace("count(*)", "2 * count(*)"))
    assert set(refresh(store).indicators) == {"whatsapp.own_messages", *of_others}


@pytest.mark.parametrize("statement", HARMFUL, ids=[one.split("(")[0][:40] + str(n) for n, one in enumerate(HARMFUL)])
def test_a_statement_reaches_nothing_but_facts(tmp_path: Path, statement: str) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("canary\n1\n", encoding="utf-8")
    store = hostile.stocked(tmp_path / "town")
    own(tmp_path / "town", statement.format(secret=secret))
    with pytest.raises(CatalogueError, match=r"whatsapp\.own_messages"):
        refresh(store)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["secret.csv", "town"]


def opened(folder: Path, computed: pa.Table) -> DuckSession:
    """The very session a refresh opens, with the tables of an empty town."""
    session = DuckSession()
    fill(session, [Inputs(Lake(folder), timezone="UTC").tables([], computed)])
    return session


def test_the_session_indicators_are_computed_in_is_closed(tmp_path: Path) -> None:
    """The very one a refresh opens, which a list of forbidden statements alone would not protect."""
    secret = tmp_path / "secret.csv"
    secret.write_text("canary\n1\n", encoding="utf-8")
    canary = COMPUTED_SCHEMA.empty_table()  # a variable of this process is no table
    session = opened(tmp_path, canary)
    for statement in (
        "select * from canary",
        f"select * from read_csv('{secret}')",
        f"copy coverage to '{secret}.csv'",
        "set enable_external_access = true",
        "reset lock_configuration",
    ):
        with pytest.raises(StatementFailed, match=r"canary|configuration|locked|disabled|not exist"):
            session.ask(statement)
    session.close()


def test_a_statement_of_a_towns_own_may_say_flags_and_the_towns_hour(tmp_path: Path) -> None:
    session = opened(tmp_path, COMPUTED_SCHEMA.empty_table())
    instant = "timestamptz '2026-03-26 20:00:00+00'"
    _, found = session.ask(f"select flags('estimated', true), hour(timezone('Asia/Jerusalem', {instant}))")
    assert found == [("estimated", 22)]


def test_a_name_of_ours_is_never_taken(tmp_path: Path) -> None:
    place = own(tmp_path, COUNT, name="whatsapp.answers")
    with pytest.raises(CatalogueError, match=r"whatsapp\.answers: Kehila has an indicator of this name"):
        catalogue(place)


@pytest.mark.parametrize("name", ["night", "weather.rain", "whatsapp.a.b"])
def test_a_name_reports_have_no_place_for_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(CatalogueError, match="with a family out of: app, assets"):
        catalogue(own(tmp_path, COUNT, name=name))


def test_without_cases_it_is_refused(tmp_path: Path) -> None:
    place = own(tmp_path, COUNT)
    (place / "whatsapp.own_messages.yaml").unlink()
    with pytest.raises(CatalogueError, match=r"write its cases in whatsapp\.own_messages\.yaml"):
        catalogue(place)


def test_a_header_is_held_to_the_same_contract(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="the statement reads"):
        catalogue(own(tmp_path, COUNT, header=HEADER.replace("message: [0, 0]", "visit: [0, 0]")))


def test_an_installed_package_brings_indicators(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = own(tmp_path, COUNT)
    place.rename(tmp_path / "town_pack")
    (tmp_path / "town_pack" / "__init__.py").touch()
    monkeypatch.syspath_prepend(str(tmp_path))
    point = EntryPoint("town-pack", "town_pack", module.PACKAGES)
    monkeypatch.setattr(module, "entry_points", lambda group: [point] if group == module.PACKAGES else [])
    found = catalogue()
    assert found["whatsapp.own_messages"].origin == "the package town-pack"
    with pytest.raises(CatalogueError, match="town-pack has an indicator of this name; give that of the town's folder"):
        catalogue(own(tmp_path / "town", COUNT))

"""The views indicators share: each explains itself, gives what it promises and is worth having."""

import re
from pathlib import Path

import pytest

from transforms import catalogue as module
from transforms.cases import session
from transforms.catalogue import CatalogueError, catalogue, facts_read, parse, shared_views, tables_read
from transforms.header import REGISTERS
from transforms.inputs import months_table
from warehouse.facts import FACTS

HEADER = """/*
title: {he: "מדד לבדיקה", ar: "مؤشر للفحص", en: "An indicator to test with"}
question: {he: "כמה?", ar: "كم؟", en: "How many?"}
advice: {he: "אין", ar: "لا شيء", en: "None"}
definition: Counts what the view gives.
outcome: 1
aspect: response
method: measured
unit: count
grain: [authority, month]
inputs: {report: [0, 0]}
owner: nobody
since: "2026-01"
revision: 1
*/
"""

views = pytest.mark.parametrize("name", sorted(shared_views()))


def paragraph(name: str) -> str:
    """The comment a view begins with, as one line."""
    lines = []
    for line in shared_views()[name].splitlines():
        if not line.startswith("--"):
            break
        lines.append(line.removeprefix("--").strip())
    return " ".join(lines)


@views
def test_a_view_explains_itself(name: str) -> None:
    text = paragraph(name)
    assert text.startswith("One row: "), "say in plain words what one row is"
    assert "Columns: " in text
    assert "It exists " in text, "say why the view exists"


@views
def test_a_view_is_shared(name: str) -> None:
    readers = [one.id for one in catalogue().values() if name in one.views]
    assert len(readers) >= 2, f"{name} is read by {readers}: write it into the statement"


@views
def test_a_view_gives_the_columns_its_comment_names(name: str) -> None:
    promised = re.search(r"Columns: ([a-z0-9_, ]+)", paragraph(name))
    assert promised is not None
    laid = session({})
    laid.put("months", months_table("T", ["2026-01"], "UTC"))
    _, under = facts_read(shared_views()[name])
    laid.lay({view: shared_views()[view] for view in (*under, name)})
    given, _ = laid.ask(f"select * from {name}")
    assert given == promised[1].strip().split(", ")


@views
def test_a_view_reads_facts_registers_months_and_views_only(name: str) -> None:
    assert tables_read(shared_views()[name]) <= {*FACTS, *REGISTERS, "months", *shared_views()} - {name}


@views
def test_no_table_is_hidden_by_a_view(name: str) -> None:
    assert name not in {*FACTS, *REGISTERS, "months"}


def test_no_part_of_a_statement_takes_the_name_of_a_view() -> None:
    """A common table expression of that name would hide the view, and lineage would miss what it reads."""
    for one in catalogue().values():
        own = set(re.findall(r"(?:with|,)\s+([a-z_]+) as \(", one.sql))
        assert not own & set(shared_views()), one.id


def written(folder: Path, sql: str) -> Path:
    path = folder / "testing" / "one.sql"
    path.parent.mkdir(exist_ok=True)
    path.write_text(HEADER + sql, encoding="utf-8")
    return path


SELECT = "select authority, month, count(*) as value from {} group by authority, month"


def test_facts_are_followed_through_views(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = {"upper": "select * from lower_one", "lower_one": "select authority, month from report"}
    monkeypatch.setattr(module, "shared_views", lambda: found)
    assert parse(written(tmp_path, SELECT.format("upper"))).views == ("lower_one", "upper")


def test_a_view_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="nowhere"):
        parse(written(tmp_path, SELECT.format("nowhere")))


def test_an_undeclared_fact_under_a_view_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "shared_views", lambda: {"upper": "select authority, month from visit"})
    with pytest.raises(CatalogueError, match="visit"):
        parse(written(tmp_path, SELECT.format("upper")))


def test_views_in_a_circle_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "shared_views", lambda: {"one": "select * from other", "other": "select * from one"})
    with pytest.raises(CatalogueError, match="circle: one reads other reads one"):
        parse(written(tmp_path, SELECT.format("one")))


def test_a_changed_view_is_a_new_definition(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path, SELECT.format("upper"))
    versions = set()
    for sql in ("select authority, month from report", "select authority, month from report where amount > 0"):
        monkeypatch.setattr(module, "shared_views", lambda sql=sql: {"upper": sql})
        versions.add(parse(path).definition_version)
    assert len(versions) == 2


def shaped(folder: Path, statement: str = "") -> Path:
    path = written(folder, statement)
    path.write_text(path.read_text(encoding="utf-8").replace("\ngrain:", "\nshape: plain\ngrain:"), encoding="utf-8")
    return path


def test_a_shape_is_the_statement_with_the_indicators_own_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = SELECT.format("report") + " having max(indicator) = '{indicator}'"
    monkeypatch.setattr(module, "shapes", lambda: {"plain": plain})
    one = parse(shaped(tmp_path))
    assert one.sql == plain.replace("{indicator}", one.id)
    assert one.sql.count(one.id) == 1


def test_a_shape_that_is_not_there_or_stands_beside_a_statement_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "shapes", lambda: {"other": ""})
    with pytest.raises(CatalogueError, match="no shape plain; known: other"):
        parse(shaped(tmp_path))
    with pytest.raises(CatalogueError, match="leave out the statement"):
        parse(shaped(tmp_path, SELECT.format("report")))


def test_no_two_indicators_repeat_a_statement() -> None:
    own = {}
    for one in catalogue().values():
        if not one.header.shape:
            own.setdefault(one.sql.replace(one.id, "{indicator}"), []).append(one.id)
    assert [names for names in own.values() if len(names) > 1] == []

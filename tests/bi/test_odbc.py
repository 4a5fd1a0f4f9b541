"""Every view through the machine's own ODBC drivers, as Excel, Power BI and Access come to them: names and values right."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import URL, Engine, create_engine, text

from tests.bi.environment import REMEDY, folder
from warehouse.bi.views import views

pytestmark = pytest.mark.more

ASCII = [one for one in views() if one.name.startswith("v_")]
READ = """
import json, sys, pyodbc
connection = pyodbc.connect(sys.argv[1], autocommit=True)
for line in sys.stdin.read().split():
    cursor = connection.cursor().execute(f"select * from {line}")
    rows = [[one if isinstance(one, (int, float, bool)) or one is None else str(one) for one in row] for row in cursor]
    columns = [(one[0], one[1].__name__) for one in cursor.description]
    print(json.dumps([line, columns, rows]))
"""


def through(driver: str, said: str, names: list[str]) -> dict[str, tuple[list[list[str]], list[list[Any]]]]:
    """View -> its columns with their types, and its rows, as the driver gives them."""
    python = folder("pyodbc") / "bin" / "python"
    if not python.exists() or shutil.which("odbcinst") is None:
        pytest.skip(f"pyodbc is {REMEDY}")
    known = subprocess.run(["odbcinst", "-q", "-d"], capture_output=True, text=True, check=False).stdout
    if f"[{driver}]" not in known:
        pytest.skip(f"the ODBC driver {driver} is not on this machine")
    done = subprocess.run(
        [python, "-c", READ, f"DRIVER={driver};{said}"],
        input="\n".join(names),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return {name: (columns, rows) for name, columns, rows in map(json.loads, done.stdout.splitlines())}


def plain(value: Any) -> Any:
    """A day as text or as an instant, a truth as 0 and 1: said another way, the same."""
    if isinstance(value, (bool, int)):
        return float(value)
    if value is None or isinstance(value, float):
        return value
    said = str(value)
    return said[:19].removesuffix(" 00:00:00") if re.match(r"\d{4}-\d\d-\d\d( |$)", said) else said


def alike(one: Any, other: Any) -> bool:
    if isinstance(one, bool) or isinstance(other, bool):
        return int(one) == int(other)
    a, b = plain(one), plain(other)
    return a == pytest.approx(b) if isinstance(a, float) and isinstance(b, float) else str(a) == str(b)


def differing(told: dict[str, Any], engine: Engine) -> list[Any]:
    found: list[Any] = []
    with engine.connect() as connection:
        for one in ASCII:
            columns, rows = told[one.name]
            if [name for name, _ in columns] != list(one.columns):
                found.append((one.name, columns))
            known = connection.execute(text(f"select * from {one.name}")).all()
            place = [list(one.columns).index(name) for name in one.key]
            mine = sorted(rows, key=lambda row, of=place: [str(row[number]) for number in of])
            truth = sorted((list(row) for row in known), key=lambda row, of=place: [str(row[number]) for number in of])
            found += [
                (one.name, a, b)
                for x, y in zip(mine, truth, strict=True)
                for a, b in zip(x, y, strict=True)
                if not alike(a, b)
            ]
    return found


def test_sqlite(town: Engine) -> None:
    told = through("SQLite3", f"Database={town.url.database};NoTXN=1", [one.name for one in ASCII])
    assert differing(told, town) == [] and any(rows for _, rows in told.values())
    types = dict(map(tuple, told["v_headline_he"][0]))
    assert (types["date"], types["value"], types["change"], types["n"], types["lead"]) == (
        "datetime", "float", "float", "int", "int",
    )  # fmt: skip


def test_postgresql_as_the_reader(served: URL) -> None:
    said = f"Servername={served.query['host']};Database={served.database};Username={served.username};ReadOnly=1"
    told = through("PostgreSQL Unicode", said, [*(one.name for one in ASCII), "headline_he", "headline_ar"])
    engine = create_engine(served)
    assert differing(told, engine) == []
    engine.dispose()
    types = dict(map(tuple, told["v_headline_he"][0]))
    assert (types["date"], types["value"], types["change"], types["n"]) == ("date", "float", "float", "int")
    for language in ("he", "ar"):
        twin = next(one for one in views() if one.name == f"headline_{language}")
        assert [name for name, _ in told[twin.name][0]] == list(twin.columns), "Hebrew and Arabic names come whole"


def test_a_file_for_odbc_opens_the_database(town: Engine, tmp_path: Path) -> None:
    """What `kehila bi` writes, used as it is."""
    from cli.bi import connection_files

    (tmp_path / "kehila.dsn").write_text(connection_files(town.url, "bi")["kehila.dsn"], encoding="utf-8")
    said = "".join(f"{line};" for line in (tmp_path / "kehila.dsn").read_text().splitlines()[2:])
    assert through("SQLite3", said, ["v_verdict"])["v_verdict"][1]

"""Looking at thirty towns of one configuration: each costs the database a few statements, however many there are."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine, event

from cli.main import kehila
from operations.towns import overview
from tests.e2e import hostile
from town.config import load

TOWNS, LIMIT_SECONDS = 30, 30.0
MOST_STATEMENTS = 40
"""Of a look at one town, its opening with it."""


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements this process asks of a database."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Thirty towns that share a store, each with an account nobody has read."""
    folder = tmp_path_factory.mktemp("thirty")
    hostile.town(folder).engine.dispose()
    (folder / "keys" / "brevo").write_text("x", encoding="utf-8")
    (folder / "keys" / "brevo").chmod(0o600)
    lines = []
    for number in range(TOWNS):
        code = f"N{number}"
        lines.append(f'[[authority]]\ncode = "{code}"\nname_he = "עיר {number}"\n')
        lines.append(
            f'[source.brevo.letters{number}]\nlist = "7"\nspace = "letters"\nauthority = "{code}"\n'
            'base_url = "http://127.0.0.1:9"\nsecrets = { key = "file:keys/brevo" }\n'
        )
    path = folder / "kehila.toml"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def asked(config: Path, *words: str) -> tuple[list[str], float]:
    """Lines of a command, and its CPU seconds."""
    began = time.process_time()
    done = CliRunner().invoke(kehila, ["--config", str(config), *words])
    assert done.exit_code in (0, 1, 2), done.output
    return done.stdout.splitlines(), time.process_time() - began


@pytest.mark.more
@pytest.mark.parametrize(("command", "lines"), [("check", 2 * TOWNS), ("doctor", 4 * TOWNS)])
def test_a_command_over_thirty_towns_is_readable_and_cheap(
    config: Path, command: str, lines: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    from collectors.brevo.source import Brevo

    monkeypatch.setattr(Brevo, "check", lambda *_: [])  # what a service's answers cost is not what is counted
    with counted() as seen:
        told, seconds = asked(config, command)
    assert TOWNS <= len(told) <= lines, "a few lines a town"
    assert all(any(f"עיר {number}" in line for line in told) for number in range(TOWNS)), "by name"
    assert len(seen) <= MOST_STATEMENTS * TOWNS and seconds < LIMIT_SECONDS


@pytest.mark.more
def test_the_table_of_thirty_towns_asks_as_much_of_each_as_of_one(config: Path) -> None:
    def look(towns: int) -> tuple[int, float]:
        asked_of = load(config)
        asked_of.authority = asked_of.authority[:towns]
        began = time.process_time()
        with counted() as seen:
            rows = overview(asked_of, None)
        assert [row.problem for row in rows] == [""] * towns
        return len(seen), time.process_time() - began

    look(1)  # what is asked once only
    (one, _), (all_, seconds) = look(1), look(TOWNS)
    assert all_ <= TOWNS * one and one <= MOST_STATEMENTS
    assert seconds < LIMIT_SECONDS

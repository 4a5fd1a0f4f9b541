"""What the command line's tests share: the entry point in this process, and a town to give commands to."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from cli.main import main
from tests.e2e import hostile
from town.log import IN_FORM, undo

NAME = "WhatsApp Chat with Garden"


class Ran(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str


Run = Callable[..., Ran]


def entry_point(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """The entry point in this process: what the executable does, without paying for its start."""

    def called(*arguments: str | Path) -> Ran:
        monkeypatch.setattr(sys, "argv", ["kehila", *map(str, arguments)])
        capsys.readouterr()
        code = 0
        try:
            main()
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else 1
        finally:
            undo()
        told = capsys.readouterr()
        assert "Traceback" not in told.err, told.err
        return Ran(code, told.out, told.err)

    return called


def town_with_a_chat(tmp_path: Path) -> Path:
    """An empty town's folder with one chat beside it."""
    hostile.town(tmp_path / "town").engine.dispose()
    (tmp_path / f"{NAME}.txt").write_text(hostile.chat(), encoding="utf-8")
    return tmp_path


def config(folder: Path) -> tuple[str, str]:
    return "--config", str(folder / "town" / "kehila.toml")


def one_line(ran: Ran, code: int, *words: str) -> None:
    """The command failed with one line that names the remedy, and nothing else."""
    assert ran.code == code, ran
    assert ran.out == ""
    assert (ran.err.startswith("kehila: ") or IN_FORM(ran.err)) and ran.err.count("\n") == 1, ran.err
    assert all(word in ran.err for word in words), ran.err

"""Units and compose file: they parse, name no registry, and every command in them exists with those options."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from tests.conftest import ROOT

DEPLOY = ROOT / "deploy"
UNITS = sorted(DEPLOY.glob("*.service"))


def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    return found


def commands() -> Iterator[list[str]]:
    """Every command that stands in `deploy/`, the program first."""
    for unit in UNITS:
        (line,) = re.findall(r"^ExecStart=(.+)$", unit.read_text(), re.MULTILINE)
        yield shlex.split(line)
    image = (DEPLOY / "Containerfile").read_text()
    for service in compose()["services"].values():
        if service.get("image") != "kehila":
            continue
        command = [str(word) for word in service.get("command", ["serve"])]
        if service.get("entrypoint", [""])[0] == "sh":
            yield from (shlex.split(one) for one in command[0].split(";"))
        else:
            entry = service.get("entrypoint") or yaml.safe_load(re.findall(r"ENTRYPOINT (\[.*\])", image)[0])
            yield [*entry, *command]


def of(program: str) -> list[list[str]]:
    return [one[1:] for one in commands() if Path(one[0]).name == program]


def test_every_kehila_command_parses() -> None:
    from cli.main import kehila

    assert len(of("kehila")) >= 5
    for words in of("kehila"):
        group: click.Command = kehila
        rest = list(words)
        while isinstance(group, click.Group):
            context = group.make_context("kehila", rest, resilient_parsing=True)
            rest = [*getattr(context, "_protected_args", ()), *context.args]
            name = rest.pop(0)
            assert name in group.commands, words
            group = group.commands[name]
        group.make_context(group.name, rest)  # raises on an option it does not know


@pytest.mark.long
def test_every_prefect_command_is_one_of_prefects() -> None:
    known: dict[tuple[str, ...], str] = {}
    assert len(of("prefect")) >= 4
    for words in of("prefect"):
        words = [one for one in words if one != "--no-prompt"]
        path = tuple(word for word in words[: 1 if words[0] == "deploy" else 2])
        if path not in known:
            done = subprocess.run(
                [sys.executable, "-m", "prefect", *path, "--help"],
                cwd=ROOT,
                capture_output=True,
                text=True,
                timeout=120,
            )
            assert done.returncode == 0, done.stdout + done.stderr
            known[path] = done.stdout
        for option in (one for one in words if one.startswith("--")):
            assert option in known[path], (path, option)


def test_images_are_base_names_and_nothing_is_secret() -> None:
    images = [service["image"] for service in compose()["services"].values()]
    images += re.findall(r"^FROM (\S+)", (DEPLOY / "Containerfile").read_text(), re.MULTILINE)
    assert all("/" not in one and "." not in one.partition(":")[0] for one in images), images
    text = "\n".join(path.read_text() for path in DEPLOY.iterdir())
    assert not re.search(r"(PASSWORD|AUTH_STRING)\s*[:=]\s*['\"]?(?!PASSWORD)\w{4}", text)


def test_the_words_of_prefects_settings_are_prefects() -> None:
    from prefect import settings

    used = set(re.findall(r"\bPREFECT_[A-Z_]+\b", (DEPLOY / "compose.yaml").read_text()))
    assert len(used) >= 6
    assert [name for name in used if not hasattr(settings, name)] == []


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd here")
def test_systemd_takes_the_units(tmp_path: Path) -> None:
    for unit in UNITS:
        text = unit.read_text().replace("/srv/kehila/.venv/bin/", "/bin/true ").replace("User=kehila\n", "")
        (tmp_path / unit.name).write_text(re.sub(r"ExecStart=/bin/true .*", "ExecStart=/bin/true", text))
        done = subprocess.run(["systemd-analyze", "verify", str(tmp_path / unit.name)], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.stem)
def test_a_unit_says_when_it_starts_again_and_keeps_its_files_to_itself(unit: Path) -> None:
    text = unit.read_text()
    assert {"[Unit]", "[Service]", "[Install]"} <= set(text.splitlines())
    for needed in ("Restart=", "TimeoutStopSec=", "UMask=0077", "User=kehila", "WantedBy=multi-user.target"):
        assert needed in text

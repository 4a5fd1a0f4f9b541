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


def images() -> list[str]:
    """Every image that is named, as it is where nobody says another."""
    text = (DEPLOY / "Containerfile").read_text()
    named = {service["image"] for service in compose()["services"].values()} - {"kehila"}
    arguments = {compose()["services"]["worker"]["build"]["args"]["PYTHON"]}
    assert re.findall(r"^FROM (\S+)", text, re.MULTILINE) == ["${PYTHON}"]
    return [*re.findall(r"^ARG PYTHON=(\S+)", text, re.MULTILINE),
            *(re.sub(r"^\$\{\w+:-(.+)\}$", r"\1", one) for one in named | arguments)]  # fmt: skip


def test_images_are_base_names_of_one_exact_release_and_nothing_is_secret() -> None:
    assert len(images()) == 3
    assert [one for one in images() if not re.fullmatch(r"[a-z]+:\d+\.\d+(\.\d+)?(-slim)?-bookworm", one)] == []
    assert len({one for one in images() if one.startswith("python:")}) == 1, "built by hand and by compose alike"
    text = "\n".join(path.read_text() for path in DEPLOY.iterdir())
    assert not re.search(r"(PASSWORD|AUTH_STRING)\s*[:=]\s*['\"]?(?!PASSWORD)\w{4}", text)


ELSEWHERE = {
    "PREFECT_HOME": "the container's own",
    "PREFECT_API_URL": "the name of the service",
    "PREFECT_API_AUTH_STRING": "in secrets.env",
    "PREFECT_SERVER_API_AUTH_STRING": "in secrets.env",
    "PREFECT_SERVER_UI_API_URL": "the page may be opened under another name",
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "there is no such server",
    "PREFECT_SERVER_LOGGING_LEVEL": "the engine keeps the log",
    "PREFECT_RUNNER_POLL_FREQUENCY": "a matter of speed",
    "PREFECT_WORKER_QUERY_SECONDS": "a matter of speed",
    "PREFECT_CLI_COLORS": "a matter of looks",
}
"""What `kehila serve` says otherwise than the compose file, and why."""


def test_the_compose_file_is_no_weaker_than_serve(tmp_path: Path) -> None:
    from flows.serve.prefect_server import server_settings

    served = server_settings(tmp_path, "127.0.0.1", 4200)
    for name, service in compose()["services"].items():
        assert "no-new-privileges:true" in service["security_opt"], name
        assert all(one.startswith("127.0.0.1:") for one in service.get("ports", [])), name
        if service["image"] == "kehila":
            said = service["environment"]
            assert {key: said.get(key) for key in served.keys() - ELSEWHERE.keys()} == {
                key: value for key, value in served.items() if key not in ELSEWHERE
            }
            assert service["cap_drop"] == ["ALL"] and service["env_file"] == "secrets.env"
    head = (DEPLOY / "compose.yaml").read_text().split("name: kehila")[0]
    assert {"PREFECT_API_AUTH_STRING", "PREFECT_SERVER_API_AUTH_STRING", "0600"} <= set(re.findall(r"\w+", head))
    assert compose()["services"]["database"]["env_file"] == "database.env", "it needs no secret of ours"


def test_secrets_of_units_are_roots_and_reach_the_process_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from warehouse.keys import KeyProblem, load_secret

    text = (DEPLOY / "secrets.conf").read_text()
    ((name, path),) = re.findall(r"^LoadCredential=(\w+):(\S+)$", text, re.MULTILINE)
    assert path.startswith("/etc/kehila/") and "0700" in text and "0600" in text
    (tmp_path / name).write_text("s3cret\n")
    reference = re.findall(r'"(credential:\w+)"', text)[0]
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    assert load_secret(reference, tmp_path / "town") == "s3cret"
    monkeypatch.delenv("CREDENTIALS_DIRECTORY")
    with pytest.raises(KeyProblem, match=f"LoadCredential={name}:PATH"):
        load_secret(reference, tmp_path)
    for unit in UNITS:
        files = re.findall(r"^EnvironmentFile=-?(\S+)$", unit.read_text(), re.MULTILINE)
        assert all(one.startswith("/etc/kehila/") for one in files), "a file of the town is the town's user's to read"


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
        (tmp_path / f"{unit.name}.d").mkdir()
        shutil.copy(DEPLOY / "secrets.conf", tmp_path / f"{unit.name}.d")
        done = subprocess.run(["systemd-analyze", "verify", str(tmp_path / unit.name)], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.stem)
def test_a_unit_says_when_it_starts_again_and_keeps_its_files_to_itself(unit: Path) -> None:
    text = unit.read_text()
    assert {"[Unit]", "[Service]", "[Install]"} <= set(text.splitlines())
    for needed in ("Restart=", "TimeoutStopSec=", "UMask=0077", "User=kehila", "WantedBy=multi-user.target",
                   "NoNewPrivileges=yes", "ProtectSystem=strict", "CapabilityBoundingSet="):  # fmt: skip
        assert needed in text

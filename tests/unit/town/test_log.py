"""What processes say: one line for each thing, by whatever road it comes; no trace, and no words of a library's error."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from town.log import IN_FORM, Line

SECRET = "Dana Levi 050-1234567"
BEGIN = f"""
import asyncio, logging, sys, threading, traceback, warnings
from town.log import begin, say, stay_as
def bad(*_, **_more):
    raise ValueError("{SECRET}\\nand a second line of it")
def caught(what):
    try:
        bad()
    except Exception:
        what()
"""
ROADS = {
    "logging": "caught(lambda: logging.getLogger('library').exception('went wrong'))",
    "several lines": "caught(lambda: logging.getLogger('library').error('went wrong\\n%s', traceback.format_exc()))",
    "a formatted trace": "caught(lambda: logging.getLogger('library').warning(traceback.format_exc()))",
    "a logger of its own": "library = logging.getLogger('own'); library.propagate = False\n"
    "library.addHandler(logging.StreamHandler(sys.stderr)); caught(lambda: library.exception('went wrong'))",
    "the stack": "logging.getLogger('library').error('ValueError at <string>:1', stack_info=True)",
    "bad arguments": "logging.getLogger('library').error('%d', 'x'); caught(traceback.print_exc)",
    "printed": "caught(traceback.print_exc)",
    "printed on standard output": "caught(lambda: print(traceback.format_exc()))",
    "chained": "try:\n    try:\n        bad()\n    finally:\n        bad()\nexcept Exception:\n    traceback.print_exc()",
    "a group": "try:\n    raise ExceptionGroup('ValueError', [ValueError('x'), TypeError('y')])\n"
    "except* ValueError:\n    traceback.print_exc()\nexcept* TypeError:\n    pass",
    "a thread": "one = threading.Thread(target=bad); one.start(); one.join()",
    "an object put away": "class Gone:\n    __del__ = bad\nGone()",
    "a callback of the loop": "async def one():\n    asyncio.get_running_loop().call_soon(bad)\n    await asyncio.sleep(0.01)\n"
    "asyncio.run(one())",
    "a task nobody waits for": "async def one():\n    asyncio.create_task(asyncio.to_thread(bad))\n"
    "    await asyncio.sleep(0.2)\nasyncio.run(one())",
    "the process": "bad()",
}


@pytest.mark.parametrize("form", ["text", pytest.param("json", marks=pytest.mark.more)])
def test_whatever_road_an_error_takes_it_is_one_line_with_its_kind_and_place(form: str) -> None:
    for road, code in ROADS.items():
        whole = (
            f"{BEGIN}\nbegin()\nstay_as('receiver')\nsay('begun', 'begun', count=3)\n{code}\nimport gc; gc.collect()\n"
        )
        done = subprocess.run(
            [sys.executable, "-c", whole], cwd=ROOT, capture_output=True, text=True,
            env={**os.environ, "KEHILA_LOG": form},
        )  # fmt: skip
        lines = done.stderr.splitlines()
        assert done.stdout == "" and lines, (road, done)
        assert "Traceback" not in done.stderr and "File " not in done.stderr, (road, done.stderr)
        assert SECRET not in done.stderr and "second line" not in done.stderr, (road, done.stderr)
        assert all(map(IN_FORM, lines)), (road, lines)
        kind = "several errors" if road == "a group" else "ValueError"
        assert any(f"{kind} at <string>:" in line for line in lines), (road, lines)
        if form == "json":
            told = [json.loads(line) for line in lines]
            assert told[0].items() >= {"level": "info", "part": "receiver", "event": "begun", "count": 3}.items()
            assert all(one["message"] and one["time"] and one["part"] == "receiver" for one in told)


DYING = {
    "before it can say anything in form": ("import no_such_module", "ModuleNotFoundError at <string>:"),
    "in the interpreter": ("import faulthandler, os; faulthandler.enable(); os.abort()", "Fatal Python error: Aborted"),
    "in the middle of a line": ("import sys; sys.stderr.write('half a line'); sys.stderr.flush()", "half a line"),
    "in form": (
        "from town.log import begin, say, stay_as; begin(); stay_as('drainer'); say('whole')",
        "INFO drainer: whole",
    ),
}
PARENT = """
import sys, time
from flows.serve.supervisor import Part, tied
from town.log import begin, stay_as
begin()
stay_as("serve")
part = Part("drainer", "the drainer", tied(sys.argv[1]))
part.start({})
while part.is_alive:
    time.sleep(0.02)
part.stop()
"""


def test_a_part_that_dies_however_is_told_of_in_form_under_its_name() -> None:
    for how, (code, said) in DYING.items():
        done = subprocess.run([sys.executable, "-c", PARENT, code], cwd=ROOT, capture_output=True, text=True)
        lines = done.stderr.splitlines()
        assert any(said in line for line in lines), (how, done)
        assert all(map(IN_FORM, lines)) and all(" drainer: " in line for line in lines), (how, lines)
        assert "Traceback" not in done.stderr and "File " not in done.stderr, (how, done.stderr)


def test_a_command_says_what_is_wrong_in_the_form_asked_for() -> None:
    command = [sys.executable, "-c", "from cli.main import main; main()"]
    missing = ["freshness", "--none"]
    for form, env in ((["--log", "json"], {}), ([], {"KEHILA_LOG": "json"})):
        done = subprocess.run(
            [*command, *form, *missing], cwd=ROOT, capture_output=True, text=True, env={**os.environ, **env}
        )
        (told,) = map(json.loads, done.stderr.splitlines())
        assert (done.returncode, told["level"], told["part"]) == (2, "error", "kehila"), done
    done = subprocess.run([*command, *missing], cwd=ROOT, capture_output=True, text=True)
    assert done.stderr == f"kehila: {told['message']}\n"


def test_a_page_that_shows_the_rest_by_itself_gets_the_message_alone() -> None:
    try:
        raise KeyError(SECRET)
    except KeyError:
        record = logging.LogRecord("prefect.flow_runs", logging.ERROR, "", 1, "stopped", None, sys.exc_info())
    assert Line(is_bare=True).format(record).startswith("stopped (KeyError at test_log.py:")


def test_libraries_are_heard_where_something_is_wrong() -> None:
    code = f"{BEGIN}begin()\nfor name in ('library', 'prefect.x', 'kehila'):\n    one = logging.getLogger(name)\n"
    code += "    one.setLevel(logging.DEBUG)\n    one.info(f'info of {name}')\n    one.warning(f'warning of {name}')\n"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    said = [line.removeprefix("kehila: ") for line in done.stderr.splitlines()]
    assert said == [
        "warning of library",
        *(f"{how} of {name}" for name in ("prefect.x", "kehila") for how in ("info", "warning")),
    ]


@pytest.mark.more
def test_a_flow_of_a_worker_that_nobody_set_up_says_lines_too(tmp_path: Path) -> None:
    code = f"{BEGIN}from flows import runs\nlogging.getLogger('prefect.x').info('informed')\n"
    code += "caught(lambda: logging.getLogger('prefect.x').exception('went wrong'))"
    env = {name: value for name, value in os.environ.items() if name != "PREFECT_LOGGING_SETTINGS_PATH"}
    env |= {"PREFECT_HOME": str(tmp_path), "PREFECT_SERVER_EPHEMERAL_ENABLED": "false"}
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, env=env)
    lines = done.stderr.splitlines()
    assert len(lines) == 2 and all(map(IN_FORM, lines)), done
    assert lines[0].endswith(" INFO flows: informed") and "went wrong (ValueError at <string>:" in lines[1]


@pytest.mark.more
@pytest.mark.parametrize("form", ["text", "json"])
def test_a_flow_that_cannot_reach_its_server_ends_in_lines(tmp_path: Path, form: str) -> None:
    env = {
        **os.environ, "KEHILA_LOG": form, "PREFECT_API_URL": "http://127.0.0.1:9/api", "PREFECT_HOME": str(tmp_path),
        "PREFECT_LOGGING_SETTINGS_PATH": str(ROOT / "flows" / "logging.yml"), "PREFECT_CLIENT_MAX_RETRIES": "0",
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-m", "prefect.engine", "5b8d6d2e-7a58-4a5a-9c37-3c1c6b1f2a10"],
        cwd=ROOT, capture_output=True, text=True, env=env, timeout=120,
    )  # fmt: skip
    assert done.returncode != 0 and "ConnectError at" in done.stderr
    assert "Traceback" not in done.stdout + done.stderr and all(map(IN_FORM, done.stderr.splitlines())), done.stderr

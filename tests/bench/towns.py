"""What it costs to look at many towns: `python -m tests.bench towns [--towns 30]`.

Towns of one `kehila.toml`, each with five accounts that were read, with files of each kind and computed months, as a
regional installation has them: `kehila check`, `kehila doctor` and the operations page of all of them, each in CPU
seconds of its own process. The services play in another one. The limit is 30 CPU seconds each.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests.bench.idle_round import one_round, write_towns
from tests.bench.stand_ins import playing

LIMIT_SECONDS = 30.0
PAGE = """
import asyncio, sys
from pathlib import Path
from starlette.requests import Request
from operations.actions import ActionRunner
from operations.login import LoginGuard
from operations.server import Operations
server = Operations(Path(sys.argv[1]), None, LoginGuard("kehila:x"), ActionRunner([]))
scope = {"type": "http", "method": "GET", "path": "/he", "query_string": b"", "headers": []}
page = bytes(asyncio.run(server.show(Request(scope), "he")).body).decode()
print(page.count("data-authority="), "rows", len(page), "bytes")
"""


def fill(config_path: Path) -> None:
    """Read every account, hand every town its files, compute."""
    from pipeline.collect import collect as collecting
    from pipeline.land.files import import_file
    from pipeline.refresh.refresh import refresh
    from tests.e2e import hostile
    from town.config import load
    from town.store import open_store

    collecting.FIRST_READ = collecting.timedelta(days=2)
    one_round(config_path)
    files = config_path.parent / "files"
    files.mkdir()
    (files / "WhatsApp Chat with Garden.txt").write_text(hostile.chat(), encoding="utf-8")
    hostile.table(files / "survey.csv", hostile.SURVEY)
    config = load(config_path)
    for authority in config.authority:
        store = open_store(config, authority.code)
        for path in sorted(files.iterdir()):
            import_file(store, path)
        refresh(store)


def cpu_of(command: Sequence[str]) -> tuple[float, float, str]:
    """(CPU seconds, seconds, the last line it printed) of a process."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    lines = done.stdout.splitlines() or done.stderr.splitlines() or [""]
    return spent, time.perf_counter() - began, f"{len(lines)} lines, first: {lines[0][:70]}"


def main() -> int:
    """Measure, print, and say with the exit code whether all stayed below the limit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--towns", type=int, default=30)
    asked = parser.parse_args()
    python = sys.executable
    kehila = [python, "-c", "from cli.main import main; main()"]
    with tempfile.TemporaryDirectory() as folder, playing("idle") as sections:
        config = write_towns(Path(folder), asked.towns, sections)
        fill(config)
        print(f"{asked.towns} towns, {asked.towns * len(sections)} accounts; limit {LIMIT_SECONDS:.0f} CPU s each")
        worst = 0.0
        for name, command in {
            "check": [*kehila, "--config", str(config), "check"],
            "doctor": [*kehila, "--config", str(config), "doctor"],
            "page": [python, "-c", PAGE, str(config)],
        }.items():
            spent, took, said = cpu_of(command)
            worst = max(worst, spent)
            print(f"{name:<7} {spent:5.1f} CPU s, {took:5.1f} s; {said}")
    return int(worst > LIMIT_SECONDS)


if __name__ == "__main__":
    sys.exit(main())

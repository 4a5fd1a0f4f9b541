"""From a signed request to a changed indicator: the receiver and the drainer as a town runs them, on the demo town.

    python -m tests.bench freshness [--town FOLDER] [--events 200]

FOLDER is a town made by `kehila demo`; it is copied. Without one, one is made. Each event is a resident's message to
the town's number, signed and sent when the one before has changed the indicators. Seen is the change by a reader of
the warehouse file who looks every 20 ms. Beside the clock stands the drainer's processor time, which does not
depend on what else the machine does.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import NamedTuple

from simulator.channels.hotline import LINE
from simulator.services.whatsapp_cloud import Written, webhook
from tests.conftest import ROOT
from tests.integration.receiving import Receiving, receiving

SECRETS = {"word": "the-towns-own-verify-token", "meta": "meta-app-secret-of-the-town"}
LONGEST = 120.0
FIRST = 3
"""The first events are not counted: the disk's and the database's caches fill."""


class Measured(NamedTuple):
    """Seconds of one event: to the answer, to being landed, to being seen; and processor time of the drainer."""

    answered: float
    landed: float
    seen: float
    cpu: float


def received_town(town: Path, folder: Path) -> Path:
    """A copy of a demo town that is pushed to; gives its configuration."""
    shutil.copytree(town, folder)
    config = folder / "kehila.toml"
    text = config.read_text(encoding="utf-8")
    section = text.index("[source.whatsapp_cloud.main]")
    own = re.sub(
        r"secrets = \{(.*)\}",
        r'secrets = {\1, "verify_token" = "file:keys/word", "app_secret" = "file:keys/meta"}',
        text[section:],
        count=1,
    )
    config.write_text(text[:section] + own, encoding="utf-8")
    for name, secret in SECRETS.items():
        (folder / "keys" / name).write_text(secret, encoding="utf-8")
    return config


def values(warehouse: Path, month: str) -> list[tuple[object, ...]]:
    """The month's cells as a reader of the warehouse sees them."""
    line = sqlite3.connect(f"file:{warehouse}?mode=ro", uri=True, timeout=30)
    try:
        return line.execute(
            "select indicator, space, part, value, numerator, denominator, n from indicator_value where month = ? "
            "order by indicator, space, part",
            (month,),
        ).fetchall()
    finally:
        line.close()


def landed_at(warehouse: Path) -> datetime:
    """When the drainer last landed something, by its own clock."""
    line = sqlite3.connect(f"file:{warehouse}?mode=ro", uri=True, timeout=30)
    try:
        (text,) = line.execute("select max(ended_at) from ledger_run where kind = 'drain'").fetchone()
    finally:
        line.close()
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def cpu_of(pid: int) -> float:
    """Processor seconds of a process so far."""
    words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def one(number: int, mark: int, running: Receiving, warehouse: Path, drainer: int) -> Measured:
    """Send an event and wait until it is in the indicators."""
    now = datetime.now(UTC)
    month = f"{now:%Y-%m}"
    before = values(warehouse, month)
    body = webhook(Written(f"wamid.{mark}.{number}", LINE, now, 1 + number % 300, "מתי יתקנו את הפנס?"))
    spent, began, wall = cpu_of(drainer), time.perf_counter(), time.time()
    answer = running.meta(json.dumps(body).encode(), SECRETS["meta"])
    answered = time.perf_counter() - began
    if answer.status != 200:
        raise SystemExit(f"the receiver answered {answer.status}")
    while values(warehouse, month) == before:
        if time.perf_counter() - began > LONGEST:
            raise SystemExit(f"event {number} changed no indicator within {LONGEST:.0f} s")
        time.sleep(0.02)
    seen = time.perf_counter() - began
    time.sleep(0.3)  # what the drainer still does for this event is its own
    return Measured(answered, landed_at(warehouse).timestamp() - wall, seen, cpu_of(drainer) - spent)


def measure(config: Path, events: int) -> list[Measured]:
    """The events, one after the other."""
    program = Path(sys.executable).parent / "kehila"
    command = [str(program), "--config", str(config), "drain", "--watch"]
    warehouse = config.parent / "warehouse.db"
    with receiving(config) as running, subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL) as drainer:
        try:
            found, mark = [], int(time.time())
            for number in range(events + FIRST):
                found.append(one(number, mark, running, warehouse, drainer.pid))
                if number % 20 == 0:
                    print(f"{number:4}  {found[-1].seen:.2f} s", file=sys.stderr, flush=True)
        finally:
            drainer.send_signal(signal.SIGTERM)
    return found[FIRST:]


def share(found: list[float], part: float) -> float:
    """A percentile."""
    return sorted(found)[min(int(len(found) * part), len(found) - 1)]


def main() -> int:
    """Print the distribution, and where the time goes."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--town", type=Path)
    parser.add_argument("--events", type=int, default=200)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        town = wanted.town or Path(scratch) / "made"
        if wanted.town is None:
            program = Path(sys.executable).parent / "kehila"
            subprocess.run([str(program), "demo", "--folder", str(town)], check=True, cwd=ROOT)
        found = measure(received_town(town, Path(scratch) / "town"), wanted.events)
    seen = [one.seen for one in found]
    print(f"{len(found)} events, load {os.getloadavg()[0]:.1f}")
    print(
        f"request to changed indicator: median {median(seen):.2f} s, p99 {share(seen, 0.99):.2f} s, max {max(seen):.2f} s"
    )
    print(f"  request to its answer       median {median(one.answered for one in found) * 1000:.0f} ms")
    print(f"  request to landed           median {median(one.landed for one in found) * 1000:.0f} ms")
    print(f"  landed to seen              median {median(one.seen - one.landed for one in found):.2f} s")
    print(f"drainer's processor time      median {median(one.cpu for one in found):.2f} s an event")
    return 0 if median(seen) < 2 and share(seen, 0.99) < 5 else 1


if __name__ == "__main__":
    sys.exit(main())

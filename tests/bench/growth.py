"""What one later message costs in a town that has few messages or many, few months or many; and a file among 200.

A town has one WhatsApp group and a number residents write to, both in its register: what is said there counts. The
group's export is imported and refreshed; then the same export, one message longer, at the end (a new month) and in the
last full month; then messages to the number in that month, one by one (the median of the last ones, landing and
refresh). CPU seconds of the process, which has loaded all it imports, and its peak memory. `python -m tests.bench growth`; each town is a process of its own. The limits are checked: exit code 1
when one is not held.
"""

from __future__ import annotations

import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from tests.bench.whatsapp_chats import FIRST, LAST, LAYOUTS, WORDS

HEAD = LAYOUTS["he Android 24 h"]
END = datetime(2026, 11, 1)
IN_NEW_MONTH, IN_FULL_MONTH = datetime(2026, 11, 1, 10), datetime(2026, 10, 20, 12, 30)
FILES = 200
TODAY = date(2026, 11, 2)
FIRST_EVENTS, EVENTS = 2, 7
"""The first events are not counted: what a process keeps of a town has to be made once."""

MAX_RATIO = 1.3
MAX_PEAK_MIB = 500
MAX_COLD_SPARSE = 12.0
MAX_NOTHING = 0.1


def chat(path: Path, messages: int, months: int, more: datetime | None = None) -> None:
    """Write an export of some messages over some months before END, and perhaps one more."""
    rng = random.Random(7)
    number = END.year * 12 + END.month - 1 - months
    start = datetime(number // 12, number % 12 + 1, 1)
    people = [f"{a} {b}" for a in FIRST for b in LAST]
    texts = [" ".join(rng.choices(WORDS, k=rng.randint(1, 9))) for _ in range(5_000)]
    step = (END - start) / messages
    with path.open("w", encoding="utf-8", newline="") as file:
        for place in range(messages):
            at = start + place * step
            if more is not None and more < at:
                file.write(f"{HEAD(more)}{people[0]}: {texts[0]}\n")
                more = None
            file.write(f"{HEAD(at)}{rng.choice(people)}: {rng.choice(texts)}{'?' if rng.random() < 0.22 else ''}\n")
        if more is not None:
            file.write(f"{HEAD(more)}{people[0]}: {texts[0]}\n")


def opened(folder: Path) -> Any:
    """The store of a town in a folder."""
    from tests.integration.receiving import town
    from town.config import load
    from town.store import open_store

    return open_store(load(town(folder)), today=TODAY)


def register(store: Any, folder: Path) -> None:
    """Every place that waits becomes one of the town's own; a group's messages can be counted, a number's cannot."""
    from collectors.staff_workbook.write import write_staff_workbook
    from pipeline.land.files import import_file
    from pipeline.upkeep.spaces import places

    rows: list[dict[str, object]] = [
        {"space": one.space, "title": "t", "asset": "whatsapp", "language": "he", "society": "general",
         "operated_by": "authority", "kind": "group" if one.files else "hotline"}
        for one in places(store)
        if one.state == "waiting"
    ]  # fmt: skip
    if len(rows) != 2:
        raise SystemExit(f"a group and a number were to be registered, and there are {len(rows)} places")
    write_staff_workbook(folder / "staff.xlsx", entries={"spaces": rows}, authority="0070")
    import_file(store, folder / "staff.xlsx")


def event(config: Path, number: int) -> None:
    """A resident's question to the number, in the inbox."""
    from simulator.services.whatsapp_cloud import Written
    from tests.integration.draining import LINE, bodies, received

    at = IN_FULL_MONTH.replace(tzinfo=UTC) + timedelta(minutes=number)
    received(config, bodies([Written(f"wamid.{number}", LINE, at, number % 5, "מתי?")]), start=number)


def peak() -> int:
    """Peak memory of this process so far, MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def a_town(folder: Path, messages: int, months: int) -> dict[str, Any]:
    """Import, refresh, nothing new, one later message in a new month and in the last full one."""
    import great_expectations.expectations  # noqa: F401

    from pipeline.land.drain import Drainer
    from pipeline.land.files import import_file
    from pipeline.refresh.refresh import refresh

    store, told = opened(folder), dict[str, Any]()
    worker = Drainer(store.config, today=TODAY)
    name = "WhatsApp Chat with group.txt"

    def spent(step: str, work: Any) -> None:
        began = time.process_time()
        work()
        told[step], told[f"{step}_peak"] = round(time.process_time() - began, 2), peak()

    def imported(place: str, more: datetime | None) -> None:
        path = folder / place / name
        path.parent.mkdir()
        chat(path, messages, months, more)
        spent(f"import_{place}", lambda: import_file(store, path))

    imported("first", None)
    event(folder / "kehila.toml", 0)
    worker.drain()
    register(store, folder)
    spent("cold", lambda: refresh(store))
    spent("nothing", lambda: refresh(store))
    imported("new", IN_NEW_MONTH)
    spent("later_new", lambda: refresh(store))
    imported("full", IN_FULL_MONTH)
    spent("later_full", lambda: refresh(store))
    worker.once()
    each = []
    for number in range(1, FIRST_EVENTS + EVENTS + 1):
        event(folder / "kehila.toml", number)
        began = time.process_time()
        done = worker.once()
        each.append(time.process_time() - began)
        if not done.refreshed["0070"].indicators:
            raise SystemExit("an event changed no indicator")
    told["event"], told["event_peak"] = round(median(each[FIRST_EVENTS:]), 3), peak()
    store.engine.dispose()
    return told


def many_files(folder: Path) -> dict[str, Any]:
    """Import of many exports, each of a group of its own: the CPU seconds of each file."""
    from pipeline.land.files import import_file

    store, each = opened(folder), []
    for number in range(FILES + 1):
        path = folder / f"WhatsApp Chat with group {number}.txt"
        chat(path, 300, 12)
        began = time.process_time()
        import_file(store, path)
        each.append(time.process_time() - began)
    store.engine.dispose()
    # The first one loads what importing needs.
    return {"first_ten": round(sum(each[1:11]) / 10, 4), "last_ten": round(sum(each[-10:]) / 10, 4)}


def run(*which: int) -> dict[str, Any]:
    """One scenario in a process of its own: a town of so many messages and months, or the many files."""
    command = [sys.executable, "-m", "tests.bench.growth", "--one", *map(str, which)]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[-1]
    print(which or "files", told, flush=True)
    return dict(json.loads(told))


def main(arguments: list[str]) -> int:
    """Run all towns and say which limits are held."""
    if arguments[:1] == ["--one"]:
        with tempfile.TemporaryDirectory() as folder:
            numbers = [int(one) for one in arguments[1:]]
            print(json.dumps(a_town(Path(folder), *numbers) if numbers else many_files(Path(folder))))
        return 0
    small, large, few, sparse, files = run(20_000, 12), run(1_000_000, 12), run(2_000, 12), run(2_000, 120), run()
    limits = [
        ("later message in a new month, 1M / 20k", large["later_new"] / small["later_new"], MAX_RATIO),
        ("later message in the last full month, 1M / 20k", large["later_full"] / small["later_full"], MAX_RATIO),
        ("event, 1M / 20k", large["event"] / small["event"], MAX_RATIO),
        ("event, 120 months / 12", sparse["event"] / few["event"], MAX_RATIO),
        ("peak at 1M, MiB", max(value for name, value in large.items() if name.endswith("peak")), MAX_PEAK_MIB),
        ("cold, 120 sparse months, CPU s", sparse["cold"], MAX_COLD_SPARSE),
        ("later message, 120 months / 12", sparse["later_new"] / few["later_new"], MAX_RATIO),
        ("nothing changed, 120 months, CPU s", sparse["nothing"], MAX_NOTHING),
        ("a file of 200, last ten / first ten", files["last_ten"] / files["first_ten"], MAX_RATIO),
    ]
    for name, value, limit in limits:
        print(f"{'held    ' if value <= limit else 'NOT HELD'} {name}: {value:.2f} (at most {limit})")
    return int(any(value > limit for _, value, limit in limits))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

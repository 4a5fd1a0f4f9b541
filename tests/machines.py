"""Machines that do towns' work beside each other: processes in folders of their own, with a database and a lake in common.

Who hands out the towns does what a work pool does: the next town to whoever is free, and again when its run failed or
its machine died. A town's files are handed to the machine that gets the town. `python -m tests.machines FOLDER` is one
machine.
"""

from __future__ import annotations

import queue
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.conftest import ROOT
from tests.e2e.towns import TODAY, run_all, small_town
from warehouse.keys import new_key_file

CODES = 9001
KEPT = ("גינה קהילתית", "שכונת הגפן", "חוברת צוות", "group-insights")
"""Of a town's files: one of each kind that is read without a survey, which alone would take most of the time."""


def write_towns(folder: Path, count: int) -> list[str]:
    """Files of towns, two kinds of them, and the key all machines have; gives their codes."""
    codes = [str(CODES + number) for number in range(count)]
    for kind in range(2):
        small_town(folder / f"kind{kind}", seed=7 + kind, months=2, scale=0.1)
    for number, code in enumerate(codes):
        for path in sorted((folder / f"kind{number % 2}" / "files").iterdir()):
            if any(one in path.name for one in KEPT):
                (folder / "towns" / code).mkdir(parents=True, exist_ok=True)
                shutil.copy(path, folder / "towns" / code)
    new_key_file(folder / "root.key")
    return codes


def machine(folder: Path, towns: Path, codes: Sequence[str], store: str) -> Path:
    """A machine's own folder: configuration and key, and no file of a town. `store`: the sections of what is shared."""
    (folder / "keys").mkdir(parents=True)
    shutil.copy(towns / "root.key", folder / "keys")
    authorities = "".join(f'[[authority]]\ncode = "{code}"\nlanguages = ["he", "ar", "en"]\n' for code in codes)
    (folder / "kehila.toml").write_text(f"{authorities}\n{store}\n", encoding="utf-8")
    return folder


@dataclass
class Pool:
    """Hands out towns to machines until all are done."""

    towns: Path
    codes: Sequence[str]
    watched: Callable[[Pool, Machine, str], None] = lambda *_: None
    """Called with a machine and the line it said: `ready`, `landed CODE`, `done CODE`, `again CODE: why`."""
    said: list[str] = field(default_factory=list)
    done: set[str] = field(default_factory=set)
    seconds: float = 0.0

    def run(self, folders: Sequence[Path]) -> None:
        """Do all towns on these machines. AssertionError when a machine failed by itself."""
        self._waiting: queue.SimpleQueue[str] = queue.SimpleQueue()
        for code in self.codes:
            self._waiting.put(code)
        self._ready = threading.Barrier(len(folders), action=self._begin)
        machines = [Machine(folder, self) for folder in folders]
        for one in machines:
            one.join()
        self.seconds = time.monotonic() - self._began
        assert not [problem for one in machines for problem in one.problems]
        assert self.done == set(self.codes)

    def _begin(self) -> None:
        self._began = time.monotonic()

    def next_town(self) -> str | None:
        """The next one; None when all are done. Waits while others have the rest: they may die of it."""
        while len(self.done) < len(self.codes):
            try:
                return self._waiting.get(timeout=0.1)
            except queue.Empty:
                continue
        return None

    def come_again(self, code: str) -> None:
        self._waiting.put(code)


class Machine(threading.Thread):
    """A process in a folder of its own, and who hands it towns."""

    def __init__(self, folder: Path, pool: Pool) -> None:
        super().__init__(daemon=True)
        self.folder, self.problems = folder, list[str]()
        self._pool = pool
        self.is_killed = False
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.machines", str(folder)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=(folder / "errors").open("w"),
            text=True,
        )
        self.start()

    def kill(self) -> None:
        """A machine that dies."""
        self.is_killed = True
        self.process.kill()

    def run(self) -> None:
        try:
            self._work()
        except Exception as problem:  # noqa: BLE001 (said where the pool is)
            self.problems.append(repr(problem))
        if not self.is_killed and (self.folder / "errors").stat().st_size:
            self.problems.append((self.folder / "errors").read_text()[-2000:])

    def _work(self) -> None:
        assert self.process.stdin and self.process.stdout
        assert self.process.stdout.readline() == "ready\n"
        self._pool._ready.wait()
        while (code := self._pool.next_town()) is not None:
            files = self.folder / "files" / code
            if not files.exists():
                shutil.copytree(self._pool.towns / "towns" / code, files)
            self.process.stdin.write(f"{code}\n")
            self.process.stdin.flush()
            if not self._heard(code):
                self._pool.come_again(code)
            if self.is_killed:
                return
        self.process.stdin.close()
        self.process.wait(30)

    def _heard(self, code: str) -> bool:
        """Whether the town was done."""
        assert self.process.stdout
        for line in self.process.stdout:
            self._pool.said.append(line.strip())
            if line == f"done {code}\n":
                self._pool.done.add(code)
            self._pool.watched(self._pool, self, line.strip())
            if not line.startswith("landed "):
                return line.startswith("done ")
        return False


def main(folder: Path) -> None:
    """Be a machine: towns on stdin, what became of them on stdout."""
    import great_expectations  # noqa: F401

    from pipeline.land.files import files_under, import_file
    from town.config import load
    from town.faults import FaultKind, describe
    from town.store import open_store

    config = load(folder / "kehila.toml")
    print("ready", flush=True)
    for line in sys.stdin:
        code = line.strip()
        try:
            store = open_store(config, code, TODAY)
            for path in files_under([folder / "files" / code]):
                import_file(store, path)
                print(f"landed {code}", flush=True)
            run_all(store, [])
        except Exception as problem:
            fault = describe(problem, config)
            if fault.kind is not FaultKind.PASSING:
                raise
            print(f"again {code}: {fault.sentence}", flush=True)
        else:
            print(f"done {code}", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))

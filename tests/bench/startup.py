"""What a command costs before it does anything: `python -m tests.bench startup --town FOLDER [--rounds 5]`.

Each command runs as a process of its own on a town that is there (`kehila demo --folder FOLDER`), one after the other
in every round; printed are medians of processor seconds, as multiples of a bare `python -c ""` of the same rounds, and
of `import sqlmodel`, below which no command that opens a store can come.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
from pathlib import Path
from statistics import median

BARE, MODELS = ("-c", ""), ("-c", "import sqlmodel")
COMMANDS = (
    ("--help",),
    ("show", "whatsapp.answers", "--month", "2026-10"),
    ("indicators",),
    ("quarantine", "list"),
    ("checks",),
    ("freshness",),
    ("spaces",),
    ("check",),
)


def spent(words: tuple[str, ...]) -> float:
    """Processor seconds of `python` with these words."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    # Compiled modules are kept as on any machine that runs Kehila.
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    subprocess.run([sys.executable, *words], capture_output=True, env=kept)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """Run all in turn and print their medians."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--town", type=Path, required=True)
    asked.add_argument("--rounds", type=int, default=5)
    given = asked.parse_args()
    begin = "from cli.main import main; main()"
    runs: dict[tuple[str, ...], tuple[str, ...]] = {BARE: BARE, MODELS: MODELS}
    for words in COMMANDS:
        runs[words] = ("-c", begin, "--config", str(given.town / "kehila.toml"), *words)
    for words in runs.values():
        spent(words)
    found: dict[tuple[str, ...], list[float]] = {name: [] for name in runs}
    for _ in range(given.rounds):
        for name, words in runs.items():
            found[name].append(spent(words))
    bare = median(found[BARE])
    print(f"load {os.getloadavg()[0]:.1f}; medians of {given.rounds} rounds; bare python {bare:.3f} CPU s")
    for name, seconds in found.items():
        if name != BARE:
            print(f"  {' '.join(name):<45} {median(seconds):.2f} CPU s  {median(seconds) / bare:5.0f} x bare python")


if __name__ == "__main__":
    main()

"""Webhooks acknowledged after the sync, beside known frameworks: `python -m tests.bench.receive [--seconds S] [--rounds N]`.

Each server in a process of its own on one core, the load on another one, in turns, so that noise falls on all. The
figure is events per second of the server's processor time; the wall clock's beside it, with waiting times.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from statistics import median
from typing import Any

from tests.conftest import ROOT
from tests.integration.receiving import RUN, town

OURS = "this receiver"
PEERS = (
    "bare-asgi file", "starlette file", "starlette file each", "fastapi sqlite", "fastapi sqlite each",
)  # fmt: skip
GOALS = {"starlette file": 2.0, "fastapi sqlite": 4.0}


def pinned(core: int) -> Any:
    cores = sorted(os.sched_getaffinity(0))
    return lambda: os.sched_setaffinity(0, {cores[core % len(cores)]})


def cpu_seconds(pid: int) -> float:
    words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def one_round(name: str, folder: Path, seconds: float, connections: int) -> dict[str, Any]:
    with socket.create_server(("127.0.0.1", 0)) as found:
        port = found.getsockname()[1]
    if name == OURS:
        command = [sys.executable, "-c", RUN, str(town(folder)), str(port)]
    else:
        folder.mkdir()
        command = [sys.executable, "-m", "tests.bench.receive_peers", name, str(folder), str(port)]
    server = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL, preexec_fn=pinned(0))
    try:
        until = time.monotonic() + 60
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.1)
        load = [sys.executable, "-m", "tests.bench.receive_load", str(port), str(seconds), str(connections)]
        before = cpu_seconds(server.pid)
        done = subprocess.run(load, cwd=ROOT, capture_output=True, text=True, check=True, preexec_fn=pinned(1))
        spent = cpu_seconds(server.pid) - before
    finally:
        server.terminate()
        server.wait(20)
    told: dict[str, Any] = json.loads(done.stdout)
    assert told["other"] == 0 and told["left"] > 0, told
    return {**told, "per_cpu_second": told["ok"] / spent, "per_second": told["ok"] / told["wall"]}


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--connections", type=int, default=64)
    options, _ = parser.parse_known_args()
    rounds: dict[str, list[dict[str, Any]]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as folder:
        for turn in range(options.rounds):
            for name in (OURS, *PEERS):
                place = Path(folder) / f"{turn} {name}"
                rounds[name].append(one_round(name, place, options.seconds, options.connections))
                print(f"{name}: {rounds[name][-1]['per_cpu_second']:,.0f}", file=sys.stderr)
    print("| server | events per CPU second | times it | events per second | p50 ms | p99 ms |")
    print("| --- | --- | --- | --- | --- | --- |")
    missed = 0
    for name, told in rounds.items():
        ratios = [
            ours["per_cpu_second"] / peer["per_cpu_second"] for ours, peer in zip(rounds[OURS], told, strict=True)
        ]
        figures = {
            key: median(one[key] for one in told) for key in ("per_cpu_second", "per_second", "p50_ms", "p99_ms")
        }
        goal = GOALS.get(name, 0)
        missed += median(ratios) < goal
        times = f"{median(ratios):.1f} ({min(ratios):.1f} to {max(ratios):.1f})" if name != OURS else "1"
        print(
            f"| {name} | {figures['per_cpu_second']:,.0f} | {times} | {figures['per_second']:,.0f} | "
            f"{figures['p50_ms']:.1f} | {figures['p99_ms']:.1f} |"
        )
    print(f"load of the machine: {os.getloadavg()[0]:.1f}; goals missed: {missed}")
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main())

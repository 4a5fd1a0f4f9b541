"""A month of a large town from page bytes to gated facts, beside dlt: `python -m tests.bench landing`.

The pages come from another process (`tests.bench.month`). Ours is `pipeline.collect.collect.collect` over the month, then
staging, the gate and the facts' files of `pipeline.refresh.refresh`. dlt takes part, in its default way and fed Arrow, when KEHILA_BENCH_PEERS names a folder
whose virtual environment `venv` holds the dependency group `bench`. Each run is a process of its own, in turns.
"""

from __future__ import annotations

import argparse
import cProfile
import json
import os
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Any

from tests.bench.landing_dlt import cpu, peak
from tests.bench.month import records, stretch
from tests.bench.spent import spent
from tests.bench.stand_ins import as_toml, playing, secrets_of

ROOT = Path(__file__).resolve().parents[2]
STREAMS = {
    "comments": "facebook_comment",
    "connections": "zoom_connection",
    "registrants": "zoom_registrant",
    "clicks": "mailchimp_clicker",
    "pages": "ga4_page",
}
KINDS = (
    ("gate", ("great_expectations", "expectations/", "pandas", "duckdb")),
    ("staging", ("transforms/",)),
    ("landing: hashes, ordinals", ("warehouse/people", "hmac")),
    ("landing: Parquet", ("pyarrow", "warehouse/")),
    ("records to columns", ("collectors/records", "collectors/kinds", "collectors/base", "datetime")),
    ("JSON", ("json/",)),
    ("HTTP", ("requests/", "urllib3", "http/", "socket.py", "collectors/http", "email/", "urllib/", "idna")),
    ("client libraries", ("google/", "grpc", "proto/", "protobuf", "/facebook/__init__")),
    ("collectors", ("collectors/",)),
    ("ledger", ("sqlalchemy", "sqlite3")),
)


def ours(at: dict[str, Any], profile: str, is_gated: bool, is_slow: bool) -> dict[str, Any]:
    """Collect and perhaps gate the month in this process, all it imports being there already, as in a service that runs.

    Where records are only landed nothing is imported that only the gate needs. `is_slow`: every record is read by itself.
    """
    import facebook  # noqa: F401
    import google.analytics.data_v1beta  # noqa: F401

    from collectors.columnar import Form
    from collectors.service import sources
    from pipeline.collect.collect import collect
    from town.config import load
    from town.store import open_store
    from transforms.questionnaire import questionnaire
    from warehouse.keys import new_key_file

    if is_slow:
        Form.read = lambda _self, _body: None  # type: ignore[assignment,method-assign]
    if is_gated:
        import great_expectations.expectations  # noqa: F401

        import pipeline.refresh.staging  # noqa: F401

    sources()
    questionnaire()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        new_key_file(folder / "keys" / "root.key")
        sections = secrets_of(at, folder / "secrets")
        towns = ['[[authority]]\ncode = "0070"\n', *(as_toml(one, "town", told) for one, told in sections.items())]
        (folder / "kehila.toml").write_text("\n".join(towns))
        store = open_store(load(folder / "kehila.toml"))
        watched = cProfile.Profile(time.process_time)
        if profile:
            watched.enable()
        began = cpu()
        since, until = stretch()
        pulled = collect(store, since=since, until=until)
        landed = cpu()
        facts, aside = staged(store) if is_gated else (0, 0)
        gated = cpu()
        watched.disable()
        counts = {one.ref.stream: one.records for one in pulled}
        store.engine.dispose()
        told: dict[str, Any] = {
            "cpu": gated - began, "collect": landed - began, "gate": gated - landed, "rss": peak(),
            "found": {kind: counts.get(stream, 0) for kind, stream in STREAMS.items()},
            "facts": facts, "aside": aside,
            "failed": [f"{one.ref.stream}: {one.code}" for one in pulled if one.status == "failed"],
        }  # fmt: skip
        if profile:
            watched.dump_stats(profile)
            told["spent"] = spent(watched, KINDS)
        return told


def staged(store: Any) -> tuple[int, int]:
    """What landed made facts: how many passed the gate, how many were put aside."""
    from pipeline.refresh.outcome import Refreshed
    from pipeline.refresh.staging import stage_source
    from pipeline.refresh.warm import Warm
    from town.landed import landed_tables
    from town.staged import staging_modules
    from transforms.staging import staff

    done = Refreshed()
    town = staff.town_from(landed_tables(store, staff.STREAMS), store.authority.code, store.authority.timezone)
    for module in staging_modules():
        stage_source(store, module, town, done, [], Warm())
    return sum(one.passed.num_rows for group in done.checks.values() for one in group), done.quarantined


def run(name: str, at: dict[str, Any], profile: str = "") -> dict[str, Any]:
    """One contestant in a process of its own."""
    python, since_until = sys.executable, stretch()
    given = {
        "at": at, "since": int(since_until[0].timestamp()), "until": int(since_until[1].timestamp()),
        "days": [since_until[0].date().isoformat(), (since_until[1] - timedelta(days=1)).date().isoformat()],
    }  # fmt: skip
    command = [python, "-m", "tests.bench.landing", "--child", json.dumps(at), "--profile", profile]
    command += {"kehila landed": ["--landed"], "kehila slowly": ["--landed", "--slowly"]}.get(name, [])
    if not name.startswith("kehila"):
        python = str(Path(os.environ["KEHILA_BENCH_PEERS"]) / "venv/bin/python")
        command = [python, "-m", "tests.bench.landing_dlt", name.split()[1], json.dumps(given)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    if done.returncode:
        return {"error": (done.stderr.strip().splitlines() or ["failed"])[-1][:120]}
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, default=1.0, help="of the month's 320,000 records")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--only", nargs="*", help="of the contestants")
    parser.add_argument(
        "--profile", default="", metavar="FILE", help="a run more, under the profiler; its profile is kept there"
    )
    parser.add_argument("--child")
    parser.add_argument("--landed", action="store_true")
    parser.add_argument("--slowly", action="store_true")
    options = parser.parse_args()
    if options.child:
        print(json.dumps(ours(json.loads(options.child), options.profile, not options.landed, options.slowly)))
        return
    has_dlt = (Path(os.environ.get("KEHILA_BENCH_PEERS", "/nonexistent")) / "venv/bin/python").exists()
    names = ["kehila", "kehila landed", "kehila slowly", *(["dlt default", "dlt arrow"] if has_dlt else [])]
    truth = records(options.scale)
    total = sum(truth.values())
    with playing("month", str(options.scale)) as at:
        run("kehila", at)  # makes the pages
        results: dict[str, list[dict[str, Any]]] = {name: [] for name in options.only or names}
        for _ in range(options.rounds):
            for name, found in results.items():
                found.append(run(name, at))
        profiled = run((options.only or names)[0], at, options.profile) if options.profile else {}
    print(f"{total:,} records: {', '.join(f'{count:,} {kind}' for kind, count in truth.items())}\n")
    print(f"load {os.getloadavg()[0]:.1f}")
    print("| | CPU s, each round | records a CPU second, median | ratio to dlt arrow | peak MiB | records found |")
    print("| --- | --- | --- | --- | --- | --- |")
    middle = {name: median(one["cpu"] for one in found) for name, found in results.items() if "cpu" in found[0]}
    for name, found in results.items():
        good = [one for one in found if "cpu" in one]
        if name not in middle:
            print(f"| {name} | - | - | - | - | {found[0]['error']} |")
            continue
        cpu_of = middle[name]
        ratio = f"{middle['dlt arrow'] / cpu_of:.2f}" if "dlt arrow" in middle else "-"
        memory = median(one["rss"] for one in good)
        seen = ", ".join(f"{count:,} {kind}" for kind, count in sorted(good[0]["found"].items()))
        rounds = ", ".join(f"{one['cpu']:.1f}" for one in good)
        print(f"| {name} | {rounds} | {total / cpu_of:,.0f} | {ratio} | {memory:.0f} | {seen} |")
        if name == "kehila":
            for part, words in (("collect", "pages to landed"), ("gate", "staging and gate")):
                spent_on = median(one[part] for one in good)
                print(f"| of it, {words} | {spent_on:.1f} | {total / spent_on:,.0f} | | | |")
            print(f"| facts {good[0]['facts']:,}, put aside {good[0]['aside']}, failed {good[0]['failed']} | | | | | |")
    if profiled:
        print("\n| where ours goes (under the profiler, which weighs Python heavier) | share |\n| --- | --- |")
    for kind, share in profiled.get("spent", []):
        print(f"| {kind} | {100 * share:.0f} % |")


if __name__ == "__main__":
    main()

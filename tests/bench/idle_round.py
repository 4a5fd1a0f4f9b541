"""What a round costs in which nothing is new: `python -m tests.bench idle`.

Towns of one `kehila.toml`, each with five accounts, are collected in one warm process as a user's are: the
configuration read, each town's store opened, `pipeline.collect.collect.collect`. The services play in another process. A
check is one account of one town. A round before the measured ones fills the stores and warms the process.
"""

from __future__ import annotations

import argparse
import cProfile
import gc
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from tests.bench.spent import spent
from tests.bench.stand_ins import Sections, as_toml, playing, secrets_of

KINDS = (
    ("ledger", ("sqlalchemy", "sqlmodel", "sqlite3", "warehouse/ledger", "warehouse/store", "warehouse/migrations")),
    ("landing", ("pyarrow", "warehouse/land", "warehouse/lake", "warehouse/people", "tempfile", "hashlib")),
    ("client libraries", ("google/", "grpc", "proto/", "/facebook/__init__", "protobuf")),
    ("HTTP", ("requests/", "urllib3", "http/", "socket.py", "ssl.py", "collectors/http", "email/", "urllib/", "idna")),
    ("configuration, keys", ("pydantic", "tomllib", "yaml", "warehouse/keys", "cryptography", "flows/config", "pkgutil",
                             "importlib", "flows/town_store", "transforms/questionnaire", "pathlib")),
    ("parsing", ("json/", "collectors/records", "collectors/kinds", "collectors/base")),
    ("collectors", ("collectors/",)),
    ("flow", ("flows/",)),
)  # fmt: skip


def write_towns(folder: Path, towns: int, sections: Sections) -> Path:
    """A `kehila.toml` of so many authorities with an account of each service."""
    from warehouse.keys import new_key_file

    new_key_file(folder / "keys" / "root.key")
    told = secrets_of(sections, folder / "secrets")
    codes = [f"{n:04d}" for n in range(1, towns + 1)]
    parts = [f'[[authority]]\ncode = "{code}"\n' for code in codes]
    for code in codes:
        parts += [as_toml(name, f"town{code}", {"authority": code, **one}) for name, one in told.items()]
    path = folder / "kehila.toml"
    path.write_text("\n".join(parts), encoding="utf-8")
    return path


def one_round(path: Path) -> Counter[str]:
    """Collect every town; gives accounts, streams, calls, records and failures."""
    from pipeline.collect.collect import collect
    from town.config import load
    from town.store import open_store

    seen: Counter[str] = Counter()
    config = load(path)
    for authority in config.authority:
        store = open_store(config, authority.code)
        done = collect(store)
        store.engine.dispose()
        seen["checks"] += len({one.ref.account for one in done})
        seen["streams"] += len(done)
        seen["calls"] += sum(one.report.calls for one in done)
        seen["records"] += sum(one.records for one in done)
        seen["failed"] += sum(one.status != "done" for one in done)
    return seen


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--towns", type=int, default=257)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--profile", metavar="FILE", help="a round more, under the profiler; its profile is kept there")
    options = parser.parse_args()
    with playing("idle") as sections, tempfile.TemporaryDirectory() as folder:
        from pipeline.collect import collect as collecting

        path = write_towns(Path(folder), options.towns, sections)
        collecting.FIRST_READ = collecting.timedelta(days=2)
        one_round(path)
        print("| round | checks | streams | calls | records | failed | CPU s | CPU ms a check | wall s |")
        print("| --- | --- | --- | --- | --- | --- | --- | --- | --- |")
        for number in range(options.rounds):
            gc.collect()
            cpu, wall = time.process_time(), time.perf_counter()
            seen = one_round(path)
            cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
            told: list[Any] = [seen[name] for name in ("checks", "streams", "calls", "records", "failed")]
            told += [f"{cpu:.1f}", f"{1000 * cpu / seen['checks']:.1f}", f"{wall:.1f}"]
            print(f"| {number + 1} | {' | '.join(map(str, told))} |", flush=True)
        if options.profile:
            profile = cProfile.Profile(time.process_time)
            profile.runcall(one_round, path)
            profile.dump_stats(options.profile)
            print("\n| where it goes (under the profiler, which weighs Python heavier) | share |\n| --- | --- |")
            for kind, share in spent(profile, KINDS):
                print(f"| {kind} | {100 * share:.0f} % |")


if __name__ == "__main__":
    main()

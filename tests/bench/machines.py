"""Towns a minute with one, two and three machines: `python -m tests.bench machines [--towns 6]`.

Machines are processes in folders of their own; PostgreSQL and a stand-in for S3 (moto) are all they share, and run on
the same processors. A town is imported and all its indicators are computed. Each machine is warm before it is timed.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

from tests.integration.s3_server import s3_server
from tests.machines import Pool, machine, write_towns
from tests.postgres import postgresql


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--towns", type=int, default=6)
    parser.add_argument("--machines", type=int, nargs="*", default=[1, 2, 3])
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as made, postgresql() as database, s3_server(Path(made) / "log") as service:
        folder = Path(made)
        codes = write_towns(folder, asked.towns)
        print(f"{asked.towns} towns; {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}")
        for count in asked.machines:
            shared = (
                f'[store]\nwarehouse = "{database("machines")}"\nlake = "s3://backups/{count}"\n'
                f'[lake]\nendpoint = "{service.endpoint}"\nprivate_hosts = ["127.0.0.1"]\n'
                'access_key = "file:keys/access"\nsecret_key = "file:keys/secret"\n'
            )
            machines = [machine(folder / f"{count}-{number}", folder, codes, shared) for number in range(count)]
            for one in machines:
                (one / "keys" / "access").write_text(service.access_key)
                (one / "keys" / "secret").write_text(service.secret_key)
            pool = Pool(folder, codes)
            pool.run(machines)
            rate, load = 60 * asked.towns / pool.seconds, os.getloadavg()[0]
            print(f"{count} machines: {rate:5.1f} towns a minute ({pool.seconds:5.1f} s, load {load:.1f})", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())

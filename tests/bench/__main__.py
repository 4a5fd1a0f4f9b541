"""`make bench`: every benchmark, each beside a peer or a limit of the same run; `python -m tests.bench idle` one of them.

Names: engines, freshness, gate, growth, idle, landing, machines, national, publication, receive, restated, startup, towns, verdicts, whatsapp. What follows a name is given to it (`python -m tests.bench landing --scale 0.1`).
"""

import subprocess
import sys
from importlib import import_module

BENCHMARKS = {
    "engines": "tests.bench.engines",
    "freshness": "tests.bench.freshness",
    "gate": "tests.bench.gate",
    "growth": "tests.bench.growth",
    "idle": "tests.bench.idle_round",
    "landing": "tests.bench.landing",
    "machines": "tests.bench.machines",
    "national": "tests.bench.national",
    "publication": "tests.bench.publication",
    "receive": "tests.bench.receive",
    "restated": "tests.bench.restated",
    "startup": "tests.bench.startup",
    "towns": "tests.bench.towns",
    "verdicts": "tests.bench.verdicts",
    "whatsapp": "tests.bench.whatsapp",
}


def main(arguments: list[str]) -> int:
    """Run the benchmark named, or all; the worst exit code."""
    if {"-h", "--help"} & set(arguments):
        named = import_module(BENCHMARKS[arguments[0]]) if arguments[0] in BENCHMARKS else sys.modules[__name__]
        print(named.__doc__)
        return 0
    if arguments and arguments[0] not in BENCHMARKS:
        print(f"usage: python -m tests.bench [{' | '.join(BENCHMARKS)}] [its options]", file=sys.stderr)
        return 2
    names = arguments[:1] or list(BENCHMARKS)
    commands = [[sys.executable, "-m", BENCHMARKS[name], *arguments[1:]] for name in names]
    return max(subprocess.run(command).returncode for command in commands)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""`make bench`: every benchmark, each a ratio to a peer or a limit measured in the same run."""

import subprocess
import sys

BENCHMARKS = ("tests.bench.whatsapp",)

if __name__ == "__main__":
    sys.exit(max(subprocess.run([sys.executable, "-m", name, *sys.argv[1:]]).returncode for name in BENCHMARKS))

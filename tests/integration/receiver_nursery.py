"""Starts receivers quickly: everything is loaded once, each start is a fork. `start` on standard input; a number out.

The test kills what it was told the number of, and asks again.
"""

import os
import sys
from pathlib import Path

from receiver.server import receive
from town.config import load

if __name__ == "__main__":
    config, port = load(Path(sys.argv[1])), int(sys.argv[2])
    for line in sys.stdin:
        if line.strip() == "start":
            child = os.fork()
            if child == 0:
                receive(config, "127.0.0.1", port, lambda _: None)
                os._exit(0)
            print(child, flush=True)
        else:
            os.waitpid(int(line), 0)
            print("gone", flush=True)

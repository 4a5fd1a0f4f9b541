"""Processes of the tests' own that are killed at random instants."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable


def child(work: Callable[[], object]) -> int:
    """Fork a process that does this, silently, and ends well when it got through; gives its number."""
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            null = os.open(os.devnull, os.O_WRONLY)
            os.dup2(null, 1)
            os.dup2(null, 2)
            work()
            code = 0
        finally:
            os._exit(code)
    return pid


def ended(pid: int, within: float) -> bool:
    """Whether it ended well within the time; it is killed when it did not. AssertionError when it failed by itself."""
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            assert os.waitstatus_to_exitcode(status) == 0, "it failed by itself"
            return True
        time.sleep(0.002)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    return False

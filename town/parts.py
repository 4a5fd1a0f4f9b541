"""What the parts of `kehila serve` know of each other: who supervises them, and how the others stand."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

STATUS_VARIABLE = "KEHILA_PARTS"
"""Names the file of how things stand to the children."""
SUPERVISOR_VARIABLE = "KEHILA_SUPERVISOR"
"""Process number of `kehila serve` in the environment of what it starts."""


def end_with_supervisor() -> None:
    """In a process that Prefect's runner started under `kehila serve`: end when that one is gone.

    At once: asked gently, Prefect would try for minutes to tell a server that is gone as well.
    """
    if sys.platform == "linux" and os.environ.get(SUPERVISOR_VARIABLE) == str(os.getppid()):
        import ctypes

        ctypes.CDLL(None).prctl(1, int(signal.SIGKILL))


def parts_status(status_file: Path | None = None) -> Iterator[dict[str, Any]]:
    """The parts as last told, by `status_file` or that of the environment; nothing when nobody supervises."""
    place = status_file or (Path(os.environ[STATUS_VARIABLE]) if STATUS_VARIABLE in os.environ else None)
    with contextlib.suppress(OSError, ValueError):
        if place is not None:
            yield from json.loads(place.read_text(encoding="utf-8"))["parts"]

"""Which Kehila runs here: what a report of a fault has to name."""

from __future__ import annotations

import contextlib
import platform
import subprocess
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MAX_GIT_SECONDS = 5


@cache
def running_version() -> str:
    """kehila 0.1.0 (fc1b736), Python 3.12.3, SQLite 3.45.1; the commit where the code is a git checkout."""
    from warehouse.sqlite import sqlite3  # the command line's help wants nothing of the warehouse

    release = "of no known version"
    with contextlib.suppress(PackageNotFoundError):
        release = version("kehila")
    commit = checked_out(ROOT)
    place = f" ({commit})" if commit else ""
    return f"kehila {release}{place}, Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"


def checked_out(folder: Path) -> str:
    """The commit of a git checkout, `-dirty` when files differ from it; nothing when the folder is none."""
    if not (folder / ".git").exists():  # a checkout around the folder is another project's
        return ""
    command = ["git", "-C", str(folder), "describe", "--always", "--dirty"]
    with contextlib.suppress(OSError, subprocess.TimeoutExpired):
        done = subprocess.run(command, capture_output=True, text=True, timeout=MAX_GIT_SECONDS)
        return done.stdout.strip() if done.returncode == 0 else ""
    return ""

"""Where BI tools are kept, how they are installed: Apache Superset, and pyodbc beside the machine's ODBC drivers.

`python -m tests.bi.environment` installs both into the user's cache folder; without them the tests skip, counted.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

SUPERSET = ("apache-superset==6.1.0", "rich", "cachetools", "flask-caching<=2.3.1", "psycopg2-binary")
"""Superset's own list lacks two of these, and a newer flask-caching keeps it from starting."""
PYODBC = ("pyodbc==5.5.0",)
REMEDY = "installed by `python -m tests.bi.environment`"


def folder(tool: str) -> Path:
    """The environment of a tool; `KEHILA_SUPERSET` and `KEHILA_PYODBC` name other ones."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return Path(os.environ.get(f"KEHILA_{tool.upper()}") or cache / "kehila" / tool)


def install() -> None:
    """Fetch what is not there. Raises SubprocessError."""
    _fetch("superset", SUPERSET)
    install_pyodbc()


def install_pyodbc() -> None:
    """Fetch the small one alone. Raises SubprocessError."""
    _fetch("pyodbc", PYODBC)


def _fetch(tool: str, packages: tuple[str, ...]) -> None:
    if (folder(tool) / "installed").exists():
        return
    subprocess.run([sys.executable, "-m", "venv", folder(tool)], check=True)
    pip = [folder(tool) / "bin" / "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, *packages], check=True)
    (folder(tool) / "installed").touch()


if __name__ == "__main__":
    install()
    for one in ("superset", "pyodbc"):
        print(f"{one}: {folder(one)}")

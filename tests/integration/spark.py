"""PySpark for the tests that ask both engines: where it is kept, how it is installed. Java is the machine's own.

It lives in a folder of its own in the user's cache, and never in the lock file. `make ci-more` installs it; without it,
or without Java, the tests that need it skip, counted.
"""

from __future__ import annotations

import os
import subprocess
import sys
from decimal import Decimal
from math import isclose
from pathlib import Path
from typing import Any

import pytest

VERSION = "4.1.1"
REMEDY = "PySpark is installed by `make ci-more`; Java 17 by the machine (default-jre-headless)"


def folder() -> Path:
    """Its packages; `KEHILA_PYSPARK` names another place."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return Path(os.environ.get("KEHILA_PYSPARK") or cache / "kehila" / f"pyspark-{VERSION}")


def install() -> None:
    """Fetch it when it is not there. Raises SubprocessError."""
    if not (folder() / "pyspark").exists():
        maker = folder().with_name(f"{folder().name}-pip")
        subprocess.run([sys.executable, "-m", "venv", maker], check=True)
        pip = [maker / "bin" / "pip", "install", "--quiet", "--disable-pip-version-check", "--target", folder()]
        subprocess.run([*pip, f"pyspark=={VERSION}"], check=True)


def let_be_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let this process import it, started once for all tests. Skips where it cannot be had."""
    from transforms.engines.spark import EngineMissing, spark

    if (folder() / "pyspark").exists():
        monkeypatch.syspath_prepend(folder())
    try:
        spark()
    except EngineMissing:
        pytest.skip(REMEDY)


def is_same(one: Any, other: Any) -> bool:
    """The rule by which a case is compared: figures may differ by a rounding, nothing else may."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(is_same(one[name], other[name]) for name in one)
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(is_same, one, other))
    numbers = (int, float, Decimal)
    if isinstance(one, numbers) and isinstance(other, numbers) and not isinstance(one, bool):
        return isclose(float(one), float(other), rel_tol=1e-6, abs_tol=1e-6)
    return bool(one == other)

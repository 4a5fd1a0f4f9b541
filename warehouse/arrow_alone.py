"""Arrow without pandas, which it would load at the first value it is handed."""

from __future__ import annotations

import sys
from functools import cache
from importlib.abc import MetaPathFinder


class _NoPandas(MetaPathFinder):
    def find_spec(self, fullname: str, path: object = None, target: object = None) -> None:
        if fullname == "pandas":
            raise ModuleNotFoundError(fullname, name=fullname)


@cache
def look_for_no_pandas() -> None:
    """Let Arrow ask for pandas once while there is none, where nobody loaded it yet.

    At the first value it is handed Arrow loads pandas, only to see whether the value is one of its own: half a second
    and a hundred MB of every process that reads a file or a service. It looks again by itself when somebody asks it for
    a frame.
    """
    import pyarrow as pa

    if "pandas" in sys.modules:
        return
    finder = _NoPandas()
    sys.meta_path.insert(0, finder)
    try:
        pa.scalar(0)
    finally:
        sys.meta_path.remove(finder)

"""Where statements run: tables in, rows out.

A session has tables by name (facts, registers, `months`, `computed`) and shared views, is asked one SELECT at a time,
and knows nothing of what any of them means. DuckDB in this process is one such place; whatever else speaks the
statements' SQL can be another.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

import pyarrow as pa


class StatementFailed(Exception):
    """The engine refused a statement; the message is the engine's."""


class Session(Protocol):
    """Tables and views of some authorities, and the statements asked of them, in UTC."""

    def put(self, name: str, table: pa.Table) -> None:
        """Make an Arrow table a table of the session, in place of one of that name; `name` is one of our own."""

    def lay(self, views: Mapping[str, str]) -> None:
        """Make views, each after those it rests on; one that is there in the same words is left."""

    def ask(self, sql: str) -> tuple[list[str], list[tuple[Any, ...]]]:
        """The columns and rows of one SELECT. Raises StatementFailed."""

    def table(self, sql: str) -> pa.Table:
        """The same as an Arrow table, typed as the session's tables are."""

    def beside(self) -> Session:
        """A session of its own, with no table yet; the same one whenever asked, and closed with this one."""

    def close(self) -> None:
        """Give back what it holds."""


Engine = Callable[[], Session]
"""Opens a session with no table yet."""

"""The SQLite that everything of ours opens the database with.

It is one library for all: two in one process undo each other's locks on a file. Where a wheel of `pysqlite3` is to be
had it brings its own, of which the write-ahead log is sound; elsewhere it is the one Python was built with.
"""

from __future__ import annotations

try:
    from pysqlite3 import dbapi2 as sqlite3
except ImportError:
    import sqlite3

__all__ = ["sqlite3"]

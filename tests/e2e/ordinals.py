"""Ordinals of people found anywhere in a lake."""

import pyarrow as pa
import pyarrow.parquet as pq

from town.store import TownStore

PERSONAL = (
    "person",
    "sender",
    "actor",
    "member",
    "author",
    "reply_to_author",
    "entered_by",
    "chat_name",
    "phone",
    "email",
)


def people_in(store: TownStore) -> set[int]:
    """Every ordinal in any Parquet file of the lake, listed or not."""
    found: set[int] = set()
    for path in store.lake.root.rglob("*.parquet"):
        table = pq.read_table(path, partitioning=None)
        for name in PERSONAL:
            if name in table.column_names and pa.types.is_integer(table[name].type):
                found |= {value for value in table[name].to_pylist() if value is not None}
    return found

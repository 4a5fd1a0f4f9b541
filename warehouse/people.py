"""People as small integers: keyed hash -> ordinal, one dictionary an authority, kept in the lake.

The dictionary grows by segments of the stream `people`, listed in the ledger like any other, so it
becomes true in the same transaction as the rows that use it. Without the key, which is outside the
store, a hash says nothing; rows hold ordinals only.
"""

from __future__ import annotations

import hmac
import re
import unicodedata
from collections.abc import Callable, Mapping

import pyarrow as pa

PEOPLE_STREAM = "people"
PEOPLE_SCHEMA = pa.schema([("person_hash", pa.binary(16)), ("person", pa.int64())])

_PHONE = re.compile(r"[+\d][\d\s().\-\u2010-\u2013\u00a0]{6,}\d")


def normal_identity(kind: str, value: str) -> str:
    """One spelling for one identifier: `phone:+9725...`, `email:...`, `name:...`, `account:...`.

    A chat sender is a phone number or a name in the exporting phone's contacts; direction marks and
    the `~` of an unsaved name do not count. A local Israeli number gets its country code.
    """
    plain = value
    if not (value.isascii() and value.isprintable()):  # of printable ASCII nothing would change
        plain = unicodedata.normalize("NFKC", value)
        plain = "".join(c for c in plain if unicodedata.category(c) not in ("Cf", "Cc"))
    plain = " ".join(plain.split())
    if kind == "chat_sender":
        plain = plain.removeprefix("~").strip()
        kind = "phone" if _PHONE.fullmatch(plain) else "name"
    if kind == "phone":
        digits = "".join(str(unicodedata.digit(c)) for c in plain if c.isdigit())
        if plain.startswith("00"):
            digits = digits[2:]
        elif digits.startswith("0"):
            digits = "972" + digits[1:]
        return f"phone:+{digits}"
    if kind == "account":
        return f"account:{plain}"
    return f"{kind}:{plain.casefold()}"


class People:
    """The dictionary of one authority in memory, with the people met since it was loaded.

    `known` may be a function: the dictionary is then read when the first person is met, and most pulls
    of a quiet day meet nobody.
    """

    def __init__(self, key: bytes, known: pa.Table | Callable[[], pa.Table] | None = None) -> None:
        self._key = key
        self._known = known
        self._ordinals: dict[bytes, int] | None = None
        self._new: list[tuple[bytes, int]] = []
        self._next = 0

    def ordinal(self, kind: str, value: str) -> int | None:
        """The ordinal of an identifier, given out now if it was never met; None for an empty one."""
        normal = normal_identity(kind, value)
        if normal.endswith((":", ":+")):
            return None
        ordinals = self._loaded()
        digest = hmac.digest(self._key, normal.encode(), "sha256")[:16]
        found = ordinals.get(digest)
        if found is None:
            found = ordinals[digest] = self._next
            self._next += 1
            self._new.append((digest, found))
        return found

    def _loaded(self) -> dict[bytes, int]:
        if self._ordinals is None:
            known = self._known() if callable(self._known) else self._known
            hashes, numbers = ([], []) if known is None else (c.to_pylist() for c in known.select(PEOPLE_SCHEMA.names))
            self._ordinals = dict(zip(hashes, numbers, strict=True))
            self._next = max(self._ordinals.values(), default=-1) + 1
            self._known = None
        return self._ordinals

    def replace(self, table: pa.Table, personal: Mapping[str, str]) -> pa.Table:
        """The table with every personal column turned into ordinals; each distinct value is hashed once."""
        for column, kind in personal.items():
            place = table.schema.get_field_index(column)
            encoded = table.column(place).combine_chunks()
            if not pa.types.is_dictionary(encoded.type):
                encoded = encoded.dictionary_encode()
            if isinstance(encoded, pa.ChunkedArray):
                encoded = encoded.unify_dictionaries().combine_chunks()
            ordinals = pa.array(
                [None if value is None else self.ordinal(kind, value) for value in encoded.dictionary.to_pylist()],
                pa.int64(),
            )
            table = table.set_column(place, column, ordinals.take(encoded.indices))
        return table

    def new_people(self) -> pa.Table:
        """The people met since loading, as a segment of the stream `people`."""
        hashes = [digest for digest, _ in self._new]
        return pa.table([pa.array(hashes, pa.binary(16)), [number for _, number in self._new]], schema=PEOPLE_SCHEMA)


def landed_schema(schema: pa.Schema, personal: Mapping[str, str]) -> pa.Schema:
    """The schema of a stream after its personal columns became ordinals."""
    return pa.schema([pa.field(f.name, pa.int64()) if f.name in personal else f for f in schema])

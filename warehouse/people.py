"""People as small integers: keyed hash -> ordinal, one dictionary an authority, kept in the lake.

The dictionary grows by segments of the stream `people`, listed in the ledger like any other, so it
becomes true in the same transaction as the rows that use it. A segment is sorted by hash, and small ones are
absorbed by those that follow, so that a landing looks up whom it meets and never loads everybody. Without the key,
which is outside the store, a hash says nothing; rows hold ordinals only.
"""

from __future__ import annotations

import hmac
import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Protocol

import pyarrow as pa

from warehouse.lake import Lake

PEOPLE_STREAM = "people"
GROUP_ROWS = 4096
"""Rows of a segment that are read to find one person."""
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


class KnownPeople(Protocol):
    """The people of an authority as they are stored."""

    def find(self, hashes: pa.Array) -> pa.Table:
        """The rows of PEOPLE_SCHEMA with one of these hashes."""
        ...

    def greatest(self) -> int:
        """The greatest ordinal given out; -1 when nobody is known."""
        ...


class Dictionary:
    """The stored dictionary: segments of the lake, each looked up where its sorted hashes can be."""

    def __init__(self, lake: Lake, paths: Sequence[str]) -> None:
        self._lake, self._paths = lake, paths

    def find(self, hashes: pa.Array) -> pa.Table:
        """The rows with one of these hashes; what cannot hold one is not read."""
        found = [self._lake.find(path, "person_hash", hashes) for path in self._paths]
        return pa.concat_tables([PEOPLE_SCHEMA.empty_table(), *found])

    def greatest(self) -> int:
        """The greatest ordinal, from what the files say of themselves."""
        return max((self._lake.greatest(path, "person") for path in self._paths), default=-1)


class People:
    """Gives ordinals: those of `known` people, and new ones to people met for the first time."""

    def __init__(self, key: bytes, known: KnownPeople | None = None) -> None:
        self._key = key
        self._known = known
        self._met: dict[bytes, int | None] = {}  # looked up so far; None: not known yet
        self._new: list[tuple[bytes, int]] = []
        self._next: int | None = None

    def find(self, kind: str, value: str) -> int | None:
        """The ordinal of an identifier; None for somebody nobody met, and for an empty one."""
        digest = self._digest(kind, value)
        if digest is None:
            return None
        self._look_up([digest])
        return self._met[digest]

    def ordinal(self, kind: str, value: str) -> int | None:
        """The ordinal of an identifier, given out now if it was never met; None for an empty one."""
        return self._ordinals([self._digest(kind, value)])[0]

    def replace(self, table: pa.Table, personal: Mapping[str, str]) -> pa.Table:
        """The table with every personal column turned into ordinals; each distinct value is hashed once."""
        for column, kind in personal.items():
            place = table.schema.get_field_index(column)
            encoded = table.column(place).combine_chunks()
            if not pa.types.is_dictionary(encoded.type):
                encoded = encoded.dictionary_encode()
            if isinstance(encoded, pa.ChunkedArray):
                encoded = encoded.unify_dictionaries().combine_chunks()
            values = encoded.dictionary.to_pylist()
            digests = [None if value is None else self._digest(kind, value) for value in values]
            ordinals = pa.array(self._ordinals(digests), pa.int64())
            table = table.set_column(place, column, ordinals.take(encoded.indices))
        return table

    def new_people(self) -> pa.Table:
        """The people met for the first time, as rows of the stream `people`."""
        hashes = [digest for digest, _ in self._new]
        return pa.table([pa.array(hashes, pa.binary(16)), [number for _, number in self._new]], schema=PEOPLE_SCHEMA)

    def _digest(self, kind: str, value: str) -> bytes | None:
        normal = normal_identity(kind, value)
        if normal.endswith((":", ":+")):
            return None
        return hmac.digest(self._key, normal.encode(), "sha256")[:16]

    def _ordinals(self, digests: Sequence[bytes | None]) -> list[int | None]:
        self._look_up([digest for digest in digests if digest is not None])
        found: list[int | None] = []
        for digest in digests:
            number = None if digest is None else self._met[digest]
            if digest is not None and number is None:
                if self._next is None:
                    self._next = self._known.greatest() + 1 if self._known is not None else 0
                number = self._met[digest] = self._next
                self._next += 1
                self._new.append((digest, number))
            found.append(number)
        return found

    def _look_up(self, digests: Sequence[bytes]) -> None:
        """Ask the stored dictionary for those not asked for yet, all at once."""
        unasked = {digest for digest in digests if digest not in self._met}
        if not unasked:
            return
        self._met.update(dict.fromkeys(unasked))
        if self._known is not None:
            rows = self._known.find(pa.array(sorted(unasked), pa.binary(16)))
            self._met.update(zip(rows["person_hash"].to_pylist(), rows["person"].to_pylist(), strict=True))


def absorbed(met: int, segments: Sequence[int]) -> int:
    """How many of the last segments (by their numbers of rows) one with `met` new people should take in.

    Segments at most twice as large as what follows them: so there are about as many as the number of people has
    binary digits, and each row is written about as often.
    """
    count, size = 0, met
    for rows in reversed(segments):
        if rows > 2 * size:
            break
        count, size = count + 1, size + rows
    return count


def landed_schema(schema: pa.Schema, personal: Mapping[str, str]) -> pa.Schema:
    """The schema of a stream after its personal columns became ordinals."""
    return pa.schema([pa.field(f.name, pa.int64()) if f.name in personal else f for f in schema])

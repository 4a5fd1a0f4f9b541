"""People as small integers: keyed hash -> ordinal, one dictionary an authority, kept in the lake.

The dictionary grows by segments of the stream `people`, listed in the ledger like any other, so it
becomes true in the same transaction as the rows that use it. A segment is sorted by hash, and small ones are
absorbed by those that follow, so that a landing looks up whom it meets and never loads everybody. Without the key,
which is outside the store, a hash says nothing; rows hold ordinals only.

A forgotten person has no hash there any more, but the mark of it: her ordinal is nobody's, and what comes of her later
is nobody's too (docs/adr/0021). Without the key a mark looks like any other hash: nothing tells that, or when, she
asked.
"""

from __future__ import annotations

import hashlib
import hmac
import math
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Protocol

import pyarrow as pa

from warehouse.lake import Lake

PEOPLE_STREAM = "people"
_FORGOTTEN = b"forgotten\0"
GROUP_ROWS = 4096
"""Rows of a segment that are read to find one person."""
PEOPLE_SCHEMA = pa.schema([("person_hash", pa.binary(16)), ("person", pa.int64())])

LOOKS_PERSONAL = r"(^|[^0-9])(\+?972[- ]?|0)5[0-9][- ]?[0-9]{3}[- ]?[0-9]{4}($|[^0-9])|[^@\s]+@[^@\s]+\.[A-Za-z]{2,}"
"""An Israeli mobile number or a mail address: nothing in a fact may look like one. For DuckDB as for Python."""
_A_DAY = re.compile(r"(?<!\d)(?:\d{4}-\d{1,2}(?:-\d{1,2})?|\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d{2}))(?!\d)")
_LONG_NUMBER = re.compile(r"\d(?:[ ().\-\u2010-\u2013\u00a0]{0,2}\d){6}")

KINDS = ("chat_sender", "phone", "email", "account")
"""What an identifier may be: a name or number as chats and meetings show it, a number, an address, an account's id."""

_PLAIN = re.compile("[!-~\u05d0-\u05ea\u0621-\u063a\u0641-\u064a]+(?: [!-~\u05d0-\u05ea\u0621-\u063a\u0641-\u064a]+)*")
"""Printable ASCII, Hebrew and Arabic letters, and single spaces between: what has only one spelling as it is."""
PHONE = re.compile(r"[+\d][\d\s().\-\u2010-\u2013\u00a0]{6,}\d")
_WORD = re.compile(r"\w+(?:['\u2019\u05f3\"\u201d\u05f4]\w+)*['\u2019\u05f3]?")
_HYPHEN = re.compile("[\u05be\u2010-\u2014-]")
MAX_NAME_WORDS = 5
MAX_LATELY = 200_000
"""Identifiers of a kind that a landing keeps as they came, in memory only, with their ordinals."""
_PREFIXES = frozenset("\u05d1\u05d5\u05db\u05dc\u05de\u05e9\u05d4\u0648\u0644\u0628\u0641\u0643")
"""Letters that Hebrew (and, to, from, in, that, the, as) and Arabic (and, to, in, so, as) write before a word."""
_POINTS = re.compile("[\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670]")
"""Vowel points and cantillation of Hebrew, vowel signs and the lengthening stroke of Arabic."""
_SIGNS = str.maketrans(
    {
        **dict.fromkeys("\u2018\u2019\u02bc\u05f3\u00b4`", "'"),
        **dict.fromkeys("\u201c\u201d\u05f4", '"'),
        **dict.fromkeys("\u05be\u2010\u2011\u2012\u2013\u2014", "-"),
    }
)


def folded(text: str) -> str:
    """A name in one spelling: without vowel points, apostrophes, quotes and hyphens of one kind, small letters."""
    return _POINTS.sub("", text).translate(_SIGNS).casefold()


def normal_identity(kind: str, value: str) -> str:
    """One spelling for one identifier: `phone:+9725...`, `email:...`, `name:...`, `account:...`.

    A chat sender is a phone number or a name in the exporting phone's contacts; direction marks, vowel points and
    the `~` of an unsaved name do not count. A local Israeli number gets its country code.
    """
    return _folded(_identity(kind, value))


def _folded(identity: str) -> str:
    return f"name:{folded(identity[5:])}" if identity.startswith("name:") else identity


def _identity(kind: str, value: str) -> str:
    """The same with a name's points and signs as they are: how names were hashed before those were folded."""
    plain = value
    if not _PLAIN.fullmatch(value):
        plain = unicodedata.normalize("NFKC", value)
        plain = " ".join("".join(c for c in plain if unicodedata.category(c) not in ("Cf", "Cc")).split())
    if kind == "chat_sender":
        plain = plain.removeprefix("~").strip()
        kind = "phone" if PHONE.fullmatch(plain) else "name"
    if kind == "phone":
        digits = "".join(str(unicodedata.digit(c)) for c in plain if c.isdigit())
        if plain.startswith("00"):
            digits = digits[2:]
        elif digits.startswith("0"):
            digits = "972" + digits[1:]
        if digits.startswith("9720"):  # +972 (0)54-...
            digits = "972" + digits[4:]
        return f"phone:+{digits}"
    if kind == "account":
        return f"account:{plain}"
    return f"{kind}:{plain.casefold()}"


def may_be_personal(text: str) -> bool:
    """Whether what somebody typed holds a mail address, a telephone number or another number of seven digits.

    Days are none. Of names only those the dictionary has can be known: `names_somebody`.
    """
    plain = unicodedata.normalize("NFKC", text)
    plain = "".join(c for c in plain if unicodedata.category(c) != "Cf")
    return bool(re.search(LOOKS_PERSONAL, plain) or _LONG_NUMBER.search(_A_DAY.sub(" / ", plain)))


def names_somebody(text: str, people: People) -> bool:
    """Whether what somebody typed holds the whole name of somebody the dictionary has, with letters Hebrew and Arabic
    write before a word or without."""
    plain = unicodedata.normalize("NFKC", text)
    runs = set[str]()
    for one in (plain, _HYPHEN.sub(" ", plain)):
        spans = [found.span() for found in _WORD.finditer(one)]
        for at, (start, _) in enumerate(spans):
            for _, end in spans[at : at + MAX_NAME_WORDS]:
                runs.update(_without_prefixes(one[start:end]))
    return people.knows_any("chat_sender", sorted(runs))


def _without_prefixes(name: str) -> Iterator[str]:
    yield name
    for cut in (1, 2):
        if len(name) - cut > 1 and set(name[:cut]) <= _PREFIXES:
            yield name[cut:]


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
        self._key, self._mac = key, _keyed(key)
        self._known = known
        self._met: dict[bytes, int | None] = {}  # looked up so far; None: not known yet
        self._lately: dict[str, dict[str | None, int | None]] = {}  # kind -> identifier as it came -> ordinal
        self._older: dict[bytes, bytes] = {}  # hash -> that of the same name as it was spelled before names were folded
        self._new: list[tuple[bytes, int]] = []
        self._next: int | None = None

    def find(self, kind: str, value: str) -> int | None:
        """The ordinal of an identifier; None for somebody nobody met, and for an empty one."""
        digest = self._digest(kind, value)
        if digest is None:
            return None
        self._look_up([digest])
        return self._met[digest]

    def knows_any(self, kind: str, values: Sequence[str]) -> bool:
        """Whether any of these identifiers was ever met, asked of the stored dictionary at once."""
        digests = [digest for value in values if (digest := self._digest(kind, value)) is not None]
        self._look_up(digests)
        return any(self._met[digest] is not None for digest in digests)

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
            ordinals = pa.array(self._ordinals_of(kind, encoded.dictionary.to_pylist()), pa.int64())
            table = table.set_column(place, column, ordinals.take(encoded.indices))
        return table

    def _ordinals_of(self, kind: str, values: Sequence[str | None]) -> list[int | None]:
        """The ordinal of each; whoever was met lately is not brought to one spelling and hashed again."""
        met = self._lately.setdefault(kind, {None: None})
        unmet = [value for value in values if value not in met]
        if unmet:
            if len(met) > MAX_LATELY:
                met.clear()
                unmet = list(values)
            digests = [None if value is None else self._digest(kind, value) for value in unmet]
            met.update(zip(unmet, self._ordinals(digests), strict=True))
        return [met[value] for value in values]

    def new_people(self) -> pa.Table:
        """The people met for the first time, as rows of the stream `people`."""
        hashes = [digest for digest, _ in self._new]
        return pa.table([pa.array(hashes, pa.binary(16)), [number for _, number in self._new]], schema=PEOPLE_SCHEMA)

    def stored(self, kind: str, value: str) -> list[bytes]:
        """The hashes the stored dictionary has of an identifier; none of one that is nobody's or that nobody met."""
        digest = self._digest(kind, value)
        if digest is None or self._known is None:
            return []
        own = sorted({digest, self._older.get(digest, digest)})
        return [one for one in own if self._known.find(pa.array([one], pa.binary(16))).num_rows]

    def _digest(self, kind: str, value: str) -> bytes | None:
        given = _identity(kind, value)
        if given.endswith((":", ":+")):
            return None
        normal = _folded(given)
        digest = self._hash(normal)
        if normal != given:
            self._older.setdefault(digest, self._hash(given))
        return digest

    def _hash(self, normal: str) -> bytes:
        return self._mac(normal.encode())[:16]

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
        """Ask the stored dictionary for those not asked for yet, all at once; of unknown ones, for their marks."""
        unasked = {digest for digest in digests if digest not in self._met}
        if not unasked:
            return
        self._met.update(dict.fromkeys(unasked))
        if self._known is not None:
            self._met.update(self._found(self._known, {digest: digest for digest in unasked}))
            other: dict[bytes, bytes] = {}
            for digest in (one for one in unasked if self._met[one] is None):
                other[self._mac(_FORGOTTEN + digest)[:16]] = digest
                if (older := self._older.get(digest)) is not None:
                    other |= dict.fromkeys((older, self._mac(_FORGOTTEN + older)[:16]), digest)
            self._met.update(self._found(self._known, other))

    @staticmethod
    def _found(known: KnownPeople, asked: Mapping[bytes, bytes]) -> dict[bytes, int]:
        """Digest -> ordinal; `asked` maps what may be stored to the digest it stands for."""
        if not asked:
            return {}
        rows = known.find(pa.array(sorted(asked), pa.binary(16)))
        return {
            asked[stored]: number
            for stored, number in zip(rows["person_hash"].to_pylist(), rows["person"].to_pylist(), strict=True)
        }


def mark_of(key: bytes, digest: bytes) -> bytes:
    """What stands in the dictionary in place of a forgotten person's hash. An identity never begins as this does."""
    return hmac.digest(key, _FORGOTTEN + digest, "sha256")[:16]


def _keyed(key: bytes) -> Callable[[bytes], bytes]:
    """HMAC-SHA256 by one key, which is taken in once: of short texts that is most of the work."""
    block = (hashlib.sha256(key).digest() if len(key) > 64 else key).ljust(64, b"\0")
    inner, outer = (hashlib.sha256(bytes(one ^ pad for one in block)).copy for pad in (0x36, 0x5C))

    def mac(text: bytes) -> bytes:
        within, around = inner(), outer()
        within.update(text)
        around.update(within.digest())
        return around.digest()

    return mac


def absorbed(met: int, before: Iterable[int], most: float = math.inf) -> int:
    """How many segments (by their numbers of rows, the last first) one of `met` rows should take in, up to `most` rows.

    Segments at most twice as large as what follows them: so there are about as many as the number of rows has
    binary digits, and each row is written about as often.
    """
    count, size = 0, met
    for rows in before:
        if rows > 2 * size or size + rows > most:
            break
        count, size = count + 1, size + rows
    return count


def landed_schema(schema: pa.Schema, personal: Mapping[str, str]) -> pa.Schema:
    """The schema of a stream after its personal columns became ordinals."""
    return pa.schema([pa.field(f.name, pa.int64()) if f.name in personal else f for f in schema])

"""What every collector declares, and the few shapes that pass between a collector and landing.

A *stream* is one collection in a source: a class whose attributes say what it holds. A *file
format* reads one kind of file and yields pages of one or more streams. A *page* is an Arrow table
in the stream's declared schema. Landing, not the collector, replaces personal fields by keyed
pseudonyms before anything touches disk; the collector only declares which they are.
"""

from __future__ import annotations

import hashlib
import hmac
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any, ClassVar, Literal, TypeVar

import pyarrow as pa

from collectors.columns import FIXED, Column, IdentityKind
from collectors.discovery import load_all, named
from collectors.errors import Argument
from collectors.kinds import Reader
from collectors.mapping_file import Suggestion
from collectors.remarks import Remark, Said
from collectors.settings import FormatSettings

F = TypeVar("F", bound=FormatSettings)

_DERIVED = frozenset({"schema", "key", "cursor", "personal_fields", "fields", "known", "required"})


@dataclass(frozen=True)
class By:
    """The partition a landed row belongs to: a key, a month, or both.

    `key` names a text column, `month` a column of instants or local times whose month (UTC for instants) is
    meant. `position` names the number of a row in its file: equal months of two files are recognised although
    they stand at different places.
    """

    key: str | None = None
    month: str | None = None
    position: str | None = None


class Stream:
    """One collection in a source.

    Declared are its `columns`, and in `ignored` the fields of its records that are known and left aside; any
    other field is drift. `wire` (path -> type) are values of records that no column holds and the collector makes
    columns of; `made` are paths at which a record as it was sent has nothing, the collector making what columns find
    there. `facts` names the canonical facts staged from it. `partition` says which rows are landed, and read again,
    together; without it a segment is read as a whole. The rest is derived from the columns: the Arrow schema of its
    pages, the key, the required columns, the cursor, the personal fields, `fields` (column -> where in a record and by
    what it is read) and `known` (all fields of a record that are no drift).
    """

    name: ClassVar[str]
    columns: ClassVar[tuple[Column, ...]]
    ignored: ClassVar[Collection[str]] = ()
    wire: ClassVar[Mapping[str, Any]] = {}
    made: ClassVar[Collection[str]] = ()
    lookback: ClassVar[timedelta] = timedelta(0)
    facts: ClassVar[tuple[str, ...]] = ()
    partition: ClassVar[By | None] = None

    schema: ClassVar[pa.Schema]
    key: ClassVar[tuple[str, ...]]
    required: ClassVar[tuple[str, ...]] = ()
    cursor: ClassVar[str | None] = None
    personal_fields: ClassVar[Mapping[str, IdentityKind]] = {}
    fields: ClassVar[Mapping[str, tuple[str, Reader]]] = {}
    known: ClassVar[frozenset[str]] = frozenset()

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if by_hand := _DERIVED & set(vars(cls)):
            raise TypeError(f"{cls.__name__} declares {', '.join(sorted(by_hand))} by hand: its columns say it")
        if not {"columns", "ignored"} & set(vars(cls)):
            return
        cls.schema = pa.schema([(one.name, one.kind.type) for one in cls.columns])
        cls.required = tuple(one.name for one in cls.columns if one.required)
        cls.key = tuple(one.name for one in cls.columns if one.key)
        cls.cursor = next((one.name for one in cls.columns if one.cursor), None)
        cls.personal_fields = {one.name: one.person for one in cls.columns if one.person}
        cls.fields = {one.name: (one.path, one.reader()) for one in cls.columns if one.path != FIXED}
        cls.known = frozenset(path.split(".")[0] for path, _ in cls.fields.values()) | frozenset(cls.ignored)


@dataclass(frozen=True)
class Page:
    """Records of one stream as received: `rows` has exactly the columns of the stream's schema.

    Raises ValueError where a required column is empty: what a record holds was put in quarantine before, and what the
    collector makes itself it makes whole. A page of which only some columns were read is not `is_whole`.
    """

    stream: type[Stream]
    rows: pa.Table
    is_whole: bool = True

    def __post_init__(self) -> None:
        for name in self.stream.required if self.is_whole else ():
            if name in self.rows.column_names and self.rows[name].null_count:
                raise ValueError(f"{self.stream.name}: a row without {name}")

    @property
    def count(self) -> int:
        """How many rows it has."""
        rows: int = self.rows.num_rows
        return rows

    @classmethod
    def of(cls, stream: type[Stream], rows: Iterable[Mapping[str, object]]) -> Page:
        """A page from plain rows; absent columns become null."""
        listed = list(rows)
        columns = [pa.array([row.get(field.name) for row in listed], field.type) for field in stream.schema]
        return cls(stream, pa.table(columns, schema=stream.schema))

    @classmethod
    def of_columns(
        cls, stream: type[Stream], columns: Mapping[str, Sequence[object]], same: Mapping[str, object]
    ) -> Page:
        """A page from whole columns, equally long, and columns that are the `same` in all rows; others are null."""
        length = len(next(iter(columns.values())))
        rows = [
            pa.array(columns[field.name], field.type)
            if field.name in columns
            else pa.repeat(pa.scalar(same.get(field.name), field.type), length)
            for field in stream.schema
        ]
        return cls(stream, pa.table(rows, schema=stream.schema))


@dataclass(frozen=True)
class Rejected:
    """A record that was understood to be one but could not be taken; it goes to quarantine.

    `where` names sheet, cell, row or line. `code` and `arguments` are those of the register of errors, of kind
    `data`; they carry nothing personal. `raw` is the record as received; `kept`, of a pulled one, all that its
    stream needs to read it again. Both are sealed before they touch disk.

    Of a row of a file `stream` names whose records lack it, '' where nothing is lost, and `about` what could be read of
    where it belongs, nothing personal: `since` and `until`, the days it may speak of (none where they are not known),
    `space`, `fact` where not all facts of the stream lack it, and columns of the stream.
    """

    where: str
    code: str
    arguments: Mapping[str, Argument] = field(default_factory=dict)
    raw: bytes = b""
    kept: bytes = b""
    stream: str = ""
    about: Mapping[str, Argument] = field(default_factory=dict)


@dataclass(frozen=True)
class CellNote:
    """What whoever typed a cell is to know of it: why it could not be taken, or (not `is_refused`) what is unlikely.

    `what` is of the register of errors where it is refused, of `texts/remarks.yaml` otherwise. `meant` are words of the
    list that are near to what was typed, `choices` the whole list; neither is what was typed.
    """

    sheet: str
    address: str
    what: Said
    is_refused: bool
    meant: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()


@dataclass
class FileReport:
    """What a reader understood of one file; complete once its pages are exhausted.

    `status`: read (all of it), partial (some records quarantined or loss detected), rejected
    (nothing loaded; `code` and `arguments` say why), duplicate (already imported; set by the
    importer). `cells` are notes on single cells, of a format whose files people mend by hand. `details` holds what only
    this format can say (the JSON keys of `kehila import`).
    """

    path: str
    format: str = "unknown"
    status: Literal["read", "partial", "rejected", "duplicate"] = "read"
    code: str = ""
    arguments: Mapping[str, Argument] = field(default_factory=dict)
    rejected: list[Rejected] = field(default_factory=list)
    notices: list[Remark] = field(default_factory=list)
    cells: list[CellNote] = field(default_factory=list)
    details: dict[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The object `kehila import --json` prints for this file, but for `notices` and `reason`, in words."""
        return {
            "path": self.path,
            "format": self.format,
            **self.details,
            "quarantined": len(self.rejected),
            "status": self.status,
            "code": self.code,
        }


@dataclass(frozen=True)
class FileSettings:
    """What the town configured for reading files; every field has a working default.

    `digest_key` keys the digests that let two exports of one chat be aligned; it is random when the
    caller does not care (a dry run). `options` is the format's section of `kehila.toml`; `reader_options` what the
    town's questionnaire says to a reader of surveys. `authority` is the code of the town that receives the file, ''
    where none does (a file only looked at); `named` says what a code's town is called; `today` is the town's
    day, after which nothing can have happened. `past` are figures staff entered before, by what they are of and month.
    `fingerprint` is the keyed digest of the file's content; `is_again`
    asks that it be the newest though it was imported before, `is_withdrawing` that what it holds no more be withdrawn.
    """

    timezone: str = "Asia/Jerusalem"
    digest_key: bytes = b"\0" * 32
    options: FormatSettings | None = None
    reader_options: Mapping[str, Any] = field(default_factory=dict)
    authority: str = ""
    named: Callable[[str], str] = str
    today: date | None = None
    past: Mapping[Any, Mapping[str, float]] = field(default_factory=dict)
    fingerprint: str = ""
    is_again: bool = False
    is_withdrawing: bool = False

    def own(self, kind: type[F]) -> F:
        """The options as the format's own class, its defaults where nothing was written."""
        return self.options if isinstance(self.options, kind) else kind()


class FileFormat:
    """Reads one kind of file. A new format is one folder with one subclass; discovery finds it.

    One that knows its files by marks that others may bear too (a column of days and two counts, say) `is_asked_last`.
    """

    name: ClassVar[str]
    is_asked_last: ClassVar[bool] = False
    Settings: ClassVar[type[FormatSettings]] = FormatSettings
    streams: ClassVar[tuple[type[Stream], ...]]

    def recognises(self, path: Path) -> bool:
        """Whether this reader is the one for the file, by its content and not by its extension alone."""
        raise NotImplementedError

    def suggested(self, path: Path, settings: FileSettings) -> Suggestion | None:
        """The mapping this reader would write beside a table; None where its columns need none.

        Raises RejectFile when the table is unreadable.
        """
        return None

    def pages(self, path: Path, settings: FileSettings, report: FileReport) -> Iterator[Page]:
        """Yield the file's records, filling `report` on the way. Raises RejectFile when unreadable."""
        raise NotImplementedError


def source_key(name: str, digest_key: bytes) -> str:
    """Keyed hash of a chat's or group's name: 16 hex digits. A private chat is named after a person.

    The same function names the place in the export and in the town's list of spaces, so that the two
    meet without the name being kept. Direction marks, case and runs of white space do not count.
    """
    plain = unicodedata.normalize("NFKC", name)
    plain = "".join(c for c in plain if unicodedata.category(c) != "Cf")
    plain = " ".join(plain.split()).casefold()
    return hmac.new(digest_key, f"place:{plain}".encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()[:16]


def file_formats() -> list[FileFormat]:
    """One instance of every FileFormat, ours and those of installed packages, in the order in which they are asked.

    That is by name, those of weak marks after the others. Raises PartError when a package brings a name that is taken.
    """
    load_all()
    formats = named(FileFormat, lambda cls: cls.name, "file format").values()
    return [cls() for cls in sorted(formats, key=lambda cls: cls.is_asked_last)]

"""How a column of a landed stream is declared: once, with all that is to be known of it.

    Column("sent_at", "sentDate", instant, "When it was sent, UTC", cursor=True, required=True)

Streams that share a column share its declaration; where one differs, `dataclasses.replace` says in what.
The stream's schema, key, cursor, personal fields, reading and dictionary page all follow from its columns.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final, Literal

import pyarrow as pa

from collectors.kinds import Kind, Reader, WrongValue, instant, text

IdentityKind = Literal["phone", "email", "chat_sender", "account"]
"""How a personal field is brought to one spelling before it is hashed.

`phone` any spelling of a telephone number; `email` an address; `chat_sender` a name or number as a
chat export prints it; `account` an opaque identifier of the source (a Facebook or Zoom id).
"""

FIXED: Final = ""
"""The path of a column that no record holds: the collector knows its value, or makes it."""


@dataclass(frozen=True)
class Column:
    """One column. `path` is the dotted path of its value in a record as received, or FIXED.

    `key` columns together make a row unique within one authority. `cursor` is the one by which a stream goes
    forward. `person` says what kind of identity it holds: text here, a small integer after landing. A record
    without a `required` value means nothing and is put in quarantine. `is_words` says that staff typed it in words of
    their own, which are kept and may name somebody all the same (docs/adr/0025-words-of-staff.md). A text of nothing
    but white space is no value; only as part of a key it is kept as it came.
    """

    name: str
    path: str
    kind: Kind[Any]
    description: str
    key: bool = False
    cursor: bool = False
    person: IdentityKind | None = None
    required: bool = False
    is_words: bool = False

    def reader(self) -> Reader:
        """What reads its value: the kind's own reader, or one that raises WrongValue for nothing as well."""
        read, required, key = self.kind.read, self.required, self.key

        def filled(value: Any) -> Any:
            found = read(value)
            if found is None or (isinstance(found, str) and not found.strip()):
                if required:
                    raise WrongValue("missing")
                return found if key else None
            return found

        return filled if required or pa.types.is_string(self.kind.type) else read


def made(*columns: Column) -> tuple[Column, ...]:
    """The same columns where the collector makes the rows itself, of a webhook's event: no record holds them so."""
    return tuple(replace(column, path=FIXED) for column in columns)


STREAM = Column("stream", FIXED, text, "Stream that was read", key=True)
SINCE = Column("since", FIXED, instant, "Begin of what was read, UTC; null from the very beginning", key=True)
UNTIL = Column("until", FIXED, instant, "End of what was read, UTC, not included", key=True)
"""With these a source says what a stream has read, in rows that land beside its records."""

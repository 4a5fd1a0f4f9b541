"""Of typed records of written things the same columns that `written` makes record by record: measured, and no words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from collectors.base import Stream
from collectors.columnar import Rows
from collectors.facebook.session import FacebookSession
from collectors.text_measures import measure, measured

_OWN_WORDS = ("is_process", "is_call")
"""Measures by words of the town."""


@dataclass(frozen=True)
class Written:
    """Makes the columns of posts or comments that no record holds as they stand; called with the typed records."""

    stream: type[Stream]
    session: FacebookSession
    is_by_page: bool | None

    def __call__(self, rows: Rows) -> Mapping[str, pa.Array]:
        """The columns of names, of who wrote, of measures."""
        authors, texts = rows.values("from.id"), [text or "" for text in rows.values("message")]
        is_page = [self.is_by_page if one in (None, "") else str(one) == self.session.page for one in authors]
        made = {
            "author_name": pa.array(self._names(authors, rows.values("from.name"), rows.lengths), pa.string()),
            "is_page": pa.array(is_page, pa.bool_()),
            **measured(texts),
        }
        if own := set(_OWN_WORDS) & set(self.stream.schema.names):
            words = self.session.settings
            found = [measure(text, words.process_words, words.call_words) for text in texts]
            made |= {name: pa.array([getattr(one, name) for one in found], pa.bool_()) for name in own}
        return made

    def _names(self, authors: Sequence[Any], names: Sequence[Any], lengths: Sequence[int]) -> Iterator[str | None]:
        """The name of each author, as `names_of` has it: among the records of one answer an author has one name."""
        at = 0
        for length in lengths:
            own = authors[at : at + length]
            said = zip(own, names[at : at + length], strict=True)
            known = {one: name for one, name in said if type(one) is str and name is not None}
            known.pop(self.session.page, None)
            yield from (known.get(str(one)) for one in own)
            at += length

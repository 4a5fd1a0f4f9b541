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
        return {
            "author_name": pa.array(self._names(authors, rows.values("from.name"), rows.lengths), pa.string()),
            "is_page": pa.array(is_page, pa.bool_()),
            **measured(texts),
        }

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


@dataclass(frozen=True)
class WrittenPosts(Written):
    """The same of posts: of words of the town, and of what Graph may no longer tell (`withdrawn` fields)."""

    withdrawn: frozenset[tuple[str, str]]

    def __call__(self, rows: Rows) -> Mapping[str, pa.Array]:
        """The columns of names, of who wrote, of measures; reactions that are not told are counted as drift."""
        settings, name = self.session.settings, self.stream.name
        texts = [text or "" for text in rows.values("message")]
        each = [measure(text, settings.process_words, settings.call_words) for text in texts]
        made = dict(super().__call__(rows))
        made["is_process"] = pa.array([one.is_process for one in each], pa.bool_())
        made["is_call"] = pa.array([one.is_call for one in each], pa.bool_())
        if (name, "shares") in self.withdrawn:  # Graph leaves 0 out, and a field that is gone
            made["shares"] = pa.array(rows.values("shares.count"), pa.int64())
        untold = sum(one is None for one in rows.values("reactions.summary.total_count"))
        if untold and (name, "reactions") not in self.withdrawn:
            self.session.report.drift[f"{name}.reactions (absent)"] += untold
        return made

"""The table of posts: a row a post, or a row a post and day, whose counts are then added."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import Any

from collectors.base import FileReport, FileSettings, source_key
from collectors.errors import Argument
from collectors.meta_suite.settings import MetaSuiteSettings
from collectors.meta_suite.streams import ListedPost
from collectors.tabular import (
    Cell,
    CellError,
    DayColumn,
    DayWriting,
    NamedTable,
    Row,
    Sheet,
    as_text,
    named_table,
    on,
    rejected_row,
    table_notices,
    word_lists,
)
from collectors.text_measures import measure

WORDS = word_lists(Path(__file__).with_name("words.yaml"))
_NEEDED = ("post", "page", "published", "reactions", "comments")
_COUNTS = ("reactions", "comments", "shares")
_NUMBER = re.compile(r"\d{1,30}(?:_\d{1,30})?")


def posts_in(sheet: Sheet) -> NamedTable | None:
    """The table of posts a sheet holds, by its headers."""
    return named_table(sheet, WORDS["fields"], _NEEDED)


def read_posts(table: NamedTable, settings: FileSettings, report: FileReport) -> list[dict[str, Any]]:
    """The posts. Raises RejectFile: dates_contradict, dates_undecided."""
    own = settings.own(MetaSuiteSettings)
    published = table.days("published", DayWriting(settings.timezone, own.section, settings.today, own.day_first))
    report.notices += table_notices(table.rows(), [published])
    found: dict[str, dict[str, Any]] = {}
    for row in table.rows():
        try:
            post = _post(table, row, settings, own, published)
        except CellError as problem:
            about = _about(table, row, settings, own.space, published)
            report.rejected.append(rejected_row(table.sheet, row, problem, ListedPost.name, about))
            continue
        known = found.get(post["post_id"])
        if known is not None:
            sums = {name: _sum(known[name], post[name]) for name in _COUNTS}
            post = {**known, **sums, "reach": None}  # people of several days are not added
        found[post["post_id"]] = post
    return list(found.values())


def _post(
    table: NamedTable, row: Row, settings: FileSettings, own: MetaSuiteSettings, column: DayColumn
) -> dict[str, Any]:
    def cell(name: str) -> Cell | None:
        return table.cell(row, name)

    def number(name: str) -> str:
        found = cell(name)
        written = as_text(found) or ""
        if not _NUMBER.fullmatch(written):
            raise CellError(found.address if found else f"A{row.number}", "post_unknown")
        return written

    post, page, published = number("post"), number("page"), cell("published")
    created = column.time(published)
    if not isinstance(created, datetime):
        raise CellError(published.address if published else "", "date_missing" if created is None else "not_a_date")
    said = "\n".join(filter(None, (as_text(cell("title")), as_text(cell("description")))))
    measured = measure(said, own.process_words, own.call_words)
    return {
        "post_id": post if "_" in post else f"{page}_{post}",
        "space": own.space,
        "space_key": source_key(as_text(cell("page_name")) or page, settings.digest_key),
        "created_at": created,
        "is_process": measured.is_process,
        "is_call": measured.is_call,
        "is_classified": bool(own.process_words),
        "language": measured.language,
        **{name: table.count(row, name) for name in ("reach", *_COUNTS)},
    }


def _about(
    table: NamedTable, row: Row, settings: FileSettings, space: str | None, column: DayColumn
) -> dict[str, Argument]:
    """Where a row that cannot be taken belongs, as far as it can be read."""
    try:
        day, name = column.day(table.cell(row, "published")), as_text(table.cell(row, "page_name"))
    except CellError:
        return {}
    key = source_key(name or "", settings.digest_key)
    return {**on(day), **({"space": space} if space else {"group_key": key})}


def _sum(one: int | None, other: int | None) -> int | None:
    return None if one is None and other is None else (one or 0) + (other or 0)

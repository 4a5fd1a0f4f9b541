"""From what Graph says of a written thing to what we keep of it.

Texts are measured and dropped before a record is even looked at, so that nothing put aside holds them
either. Nor does it hold a name: names go beside the records, by the author's number, and become ordinals
at landing. They serve one end: the staff roster knows its people by name, Graph by numbers nobody sees.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from collectors.base import Page, Stream
from collectors.facebook.session import FacebookSession
from collectors.records import Fields, page_of, value_at
from collectors.text_measures import measure

_PLAIN = frozenset({str, int, bool, float})


def slim(record: Mapping[str, Any], stream: type[Stream]) -> dict[str, Any]:
    """The record with the values we read; of all else only the name remains, which is what drift is told by."""
    kept: dict[str, Any] = dict.fromkeys(record)
    for path, _ in stream.fields.values():
        value = record.get(path) if "." not in path else value_at(record, path)
        if value is None:
            continue
        place = kept
        *steps, last = path.split(".")
        for step in steps:
            place[step] = place.get(step) or {}
            place = place[step]
        # An object where a plain value belongs could hold anything; an empty list is as wrong and says nothing.
        place[last] = value if type(value) in _PLAIN or not isinstance(value, (Mapping, list)) else []
    return kept


def bared(
    record: Mapping[str, Any], stream: type[Stream], session: FacebookSession, is_by_page: bool | None
) -> dict[str, Any]:
    """A written thing without its words and names: they are measured, and whether the page wrote it is decided.

    Without permission Graph leaves `from` out; `is_by_page` is then what the edge itself tells.
    """
    text, author = record.get("message"), value_at(record, "from.id")
    words = session.settings
    found = measure(text if isinstance(text, str) else "", words.process_words, words.call_words)
    measures: dict[str, Any] = {
        "length": found.length, "is_question": found.is_question, "is_process": found.is_process,
        "is_call": found.is_call, "language": found.language,
    }  # fmt: skip
    if text is not None and not isinstance(text, str):
        measures["length"] = []
    is_page = is_by_page if author in (None, "") else str(author) == session.page
    return slim({**record, "from": {"id": author, "is_page": is_page}, "message": measures}, stream)


def names_of(records: list[dict[str, Any]], session: FacebookSession) -> dict[str, str]:
    """Author's number -> the name Graph shows, of all but the page itself."""
    said = [(value_at(record, "from.id"), value_at(record, "from.name")) for record in records]
    return {
        author: name
        for author, name in said
        if isinstance(author, str) and isinstance(name, str) and author != session.page
    }


def row_page(
    stream: type[Stream],
    records: list[dict[str, Any]],
    session: FacebookSession,
    fixed: Mapping[str, date | datetime | str | bool] | None = None,
    bound: Fields | None = None,
) -> Page:
    """A page of rows with the columns every stream of the page has."""
    return page_of(stream, records, session.report, bound=bound, fixed={**of_the_page(session), **(fixed or {})})


def of_the_page(session: FacebookSession) -> dict[str, date | datetime | str | bool]:
    """The columns every stream of the page has, which are the same in all its rows."""
    return {"page_id": session.page, "space": session.space, "read_at": session.read_at}


def page_of_written(
    stream: type[Stream],
    records: list[dict[str, Any]],
    session: FacebookSession,
    is_by_page: bool | None,
    fixed: Mapping[str, str | bool] | None = None,
    bound: Fields | None = None,
) -> Page:
    """A page of posts or comments from Graph's records; what is put in quarantine has no name with it."""
    names = names_of(records, session)
    bound = {"author_name": ("from.id", lambda author: names.get(str(author))), **(bound or {})}
    bare = [bared(record, stream, session, is_by_page) for record in records]
    return row_page(stream, bare, session, fixed, bound)

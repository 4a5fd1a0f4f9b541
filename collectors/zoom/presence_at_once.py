"""Of typed connections the same rows that `presence` makes record by record."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from collectors.casts import Doubtful, instants
from collectors.columnar import Rows, Typed
from collectors.zoom.presence import digest, name_key

Connection = tuple[str, str, str]
"""What makes a row of either list the same connection, as `presence` has it."""
_AN_ID = str | int | None
WIRE = {"id": _AN_ID, "user_id": _AN_ID, "participant_user_id": _AN_ID, "name": str | None}
"""What of a connection is read besides its columns."""
_KNOWN_BY = ("participant_user_id", "id", "user_email", "registrant_id")


def merged(rows: list[Any]) -> tuple[Typed, list[Connection]] | None:
    """The rows of both lists laid together, and what makes each a connection; None where that takes their readers."""
    if not isinstance(rows, Typed):
        return None
    shape, sent = rows.shape, Rows(rows.shape, [rows])
    try:
        began = pc.cast(instants(sent.values("join_time")), pa.string()).to_pylist()
    except (Doubtful, pa.ArrowException):
        return None
    attributes = [shape.names[path] for path in (*shape.kinds, *shape.learned)]
    values_of = attrgetter(*attributes)
    found: dict[Connection, Any] = {}
    each = zip(sent.values("user_id"), sent.values("name"), began, sent.values("status"), rows, strict=True)
    for user, name, when, status, row in each:
        place = found.setdefault((str(user or name), _as_written(when), str(status or "in_meeting")), row)
        if place is not row:
            for attribute, value in zip(attributes, values_of(row), strict=True):
                if value is not None and value is not msgspec.UNSET and value != "":
                    setattr(place, attribute, value)
    return Typed(shape, found.values(), rows.raw), [*found]


def beside(key: bytes, uuid: str, rows: Typed, each: Sequence[Connection]) -> dict[str, list[Any]]:
    """The columns that `presence.described` makes."""
    sent = Rows(rows.shape, [rows])
    own, ids, names = sent.values("participant_user_id"), sent.values("id"), sent.values("name")
    known = [any(one) for one in zip(*(sent.values(name) for name in _KNOWN_BY), strict=True)]
    keys = {name: name_key(key, uuid, name) for name in set(names)}
    return {
        "connection": [digest(key, uuid, *one) for one in each],
        "account": [one or other or None for one, other in zip(own, ids, strict=True)],
        "guest": [None if is_known else name or None for is_known, name in zip(known, names, strict=True)],
        "name_key": [keys[name] for name in names],
    }


def _as_written(instant: str | None) -> str:
    """An instant as Python writes it, from how Arrow does: `2026-03-01 00:00:00+00:00`."""
    if instant is None:
        return "None"
    whole, _, fraction = instant.removesuffix("Z").partition(".")
    return f"{whole}.{fraction}+00:00" if fraction.strip("0") else f"{whole}+00:00"

"""Connections of a meeting as Zoom lists them, and the names by which acts are matched to them.

Zoom has two lists: the report knows registrants, breakout rooms and account ids, the past meeting knows who
is of the account. Both are read and laid together, connection by connection.
"""

from __future__ import annotations

import hmac
import unicodedata
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any

from collectors.columnar import Form
from collectors.kinds import WrongValue, instant
from collectors.zoom.errors import Gone
from collectors.zoom.meetings import Held, ZoomSession
from collectors.zoom.session import in_path

_LETTERS = str.maketrans("0123456789", "ghijklmnop")


def listed(session: ZoomSession, held: Held, form: Form) -> list[list[dict[str, Any]]]:
    """The past meeting's list and the report's, as far as Zoom gives them."""
    at, wire = in_path(held.uuid), session.wire
    reported = past = None
    if held.in_reports:
        reported = session.or_none(
            wire.every,
            f"report/{held.family}/{at}/participants",
            "participants",
            {"include_fields": "registrant_id"},
            form,
            webinar=held.is_webinar,
        )
    past = session.or_none(
        wire.every, f"past_{held.family}/{at}/participants", "participants", None, form, webinar=held.is_webinar
    )
    if reported is None and past is None and held.record.get("participants") not in (0, 1):
        if held.in_reports:
            raise Gone("gone")
        session.notice("Zoom no longer gives the participants of some meetings; they count without their people")
    return [one for one in (past, reported) if one is not None]


def connections(key: bytes, uuid: str, rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows of both lists, with what the stream adds: whom a row belongs to and by what."""
    merged: dict[tuple[str, ...], dict[str, Any]] = {}
    for row in rows:
        place = merged.setdefault(_connection(row), {})
        place.update({name: value for name, value in row.items() if value not in (None, "") or name not in place})
    return [described(key, uuid, row) for row in merged.values()]


def described(key: bytes, uuid: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """A connection with its digest, its account and, for a guest known by nothing else, her name."""
    account = row.get("participant_user_id") or row.get("id")
    is_known = any(row.get(name) for name in ("participant_user_id", "id", "user_email", "registrant_id"))
    return {
        **row,
        "_meeting": uuid,
        "_connection": digest(key, uuid, *_connection(row)),
        "_account": account or None,
        "_guest": None if is_known else row.get("name") or None,
        "_name_key": name_key(key, uuid, row.get("name")),
    }


def name_key(key: bytes, uuid: str, name: Any) -> str:
    """A name as a digest that means something within one meeting only; "" for no name."""
    if not isinstance(name, str):
        return ""
    plain = name
    if not (name.isascii() and name.isprintable()):  # of printable ASCII nothing would change
        plain = "".join(c for c in unicodedata.normalize("NFKC", name) if unicodedata.category(c) not in ("Cf", "Cc"))
    plain = " ".join(plain.split()).casefold()
    return digest(key, uuid, plain) if plain else ""


def digest(key: bytes, *parts: str) -> str:
    """Keyed hash of a few texts: 16 letters. Digits could look like a telephone number to the privacy gate."""
    text = "\0".join(("zoom", *parts)).encode("utf-8", "surrogatepass")
    return hmac.digest(key, text, "sha256").hex()[:16].translate(_LETTERS)


def _connection(row: Mapping[str, Any]) -> tuple[str, ...]:
    """What makes a row of either list the same connection; the two write instants differently."""
    joined = row.get("join_time")
    with suppress(WrongValue):
        joined = instant(joined)
    return str(row.get("user_id") or row.get("name")), str(joined), str(row.get("status") or "in_meeting")

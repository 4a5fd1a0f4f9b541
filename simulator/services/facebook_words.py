"""Graph's own words for its errors, and its field syntax: what the stand-in of Graph speaks with."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_PERMISSION = (
    "(#10) This endpoint requires the 'pages_read_engagement' permission or the 'Page Public Content Access' feature."
)
MESSAGES = {
    1: "Please reduce the amount of data you're asking for, then retry your request",
    2: "Service temporarily unavailable",
    3: "(#3) Application does not have the capability to make this API call.",
    4: "(#4) Application request limit reached",
    10: _PERMISSION,
    17: "(#17) User request limit reached",
    32: "(#32) Page request limit reached",
    100: "(#100) The value must be a valid insights metric",
    102: "Session key invalid or no longer valid",
    104: "An access token is required to request this resource.",
    190: "Malformed access token {token}",
    200: "(#200) Requires read_insights permission to manage the object",
    341: "Feed action request limit reached",
    368: "The action attempted has been deemed abusive or is otherwise disallowed",
    613: "(#613) Calls to this api have exceeded the rate limit.",
    3001: "(#3001) No metric was specified to be fetched",
    80001: "(#80001) There have been too many calls to this Page account. Wait a bit and try again.",
}
_FIELD = re.compile(r"(\w+)((?:\.\w+\([^()]*\))*)(?:\{([^{}]*)\})?(?:,|$)")
# What an object may have and does not always show: asking for it is no error.
OPTIONAL = frozenset({"message", "shares", "from", "parent", "updated_time"})


def selected(record: Mapping[str, Any], fields: str) -> dict[str, Any]:
    """The asked fields of a record; the identifier always comes. KeyError names a field there is none of.

    What lies under "*" comes unasked, as fields do that Graph gains one day.
    """
    told: dict[str, Any] = {"id": record["id"]}
    place = 0
    while place < len(fields):
        one = _FIELD.match(fields, place)
        if one is None:
            raise KeyError(fields[place:])
        place = one.end()
        name, modifiers, inner = one.groups()
        if name not in record:
            if name in OPTIONAL:
                continue
            raise KeyError(name)
        value = record[name]
        if name in ("reactions", "comments") and ".summary(" not in modifiers:
            value = {key: part for key, part in value.items() if key != "summary"}
        told[name] = selected(value, inner) if inner else value
    return told | dict(record.get("*", {}))

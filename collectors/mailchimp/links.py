"""What may be kept of a link in a newsletter: its path, when nobody can be told by it.

Belongs here: what counts as personal in an address, and the town's own map of paths to processes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

KINDS = frozenset({"planning", "education", "events", "tenders", "legislation", "budget", "residents_meeting", "other"})

_HARMLESS = re.compile(r"utm_\w+|mc_cid|lang|page|p")
_TOKEN = re.compile(r"(?=[^/]*\d)(?=[^/]*[A-Za-z])[A-Za-z0-9_\-]{20,}|\d{7,}|[^/]*@[^/]*|[^/]*\*\|[^/]*")


def path_of(url: Any) -> str | None:
    """The path of an address; None when its query or a step of it could name a person."""
    if not isinstance(url, str):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or parts.username:
        return None
    if any(not _HARMLESS.fullmatch(name.lower()) for name, _ in parse_qsl(parts.query, keep_blank_values=True)):
        return None
    path = unquote(parts.path) or "/"
    return None if any(_TOKEN.fullmatch(step) for step in path.split("/")) else path


def process_of(url: Any, paths: Mapping[str, str] | Iterable[str]) -> str | None:
    """The kind of municipal process a link leads to: that of the longest configured path it lies under.

    `paths` is the account's setting `process_paths`: path = kind, or only paths, whose kind is `other`.
    """
    path = path_of(url)
    if path is None:
        return None
    kinds = dict(paths) if isinstance(paths, Mapping) else dict.fromkeys(paths, "other")
    under = [one for one in kinds if path == one or path.startswith(one.rstrip("/") + "/")]
    if not under:
        return None
    kind = kinds[max(under, key=len)]
    return kind if kind in KINDS else "other"

"""Where Meta's Graph API says that a list goes on, for pages of Facebook and numbers of WhatsApp."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from collectors.paging import Cursor, not_a_list
from collectors.records import value_at

_NOT_OURS = frozenset({"access_token", "appsecret_proof", "limit"})


def graph_following(answer: Mapping[str, Any], check_address: Callable[[str], None]) -> Cursor | None:
    """The cursor of the next page as Meta's Graph names it. `next` holds the token: it is neither called nor kept."""
    paging = answer.get("paging")
    if "paging" in answer and not isinstance(paging, Mapping):
        raise not_a_list("paging")
    link = value_at(paging, "next")
    if not link:
        # The end of a list has no `next`; one that is there and empty would end it too early.
        if paging and "next" in paging:
            raise not_a_list("paging.next")
        return None
    check_address(str(link))
    after = value_at(paging, "cursors.after")
    if isinstance(after, str) and after:
        return {"after": after}
    query = parse_qsl(urlsplit(str(link)).query, keep_blank_values=True)
    return {name: value for name, value in query if name not in _NOT_OURS}

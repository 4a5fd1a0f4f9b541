"""What webhooks told of a page, laid over what was pulled: in whatever order it arrived, the same comes of it.

A pull made later than a change has seen what became of it, and speaks. A removal is for good unless a later pull
still shows the thing; what was never seen otherwise is not made up from its removal.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from transforms.staging.records import Row

ORDER = ("add", "edit", "hide", "unhide", "remove")
WRITTEN = ("length", "is_question", "is_process", "is_call", "language")
BEGUN = ("add", "edit")


def with_changes(pulled: list[Row], changes: Iterable[Row], name: str) -> list[Row]:
    """Posts or comments as they stand; `name` is the column of their identifier. `is_deleted` tells the removed."""
    found = {row[name]: {**row, "is_deleted": False} for row in pulled}
    groups: dict[str, list[Row]] = defaultdict(list)
    for change in changes:
        groups[change[name]].append(change)
    for identifier, told in groups.items():
        told.sort(key=lambda one: (one["read_at"], ORDER.index(one["verb"]), repr(sorted(_plain(one).items()))))
        begun = found.get(identifier) or _begun(told)
        if begun is not None:
            found[identifier] = _after(begun, told)
    return [found[identifier] for identifier in sorted(found)]


def _begun(told: list[Row]) -> Row | None:
    """A thing as the changes alone tell of it; None when none of them is the writing of it."""
    first = next((one for one in told if one["verb"] in BEGUN and one["created_at"] is not None), None)
    if first is None:
        return None
    created = min(one["created_at"] for one in told if one["verb"] in BEGUN and one["created_at"] is not None)
    bare = {"updated_at": None, "kind": None, "shares": None, "reactions": None, "comments": None, "likes": None,
            "replies": None, "is_hidden": False, "is_page_post": None, "is_deleted": False}  # fmt: skip
    # Everything told after it is laid over it, its own edits included.
    return {**bare, **first, "created_at": created, "read_at": first["read_at"]}


def _after(row: Row, told: list[Row]) -> Row:
    seen_at = row["read_at"]
    for change in told:
        if change["read_at"] < seen_at:
            continue
        if change["verb"] in BEGUN:
            row |= {column: change.get(column) for column in WRITTEN if column in row}
            if change["is_published"] is not None and "is_published" in row:
                row["is_published"] = change["is_published"]
        elif change["verb"] == "remove":
            row["is_deleted"] = True
        else:
            row["is_hidden"] = change["verb"] == "hide"
    return row


def _plain(row: Row) -> Row:
    """Without what depends on the order of arrival."""
    return {
        name: value
        for name, value in row.items()
        if name not in ("segment", "landed_order", "batch", "author", "author_name")
    }

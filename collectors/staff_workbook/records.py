"""A row of the workbook, its cells already values, to records of a stream.

Most sheets fill their stream column by column, as declared. The functions here are the sheets that
say more than that: a person by three identifiers, a community by its changes, a goal by its parts, a
month by its topics. The meaning of the records: docs/staff_workbook.md.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from collectors.base import source_key
from collectors.kinds import SCALES
from collectors.staff_workbook.cells import Book
from collectors.staff_workbook.layout import SheetLayout
from collectors.tabular import plain_text

Values = Mapping[str, Any]
WAITING_CODE = re.compile("unregistered-[0-9a-f]{8}")
"""The code of a place that waits to be registered stands for the name of its export, which nobody keeps."""
Record = dict[str, Any]


class RowError(Exception):
    """A row whose cells are right one by one but wrong together; names the column to correct."""

    def __init__(self, column: str, code: str) -> None:
        super().__init__(code)
        self.column = column
        self.code = code


def records_of(layout: SheetLayout, values: Values, book: Book, digest_key: bytes) -> list[Record]:
    """The records a row becomes; raises RowError when its cells contradict each other."""
    first, last = _span(layout)
    if first and values.get(first) and values.get(last) and values[last] < values[first]:
        raise RowError(last, "ends_before_it_starts")
    record: Record = {c.fills: values[c.id] for c in layout.columns if c.fills}
    if "has_evidence" in record:
        record["has_evidence"] = bool(record["has_evidence"])
    special = _SPECIAL.get(layout.id)
    found = special(record, values, book, digest_key) if special else [record]
    if layout.stream.name == "staff_report":
        for one in found:
            one.setdefault("indicator", layout.indicator)
            for name in ("month", "part", "subject", "space", "state"):
                one[name] = one.get(name) or ""
    return found


def _span(layout: SheetLayout) -> tuple[str, str]:
    names = {column.id for column in layout.columns}
    if "last_day" in names:
        return "first_day", "last_day"
    return ("from_day", "to_day") if "to_day" in names else ("", "")


def content_code(prefix: str, content: object) -> str:
    """A code made of what is said, so that reading the same row again gives the same code."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, default=str)
    return f"{prefix}-{hashlib.sha256(text.encode()).hexdigest()[:12]}"


def _space(record: Record, values: Values, book: Book, digest_key: bytes) -> list[Record]:
    title = values["title"]
    record["space"] = record["space"] or book.space_titled(title) or content_code("s", plain_text(title))
    names = values["names"] or []
    record["source_keys"] = sorted({n if WAITING_CODE.fullmatch(n) else source_key(n, digest_key) for n in names})
    record["language"] = record["language"] or "he"
    record["society"] = record["society"] or "general"
    return [record]


def _member(record: Record, _values: Values, _book: Book, _digest_key: bytes) -> list[Record]:
    identities = [name for name in ("chat_name", "phone", "email") if record[name]]
    if not identities:
        raise RowError("chat_name", "no_identity")
    apart = dict.fromkeys(("chat_name", "phone", "email"))
    return [{**record, **apart, name: record[name]} for name in identities]


def _monthly(record: Record, values: Values, book: Book, _digest_key: bytes) -> list[Record]:
    entry = book.contents.entries[values["indicator"]]
    if values["part"] is None and entry.indicator.parts and not entry.adds_up:
        raise RowError("part", "part_missing")
    return [record]


def _investment(record: Record, values: Values, _book: Book, _digest_key: bytes) -> list[Record]:
    is_language = values["indicator"] == "societies.language_investment"
    return [{**record, "subject": values["language" if is_language else "asset"]}]


def _routine(record: Record, values: Values, _book: Book, _digest_key: bytes) -> list[Record]:
    return [{**record, "state": "shared" if values["shared"] else "own"}]


def _community(record: Record, values: Values, _book: Book, _digest_key: bytes) -> list[Record]:
    said = [{**record, "part": part, "state": values[part]} for part in ("kind", "stage") if values[part]]
    if values["volunteers"] is not None:
        said.append({**record, "part": "volunteers", "amount": values["volunteers"]})
    if values["is_ready"] is not None:
        said.append({**record, "part": "ready", "state": "yes" if values["is_ready"] else "no"})
    if values["ended"]:
        said.append({**record, "part": "ended", "state": "yes"})
    if not said:
        raise RowError("kind", "nothing_said")
    return said


def _focus_group(record: Record, values: Values, _book: Book, _digest_key: bytes) -> list[Record]:
    """One group: itself, the people in it, and each barrier that came up, once."""
    day = values["held_day"]
    record |= {"month": f"{day:%Y-%m}", "subject": f"{day:%Y-%m-%d} {values['held_with']}"}
    named = sorted({values[f"barrier_{n}"] for n in (1, 2, 3)} - {None})
    counts = {"groups": 1, "people": values["people"], **dict.fromkeys(named, 1)}
    return [{**record, "part": part, "amount": amount} for part, amount in counts.items()]


def _told_back(record: Record, values: Values, _book: Book, _digest_key: bytes) -> list[Record]:
    """A matter as it stands: raised, decided, or told as well, with the days until residents were told."""
    raised, decided, told = (values[name] for name in ("raised_day", "decided_day", "told_day"))
    if told is not None and decided is None:
        raise RowError("decided_day", "told_before_decided")
    for name, before in (("decided_day", raised), ("told_day", decided)):
        if values[name] is not None and values[name] < before:
            raise RowError(name, "ends_before_it_starts")
    state = "told" if told else "decided" if decided else "raised"
    days = (told - raised).days if told else None
    return [{**record, "month": f"{raised:%Y-%m}", "state": state, "amount": days}]


def _goal(record: Record, values: Values, _book: Book, _digest_key: bytes) -> list[Record]:
    record["subject"] = "|".join(values[name].replace("|", "/") for name in ("programme", "goal"))
    found = []
    named = ("linked", "measure", "direction", "baseline", "target", "until", "owner")
    names_goal = any(values[name] is not None for name in named)
    if names_goal or values["value"] is None:
        found.append({**record, "part": "goal", "amount": values["baseline"], "state": values["direction"]})
    if values["linked"]:
        found.append({**record, "part": "indicator", "state": values["linked"]})
    if values["target"] is not None:
        found.append({**record, "part": "target", "amount": values["target"]})
    said = {"until": values["until"] and values["until"].isoformat(), "owner": values["owner"]}
    found += [{**record, "part": part, "state": state} for part, state in said.items() if state]
    if values["value"] is not None:
        found.append({**record, "part": "value", "amount": values["value"]})
    return found


def _follow_up(record: Record, values: Values, book: Book, _digest_key: bytes) -> list[Record]:
    """What is done about an indicator; a target must be a figure that its unit can have."""
    target, unit = values["target"], book.contents.linked_units.get(values["indicator"], "")
    if not any(values[name] is not None for name in ("note", "action", "review_day", "target")):
        raise RowError("note", "no_follow_up")
    if target is None and values["target_day"] is not None:
        raise RowError("target", "required")
    lowest, highest = SCALES.get(unit, (0.0, float("inf")))
    if target is not None and not lowest <= target <= highest:
        raise RowError("target", "target_out_of_reach")
    return [record]


def _publication(record: Record, _values: Values, _book: Book, _digest_key: bytes) -> list[Record]:
    record["calls_for_response"] = bool(record["calls_for_response"])
    follows = record["follows_up"]
    if follows and follows.replace(" ", "").isdigit():
        record["follows_up"] = follows.replace(" ", "")  # meeting numbers are shown in groups
    return [record]


def _event(record: Record, _values: Values, _book: Book, _digest_key: bytes) -> list[Record]:
    if record["last_day"] is None and record["kind"] != "emergency":
        record["last_day"] = record["first_day"]
    if record["event"] is None:
        record["event"] = content_code("e", [record["kind"], plain_text(record["title"]), record["first_day"]])
    return [record]


def _period(_record: Record, values: Values, _book: Book, _digest_key: bytes) -> list[Record]:
    topics = {name: is_complete for name, is_complete in values.items() if name != "month" and is_complete is not None}
    return [{"month": values["month"], "topic": name, "is_complete": topics[name]} for name in topics]


_SPECIAL: Mapping[str, Callable[[Record, Values, Book, bytes], list[Record]]] = {
    "spaces": _space,
    "staff": _member,
    "monthly": _monthly,
    "investment": _investment,
    "routines": _routine,
    "communities": _community,
    "focus_groups": _focus_group,
    "goals": _goal,
    "follow_up": _follow_up,
    "told_back": _told_back,
    "publications": _publication,
    "events": _event,
    "periods": _period,
}

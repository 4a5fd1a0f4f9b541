"""Each field a service sends, made empty: which there are, what a town makes of it, and what is said of it."""

from __future__ import annotations

import gzip
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from xml.etree.ElementTree import Element, tostring

import pyarrow as pa
from defusedxml.ElementTree import fromstring

from simulator.services.server import Answer, Call
from tests.e2e.played import NOW
from tests.e2e.services import PEOPLE, Town, rows, streams
from tests.staged import stage_whole
from town.config import load
from town.landed import landed_tables
from town.staged import staging_modules
from town.store import open_store
from transforms.staging import staff
from transforms.staging.skipped import SKIPPED

Place = tuple[str, str]
"""The end of an address, without identifiers, and the dotted path of a field in its answer."""
EMPTY: tuple[tuple[Any, bool], ...] = ((None, False), ("", False), (None, True))
"""What stands in its place, and whether in one record only: a bad one must not take the others with it."""
ANY = "*"
NOT_KNOWN = {"None", "unknown", "none", "other", ""}
"""How a fact says that something is not known of it."""


def endpoint(call: Call) -> str:
    """What was asked, identifiers left out, so that the same question about two things is one question."""
    words = [word for word in call.path.strip("/").split("/") if re.fullmatch(r"[a-zA-Z_.-]*:?[a-zA-Z_.-]*", word)]
    asked = call.body if isinstance(call.body, bytes) else b""
    method = re.search(rb'"method": *"(\w+)"', asked)
    return "/".join(words[-3:]) + (f"#{method[1].decode()}" if method else "")


def _is_map(body: dict[str, Any]) -> bool:
    """An object whose names are identifiers and no fields: all of them are one field."""
    return len(body) > 12 and all(isinstance(one, dict) for one in body.values())


def paths(body: Any, above: str = "") -> Iterator[str]:
    """The dotted paths of an answer's plain values and objects; `[]` stands for all of a list."""
    if isinstance(body, dict):
        for name, value in body.items():
            name = ANY if _is_map(body) else name
            here = f"{above}.{name}" if above else name
            yield here
            yield from paths(value, here)
    elif isinstance(body, list):
        for value in body:
            yield from paths(value, f"{above}[]")


def emptied(body: Any, path: str, value: Any, *, only_one: bool = False) -> Any:
    """The answer with every value at the path replaced, or only that of one of the records of a list."""
    head, _, rest = path.partition(".")
    name, lists = head.rstrip("[]"), head.count("[]")
    if name == ANY and isinstance(body, dict):
        return {
            one: (emptied(inner, rest, value, only_one=only_one) if rest else value)
            if not only_one or number == len(body) // 2
            else inner
            for number, (one, inner) in enumerate(body.items())
        }
    if lists and name == "":
        found = body
    elif not isinstance(body, dict) or name not in body:
        return body
    else:
        found = body[name]

    def within(one: Any, depth: int) -> Any:
        if depth and isinstance(one, list):
            chosen = range(len(one)) if not only_one else (len(one) // 2,)
            return [within(inner, depth - 1) if number in chosen else inner for number, inner in enumerate(one)]
        return emptied(one, rest, value, only_one=only_one)

    new = within(found, lists) if rest else value
    return new if name == "" else {**body, name: new}


def elements(above: Element, path: str = "") -> Iterator[tuple[str, Element, Element]]:
    """The path by names of each element of a document, the element that holds it, and itself."""
    for one in above:
        here = f"{path}.{one.tag.rpartition('}')[2]}" if path else one.tag.rpartition("}")[2]
        yield here, above, one
        yield from elements(one, here)


def without_element(document: Element, path: str, value: Any, *, only_one: bool) -> None:
    """Take every element at the path away (None), or its words (""); or those of one in the middle.

    One that holds others is emptied either way: without it there is no record, and nothing is missing.
    """
    found = [(holder, one) for here, holder, one in elements(document) if here == path]
    for holder, one in found[len(found) // 2 :][:1] if only_one else found:
        if value is None and not len(one):
            holder.remove(one)
        else:
            one.clear()


class Fields:
    """Hears every answer, and empties one field of one kind of question."""

    def __init__(self) -> None:
        self.seen: dict[Place, int] = {}
        self.spoiled: Place | None = None
        self.value: Any = None
        self.only_one = False

    def change(self) -> Callable[[Call, Any], Any]:
        """What `spoil` is given."""

        def altered(call: Call, body: Any) -> Any:
            asked = endpoint(call)
            for path in set(paths(body)):
                self.seen[asked, path] = self.seen.get((asked, path), 0) + 1
            if self.spoiled is not None and self.spoiled[0] == asked:
                return emptied(body, self.spoiled[1], self.value, only_one=self.only_one)
            return body

        return altered

    def change_document(self, call: Call, answer: Answer) -> Answer:
        """The same of a document in XML."""
        packed = answer.body[:2] == b"\x1f\x8b"
        document = fromstring(gzip.decompress(answer.body) if packed else answer.body)
        asked = call.path.strip("/")
        for path, _, _ in elements(document):
            self.seen[asked, path] = self.seen.get((asked, path), 0) + 1
        if self.spoiled is not None and self.spoiled[0] == asked:
            without_element(document, self.spoiled[1], self.value, only_one=self.only_one)
        body = tostring(document)
        return replace(answer, body=gzip.compress(body, mtime=0) if packed else body)


@dataclass
class Outcome:
    """What a town has after one reading, and what it was told."""

    town: Town
    facts: dict[str, pa.Table]
    said: set[str]

    def headlines(self) -> dict[tuple[str, str], tuple[float | None, str, str]]:
        """(indicator, month) -> value, status and flags, once refreshed."""
        self.town.kehila("refresh")
        cells = rows(
            self.town,
            "select indicator, month, value, status, quality from indicator_value "
            "where space = '' and part = '' and cut = ''",
        )
        return {(indicator, month): (value, status, quality) for indicator, month, value, status, quality in cells}


def outcome(town: Town) -> Outcome:
    """Collect, and see what came of it."""
    said = set[str]()
    for name, one in streams(town.kehila("collect", "--json")).items():
        said |= {f"{name} {one['status']} {one['code']}"} if one["status"] != "done" else set()
        said |= {f"{name} put aside"} if one["quarantined"] else set()
        said |= {f"{name} drift {what}" for what in one["drift"]} | {f"{name} {what}" for what in one["notices"]}
    store = open_store(load(town.folder / "kehila.toml"), today=NOW.date())
    known = staff.town_from(landed_tables(store, staff.STREAMS), store.authority.code, store.authority.timezone)
    found = {}
    for module in staging_modules():
        for fact, table in stage_whole(module, landed_tables(store, module.STREAMS), known).items():
            found[f"{module.SOURCE} {fact}"] = table
            said |= {f"{module.SOURCE} left out {one}" for one in table.to_pylist()} if fact == SKIPPED else set()
    store.engine.dispose()
    return Outcome(town, found, said)


def losses(before: Outcome, after: Outcome) -> list[str]:
    """What facts say less of, or otherwise, than before; that something is not known is said by the fact itself.

    A month that is covered no more, or not in full, says so.
    """
    found = []
    for fact, table in before.facts.items():
        now = after.facts.get(fact, table.slice(0, 0))
        if fact.endswith(" coverage"):
            continue
        if now.num_rows < table.num_rows:
            found.append(f"{fact}: {table.num_rows} -> {now.num_rows}")
        for name in set(table.column_names) - set(PEOPLE) if table.num_rows else ():
            new = Counter(map(str, now[name].to_pylist())) - Counter(map(str, table[name].to_pylist()))
            if set(new) - NOT_KNOWN:
                found.append(f"{fact}.{name}")
    is_less_covered = any(
        full_months(table) - full_months(after.facts[fact])
        for fact, table in before.facts.items()
        if fact.endswith(" coverage") and fact in after.facts
    )
    return [] if is_less_covered else found


def full_months(coverage: pa.Table) -> set[tuple[Any, ...]]:
    """Of what whole months are told; a row that only knows less of them still tells of them."""
    rows = coverage.to_pylist()
    return {(one["fact"], one["asset"], one["space"], one["month"]) for one in rows if one["extent"] == "full"}


def false_zeros(before: Mapping[tuple[str, str], Any], after: Mapping[tuple[str, str], Any]) -> list[tuple[str, str]]:
    """Headlines that had a value and now are 0: of a part there is no zero."""
    return [place for place, (value, *_) in before.items() if value and after.get(place, (None,))[0] == 0]

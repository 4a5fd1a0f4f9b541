"""Answers of a stand-in, changed as services change: names, types, sizes, encodings. The same seed, the same mutants."""

from __future__ import annotations

import base64
import binascii
import copy
import gzip
import json
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any
from xml.etree import ElementTree

from simulator.services.server import Answer, Call

Path = tuple[str | int, ...]
INSIDE = "(base64)"
"""A step into a document that is carried inside a text."""
NEW = "brand_new_field"

VALUES: dict[str, Callable[[Any], Any]] = {
    "null": lambda old: None,
    "text": lambda old: "wrong",
    "number": lambda old: 12345,
    "yes": lambda old: True,
    "in a list": lambda old: [old],
    "in an object": lambda old: {"inner": old},
    "huge": lambda old: 10**40,
    "huge text": lambda old: "9" * 400,
    "negative": lambda old: -1,
    "fraction": lambda old: 3.7,
    "endless": lambda old: float("inf"),
    "half a letter": lambda old: "\ud800x",
    "nul": lambda old: "a\0b",
    "long": lambda old: "א" * 100_000,
    "backwards": lambda old: "\u202e" + str(old),
    "nothing": lambda old: "",
}
OF_OBJECTS: dict[str, Callable[[Any], Any]] = {
    "extra": lambda old: {**old, NEW: {"deep": [1, {"er": "x"}]}},
    "no fields": lambda old: {},
}
OF_LISTS: dict[str, Callable[[Any], Any]] = {
    "none": lambda old: [],
    "a text among": lambda old: [*old, "x"],
    "a null among": lambda old: [None, *old],
    "numbers": lambda old: [1, 2, 3],
    "a list among": lambda old: [[], *old],
}
OF_KEYS = ("removed", "renamed")
OF_BYTES: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda body: b"",
    "half": lambda body: body[: len(body) // 2],
    "utf-16": lambda body: body.decode("utf-8", "replace").encode("utf-16"),
    "cp1255": lambda body: body.decode("utf-8", "replace").encode("cp1255", "replace") + "שלום".encode("cp1255"),
    "marked": lambda body: b"\xef\xbb\xbf" + body,
    "a page": lambda body: b"<!doctype html><title>Log in</title>",
    "null": lambda body: b"null",
    "list": lambda body: b"[" + body + b"]",
    "text": lambda body: b'"text"',
    "nested": lambda body: b"[" * 100_000,
    "twice": lambda body: body + body,
    "noise": lambda body: bytes(range(256)),
}


@dataclass(frozen=True)
class Mutant:
    """One change: to which answers, where in them, what."""

    shape: str
    where: Path
    kind: str

    def __str__(self) -> str:
        return f"{self.shape} {'.'.join(map(str, self.where)) or 'whole'}: {self.kind}"

    def alter(self, call: Call, answer: Answer) -> Answer:
        """The answer with the change, when it is one of those meant."""
        if shape_of(call) != self.shape or answer.status != 200:
            return answer
        if self.where == ("bytes",):
            return replace(answer, body=OF_BYTES[self.kind](answer.body))
        if answer.content_type.startswith("application/xml"):
            return replace(answer, body=_xml(answer.body, self.where, self.kind))
        document = json.loads(answer.body)
        return replace(answer, body=json.dumps(_changed(document, self.where, self.kind)).encode())


def shape_of(call: Call) -> str:
    """The kind of call: its path without identifiers, and of a call with a body what it asks."""
    steps = ["*" if re.search(r"[\d=%]", step) else step for step in call.path.split("/")]
    asked = ""
    if call.body[:1] == b"{":
        body = call.json()
        names = [one["name"] for key in ("dimensions", "metrics") for one in body.get(key, ())]
        asked = "#" + (body.get("method") or ",".join(names))
    return f"{call.method} {'/'.join(steps)}{asked}"


def mutants_of(answers: dict[str, Answer], seed: int, count: int) -> list[Mutant]:
    """So many changes of these answers, drawn by seed, every kind and place as likely."""
    everything = [one for shape, answer in sorted(answers.items()) for one in _all(shape, answer)]
    random.Random(seed).shuffle(everything)
    return everything[:count]


def _all(shape: str, answer: Answer) -> Iterator[Mutant]:
    yield from (Mutant(shape, ("bytes",), kind) for kind in OF_BYTES)
    if answer.content_type.startswith("application/xml"):
        tags = dict.fromkeys(element.tag for element in _root(answer.body).iter())
        kinds = ("removed", "renamed", "extra", "text", "nothing", "long", "huge text", "nul", "repeated")
        yield from (Mutant(shape, (tag,), kind) for tag in tags for kind in kinds)
        return
    try:
        document = json.loads(answer.body)
    except ValueError:
        return
    for where, value in _places(document):
        kinds = [
            *VALUES,
            *(OF_OBJECTS if isinstance(value, dict) else ()),
            *(OF_LISTS if isinstance(value, list) else ()),
        ]
        kinds += OF_KEYS if where and isinstance(where[-1], str) and where[-1] != INSIDE else ()
        yield from (Mutant(shape, where, kind) for kind in kinds)


def _places(value: Any, where: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every place of a document; of a list its first item stands for all."""
    yield where, value
    if isinstance(value, dict):
        shapes = set()
        for key, inner in value.items():
            # Of many objects of one shape (answers by question) two stand for all.
            shape = tuple(inner) if isinstance(inner, dict) else key
            if len(value) < 8 or (shape, 1) not in shapes:
                yield from _places(inner, (*where, key))
            shapes.add((shape, 1) if (shape, 0) in shapes else (shape, 0))
    elif isinstance(value, list) and value:
        yield from _places(value[0], (*where, 0))
    elif isinstance(value, str) and (inner := _carried(value)) is not None:
        yield from _places(inner, (*where, INSIDE))


def _carried(text: str) -> Any:
    if len(text) < 40:
        return None
    try:
        return json.loads(base64.b64decode(text, validate=True))
    except (ValueError, binascii.Error):
        return None


def _changed(document: Any, where: Path, kind: str) -> Any:
    """A copy with the change at its place; where the place is not there, as it is."""
    if not where:
        return {**VALUES, **OF_OBJECTS, **OF_LISTS}[kind](document)
    step, rest = where[0], where[1:]
    if step == INSIDE:
        inner = _carried(document) if isinstance(document, str) else None
        if inner is None:
            return document
        return base64.b64encode(json.dumps(_changed(inner, rest, kind)).encode()).decode()
    made = copy.copy(document)
    try:
        if rest or kind not in OF_KEYS:
            made[step] = _changed(document[step], rest, kind)
        elif kind == "removed":
            del made[step]
        else:
            made[f"{step}_v2"] = made.pop(step)
    except (KeyError, IndexError, TypeError, AttributeError):
        return document
    return made


def _root(body: bytes) -> Any:
    return ElementTree.fromstring(gzip.decompress(body) if body.startswith(b"\x1f\x8b") else body)


def _xml(body: bytes, where: Path, kind: str) -> bytes:
    root = _root(body)
    parents = {child: parent for parent in root.iter() for child in parent}
    for element in [one for one in root.iter() if one.tag == where[0]][:1]:
        if kind == "removed" and element in parents:
            parents[element].remove(element)
        elif kind == "repeated" and element in parents:
            parents[element].append(copy.deepcopy(element))
        elif kind == "renamed":
            element.tag += "_v2"
        elif kind == "extra":
            ElementTree.SubElement(ElementTree.SubElement(element, NEW), "deep").text = "x"
        elif kind in VALUES:
            element.text = str(VALUES[kind](element.text)).replace("\0", "&#0;")
    told = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return gzip.compress(told, mtime=0) if body.startswith(b"\x1f\x8b") else told

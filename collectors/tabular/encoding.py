"""Bytes to text: BOM, strict UTF-8, then windows-1255 and windows-1256, each checked by its letters."""

from __future__ import annotations

import codecs
import re
import unicodedata

from collectors.errors import RejectFile

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16: it begins with the same two bytes
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CODE_PAGES = (("cp1255", re.compile("[א-ת]+")), ("cp1256", re.compile("[\u0621-\u064a\u066e-\u06d3]+")))
_WORD = re.compile(r"[^\W\d_]+")
_ENOUGH = 0.9
"""Share of a code page's foreign letters that must stand in words of its own script alone."""

_FINAL_FIRST = re.compile("(?<![א-ת])[ךםןףץ][א-ת]")
_FINAL_LAST = re.compile("[א-ת][ךםןףץ](?![א-ת])")


def decode(raw: bytes) -> str:
    """The text of a file. Raises RejectFile `encoding_unknown`, or `not_a_table` for binary content."""
    text = _decoded(raw)
    head = text[:65_536]
    controls = sum(1 for c in head if unicodedata.category(c) == "Cc" and c not in "\t\n\r")
    if controls > 2 + len(head) // 20:
        raise RejectFile("not_a_table")
    return text


def _decoded(raw: bytes) -> str:
    for mark, encoding in _BOMS:
        if raw.startswith(mark):
            try:
                return raw.decode(encoding)
            except UnicodeDecodeError:
                raise RejectFile("encoding_unknown") from None
    silent = _utf16_without_bom(raw)
    if silent is not None:
        return silent
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return _code_page(raw)


def _utf16_without_bom(raw: bytes) -> str | None:
    """UTF-16 is told by its NUL bytes on one side of the pairs; ordinary text holds next to none."""
    head = raw[:4096]
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if max(even, odd) * 10 < len(head) or min(even, odd) * 10 > max(even, odd):
        return None
    try:
        return raw.decode("utf-16-le" if odd > even else "utf-16-be")
    except UnicodeDecodeError:
        return None


def _code_page(raw: bytes) -> str:
    for encoding, script in _CODE_PAGES:
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _is_of_script(text, script):
            if encoding == "cp1255" and len(_FINAL_FIRST.findall(text)) > len(_FINAL_LAST.findall(text)):
                raise RejectFile("encoding_visual")
            return text
    raise RejectFile("encoding_unknown")


def _is_of_script(text: str, script: re.Pattern[str]) -> bool:
    """Whether the letters beyond ASCII are this script's: another code page gives accents or mixed words."""
    foreign = sum(1 for c in text if c > "\x7f" and unicodedata.category(c)[0] in "LM")
    own = sum(len(word) for word in _WORD.findall(text) if script.fullmatch(word))
    return foreign > 0 and own >= _ENOUGH * foreign

"""The text of a chat in blocks of some megabytes, each beginning at a header.

Belongs here: cutting, and the whole lines of one block with their headers. Both paths (`plain`,
`vector`) get the same blocks and the same decisions about which header-shaped lines count.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from collectors.errors import RejectFile
from collectors.whatsapp_export.dates import Order, day_number
from collectors.whatsapp_export.header import FIRST_BYTES, HEAD_CHARS, Header, Layout, read_header

BLOCK = 2 << 20
MAX_ENTRY = 64 << 20  # a message has at most 65,536 letters; far more than that is no chat


class Grammar(NamedTuple):
    """What was decided for the whole file."""

    layout: Layout
    order: Order
    order_basis: str
    platform: str


def header_of(line: str, grammar: Grammar) -> tuple[Header, int] | None:
    """The header of a line in the file's own layout and order, with its time in seconds since 1970."""
    header = read_header(line)
    if header is None or header.layout != grammar.layout:
        return None
    day = day_number(header.fields, grammar.order, header.layout.year_digits, header.era)
    return None if day is None else (header, day * 86_400 + header.seconds)


def _last_header(block: bytes, grammar: Grammar) -> int:
    """Offset of the last header line of a block that is not its first line; 0 when there is none."""
    end = len(block)
    while True:
        newline = block.rfind(b"\n", 0, end)
        if newline < 0:
            return 0
        if newline + 1 < len(block) and block[newline + 1] not in FIRST_BYTES:
            end = newline
            continue
        head = block[newline + 1 : newline + 1 + 4 * HEAD_CHARS]
        complete = b"\n" in head or len(head) == 4 * HEAD_CHARS
        if head and complete:
            line = head.split(b"\n", 1)[0].decode("utf-8", "ignore")
            if header_of(line, grammar) is not None:
                return newline + 1
        end = newline


def blocks(chunks: Iterable[bytes], grammar: Grammar, size: int = BLOCK) -> Iterator[bytes]:
    """Blocks of whole entries; what stands before the first header is part of the first block."""
    held: list[bytes] = []
    length, wanted = 0, size
    for chunk in chunks:
        held.append(chunk)
        length += len(chunk)
        if length < wanted:
            continue
        block = b"".join(held)
        cut = _last_header(block, grammar)
        if cut == 0:
            if length > MAX_ENTRY:
                raise RejectFile("entry_too_long")
            held, wanted = [block], 2 * length
            continue
        yield block[:cut]
        held = [block[cut:]]
        length = len(held[0])
        wanted = max(size, 2 * length)
    block = b"".join(held)
    if block:
        yield block

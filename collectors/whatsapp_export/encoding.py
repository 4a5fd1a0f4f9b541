"""Letters from bytes: which encoding a chat is in, and its text as UTF-8.

Order of trial: byte-order mark; UTF-16 without one, told by its zero bytes; UTF-8; then the old
one-byte Windows code pages, each only when what comes out is made of its own letters. Anything else
is refused: guessed letters would be worse than none. Visual Hebrew (ISO-8859-8) is refused too.
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa

from collectors.errors import RejectFile
from collectors.whatsapp_export.archive import ChatFile

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_PAGES = (
    ("windows-1255", "cp1255", "[א-ת]"),
    ("windows-1256", "cp1256", "[ء-ي]"),
    ("windows-1251", "cp1251", "[А-яЁё]"),
)
_FREQUENT = {"windows-1255": "יוהל", "windows-1256": "اليم", "windows-1251": "оеаи"}
_FINALS_LAST = re.compile(r"[א-ת][ךםןףץ](?![א-ת])")
_FINALS_FIRST = re.compile(r"(?<![א-ת])[ךםןףץ][א-ת]")
TOLERATED = 1_000  # one unreadable byte in so many letters is damage; more is another encoding


@dataclass
class Encoding:
    """What the first pass found out about the bytes of a file."""

    name: str = "utf-8"
    codec: str = "utf-8"
    skip: int = 0  # bytes of the byte-order mark
    size: int = 0  # bytes read in all
    unreadable: int = 0  # bytes inside the text that are no letters
    cut: int = 0  # bytes of a letter that the end of the file cut off


def _refuse() -> RejectFile:
    return RejectFile("encoding_unknown")


def guess(head: bytes) -> Encoding:
    """The encoding the first bytes speak for; UTF-8 unless something else is plain."""
    for mark, name in _BOMS:
        if head.startswith(mark):
            return Encoding(name, name, len(mark))
    sample = head[:4_096]
    if len(sample) >= 4 and sample.count(0) * 5 > len(sample):
        even, odd = sample[0::2].count(0), sample[1::2].count(0)
        if even != odd:
            name = "utf-16-be" if even > odd else "utf-16-le"
            return Encoding(name, name, 0)
    return Encoding()


def inspect(chat: ChatFile) -> Encoding:
    """Read the whole file once: its encoding, its size, and whether its end cuts a letter."""
    found = guess(chat.head(8_192))
    if found.codec != "utf-8":
        return _inspect_utf16(chat, found)
    letters = valid = 0
    carry, position = b"", 0
    for chunk in chat.chunks():
        found.size += len(chunk)
        block = carry + (chunk[found.skip :] if position == 0 else chunk)
        position += len(chunk)
        whole = _whole_letters(block)
        carry = block[whole:]
        piece = block[:whole]
        valid += len(piece)
        if not _is_utf8(piece):
            text = piece.decode("utf-8", "replace")
            found.unreadable += text.count("\ufffd") - piece.count(b"\xef\xbf\xbd")
            letters += sum(not c.isascii() for c in text)
            if found.unreadable * 4 > letters:
                return _one_byte(chat)
        elif found.unreadable:
            letters += len(piece) // 4
    found.cut = len(carry)
    if found.cut and not found.unreadable and not _starts_letter(carry):
        found.unreadable += 1
    if found.unreadable and (found.unreadable * TOLERATED > max(letters, valid // 4)):
        return _one_byte(chat)
    if found.cut and found.size < 8 and not valid:
        return _one_byte(chat)
    return found


def _inspect_utf16(chat: ChatFile, found: Encoding) -> Encoding:
    decoder = codecs.getincrementaldecoder(found.codec)("strict")
    first = True
    try:
        for chunk in chat.chunks():
            found.size += len(chunk)
            decoder.decode(chunk[found.skip :] if first else chunk)
            first = False
        state = decoder.getstate()[0]
    except UnicodeDecodeError:
        raise _refuse() from None  # the cause would carry the text
    found.cut = len(state)
    return found


def _one_byte(chat: ChatFile) -> Encoding:
    """One of the Windows code pages, if the letters check out."""
    sample = chat.head(1 << 20)
    high = sum(byte >= 0x80 for byte in sample)
    for name, codec, letters in _PAGES:
        try:
            text = sample.decode(codec)
        except UnicodeDecodeError:
            continue
        own = len(re.findall(letters, text))
        if own * 10 < high * 9 or not _reads_like(name, text):
            continue
        if name == "windows-1255" and _is_visual(text):
            break
        found = Encoding(name, codec)
        try:
            for chunk in chat.chunks():
                found.size += len(chunk)
                chunk.decode(codec)
        except UnicodeDecodeError:
            continue
        return found
    raise _refuse()


def _is_visual(text: str) -> bool:
    return len(_FINALS_FIRST.findall(text)) > len(_FINALS_LAST.findall(text))


def _reads_like(name: str, text: str) -> bool:
    """A code page maps any byte to some letter; a language has its frequent ones."""
    frequent = _FREQUENT[name]
    letters = [c for c in text if not c.isascii() and c.isalpha()]
    return bool(letters) and sum(c in frequent for c in letters) * 4 > len(letters)


def _is_utf8(piece: bytes) -> bool:
    if piece.isascii():
        return True
    offsets = pa.py_buffer(len(piece).to_bytes(4, "little").rjust(8, b"\0"))
    try:
        pa.StringArray.from_buffers(1, offsets, pa.py_buffer(piece)).validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _whole_letters(block: bytes) -> int:
    """How many bytes of the block are whole letters: a letter begun at its end is left for later."""
    for back in range(1, min(4, len(block) + 1)):
        byte = block[-back]
        if byte < 0x80:
            return len(block)
        if byte >= 0xC0:
            width = 2 if byte < 0xE0 else 3 if byte < 0xF0 else 4
            return len(block) - back if width > back else len(block)
    return len(block)


def _starts_letter(carry: bytes) -> bool:
    return 0xC2 <= carry[0] <= 0xF4


def utf8_chunks(chat: ChatFile, encoding: Encoding) -> Iterator[bytes]:
    """The text from the beginning as valid UTF-8, without byte-order mark and without a cut letter."""
    first = True
    if encoding.codec == "utf-8" and not encoding.unreadable:
        left = encoding.size - encoding.cut
        for chunk in chat.chunks():
            piece = chunk[:left]
            left -= len(piece)
            yield piece[encoding.skip :] if first else piece
            first = False
        return
    decoder = codecs.getincrementaldecoder(encoding.codec)("replace")
    for chunk in chat.chunks():
        text = decoder.decode(chunk[encoding.skip :] if first else chunk)
        first = False
        yield text.encode("utf-8", "replace")

"""A CSV or TSV file to one sheet: its encoding, its delimiter, its records.

The records are split by hand rather than by the csv module: that one swallows the rest of a file
after a quote that is never closed, and Hebrew abbreviations are full of lone quotes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from collectors.errors import RejectFile
from collectors.tabular.cells import Cell, Row, Sheet
from collectors.tabular.encoding import decode
from collectors.tabular.letters import column_letter

_DELIMITERS = (",", "\t", ";")
_SNIFFED_RECORDS = 50
_SNIFFED_CHARACTERS = 200_000


def text_sheet(raw: bytes, *, max_cells: int, first_rows: int | None = None) -> Sheet:
    """The one sheet of a delimited text. Raises RejectFile (encoding_unknown, not_a_table, too_many_cells)."""
    text = decode(raw).replace("\r\n", "\n").replace("\r", "\n").rstrip("\x1a\0")
    declared = re.match(r"(?i)sep=([,;\t])\n", text)
    if declared:  # Excel's own first line, not a record
        text = text[declared.end() :]
    delimiter = declared[1] if declared else _sniff(text[:_SNIFFED_CHARACTERS])
    letters: list[str] = []
    rows: list[Row] = []
    seen = 0
    for number, record in enumerate(records(text, delimiter), start=1):
        seen += len(record)
        if seen > max_cells:
            raise RejectFile("too_many_cells")
        while record and not record[-1].strip():
            record.pop()
        if not record:
            continue
        while len(letters) < len(record):
            letters.append(_letter(len(letters) + 1))
        rows.append(
            Row(
                number,
                [Cell(f"{letters[i]}{number}", value if value.strip() else None) for i, value in enumerate(record)],
            )
        )
        if first_rows is not None and len(rows) >= first_rows:
            break
    return Sheet("", rows)


def _letter(column: int) -> str:
    if column > 18_278:  # past ZZZ no spreadsheet has a name for it
        raise RejectFile("too_many_cells")
    return column_letter(column)


def records(text: str, delimiter: str) -> Iterator[list[str]]:
    r"""The records of a text whose lines end in \n; a quoted field may hold delimiters, newlines and "".

    A field counts as quoted only when its closing quote is followed by a delimiter or the line's
    end; any other quote is an ordinary character. Linear in the text.
    """
    plain_end = re.compile(f"[{delimiter}\n]")
    position, length = 0, len(text)
    record: list[str] = []
    while position < length:
        end = _quoted_end(text, position, delimiter) if text[position] == '"' else -1
        if end >= 0:
            record.append(text[position + 1 : end - 1].replace('""', '"'))
        else:
            found = plain_end.search(text, position)
            end = found.start() if found else length
            record.append(text[position:end])
        if end < length and text[end] == delimiter:
            position = end + 1
            if position == length:
                record.append("")
        else:
            yield record
            record = []
            position = end + 1
    if record:
        yield record


def _quoted_end(text: str, start: int, delimiter: str) -> int:
    """Where a quoted field that opens at `start` ends (past its closing quote); -1 when it is not one."""
    at = text.find('"', start + 1)
    while at >= 0 and text[at + 1 : at + 2] == '"':
        at = text.find('"', at + 2)
    if at < 0 or text[at + 1 : at + 2] not in ("", "\n", delimiter):
        return -1
    return at + 1


def _sniff(text: str) -> str:
    """The delimiter under which the records agree best with their first one and with each other."""
    best, best_score = ",", (False, 0.0, 1)
    for delimiter in _DELIMITERS:
        counts: list[int] = []
        for record in records(text, delimiter):
            if any(field.strip() for field in record):
                counts.append(len(record))
            if len(counts) == _SNIFFED_RECORDS:
                break
        if not counts:
            continue
        usual = max(set(counts), key=lambda n: (counts.count(n), n))
        score = (counts[0] == usual, round(counts.count(usual) / len(counts), 1), usual)
        if usual > 1 and score > best_score:
            best, best_score = delimiter, score
    return best

"""What is wrong with an export as a whole, so that it would be read as something that did not happen."""

from collectors.errors import RejectFile
from collectors.whatsapp_export.entries import EntryReader
from collectors.whatsapp_export.header import read_header
from collectors.whatsapp_export.marks import clean, starts_with_mark
from collectors.whatsapp_export.tally import Tally

MAX_RETURNS = 2
"""Times that go back: a clock set wrong for a while may account for so many."""


def refuse_lost_marks(first_line: str, reader: EntryReader) -> None:
    """Refuse an iOS export of which the direction marks are gone: every event would be a message of who caused it.

    The client's own first notice shows it. Raises RejectFile.
    """
    header = read_header(first_line)
    parts = reader.split(first_line[header.rest :]) if header is not None else None
    if reader.platform != "ios" or parts is None or starts_with_mark(parts[1]):
        return
    found = reader.table.find(clean(parts[1]))
    if found is not None and found.event == "e2e_notice":
        raise RejectFile("marks_lost")


def refuse_disorder(tally: Tally) -> None:
    """Refuse an export whose entries were sorted anew: who answers whom rests on their order. Raises RejectFile."""
    back = tally.lines["out_of_order"]
    if tally.leaps > MAX_RETURNS or (back > MAX_RETURNS and 2 * back > tally.entries):
        raise RejectFile("chat_not_in_order")

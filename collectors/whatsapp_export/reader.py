"""The file format itself: recognises a chat export and reads it into pages."""

from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

from collectors.base import FileFormat, FileReport, FileSettings, Page
from collectors.errors import RejectFile
from collectors.remarks import Remark, said
from collectors.whatsapp_export.archive import ChatFile, is_office, is_zip
from collectors.whatsapp_export.authors import Authors
from collectors.whatsapp_export.blocks import Grammar
from collectors.whatsapp_export.bodies import BodyReader, TopicList
from collectors.whatsapp_export.census import Census
from collectors.whatsapp_export.damage import refuse_disorder, refuse_lost_marks
from collectors.whatsapp_export.encoding import Encoding, guess, inspect, utf8_chunks
from collectors.whatsapp_export.entries import EntryReader
from collectors.whatsapp_export.header import HEAD_CHARS
from collectors.whatsapp_export.identity import Identity
from collectors.whatsapp_export.kept_phrases import standard_table
from collectors.whatsapp_export.naming import chat_key, chat_name, fits_export_name
from collectors.whatsapp_export.phrases import PhraseTable
from collectors.whatsapp_export.places import Chat, Passage
from collectors.whatsapp_export.rows import Names, Pages
from collectors.whatsapp_export.senders import SenderTable
from collectors.whatsapp_export.settings import WhatsAppSettings
from collectors.whatsapp_export.streams import ChatEvent, ChatExport, ChatMark, ChatMessage
from collectors.whatsapp_export.survey import PROBE_BYTES, looks_like_chat, no_entries
from collectors.whatsapp_export.tally import Tally
from collectors.whatsapp_export.vector import BlockReader, VectorPath, keep_heap

_OTHER_ENDINGS = frozenset({".csv", ".tsv", ".xlsx", ".xlsm", ".xls", ".json", ".xml", ".html", ".htm", ".pdf", ".md"})
_CODECS = ("utf-8", "cp1255", "cp1256", "cp1251")


def _probe(head: bytes) -> bool:
    """Whether first bytes, in whatever encoding, are those of a chat."""
    encoding = guess(head)
    if encoding.codec.startswith("utf-16"):
        even = len(head) - (len(head) - encoding.skip) % 2
        return looks_like_chat(b"", head[encoding.skip : even].decode(encoding.codec, "replace"))
    # Digits and punctuation of headers are the same in every other encoding; only their letters differ.
    body = head[encoding.skip :]
    return looks_like_chat(body) or any(looks_like_chat(b"", body.decode(codec, "replace")) for codec in _CODECS[1:])


class WhatsAppExport(FileFormat):
    """A WhatsApp chat as a phone exports it: .txt, or a .zip that holds one."""

    name = "whatsapp_chat"
    Settings = WhatsAppSettings
    streams = (ChatExport, ChatMessage, ChatEvent, ChatMark)
    path_class: ClassVar[type[BlockReader]] = VectorPath
    """Reads blocks of lines; the tests put a reader that goes line by line in its place, and compare."""
    held: ClassVar[int] = 1_500_000
    """So many entries are read while it is gathered who writes, their pages kept; later ones are read after that."""

    def recognises(self, path: Path) -> bool:
        """By content: header-shaped lines; an empty or headless file only by a name that clients give."""
        if path.suffix.lower() in _OTHER_ENDINGS or not path.is_file():
            return False
        try:
            if is_zip(path):
                return not is_office(path) and _probe(ChatFile(path, _probe).head(PROBE_BYTES))
            with path.open("rb") as file:
                head = file.read(PROBE_BYTES)
        except RejectFile as error:
            return error.code != "zip_no_chat" and fits_export_name(path.stem)
        except OSError:
            return False
        if path.suffix.lower() == ".txt" and fits_export_name(path.stem):
            return True
        return bool(head) and _probe(head)

    def pages(self, path: Path, settings: FileSettings, report: FileReport) -> Iterator[Page]:
        """Read the chat: for encoding, layout and order of dates; then for who writes in it, and its entries with it.

        The entries are read once more where a name proves doubtful, which changes what was said of them, and of a very
        long chat where only what comes after the first `held` of them. No page is given before it is known who writes.
        """
        own = settings.own(WhatsAppSettings)
        report.format = self.name
        chat = ChatFile(path, _probe)
        keep_heap()
        encoding = inspect(chat)
        if encoding.size == encoding.skip:
            raise RejectFile("empty")
        text = Chat(lambda: utf8_chunks(chat, encoding), encoding.size)
        grammar = text.survey(own.date_order)
        name, is_named = chat_name(chat.names, own.chat_name)
        key = chat_key(name, settings.digest_key)
        topics = TopicList(own.topics)
        table = PhraseTable(own.phrases) if own.phrases else standard_table()
        reader = EntryReader(grammar.platform, table, BodyReader(table.bodies, topics, own.question_words))
        names = Names()
        senders = SenderTable(names, reader)

        def begun() -> _Reading:
            path_ = self.path_class(grammar, reader, names, senders)
            return _Reading(path_, Pages(key, names, topics.names), Identity(key, settings.digest_key))

        census, reading = Census(grammar, reader, names, senders), begun()
        kept, passed, first_line, last_line = deque[Page](), 0, b"", b""
        for passage in text.passages(grammar):
            block = passage.block.raw
            first_line = first_line or block[: block.find(b"\n") + 1][: 4 * HEAD_CHARS]
            last_line = block[block.rfind(b"\n") + 1 :][: 4 * HEAD_CHARS]
            census.add(passage)
            if reading.tally.entries < self.held:
                kept += reading.add(passage)
                passed += 1
        refuse_lost_marks(first_line.decode("utf-8", "ignore"), reader)
        if (authors := census.decide()) != Authors():
            reader.begin(authors)
            senders.begin()
            reading, passed = begun(), 0
            kept.clear()
        while kept:
            yield kept.popleft()
        for passage in text.passages(grammar, passed):
            yield from reading.add(passage)
        tally = reading.tally
        if tally.entries == 0:
            raise no_entries()
        refuse_disorder(tally)
        yield from reading.pages.rest()
        is_truncated = encoding.cut > 0 or _cut_header(last_line)
        self._report(report, tally, grammar, encoding, is_truncated, key)
        report.notices += _other_chats(chat.other_chats)
        if marks := reading.identity.rows(tally.last):
            yield Page.of(ChatMark, marks)
        yield Page.of(ChatExport, [_export_row(tally, grammar, is_truncated, key) | {"is_named": is_named}])

    def _report(
        self, report: FileReport, tally: Tally, grammar: Grammar, encoding: Encoding, is_truncated: bool, key: str
    ) -> None:
        report.details.update(
            tally.details(),
            date_order=grammar.order,
            date_order_basis=grammar.order_basis,
            platform=grammar.platform,
            encoding=encoding.name,
            chat_key=key,
            is_base_known=tally.created,
            is_truncated=is_truncated,
        )
        if is_truncated:
            report.status = "partial"
            report.code = "truncated"
        if encoding.unreadable:
            report.status = "partial"
            report.notices.append(said("unreadable_bytes", figure=encoding.unreadable))
        if grammar.order_basis.endswith("(assumed)"):
            report.notices.append(said("order_assumed", order=grammar.order))
        first = report.details["first"]
        if not tally.created and first:
            report.notices.append(said("base_unknown", day=first[:10]))
        report.notices += [
            said("phone_away", first=since, last=until)
            for since, until in (one.split("/") for one in tally.away_by_day())
        ]
        unknown = tally.events["unknown"]
        if unknown:
            shapes = "; ".join(f"{count} × {shape}" for shape, count in tally.shapes.most_common(5))
            report.notices.append(said("unknown_lines", figure=unknown, shapes=shapes))
        if days := tally.doubtful_days():
            shown = ", ".join(days[:5]) + (f" (+{len(days) - 5})" if len(days) > 5 else "")
            report.notices.append(said("hardly_names", figure=tally.doubtful.total(), days=shown))
            if perhaps := tally.perhaps.total():
                report.notices.append(said("may_be_messages", figure=perhaps))
        if tally.lines["imitated"]:
            report.notices.append(said("pasted_lines", figure=tally.lines["imitated"]))


class _Reading:
    """The entries of a chat, as far as they were read: their sums, the chat's marks, and rows on their way to pages."""

    def __init__(self, path: BlockReader, pages: Pages, identity: Identity) -> None:
        self._path, self.pages, self.identity, self.tally = path, pages, identity, Tally()

    def add(self, passage: Passage) -> Iterator[Page]:
        """Read the next passage; gives the pages that are full by it."""
        outcome = self._path.read(passage, self.tally.entries)
        self.tally.add(outcome)
        self.identity.add(outcome.events)
        yield from self.pages.add_events(outcome.events)
        yield from self.pages.add_messages(outcome.messages)


def _other_chats(number: int) -> list[Remark]:
    """That chats forwarded into this one lie in the zip too; nothing where there are none."""
    if number == 0:
        return []
    return [said("other_chats", figure=number)]


def _export_row(tally: Tally, grammar: Grammar, is_truncated: bool, key: str) -> dict[str, Any]:
    return {
        "chat_key": key,
        "platform": grammar.platform,
        "date_order": grammar.order,
        "entries": tally.entries,
        "messages": tally.messages,
        "first_local": tally.first,
        "last_local": tally.last,
        "is_base_known": tally.created,
        "is_truncated": is_truncated,
        "unknown_events": tally.events["unknown"],
        "doubtful": " ".join(f"{day}={lines}" for day, lines in tally.perhaps_by_day().items()),
        "away": " ".join(tally.away_by_day()),
        "founding": tally.founding_by_day(),
    }


def _cut_header(last_line: bytes) -> bool:
    """Whether the last line, without a line end, is the beginning of a header."""
    if not last_line or (not last_line[:1].isdigit() and last_line[:1] != b"["):
        return False
    return len(last_line) < 24 and not last_line.strip(b"[0123456789.,/:- ")

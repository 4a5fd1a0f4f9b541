"""The three streams a chat export yields. Times are local wall time without zone, as exported."""

import pyarrow as pa

from collectors.base import Stream

SENDER = pa.dictionary(pa.int32(), pa.string())
WORD = pa.dictionary(pa.int32(), pa.string())


class ChatExport(Stream):
    """One row per imported file: what it covers and how far it can be trusted."""

    name = "whatsapp_chat_export"
    schema = pa.schema(
        [
            ("chat_key", pa.string()),  # keyed hash of the normalised chat name: 16 hex digits
            ("platform", pa.string()),  # android | ios | web
            ("date_order", pa.string()),  # dmy | mdy | ymd
            ("entries", pa.int64()),
            ("messages", pa.int64()),
            ("first_local", pa.timestamp("s")),
            ("last_local", pa.timestamp("s")),
            (
                "is_base_known",
                pa.bool_(),
            ),  # the export begins with the group's creation: membership counts are absolute
            ("is_truncated", pa.bool_()),  # the file ends inside an entry or a letter
            ("unknown_events", pa.int64()),
        ]
    )
    key = ("chat_key", "first_local", "last_local", "entries")
    facts = ("coverage",)


class ChatMessage(Stream):
    """One row per message a person wrote; no text."""

    name = "whatsapp_chat_message"
    schema = pa.schema(
        [
            ("chat_key", pa.string()),
            ("position", pa.int64()),  # number of the entry in the file, from 0; events count too
            ("sent_local", pa.timestamp("s")),
            ("sender", SENDER),
            ("kind", WORD),  # text | media | poll | location | contact | deleted
            ("is_edited", pa.bool_()),
            (
                "is_question",
                pa.bool_(),
            ),  # a question mark of any script, or a question word of the message's language first
            ("length", pa.int32()),  # characters of the body without placeholders, marks and the edited notice
            ("topic", WORD),  # class of the town's own keyword list, null when none matches
        ]
    )
    key = ("chat_key", "position")
    personal_fields = {"sender": "chat_sender"}
    facts = ("message",)


class ChatEvent(Stream):
    """One row per person an event touches, or one row without a member for events about the group.

    `delta` sums to the change of membership: a list "A, B and 5 others" is three rows, +1, +1, +5.
    """

    name = "whatsapp_chat_event"
    schema = pa.schema(
        [
            ("chat_key", pa.string()),
            ("position", pa.int64()),
            ("at_local", pa.timestamp("s")),
            ("event", WORD),  # ids of the grammar: group_created, member_added, ..., unknown
            ("actor", SENDER),
            ("member", SENDER),
            ("delta", pa.int32()),
        ]
    )
    key = ("chat_key", "position", "member")
    personal_fields = {"actor": "chat_sender", "member": "chat_sender"}
    facts = ("membership",)

"""The streams a chat export yields. Times are local wall time without zone, as exported."""

import pyarrow as pa

from collectors.base import By, Stream
from collectors.columns import FIXED, Column
from collectors.kinds import Kind, boolean, category, count, local_time, small_count, text

change: Kind[int] = Kind("change", pa.int32())

CHAT = Column(
    "chat_key", FIXED, text, "Keyed digest of the name the file bears: 16 hex digits", key=True, required=True
)
POSITION = Column(
    "position", FIXED, count, "Number of the entry in the file, from 0; events count too", key=True, required=True
)


class ChatExport(Stream):
    """One row per imported file: what it covers and how far it can be trusted."""

    name = "whatsapp_chat_export"
    columns = (
        CHAT,
        Column("platform", FIXED, text, "android, ios or web"),
        Column("date_order", FIXED, text, "dmy, mdy or ymd, as its dates are written"),
        Column("entries", FIXED, count, "Entries of the file, messages and events", key=True),
        Column("messages", FIXED, count, "Messages among them"),
        Column("first_local", FIXED, local_time, "Local time of its first entry", key=True),
        Column("last_local", FIXED, local_time, "Local time of its last entry", key=True),
        Column(
            "is_base_known",
            FIXED,
            boolean,
            "It begins with the group's creation: every change of its membership since is in it",
        ),
        Column("is_truncated", FIXED, boolean, "The file ends inside an entry or a letter"),
        Column("unknown_events", FIXED, count, "Events whose wording is not known"),
        Column("is_named", FIXED, boolean, "The name the file bears is one a client gave it"),
        Column(
            "doubtful", FIXED, text, "Lines that may be a message or a notice, by day: 2026-10-13=2 ...; '' for none"
        ),
        Column("away", FIXED, text, "Days it cannot tell of, first/last: 2026-09-10/2026-11-05 ...; '' for none"),
        Column(
            "founding",
            FIXED,
            text,
            "First and last day of a founding week the phone was not there for; '' for none",
        ),
    )
    facts = ("coverage",)
    partition = By(key="chat_key")


class ChatMessage(Stream):
    """One row per message a person wrote; no text."""

    name = "whatsapp_chat_message"
    columns = (
        CHAT,
        POSITION,
        Column("sent_local", FIXED, local_time, "Local time it was sent", required=True),
        Column("sender", FIXED, category, "Who wrote it, as the export names people", person="chat_sender"),
        Column("kind", FIXED, category, "text, media, poll, location, contact or deleted", required=True),
        Column("is_edited", FIXED, boolean, "It was edited after it was sent"),
        Column(
            "is_question",
            FIXED,
            boolean,
            "It has a question mark of any script, or begins with a question word",
            required=True,
        ),
        Column(
            "length", FIXED, small_count, "Characters without placeholders, marks and the edited notice", required=True
        ),
        Column("topic", FIXED, category, "Class of the town's own keyword list; null when none matches"),
    )
    facts = ("message",)
    partition = By(key="chat_key", month="sent_local", position="position")


class ChatEvent(Stream):
    """One row per person an event touches, or one row without a member for events about the group.

    `delta` sums to the change of membership: a list "A, B and 5 others" is three rows, +1, +1, +5.
    """

    name = "whatsapp_chat_event"
    columns = (
        CHAT,
        POSITION,
        Column("at_local", FIXED, local_time, "Local time it happened", required=True),
        Column("event", FIXED, category, "What happened: group_created, member_added, ..., unknown", required=True),
        Column("actor", FIXED, category, "Who did it; null where the export does not say", person="chat_sender"),
        Column("member", FIXED, category, "Whom it touched; null for unnamed ones", key=True, person="chat_sender"),
        Column("delta", FIXED, change, "Change of the number of members, negative for people who left", required=True),
    )
    facts = ("membership",)
    partition = By(key="chat_key", month="at_local", position="position")


class ChatMark(Stream):
    """One row per thing an export says of which chat it is: when the group was created, and its names.

    By these two files are known to be of one chat, whatever they are called.
    """

    name = "whatsapp_chat_mark"
    columns = (
        CHAT,
        Column("mark", FIXED, text, "Keyed digest of the instant or of the name; '' for a name not told", key=True),
        Column("tells", FIXED, text, "created, named, renamed_from or shown (at the last entry)", key=True),
        Column("at_local", FIXED, local_time, "Local time it is told of", key=True),
    )
    partition = By(key="mark")

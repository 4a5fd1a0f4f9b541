"""Columns that several streams of a page share: whose page it is, and of a written thing the same pulled or pushed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from collectors.columns import FIXED, Column
from collectors.kinds import boolean, count, identifier, instant, text

PAGE = Column("page_id", FIXED, text, "Facebook's number of the page")
SPACE = Column("space", FIXED, text, "The town's code of the page")
READ_AT = Column("read_at", FIXED, instant, "When Facebook said so, UTC")
OF_THE_PAGE = (PAGE, SPACE, READ_AT)

WIRE: Mapping[str, Any] = {"message": str | None, "from.name": str | None}
MADE = ("from.is_page",)
"""What of a written thing becomes columns only through us: its words are measured, and who wrote it is decided."""

POST = Column("post_id", "id", identifier, "Facebook's identifier of the post", key=True)
COMMENT = Column("comment_id", "id", identifier, "Facebook's identifier of the comment", key=True)
PARENT = Column("parent_id", "parent.id", text, "Comment it answers; null for one under the post itself")
AUTHOR = Column("author", "from.id", text, "Who wrote it; null where Facebook does not say", person="account")
AUTHOR_NAME = Column("author_name", FIXED, text, "The name shown; the roster knows staff by it", person="chat_sender")
IS_PAGE = Column("is_page", "from.is_page", boolean, "The page itself wrote it; null where nobody can tell")
CREATED_AT = Column("created_at", "created_time", instant, "When it was written, UTC", cursor=True, required=True)
LENGTH = Column("length", "message.length", count, "Characters of its text, which is not kept")
IS_QUESTION = Column("is_question", "message.is_question", boolean, "It asks something")
IS_PROCESS = Column("is_process", "message.is_process", boolean, "It has one of the town's words for processes")
IS_CALL = Column(
    "is_call",
    "message.is_call",
    boolean,
    "It has one of the town's words for calls; null where the town gave none",
)
LANGUAGE = Column("language", "message.language", text, "By its letters; mixed where none prevail, he without any")
IS_PUBLISHED = Column("is_published", "is_published", boolean, "It can be seen; null where Facebook does not say")

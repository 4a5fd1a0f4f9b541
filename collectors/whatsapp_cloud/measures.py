"""What is kept of a message's content: how long it is and whether it asks; never a letter of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from collectors.records import dig

# A question mark of any script; one that goes on with a letter or a digit belongs to an address.
_MARK = re.compile(r"\?(?![A-Za-z0-9=&%_])|[؟？⁇⁈⁉❓❔]")
_WORDS = re.compile(
    r"\W*(?:מה|מי|מתי|איפה|היכן|למה|מדוע|איך|כיצד|האם|כמה|איזה|איזו|אילו|לאן|מאיפה"
    r"|ماذا|متى|أين|كيف|لماذا|هل|كم|أي|شو|ليش|وين|مين"
    r"|кто|что|где|когда|почему|зачем|как|сколько|какой|какая|какие|куда|откуда"
    r"|who|what|when|where|why|how|which|whose)\b",
    re.IGNORECASE,
)
_TEXTS = (
    "text.body", "image.caption", "video.caption", "document.caption", "button.text",
    "interactive.button_reply.title", "interactive.list_reply.title", "order.text",
)  # fmt: skip


def text_of(message: Mapping[str, Any]) -> str:
    """What the person wrote or chose; empty where the message has no words."""
    found = (dig(message, path) for path in _TEXTS)
    return next((text.strip() for text in found if isinstance(text, str) and text.strip()), "")


def asks(text: str) -> bool:
    """Whether it asks something: a question mark of any script, or a question word first."""
    return _MARK.search(text) is not None or _WORDS.match(text) is not None

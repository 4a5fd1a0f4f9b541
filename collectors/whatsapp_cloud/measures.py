"""What is kept of a message's content: the words to measure; never a letter of them is kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from collectors.records import value_at

_TEXTS = (
    "text.body", "image.caption", "video.caption", "document.caption", "button.text",
    "interactive.button_reply.title", "interactive.list_reply.title", "order.text",
)  # fmt: skip


def text_of(message: Mapping[str, Any]) -> str:
    """What the person wrote or chose; empty where the message has no words."""
    found = (value_at(message, path) for path in _TEXTS)
    return next((text.strip() for text in found if isinstance(text, str) and text.strip()), "")

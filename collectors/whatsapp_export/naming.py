"""Names of chats: how export files are called in many languages, and the keyed hash of a chat's name.

The hash is the only thing of a name that leaves the reader; staff workbooks call the same function,
so that a space named there meets the chat of that name.
"""

import re
import unicodedata
from collections.abc import Iterable

from collectors.base import source_key
from collectors.whatsapp_export.marks import clean, comparable

_PREFIXES = (
    r"WhatsApp Chat(?: with)?", r"WhatsApp Chat -", r"צ'אט (?:ב-?)?WhatsApp(?: עם)?", r"צ'אט וואטסאפ(?: עם)?",
    r"שיחת WhatsApp(?: עם)?", r"(?:دردشة|محادثة|الدردشة على) (?:واتساب|WhatsApp)(?: مع)?",
    r"Чат (?:WhatsApp )?(?:с|с контактом)(?: контактом)?", r"Чат WhatsApp(?: с)?", r"Переписка в WhatsApp с",
    r"Chat (?:de )?WhatsApp con", r"Chat de WhatsApp", r"WhatsApp-?Chat mit", r"Discussion WhatsApp avec",
    r"Conversas? do WhatsApp com", r"WhatsApp-?chat met", r"WhatsApp-?chatt? med", r"Czat WhatsApp z",
    r"WhatsApp Sohbeti", r"Chat WhatsApp (?:dengan|con|cu)", r"Чат WhatsApp із",
)  # fmt: skip
_PATTERN = re.compile(rf"^(?:{'|'.join(_PREFIXES)})(?:\s*[-–]\s*|\s+)(?P<name>\S.*)$", re.IGNORECASE)
_COPY = re.compile(r"\s*\(\d{1,3}\)$")  # what a browser adds to a second download


def _plain(stem: str) -> str:
    return comparable(clean(unicodedata.normalize("NFC", stem)))


def fits_export_name(stem: str) -> bool:
    """Whether a file name (without ending) is one a client gives to an export."""
    plain = _plain(stem)
    return plain == "_chat" or _PATTERN.match(plain) is not None


def chat_name(stems: Iterable[str], override: str | None = None) -> tuple[str, bool]:
    """The chat's name and whether a client, or the setting, gave it; nothing else is sure to be a chat's name.

    The setting goes before the first fitting name of a file or folder, that before the first name that says anything.
    """
    if override:
        return override, True
    candidates = [_COPY.sub("", _plain(stem)) for stem in stems]
    for stem in candidates:
        match = _PATTERN.match(stem)
        if match:
            return match["name"], True
    return next((stem for stem in candidates if stem != "_chat"), ""), False


def chat_key(name: str, digest_key: bytes) -> str:
    """The keyed hash of a chat's name: 16 hex digits, the same for every spelling of case, marks and spaces."""
    return source_key(name, digest_key)

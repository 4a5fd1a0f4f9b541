"""Names without persons: a number's space key, and identifiers of messages, which hide telephone numbers."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

from collectors.base import source_key
from collectors.service import Account
from collectors.whatsapp_cloud.settings import WhatsAppCloudSettings


def space_key(account: Account, display_number: Any, number_id: Any = None) -> str:
    """The key by which the town's list of spaces meets a number of its own.

    A number is called by its digits with a plus, or as the account's `places` calls it: there
    the town writes the name that stands in its workbook.
    """
    digits = digits_of(display_number)
    plain = f"+{digits}" if digits else str(number_id or "")
    places = account.own(WhatsAppCloudSettings).places
    named = places.get(plain) or places.get(str(number_id or "")) or plain
    return source_key(str(named), account.digest_key)


def digits_of(number: Any) -> str:
    """The digits of a telephone number in any spelling."""
    return "".join(c for c in str(number or "") if c.isascii() and c.isdigit())


def message_key(account: Account, identifier: str) -> str:
    """A message's identifier, keyed: the platform's own is made of the other side's telephone number."""
    mark = f"message:{identifier}".encode("utf-8", "surrogatepass")
    return hmac.new(account.digest_key, mark, hashlib.sha256).hexdigest()[:24]

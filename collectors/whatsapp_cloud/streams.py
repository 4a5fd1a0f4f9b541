"""The streams: two that are pulled, three that webhooks bring. No text of a message is in any of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pyarrow as pa

from collectors.base import Page, Stream
from collectors.service import ServiceStream, Window
from collectors.whatsapp_cloud.pulling import LONGEST, metric_rows, number_rows

WORD = pa.dictionary(pa.int32(), pa.string())
INSTANT = pa.timestamp("us", tz="UTC")


class CloudNumber(ServiceStream):
    """A number of the town on the day it was looked at: how the platform rates it."""

    name = "whatsapp_cloud_number"
    schema = pa.schema(
        [
            ("space_key", pa.string()),
            ("day", pa.date32()),
            ("quality", pa.string()),  # GREEN | YELLOW | RED | UNKNOWN
            ("messaging_limit", pa.string()),
            ("status", pa.string()),
        ]
    )
    key = ("space_key", "day")
    longest_window = timedelta(days=36_500)  # it is a look at today, whatever the window

    def pages(self, session: Any, window: Window) -> Iterator[Page]:
        """One row a number."""
        yield Page.of(type(self), number_rows(session, window))


class CloudMetric(ServiceStream):
    """A number the platform counted for one of the town's numbers on a day."""

    name = "whatsapp_cloud_metric"
    schema = pa.schema([("space_key", pa.string()), ("day", pa.date32()), ("metric", WORD), ("amount", pa.float64())])
    key = ("space_key", "day", "metric")
    cursor = "day"
    lookback = timedelta(days=4)
    longest_window = LONGEST  # template analytics give ninety days; the change of clocks may add one
    facts = ("platform_metric", "coverage")

    def pages(self, session: Any, window: Window) -> Iterator[Page]:
        """The days that ended within the window, and the one it begins in."""
        for rows in metric_rows(session, window):
            yield Page.of(type(self), rows)


class CloudMessage(Stream):
    """One message between a person and a number of the town.

    `type` is the platform's word; `edit`, `revoke`, `reaction` and `unreaction` speak of the message in `context`.
    """

    name = "whatsapp_cloud_message"
    schema = pa.schema(
        [
            ("space_key", pa.string()),
            ("message", pa.string()),  # keyed: the platform's identifier is made of a telephone number
            ("direction", WORD),  # in (from a resident) | out (from the number)
            ("user_id", pa.string()),  # the resident, either way
            ("wa_id", pa.string()),  # her number, where the platform still tells it
            ("sent_at", INSTANT),
            ("type", WORD),
            ("context", pa.string()),
            ("length", pa.int32()),
            ("is_question", pa.bool_()),
        ]
    )
    key = ("space_key", "message")
    personal_fields = {"user_id": "account", "wa_id": "phone"}
    facts = ("message", "coverage")


class CloudStatus(Stream):
    """What became of a message of the number. For answers sent through the API it is the only trace."""

    name = "whatsapp_cloud_status"
    schema = pa.schema(
        [
            ("space_key", pa.string()),
            ("message", pa.string()),
            ("status", WORD),  # sent | delivered | read | played | failed; in any order, any may be missing
            ("user_id", pa.string()),
            ("wa_id", pa.string()),
            ("at", INSTANT),
            ("category", WORD),  # service | utility | marketing | authentication ..., null where not told
            ("is_group", pa.bool_()),
        ]
    )
    key = ("message", "status", "user_id", "wa_id")
    personal_fields = {"user_id": "account", "wa_id": "phone"}
    facts = ("message",)


class CloudIdentity(Stream):
    """Two identifiers of one person: an account and a number, or a number and the one before it."""

    name = "whatsapp_cloud_identity"
    schema = pa.schema(
        [
            ("user_id", pa.string()),
            ("parent_user_id", pa.string()),
            ("wa_id", pa.string()),
            ("earlier_wa_id", pa.string()),
        ]
    )
    key = ("user_id", "parent_user_id", "wa_id", "earlier_wa_id")
    personal_fields = {"user_id": "account", "parent_user_id": "account", "wa_id": "phone", "earlier_wa_id": "phone"}
    facts = ("message",)

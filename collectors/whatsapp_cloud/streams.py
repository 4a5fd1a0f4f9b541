"""The streams: two that are pulled, three that webhooks bring. No text of a message is in any of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

from collectors.base import Page, Stream
from collectors.columns import FIXED, Column
from collectors.kinds import boolean, category, day, instant, number, small_count, text
from collectors.objects import pages_by_object
from collectors.service import ServiceStream, SourceObject, Window
from collectors.whatsapp_cloud.pulling import MAX_WINDOW, count_rows, counts, number_rows

SPACE_KEY = Column("space_key", FIXED, text, "Keyed digest of the town's number, or of its name in `places`", key=True)
DAY = Column("day", FIXED, day, "Local day", key=True)
MESSAGE = Column("message", FIXED, text, "Keyed digest of the identifier, which is made of a phone number", key=True)
USER = Column("user_id", FIXED, text, "WhatsApp account of the resident, where the platform tells it", person="account")
PHONE = Column("wa_id", FIXED, text, "Her telephone number, where the platform still tells it", person="phone")


class CloudNumber(ServiceStream):
    """A number of the town on the day it was looked at: how the platform rates it."""

    name = "whatsapp_cloud_number"
    columns = (
        SPACE_KEY,
        DAY,
        Column("quality", FIXED, text, "GREEN, YELLOW, RED or UNKNOWN, as people's complaints make it"),
        Column("status", FIXED, text, "The platform's word for the state of the number"),
    )
    max_window = timedelta(days=36_500)  # it is a look at today, whatever the window

    def pages(self, session: Any, window: Window) -> Iterator[Page]:
        """One row a number."""
        yield Page.of(type(self), number_rows(session, window))


class CloudMetric(ServiceStream):
    """A number the platform counted for one of the town's numbers on a day."""

    name = "whatsapp_cloud_metric"
    columns = (
        SPACE_KEY,
        replace(DAY, cursor=True),
        Column("metric", FIXED, category, "Name of the number, as analytics.yaml gives it", key=True),
        Column("amount", FIXED, number, "The number as the platform counted it"),
    )
    lookback = timedelta(days=4)
    max_window = MAX_WINDOW
    facts = ("platform_metric", "coverage")

    def pages(self, session: Any, window: Window) -> Iterator[Page]:
        """The months the window touches, from their first days to the last one that ended."""
        yield from pages_by_object(self, session, session.report, counts(session, window))

    def pages_of_object(self, session: Any, one: SourceObject) -> Iterator[Page]:
        """A month of a number at one edge, or of all templates."""
        yield Page.of(type(self), count_rows(session, one))


class CloudMessage(Stream):
    """One message between a person and a number of the town.

    `type` is the platform's word; `edit`, `revoke`, `reaction` and `unreaction` speak of the message in `context`.
    """

    name = "whatsapp_cloud_message"
    columns = (
        SPACE_KEY,
        MESSAGE,
        Column("direction", FIXED, category, "in: from a resident; out: from the town's number"),
        USER,
        PHONE,
        Column("sent_at", FIXED, instant, "When it was sent, UTC"),
        Column("type", FIXED, category, "The platform's word, such as text, image, reaction, edit or revoke"),
        Column("context", FIXED, text, "Message it answers or speaks of; null for none"),
        Column("length", FIXED, small_count, "Characters of its words, which are not kept"),
        Column("is_question", FIXED, boolean, "It asks something"),
        Column("is_history", FIXED, boolean, "It is of before the number was connected, as its app remembered it then"),
    )
    facts = ("message", "coverage")


class CloudStatus(Stream):
    """What became of a message of the number. For answers sent through the API it is the only trace."""

    name = "whatsapp_cloud_status"
    columns = (
        replace(SPACE_KEY, key=False),
        MESSAGE,
        Column("status", FIXED, category, "sent, delivered, read, played or failed; any may be missing", key=True),
        replace(USER, key=True),
        replace(PHONE, key=True),
        Column("at", FIXED, instant, "When it became so, UTC"),
        Column("category", FIXED, category, "What the platform charges it as: service, utility, ...; null if not told"),
        Column("is_group", FIXED, boolean, "It is one person's in a group"),
    )
    facts = ("message",)


class CloudIdentity(Stream):
    """Identifiers of one person: an account and a number, and those she had before."""

    name = "whatsapp_cloud_identity"
    columns = (
        replace(USER, key=True),
        Column("parent_user_id", FIXED, text, "Account hers belongs to", key=True, person="account"),
        replace(PHONE, key=True),
        Column("earlier_wa_id", FIXED, text, "The number she had before", key=True, person="phone"),
        Column("earlier_user_id", FIXED, text, "The account she had before", key=True, person="account"),
        Column("earlier_parent_user_id", FIXED, text, "Account that one belonged to", key=True, person="account"),
    )
    facts = ("message",)


class CloudAccount(Stream):
    """What the platform did with the business account: while it is in trouble, messages do not come."""

    name = "whatsapp_cloud_account"
    columns = (
        Column("account", FIXED, text, "The town's own name of the business account", key=True),
        Column("at", FIXED, instant, "When the platform told it, UTC", key=True),
        Column("event", FIXED, category, "The platform's word, such as DISABLED_UPDATE or PARTNER_REMOVED", key=True),
        Column("detail", FIXED, text, "Its word for the state, the restriction or the reason; null for none"),
        Column("is_trouble", FIXED, boolean, "Messages may stop; false: they go on again; null: it is about neither"),
    )

"""Meta's webhooks: one address and one signature for pages of Facebook and numbers of WhatsApp.

Belongs here: what the app shares. Does not: what a change means (collectors.facebook, collectors.whatsapp_cloud).
There is no time in the signature: what was signed once stays signed, so only the permanent key tells a replay.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import parse_qsl

from collectors.hooks import (
    Answered,
    Call,
    Hook,
    HookAccount,
    Reading,
    Refused,
    Verified,
    body_key,
    holding,
    key_of,
    parsed,
    part,
    signed_by,
)  # fmt: skip

SIGNATURE = re.compile(rb"sha256=([0-9a-f]{64})")
CHALLENGE = re.compile(rb"[A-Za-z0-9_-]{1,128}")
LISTS = ("messages", "message_echoes", "statuses")
RECIPIENTS = ("recipient_id", "recipient_participant_id", "recipient_participant_user_id")


class MetaHook(Hook):
    """Changes of pages and messages of business numbers, in batches of up to a thousand."""

    name = "meta"
    path = "/hooks/meta"
    owner_setting = {"facebook": "page", "whatsapp_cloud": "business_account"}
    secret_names = ("verify_token", "app_secret")
    signature_header = b"x-hub-signature-256"
    methods = ("GET", "POST")
    max_body_bytes = 3_200_000  # Meta's 3 MB, and room for what counts as one

    def verify(self, call: Call, accounts: Sequence[HookAccount]) -> Verified:
        """The signature over the bytes as sent, with their escapes."""
        signature = SIGNATURE.fullmatch(call.headers.get(self.signature_header, b""))
        if signature is None:
            raise Refused(401, "unsigned")
        found, secret = signed_by(accounts, "app_secret", call.body, signature[1], call.at)
        if not found:
            raise Refused(401, "bad_signature")
        return Verified(found, secret)

    def question(self, call: Call, accounts: Sequence[HookAccount]) -> Answered:
        """The challenge, when the town's own word comes with it."""
        try:
            asked = dict(parse_qsl(call.query, keep_blank_values=True, max_num_fields=20))
        except ValueError:
            raise Refused(400, "bad_query") from None
        token = asked.get(b"hub.verify_token", b"")
        if asked.get(b"hub.mode") != b"subscribe" or not holding(accounts, "verify_token", token, call.at):
            raise Refused(403, "bad_token")
        challenge = asked.get(b"hub.challenge", b"")
        if not CHALLENGE.fullmatch(challenge):
            raise Refused(400, "bad_challenge")
        return Answered(challenge)

    def reading(self, body: bytes) -> Reading:
        """The keys of all that is in the batch; a batch cut otherwise is told apart by its records, when drained."""
        payload = parsed(body)
        entries = part(payload, "entry")
        if not isinstance(entries, list):
            return Reading(body_key(body))
        try:
            keys = [key for entry in entries for key in _keys(entry)]
        except RecursionError:
            keys = []
        owners = frozenset(str(one) for entry in entries if isinstance(one := part(entry, "id"), (str, int)))
        return Reading(key_of(part(payload, "object"), *keys) if keys else body_key(body), owners)


def _keys(entry: Any) -> Iterator[str]:
    """A key for each message, status and other change of an entry."""
    owner, changes = part(entry, "id"), part(entry, "changes")
    for change in _list(changes) or [entry]:
        value, field = part(change, "value"), part(change, "field")
        records = [(name, one) for name in LISTS for one in _list(part(value, name))]
        if records and all(part(one, "id") for _, one in records):
            for name, one in records:
                yield key_of(owner, name, part(one, "id"), part(one, "status"), *(part(one, who) for who in RECIPIENTS))
        else:
            # The time of an entry is that of sending; it counts only where the change has none of its own.
            sent = None if part(value, "created_time") else part(entry, "time")
            yield key_of(owner, field, sent, json.dumps(change, sort_keys=True))


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []

"""Zoom's webhooks: the signature, the check of the address every 72 hours, what makes an event one event."""

from __future__ import annotations

import hmac
import json
import re
from collections.abc import Sequence

from collectors.hooks import (
    Answered,
    Call,
    Hook,
    HookAccount,
    Reading,
    Refused,
    Verified,
    body_key,
    key_of,
    parsed,
    part,
    signed_by,
)  # fmt: skip

RETRY_HORIZON = 7_200
"""Seconds: Zoom tries again after 5, 20 and 60 minutes more. Whether it signs anew is not documented."""
PUNCTUAL = 300
"""Seconds a request may be old without being called late, or ahead of our clock without being refused."""

CHECK = b"endpoint.url_validation"
SIGNATURE = re.compile(rb"v0=([0-9a-f]{64})")
STAMP = re.compile(rb"[0-9]{1,12}")
# Without this the check is an oracle: `v0:<time>:<body>` as the token would come back signed.
TOKEN = re.compile(r"[A-Za-z0-9_-]{1,64}")
INSTANCE = ("uuid", "meeting_uuid", "id", "meeting_id")


class ZoomHook(Hook):
    """Events of one Zoom account's app."""

    name = "zoom"
    path = "/hooks/zoom"
    owner_setting = {"zoom": "account"}
    secret_names = ("webhook",)
    signature_header = b"x-zm-signature"

    def verify(self, call: Call, accounts: Sequence[HookAccount]) -> Verified:
        """The signature over time and body; only then the time itself."""
        stamp = call.headers.get(b"x-zm-request-timestamp", b"")
        signature = SIGNATURE.fullmatch(call.headers.get(self.signature_header, b""))
        if signature is None or not STAMP.fullmatch(stamp):
            raise Refused(401, "unsigned")
        message = b"v0:%b:%b" % (stamp, call.body)
        found, secret = signed_by(accounts, "webhook", message, signature[1], call.at)
        if not found:
            raise Refused(401, "bad_signature")
        age = call.at - int(stamp)
        if age > RETRY_HORIZON or age < -PUNCTUAL:
            raise Refused(401, "stale")
        return Verified(found, secret, age > PUNCTUAL)

    def reading(self, body: bytes) -> Reading:
        """Event, instance, instant and person; tokens and addresses of recordings change between deliveries."""
        event = parsed(body)
        payload = part(event, "payload")
        name, at, thing = part(event, "event"), part(event, "event_ts"), part(payload, "object")
        owner = part(payload, "account_id")
        owners = frozenset([owner]) if isinstance(owner, str) else frozenset()
        which = next((found for one in INSTANCE if (found := part(thing, one))), None)
        if not isinstance(name, str) or not isinstance(at, int) or not isinstance(which, (str, int)):
            return Reading(body_key(body), owners)
        person, entry, said = part(thing, "participant"), part(thing, "registrant"), part(thing, "chat_message")
        return Reading(
            key_of(
                name, which, at, part(person, "user_id"), part(person, "participant_uuid"),
                part(person, "participant_user_id"), part(entry, "id"), part(entry, "email"), part(said, "id"),
            ),
            owners,
        )  # fmt: skip

    def answer(self, body: bytes, verified: Verified) -> Answered | None:
        """The token signed with the secret that signed the question."""
        if CHECK not in body or part(event := parsed(body), "event") != CHECK.decode():
            return None
        token = part(part(event, "payload"), "plainToken")
        if not isinstance(token, str) or not TOKEN.fullmatch(token):
            raise Refused(400, "bad_token")
        made = hmac.digest(verified.secret, token.encode(), "sha256").hex()
        return Answered(json.dumps({"plainToken": token, "encryptedToken": made}).encode(), b"application/json")

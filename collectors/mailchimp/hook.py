"""Mailchimp's webhooks: a secret in the address, form bodies, a signature where the account has one."""

from __future__ import annotations

import re
from collections.abc import Sequence
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
    signed_by,
)  # fmt: skip

RETRY_HORIZON = 7_200
"""Seconds: Mailchimp tries again over 75 minutes."""
PUNCTUAL = 300
MAX_FIELDS = 2_000
HEADER = b"x-mailchimp-signature"
SIGNATURE = re.compile(rb"t=([0-9]{1,12}),v1=([0-9a-f]{64})")
KEY = ("type", "fired_at", "data[list_id]", "data[id]", "data[new_id]", "data[email]")


class MailchimpHook(Hook):
    """Subscriptions, departures and campaigns of one audience."""

    name = "mailchimp"
    path = "/hooks/mailchimp/{secret}"
    owner_setting = {"mailchimp": "list"}
    secret_names = ("webhook",)
    optional_secrets = ("webhook_signing",)
    methods = ("GET", "HEAD", "POST")

    def head(self, call: Call, accounts: Sequence[HookAccount]) -> None:
        """The secret of the address, and that a signature came where its account signs; a mere look has no body."""
        signs = [bool(one.secrets.get("webhook_signing")) for one in self._holders(call, accounts)]
        is_look = call.method != "POST" or call.headers.get(b"content-length") == b"0"
        if all(signs) and not is_look and HEADER not in call.headers:
            raise Refused(401, "unsigned")

    def verify(self, call: Call, accounts: Sequence[HookAccount]) -> Verified:
        """The secret of the address; then the signature, where the account has its secret.

        The address stands in proxies' logs: who read it there can sign nothing.
        """
        found = self._holders(call, accounts)
        signing = [one for one in found if one.secrets.get("webhook_signing")]
        given = call.headers.get(HEADER)
        late = False
        if call.body and given is None and signing:
            found = [one for one in found if one not in signing]
            if not found:
                raise Refused(401, "unsigned")
        elif signing and given is not None:
            signature = SIGNATURE.fullmatch(given)
            if signature is None:
                raise Refused(401, "unsigned")
            message = b"%b.%b" % (signature[1], call.body)
            found, _ = signed_by(signing, "webhook_signing", message, signature[2], call.at)
            if not found:
                raise Refused(401, "bad_signature")
            age = call.at - int(signature[1])
            if age > RETRY_HORIZON or age < -PUNCTUAL:
                raise Refused(401, "stale")
            late = age > PUNCTUAL
        body = call.body
        if max(body.count(b"&") + body.count(b";"), body.count(b"["), body.upper().count(b"%5B")) > MAX_FIELDS:
            raise Refused(413, "too_many_fields")
        return Verified(found, b"", late)

    def question(self, call: Call, accounts: Sequence[HookAccount]) -> Answered:
        """Mailchimp looks whether the address answers before it saves it."""
        self._holders(call, accounts)
        return Answered()

    def answer(self, body: bytes, verified: Verified) -> Answered | None:
        """An empty POST is such a look too."""
        return None if body else Answered()

    def reading(self, body: bytes) -> Reading:
        """Kind, second, audience and person; there is no identifier of a delivery."""
        try:
            form = dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MAX_FIELDS + 1))
        except ValueError:
            return Reading(body_key(body))
        owner = form.get("data[list_id]")
        owners = frozenset([owner]) if owner else frozenset()
        if not form.get("type") or not form.get("fired_at"):
            return Reading(body_key(body), owners)
        return Reading(key_of(*(form.get(name) for name in KEY)), owners)

    @staticmethod
    def _holders(call: Call, accounts: Sequence[HookAccount]) -> list[HookAccount]:
        found = holding(accounts, "webhook", call.path_secret, call.at)
        if not found:
            raise Refused(401, "bad_secret")
        return found

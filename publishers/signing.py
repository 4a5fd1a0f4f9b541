"""The signature on a push: HMAC-SHA256 over the timestamp and the body, and how a receiver checks it."""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Mapping

TIMESTAMP_HEADER = "Kehila-Timestamp"
SIGNATURE_HEADER = "Kehila-Signature"
MANIFEST_HEADER = "Kehila-Manifest-Sha256"
KEY_HEADER = "Idempotency-Key"
TOLERANCE_SECONDS = 900
SHORTEST_SECRET = 16


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """`v1=` and the digest in hexadecimal."""
    return "v1=" + hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def verify_signature(
    secret: str,
    headers: Mapping[str, str],
    body: bytes,
    *,
    now: float | None = None,
    tolerance_seconds: int = TOLERANCE_SECONDS,
) -> bool:
    """For receivers: whether the body comes from a sender who knows the secret, and was signed recently.

    Give the body exactly as received. False for anything malformed; never raises.
    """
    given = {name.lower(): value for name, value in headers.items()}
    timestamp = given.get(TIMESTAMP_HEADER.lower(), "")
    sent = given.get(SIGNATURE_HEADER.lower(), "")
    if not secret or not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        return False
    if abs((time.time() if now is None else now) - int(timestamp)) > tolerance_seconds:
        return False
    return hmac.compare_digest(signature(secret, timestamp, body).encode(), sent.encode("utf-8", "replace"))

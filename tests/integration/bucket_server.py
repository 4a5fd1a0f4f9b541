"""A service that speaks as much of S3 as a push needs, and looks at every signature by an implementation of its own.

Written from Amazon's description of Signature Version 4; its published examples are held against it in the tests.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from urllib.parse import quote, unquote, urlsplit

ACCESS, SECRET, REGION = "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "us-east-1"


def signature_of(method: str, target: str, headers: Mapping[str, str], secret: str) -> str:
    """The signature a request has to bear, by its own words of what is signed."""
    given = {name.lower(): " ".join(value.split()) for name, value in headers.items()}
    fields = dict(one.strip().split("=", 1) for one in given["authorization"].partition(" ")[2].split(","))
    names = fields["SignedHeaders"].split(";")
    parts = urlsplit(target)
    query = "&".join(sorted(one if "=" in one else f"{one}=" for one in parts.query.split("&") if one))
    canonical = "\n".join(
        [
            method, quote(unquote(parts.path), safe="/-_.~"), query, *(f"{name}:{given[name]}" for name in names), "",
            ";".join(names), given["x-amz-content-sha256"],
        ]
    )  # fmt: skip
    day, region, service, last = fields["Credential"].split("/")[1:]
    scope = f"{day}/{region}/{service}/{last}"
    to_sign = "\n".join(
        ["AWS4-HMAC-SHA256", given["x-amz-date"], scope, hashlib.sha256(canonical.encode()).hexdigest()]
    )
    key = f"AWS4{secret}".encode()
    for step in (day, region, service, last):
        key = hmac.new(key, step.encode(), hashlib.sha256).digest()
    return hmac.new(key, to_sign.encode(), hashlib.sha256).hexdigest()


def is_genuine(method: str, target: str, headers: Mapping[str, str], body: bytes, secret: str = SECRET) -> bool:
    """Whether a request is signed by who knows the secret, for this body and this host."""
    given = {name.lower(): value for name, value in headers.items()}
    sent = given.get("authorization", "").rpartition("Signature=")[2]
    if not sent or given.get("x-amz-content-sha256") != hashlib.sha256(body).hexdigest():
        return False
    names = given["authorization"].partition("SignedHeaders=")[2].partition(",")[0].split(";")
    needed = {"host", *(name for name in given if name.startswith("x-amz-"))}
    return needed <= set(names) and hmac.compare_digest(sent, signature_of(method, target, headers, secret))


@dataclass
class Bucket:
    """What lies in the buckets, and what happened to it. `knows_conditions`: whether If-None-Match is understood."""

    objects: dict[str, bytes] = field(default_factory=dict)
    replaced: list[str] = field(default_factory=list)
    forged: int = 0
    requests: list[str] = field(default_factory=list)
    knows_conditions: bool = True
    may_list: bool = True
    buckets: frozenset[str] = frozenset({"published"})

    def answer(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> tuple[int, bytes]:
        """Status and body of the answer to one request, taken."""
        self.requests.append(f"{method} {target}")
        given = {name.lower(): value for name, value in headers.items()}
        if f"Credential={ACCESS}/" not in given.get("authorization", ""):
            return 403, b"<Error><Code>InvalidAccessKeyId</Code></Error>"
        if not is_genuine(method, target, headers, body):
            self.forged += 1
            return 403, b"<Error><Code>SignatureDoesNotMatch</Code></Error>"
        key = unquote(urlsplit(target).path).lstrip("/")
        if key.partition("/")[0] not in self.buckets:
            return 404, b"<Error><Code>NoSuchBucket</Code></Error>"
        there = self.objects.get(key)
        if method == "GET":
            missing = (404, b"<Error><Code>NoSuchKey</Code></Error>")
            forbidden = (403, b"<Error><Code>AccessDenied</Code></Error>")
            return (200, there) if there is not None else missing if self.may_list else forbidden
        if "if-none-match" in given:
            if not self.knows_conditions:
                return 501, b"<Error><Code>NotImplemented</Code></Error>"
            if there is not None:
                return 412, b"<Error><Code>PreconditionFailed</Code></Error>"
        if there is not None:
            self.replaced.append(key)
        self.objects[key] = body
        return 200, b""


def read_request(handler: BaseHTTPRequestHandler) -> tuple[str, str, dict[str, str], bytes]:
    """Method, target, headers and body as they came."""
    body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
    return handler.command, handler.path, dict(handler.headers), body

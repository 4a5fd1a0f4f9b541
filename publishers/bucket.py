"""A closed month into a bucket of a service that speaks S3: an object a file, the manifest last.

An object is put only where there is none (`If-None-Match: *`) and never replaced: one that is there is read and
compared. So whatever was cut off is sent again until the bucket holds each file once, as the manifest says.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from requests_aws4auth import AWS4Auth

from publishers.addresses import PushRefused, host_of
from publishers.delivery import ATTEMPTS, Answered, Outcome, Package, Receipt, Sleep, call, until_answered
from publishers.placing import MANIFEST
from publishers.push import another

REGION = "us-east-1"
"""What services without regions of their own take."""
BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
PLACE = re.compile(r"[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*")
CONFLICT, EXISTS, MISSING, FORBIDDEN, UNKNOWN = 409, 412, 404, 403, 501
_CODE = re.compile(rb"<Code>([A-Za-z]{3,60})</Code>")
_REMEDIES = {
    "AccessDenied": "the keys may not do that there: they need to put and to get objects",
    "InvalidAccessKeyId": "the service does not know the key: see access_key",
    "SignatureDoesNotMatch": "the service does not accept the key: see secret_key",
    "RequestTimeTooSkewed": "the clock of this machine is wrong",
    "NoSuchBucket": "there is no such bucket: make it at its service, or mend `to`",
    "AuthorizationHeaderMalformed": "the bucket is of another region: see `region`",
    "PermanentRedirect": "the bucket is of another region: see `region` and `endpoint`",
}
"""What a service says by code, and whose it is to mend; nothing else of its answers is said on."""


@dataclass(frozen=True)
class BucketTarget:
    """A place in a bucket, `s3://BUCKET/PLACE`, of the service at `endpoint`; the keys need to put and get objects."""

    to: str
    endpoint: str
    access_key: str = field(repr=False)
    secret_key: str = field(repr=False)
    region: str = REGION
    allow_hosts: frozenset[str] = frozenset()
    private_hosts: frozenset[str] = frozenset()
    attempts: int = ATTEMPTS
    connect_seconds: float = 10.0
    read_seconds: float = 60.0

    def deliver(self, package: Package, sleep: Sleep) -> Receipt:
        """Put every file that is not there yet, the manifest last. PushRefused where another package is there."""
        host, inside = host_of(self.endpoint, self.allow_hosts, self.private_hosts)
        base = self._base(package)
        auth = AWS4Auth(self.access_key, self.secret_key, self.region, "s3")
        seconds = (self.connect_seconds, self.read_seconds)
        made = 0

        def repeated(ask: Callable[[], Answered]) -> Outcome:
            nonlocal made
            done = until_answered(host, self.attempts, sleep, ask)
            made = max(made, done.attempts)
            return done

        def get(name: str) -> Outcome:
            most = len(package.files[name]) + 1  # one byte more: what is longer is another file
            return repeated(
                lambda: call("GET", f"{base}/{name}", host, inside, auth=auth, seconds=seconds, most=max(most, 4096))
            )

        def put(name: str) -> Outcome:
            only_new = {"If-None-Match": "*"}

            def ask() -> Answered:
                found = call(
                    "PUT", f"{base}/{name}", host, inside, body=package.files[name], headers=only_new, auth=auth,
                    seconds=seconds,
                )  # fmt: skip
                if found.status == UNKNOWN and only_new:
                    only_new.clear()  # a service that knows no conditions; the manifest was looked for before
                return found._replace(status=503) if found.status == CONFLICT else found

            return repeated(ask)

        def failed(done: Outcome) -> Receipt:
            return Receipt("failed", "", package.key, made, _in_words(done))

        def arrived() -> Receipt:
            return Receipt("delivered", package.manifest.sha256, package.key, made)

        there = get(MANIFEST)
        if there.answered is None or there.answered.may_pass:
            return failed(there)
        if there.answered.status == 200:
            if hashlib.sha256(there.answered.body).hexdigest() != package.manifest.sha256:
                raise another(package.key)
            return arrived()  # it is put last: what it names is there
        # A key that may not list is told "forbidden" of what is not there; whether it may put, putting says.
        if there.answered.status not in (MISSING, FORBIDDEN) or _code(there.answered) == "NoSuchBucket":
            return failed(there)
        for name, content in package.files.items():
            done = put(name)
            if done.answered is not None and done.answered.status == EXISTS:
                done = get(name)
                if not done.problem and done.answered is not None and done.answered.body != content:
                    raise another(package.key)
            if done.problem:
                return failed(done)
        return arrived()

    def _base(self, package: Package) -> str:
        """The address of the package's place; the bucket in the path, so that the host stays the listed one."""
        parts = urlsplit(self.to)
        place = parts.path.strip("/")
        shape = parts.scheme == "s3" and not parts.query and BUCKET.fullmatch(parts.netloc)
        if not shape or (place and not PLACE.fullmatch(place)) or ".." in place.split("/"):
            raise PushRefused(
                "`to` of a bucket is s3://BUCKET/PLACE, of letters, digits, dots, hyphens and underscores"
            )
        steps = [self.endpoint.rstrip("/"), parts.netloc, place, package.manifest.place.as_posix()]
        return "/".join(step for step in steps if step)


def _code(answered: Answered) -> str:
    found = _CODE.search(answered.body[:4096])
    return found.group(1).decode() if found else ""


def _in_words(done: Outcome) -> str:
    remedy = _REMEDIES.get(_code(done.answered)) if done.answered else None
    return f"{done.problem}; {remedy}" if remedy else done.problem

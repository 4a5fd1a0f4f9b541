"""Answers as bytes. Every one names its length; a refusal says its code and nothing of the request."""

from __future__ import annotations

from http import HTTPStatus

PHRASES = {status.value: status.phrase.encode() for status in HTTPStatus}
TEXT = b"text/plain; charset=utf-8"
COME_AGAIN_SECONDS = 5


def reply(
    status: int,
    body: bytes = b"",
    content_type: bytes = TEXT,
    *,
    close: bool = False,
    bare: bool = False,
    more: bytes = b"",
) -> bytes:
    """A response; `bare` leaves the body out (HEAD), `more` holds further header lines."""
    if status == 503:
        more += b"Retry-After: %d\r\n" % COME_AGAIN_SECONDS
    if body:
        more += b"Content-Type: %b\r\nX-Content-Type-Options: nosniff\r\n" % content_type
    return b"HTTP/1.1 %d %b\r\n%bContent-Length: %d\r\n%b\r\n%b" % (
        status, PHRASES[status], more, len(body), b"Connection: close\r\n" if close else b"", b"" if bare else body
    )  # fmt: skip


OK = reply(200)
OK_AND_CLOSE = reply(200, close=True)

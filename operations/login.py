"""Who may come in: the password, the Host header, and that a form was ours.

The password is asked for on loopback too: any page open in a browser on this machine, and any other user of
it, could otherwise press the buttons.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import re
import secrets
import time
from collections import deque
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import parse_qs

from warehouse.keys import login_file

COOKIE = "kehila_operations"
VISITOR = re.compile(r"[\w-]{32}", re.ASCII)
MAX_FORM = 8_192
HOST = re.compile(r"(?:127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?", re.ASCII | re.IGNORECASE)
"""Names of this machine itself: a page whose own name was made to point here is not let in."""


MAX_WRONG, WRONG_SECONDS = 10, 30.0
"""So many wrong passwords in so many seconds, whoever gave them; then nobody comes in until some are past."""


class Refused(Exception):
    """A request is not answered: its status, and the notice that says what to do."""

    def __init__(self, status: int, notice: str) -> None:
        super().__init__(notice)
        self.status, self.notice = status, notice


def auth_file(base: Path) -> Path:
    """User and password of the page, made on the first start and readable by its owner only."""
    return login_file(base / "keys" / "operations.auth")


class LoginGuard:
    """Knows the password and what its own forms look like. `auth` is `user:password`."""

    def __init__(self, auth: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._auth, self._clock = auth.encode(), clock
        self._wrong: deque[float] = deque(maxlen=MAX_WRONG)
        self._key = secrets.token_bytes(32)

    def enter(self, headers: Mapping[str, str]) -> None:
        """Raises Refused unless the request is for this machine and brings the password."""
        if not HOST.fullmatch(headers.get("host", "")):
            raise Refused(421, "wrong_address")
        kind, _, told = headers.get("authorization", "").partition(" ")
        try:
            given = base64.b64decode(told.strip(), validate=True) if kind.lower() == "basic" else b""
        except (binascii.Error, ValueError):
            given = b""
        at = self._clock()
        while self._wrong and at - self._wrong[0] >= WRONG_SECONDS:
            self._wrong.popleft()
        if len(self._wrong) >= MAX_WRONG:  # not even looked at: guessing is no faster than this
            raise Refused(429, "too_many_tries")
        if not hmac.compare_digest(given, self._auth):
            if told:
                self._wrong.append(at)
            raise Refused(401, "password")

    @staticmethod
    def new_visitor() -> str:
        """The value of a new cookie."""
        return secrets.token_urlsafe(24)

    def token(self, visitor: str) -> str:
        """What a form of this visitor carries."""
        return hmac.new(self._key, visitor.encode(), "sha256").hexdigest()

    def form(self, headers: Mapping[str, str], visitor: str, body: bytes) -> dict[str, str]:
        """The fields of a form of ours; Refused for any other."""
        if headers.get("content-type", "").partition(";")[0].strip().lower() != "application/x-www-form-urlencoded":
            raise Refused(415, "use_the_buttons")
        origin = headers.get("origin", "")
        if origin and origin.lower() != f"http://{headers.get('host', '')}".lower():
            raise Refused(403, "another_page")
        try:
            told = parse_qs(body.decode("ascii"), keep_blank_values=True, max_num_fields=12, errors="strict")
        except ValueError:
            raise Refused(400, "unreadable_form") from None
        fields = {name: values[0] for name, values in told.items() if len(values) == 1}
        token = fields.pop("token", "")
        if not visitor or not hmac.compare_digest(token.encode(), self.token(visitor).encode()):
            raise Refused(403, "old_page")
        return fields

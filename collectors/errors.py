"""Errors of collectors, named by what the caller has to do.

Messages are shown to people: each says what was seen, where, and the remedy. They never carry a
person's name, phone, address, text or a token.
"""

from datetime import datetime


class CollectorError(Exception):
    """Base of all errors a collector raises on purpose; `code` is stable and machine-readable."""

    code = "collector_error"

    def __init__(self, message: str, *, code: str | None = None) -> None:
        super().__init__(message)
        if code is not None:
            self.code = code


class RetryLater(CollectorError):
    """The source asks for patience; try again no earlier than `until` (UTC)."""

    code = "retry_later"

    def __init__(self, message: str, *, until: datetime, code: str | None = None) -> None:
        super().__init__(message, code=code)
        self.until = until


class FixCredentials(CollectorError):
    """The source refuses our credentials or a permission is missing; retrying cannot help."""

    code = "fix_credentials"


class SourceChanged(CollectorError):
    """The source no longer keeps the contract we know; a person has to look."""

    code = "source_changed"


class RejectFile(CollectorError):
    """The file as a whole cannot be read; nothing of it was or will be loaded."""

    code = "rejected"

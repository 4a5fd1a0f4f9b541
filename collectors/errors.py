"""Errors of collectors, named by what the caller has to do.

An error is a code of the register (`texts/errors*.yaml`, docs/errors.md) with arguments, never a sentence: what
happened, what to do and who does it is said there, in three languages, by whoever shows it. Arguments are plain values
and nothing personal: no name, phone, address, text of a message, token, and no part of a service's answer.

    raise SourceChanged("not_a_list", where="campaigns")

The argument `service` is not given by who raises: `Source.named` adds it to whatever leaves a source.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from datetime import datetime
from lzma import LZMAError

Argument = str | int | float
"""What an error's sentence may be filled with."""
ZIP_DAMAGE = (
    zipfile.BadZipFile, zlib.error, LZMAError, EOFError, struct.error, NotImplementedError, RuntimeError, ValueError,
)  # fmt: skip
"""What reading a zip raises where it is damaged, encrypted, or packed in a way Python does not know. OSError beside
these may be the disk's fault, or a place in a damaged archive that is none.
"""


class CollectorError(Exception):
    """Base of all errors a collector raises on purpose; `code` is stable and machine-readable."""

    def __init__(self, code: str, /, **arguments: Argument) -> None:
        super().__init__(code)
        self.code = code
        self.arguments = arguments

    def __str__(self) -> str:
        """The code with its arguments, for logs."""
        given = ", ".join(f"{name}={value}" for name, value in self.arguments.items())
        return f"{self.code} ({given})" if given else self.code


class RetryLater(CollectorError):
    """The source asks for patience; try again no earlier than `until` (UTC)."""

    def __init__(self, code: str, /, *, until: datetime, **arguments: Argument) -> None:
        super().__init__(code, **arguments)
        self.until = until


class FixCredentials(CollectorError):
    """The source refuses our credentials or a permission is missing; retrying cannot help."""


class FixSettings(CollectorError):
    """A setting of the account is wrong or missing; retrying cannot help."""


class SourceChanged(CollectorError):
    """The source no longer keeps the contract we know; a person has to look."""


class RejectFile(CollectorError):
    """The file as a whole cannot be read; nothing of it was or will be loaded."""

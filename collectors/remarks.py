"""What people should know of something that was read, beside what was refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from collectors.errors import Argument


@dataclass(frozen=True)
class Said:
    """A code of `texts/remarks.yaml` and what fills it: whoever reads it is told in his language."""

    code: str
    arguments: Mapping[str, Argument] = field(default_factory=dict)

    def __hash__(self) -> int:
        return hash((self.code, *sorted((name, str(value)) for name, value in self.arguments.items())))


Remark = str | Said
"""A code with arguments; or English words, of what only engineers read."""


def said(code: str, **arguments: Argument) -> Said:
    """A remark by its code."""
    return Said(code, arguments)

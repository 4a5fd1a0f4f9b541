"""A source's section of `kehila.toml`, as a town with these channels would write it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol


@dataclass(frozen=True)
class Section:
    """`[source.SOURCE.ACCOUNT]`; the secrets are written to files of their own and named by reference."""

    source: str
    account: str
    base_url: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)

    def lines(self) -> Iterable[str]:
        """The section as TOML."""
        yield f"\n[source.{self.source}.{self.account}]"
        yield f"base_url = {_toml(self.base_url)}"
        for name, value in self.settings.items():
            yield f"{name} = {_toml(value)}"
        if self.secrets:
            references = {name: f"file:{self.file_of(name)}" for name in self.secrets}
            yield f"secrets = {_toml(references)}"

    def file_of(self, name: str) -> str:
        """Where a secret lies, beside the configuration."""
        return f"keys/{self.source}.{self.account}.{name}"


class Desk(Protocol):
    """A channel's stand-ins: started together, told the time, named in the configuration."""

    @property
    def servers(self) -> tuple[AbstractContextManager[Any], ...]:
        """The stand-ins, not started yet."""
        ...

    def at(self, now: datetime) -> None:
        """Let it be that instant."""
        ...

    def sections(self) -> Iterable[Section]:
        """The sections; asked for when the stand-ins run."""
        ...


def _toml(value: Any) -> str:
    """A text, number, list or table on one line."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_toml(str(key))} = {_toml(one)}" for key, one in value.items()) + "}"
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return "[" + ", ".join(_toml(one) for one in value) + "]"

"""How an account of a service, and one of its streams, are referred to. Text only where they are stored or shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, order=True)
class AccountRef:
    """One account of a service: the source and the town's own name of the account."""

    source: str
    name: str

    def __str__(self) -> str:
        return f"{self.source}.{self.name}"

    @classmethod
    def parse(cls, text: str) -> AccountRef:
        """The account that `source.name` names. Raises ValueError for anything else."""
        source, _, name = text.partition(".")
        if not source or not name:
            raise ValueError("an account is written source.name")
        return cls(source, name)


@dataclass(frozen=True, order=True)
class StreamRef:
    """One stream of one account."""

    account: AccountRef
    stream: str

    def __str__(self) -> str:
        return f"{self.account}.{self.stream}"

    @classmethod
    def of(cls, row: Any) -> StreamRef:
        """The stream a row of the ledger is about."""
        return cls(AccountRef(row.source, row.account), row.stream)

    @classmethod
    def parse(cls, text: str) -> StreamRef:
        """The stream that `source.name.stream` names. Raises ValueError for anything else."""
        account, _, stream = text.rpartition(".")
        return cls(AccountRef.parse(account), stream)

    @property
    def columns(self) -> dict[str, str]:
        """The stream as columns of the ledger."""
        return {"source": self.account.source, "account": self.account.name, "stream": self.stream}

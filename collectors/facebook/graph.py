"""The interface the rest of this package sees of Graph, whatever client is behind it.

A client does one call and knows no patience; `session` does. To replace facebook-sdk, write another
`Graph` and name it in `source`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from collectors.columnar import Form

_PERMISSION = re.compile(r"\b(pages_[a-z_]+|read_insights|business_management|manage_pages)\b")

_FIELD = re.compile(r"\b(?:[a-z]+(?:_[a-z]+)+|shares|reactions|comments)\b")
"""Words of a refusal that may be names of fields; no other word of it is kept."""
FIELD_GONE = frozenset({12, 100})


@dataclass
class Usage:
    """How much of what Graph allows is used up, as its last answers said."""

    percent: float = 0.0
    regain_minutes: float = 0.0
    version: str = ""  # the version that answered, which is another one when ours was retired

    def read(self, headers: Mapping[str, str], quota: dict[str, str]) -> None:
        """Take the usage headers of an answer; what cannot be read says nothing."""
        shares: dict[str, float] = {}
        regain = 0.0
        for kind, name in (("app", "X-App-Usage"), ("page", "X-Business-Use-Case-Usage")):
            for row in _rows(headers.get(name, "")):
                used = [_amount(row.get(key)) for key in ("call_count", "total_time", "total_cputime")]
                shares[kind] = max([shares.get(kind, 0.0), *used])
                regain = max(regain, _amount(row.get("estimated_time_to_regain_access")))
        if shares:
            self.percent, self.regain_minutes = max(shares.values()), regain
            quota.update({f"{kind} used": f"{share:g}%" for kind, share in shares.items()})
        self.version = headers.get("facebook-api-version", self.version)


class Refusal(Exception):
    """An answer that is an error. Its words stay behind: they may quote a token or a person.

    `status` 0 means that no answer came at all, `is_slow` that it was cut. `is_passing` is what Graph or the line says.
    """

    def __init__(
        self,
        code: int | None,
        subcode: int | None = None,
        *,
        status: int = 0,
        is_passing: bool = False,
        is_slow: bool = False,
        words: str = "",
    ) -> None:
        super().__init__(f"Graph error {code}, subcode {subcode}, status {status}")
        self.code, self.subcode, self.status, self.is_passing, self.is_slow = code, subcode, status, is_passing, is_slow
        self.permissions = tuple(dict.fromkeys(_PERMISSION.findall(words)))
        self.is_invalid_metric = "valid insights metric" in words
        self.fields = frozenset(_FIELD.findall(words)) if code in FIELD_GONE else frozenset()

    @classmethod
    def of(cls, document: Any, status: int) -> Refusal:
        """From an error document, or from what stands in its place."""
        error = document.get("error") if isinstance(document, Mapping) else None
        if not isinstance(error, Mapping):
            return cls(None, status=status, is_passing=status >= 500)
        return cls(
            _code(error.get("code")),
            _code(error.get("error_subcode")),
            status=status,
            is_passing=error.get("is_transient") is True or status >= 500,
            words=str(error.get("message", "")),
        )


@dataclass(frozen=True)
class Fields:
    """What is asked of the records of a `stream`, by name or with what Graph shall tell of it in brackets.

    Without a `required` field a record means nothing. A `optional` one may be withdrawn from one day to the next, and
    costs itself alone.
    """

    stream: str
    required: tuple[str, ...]
    optional: tuple[str, ...] = ()

    def text(self, withdrawn: Collection[tuple[str, str]] = ()) -> str:
        """As Graph wants them, but for (stream, field) that are gone."""
        left = (one for one in self.optional if (self.stream, _name(one)) not in withdrawn)
        return ",".join((*self.required, *left))

    def gone(self, refusal: Refusal) -> set[tuple[str, str]]:
        """The (stream, field) a refusal names of those that may be missing."""
        return {(self.stream, name) for one in self.optional if (name := _name(one)) in refusal.fields}


class Graph(Protocol):
    """One version of Graph with one token."""

    usage: Usage
    version: str

    def get(self, path: str, params: Mapping[str, Any], form: Form | None = None) -> dict[str, Any]:
        """The object at a path such as "123/posts", its records by a form where they can be.

        Raises Refusal, or SourceChanged for what is no Graph at all.
        """
        ...

    def check_address(self, url: str) -> None:
        """Refuse, by SourceChanged, an address Graph has no business to point at."""
        ...


def _name(field: str) -> str:
    return re.split(r"\W", field, maxsplit=1)[0]


def _rows(text: str) -> list[Mapping[str, Any]]:
    """The rows of a usage header: one object, or lists of them by account."""
    try:
        found = json.loads(text)
    except ValueError:
        return []
    if not isinstance(found, Mapping):
        return []
    lists = [value for value in found.values() if isinstance(value, list)]
    return [row for rows in lists for row in rows if isinstance(row, Mapping)] if lists else [found]


def _amount(value: Any) -> float:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return float(value) if is_number and 0 <= value < 1e9 else 0.0


def _code(value: Any) -> int | None:
    return int(value) if isinstance(value, (int, str)) and str(value).isdigit() else None

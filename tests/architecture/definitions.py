"""The definitions of the last release: what each indicator meant then, and how it was computed, as a digest.

`definitions.txt` holds them, a line each: indicator, revision, digest. `python -m tests.architecture.definitions` writes
the file anew; that is part of a release and of nothing else.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import sqlglot
import yaml

from transforms.catalogue import Indicator, ours, shared_views

RELEASED = Path(__file__).with_name("definitions.txt")


def digest(indicator: Indicator) -> str:
    """Of what decides its figures: definition, units, what must be heard, statement and views; comments and titles aside."""
    head = indicator.header
    said = [
        " ".join(head.definition.split()), head.unit, head.method, {name: part.unit for name, part in head.parts.items()},
        head.inputs, head.needs, head.spaces.model_dump(), head.sum_of, head.windows,
    ]  # fmt: skip
    statements = [indicator.sql, *(shared_views()[name] for name in indicator.views)]
    plain = [sqlglot.parse_one(one, dialect="duckdb").sql(dialect="duckdb", comments=False) for one in statements]
    return hashlib.sha256((yaml.safe_dump(said) + "\n".join(plain)).encode()).hexdigest()[:12]


def released() -> dict[str, tuple[int, str]]:
    """Indicator -> its revision and digest in the last release."""
    lines = [line.split() for line in RELEASED.read_text(encoding="utf-8").splitlines() if line]
    return {name: (int(revision), told) for name, revision, told in lines}


def wrong(indicators: dict[str, Indicator], before: dict[str, tuple[int, str]]) -> list[str]:
    """Indicators whose revision does not say whether they mean what they meant, and what to write."""
    found = []
    for name, one in indicators.items():
        revision, told = before.get(name, (0, ""))
        wanted = revision if digest(one) == told else revision + 1
        if one.header.revision != wanted:
            found.append(f"{name}: revision {one.header.revision}, write {wanted}")
    return found


if __name__ == "__main__":
    lines = [f"{name} {one.header.revision} {digest(one)}\n" for name, one in sorted(ours().items())]
    RELEASED.write_text("".join(lines), encoding="utf-8")

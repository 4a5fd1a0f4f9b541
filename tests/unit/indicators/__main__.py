"""Look into a case: `python -m tests.unit.indicators show whatsapp.resident_replies 0`.

Prints the rows the case gives, what the shared views hold on the way, and every cell beside what is expected.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable

from tests.unit.indicators.cases import load
from transforms.case_rows import Row
from transforms.cases import SCHEMAS, CaseError, as_table, compared, view_rows
from transforms.catalogue import catalogue


def table(title: str, rows: Iterable[Row]) -> list[str]:
    """Rows below each other under a title, one text a row."""
    lines = [f"  {'  '.join(f'{name}={value}' for name, value in row.items())}" for row in rows]
    return [f"{title}:", *(lines or ["  (no row)"])]


def shown(name: str, number: int) -> list[str]:
    """All there is to see of one case."""
    indicator, case = catalogue()[name], load(name)[number]
    cells = compared(indicator, case)
    lines = [f"{name}, case {number}: {case['name']}", ""]
    for given in SCHEMAS:
        lines += table(given, case[given]) if case.get(given) else []
    for view in indicator.views:
        lines += ["", *table(f"view {view}", view_rows(indicator, view))]
    return [*lines, "", as_table(cells)]


def main(words: list[str]) -> int:
    """Run `show INDICATOR [NUMBER]`."""
    match words:
        case ["show", name, *rest] if name in catalogue() and len(rest) <= 1 and all(one.isdigit() for one in rest):
            number = int(rest[0]) if rest else 0
        case _:
            print("usage: python -m tests.unit.indicators show INDICATOR [NUMBER]", file=sys.stderr)
            return 2
    try:
        print("\n".join(shown(name, number)))
    except (CaseError, IndexError) as problem:
        print(problem if isinstance(problem, CaseError) else f"{name} has {len(load(name))} cases", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

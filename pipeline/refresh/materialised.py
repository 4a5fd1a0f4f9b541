"""What a refresh made of each fact and month, told as events: its rows, and what the gate said of them."""

from __future__ import annotations

from pipeline.events import Materialised, has_server, materialised
from pipeline.refresh.outcome import Refreshed
from town.store import TownStore
from warehouse.stored_rows import stored_rows

REFUSED, DOUBTED, PASSED = "refused", "doubted", "passed"


def announce_facts(store: TownStore, done: Refreshed) -> None:
    """Announce the facts' months that were replaced or refused; nothing where nobody listens."""
    if not has_server() or not (found := places(done)):
        return
    rows = stored_rows(store.ledger, {fact for fact, _ in found})
    materialised(store.authority.code, [
        Materialised(fact, month, rows.get((fact, month), 0), verdict, codes)
        for (fact, month), (verdict, codes) in found.items()
    ])  # fmt: skip


def places(done: Refreshed) -> dict[tuple[str, str], tuple[str, tuple[str, ...]]]:
    """(fact, month) -> the worst the gate said and its codes, the latest months first.

    A finding about a whole batch ('' for a month) is one about each of the fact's months that came; of a batch that was
    refused none came, and it stands by itself. What stands of a source that was not staged anew was announced before.
    """
    said = [*((REFUSED, one) for one in done.refused), *((DOUBTED, one) for one in done.warnings)]
    wanted = {(fact, month) for fact, months in done.changed.items() for month in months}
    wanted |= {(one.fact, one.month) for one in done.refused if one.source in done.staged}
    found = {}
    for fact, month in sorted(wanted, key=lambda place: (place[1], place[0]), reverse=True):
        mine = [(verdict, one.code) for verdict, one in said if one.fact == fact and one.month in ("", month)]
        worst = mine[0][0] if mine else PASSED
        found[fact, month] = worst, tuple(sorted({code for verdict, code in mine if verdict == worst}))
    return found

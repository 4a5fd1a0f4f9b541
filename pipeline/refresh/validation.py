"""Great Expectations over what kernels let through: its whole suite, over the files as they are stored.

A refresh asks it only where a kernel is not sure. Here it looks at all the others: every night, before reports of a
run, and before a month closes. Where it finds what a kernel says there is not, the file waits as held: its month is
not closed, `kehila check` fails, and the next refresh has the suite itself judge all of that fact of the source.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from expectations.results import GateContext
from pipeline.refresh.facts import MAX_BATCH_ROWS
from town.accounts import configured_spaces
from town.landed import landed_tables
from town.population import with_population
from town.store import TownStore
from transforms.questionnaire import questionnaire
from transforms.staging import staff
from warehouse.checks import DISPUTED, Found, Judged, note_checks, stage_again
from warehouse.ledger import now
from warehouse.ledger_tables import FactPartition
from warehouse.locks import town_at_rest
from warehouse.store import transaction
from warehouse.validated import note_run, unvalidated


@dataclass
class Validated:
    """How many files the suite was run over, and the rows of which a kernel said otherwise."""

    files: int = 0
    disputed: list[Found] = field(default_factory=list)


def validate_stored(store: TownStore) -> Validated:
    """Run the whole suite over every file of facts it was not run over. Killed anywhere, it goes on where it was."""
    with town_at_rest(store.engine, store.authority.code):
        done, waiting = Validated(), unvalidated(store.ledger)
        if not waiting:
            return done
        town = staff.town_from(landed_tables(store, staff.STREAMS), store.authority.code, store.authority.timezone)
        spaces = configured_spaces(store.config, store.authority.code)
        spaces |= frozenset(with_population(town, store.authority).spaces)
        for batch in _batches(waiting):
            store.progress(f"Great Expectations over {batch[0].fact} of {batch[0].source}")
            done.disputed += _over(store, batch, spaces)
            done.files += len(batch)
        return done


def _batches(files: Sequence[FactPartition]) -> Iterator[list[FactPartition]]:
    """Files of one source's fact together, as many as the gate is given at once."""
    batch: list[FactPartition] = []
    for one in files:
        is_another = bool(batch) and (batch[0].source, batch[0].fact) != (one.source, one.fact)
        if is_another or (batch and sum(row.records for row in batch) + one.records > MAX_BATCH_ROWS):
            yield batch
            batch = []
        batch.append(one)
    if batch:
        yield batch


def _over(store: TownStore, files: Sequence[FactPartition], spaces: frozenset[str]) -> list[Found]:
    from expectations.gate import disputes

    source, fact, authority = files[0].source, files[0].fact, store.authority
    suite = store.suites.of(source, fact)
    context = GateContext(
        authority.code, authority.timezone, spaces, store.today,
        survey_items=frozenset(questionnaire().meanings()), suite=suite,
    )  # fmt: skip
    counted: dict[str, dict[str, int]] = defaultdict(dict)
    for check, months in disputes(fact, store.lake.read([one.path for one in files]), context).items():
        for month, rows in months.items():
            counted[month][check] = rows
    found = [
        Found(
            fact,
            month,
            DISPUTED,
            "",
            "held",
            "kernel_disputed",
            {"what": ", ".join(sorted(checks))},
            max(checks.values()),
        )
        for month, checks in sorted(counted.items())
    ]
    rules = store.suites.rules(source, fact)
    digest = hashlib.sha256("\n".join([rules, fact, source, *(one.sha256 for one in files)]).encode()).hexdigest()
    run, at = f"great-expectations {_version()} {digest[:24]}", now()
    mine = [one for one in files if one.month not in counted]
    with transaction(store.engine) as tx:
        note_run(tx, authority.code, [
            {"fact": fact, "month": one.month, "source": source, "sha256": one.sha256, "run": run, "ended_at": at}
            for one in mine
        ])  # fmt: skip
        note_checks(tx, authority.code, source, Judged({(fact, one.month) for one in files}, found, {DISPUTED}))
        if found:
            stage_again(tx, authority.code, [source])
    return found


def _version() -> str:
    from importlib.metadata import version

    return version("great-expectations")

"""Answers that would double a wave wait until somebody says that they are other people's.

A correction of which too little agrees, a file beside the service it came from, answers typed in again: each would
count people twice, and no figure would show it. Asked before anything lands, of files and of services alike; the town's
word is `adds: true`, in the mapping beside a file or in a service's account.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import select

from collectors.base import Page
from collectors.errors import Argument, CollectorError, FixSettings, RejectFile
from town.landed import landed_tables, with_lineage
from town.store import TownStore
from transforms.staging.survey_decided import Decision, decided
from transforms.staging.survey_forms import files_of
from warehouse.ledger import core
from warehouse.ledger_tables import RunRow

ANSWERS = "survey_answer"
"""The stream of answers, which files and services share."""


def answers_that_may_land(store: TownStore, pages: Iterable[Page], run: str, service: str = "") -> Iterator[Page]:
    """The pages as they came, of a file or of a `service`; after the last one raises what keeps them from landing.

    Raises RejectFile `wave_doubles` of a file, FixSettings `form_doubles` of a service.
    """
    held: list[pa.Table] = []
    for page in pages:
        if page.stream.name == ANSWERS:
            held.append(page.rows)
        yield page
    if held and (problem := _doubling(store, pa.concat_tables(held), run, service)):
        raise problem


def _doubling(store: TownStore, rows: pa.Table, run: str, service: str) -> CollectorError | None:
    landed = landed_tables(store, [ANSWERS])[ANSWERS]
    found = _beside(landed, rows, run)
    if service and found is not None and found.verdict == "added":
        # Forms of services are the town's own choice, each named in an account: they add up whatever their size.
        found = _beside(landed.filter(pc.is_in(landed["batch"], _imports(store, landed))), rows, run)
    if found is None or not found.is_doubling:
        return None
    told: dict[str, Argument] = {"wave": found.wave, "added": found.added, "before": found.before, "alike": found.alike}
    return FixSettings("form_doubles", service=service, **told) if service else RejectFile("wave_doubles", **told)


def _imports(store: TownStore, landed: pa.Table) -> pa.Array:
    """The runs that landed rows of files."""
    runs = core(RunRow)
    query = select(runs.c.run).where(runs.c.kind == "import", runs.c.run.in_(pc.unique(landed["batch"]).to_pylist()))
    with store.engine.connect() as connection:
        return pa.array(connection.execute(query).scalars().all(), pa.string())


def _beside(landed: pa.Table, rows: pa.Table, run: str) -> Decision | None:
    """How the rows would be counted as the latest to land."""
    order = (pc.max(landed["landed_order"]).as_py() or 0) + 1
    own = with_lineage(rows, run, order, run)
    return decided(files_of(pa.concat_tables([landed, own], promote_options="permissive").unify_dictionaries()), run)

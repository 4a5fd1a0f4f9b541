"""An event is refreshed by what it changed: it comes to what a whole refresh comes to, and costs what it changed."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, select

from collectors.staff_workbook.write import write_staff_workbook
from pipeline.land.drain import Drainer
from pipeline.land.files import import_file
from pipeline.month.close import close
from pipeline.refresh.refresh import refresh
from pipeline.refresh.restatements import month_values
from pipeline.upkeep.spaces import places
from pipeline.upkeep.upkeep import rebuild
from simulator.services.whatsapp_cloud import Written
from tests.bench.growth import chat
from tests.conftest import ROOT
from tests.integration.draining import FIRST, LINE, bodies, content, drainer, opened, received
from transforms.engines.duck import DuckSession
from warehouse import lake as lake_module
from warehouse.ledger import core
from warehouse.ledger_tables import FactPartition
from warehouse.tables import IndicatorInput


def drawn(seed: int, count: int = 7) -> list[Written]:
    """Words with the number in the months of the town: from people known and new, with answers and quotations."""
    rng, found = random.Random(seed), list[Written]()
    for number in range(count):
        earlier = [one.identifier for one in found if not one.is_out]
        found.append(Written(
            f"wamid.{seed}.{number}", LINE, FIRST + timedelta(minutes=rng.randrange(55 * 24 * 60)), rng.randrange(9),
            rng.choice(("מתי יתקנו את הפנס?", "תודה", "שלום לכולם")), is_out=rng.random() < 0.4,
            quotes=rng.choice(earlier) if earlier and rng.random() < 0.3 else "",
        ))  # fmt: skip
    return found


@pytest.mark.parametrize(("seed", "kind"), [(1, "hotline"), (2, "group")])
def test_event_by_event_comes_to_what_all_of_it_made_anew_comes_to(
    tmp_path: Path, drained: Path, seed: int, kind: str
) -> None:
    config = shutil.copytree(drained, tmp_path / "town") / "kehila.toml"
    registered(config, kind)
    close(opened(config), "2026-10", is_forced=True)
    worker = drainer(config)
    worker.once()
    for number, body in enumerate(bodies(drawn(seed))):
        received(config, [body], start=10_000 + number)
        worker.once()
    store = opened(config)
    said = content(store)
    assert any(line.startswith("restatement ") for line in said), "a published month was written to"
    lineage = select(core(IndicatorInput).c.partition).distinct()
    with store.engine.connect() as connection:
        read = set(connection.execute(lineage).scalars())
        stored = set(connection.execute(select(core(FactPartition).c.path)).scalars())
    assert read <= stored, "lineage names files that are there"
    assert refresh(store).cells_written == 0 and content(store) == said
    rebuild(store)
    assert content(store) == said


def registered(config: Path, kind: str = "hotline") -> None:
    """The places that wait in a town registered as its own, so that what is said there counts; its number as `kind`."""
    store, path = opened(config), config.parent / "staff.xlsx"
    rows: list[dict[str, object]] = [
        {"space": one.space, "title": "t", "asset": "whatsapp", "language": "he", "society": "general",
         "operated_by": "authority",
         "kind": "group" if one.files else kind}
        for one in places(store)
        if one.state == "waiting"
    ]  # fmt: skip
    write_staff_workbook(path, entries={"spaces": rows}, authority="0070")
    import_file(store, path)
    refresh(store)
    assert any(one.value for one in month_values(store.ledger, "2026-10") if one.indicator == "whatsapp.answers")


class Counted:
    """What an event has the drainer do."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.statements = self.rows = self.files = self.questions = 0
        ask, put, proven = DuckSession.ask, DuckSession._load, lake_module.proven

        def asked(session: DuckSession, sql: str) -> Any:
            self.statements += 1
            return ask(session, sql)

        def laid(session: DuckSession, into: str, table: Any) -> None:
            put(session, into, table)
            self.rows += table.num_rows

        def opened_file(*args: Any) -> Any:
            self.files += 1
            return proven(*args)

        monkeypatch.setattr(DuckSession, "ask", asked)
        monkeypatch.setattr(DuckSession, "_load", laid)
        monkeypatch.setattr(lake_module, "proven", opened_file)

    def listen(self, worker: Drainer) -> None:
        """Count what the database is asked, too."""
        event.listen(worker.store("").engine, "before_cursor_execute", self._asked)

    def _asked(self, *_: Any) -> None:
        self.questions += 1

    def of(self, worker: Drainer, config: Path, body: bytes, number: int) -> dict[str, int]:
        """What one event costs a drainer that is warm."""
        received(config, [body], start=20_000 + number)
        before = dict(vars(self))
        done = worker.once()
        assert sum(done.taken.streams.values()) and done.refreshed["0070"].indicators
        return {name: count - before[name] for name, count in vars(self).items()}


def test_an_event_costs_the_same_however_many_months_and_messages_there_are(
    tmp_path: Path, drained: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted = Counted(monkeypatch)

    def spent(name: str, messages: int, months: int) -> dict[str, int]:
        config = shutil.copytree(drained, tmp_path / name) / "kehila.toml"
        path = tmp_path / name / "WhatsApp Chat with group.txt"
        chat(path, messages, months)
        import_file(opened(config), path)
        registered(config)
        worker = drainer(config)
        counted.listen(worker)
        worker.once()
        at = FIRST + timedelta(days=20)
        first, second = bodies(
            Written(f"wamid.cost.{day}", LINE, at + timedelta(minutes=day), 2, "מתי?") for day in (1, 2)
        )
        counted.of(worker, config, first, 1)
        return counted.of(worker, config, second, 2)

    few = spent("few", 1_200, 16)
    for more in (spent("months", 3_600, 48), spent("messages", 24_000, 16)):
        assert few["statements"] == more["statements"] < 20
        assert more["rows"] <= 1.2 * few["rows"] + 50, (few, more)
        assert more["files"] <= few["files"] + 5, (few, more)
        assert more["questions"] <= 1.1 * few["questions"] + 5, (few, more)
    assert few["questions"] < 130


WARM = """
import sys
from pathlib import Path
from tests.integration.draining import drainer, bodies, received
from tests.integration.test_drain_narrow import drawn
config = Path(sys.argv[1])
worker = drainer(config)
worker.once()
for number, body in enumerate(bodies(drawn(4, 4))):
    received(config, [body], start=30_000 + number)
    worker.once()
print(sorted(name for name in sys.modules if name.partition(".")[0] == "great_expectations"))
"""


def test_an_event_the_kernels_let_through_does_not_load_great_expectations(tmp_path: Path, drained: Path) -> None:
    config = shutil.copytree(drained, tmp_path / "town") / "kehila.toml"
    registered(config)
    code = [sys.executable, "-c", WARM, str(config)]
    done = subprocess.run(code, capture_output=True, text=True, cwd=ROOT, timeout=300, check=False)
    assert (done.returncode, done.stdout) == (0, "[]\n"), done.stderr

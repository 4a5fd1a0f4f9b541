"""Whatever is raised with words of ours reaches its reader in them: none of it ends as "an error of ours"."""

import importlib
import pkgutil
from collections.abc import Iterator

import pytest

from town.faults import FaultKind, describe

PACKAGES = ("pipeline", "publishers", "receiver", "town", "warehouse")
CAUGHT = {
    "pipeline.collect.pull.OurFault": "pipeline.collect.collect",
    "pipeline.gaps.empty_answers.Suspect": "pipeline.collect.pull",
    "pipeline.notices.NotTaken": "flows.notify, pipeline.upkeep.noticing",
    "pipeline.upkeep.erasure.subject.Unsearchable": "pipeline.upkeep.erasure.places",
    "publishers.addresses.AddressRefused": "publishers.delivery",
    "publishers.smtp.MailRefused": "publishers.mail, pipeline.notices",
    "receiver.server.ReceiveProblem": "cli.processes",
    "warehouse.bi.reader.ReaderRefused": "cli.bi",
    "warehouse.copying.NotEmpty": "pipeline.upkeep.restore",
    "warehouse.events.MovedElsewhere": "pipeline.land.drain",
    "warehouse.inbox_writer.InboxTaken": "cli.processes",
}
"""Those that go no further than to whoever catches them."""


def raised() -> Iterator[type[Exception]]:
    for package in PACKAGES:
        for found in pkgutil.walk_packages(importlib.import_module(package).__path__, f"{package}."):
            if ".migrations.versions" in found.name or found.name.endswith(".env"):
                continue
            here = [one for one in vars(importlib.import_module(found.name)).values() if isinstance(one, type)]
            ours = [one for one in here if issubclass(one, Exception) and one.__module__ == found.name]
            yield from (one for one in ours if not one.__name__.startswith("_"))


RAISED = {f"{one.__module__}.{one.__qualname__}": one for one in raised()}


@pytest.mark.parametrize("name", RAISED)
def test_what_is_raised_is_described_in_its_own_words_or_caught(name: str) -> None:
    problem = RAISED[name].__new__(RAISED[name])
    problem.args = ("words of ours",)
    is_told = describe(problem).kind is not FaultKind.OURS
    assert is_told or name in CAUGHT
    assert not (is_told and name in CAUGHT), "it needs no exception"


def test_those_that_are_caught_are_there() -> None:
    assert set(RAISED) >= set(CAUGHT)

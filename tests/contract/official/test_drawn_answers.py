"""Whole collectors against servers that answer with anything their specification allows.

Samples say what did come; this is what may come as well. Nothing may crash, every call must be one the
specification knows, every record lands or is put aside with a reason, what nobody knows is drift.
"""

from collections import Counter
from typing import Any

import pytest

from tests.contract.official.playing import NOW, SERVICES, Pull, pull
from tests.contract.official.referee import Referee, drawing
from tests.contract.official.values import STRANGER
from texts import error_texts

SEEDS = range(15)
PAIRS = [(name, stream) for name, one in SERVICES.items() for stream in one.source(NOW).streams]
IDENTITY = {stream.name: stream.key[1] for _, stream in PAIRS if stream.key[0] == "account" and len(stream.key) > 1}
"""The column that says which record it is; every row must have one."""

READ_BY_NAME = {
    "mailchimp_clicker": "asks for two fields by name, so no other can come",
    "mailchimp_unsubscribe": "asks for two fields by name, so no other can come",
    "zoom_chat_message": "reads a file; of the list of files it looks at four fields",
    "whatsapp_cloud_metric": "Meta's file has no analytics; Prism's answers are told as absent",
}
"""Streams whose records cannot show a field nobody knows."""


def drawn(service: str, stream: Any, seed: int) -> tuple[Pull, Referee]:
    """What one stream makes of one seed's answers."""
    played = SERVICES[service]
    backs = [(one, drawing(one, played.walker(one, seed))) for one in played.specifications()]
    with played.referee(backs) as referee:
        return pull(played.source(NOW), played.account(referee), stream), referee


@pytest.mark.parametrize(("service", "stream"), PAIRS, ids=lambda one: getattr(one, "name", one))
def test_whatever_the_specification_allows(service: str, stream: Any) -> None:
    drift: Counter[str] = Counter()
    rows = aside = 0
    for seed in SEEDS:
        done, referee = drawn(service, stream, seed)
        assert referee.faults == [], (seed, referee.faults)
        assert done.problem is None, (seed, done.problem)
        assert all(one.code in error_texts() for one in done.report.rejected)
        for row in done.rows.get(stream.name, []):
            assert row[IDENTITY.get(stream.name, stream.key[0])] not in (None, "", "None"), (seed, row)
        drift += done.report.drift
        rows += len(done.rows.get(stream.name, []))
        aside += len(done.report.rejected)
    assert rows > 0 or stream.name == "whatsapp_cloud_metric"
    assert (drift[f"{stream.name}.{STRANGER}"] > 0) is (stream.name not in READ_BY_NAME), drift

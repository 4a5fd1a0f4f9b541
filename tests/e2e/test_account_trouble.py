"""A service that disables a town's account says so by webhook: people are told, until it takes that back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.e2e.command_line import Run
from tests.integration.draining import drainer, received
from tests.integration.receiving import town

BUSINESS, AT = "102290129340398", 1791900000


def update(minutes: int, **value: Any) -> bytes:
    """A body that tells what became of the business account, so many minutes after AT."""
    change = {"field": "account_update", "value": value}
    entry = {"id": BUSINESS, "time": AT + 60 * minutes, "changes": [change]}
    return json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()


DISABLED = update(0, event="DISABLED_UPDATE", ban_info={"waba_ban_state": "DISABLE"})
REINSTATED = update(90, event="DISABLED_UPDATE", ban_info={"waba_ban_state": "REINSTATE"})


def test_an_account_that_was_disabled_is_told_until_it_is_reinstated(tmp_path: Path, run: Run) -> None:
    config = town(tmp_path / "town")

    def troubles() -> list[dict[str, Any]]:
        told: list[dict[str, Any]] = json.loads(run("--config", config, "freshness", "--json").out)["troubles"]
        return told

    def arrives(body: bytes, place: int) -> None:
        received(config, [body], start=place)
        drainer(config).once()

    drainer(config).once()  # nothing was ever received, which is no fault
    assert troubles() == []
    arrives(DISABLED, 0)
    (trouble,) = troubles()
    assert (trouble["account"], trouble["event"]) == ("whatsapp_cloud.hotline", "DISABLED_UPDATE")
    assert "messages may not come" in run("--config", config, "freshness").out
    arrives(REINSTATED, 1)
    assert troubles() == []
    arrives(DISABLED, 2)  # delivered once more: what it tells is of before
    assert troubles() == []

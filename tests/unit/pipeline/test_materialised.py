"""What a refresh made of facts' months, as it is told: each with the worst the gate said, and not more than so many."""

import re
from typing import Any

import pytest

from pipeline import events
from pipeline.refresh.materialised import places
from pipeline.refresh.outcome import Refreshed, Standing


def finding(fact: str, month: str, code: str) -> Standing:
    return Standing("chat", fact, month, code, "", code, {}, 0)


def test_a_month_has_the_worst_that_was_said_of_it_or_of_the_whole_batch() -> None:
    done = Refreshed(
        changed={"message": {"2026-09", "2026-10"}, "visit": {"2026-10"}},
        staged=["chat"],
        refused=[
            finding("message", "2026-08", "month_shrank"),
            finding("mailing", "", "no_rows"),
            Standing("zoom", "gathering", "2026-10", "", "", "stands since an earlier run", {}, 0),
        ],
        warnings=[
            finding("message", "2026-10", "month_jumped"),
            finding("message", "2026-08", "month_fell"),
            finding("visit", "", "says_nothing"),
            finding("attendance", "2026-10", "of no month that was made"),
        ],
    )
    assert places(done) == {
        ("visit", "2026-10"): ("doubted", ("says_nothing",)),
        ("message", "2026-10"): ("doubted", ("month_jumped",)),
        ("message", "2026-09"): ("passed", ()),
        ("message", "2026-08"): ("refused", ("month_shrank",)),
        ("mailing", ""): ("refused", ("no_rows",)),
    }
    assert next(iter(places(done))) == ("visit", "2026-10")  # the latest first
    assert places(Refreshed()) == {}


def test_events_are_told_one_by_one_up_to_a_number_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[dict[str, Any]] = []
    monkeypatch.setattr(events, "_put", told.extend)
    made = [events.Materialised("message", f"{year}-01", 7, "passed") for year in range(2100, 2000, -1)]
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    events.materialised("0070", made)
    assert told == []
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:9/api")
    monkeypatch.setenv(events.RUN_VARIABLE, "a-run")
    events.materialised("0070", [events.Materialised("visit", "", 0, "refused", ("no_rows",)), *made])
    first, *others, last = told
    assert len(told) == events.MAX_ASSETS + 1
    assert (first["event"], first["resource"]["prefect.resource.id"]) == (
        f"{events.ASSET}.failed",
        "kehila://0070/visit/batch",
    )
    assert {one["event"] for one in others} == {f"{events.ASSET}.succeeded"}
    assert others[0]["payload"] == {
        "authority": "0070", "fact": "message", "month": "2100-01", "rows": 7, "verdict": "passed", "codes": [],
    }  # fmt: skip
    assert last["payload"] == {
        "authority": "0070", "passed": 100, "doubted": 0, "refused": 1, "told_one_by_one": 60, "facts": ["message", "visit"],
    }  # fmt: skip
    assert all({"prefect.resource.id": "prefect.flow-run.a-run", "prefect.resource.role": "flow-run"} in one["related"]
               for one in told)  # fmt: skip


def test_the_names_are_prefects_own() -> None:
    """Prefect takes its own names of such events from its client; ours goes without it."""
    from inspect import getsource

    from prefect.assets import Asset
    from prefect.context import AssetContext

    assert f'"{events.ASSET}.{{event_status}}"' in getsource(AssetContext.emit_events)
    assert re.search(r"succeeded.*", getsource(AssetContext.emit_events))
    assert Asset(key="kehila://0070/message/2026-10").key

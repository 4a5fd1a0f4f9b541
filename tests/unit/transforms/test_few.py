"""What is kept back of small places, in the cells and in what they are made of."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from transforms.catalogue import ours
from transforms.choice import Cell, empty_cell
from transforms.composition import piece
from transforms.disclosure.places import Month, Said
from transforms.few import REASON, Few, few_in, groups_of, is_share_of_members, keep_back, scope_of, scopes_of
from transforms.inputs import Inputs
from transforms.registers import REGISTER_SCHEMAS
from warehouse.lake import Lake

SPACES = [
    {"space": name, "asset": asset, "kind": kind, "operated_by": "authority", "society": society, "language": "he", "neighbourhood": None}
    for name, asset, kind, society in (
        ("garden", "whatsapp", "open", "general"), ("park", "whatsapp", "open", "general"),
        ("arabic", "whatsapp", "open", "arab"), ("group", "facebook", "group", "arab"), ("page", "facebook", "page", "general"),
    )
]  # fmt: skip
INDICATORS = ours()
MEMBERS, LADDER = INDICATORS["whatsapp.open_members"], INDICATORS["assets.participation_ladder"]


def cell(space: str = "", value: float | None = 6.0, **more: Any) -> Cell:
    return {
        **empty_cell(MEMBERS, "2026-10", space),
        "value": value,
        "n": 6,
        "status": "final",
        "composition": [],
        **more,
    }


def few(places: str, *totals: str) -> Few:
    month = Month(frozenset(places.split()), frozenset(frozenset(one.split()) for one in totals))
    return Few({"2026-10": month}, {"2026-10": month}, {"2026-10": frozenset(one["space"] for one in SPACES)}, SPACES)


def test_a_small_place_says_nothing_and_no_reason_tells_it_from_the_one_beside_it():
    cells = [cell("garden"), cell("park", 50.0), cell("arabic", 90.0)]
    keep_back(MEMBERS, cells, few("garden park"))
    assert [(one["value"], one["n"], one["status"], one["reason"]) for one in cells] == [
        (None, None, "suppressed", REASON), (None, None, "suppressed", REASON), (90.0, 6, "final", "")
    ]  # fmt: skip


@pytest.mark.parametrize(("reason", "is_kept_back"), [
    ("not_reached:38", True), ("empty_denominator", True), ("not_covered:whatsapp", False), ("no_members", False)
])  # fmt: skip
def test_why_there_is_no_figure_is_a_figure_too(reason: str, is_kept_back: bool):
    """Of how many were answered, or asked; that nothing was heard is no secret."""
    one = cell("garden", None, n=None, status="missing", reason=reason, quality="by_name right_censored")
    keep_back(MEMBERS, [one], few("garden park"))
    told = (one["status"], one["reason"], one["quality"])
    assert told == (
        ("suppressed", REASON, "by_name") if is_kept_back else ("missing", reason, "by_name right_censored")
    )


def test_a_headline_names_hidden_places_together_and_no_figure_of_one():
    made = [piece("space", "garden", 6.0), piece("space", "park", 50.0), piece("space", "arabic", 90.0)]
    made += [piece("unused", "entered:garden", 7.0), piece("register", "space:garden", 300.0)]
    whole = cell(value=146.0, composition=made)
    keep_back(MEMBERS, [whole], few("garden park"))
    told = {(one["kind"], one["name"]): one["amount"] for one in whole["composition"]}
    assert told == {
        ("space", "arabic"): 90.0, ("space", "garden + park"): 56.0, ("unused", "entered:garden"): None,
        ("register", "space:garden"): 300.0,
    }  # fmt: skip
    assert whole["value"] == 146.0


def test_a_total_that_would_tell_is_hidden_with_what_it_is_made_of():
    whole = cell(value=96.0, composition=[piece("space", "garden", 6.0), piece("space", "arabic", 90.0)])
    keep_back(MEMBERS, [whole], few("garden", "garden park arabic"))
    assert whole["value"] is None and {one["amount"] for one in whole["composition"]} == {None, 90.0}


def test_the_largest_place_is_not_told_by_another_name():
    whole = cell(value=50.0, composition=[piece("formula", "largest:park")])
    keep_back(MEMBERS, [whole], few("garden park"))
    assert whole["status"] == "suppressed"


def test_the_places_of_totals_and_of_groups():
    assert scope_of(MEMBERS, "", SPACES) == {"garden", "park", "arabic"}
    arabs = INDICATORS["societies.arab_users"]
    assert scope_of(arabs, "", SPACES) == {"arabic", "group"} and scope_of(arabs, "facebook", SPACES) == {"group"}
    assert frozenset({"arabic", "group"}) in scopes_of(INDICATORS.values(), SPACES)
    assert frozenset({"garden", "park"}) in groups_of(INDICATORS.values(), SPACES)


def test_a_survey_knows_nothing_of_places():
    trust = INDICATORS["whatsapp.trust"]
    assert not few("garden", "").hides_total(trust, "2026-10", "") and few("garden").mark(trust, "2026-10") == ""


@pytest.fixture
def inputs(tmp_path: Path) -> Inputs:
    """A town of these places."""
    made = Inputs(Lake(tmp_path), timezone="Asia/Jerusalem")
    rows = [{"authority": "T", "title": one["space"], **one} for one in SPACES]
    made.registers = {"space": pa.Table.from_pylist(rows, schema=REGISTER_SCHEMAS["space"])}
    return made


def with_members(monkeypatch: pytest.MonkeyPatch, **people: int) -> None:
    monkeypatch.setattr("transforms.few.members_of", lambda *_: {"2026-10": people})


def test_a_total_hidden_when_its_month_was_published_stays_hidden(monkeypatch: pytest.MonkeyPatch, inputs: Inputs):
    with_members(monkeypatch, garden=12, park=50, arabic=90, group=300, page=9000)
    monkeypatch.setattr("transforms.few.CLOSED_KINDS", frozenset({"group", "open"}))  # the garden is one of them
    whole = scope_of(MEMBERS, "", SPACES)
    said = {"2026-10": Said(hidden=frozenset({"garden"}), hidden_totals=frozenset({whole}), is_said=True)}
    found = few_in(inputs, INDICATORS.values(), "T", ["2026-10"], said)
    assert "garden" in found.of(MEMBERS, "2026-10").places and found.hides_total(MEMBERS, "2026-10", "")
    assert not few_in(inputs, INDICATORS.values(), "T", ["2026-10"], {}).months


def test_what_few_do_is_kept_back_also_where_everybody_may_join(monkeypatch: pytest.MonkeyPatch, inputs: Inputs):
    """How many are in it is no secret; what share of them wrote is theirs, and another place hides it in the total."""
    with_members(monkeypatch, garden=6, park=50, arabic=90, group=300, page=9000)
    found = few_in(inputs, INDICATORS.values(), "T", ["2026-10"], {})
    assert found.of(LADDER, "2026-10") == Month(frozenset({"garden", "park"}))
    assert found.of(MEMBERS, "2026-10") == Month() and found.mark(MEMBERS, "2026-10") == ""
    assert not found.hides_total(LADDER, "2026-10", "") and found.mark(LADDER, "2026-10")


def test_of_one_small_open_place_alone_the_total_of_what_they_do_is_theirs(
    monkeypatch: pytest.MonkeyPatch, inputs: Inputs
):
    with_members(monkeypatch, garden=6)
    found = few_in(inputs, INDICATORS.values(), "T", ["2026-10"], {})
    assert found.hides_total(LADDER, "2026-10", "") and not found.hides_total(MEMBERS, "2026-10", "")


def test_what_was_kept_back_of_shares_hides_no_other_figure(monkeypatch: pytest.MonkeyPatch, inputs: Inputs):
    """The garden has grown since its month was published: its ladder stays hidden, its members never were."""
    with_members(monkeypatch, garden=15, park=50, arabic=90, group=300, page=9000)
    said = {"2026-10": Said(hidden=frozenset({"garden", "park"}), is_said=True)}
    found = few_in(inputs, INDICATORS.values(), "T", ["2026-10"], {}, said)
    assert found.of(LADDER, "2026-10").places == {"garden", "park"}
    assert found.of(MEMBERS, "2026-10") == Month()


def test_which_indicators_tell_of_shares():
    assert {name for name, one in INDICATORS.items() if is_share_of_members(one)} == {
        "assets.participation_ladder", "assets.tie_density", "facebook.engagement_rate"
    }  # fmt: skip

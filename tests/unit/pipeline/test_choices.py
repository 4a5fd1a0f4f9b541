"""What a town asks of its indicators: ours where it says nothing, refused where it names what there is not."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from pipeline.refresh.choices import choices_of
from town.config import ConfigProblem
from town.sections import LEADING, MAX_LEAD, MIN_LEAD, Authority
from transforms.catalogue import leads, ours


def authority(**more: Any) -> Authority:
    return Authority(code="0070", **more)


def test_the_twelve_that_lead_speak_of_all_that_is_asked_of_a_community() -> None:
    chosen = {name: ours()[name].header for name in leads()}
    assert len(chosen) == 12 and MIN_LEAD <= len(chosen) <= MAX_LEAD
    assert {head.aspect for head in chosen.values()} >= {
        "reach", "resident_authority", "resident_resident", "response", "resilience",
    }  # fmt: skip
    assert all(head.when.real_rise and head.when.real_fall and head.when.no_signal for head in chosen.values())
    assert sum(head.method == "measured" for head in chosen.values()) >= 4, "something that can move in a month"


def test_a_town_that_chooses_nothing_has_ours() -> None:
    found = choices_of(authority(), ours())
    assert [name for name, one in sorted(found.items(), key=lambda pair: pair[1].lead) if one.lead] == list(leads())
    assert {one.target for one in found.values()} == {None}
    assert found["website.resident_users"].minimum_effect == ours()["website.resident_users"].header.minimum_effect


def test_its_own_choice_comes_in_its_order() -> None:
    mine = list(reversed(LEADING))
    made = authority(lead=mine, targets={"whatsapp.answers": 0.9}, minimum_effect={"whatsapp.answers": 0.1})
    found = choices_of(made, ours())
    assert [name for name, one in sorted(found.items(), key=lambda pair: pair[1].lead) if one.lead] == mine
    assert (found["whatsapp.answers"].target, found["whatsapp.answers"].minimum_effect) == (0.9, 0.1)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"lead": [*LEADING[1:], "website.resident_user"]}, r"lead: .*did you mean website\.resident_users"),
        ({"targets": {"whatsapp.answer": 0.9}}, r"targets: .*did you mean whatsapp\.answers"),
        ({"minimum_effect": {"zoom.atendees": 0.1}}, r"minimum_effect: .*did you mean zoom\.attendees"),
        ({"targets": {"whatsapp.answers": 90.0}}, r"between 0 and 1, not 90; 90 % is 0\.9"),
        ({"targets": {"whatsapp.trust": 7.0}}, "between 1 and 5"),
        ({"targets": {"zoom.attendees": -3.0}}, "not negative"),
    ],
)
def test_a_name_or_a_target_that_cannot_be_is_refused(given: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigProblem, match=said):
        choices_of(authority(**given), ours())


@pytest.mark.parametrize(
    "given",
    [
        {"lead": LEADING[:9]},
        {"lead": LEADING[:9] * 2},
        {"lead": [str(n) for n in range(16)]},
        {"minimum_effect": {"x": 3.0}},
    ],
)
def test_too_few_too_many_and_no_share_are_refused(given: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        authority(**given)

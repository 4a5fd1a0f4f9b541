"""Figures of personas: of the right people, of none of few, and none that tell of few by being taken away."""

from __future__ import annotations

import random
from itertools import product
from typing import Any

import pytest

from tests.unit.transforms.test_cuts import MONTH, answers, cells, told
from transforms.disclosure import THRESHOLD
from transforms.few import REASON, Few
from transforms.personas import Crossed, may_be_shown

NAME = "older women"
OLDER = {NAME: ("sex=female", "age_band=65-74", "age_band=75+")}
CODE = f"declared={NAME}"


def people(*groups: tuple[int, float, dict[str, str]]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for count, score, told_of in groups:
        for row in answers({"": (count, score)}):
            rows.append({**row, **told_of, "respondent": len(rows)})
    return rows


def town(older_women: int = 45, older_men: int = 60, **more: Any) -> list[dict[str, Any]]:
    half = older_women // 2
    return people(
        (half, 5, {"sex": "female", "age_band": "65-74"}), (older_women - half, 5, {"sex": "female", "age_band": "75+"}),
        (older_men, 2, {"sex": "male", "age_band": "65-74"}), (50, 3, {"sex": "female", "age_band": "35-49"}),
        (55, 4, {"sex": "male", "age_band": "35-49"}), (40, 4, {"sex": "male", "age_band": "75+"}),
    )  # fmt: skip


def test_of_one_kind_any_and_of_several_all() -> None:
    found = told(cells(town(), few=Few(personas=OLDER)))
    assert found[CODE] == (5.0, 45, "")
    by_hand = [row["score"] for row in town() if row["sex"] == "female" and row["age_band"] in ("65-74", "75+")]
    assert (sum(by_hand) / len(by_hand), len(by_hand)) == (5.0, 45)
    assert CODE not in told(cells(town()))  # of a town that declares none


def test_the_groups_say_what_they_said_without_personas() -> None:
    plain, beside = told(cells(town())), told(cells(town(), few=Few(personas=OLDER)))
    assert {cut: one for cut, one in beside.items() if cut != CODE} == plain


@pytest.mark.parametrize("older_women", [4, 9, 22])
def test_of_few_and_of_too_few_answers_nothing_is_told(older_women: int) -> None:
    assert told(cells(town(older_women), few=Few(personas=OLDER)))[CODE] == (None, None, REASON)


def test_what_it_leaves_of_a_group_is_not_of_few_either() -> None:
    rows = people(
        (60, 5, {"sex": "female", "age_band": "65-74"}), (50, 2, {"sex": "male", "age_band": "35-49"}),
        (4, 1, {"sex": "male", "age_band": "65-74"}), (40, 3, {"sex": "female", "age_band": "35-49"}),
    )  # fmt: skip
    found = told(cells(rows, few=Few(personas={NAME: ("sex=female", "age_band=65-74")})))
    assert found["age_band=65-74"][1] == 65  # less the persona, four men
    assert found[CODE] == (None, None, REASON)


def test_two_that_differ_by_few_are_not_both_told() -> None:
    rows = people(
        (60, 5, {"sex": "female", "age_band": "65-74"}), (5, 1, {"sex": "female", "age_band": "75+"}),
        (50, 2, {"sex": "male", "age_band": "35-49"}), (44, 1, {"sex": "male", "age_band": "65-74"}),
        (40, 3, {"sex": "female", "age_band": "35-49"}), (30, 3, {"sex": "male", "age_band": "75+"}),
    )  # fmt: skip
    both = {"a": ("sex=female", "age_band=65-74"), "b": ("sex=female", "age_band=65-74", "age_band=75+")}
    found = told(cells(rows, few=Few(personas=both)))
    assert sorted(found[f"declared={name}"][1] is not None for name in both) == [False, True]
    alone = told(cells(rows, few=Few(personas={"a": both["a"]})))
    assert alone["declared=a"][0] == 5.0


def test_what_was_published_hidden_stays_so_and_a_figure_stands() -> None:
    place = ("whatsapp.trust", MONTH, CODE, "")
    hidden = {place: {"value": None, "lo": None, "hi": None, "n": None}}
    assert told(cells(town(), few=Few(personas=OLDER, published=hidden)))[CODE] == (None, None, REASON)
    shown = {place: {"value": 4.9, "lo": 4.8, "hi": 5.0, "n": 40}}
    assert told(cells(town(), few=Few(personas=OLDER, published=shown)))[CODE] == (4.9, 40, "")


def test_no_shown_persona_leaves_few_of_a_shown_group_in_random_towns() -> None:
    """By brute force: what is left when shown figures are added up and taken away, of all groups of a kind."""
    rng = random.Random(4)
    told_of = 0
    for _ in range(80):
        atoms = {(one, is_mine): rng.choice((0, 0, 3, 7, 12, 30, 60)) for one, is_mine in product("abc", (True, False))}
        groups = {one: Crossed(atoms[one, True] + atoms[one, False], atoms[one, True], True) for one in "abc"}
        groups = {name: one for name, one in groups.items() if one.people >= THRESHOLD}
        mine = sum(one.mine for one in groups.values())
        everybody = sum(one.people for one in groups.values())
        if len(groups) < 2 or not may_be_shown(everybody, mine, [groups]):
            continue
        told_of += 1
        assert mine >= THRESHOLD and everybody - mine not in range(1, THRESHOLD)
        for chosen in product((0, 1), repeat=len(groups)):
            part = sum(one.people for one, take in zip(groups.values(), chosen, strict=True) if take)
            inside = sum(one.mine for one, take in zip(groups.values(), chosen, strict=True) if take)
            # A persona within some groups, or around them: the difference is then known exactly.
            if inside == mine and part:
                assert part - mine not in range(1, THRESHOLD)
            if inside == part and part:
                assert mine - part not in range(1, THRESHOLD)
    assert told_of > 8


def test_random_answers_give_what_counting_by_hand_gives() -> None:
    rng = random.Random(9)
    rows = people(
        *[
            (rng.randrange(30, 60), rng.randrange(1, 6), {"sex": sex, "age_band": age, "language": language})
            for sex, age, language in product(("female", "male"), ("35-49", "65-74"), ("he", "ar"))
        ]
    )
    groups = ("sex=female", "age_band=65-74", "language=ar")
    found = told(cells(rows, few=Few(personas={NAME: groups})))
    mine = [row["score"] for row in rows if all(row[one.split("=")[0]] == one.split("=")[1] for one in groups)]
    assert found[CODE][0] == round(sum(mine) / len(mine), 2)
    assert found[CODE][1] == len(mine) // 5 * 5

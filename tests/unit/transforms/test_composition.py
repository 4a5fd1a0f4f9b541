"""Two months of a headline: of the same things, like for like, or a break."""

from __future__ import annotations

import pytest

from transforms.cases import computed
from transforms.catalogue import ours
from transforms.composition import Headline, Piece, against, piece


def places(month: str, *, unit: str = "count", way: str = "measured", **figures: float) -> Headline:
    """A total of places."""
    told = [piece("method", way), *(piece("space", name, amount, detail=way) for name, amount in figures.items())]
    return Headline(month, sum(figures.values()), unit, tuple(told))


def kinds(month: str, *more: Piece, **figures: tuple[float, str]) -> Headline:
    """A sum of kinds, each with its method."""
    ways = sorted({way for _, way in figures.values()})
    told = [piece("method", way) for way in ways]
    told += [piece("part", name, amount, detail=way) for name, (amount, way) in figures.items()]
    return Headline(month, sum(amount for amount, _ in figures.values()), "count", (*told, *more))


def test_the_same_places_known_the_same_way_are_compared_as_they_are() -> None:
    assert against(places("2026-09", a=5, b=2), places("2026-10", a=7, b=1)) == ("", None)
    assert against(None, places("2026-10", a=7)) == ("", None)


def test_over_other_places_only_what_both_have_is_compared() -> None:
    flag, compared = against(places("2026-09", a=5, b=2), places("2026-10", a=7, c=90))
    assert (flag, compared) == ("like_for_like", piece("like_for_like", "2026-09", 7, 5))


def test_nothing_in_common_is_a_break_and_so_is_another_method() -> None:
    assert against(places("2026-09", a=5), places("2026-10", c=90)) == ("series_break:spaces", None)
    assert against(places("2026-09", a=5), places("2026-10", a=5, way="entered"))[0] == "series_break:method"
    by_hand = places("2026-09", a=5, way="listed"), places("2026-10", a=5, way="entered")
    assert against(*by_hand) == ("", None), "both are staff's word, however it was written down"


@pytest.mark.parametrize("is_first", [True, False])
def test_a_zero_staff_declared_speaks_of_every_kind(is_first: bool) -> None:
    declared = Headline("2026-09" if is_first else "2026-10", 0.0, "count", (piece("method", "declared"),))
    other = kinds("2026-10" if is_first else "2026-09", came=(12, "entered"), joined=(8, "entered"))
    assert against(*((declared, other) if is_first else (other, declared))) == ("", None)
    nothing = Headline(declared.month, 0.0, "count", (piece("method", "entered"),))
    assert against(*((nothing, other) if is_first else (other, nothing)))[0] == "series_break:parts"


def test_kinds_that_staff_declared_none_of_beside_a_measurement_are_no_break() -> None:
    before = kinds("2026-07", measured=(13, "measured"), came=(12, "entered"))
    forgot = kinds("2026-08", measured=(7, "measured"))
    assert against(before, forgot) == ("like_for_like", piece("like_for_like", "2026-07", 7, 13))
    said = kinds("2026-08", piece("unused", "declared", 0.0), measured=(7, "measured"))
    assert against(before, said) == ("", None)


HEARD = [{"fact": "platform_metric", "asset": "facebook", "space": space} for space in "gp"]


@pytest.mark.parametrize(
    ("more", "formula", "value", "places"),
    [([], "by_people", 0.01, [("p", 1)]), (HEARD, "by_interactions", 0.02, [("p", 2), ("g", 2)])],
)
def test_a_headline_is_made_of_the_places_its_own_formula_knows(
    more: list[dict[str, str]], formula: str, value: float, places: list[tuple[str, int]]
) -> None:
    """People are told apart on the page alone, interactions are counted in the group too, where somebody hears of them."""
    case = {
        "months": ["2026-01"],
        "space": [
            {"space": "p", "asset": "facebook", "kind": "page"},
            {"space": "g", "asset": "facebook", "kind": "group"},
        ],
        "membership": [{"space": name, "asset": "facebook", "members": 100} for name in ("p", "g")],
        "message": [{"space": "p", "asset": "facebook", "author": 1}],
        "platform_metric": [
            {"space": space, "asset": "facebook", "metric": name} for space in "gp" for name in ("posts", "comments")
        ],
        "coverage": [
            {"fact": "message", "asset": "facebook", "space": "p"},
            *more,
        ],
        "expect": [],
    }
    cells = computed(ours()["facebook.engagement_rate"], case)
    (headline,) = [one for one in cells if not one["space"] and not one["part"]]
    made = headline["composition"]
    assert headline["value"] == value
    assert {(one["name"], one["amount"]) for one in made if one["kind"] == "space"} == set(places)
    assert [one["name"] for one in made if one["kind"] == "formula"] == [formula]

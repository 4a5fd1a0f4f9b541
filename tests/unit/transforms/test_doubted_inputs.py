"""A value whose own inputs are doubted says so, whichever way it is known: measured, surveyed or entered."""

from datetime import date
from typing import Any

import pytest

from transforms.catalogue import ours
from transforms.doubted import Doubt, leans_on_doubt, waits_for_doubt
from transforms.heard import Heard
from warehouse.schemas import arrow_schema

MONTH, OTHER = "2026-10", "2026-07"
SPACES = [
    {"space": "page", "kind": "page", "operated_by": "authority", "asset": "facebook"},
    {"space": "other", "kind": "page", "operated_by": "residents", "asset": "facebook"},
]
WAVE = date(2026, 10, 25)


def is_marked(name: str, method: str, doubt: Doubt, space: str = "", part: str = "", as_of: date | None = None) -> bool:
    nothing = arrow_schema("coverage").empty_table()
    cell: dict[str, Any] = {"month": MONTH, "space": space, "part": part, "method": method}
    return leans_on_doubt(ours()[name], Heard(nothing, SPACES, nothing), cell, as_of, [doubt])


RATE, MEMBERS = "facebook.engagement_rate", Doubt("membership", OTHER, "facebook_page", ("facebook",))


@pytest.mark.parametrize(
    ("is_so", "name", "method", "doubt", "where"),
    [
        (True, RATE, "measured", MEMBERS, {}),
        (True, RATE, "measured", MEMBERS, {"part": "by_people", "space": "page"}),
        (False, RATE, "measured", Doubt("membership", OTHER, "newsletter", ("newsletter",)), {}),
        (True, RATE, "measured", Doubt("membership", OTHER, "facebook_page", ("facebook",), "page"), {}),
        (False, RATE, "measured", Doubt("membership", OTHER, "facebook_page", ("facebook",), "other"), {}),
        (False, RATE, "measured", Doubt("membership", OTHER, "facebook_page", ("facebook",), "page"), {"space": "b"}),
        (True, "newsletter.subscribers", "entered", Doubt("membership", MONTH, "staff", ("newsletter",)), {}),
        (False, "newsletter.subscribers", "entered", Doubt("membership", MONTH, "newsletter", ("newsletter",)), {}),
        (True, "ethics.training", "entered", Doubt("report", MONTH, "staff", indicator="ethics.training"), {}),
        (False, "ethics.training", "entered", Doubt("report", MONTH, "staff", indicator="ethics.routines"), {}),
        (False, "app.answers", "measured", Doubt("report", MONTH, "staff", indicator="app.answers"), {}),
        (True, "whatsapp.meetups", "listed", Doubt("report", MONTH, "staff", indicator="whatsapp.meetups"), {}),
        (True, "resilience.loneliness", "surveyed", Doubt("survey_response", MONTH, "survey"), {"as_of": WAVE}),
        (False, "resilience.loneliness", "surveyed", Doubt("survey_response", OTHER, "survey"), {"as_of": WAVE}),
    ],
)
def test_the_flag_comes_with_the_doubt_on_what_it_was_computed_from(
    is_so: bool, name: str, method: str, doubt: Doubt, where: dict[str, Any]
) -> None:
    assert is_marked(name, method, doubt, **where) is is_so


NEXT, ANSWERS = "2026-11", "facebook.answers"


@pytest.mark.parametrize(
    ("is_so", "published", "doubt"),
    [
        (True, {MONTH}, Doubt("message", NEXT, "facebook_page", ("facebook",))),
        (True, {MONTH}, Doubt("message", NEXT, "facebook_page", ("facebook",), "page")),
        (True, {MONTH}, Doubt("message", OTHER, "facebook_page", ("facebook",))),
        (False, set[str](), Doubt("message", NEXT, "facebook_page", ("facebook",))),
        (False, {MONTH, NEXT}, Doubt("message", NEXT, "facebook_page", ("facebook",))),
        (False, {MONTH}, Doubt("message", NEXT, "whatsapp", ("whatsapp",))),
        (False, {MONTH}, Doubt("message", NEXT, "facebook_page", ("facebook",), "other")),
    ],
)
def test_a_published_figure_waits_while_a_month_it_reads_is_doubted_and_was_not_published(
    is_so: bool, published: set[str], doubt: Doubt
) -> None:
    nothing = arrow_schema("coverage").empty_table()
    heard = Heard(nothing, SPACES, nothing)
    assert waits_for_doubt(ours()[ANSWERS], heard, MONTH, [doubt], published) is is_so

"""Two sources of one space: for every pair that can write one fact, nothing is lost, doubled, or put aside."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import combinations, permutations
from typing import Any, get_args

import pyarrow as pa
import pytest

from town.staged import staging_modules
from town.streams import streams_by_name
from transforms.together import lowered_where_shared, same_months, together
from warehouse.facts import FACTS
from warehouse.schemas import arrow_schema, fact_table
from warehouse.vocabulary import Basis

MONTH, DAY = "2026-10", date(2026, 10, 31)
AT = datetime(2026, 10, 5, 9, tzinfo=UTC)
ASSETS = {
    "facebook_group": ["facebook"], "facebook_page": ["facebook"], "newsletter": ["newsletter"], "website": ["website"],
    "whatsapp": ["whatsapp"], "whatsapp_cloud": ["whatsapp"], "zoom": ["zoom"], "hotline_106": ["phone"],
}  # fmt: skip
BASES = {"staff": "entered", "whatsapp": "derived", "facebook_group": "export"}


def written_by() -> dict[str, set[str]]:
    """Fact -> the staged sources whose streams say they give it."""
    found: dict[str, set[str]] = {}
    for module in staging_modules():
        for stream in module.STREAMS:
            for fact in streams_by_name()[stream].facts:
                if fact in FACTS and fact != "coverage":
                    found.setdefault(fact, set()).add(module.SOURCE)
    return found


def pairs() -> Iterator[tuple[str, str, str, str]]:
    """Fact, two sources, and an asset of which both can write it."""
    for fact, sources in sorted(written_by().items()):
        if "space" not in FACTS[fact].model_fields or "asset" not in FACTS[fact].model_fields:
            continue
        for one, other in combinations(sorted(sources), 2):
            mine, theirs = (ASSETS.get(name) for name in (one, other))
            for asset in mine or theirs or []:
                if theirs is None or asset in theirs:
                    yield fact, one, other, asset


PAIRS = list(pairs())


def row(fact: str, source: str, asset: str, number: int) -> dict[str, Any]:
    """A row of a fact in the space `here`, whose identifier is the source's own."""
    plain: dict[str, Any] = {
        "authority": "0070", "month": MONTH, "space": "here", "asset": asset, "day": DAY, "members": 100 + number,
        "joined": 1, "left": 0, "is_month_end": True, "message": f"{source}-{number}", "root": f"{source}-{number}",
        "sent_at": AT + timedelta(minutes=number), "local_hour": 12, "length": 10 + number, "kind": "text", "author_role": "resident",
        "reply_basis": "none", "is_question": False, "publication": f"{source}-{number}", "published_day": DAY,
        "topic": "process", "language": "he", "metric": "posts", "period": "month", "period_start": date(2026, 10, 1),
        "amount": 7.0 + number, "basis": BASES.get(source, "api"),
    }  # fmt: skip
    assert plain["basis"] in get_args(Basis)
    return {name: plain.get(name) for name in FACTS[fact].model_fields}


def table(fact: str, *rows: dict[str, Any]) -> pa.Table:
    return fact_table(fact, {name: [one.get(name) for one in rows] for name in arrow_schema(fact).names})


def in_any_order(fact: str, tables: dict[str, pa.Table]) -> list[dict[str, Any]]:
    """What is made of the tables: the same whatever order they come in."""
    outcomes = []
    for order in permutations(tables):
        found = together(fact, {name: tables[name] for name in order}).to_pylist()
        outcomes.append(sorted(found, key=lambda one: repr(sorted(one.items(), key=lambda item: item[0]))))
    assert all(one == outcomes[0] for one in outcomes)
    return outcomes[0]


def test_the_pairs_are_those_there_are() -> None:
    assert {("message", "whatsapp", "whatsapp_cloud"), ("membership", "facebook_group", "facebook_page")} <= {
        one[:3] for one in PAIRS
    }
    assert {("publication", "staff", "website"), ("membership", "facebook_page", "staff")} <= {
        (fact, *sorted((one, other))) for fact, one, other, _ in PAIRS
    }


@pytest.mark.parametrize(("fact", "one", "other", "asset"), PAIRS)
def test_one_row_each_is_neither_lost_nor_doubled(fact: str, one: str, other: str, asset: str) -> None:
    rows = [row(fact, name, asset, number) for number, name in enumerate((one, other))]
    found = in_any_order(fact, {name: table(fact, mine) for name, mine in zip((one, other), rows, strict=True)})
    keys = Counter(tuple(str(mine[name]) for name in FACTS[fact].grain) for mine in found)
    assert set(keys.values()) == {1}, "a key stands twice, and a check of uniqueness would put both aside"
    measured = [mine for mine in rows if mine.get("basis") not in ("entered", "derived")]
    amount = {"membership": "members", "platform_metric": "amount"}.get(fact)
    if amount and len(measured) == 2:
        assert [mine[amount] for mine in found] == [sum(mine[amount] for mine in rows)]
    else:  # two things, or a thing measured and entered: `choice` sees both
        assert len(found) == 2 and all(mine in found for mine in table(fact, *rows).to_pylist())


def chat(source: str, numbers: Iterable[int]) -> pa.Table:
    return table("message", *(row("message", source, "whatsapp", number) for number in numbers))


@pytest.mark.parametrize(
    ("export", "cloud", "count", "is_same"),
    [
        (range(10), range(10), 10, True),
        (range(12), range(4, 20), 20, True),  # each read a stretch the other did not
        (range(10), range(100, 110), 20, False),
        (range(4), range(4), 8, False),  # four alike may be chance
        (
            range(0, 60, 2),
            [*range(0, 16, 2), *range(1, 60, 6)],
            48,
            False,
        ),  # some in common, as in any two lively groups
    ],
)
def test_messages_read_twice_count_once(export: range, cloud: range, count: int, is_same: bool) -> None:
    tables = {"whatsapp": chat("whatsapp", export), "whatsapp_cloud": chat("whatsapp_cloud", cloud)}
    assert len(in_any_order("message", tables)) == count
    assert same_months(tables) == ({("here", MONTH)} if is_same else set())


def test_days_of_one_and_a_month_of_the_other_are_a_month() -> None:
    days = [
        {**row("platform_metric", "facebook_group", "facebook", 0), "period": "day", "period_start": day, "amount": 2.0}
        for day in (date(2026, 10, 3), date(2026, 10, 4))
    ]
    page = row("platform_metric", "facebook_page", "facebook", 0)
    tables = {"facebook_group": table("platform_metric", *days), "facebook_page": table("platform_metric", page)}
    found = in_any_order("platform_metric", tables)
    assert [one["amount"] for one in found if one["period"] == "month"] == [11.0]


def heard(source: str, month: str, extent: str = "full", basis: str = "api") -> pa.Table:
    return table(
        "coverage",
        {
            "authority": "0070", "month": month, "fact": "message", "space": "here", "asset": "whatsapp", "extent": extent,
            "first_day": date(2026, 10, 1), "last_day": DAY, "knows": "", "why": "", "quality": "", "basis": basis,
        },
    )  # fmt: skip


@pytest.mark.parametrize(
    ("export", "cloud", "is_same", "extents"),
    [
        (["full", "full"], ["full", "full"], False, ["full", "full"]),
        (["full", "full"], ["full", "part"], False, ["full", "part"]),
        (["full", "full"], ["full", None], False, ["full", "part"]),
        (["full", "full"], [None, "full"], False, ["full", "full"]),  # before the second was there at all
        (["full", "full"], ["full", "part"], True, ["full", "full"]),
    ],
)
def test_of_two_things_a_month_is_full_where_both_were_heard(
    export: list[str | None], cloud: list[str | None], is_same: bool, extents: list[str]
) -> None:
    months = ["2026-09", "2026-10"]
    tables = {
        name: pa.concat_tables(
            [heard(name, month, extent) for month, extent in zip(months, mine, strict=True) if extent]
        )
        for name, mine in (("whatsapp", export), ("whatsapp_cloud", cloud))
    }
    found = lowered_where_shared(tables, lambda _space, _month: is_same).to_pylist()
    best = [
        "full" if any(one["month"] == month and one["extent"] == "full" for one in found) else "part"
        for month in months
    ]
    assert best == extents


def test_what_staff_entered_lowers_nothing() -> None:
    tables = {"staff": heard("staff", MONTH, "part", "entered"), "whatsapp": heard("whatsapp", MONTH, basis="export")}
    assert Counter(lowered_where_shared(tables, lambda *_: False)["extent"].to_pylist()) == {"full": 1, "part": 1}

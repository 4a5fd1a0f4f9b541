"""Eight small towns of one configuration beside one another."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from statistics import median, quantiles
from typing import Any

import pytest
from click.testing import CliRunner, Result

from cli.main import kehila
from collectors.staff_workbook.write import write_staff_workbook
from pipeline.land.files import import_file
from pipeline.refresh.refresh import refresh
from tests.e2e.towns import TODAY
from town.codes import residents
from town.config import load
from town.store import open_store
from transforms.peers.rollup import rounded
from warehouse.keys import new_key_file

MONTH = "2026-10"
NORTH, ELSEWHERE = ("0026", "0029", "0043", "0046", "0065"), ("0028", "0031", "0070")
TOWNS = (*NORTH, *ELSEWHERE)
AMOUNTS = {code: 3 + 2 * number for number, code in enumerate(TOWNS)}
WITHOUT = ("0031", "0046")
"""Towns that declared that nobody holds the role."""
Run = Callable[..., Result]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The command line on the configuration: each town entered its initiatives and its roles."""
    folder = tmp_path_factory.mktemp("eight")
    config = folder / "kehila.toml"
    config.write_text("".join(f'[[authority]]\ncode = "{one}"\n' for one in TOWNS), encoding="utf-8")
    new_key_file(folder / "keys" / "root.key")
    for code in TOWNS:
        role = {"role": "community manager", "share": 0.5, "reports_to": "mayor", "from_day": date(2026, 1, 1)}
        entries: dict[str, list[dict[str, Any]]] = {
            "monthly": [{"month": MONTH, "indicator": "facebook.initiatives", "part": "culture", "amount": AMOUNTS[code]}],
            "roles": [] if code in WITHOUT else [role],
            "periods": [{"month": MONTH, "roles": True, "initiatives": True}],
        }  # fmt: skip
        path = folder / f"{code}.xlsx"
        write_staff_workbook(path, months=[MONTH], entries=entries)
        store = open_store(load(config), code, TODAY)
        assert import_file(store, path).status == "read"
        refresh(store)
        store.engine.dispose()

    return lambda *words: CliRunner().invoke(kehila, ["--config", str(config), "--today", str(TODAY), *words])


def said(run: Run, indicator: str, *words: str, dimension: str = "country") -> dict[str, Any]:
    done = run(*words, "peers", "--month", MONTH, "--by", dimension, "--json")
    assert done.exit_code == 0, done.output
    groups = [one for one in json.loads(done.stdout)["groups"] if one["indicator"] == indicator]
    return {one["group"]: one for one in groups}


def by_residents(code: str) -> float:
    counted = residents(code)
    assert counted is not None
    return AMOUNTS[code] / counted[1] * 1000


def test_a_support_body_sees_the_middle_of_its_towns(run: Run) -> None:
    one = said(run, "facebook.initiatives")[""]
    values = sorted(by_residents(code) for code in TOWNS)
    low, _, high = quantiles(values, n=4, method="inclusive")
    assert (one["median"], one["lower_quartile"], one["upper_quartile"]) == (
        rounded(median(values)), rounded(low), rounded(high),
    )  # fmt: skip
    assert (one["authorities"], one["statuses"], one["own"]) == (8, {"final": 8}, None)
    assert said(run, "policy.role_holder")[""]["share"] == 0.75
    silent = said(run, "website.resident_users")[""]
    assert (silent["median"], silent["why"], silent["statuses"]) == (None, "too_few", {"missing": 8})


def test_a_group_that_leaves_three_outside_says_nothing_nor_does_one_of_three(run: Run) -> None:
    found = said(run, "facebook.initiatives", dimension="district")
    assert {code: one["why"] for code, one in found.items()} == {
        "2": "few_outside", "4": "too_few", "6": "too_few",
    }  # fmt: skip
    assert all(one["median"] is None for one in found.values())
    assert found["4"]["authorities"] is None, "of so few not even how many speak is said"


def test_a_town_sees_itself_beside_seven_and_nobody_by_name(run: Run) -> None:
    one = said(run, "facebook.initiatives", "--authority", "0070")[""]
    assert (one["authorities"], one["lower_quartile"]) == (7, None)
    assert one["median"] == rounded(median(by_residents(code) for code in TOWNS if code != "0070"))
    assert one["own"] == pytest.approx(by_residents("0070"))
    done = run("--authority", "0070", "peers", "--month", MONTH)
    assert not [code for code in TOWNS if code in done.stdout]


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", ("median", "fewer than five")), ("he", ("חציון", "פחות מחמש")), ("ar", ("الوسيط", "أقل من خمس"))],
)
def test_it_is_said_in_three_languages(run: Run, language: str, words: tuple[str, ...]) -> None:
    done = run("peers", "--month", MONTH, "--all-indicators", "--language", language)
    assert done.exit_code == 0 and all(word in done.stdout for word in words)
    assert not [code for code in TOWNS if code in done.stdout]


def test_some_towns_of_ones_choosing_are_refused(run: Run) -> None:
    done = run("--authority", "0026,0029,0043,0046,0065", "peers", "--month", MONTH)
    assert done.exit_code == 2

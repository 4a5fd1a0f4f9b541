"""Which accounts are an authority's, how one is named, and that nobody else decides it."""

import re

import pytest

from tests.conftest import ROOT
from town.accounts import accounts, all_accounts, authority_of
from town.config import Config, ConfigProblem
from warehouse.accounts import AccountRef, StreamRef

TWO_TOWNS = Config.model_validate({
    "authority": [{"code": "A"}, {"code": "B"}],
    "source": {
        "zoom": {"hall": {"authority": "A", "space": "h"}, "club": {"authority": "B", "space": "c"}},
        "brevo": {"news": {"list": "1", "space": "n"}, "culture": {"authority": "A", "list": "2", "space": "n"}},
    },
})  # fmt: skip


@pytest.mark.parametrize(
    ("authority", "only", "named"),
    [
        ("A", None, ["brevo.culture", "brevo.news", "zoom.hall"]),
        ("B", None, ["brevo.news", "zoom.club"]),
        ("A", "brevo", ["brevo.culture", "brevo.news"]),
        ("A", "brevo.news", ["brevo.news"]),
        ("C", None, ["brevo.news"]),  # a section that names nobody is everybody's
    ],
)
def test_an_authority_s_accounts_are_its_own_and_those_of_nobody_else(
    authority: str, only: str | None, named: list[str]
) -> None:
    assert [str(one.ref) for one in accounts(TWO_TOWNS, authority, only)] == named


@pytest.mark.parametrize("only", ["zoom.club", "zoom.hal", "facebook", "zoom.", "zoo"])
def test_an_account_that_is_not_the_authority_s_is_refused_with_those_that_are(only: str) -> None:
    with pytest.raises(
        ConfigProblem, match=rf"no source or account {re.escape(only)}; .*known: brevo, brevo\.culture, .*zoom\.hall$"
    ):
        accounts(TWO_TOWNS, "A", only)


def test_of_several_authorities_one_must_be_named() -> None:
    whose = {str(one.ref): one for one in all_accounts(TWO_TOWNS)}
    assert authority_of(TWO_TOWNS, whose["zoom.club"]) == "B"
    with pytest.raises(ConfigProblem, match=r"^\[source\.brevo\.news\]: several authorities"):
        authority_of(TWO_TOWNS, whose["brevo.news"])


def test_a_reference_is_the_text_it_is_stored_as() -> None:
    ref = StreamRef(AccountRef("zoom", "hall.two"), "zoom_meeting")
    assert StreamRef.parse(str(ref)) == ref and AccountRef.parse("zoom.hall.two") == ref.account
    assert StreamRef(AccountRef("a", "b"), "d") < StreamRef(AccountRef("a", "c"), "b")
    for text in ("", "zoom", "zoom.", ".hall"):
        with pytest.raises(ValueError, match="written source"):
            AccountRef.parse(text)


def test_no_other_file_decides_whose_an_account_is_or_splits_its_name() -> None:
    decided = re.compile(r"""authority in \(""|partition\(["']\.["']\)\[0\]|\{\w*\.?source(\.name)?\}\.\{""")
    rooms = ("cli", "entry", "flows", "operations", "pipeline", "receiver", "town", "warehouse")
    found = [
        str(path.relative_to(ROOT))
        for room in rooms
        for path in sorted((ROOT / room).rglob("*.py"))
        if decided.search(path.read_text(encoding="utf-8"))
    ]
    assert found == ["town/accounts.py", "warehouse/accounts.py"]

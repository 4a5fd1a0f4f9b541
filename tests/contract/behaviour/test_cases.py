"""Every source has a case, and a new one without it is told, line by line, what is missing."""

import gc
from datetime import UTC, datetime
from typing import Any

from collectors.columns import FIXED, Column
from collectors.kinds import text
from collectors.service import ServiceStream, Source, sources
from tests.conftest import ROOT
from tests.contract.behaviour.case import CAPABILITIES, Case, lacking, table
from tests.contract.behaviour.cases import CASES

README = ROOT / "tests" / "contract" / "behaviour" / "README.md"


def test_every_source_can_be_asked() -> None:
    missing = lacking(sources(), CASES)
    assert missing == [], "to be written before the suite can ask:\n" + "\n".join(missing)


def pretend() -> type[Source]:
    """A source somebody has just written."""

    class Post(ServiceStream):
        """Letters."""

        name = "pigeon_letter"
        columns = (Column("letter", FIXED, text, "Its number", key=True),)

    class Pigeon(Source):
        """Letters by pigeon."""

        name = "pigeon"
        streams = (Post,)

    Pigeon.__module__ = "collectors.pigeon"
    return Pigeon


def test_a_source_without_a_case_fails_and_lists_what_is_missing() -> None:
    source = pretend()
    try:
        assert "pigeon" in sources()  # discovery finds it by itself
        missing = lacking(sources(), CASES)
    finally:
        source.__module__ = "tests.gone"
        del source
        gc.collect()
    assert "pigeon" not in sources()
    assert all(line.startswith("pigeon: ") for line in missing)
    told = "\n".join(missing)
    assert all(f"`{name}`" in told for name in ("counted", "now", "play", "account", *CAPABILITIES))


def test_a_case_that_is_half_written_is_told_the_other_half() -> None:
    found: dict[str, Any] = {"pigeon": pretend()()}
    found["pigeon"].__class__.__module__ = "tests.gone"

    class Half(Case):
        source = "pigeon"
        counted = "pigeon_post"
        now = datetime(2026, 1, 1, tzinfo=UTC)
        without = {
            "cursor": "no",
            "wings": "they are its own and need no asking at all",
            "point": "a pigeon carries no addresses that anybody would call",
        }
        unknown = ("letters",)

        def refuse(self, server: Any) -> None:
            """It does not fly."""

    assert lacking(found, {"pigeon": Half}) == [
        "pigeon: `play`",
        "pigeon: `account`",
        f"pigeon: `restate`, {CAPABILITIES['restate']}; or without['restate']",
        "pigeon: without['cursor'] is no reason",
        f"pigeon: `lose`, {CAPABILITIES['lose']}; or without['lose']",
        "pigeon: without['wings'] is no capability",
        "pigeon: `counted` names no stream of the source",
    ]
    assert lacking({}, {"pigeon": Half}) == ["pigeon: a case but no source"]


def test_what_is_not_asked_stands_in_a_table_with_its_reason() -> None:
    assert README.read_text(encoding="utf-8") == table(CASES, CASES), "run python -m tests.contract.behaviour"
    text = README.read_text(encoding="utf-8")
    for case in CASES.values():
        assert all(reason in text for reason in (*case.without.values(), *case.left_out.values(), *case.other.values()))

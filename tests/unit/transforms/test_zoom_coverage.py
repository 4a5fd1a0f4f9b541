"""What pulls of Zoom speak for: every account of a space, and meetings joined elsewhere apart from our own."""

from datetime import UTC, date, datetime
from typing import Any

from tests.unit.transforms.test_zoom_staging import facts


def pull(account: str | None, since: tuple[int, int], until: tuple[int, int], stream: str = "zoom_connection") -> Any:
    first, last = (datetime(2026, *day, tzinfo=UTC) for day in (since, until))
    return {"stream": stream, "account": account, "space": "hall", "since": first, "until": last, "is_whole": True}


def spoken(*pulls: Any, fact: str = "attendance") -> dict[str, tuple[date, date, bool]]:
    rows = facts(zoom_pull=list(pulls)).get("coverage", [])
    return {r["month"]: (r["first_day"], r["last_day"], (r["extent"] == "full")) for r in rows if r["fact"] == fact}


def test_two_accounts_of_one_space_speak_together_only() -> None:
    one, other = pull("a", (1, 31), (5, 2)), pull("b", (3, 10), (4, 20))
    assert spoken(one)["2026-03"] == (date(2026, 3, 1), date(2026, 3, 31), True)
    both = spoken(one, other)
    assert sorted(both) == ["2026-03", "2026-04"]
    assert both["2026-03"] == (date(2026, 3, 11), date(2026, 3, 31), False)
    assert both["2026-04"] == (date(2026, 4, 1), date(2026, 4, 19), False)


def test_an_account_whose_people_were_never_read_leaves_the_space_unspoken() -> None:
    assert spoken(pull("a", (1, 31), (5, 2)), pull("b", (1, 31), (5, 2), "zoom_meeting")) == {}


def test_pulls_from_before_accounts_were_told_apart_still_count() -> None:
    assert spoken(pull(None, (1, 31), (3, 20)), pull("a", (3, 20), (5, 2)))["2026-03"][2] is True


def test_meetings_joined_elsewhere_are_spoken_for_apart() -> None:
    own = pull("a", (1, 31), (5, 2))
    assert spoken(own, fact="attendance:joined") == {}
    joined = pull("a", (1, 31), (5, 2), "zoom_joined")
    assert spoken(own, joined, fact="attendance:joined")["2026-03"][2] is True

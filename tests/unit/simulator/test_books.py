"""The books against a town small enough to count by hand, and their own sanity on a generated one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest

from simulator import truth_chats as books_chats
from simulator import truth_town as books_town
from simulator import truth_whatsapp as books_whatsapp
from simulator.model import Chat, Happening, Place, Respondent, Rhythm, StaffPerson, Town, Utterance, Wave
from simulator.town import make_town
from simulator.truth import record_truth
from simulator.truth_pages import Pages, residents_at
from simulator.truth_surveys import latest, score
from transforms.questionnaire import questionnaire

OFFICE = "Office"


def at(text: str) -> datetime:
    """A moment of January 2026."""
    return datetime.fromisoformat(f"2026-01-{text}")


def tiny_town() -> Town:
    """One group of five in one month, all of it below."""
    place = Place("g", "Group", "whatsapp", "open", "Group")
    log = (
        Happening(at("01 08:00"), "created", OFFICE, (OFFICE,), 1),
        Happening(at("01 08:01"), "added", OFFICE, ("Ann", "Bob", "Cay", "Dov"), 2),
        Utterance(at("02 10:00"), "Ann", "text", "?", True),  # starts
        Utterance(at("02 10:05"), "Bob", "text"),  # answers Ann
        Utterance(at("02 10:06"), "Bob", "text"),  # goes on
        Utterance(at("02 10:20"), "Cay", "deleted"),  # takes no part
        Utterance(at("02 11:06"), "Ann", "media"),  # 60 minutes: the same session; follows Bob, too late to answer
        Utterance(at("02 12:07"), "Bob", "text"),  # 61 minutes: starts
        Utterance(at("02 12:08"), "Bob", "text"),  # goes on with his own start
        Utterance(at("02 12:30"), OFFICE, "text"),  # the authority answers Bob
        Happening(at("03 06:00"), "left", "", ("Dov",), 1),
        Utterance(at("04 09:00"), "Eve", "text"),  # starts; on the roster only from the fifth
        Utterance(at("05 09:00"), "Eve", "text"),  # starts, for the authority
        Happening(at("31 06:00"), "joined", "", ("Dov",), 1),
    )
    rhythm = Rhythm("he-android", (5, 5), (0, 0), 0, 0, 0)
    town = make_town(months=1, scale=0.01, spaces=[])
    work = replace(town.work, publications=(), members=(), complete={"2026-01": frozenset()})
    staff = (StaffPerson(OFFICE, ""), StaffPerson("Eve", "", from_day=date(2026, 1, 5)))
    return replace(
        town, months=("2026-01",), places=(place,), staff=staff, chats=(Chat(place, rhythm, log),), groups=(), work=work,
        waves=(), residents={2025: 1000, 2026: 2200},
    )  # fmt: skip


@pytest.fixture
def pages() -> Pages:
    town = tiny_town()
    written = Pages(town)
    accounts = tuple(books_chats.account(chat, town) for chat in town.chats)
    books_whatsapp.enter(written, accounts)
    books_town.enter(written, accounts)
    return written


def figure(pages: Pages, indicator: str, space: str = "", part: str = "") -> float | None:
    """What the books say of the month."""
    return pages.values[indicator, "2026-01", space, part]


def test_sessions_and_answers() -> None:
    town = tiny_town()
    said = books_chats.account(town.chats[0], town).in_month("2026-01")
    assert [one.is_start for one in said] == [True, False, False, False, True, False, False, True, True]
    answered = [one.answers.author if one.answers else None for one in said]
    assert answered == [None, "Ann", "Ann", "Bob", None, None, "Bob", None, None]
    assert [one.is_staff for one in said] == [False] * 6 + [True, False, True]


def test_a_group_counted_by_hand(pages: Pages) -> None:
    assert figure(pages, "whatsapp.resident_replies", "g") == 1  # Bob, once; Ann comes back after an hour
    # Ann's question and what she says 66 minutes later, Bob 61 minutes after that, Eve while she is no staff.
    assert figure(pages, "whatsapp.topics_raised", "g") == 4
    assert figure(pages, "whatsapp.answers", "g", "share_answered") == 0  # her session ended without the office
    assert figure(pages, "assets.communication_level", "g") == 2  # one answer across, of nine messages
    # Six at the end, Eve among them, who writes though nobody let her in; she and the office are staff by then, and no
    # residents. Ann, Bob and Eve, when she was none, started; nobody only answered.
    assert figure(pages, "assets.participation_ladder", "g") == pytest.approx(3 / 4)
    assert figure(pages, "assets.participation_ladder", "g", "silent") == pytest.approx(1 / 4)
    assert figure(pages, "assets.tie_density", "g") == pytest.approx(1000 / 4)  # Ann and Bob
    assert figure(pages, "assets.tie_density", "g", "reciprocity") == 0.0
    assert figure(pages, "assets.tie_density", part="bridges") == 0
    assert figure(pages, "policy.residents_in_contact") == 4
    assert figure(pages, "policy.residents_in_contact", part="matched") == 3
    # Seven messages of residents, over the residents of January: 1000 + 1200 / 12.
    assert figure(pages, "policy.resident_use") == pytest.approx(1000 * 7 / 1100)


def test_residents_between_two_ends_of_year() -> None:
    town = replace(tiny_town(), residents={2024: 1000, 2025: 1120})
    assert [residents_at(town, m) for m in ("2024-12", "2025-01", "2025-06", "2025-12", "2026-10")] == [
        1000, 1010, 1060, 1120, 1120,
    ]  # fmt: skip


def test_scores_turn_reverse_items_and_need_half_of_a_factor() -> None:
    scale = questionnaire().scales["social_capital"]  # four items, the last reversed
    whole = Respondent(
        {"social_capital_1": 4, "social_capital_2": 4, "social_capital_3": 4, "social_capital_4": 2}, {}, 1
    )
    half = Respondent({"social_capital_1": 5, "social_capital_4": 5}, {}, 1)
    less = Respondent({"social_capital_1": 5}, {}, 1)
    assert [score(one, scale) for one in (whole, half, less)] == [4.0, 3.0, None]
    assert score(less, questionnaire().scales["trust"]) is None


def test_the_latest_wave_speaks_for_twelve_months() -> None:
    waves = [Wave("w", "residents", date(2025, 2, 10), "probability", "xlsx", ())]
    assert latest(waves, "2025-01", "residents") is None
    assert latest(waves, "2026-01", "residents") is waves[0]
    assert latest(waves, "2026-02", "residents") is None
    assert latest(waves, "2025-02", "staff") is None


def test_books_of_a_generated_town_hold_together() -> None:
    truth = record_truth(make_town(months=12, scale=0.1))
    values = truth.values
    assert {"website.service_pages", "programmes.goals", "resilience.index"} <= truth.indicators
    for (indicator, month, space, part), value in values.items():
        if value is None:
            continue
        assert value >= 0 or part == "change_since_baseline", (indicator, month, space, part)
    for month in truth.town.months:
        by_space = [v for (i, m, s, p), v in values.items() if i == "whatsapp.resident_replies" and m == month and s]
        assert sum(v or 0 for v in by_space) == values["whatsapp.resident_replies", month, "", ""]
        parts = [
            values.get(("assets.participation_ladder", month, "", p)) for p in ("silent", "responded", "initiated")
        ]
        assert sum(p or 0 for p in parts) == pytest.approx(1)
        assert values["app.residents", month, "", ""] is None

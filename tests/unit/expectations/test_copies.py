"""A month that says what another said is doubted, whatever its ids and their order; months that are only alike are not."""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from expectations.copies import SAME, Sketch, in_common, sketch_of
from expectations.lines import MonthsContext
from expectations.months import check_months
from expectations.profile import profiles
from expectations.suites import Suites
from tests.unit.expectations.rows import good_row as a_row
from tests.unit.expectations.rows import table
from warehouse.facts import FACTS

SUITES = {fact: Suites().of("", fact) for fact in FACTS}


def found(fact: str, rows: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
    """Month, thing and the other month of each copy, by the rules months are judged by."""
    taken = profiles(fact, SUITES[fact], table(fact, rows), "Asia/Jerusalem")
    places = {(fact, month): one for month, one in taken.items()}
    context = MonthsContext(SUITES, places, {}, frozenset(), frozenset(), date(2026, 12, 1), frozenset())
    copied = [one for _, one in check_months(places, context).found if one.code == "month_copied"]
    return sorted((one.month, one.space, str(one.arguments["other"])) for one in copied)


def wave(name: str, month: str, people: int, items: int, seed: int, drift: int = 0) -> list[dict[str, Any]]:
    """Answers to as many items; every tenth person is another where there is a `drift`."""
    rows = []
    for person in range(people):
        of = person * 7919 + seed * (104729 if drift == 0 or person % drift == 0 else 0)
        for item in range(items):
            score = 1 + (of // 5**item * 31 + of) % 5
            about = {"month": month, "closed_day": date.fromisoformat(f"{month}-20"), "wave": name, "item": f"q{item}"}
            rows.append(a_row("survey_response", 0) | about | {"respondent": person + seed * 1000, "score": score})
    return rows


@pytest.mark.parametrize("items", [1, 3, 12])
@pytest.mark.parametrize(
    ("other", "copied"),
    [
        (("b", "2026-10", 300, 0, 0), [("2026-10", "b", "2026-09")]),
        (("b", "2026-09", 300, 0, 0), [("2026-09", "a", "2026-09"), ("2026-09", "b", "2026-09")]),
        (("b", "2027-03", 290, 0, 0), [("2027-03", "b", "2026-09")]),
        (("b", "2026-10", 300, 3, 0), []),
    ],
)
def test_a_wave_of_the_same_answers(
    other: tuple[str, str, int, int, int], copied: list[tuple[str, str, str]], items: int
) -> None:
    name, month, people, seed, drift = other
    rows = [*wave("a", "2026-09", 300, items, 0), *wave(name, month, people, items, seed, drift)]
    if items < 12 and people != 300:
        pytest.skip("of few items a wave is known by how often each answer stands in it")
    least = [] if items < 3 else copied  # of one item there are five answers: nothing can be said
    assert found("survey_response", rows) == least


def asked(people: int, items: int, seed: int) -> list[list[int]]:
    """Answers of each person, who leans to one end of the scale, as people do."""
    chance = Random(seed)
    leaning = [chance.choice((2, 3, 4, 4)) for _ in range(people)]
    return [[min(5, max(1, lean + chance.choice((-1, 0, 0, 1)))) for _ in range(items)] for lean in leaning]


def as_wave(name: str, month: str, answers: list[list[int]], names: list[str]) -> list[dict[str, Any]]:
    about = {"month": month, "closed_day": date.fromisoformat(f"{month}-20"), "wave": name}
    good = a_row("survey_response", 0) | about
    return [
        good | {"respondent": person + 9000, "item": item, "score": score}
        for person, of in enumerate(answers)
        for item, score in zip(names, of, strict=True)
    ]


@pytest.mark.parametrize("items", [12, 56])
def test_a_wave_is_known_again_by_most_of_each_ones_answers(items: int) -> None:
    names = [f"q_{n}" for n in range(items)]
    answers = asked(300, items, 1)
    first = as_wave("a", "2026-09", answers, names)
    less = as_wave("b", "2026-10", [one[:3] + one[4:] for one in answers], names[:3] + names[4:])
    more = as_wave("b", "2026-10", [[*one, person % 5 + 1] for person, one in enumerate(answers)], [*names, "q_new"])
    for copied in (less, more):
        assert found("survey_response", first + copied) == [("2026-10", "b", "2026-09")]
    if items > 12:  # of a dozen, two are too much of what was asked; parts of several questions know people one by one
        swapped = names.copy()
        swapped[2], swapped[5] = swapped[5], swapped[2]
        assert found("survey_response", first + as_wave("b", "2026-10", answers, swapped)) == [
            ("2026-10", "b", "2026-09")
        ]
        fewer = as_wave("b", "2026-10", [one[:3] + one[4:] for one in answers[:285]], names[:3] + names[4:])
        assert found("survey_response", first + fewer) == [("2026-10", "b", "2026-09")]


@pytest.mark.parametrize("people", [6, 20, 60, 300, 1500])
@pytest.mark.parametrize("items", [4, 8, 12, 40])
def test_honest_waves_are_no_copies(people: int, items: int) -> None:
    names = [f"q_{n}" for n in range(items)]
    rows = [
        one
        for wave_of in range(6)
        for one in as_wave(f"w{wave_of}", f"2026-{wave_of + 1:02}", asked(people, items, wave_of * 31 + people), names)
    ]
    assert found("survey_response", rows if people < 1500 else rows[: people * items * 2]) == []


def test_waves_of_few_who_agree_are_no_copies() -> None:
    names = [f"q_{n}" for n in range(30)]
    alike = [[[5] * 30 for _ in range(10)] for _ in range(2)]
    for month, answers in enumerate(alike):
        for person in range(10):
            answers[person][(person * 7 + month * 5) % 30] = 4 - month
    rows = [*as_wave("a", "2026-09", alike[0], names), *as_wave("b", "2026-10", alike[1], names)]
    assert found("survey_response", rows) == []


HERE = ZoneInfo("Asia/Jerusalem")


def talk(month: int, seed: int, number: int = 400) -> list[dict[str, Any]]:
    """A month of a chat: bursts in the evening, mostly short, and something automatic every morning."""
    chance, rows = Random(seed), []
    at = datetime(2026, month, 1, 18, tzinfo=HERE)
    for n in range(number):
        if n % 12 == 0:
            at = datetime(
                2026, month, 1 + n * 28 // number, chance.randrange(16, 22), chance.randrange(60), tzinfo=HERE
            )
        at += timedelta(minutes=chance.choice((0, 0, 1, 1, 2, 4)))
        rows.append(said(at, round(chance.lognormvariate(2.7, 0.8)) + 1))
    return rows + [said(datetime(2026, month, day, 8, tzinfo=HERE), 14) for day in range(1, 29)]


def said(at: datetime, length: int) -> dict[str, Any]:
    local = at.astimezone(HERE)
    return a_row("message", 0) | {"month": f"{local:%Y-%m}", "sent_at": at.astimezone(UTC), "length": length}


def by_calendar(at: datetime) -> datetime:
    return at.astimezone(HERE).replace(month=11)


def by_days(at: datetime) -> datetime:
    return at.astimezone(HERE) + timedelta(days=28)


def by_hours(at: datetime) -> datetime:
    return at + timedelta(hours=28 * 24 - 5)


@pytest.mark.parametrize("later", [by_calendar, by_days, by_hours])
def test_a_month_of_a_chat_is_known_again_across_the_change_of_clocks(later: Callable[[datetime], datetime]) -> None:
    october = talk(10, 1)
    copied = [said(later(one["sent_at"]), one["length"]) for one in october[20:]]
    assert {one["sent_at"].astimezone(HERE).utcoffset() for one in october} == {timedelta(hours=2), timedelta(hours=3)}
    november = [one for one in copied if one["month"] == "2026-11"]
    assert found("message", october + november) == [("2026-11", "square", "2026-10")]


@pytest.mark.parametrize("number", [40, 400, 4000, 20000])
def test_honest_months_of_a_chat_are_no_copies(number: int) -> None:
    assert (
        found("message", [one for month in range(1, 6 if number < 4000 else 3) for one in talk(month, month, number)])
        == []
    )


def test_contents_are_told_apart_by_most_of_what_they_say() -> None:
    def sketched(pieces: Iterable[int]) -> Sketch:
        return sketch_of(Counter(pieces), 20)

    many = list(range(1000, 6000))
    assert in_common(sketched(many), sketched(reversed(many))) == 1
    assert in_common(sketched(many), sketched(many[:4750])) > SAME
    assert in_common(sketched(many), sketched(range(6000, 11000))) < 0.1
    assert in_common(sketched(many), sketched(many[2500:] + list(range(9000, 11500)))) < SAME
    assert sketched(many[:19]) == () and in_common((), ()) == 0

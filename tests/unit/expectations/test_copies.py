"""A month that says what another said is doubted, whatever its ids and their order; months that are only alike are not."""

import math
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


def found(fact: str, rows: list[dict[str, Any]], off: str = "") -> list[tuple[str, str, str]]:
    """Month, thing and the other month of each copy, by the rules months are judged by, without the one that is off."""
    own = Suites(settings={fact: {"contents": {off: {"off": True}}}} if off else {}).of("", fact)
    taken = profiles(fact, own, table(fact, rows), "Asia/Jerusalem")
    places = {(fact, month): one for month, one in taken.items()}
    context = MonthsContext({**SUITES, fact: own}, places, {}, frozenset(), frozenset(), date(2026, 12, 1), frozenset())
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


Rows = list[dict[str, Any]]


def days_of(month: str, chance: Random, mean: float) -> Rows:
    """What a group's export tells of a month's days: three counts, of few or of many."""
    first = date.fromisoformat(f"{month}-01")
    return [
        a_row("platform_metric", 0)
        | {"month": month, "space": "group", "metric": metric, "period": "day", "period_start": first + timedelta(day),
           "amount": float(max(0, round(chance.gauss(mean * size, math.sqrt(mean * size)))))}
        for metric, size in (("posts", 1), ("comments", 4), ("active_members", 20))
        for day in range(28)
    ]  # fmt: skip


def asked_for(month: str, chance: Random, number: int) -> Rows:
    found = []
    for of in range(number):
        at = datetime.fromisoformat(f"{month}-01T08:00+00:00") + timedelta(days=of % 28, minutes=chance.randrange(500))
        answered = at + timedelta(minutes=chance.randrange(10, 3000))
        about = {"topic": None, "channel": None, "rating": None, "kind": "request", "closed_at": None}
        own = {"month": month, "request": f"{month}-{of}", "opened_at": at, "answered_at": answered}
        found.append(a_row("request", 0) | about | own)
    return found


def held(month: str, chance: Random, people: int, *, is_regular: bool = False) -> tuple[Rows, Rows]:
    """The meetings of a month and who stayed how long; `is_regular`: all stay the whole hour."""
    meetings, stays = [], []
    for turn in range(8):
        at = datetime.fromisoformat(f"{month}-01T18:00+00:00") + timedelta(days=3 * turn)
        length = 60 if is_regular else chance.randrange(41, 95)
        name = {"month": month, "space": "hall", "gathering": f"{month}-{turn}"}
        came = people if is_regular else max(4, people + chance.randrange(-3, 8))
        meetings.append(a_row("gathering", 0) | name | {"started_at": at, "minutes": length, "attendees": came})
        stays += [
            a_row("attendance", 0) | name
            | {"attendee": f"{number}", "minutes": length if is_regular else chance.randrange(5, length)}
            for number in range(came)
        ]  # fmt: skip
    return meetings, stays


def later(rows: Rows) -> Rows:
    """A September told as the October after it, thirty days later and under other ids."""
    month, found = timedelta(days=30), []
    for row in rows:
        moved = {name: at + month for name, at in row.items() if isinstance(at, date) and name != "removed_day"}
        ids = {name: f"{row[name]}-x" for name in ("request", "gathering") if name in row}
        found.append(row | moved | ids | {"month": "2026-10"})
    return found


@pytest.mark.parametrize("mean", [3, 12, 200])
def test_days_of_a_platform_are_known_again_and_honest_ones_are_no_copies(mean: float) -> None:
    september = days_of("2026-09", Random(1), mean)
    assert found("platform_metric", september + later(september)) == [("2026-10", "group", "2026-09")]
    assert found("platform_metric", september + later(september), off="told") == []
    months = [f"2026-{month:02d}" for month in range(1, 10)]
    assert found("platform_metric", [row for month in months for row in days_of(month, Random(month), mean)]) == []


def test_days_on_which_hardly_anything_happens_say_nothing() -> None:
    quiet = [row | {"amount": float(n % 28 == 5)} for n, row in enumerate(days_of("2026-09", Random(1), 1))]
    steady = [row | {"amount": 5000.0} for row in days_of("2026-09", Random(1), 1)]
    for rows in (quiet, steady):
        assert found("platform_metric", rows + later(rows)) == []


@pytest.mark.parametrize("number", [25, 180, 3000])
def test_requests_are_known_again_and_honest_ones_are_no_copies(number: int) -> None:
    september = asked_for("2026-09", Random(1), number)
    assert found("request", september + later(september)) == [("2026-10", "square", "2026-09")]
    assert found("request", september + later(september), off="told") == []
    months = [f"2026-{month:02d}" for month in range(1, 10)]
    assert found("request", [row for month in months for row in asked_for(month, Random(month), number)]) == []
    days = [row | {name: row[name].replace(hour=0, minute=0) for name in ("opened_at", "answered_at")}
            for row in september]  # fmt: skip
    assert found("request", days + later(days)) == [], "of days without hours nothing can be said"


@pytest.mark.parametrize("people", [6, 30, 200])
def test_meetings_and_their_people_are_known_again_and_weekly_ones_are_no_copies(people: int) -> None:
    months = [f"2026-{month:02d}" for month in range(1, 10)]
    for at, fact in enumerate(("gathering", "attendance")):
        september = held("2026-09", Random(1), people)[at]
        assert found(fact, september + later(september)) == [("2026-10", "hall", "2026-09")]
        assert found(fact, september + later(september), off="told") == []
        assert found(fact, [row for month in months for row in held(month, Random(month), people)[at]]) == []
        weekly = [row for month in months for row in held(month, Random(0), people, is_regular=True)[at]]
        assert found(fact, weekly) == [], "of every week the same"

"""A made-up town on Zoom for a year, read month by month: the staged facts are the books."""

import random
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pyarrow as pa
import pytest

from collectors.base import Page
from collectors.service import Account, PullReport, Window
from collectors.zoom.source import Zoom
from simulator.services.zoom import FakeZoom
from simulator.services.zoom_state import Held, Person, Registrant, Stay
from transforms.calendar import shift
from transforms.staging import zoom as staging
from transforms.staging.town import Town
from warehouse.people import People

ZONE = "Asia/Jerusalem"
TOWN = Town("T1", ZONE)
CLERK = Person("Clerk of the town", "clerk@town.example", account="acc-clerk")
SETTINGS = {
    "space": "hall",
    "kind_field": "Purpose",
    "kinds": {"public": "participation", "neighbours": "residents"},
    "heard_via_question": "How did you hear of us?",
    "heard_via_answers": {"the newsletter": "newsletter", "the site": "website"},
}


def account_of(fake: FakeZoom, **settings: Any) -> Account:
    given = fake.account(**{**SETTINGS, **settings})
    return Account("town", given["settings"], given["secrets"], given["base_url"], ZONE, b"k" * 32)


def source_of(fake: FakeZoom, waits: list[float] | None = None) -> Zoom:
    return Zoom(clock=lambda: fake.now, sleep=(waits if waits is not None else []).append)


def read(fake: FakeZoom, window: Window, report: PullReport | None = None, **settings: Any) -> list[Page]:
    """All pages of all streams, each with its own session, as the flow reads."""
    source, account, seen = source_of(fake), account_of(fake, **settings), report or PullReport()
    return [page for s in source.streams for page in s().pages(source.open(account, seen), window)]


def landed(pulls: Iterable[Sequence[Page]], people: People | None = None) -> dict[str, pa.Table]:
    """Pages of some pulls as landing leaves them."""
    people = people or People(b"p" * 32)
    parts: dict[str, list[pa.Table]] = {}
    for order, pages in enumerate(pulls):
        for page in pages:
            table = people.replace(page.rows, page.stream.personal_fields)
            table = table.append_column("landed_order", pa.array([order] * table.num_rows, pa.int64()))
            parts.setdefault(page.stream.name, []).append(table)
    return {name: pa.concat_tables(tables) for name, tables in parts.items()}


def staged(pulls: Iterable[Sequence[Page]], town: Town = TOWN) -> dict[str, list[dict[str, Any]]]:
    return {fact: table.to_pylist() for fact, table in staging.stage(landed(pulls), town).items()}


def figures(facts: Mapping[str, list[dict[str, Any]]]) -> dict[str, dict[str, int]]:
    """The staged facts in the form of the books."""
    found: dict[str, dict[str, int]] = {}
    people: dict[str, set[Any]] = {}
    for row in facts["gathering"]:
        found.setdefault(row["month"], {"meetings": 0, "attendances": 0, "minutes": 0})["meetings"] += 1
    for row in facts["attendance"]:
        if row["role"] == "resident":
            found[row["month"]]["attendances"] += 1
            found[row["month"]]["minutes"] += row["minutes"]
            alone = row["person"] if row["person"] is not None else (row["gathering"], row["attendee"])
            people.setdefault(row["month"], set()).add(alone)
    return {month: {**row, "residents": len(people.get(month, ()))} for month, row in sorted(found.items())}


def a_meeting(number: int, started: datetime, stays: Sequence[Stay], uuid: str = "", **more: Any) -> Held:
    ended = max([started + timedelta(minutes=60), *(stay.left for stay in stays)])
    return Held(number, uuid or f"uuid{number}==", CLERK.email, started, ended, tuple(stays), **more)


def stays_of(person: Person, started: datetime, chance: random.Random) -> list[Stay]:
    """Somebody comes, waits outside, drops out and rejoins, is on two devices, goes to a breakout room."""
    joined = started + timedelta(seconds=chance.randrange(600))
    left = started + timedelta(seconds=chance.randrange(1200, 3600))
    stays = [Stay(person, joined, left)]
    if chance.random() < 0.3:
        stays.append(Stay(person, joined - timedelta(minutes=2), joined, waited=True))
    if chance.random() < 0.4:
        back = left + timedelta(seconds=chance.randrange(-300, 300))
        stays.append(Stay(person, back, back + timedelta(seconds=chance.randrange(5, 900))))
    if chance.random() < 0.3:
        stays.append(Stay(person, joined + timedelta(minutes=2), joined + timedelta(minutes=9), breakout="room=="))
    chance.shuffle(stays)
    return stays


def a_year(fake: FakeZoom, first: datetime, months: int = 12, seed: int = 5) -> None:
    """Meetings every few days, near the edges of months too."""
    chance = random.Random(seed)
    fake.users = [CLERK]
    fake.tracking_fields = ["Purpose"]
    residents = [Person(f"Resident {n}", f"r{n}@home.example", registrant=f"reg{n}") for n in range(30)]
    registrants = tuple(
        Registrant(p.registrant, p.email, {"How did you hear of us?": "The newsletter"} if n % 3 == 0 else {})
        for n, p in enumerate(residents)
    )
    started, number = first, 0
    while started < first + timedelta(days=30 * months):
        who = [*chance.sample(residents, 8), *(Person(f"Guest {n}") for n in range(chance.randrange(3))), CLERK]
        stays = [stay for person in who for stay in stays_of(person, started, chance)]
        uuid = ["/lead==", "a//b==", "a/b=="][number % 3] + str(number)
        told = {"voters": tuple(who[:3]), "chat": ((who[0], 65, "why?"), (who[-1], 70, "because"))}
        purpose = {"Purpose": "Public" if number % 2 else "neighbours"}
        fake.held.append(
            a_meeting(number, started, stays, uuid, registrants=registrants, tracking=purpose, is_standing=True, **told)
        )
        started += timedelta(hours=chance.randrange(60, 130))
        number += 1
    alone = [Stay(CLERK, first + timedelta(hours=1), first + timedelta(hours=2))]
    fake.held.append(a_meeting(10_000, first + timedelta(hours=1), alone))


def month_windows(first: str, months: int) -> list[Window]:
    starts = [datetime.fromisoformat(f"{shift(first, n)}-01T00:00:00+00:00") for n in range(months + 1)]
    return [Window(max(a - timedelta(days=3), starts[0]), b) for a, b in pairwise(starts)]


@pytest.fixture(scope="module")
def year() -> tuple[dict[str, dict[str, int]], list[list[Page]], list[list[Page]], PullReport]:
    """Books, and two readings of twelve months, each month read soon after its end."""
    with FakeZoom(datetime(2025, 1, 1, tzinfo=UTC)) as fake:
        a_year(fake, datetime(2025, 1, 1, 6, tzinfo=UTC))
        report, once, again = PullReport(), [], []
        for window in month_windows("2025-01", 13):
            fake.now = window.until
            once.append(read(fake, window, report))
            again.append(read(fake, window))
        return fake.books(ZONE), once, again, report


def test_staged_facts_are_the_books(year: Any) -> None:
    books, once, _, report = year
    assert figures(staged(once)) == books
    assert len(books) >= 12
    assert not report.rejected and not report.drift


def test_two_full_reads_are_equal(year: Any) -> None:
    _, once, again, _ = year
    assert [[p.rows.to_pylist() for p in pages] for pages in once] == [
        [p.rows.to_pylist() for p in pages] for pages in again
    ]
    assert staged(once) == staged([*once, *again])


def test_every_read_month_is_covered_in_full(year: Any) -> None:
    facts = staged(year[1])
    full = {(row["month"], row["fact"]) for row in facts["coverage"] if row["is_full"]}
    assert {(f"2025-{m:02d}", fact) for m in range(2, 13) for fact in ("gathering", "attendance")} <= full
    guests = {row["month"] for row in facts["attendance"] if row["person"] is None}
    flagged = {r["month"] for r in facts["coverage"] if r["fact"] == "attendance" and "by_name" in r["quality"]}
    assert guests == flagged


def test_kinds_hearing_and_acts_come_through(year: Any) -> None:
    facts = staged(year[1])
    assert {row["kind"] for row in facts["gathering"]} == {"participation", "residents"}
    assert {row["heard_via"] for row in facts["attendance"]} == {"newsletter", None}
    assert {row["has_voted"] for row in facts["attendance"]} == {True, False}
    assert {row["has_chatted"] for row in facts["attendance"]} == {True, False}
    assert {row["has_asked"] for row in facts["attendance"]} == {None}
    assert {row["role"] for row in facts["attendance"] if row["has_chatted"]} == {"resident", "authority"}
    assert {row["is_question"] for row in facts["message"]} == {True, False}


def test_nothing_said_or_named_is_landed(year: Any) -> None:
    for pages in year[1]:
        for page in pages:
            left = page.rows.drop_columns([c for c in page.stream.personal_fields if c in page.rows.column_names])
            text = repr(left.to_pylist())
            for canary in ("Resident", "Guest", "@home", "why?", "because", "canary", "Clerk"):
                assert canary not in text


def test_a_backfill_past_the_reports_finds_the_standing_meetings() -> None:
    with FakeZoom(datetime(2025, 1, 1, tzinfo=UTC)) as fake:
        a_year(fake, datetime(2025, 1, 3, 6, tzinfo=UTC), months=3)
        fake.now = datetime(2025, 11, 1, tzinfo=UTC)
        report = PullReport()
        window = Window(datetime(2025, 1, 1, tzinfo=UTC), datetime(2025, 5, 1, tzinfo=UTC))
        facts = staged([read(fake, window, report)])
        assert {row["kind"] for row in facts["gathering"]} == {"participation", "residents"}
        assert figures(facts)["2025-02"] == fake.books(ZONE)["2025-02"]
        assert not any(row["is_full"] for row in facts["coverage"])
        assert any("enter the others in the staff workbook" in notice for notice in report.notices)

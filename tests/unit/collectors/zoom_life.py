"""What the tests of Zoom share: accounts and readings of a stand-in, meetings, a year of a town's life."""

import random
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa

from collectors.base import Page
from collectors.service import Account, PullReport, Window
from collectors.zoom.meetings import ZoomSession
from collectors.zoom.source import Zoom
from simulator.services.zoom import FakeZoom
from simulator.services.zoom_state import Held, Person, Registrant, Stay
from tests.accounts import account_of as configured
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
NOW = datetime(2026, 3, 31, 12, tzinfo=UTC)
BEGAN = datetime(2026, 3, 10, 17, tzinfo=UTC)
MARCH = Window(datetime(2026, 3, 1, tzinfo=UTC), NOW)
HISTORY = "report/history_meetings"


def account_of(fake: FakeZoom, **settings: Any) -> Account:
    given = fake.account(**{**SETTINGS, **settings})
    return configured(
        "zoom", "town", given["settings"], given["secrets"], given["base_url"], timezone=ZONE, digest_key=b"k" * 32
    )


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


def session_of(fake: FakeZoom, waits: list[float] | None = None, **settings: Any) -> ZoomSession:
    return source_of(fake, waits).open(account_of(fake, **settings), PullReport())


def stay(person: Person, start: int = 0, end: int = 50, **more: Any) -> Stay:
    return Stay(person, BEGAN + timedelta(minutes=start), BEGAN + timedelta(minutes=end), **more)


def with_guests(fake: FakeZoom, guests: int = 5, uuid: str = "") -> None:
    stays = [stay(CLERK), *(stay(Person(f"Guest {n}")) for n in range(guests))]
    fake.held.append(a_meeting(7, BEGAN, stays, uuid))

"""Zoom: meetings on the town's matters, residents who come, drop out and come back, staff who visit residents' own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from simulator.calendar import Span, first_of, month_of
from simulator.channels.agenda import Matter
from simulator.channels.crowd import Crowd
from simulator.channels.section import Section
from simulator.services.zoom import FakeZoom
from simulator.services.zoom_state import Elsewhere, Held, Person, Registrant, Stay

HALL = "zoom-hall"
"""The town's code of its meetings."""
ZONE = ZoneInfo("Asia/Jerusalem")
QUESTION = "How did you hear of us?"
HEARD = {"the newsletter": "newsletter", "the site": "website", "a friend": "other"}
FIELD = "Purpose"
KINDS = {"public": "participation", "neighbours": "residents", "office": "internal"}
CLERKS = (
    Person("Clerk", "clerk@town.example", account="acc-clerk"),
    Person("Planner", "planner@town.example", account="acc-planner"),
)


@dataclass(frozen=True)
class MeetingsLife:
    """What was held by the town's account, and residents' meetings its people joined."""

    held: tuple[Held, ...]
    elsewhere: tuple[Elsewhere, ...]


def make_meetings(rng: Random, span: Span, crowd: Crowd, agenda: Sequence[Matter]) -> MeetingsLife:
    """A public meeting for each matter that is met about, one of residents and one of staff each month."""
    held: list[Held] = []
    elsewhere: list[Elsewhere] = []
    for one in agenda:
        if one.meeting is not None:
            held.append(_meeting(rng, crowd, one.meeting, len(held), "public", rng.randint(6, 25)))
    for month in span.months:
        day = first_of(month) + timedelta(days=rng.randint(3, 24))
        held.append(_meeting(rng, crowd, day, len(held), "neighbours", rng.randint(4, 12)))
        held.append(_meeting(rng, crowd, day, len(held), "office", 2))
        for number in range(rng.randint(0, 2)):
            started = datetime.combine(day + timedelta(days=number), time(18), ZONE).astimezone(UTC)
            clerk = rng.choice(CLERKS)
            ended = started + timedelta(minutes=50)
            elsewhere.append(Elsewhere(f"else{month}{number}==", clerk.email, started, ended, started, ended))
    held.sort(key=lambda one: one.started)
    return MeetingsLife(tuple(held), tuple(elsewhere))


def _meeting(rng: Random, crowd: Crowd, day: date, number: int, purpose: str, size: int) -> Held:
    """Half of those who come registered, the others are guests known by name; staff is there too."""
    started = datetime.combine(day, time(20 if purpose != "office" else 10, rng.randrange(30)), ZONE).astimezone(UTC)
    people, registrants = [], []
    for who in crowd.some(rng, size) if purpose != "office" else ():
        if who % 2:
            people.append(Person(f"{crowd.name(who)} at {number}"))
            continue
        person = Person(crowd.name(who), crowd.address(who), registrant=f"reg{number}-{who}")
        heard = rng.choice((*HEARD, ""))
        registrants.append(Registrant(person.registrant, person.email, {QUESTION: heard} if heard else {}))
        people.append(person)
    staff = CLERKS if purpose == "office" else (rng.choice(CLERKS),)
    stays = [stay for one in (*people, *staff) for stay in _stays(rng, one, started)]
    rng.shuffle(stays)
    ended = max([started + timedelta(minutes=60), *(stay.left for stay in stays)])
    has_poll, has_questions = purpose == "public" and rng.random() < 0.6, purpose == "public" and rng.random() < 0.4
    chat = [(one, rng.randint(60, 3000), "Good idea" if rng.random() < 0.6 else "When does it begin?")
            for one in (*people, *staff) if rng.random() < 0.35]  # fmt: skip
    return Held(
        80_000_000 + number, f"uuid/{number}+{month_of(day)}==", staff[0].email, started, ended, tuple(stays),
        tracking={FIELD: purpose}, registrants=tuple(registrants),
        voters=tuple(one for one in people if rng.random() < 0.5) if has_poll else None,
        askers=tuple(one for one in people if rng.random() < 0.3) if has_questions else None,
        chat=tuple(sorted(chat, key=lambda said: said[1])), is_recorded=purpose != "office",
    )  # fmt: skip


def _stays(rng: Random, person: Person, started: datetime) -> Iterator[Stay]:
    """She waits outside, comes, loses the line and comes back, is in a breakout room."""
    joined = started + timedelta(seconds=rng.randrange(600))
    left = started + timedelta(seconds=rng.randrange(1500, 3500))
    if rng.random() < 0.25:
        yield Stay(person, joined - timedelta(minutes=2), joined, waited=True)
    yield Stay(person, joined, left)
    if rng.random() < 0.4:
        back = left + timedelta(seconds=rng.randrange(-200, 200))
        yield Stay(person, back, back + timedelta(seconds=rng.randrange(30, 900)))
    if rng.random() < 0.2:
        yield Stay(person, joined + timedelta(minutes=3), joined + timedelta(minutes=11), breakout="room==")


class MeetingsDesk:
    """Zoom, played."""

    def __init__(self, life: MeetingsLife) -> None:
        self.zoom = FakeZoom(datetime(2000, 1, 1, tzinfo=ZONE))
        self.zoom.users = list(CLERKS)
        self.zoom.tracking_fields = [FIELD]
        self.zoom.held, self.zoom.elsewhere = list(life.held), list(life.elsewhere)
        self.servers = (self.zoom,)

    def at(self, now: datetime) -> None:
        """Let it be that instant; a new day's calls may be made."""
        self.zoom.now = now
        self.zoom.heavy_left = 30_000

    def sections(self) -> Iterator[Section]:
        """What a town writes into its configuration."""
        settings = {
            "space": HALL, "kind_field": FIELD, "kinds": KINDS, "heard_via_question": QUESTION,
            "heard_via_answers": HEARD,
        }  # fmt: skip
        secrets = {name: getattr(self.zoom.secrets, name) for name in ("client_id", "client_secret", "account")}
        yield Section("zoom", "main", self.zoom.base_url, settings, secrets)

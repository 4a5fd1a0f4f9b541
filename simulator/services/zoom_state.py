"""What the stand-in for Zoom holds, as plain dataclasses, how each looks on the wire, and the true figures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Person:
    """Somebody in meetings. Only the account's own people (`account` given) and registrants are known by address."""

    name: str
    email: str = ""
    account: str = ""
    registrant: str = ""

    @property
    def is_staff(self) -> bool:
        """She has a user of the account."""
        return bool(self.account)

    @property
    def is_guest(self) -> bool:
        """Known by name only."""
        return not self.account and not self.registrant


@dataclass(frozen=True)
class Registrant:
    """A registration, with the answers to the organiser's own questions."""

    identifier: str
    email: str
    answers: Mapping[str, str] = field(default_factory=dict)

    def row(self) -> dict[str, Any]:
        """As GET registrants shows it."""
        return {
            "id": self.identifier,
            "email": self.email,
            "first_name": "first",
            "last_name": "last",
            "status": "approved",
            "custom_questions": [{"title": title, "value": value} for title, value in self.answers.items()],
        }


@dataclass(frozen=True)
class Stay:
    """One connection. `breakout` names the room its second row lies in; `waited` is a stay in the waiting room."""

    person: Person
    joined: datetime
    left: datetime
    breakout: str = ""
    waited: bool = False


@dataclass(frozen=True)
class Row:
    """A connection on the wire."""

    stay: Stay
    number: int

    def past(self, is_counted: bool) -> dict[str, Any]:
        """As past_meetings shows it."""
        who = self.stay.person
        return {
            "id": who.account,
            "name": who.name,
            "user_id": str(16_778_240 + self.number),
            "registrant_id": who.registrant,
            "user_email": "" if who.is_guest else who.email,
            "join_time": iso(self.stay.joined),
            "leave_time": iso(self.stay.left),
            "duration": int((self.stay.left - self.stay.joined).total_seconds()) if is_counted else 0,
            "failover": False,
            "status": "in_waiting_room" if self.stay.waited else "in_meeting",
            "internal_user": who.is_staff,
        }

    def reported(self, is_counted: bool, with_registrant: bool) -> dict[str, Any]:
        """As the report shows it: account ids and breakout rooms, but not who is of the account."""
        row = self.past(is_counted)
        del row["internal_user"]
        if not with_registrant:
            del row["registrant_id"]
        row |= {"participant_user_id": self.stay.person.account, "customer_key": "", "bo_mtg_id": self.stay.breakout}
        return row


@dataclass(frozen=True)
class Held:
    """An instance of a meeting. `voters` and `askers` None: no poll, no questions; `chat` None: no chat."""

    number: int
    uuid: str
    host: str
    started: datetime
    ended: datetime
    stays: tuple[Stay, ...]
    tracking: Mapping[str, str] = field(default_factory=dict)
    registrants: tuple[Registrant, ...] = ()
    voters: tuple[Person, ...] | None = None
    askers: tuple[Person, ...] | None = None
    chat: tuple[tuple[Person, int, str], ...] | None = ()
    is_recorded: bool = True
    is_webinar: bool = False
    is_standing: bool = False

    def people(self) -> int:
        """Distinct people, as Zoom would count them who sees everything."""
        return len({stay.person for stay in self.stays if not stay.waited})

    def rows(self) -> list[Row]:
        """All connections; who goes to a breakout room has a second row there."""
        return [Row(stay, number) for number, stay in enumerate(self.stays)]

    def history(self) -> dict[str, Any]:
        """As history_meetings shows it: `participants` are connections."""
        return {
            "meeting_uuid": self.uuid,
            "meeting_id": self.number,
            "type": "Webinar" if self.is_webinar else "Meeting",
            "host_display_name": "host",
            "host_email": self.host,
            "start_time": iso(self.started),
            "end_time": iso(self.ended),
            "topic": "topic canary",
            "participants": len([stay for stay in self.stays if not stay.waited]),
            "duration": self.minutes(),
            "tracking_fields": [{"field": name, "value": value} for name, value in self.tracking.items()],
            "feature_used": {
                "in_meeting_chat": bool(self.chat),
                "poll": self.voters is not None,
                "registration": bool(self.registrants),
                "record_to_cloud": self.is_recorded,
                "raise_hand": True,
            },
        }

    def minutes(self) -> int:
        """Length in whole minutes."""
        return int((self.ended - self.started).total_seconds() // 60)

    def joined_row(self) -> dict[str, Any]:
        """As report/users/{id}/meetings shows a meeting of one's own."""
        return {
            "uuid": self.uuid,
            "id": self.number,
            "user_email": self.host,
            "start_time": iso(self.started),
            "end_time": iso(self.ended),
            "duration": self.minutes(),
        }

    def past(self) -> dict[str, Any]:
        """As past_meetings/{uuid} shows it."""
        return {**self.joined_row(), "participants_count": len(self.stays), "type": 8, "host_id": "h"}

    def described(self) -> dict[str, Any]:
        """As meetings/{number} shows it."""
        fields = [{"field": name, "value": value} for name, value in self.tracking.items()]
        return {"id": self.number, "uuid": self.uuid, "tracking_fields": fields}

    def answers(self, people: Iterable[Person] | None, identifier: str) -> dict[str, Any]:
        """Polls and questions have the same shape; a guest of an anonymous poll has no name."""
        detail = {identifier: "q", "question": "question canary", "answer": "answer canary"}
        rows = [
            {"name": one.name or "Anonymous Attendee", "email": one.email if not one.is_guest else ""}
            | ({"user_id": one.account} if identifier == "question_id" else {})
            | {"question_details": [detail]}
            for one in people or ()
        ]
        return {"id": self.number, "uuid": self.uuid, "start_time": iso(self.started), "questions": rows}

    def recordings(self, url: str) -> dict[str, Any]:
        """The files of the cloud recording."""
        files = [
            {"file_type": "MP4", "recording_start": iso(self.started), "download_url": url + "x"},
            {"file_type": "CHAT", "recording_start": iso(self.started), "download_url": url, "file_extension": "TXT"},
        ]
        return {"id": self.number, "uuid": self.uuid, "start_time": iso(self.started), "recording_files": files}

    def chat_text(self) -> str:
        """The chat file: time since the recording began, name, text."""
        lines = []
        for person, seconds, text in self.chat or ():
            minutes, second = divmod(seconds, 60)
            lines.append(f"{minutes // 60:02d}:{minutes % 60:02d}:{second:02d}\t{person.name}:\t{text}\r\n")
        return "".join(lines)


@dataclass(frozen=True)
class Elsewhere:
    """A meeting another account hosted, which a user of ours joined."""

    uuid: str
    user: str
    started: datetime
    ended: datetime
    joined: datetime
    left: datetime
    organisation: str = "Neighbours"
    host: str = "a neighbour"

    def row(self) -> dict[str, Any]:
        """As pastJoined shows it."""
        return {
            "uuid": self.uuid,
            "id": 1,
            "user_email": self.user,
            "start_time": iso(self.started),
            "end_time": iso(self.ended),
            "join_time": self.joined.astimezone(UTC).strftime("%m/%d/%Y %H:%M"),
            "leave_time": self.left.astimezone(UTC).strftime("%m/%d/%Y %H:%M"),
            "host_organization": self.organisation,
            "host_name": self.host,
            "has_chat": False,
        }


def iso(moment: datetime) -> str:
    """An instant as Zoom writes it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def truth_of(held: Iterable[Held], timezone: str) -> dict[str, dict[str, int]]:
    """Month -> meetings, residents (guests once a meeting), attendances, minutes; second by second, by hand."""
    people: dict[str, set[object]] = defaultdict(set)
    totals: dict[str, dict[str, int]] = defaultdict(lambda: {"meetings": 0, "attendances": 0, "minutes": 0})
    for one in held:
        month = one.started.astimezone(ZoneInfo(timezone)).strftime("%Y-%m")
        totals[month]["meetings"] += 1
        present: dict[Person, set[int]] = defaultdict(set)
        for stay in one.stays:
            if not stay.waited and not stay.person.is_staff:
                present[stay.person].update(range(int(stay.joined.timestamp()), int(stay.left.timestamp())))
        for person, seconds in present.items():
            people[month].add((one.uuid, person.name) if person.is_guest else person.email)
            totals[month]["attendances"] += 1
            totals[month]["minutes"] += len(seconds) // 60
    return {month: {**figures, "residents": len(people[month])} for month, figures in sorted(totals.items())}

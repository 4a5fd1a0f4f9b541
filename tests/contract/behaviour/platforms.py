"""The adaptors of the platforms: Facebook, WhatsApp, Zoom, Google Analytics."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any, ClassVar

from collectors.service import Account
from simulator.services.facebook import Comment, FacebookGraph, Metric, Post
from simulator.services.ga4 import Property, RestServer, life
from simulator.services.ga4_hits import HOME, Hit
from simulator.services.server import Answer, Call, Server
from simulator.services.whatsapp_cloud import BUSINESS, Line, LineDay, TemplateDay, WhatsAppCloudServer
from simulator.services.zoom import FakeZoom, Secrets
from simulator.services.zoom_state import Elsewhere, Held, Person, Registrant, Stay
from tests.accounts import account_of
from tests.contract.behaviour.case import A_DAY, SOME, Case, changed

NO_ADDRESS = "it answers with figures; no address in an answer is ever called"
BY_OFFSET = "its pages are asked by offset, there is no cursor to repeat"
BY_CURSOR = "a cursor keeps its place in a list from which something is gone"
MINUTE = timedelta(minutes=1)


def spread(now: datetime, number: int, records: int) -> datetime:
    """Instants over the twenty days that end two days ago, the first the latest."""
    return now - 2 * A_DAY - number * 20 * A_DAY / max(records, 1)


class FacebookCase(Case):
    source = "facebook"
    counted = "facebook_post"
    now = datetime(2026, 11, 1, 3, tzinfo=UTC)
    days = 100  # more than the service is read back again, so that a later start covers nothing new
    sized = "collectors.facebook.session.LARGEST_LIMIT"
    largest = 100
    cursor = ("paging.cursors.after", "paging.next")
    without: ClassVar = {"lose": BY_CURSOR}
    unknown = ("data", "")
    left_out: ClassVar = {
        "data": "Graph leaves out what the token may not see, and announces no number of records",
        "paging": "a list ends where no next page is named, and announces no number of records",
    }
    token = "EAAcanary5f1c9ab2token"

    def play(self, records: int) -> FacebookGraph:
        graph = FacebookGraph("10001", self.token, self.now)
        at = self.now - 20 * A_DAY
        graph.posts = [Post(f"10001_{n}", spread(self.now, n, records), "מה דעתכם?", shares=2) for n in range(records)]
        graph.posts.append(Post("10001_v", at, "Potholes!", author="501", author_name="Name Canary"))
        if records:
            graph.comments = [
                Comment("1_1", "10001_0", self.now - A_DAY, "מתי?", "502"),
                Comment("1_2", "10001_0", self.now - A_DAY + MINUTE, "מחר", parent="1_1"),
                Comment("1_3", "10001_0", self.now - A_DAY + 2 * MINUTE, "wow", "503"),
            ]
        graph.followers = {self.now.date(): 905}
        days = [self.now.date() - n * A_DAY for n in range(2, 30)]
        graph.metrics = {"page_post_engagements": Metric("page_post_engagements", {day: day.day for day in days})}
        return graph

    def account(self, server: Any) -> Account:
        settings = {"page": "10001", "space": "page", "metrics": ["page_post_engagements"]}
        return account_of("facebook", "main", settings, {"token": self.token}, server.base_url)

    def refuse(self, server: Any) -> None:
        server.token = "another"

    def restate(self, server: Any) -> str:
        server.comments[2].is_hidden = True
        return r"'metric': 'comments', 'period': 'month', 'period_start': datetime.date\(2026, 10, 1\), 'amount': 2.0"

    def point(self, url: str) -> list[Callable[[Call, Answer], Answer]]:
        return [
            changed(
                lambda told: told.update(paging={"cursors": {"after": "x"}, "next": url}) if "data" in told else None
            )
        ]


class WhatsAppCase(Case):
    source = "whatsapp_cloud"
    counted = "whatsapp_cloud_number"
    now = datetime(2026, 9, 30, 21, tzinfo=UTC)
    largest = 100
    cursor = ("paging.cursors.after", "paging.next")
    without: ClassVar = {"lose": BY_CURSOR}
    unknown = ("data",)
    left_out: ClassVar = {
        "data": "a list of no numbers is an account without numbers, and none is announced",
        "paging": "a list ends where no next page is named, and announces no number of records",
    }
    other: ClassVar = {
        "data.display_phone_number": "counts are asked by number; of another number there are none",
        "data.id": "counts are asked by template; of another template there are none",
        "paging.cursors.after": "another cursor is another place in the list, its end too",
    }
    token = "EAAcanary5f1c9ab2cloud"

    def play(self, records: int) -> WhatsAppCloudServer:
        lines = [Line(str(190600 + n), f"+972 3-555-{n:04d}") for n in range(records)]
        first = date(2026, 9, 15)
        days = [
            LineDay(line.digits, first + n * A_DAY, 50 + n, 48, n, 2 * n, 3, 4) for line in lines[:2] for n in range(15)
        ]
        templates = [TemplateDay("901", first + n * A_DAY, 9, 5, n) for n in range(3)]
        return WhatsAppCloudServer(self.token, lines, days, templates, page=self.page)

    def account(self, server: Any) -> Account:
        return account_of(
            "whatsapp_cloud", "main", {"business_account": BUSINESS}, {"token": self.token}, server.base_url
        )

    def refuse(self, server: Any) -> None:
        server.token = "another"

    def restate(self, server: Any) -> str:
        server.days[14] = dataclasses.replace(server.days[14], sent=777)
        return r"'metric': 'messages_sent', 'period': 'day', .*'amount': 777.0"

    def move(self, server: Any, now: datetime) -> None:
        """It tells of the days it has; there is no clock."""

    def point(self, url: str) -> list[Callable[[Call, Answer], Answer]]:
        return [
            changed(
                lambda told: told.update(paging={"cursors": {"after": "x"}, "next": url}) if "data" in told else None
            )
        ]


class ZoomCase(Case):
    source = "zoom"
    counted = "zoom_meeting"
    pointed = "zoom_chat_message"
    days = 25
    now = datetime(2026, 3, 31, 12, tzinfo=UTC)
    sized = "collectors.zoom.session.PAGE_SIZE"
    largest = 300
    cursor = ("next_page_token",)
    without: ClassVar = {"lose": BY_CURSOR}
    unknown = ("history_meetings", "participants", "registrants", "questions", "meetings")
    left_out: ClassVar = {
        "next_page_token": "a list ends where no next page is named, and most announce no number",
        **dict.fromkeys(unknown, "an empty list is a meeting nobody came to, asked in or registered for"),
        "recording_files": "a meeting without a chat file is one in which nobody's chat was recorded",
    }
    other: ClassVar = {
        "history_meetings.start_time": "a meeting held at another time belongs to another window",
        "meetings.start_time": "a meeting held at another time belongs to another window",
        "users.id": "an identifier Zoom does not know is a user who has left",
    }
    clerk = Person("Clerk of the town", "clerk@town.example", account="acc-clerk")
    secrets = Secrets("canary5f1c9client", "canary5f1c9secret", "canary5f1c9account")

    def play(self, records: int) -> FakeZoom:
        fake = FakeZoom(self.now)
        fake.secrets = Secrets(*dataclasses.astuple(self.secrets)[:3])
        fake.users, fake.heavy_left = [self.clerk], 10**6
        fake.held = [self.meeting(n, spread(self.now, n, records)) for n in range(records)]
        at = self.now - 10 * A_DAY
        fake.elsewhere = [Elsewhere("else==", self.clerk.email, at, at + 60 * MINUTE, at, at + 50 * MINUTE)]
        return fake

    def meeting(self, number: int, began: datetime) -> Held:
        """A resident who registered, a guest and the clerk; they vote, ask and write."""
        resident = Person("Resident One", "r1@home.example", registrant="reg1")
        people = (resident, Person("Guest Two"), self.clerk)
        stays = tuple(Stay(one, began, began + (50 + n) * MINUTE) for n, one in enumerate(people))
        told = {"voters": people[:2], "askers": people[:1], "chat": ((resident, 65, "why?"), (people[1], 70, "so"))}
        registrants = (Registrant("reg1", resident.email, {"How did you hear of us?": "The newsletter"}),)
        ended = began + 60 * MINUTE
        return Held(number + 7, f"uuid{number}==", self.clerk.email, began, ended, stays, {}, registrants, **told)  # type: ignore[arg-type]

    def account(self, server: Any) -> Account:
        secrets = {name: getattr(self.secrets, name) for name in ("client_id", "client_secret", "account")}
        settings = {
            "space": "hall", "heard_via_question": "How did you hear of us?",
            "heard_via_answers": {"the newsletter": "newsletter"},
        }  # fmt: skip
        return account_of("zoom", "main", settings, secrets, server.base_url)

    def refuse(self, server: Any) -> None:
        server.secrets.client_secret = "another"
        server.revoke()

    def restate(self, server: Any) -> str:
        one = server.held[0]
        longer = tuple(dataclasses.replace(stay, left=stay.left + 5 * MINUTE) for stay in one.stays)
        server.held[0] = dataclasses.replace(one, stays=longer)
        return r"'gathering': 'zoom-uuid0==', .*'minutes': 55"

    def point(self, url: str) -> list[Callable[[Call, Answer], Answer]]:
        def change(told: dict[str, Any]) -> None:
            if "access_token" in told:
                told["api_url"] = url
            for one in told.get("recording_files", ()):
                one["download_url"] = url

        def away(call: Call, answer: Answer) -> Answer:
            is_file = call.path.startswith("/rec/")
            return Answer(302, b"", {"Location": url}, "text/html") if is_file else answer

        return [changed(change), away]


class Ga4Case(Case):
    source = "ga4"
    counted = "ga4_page"
    now = datetime(2026, 11, 1, 12, tzinfo=UTC)
    days = 25
    without: ClassVar = {
        "cursor": BY_OFFSET,
        "point": NO_ADDRESS,
        "unknown": "the vendor's client drops what its types do not know before we see it",
    }
    secret = "canary5f1c9analytics"

    def play(self, records: int) -> Server:
        played = Property(now=self.now)
        played.add(dataclasses.replace(hit, path="/") for hit in life(date(2026, 10, 8), 23, people=12))
        day = date(2026, 10, 20)
        told = datetime(2026, 10, 20, 12, tzinfo=UTC)
        paths = [f"/services/{n}" for n in range(records)]
        # The first is seen twice: whether it is in a sum shows.
        played.add(Hit(day, told, 900, 9000, "page_view", path, 5, HOME) for path in [*paths, *paths[:1]])
        return RestServer(played)

    def account(self, server: Any) -> Account:
        settings = {
            "property": "123456", "space": "site", "key_events": {"pay": "payment"}, "transport": "rest",
            "page_rules": {"/services/": "service"}, "page_size": self.page,
        }  # fmt: skip
        return account_of("ga4", "main", settings, {"credentials": self.secret}, server.base_url)

    def move(self, server: Any, now: datetime) -> None:
        server._played.now = now

    def records(self, rows: list[dict[str, Any]]) -> int:
        return sum(row["paths"] for row in rows)

    def refuse(self, server: Any) -> None:
        server._played.is_viewer = False

    def restate(self, server: Any) -> str:
        day = date(2026, 10, 30)
        server._played.add([Hit(day, self.now + MINUTE, 901, 9001, "page_view", "/services/late", 5, HOME)])
        return rf"'metric': 'views_service', 'period': 'month', .*2026, 10, 1\), 'amount': {SOME + 2}.0"

    def lose(self, server: Any) -> None:
        seen = server._played._days[date(2026, 10, 20)]
        seen[:] = [hit for hit in seen if hit.path != "/services/0"]

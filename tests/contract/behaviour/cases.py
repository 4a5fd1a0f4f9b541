"""One adaptor a source: its stand-in with data, and how to make it difficult."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any, ClassVar

from collectors.service import Account
from simulator.model import Respondent, Wave
from simulator.services.brevo import BrevoServer
from simulator.services.facebook import Comment, FacebookGraph, Metric, Post
from simulator.services.ga4 import HOME, Hit, Property, RestServer, life
from simulator.services.google_forms import GoogleFormsServer
from simulator.services.limesurvey import SURVEY, LimeSurveyServer
from simulator.services.mailchimp import MailchimpServer
from simulator.services.newsletter import Campaign, Clicked, Left, Member, Newsletter, Opened
from simulator.services.server import Answer, Call, Server
from simulator.services.site import SITEMAP, SitePage, SiteServer
from simulator.services.whatsapp_cloud import BUSINESS, Line, LineDay, TemplateDay, WhatsAppCloudServer
from simulator.services.zoom import FakeZoom, Secrets
from simulator.services.zoom_state import Elsewhere, Held, Person, Registrant, Stay
from tests.contract.behaviour.case import A_DAY, SOME, Case, changed
from transforms.questionnaire import questionnaire

NO_ADDRESS = "it answers with figures; no address in an answer is ever called"
BY_OFFSET = "its pages are asked by offset, there is no cursor to repeat"
MINUTE = timedelta(minutes=1)


def spread(now: datetime, number: int, records: int) -> datetime:
    """Instants over the twenty days that end two days ago, the first the latest."""
    return now - 2 * A_DAY - number * 20 * A_DAY / max(records, 1)


def addresses(count: int) -> tuple[str, ...]:
    """Mail addresses of residents."""
    return tuple(f"resident{n}@home.example" for n in range(count))


class MailingCase(Case):
    """Newsletters live the same life whatever service sends them."""

    now = datetime(2026, 3, 31, 9, tzinfo=UTC)
    without: ClassVar = {"cursor": BY_OFFSET, "point": NO_ADDRESS}

    def move(self, server: Any, now: datetime) -> None:
        server.life.now = now

    def refuse(self, server: Any) -> None:
        server.key = "another"

    def restate(self, server: Any) -> str:
        one = server.life.campaigns[0]
        one.opened.append(Opened("late@home.example", self.now))
        one.clicked.append(Clicked("late@home.example", self.now, "https://town.example/late"))
        return r"'unique_opens_all': 9"

    def life(self) -> Newsletter:
        """A list of twenty."""
        members = [Member(one, self.now - 90 * A_DAY) for one in addresses(20)]
        return Newsletter(
            self.now, [*members, Member("gone@home.example", members[0].joined_at, self.now - 40 * A_DAY)]
        )

    def campaign(self, name: str, at: datetime, clickers: tuple[str, ...] = ()) -> Campaign:
        """A sending some opened and these clicked in."""
        to = tuple(dict.fromkeys((*addresses(20), *clickers)))
        opened = [Opened(one, at + MINUTE, n % 2 == 0) for n, one in enumerate(to[:8])]
        clicked = [Clicked(one, at + MINUTE, "https://town.example/plan") for one in clickers]
        return Campaign(
            name, at, to, frozenset(to[:1]), frozenset(), opened, clicked, [Left(to[1], at + MINUTE, "None given")]
        )


class BrevoCase(MailingCase):
    source = "brevo"
    counted = "brevo_campaign"
    sized = "collectors.brevo.session.PAGE"
    largest = 100
    unknown = ("campaigns", "")
    other: ClassVar = {
        "campaigns.recipients.lists": "a campaign sent to another list is not ours",
        "campaigns.sentDate": "a campaign sent at another time belongs to another window",
    }
    key = "xkeysib-canary5f1c9ab2"

    def play(self, records: int) -> BrevoServer:
        life = self.life()
        life.campaigns = [self.campaign(str(100 + n), spread(self.now, n, records)) for n in range(records)]
        return BrevoServer(life, key=self.key, budget=10**6)

    def account(self, server: Any) -> Account:
        return Account("main", {"list": server.list_id, "space": "mail"}, {"key": self.key}, server.api_url)


class MailchimpCase(MailingCase):
    source = "mailchimp"
    counted = "mailchimp_clicker"
    sized = "collectors.mailchimp.session.PAGE"
    unknown = ("campaigns", "history", "urls_clicked")
    other: ClassVar = {
        "campaigns.send_time": "a campaign sent at another time belongs to another window",
        "members.email_address": "two members of one address are one person",
        "history.month": "a month before the window is not asked about",
    }
    key = "canary5f1c9ab20123456789abcdef01-us21"

    def play(self, records: int) -> MailchimpServer:
        life = self.life()
        at = self.now - 20 * A_DAY
        life.campaigns = [
            self.campaign("c1", at, tuple(f"clicker{n}@home.example" for n in range(records))),
            self.campaign("c2", at + A_DAY),
        ]
        return MailchimpServer(life, key=self.key)

    def account(self, server: Any) -> Account:
        return Account("main", {"list": server.list_id, "space": "mail"}, {"key": self.key}, server.api_url)

    def records(self, rows: list[dict[str, Any]]) -> int:
        return sum(row["person"] is not None for row in rows)


class FacebookCase(Case):
    source = "facebook"
    counted = "facebook_post"
    now = datetime(2026, 11, 1, 3, tzinfo=UTC)
    days = 100  # more than the service is read back again, so that a later start covers nothing new
    sized = "collectors.facebook.session.LARGEST_LIMIT"
    largest = 100
    cursor = ("paging.cursors.after", "paging.next")
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
        return Account("main", settings, {"token": self.token}, server.base_url)

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
        return Account("main", {"business_account": BUSINESS}, {"token": self.token}, server.base_url)

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
    sized = "collectors.zoom.wire.PAGE_SIZE"
    largest = 300
    cursor = ("next_page_token",)
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
        return Account("main", settings, secrets, server.base_url)

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


class AnswersCase(Case):
    """Surveys: a wave of so many respondents."""

    counted = "survey_answer"
    now = datetime(2026, 10, 20, 20, tzinfo=UTC)

    def wave(self, count: int) -> Wave:
        """Respondents with every item answered."""
        items = [item.id for item in questionnaire().items_for("residents")]
        people = (
            Respondent({item: (n * 3 + at) % 5 + 1 for at, item in enumerate(items)}, {"language": "he"}, 60)
            for n in range(count)
        )
        return Wave("autumn", "residents", date(2026, 10, 20), "opt_in", "csv-bom", tuple(people))

    def move(self, server: Any, now: datetime) -> None:
        """It shows every answer there is; there is no clock."""

    def records(self, rows: list[dict[str, Any]]) -> int:
        return len({row["respondent"] for row in rows})

    def other_answer(self, person: Respondent) -> tuple[str, int]:
        """An item and an answer to it she did not give."""
        item = next(iter(person.answers))
        return item, person.answers[item] % 5 + 1

    def scored(self, respondent: int, item: str, answer: int) -> str:
        """The pattern of that answer as a fact."""
        score = 6 - answer if questionnaire().meanings()[item].reverse else answer
        return rf"'respondent': {respondent}, 'item': '{item}', .*'score': {score},"


class GoogleFormsCase(AnswersCase):
    source = "google_forms"
    sized = "collectors.google_forms.source.PAGE_SIZE"
    cursor = ("nextPageToken",)
    without: ClassVar = {"point": NO_ADDRESS}
    unknown = ("",)
    left_out: ClassVar = {
        "": "Google leaves empty lists out, so an answer without fields is an empty list",
        "responses": "a list of no responses is a form nobody has filled in yet",
        "responses.answers": "any question of a form may be left without an answer",
        "nextPageToken": "a list ends where no next page is named, and announces no number",
    }
    other: ClassVar = {"responses.responseId": "two responses of one identifier are one response that was edited"}
    token = "canary5f1c9forms"

    def play(self, records: int) -> GoogleFormsServer:
        return GoogleFormsServer(self.wave(records), self.token)

    def account(self, server: Any) -> Account:
        settings = {"form_id": "form-1", "wave": "autumn", "reader_options": questionnaire().reader_options()}
        return Account("main", settings, {"service_account": self.token}, server.base_url)

    def refuse(self, server: Any) -> None:
        server.token = "another"

    def restate(self, server: Any) -> str:
        item, score = self.other_answer(server.wave.people[1])
        server.edit(2, item, score, self.now + timedelta(hours=1))
        return self.scored(2, item, score)


class LimeSurveyCase(AnswersCase):
    source = "limesurvey"
    without: ClassVar = {
        "cursor": "the export comes whole in one answer, so there are no pages",
        "point": NO_ADDRESS,
        "unknown": "columns of an export are the survey's questions; one that is no item of ours is simply another question",
    }
    left_out: ClassVar = {
        "result.(base64).responses": "any question may be left without an answer or hidden by a condition",
    }
    password = "canary5f1c9lime"

    def play(self, records: int) -> LimeSurveyServer:
        return LimeSurveyServer(self.wave(records), self.password)

    def account(self, server: Any) -> Account:
        settings = {"url": server.base_url, "user": "kehila", "survey_id": SURVEY, "wave": "autumn"}
        settings["reader_options"] = questionnaire().reader_options()
        return Account("main", settings, {"password": self.password}, server.base_url)

    def refuse(self, server: Any) -> None:
        server.password = "another"

    def restate(self, server: Any) -> str:
        first, *rest = server.wave.people
        item, score = self.other_answer(first)
        told = dataclasses.replace(first, answers={**first.answers, item: score})
        server.wave = dataclasses.replace(server.wave, people=(told, *rest))
        return self.scored(1, item, score)


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
        played.add(Hit(day, told, 900, 9000, "page_view", f"/services/{n}", 5, HOME) for n in range(records))
        return RestServer(played)

    def account(self, server: Any) -> Account:
        settings = {
            "property": "123456", "space": "site", "key_events": {"pay": "payment"}, "transport": "rest",
            "page_rules": {"/services/": "service"}, "page_size": self.page,
        }  # fmt: skip
        return Account("main", settings, {"credentials": self.secret}, server.base_url)

    def move(self, server: Any, now: datetime) -> None:
        server._played.now = now

    def records(self, rows: list[dict[str, Any]]) -> int:
        return sum(row["paths"] for row in rows)

    def refuse(self, server: Any) -> None:
        server._played.is_viewer = False

    def restate(self, server: Any) -> str:
        day = date(2026, 10, 30)
        server._played.add([Hit(day, self.now + MINUTE, 901, 9001, "page_view", "/services/late", 5, HOME)])
        return rf"'metric': 'views_service', 'period': 'month', .*2026, 10, 1\), 'amount': {SOME + 1}.0"


class SiteCase(Case):
    source = "site"
    counted = "site_page"
    now = datetime(2026, 5, 1, 9, tzinfo=UTC)
    left_out: ClassVar = dict.fromkeys(
        (f"{{{SITEMAP}}}sitemap", f"{{{SITEMAP}}}url", "item", "channel"),
        "a sitemap or feed announces no number of its entries",
    )
    remembers = "a site tells of the present only; what earlier readings saw of a page stays known"
    without: ClassVar = {
        "refuse": "a public site is read without a key or a login",
        "cursor": "a sitemap is no list with a cursor; an index naming itself is asked in the test of repeated pages",
        "unknown": "sitemaps and feeds are extensible by their own standards; foreign elements are no drift",
    }

    def play(self, records: int) -> SiteServer:
        pages = [SitePage(f"/services/{n}", date(2026, 4, 1), is_news=n < 3) for n in range(records)]
        return SiteServer(pages, now=self.now)

    def account(self, server: Any) -> Account:
        settings = {"site": server.base_url, "space": "site", "feeds": ["rss.xml", "atom.xml"]}
        return Account("main", {**settings, "page_rules": {"/services/": "service"}}, {}, server.base_url)

    def records(self, rows: list[dict[str, Any]]) -> int:
        return sum(row["listed_in"] == "sitemap" for row in rows)

    def restate(self, server: Any) -> str:
        server.pages[0] = dataclasses.replace(server.pages[0], published=date(2026, 3, 25))
        return r"'published_day': datetime.date\(2026, 3, 25\)"

    def point(self, url: str) -> list[Callable[[Call, Answer], Answer]]:
        def alter(call: Call, answer: Answer) -> Answer:
            if b"<sitemapindex" not in answer.body:
                return answer
            start, end = answer.body.index(b"<loc>") + 5, answer.body.index(b"</loc>")
            hostile = url.replace("&", "&amp;").encode()
            return dataclasses.replace(answer, body=answer.body[:start] + hostile + answer.body[end:])

        return [alter]


CASES: dict[str, type[Case]] = {
    case.source: case
    for case in (
        BrevoCase, FacebookCase, Ga4Case, GoogleFormsCase, LimeSurveyCase, MailchimpCase, SiteCase, WhatsAppCase, ZoomCase,
    )
}  # fmt: skip

"""One adaptor a source: its stand-in with data, and how to make it difficult (the larger ones in `platforms`)."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any, ClassVar

from collectors.service import Account
from simulator.model import Respondent, Wave
from simulator.services.brevo import BrevoServer
from simulator.services.google_forms import GoogleFormsServer
from simulator.services.limesurvey import SURVEY, LimeSurveyServer
from simulator.services.mailchimp import MailchimpServer
from simulator.services.newsletter import Campaign, Clicked, Left, Member, Newsletter, Opened
from simulator.services.server import Answer, Call
from simulator.services.site import SITEMAP, SitePage, SiteServer
from tests.accounts import account_of
from tests.contract.behaviour.case import A_DAY, Case
from tests.contract.behaviour.platforms import (
    BY_CURSOR,
    BY_OFFSET,
    MINUTE,
    NO_ADDRESS,
    FacebookCase,
    Ga4Case,
    WhatsAppCase,
    ZoomCase,
    spread,
)  # fmt: skip
from transforms.questionnaire import questionnaire


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
        return account_of("brevo", "main", {"list": server.list_id, "space": "mail"}, {"key": self.key}, server.api_url)

    def lose(self, server: Any) -> None:
        server.life.campaigns.remove(min(server.life.campaigns, key=lambda one: one.sent_at))


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
        return account_of(
            "mailchimp", "main", {"list": server.list_id, "space": "mail"}, {"key": self.key}, server.api_url
        )

    def lose(self, server: Any) -> None:
        server.life.campaigns[0].clicked.pop(0)

    def records(self, rows: list[dict[str, Any]]) -> int:
        return sum(row["person"] is not None for row in rows)


class AnswersCase(Case):
    """Surveys: a wave of so many respondents."""

    counted = "survey_answer"
    now = datetime(2026, 10, 20, 20, tzinfo=UTC)

    def wave(self, count: int) -> Wave:
        """Respondents with every item answered, by none of them with 5."""
        items = [item.id for item in questionnaire().items_for("residents")]
        people = (
            Respondent({item: (n * 3 + at) % 4 + 1 for at, item in enumerate(items)}, {"language": "he"}, 60)
            for n in range(count)
        )
        return Wave("autumn", "residents", date(2026, 10, 20), "opt_in", "csv-bom", tuple(people))

    def move(self, server: Any, now: datetime) -> None:
        """It shows every answer there is; there is no clock."""

    def records(self, rows: list[dict[str, Any]]) -> int:
        return len({row["respondent"] for row in rows})

    def other_answer(self, person: Respondent) -> tuple[str, int]:
        """An item and an answer to it that nobody gave."""
        return next(iter(person.answers)), 5

    def scored(self, item: str, answer: int) -> str:
        """The pattern of that answer as a fact."""
        score = 6 - answer if questionnaire().meanings()[item].reverse else answer
        return rf"'item': '{item}', .*'score': {score},"


class GoogleFormsCase(AnswersCase):
    source = "google_forms"
    sized = "collectors.google_forms.source.PAGE_SIZE"
    cursor = ("nextPageToken",)
    without: ClassVar = {"point": NO_ADDRESS, "lose": BY_CURSOR}
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
        settings = {"form_id": "form-1", "wave": "autumn"}
        return account_of(
            "google_forms",
            "main",
            settings,
            {"service_account": self.token},
            server.base_url,
            reader_options=questionnaire().reader_options(),
        )

    def refuse(self, server: Any) -> None:
        server.token = "another"

    def restate(self, server: Any) -> str:
        item, score = self.other_answer(server.wave.people[1])
        server.edit(2, item, score, self.now + timedelta(hours=1))
        return self.scored(item, score)


class LimeSurveyCase(AnswersCase):
    source = "limesurvey"
    without: ClassVar = {
        "cursor": "the export comes whole in one answer, so there are no pages",
        "lose": "the export comes whole in one answer, so there are no pages",
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
        return account_of(
            "limesurvey",
            "main",
            settings,
            {"password": self.password},
            server.base_url,
            reader_options=questionnaire().reader_options(),
        )

    def refuse(self, server: Any) -> None:
        server.password = "another"

    def restate(self, server: Any) -> str:
        first, *rest = server.wave.people
        item, score = self.other_answer(first)
        told = dataclasses.replace(first, answers={**first.answers, item: score})
        server.wave = dataclasses.replace(server.wave, people=(told, *rest))
        return self.scored(item, score)


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
        "lose": "a sitemap comes whole in one answer, so there are no pages",
        "cursor": "a sitemap is no list with a cursor; an index naming itself is asked in the test of repeated pages",
        "unknown": "sitemaps and feeds are extensible by their own standards; foreign elements are no drift",
    }

    def play(self, records: int) -> SiteServer:
        pages = [SitePage(f"/services/{n}", date(2026, 4, 1), is_news=n < 3) for n in range(records)]
        return SiteServer(pages, now=self.now)

    def account(self, server: Any) -> Account:
        settings = {"site": server.base_url, "space": "site", "feeds": ["rss.xml", "atom.xml"]}
        return account_of("site", "main", {**settings, "page_rules": {"/services/": "service"}}, {}, server.base_url)

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

"""A town whose every service is played on this machine: what the stand-ins hold, and where each is reached.

Every name, number, address, text and secret in it is a canary: what must never leave the collectors.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from simulator.model import Respondent, Wave
from simulator.services.brevo import BrevoServer
from simulator.services.facebook import Comment, FacebookGraph, Metric, Post
from simulator.services.ga4 import Property, RestServer, life
from simulator.services.ga4_hits import HOME, Hit
from simulator.services.google_forms import GoogleFormsServer
from simulator.services.limesurvey import SURVEY, LimeSurveyServer
from simulator.services.mailchimp import MailchimpServer
from simulator.services.newsletter import Campaign, Clicked, Left, Member, Newsletter, Opened
from simulator.services.server import Server
from simulator.services.site import SitePage, SiteServer
from simulator.services.whatsapp_cloud import BUSINESS, Line, LineDay, TemplateDay, WhatsAppCloudServer
from simulator.services.zoom import FakeZoom
from simulator.services.zoom_state import Elsewhere, Held, Person, Registrant, Stay
from transforms.questionnaire import questionnaire

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
MONTH = "2026-10"
POSTS = 104  # more than one page of Graph's

VISITOR, COMMENTER, GUEST, REGISTERED = "כנרויה מבקרת", "כנרעל מגיב", "כנרגסט אורחת", "כנרשום נרשם"
POST_TEXT, COMMENT_TEXT, CHAT_TEXT = "כנרפוסט על גן", "כנרתגובה למה?", "כנרצאט בפגישה"
MAIL, HOST_MAIL, HOST_NAME = "canarymail", "canaryhost@town.example", "כנרמארח עובדת"
LEFT_WHY, PATH_NAME, CAMPAIGN = "כנרעזב כי", "canarypath", "canarycampaign"
STORY, LINE = "private words of", "+972 3-777-0199"
TEXTS = [VISITOR, COMMENTER, GUEST, REGISTERED, POST_TEXT, COMMENT_TEXT, CHAT_TEXT, MAIL, HOST_MAIL, HOST_NAME,
         LEFT_WHY, PATH_NAME, CAMPAIGN, STORY, "97237770199", "7770199"]  # fmt: skip
SECRETS = {
    "facebook.token": "EAAcanaryfacebooktoken77", "facebook.app_secret": "canaryappsecret5f",
    "mailchimp.key": "canarymailchimpkey00-us21", "brevo.key": "xkeysib-canarybrevokey",
    "zoom.client_id": "canaryzoomclient", "zoom.client_secret": "canaryzoomsecret", "zoom.account": "canaryzoomaccount",
    "whatsapp_cloud.token": "canarycloudtoken55", "google_forms.service_account": "canaryformstoken66",
    "limesurvey.password": "canarylimepassword", "ga4.credentials": "canarygooglekey",
}  # fmt: skip


def at(month: int, day: int, hour: int = 9) -> datetime:
    """An instant of the town's year."""
    return datetime(2026, month, day, hour, tzinfo=UTC)


def graph() -> FacebookGraph:
    """A page with two pages of posts, of residents too, comments and insights."""
    made = FacebookGraph(token=SECRETS["facebook.token"], now=NOW)
    made.app_secret = SECRETS["facebook.app_secret"]
    for n in range(POSTS):
        made.posts.append(
            Post(
                f"10001_{n}",
                at(10, 1) + timedelta(hours=5 * n),
                f"{POST_TEXT} {n}",
                reactions={date(2026, 10, 30): n % 4},
            )
        )
    for n in range(3):
        made.posts.append(Post(f"10001_v{n}", at(10, 5 + n), f"{POST_TEXT} v{n}", f"77{n}", f"{VISITOR} {n}"))
    for n in range(12):
        made.comments.append(
            Comment(
                f"c{n}",
                f"10001_{n % 3}",
                at(10, 12, n),
                f"{COMMENT_TEXT} {n}",
                f"88{n % 5}" if n % 4 else None,
                f"{COMMENTER} {n % 5}",
                parent=f"c{n - 3}" if n > 6 else None,
            )
        )
    days = [date(2026, 9, 20) + timedelta(days=n) for n in range(62)]
    made.followers = {day: 800 + n for n, day in enumerate(days)}
    names = ("page_post_engagements", "page_media_view")
    made.metrics = {name: Metric(name, {day: 10 + n for n, day in enumerate(days)}) for name in names}
    return made


def letters(identifier: str) -> Newsletter:
    """Forty members and three campaigns; `identifier` begins the campaigns' names."""
    members = [f"{MAIL}{n}@home.example" for n in range(40)]
    made = Newsletter(now=NOW, members=[Member(one, at(8, 1)) for one in members])
    for number in range(3):
        sent = at(10, 4 + 7 * number)
        late = sent + timedelta(hours=3)
        made.campaigns.append(
            Campaign(
                f"{identifier}{number}",
                sent,
                tuple(members),
                hard_bounces=frozenset(members[38:]),
                opened=[Opened(one, late, is_machine=n % 5 == 0) for n, one in enumerate(members[:20])],
                clicked=[
                    Clicked(one, late, f"https://town.example/events?who={PATH_NAME}&mail={one}")
                    for one in members[: 6 + number]
                ],
                left=[Left(members[30 + number], late, f"{LEFT_WHY} {number}")],
            )
        )
    return made


def zoom() -> FakeZoom:
    """Three public meetings: guests, registrants, polls, questions, a chat; and one of somebody else's account."""
    made = FakeZoom(NOW)
    for name in ("client_id", "client_secret", "account"):
        setattr(made.secrets, name, SECRETS[f"zoom.{name}"])
    clerk = Person(HOST_NAME, HOST_MAIL, account="acc-clerk")
    made.users, made.tracking_fields = [clerk], ["Purpose"]
    for number in range(3):
        start = at(10, 6 + 7 * number, 16)
        end = start + timedelta(minutes=60)
        registered = [Person(f"{REGISTERED} {n}", f"{MAIL}r{n}@home.example", registrant=f"reg{n}") for n in range(4)]
        guests = [Person(f"{GUEST} {n}") for n in range(5)]
        people = [*registered, *guests, clerk]
        made.held.append(
            Held(
                900 + number,
                f"uuid{number}==",
                HOST_MAIL,
                start,
                end,
                tuple(Stay(one, start + timedelta(minutes=1), end) for one in people),
                tracking={"Purpose": "Public"},
                registrants=tuple(Registrant(p.registrant, p.email, {"why": CHAT_TEXT}) for p in registered),
                voters=tuple(people[:3]),
                askers=tuple(people[3:5]),
                chat=((guests[0], 65, f"{CHAT_TEXT}?"), (registered[0], 70, CHAT_TEXT)),
            )
        )
    made.elsewhere = [Elsewhere("x==", HOST_MAIL, at(10, 9), at(10, 9, 10), at(10, 9), at(10, 9, 10), GUEST, GUEST)]
    return made


def wave() -> Wave:
    """Answers to the municipal questionnaire."""
    items = [item.id for item in questionnaire().items_for("residents")]
    people = [Respondent({item: (n + k) % 5 + 1 for k, item in enumerate(items)}, {}, 60 + n) for n in range(30)]
    return Wave("autumn", "residents", date(2026, 10, 20), "opt_in", "csv-bom", tuple(people))


def visits() -> Property:
    """A property in whose paths and campaigns people have written names."""
    made = Property(now=NOW)
    made.add(life(date(2026, 10, 1), 31))
    made.add(
        Hit(date(2026, 10, 8), at(10, 8), 900 + n, 9000 + n, f"{CAMPAIGN}_event", f"/contact/{PATH_NAME}{n}",
            campaign=f"{CAMPAIGN}{n}") for n in range(12)
    )  # fmt: skip
    return made


@dataclass
class Played:
    """The running stand-ins, by the source that reads each."""

    graph: FacebookGraph
    mailchimp: MailchimpServer
    brevo: BrevoServer
    zoom: FakeZoom
    cloud: WhatsAppCloudServer
    forms: GoogleFormsServer
    lime: LimeSurveyServer
    site: SiteServer
    visits: Property
    ga4: RestServer = field(init=False)

    def __post_init__(self) -> None:
        self.ga4 = RestServer(self.visits)

    def servers(self) -> dict[str, Server]:
        """Source name -> its stand-in."""
        return {
            "brevo": self.brevo, "facebook": self.graph, "ga4": self.ga4, "google_forms": self.forms,
            "limesurvey": self.lime, "mailchimp": self.mailchimp, "site": self.site, "whatsapp_cloud": self.cloud,
            "zoom": self.zoom,
        }  # fmt: skip

    def sections(self) -> dict[str, dict[str, Any]]:
        """Source name -> the plain settings of its one account, as they stand in kehila.toml."""
        lime = f"{self.lime.base_url}/index.php/admin/remotecontrol"
        return {
            "brevo": {"list": "7", "space": "letters", "base_url": self.brevo.api_url},
            "facebook": {
                "page": "10001", "space": "page", "base_url": self.graph.base_url, "process_words": ["גן"],
                "metrics": list(self.graph.metrics),
            },
            "ga4": {
                "property": "123456", "space": "site", "transport": "rest", "base_url": self.ga4.base_url,
                "resident_city_ids": [HOME], "page_rules": {"/contact": "contact", "/services/": "service"},
                "key_events": {"pay": "payment", "enrol": "registration"}, "newsletter_mediums": ["email"],
            },
            "google_forms": {"form_id": "form-1", "base_url": self.forms.base_url, "wave": "autumn"},
            "limesurvey": {
                "url": lime, "base_url": self.lime.base_url, "user": "kehila", "survey_id": SURVEY, "wave": "winter",
            },
            "mailchimp": {"list": "a1b2c3d4e5", "space": "mail", "base_url": self.mailchimp.api_url},
            "site": {
                "site": "https://www.town.example", "space": "site", "base_url": self.site.base_url,
                "feeds": ["rss.xml", "atom.xml"], "page_rules": {"/services/": "service"},
            },
            "whatsapp_cloud": {"business_account": BUSINESS, "base_url": self.cloud.base_url},
            "zoom": {
                "space": "hall", "base_url": self.zoom.base_url, "kind_field": "Purpose",
                "kinds": {"public": "participation"},
            },
        }  # fmt: skip


@contextmanager
def played() -> Iterator[Played]:
    """Every stand-in, running."""
    line = Line("1906385232743451", LINE)
    days = [LineDay(line.digits, date(2026, 10, 1) + timedelta(days=n), 50 + n, 48 + n, n, n, n, n) for n in range(31)]
    pages = [SitePage(f"/services/{PATH_NAME}{n}", date(2026, 10, 1 + n), is_news=n % 2 == 0) for n in range(6)]
    made = Played(
        graph(),
        MailchimpServer(letters("c0ffee"), key=SECRETS["mailchimp.key"]),
        BrevoServer(letters("70"), key=SECRETS["brevo.key"], budget=10_000),
        zoom(),
        WhatsAppCloudServer(
            SECRETS["whatsapp_cloud.token"], [line], days, [TemplateDay("901", date(2026, 10, 2), 5, 4)]
        ),
        GoogleFormsServer(wave(), SECRETS["google_forms.service_account"]),
        LimeSurveyServer(wave(), SECRETS["limesurvey.password"]),
        SiteServer(pages, now=NOW, host="https://www.town.example"),
        visits(),
    )
    with ExitStack() as running:
        for server in made.servers().values():
            running.enter_context(server)
        yield made

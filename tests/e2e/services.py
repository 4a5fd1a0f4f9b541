"""A town whose every service is played on this machine, and the command line pointed at them.

Every name, number, address, text and secret in it is a canary: what must never leave the collectors.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine

from collectors.facebook.session import FacebookSession
from collectors.ga4.session import Session as GoogleSession
from collectors.http import HttpSession
from collectors.zoom.source import Zoom
from flows import collect as collecting
from flows.config import load
from flows.landed import landed_tables
from flows.refresh import staging_modules
from flows.town_store import open_store
from simulator.model import Respondent, Wave
from simulator.services.brevo import BrevoServer
from simulator.services.facebook import Comment, FacebookGraph, Metric, Post
from simulator.services.ga4 import HOME, Hit, Property, RestServer, life
from simulator.services.google_forms import GoogleFormsServer
from simulator.services.limesurvey import SURVEY, LimeSurveyServer
from simulator.services.mailchimp import MailchimpServer
from simulator.services.newsletter import Campaign, Clicked, Left, Member, Newsletter, Opened
from simulator.services.server import Answer, Call, Server
from simulator.services.site import SitePage, SiteServer
from simulator.services.whatsapp_cloud import BUSINESS, Line, LineDay, TemplateDay, WhatsAppCloudServer
from simulator.services.zoom import FakeZoom
from simulator.services.zoom_state import Elsewhere, Held, Person, Registrant, Stay
from tests.e2e.command_line import Ran, Run
from transforms.questionnaire import questionnaire
from transforms.staging import staff
from warehouse.keys import new_key_file

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
FIRST_READ = timedelta(days=100)
"""Longer than most streams look back, so that a second reading reaches no further than the first."""
MONTH = "2026-10"
PEOPLE = ("person", "author", "reply_to_author", "attendee", "clicker", "respondent_key")
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


KEY: dict[str, bytes] = {}
"""The key of every town of this process, so that the same place has the same name in all of them."""


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
                clicked=[Clicked(one, late, f"https://town.example/{PATH_NAME}") for one in members[: 6 + number]],
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


def toml(value: Any) -> str:
    """A plain setting as TOML."""
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f'"{name}" = {toml(one)}' for name, one in value.items()) + " }"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(toml, value)) + "]"
    return str(value) if isinstance(value, int) else f'"{value}"'


def write_town(folder: Path, playing: Played, only: tuple[str, ...] = (), **changed: Mapping[str, Any]) -> Path:
    """kehila.toml, the key and the secrets of a town that reads these stand-ins (or only some of them)."""
    (folder / "secrets").mkdir(parents=True)
    text = '[[authority]]\ncode = "T1"\nname_he = "עיר"\n'
    for source, settings in playing.sections().items():
        if only and source not in only:
            continue
        settings = {**settings, **changed.get(source, {})}
        names = [name for name in SECRETS if name.startswith(f"{source}.")]
        for name in names:
            (folder / "secrets" / name).write_text(SECRETS[name], encoding="utf-8")
        secrets = {name.partition(".")[2]: f"file:secrets/{name}" for name in names}
        lines = "".join(f"{name} = {toml(value)}\n" for name, value in settings.items())
        text += f"[source.{source}.town]\n{lines}" + (f"secrets = {toml(secrets)}\n" if secrets else "")
    (folder / "kehila.toml").write_text(text, encoding="utf-8")
    key = folder / "keys" / "root.key"
    new_key_file(key)
    key.write_bytes(KEY.setdefault("root", key.read_bytes()))
    return folder


@contextmanager
def without_waiting(patched: pytest.MonkeyPatch) -> Iterator[list[float]]:
    """The day is NOW, waits are written down instead of being waited, and a first read goes back two months."""
    waited: list[float] = []
    for maker in (HttpSession, FacebookSession, GoogleSession, Zoom):
        names = maker.__init__.__kwdefaults__ or {}
        if "sleep" in names:
            patched.setitem(names, "sleep", waited.append)
        else:
            *rest, _ = maker.__init__.__defaults__ or ()
            patched.setattr(maker.__init__, "__defaults__", (*rest, waited.append))
    patched.setattr(collecting, "FIRST_READ", FIRST_READ)
    with time_machine.travel(NOW, tick=False):
        yield waited


@dataclass
class Town:
    """A town's folder and the command line on it."""

    folder: Path
    run: Run
    waited: list[float]

    def kehila(self, *arguments: str) -> Ran:
        """A command, as on the day of NOW."""
        return self.run("--config", self.folder / "kehila.toml", "--today", f"{NOW:%Y-%m-%d}", *arguments)


Change = Callable[[Call, Any], Any]


def spoil(server: Server, change: Change) -> None:
    """Let `change` see each JSON answer of a stand-in on its way out, and give the body that goes out instead."""

    def altered(call: Call, answer: Answer) -> Answer:
        if not answer.body or not re.search("json|javascript", answer.content_type):
            return answer
        body = change(call, json.loads(answer.body))
        # Numbers that JSON has no word for go out as Python writes them.
        return replace(answer, body=json.dumps(body, ensure_ascii=False).encode())

    server.alter = altered


def streams(ran: Ran) -> dict[str, dict[str, Any]]:
    """`source.stream` -> what `kehila collect --json` says of it."""
    return {f"{one['source']}.{one['stream']}": one for one in json.loads(ran.out)["streams"]}


def rows(town: Town, query: str) -> list[tuple[Any, ...]]:
    """What the warehouse answers."""
    with closing(sqlite3.connect(town.folder / "warehouse.db")) as warehouse:
        return warehouse.execute(query).fetchall()


def values(town: Town) -> list[tuple[Any, ...]]:
    """Every cell of the warehouse with what it says of itself."""
    names = "indicator, month, space, part, cut, value, numerator, denominator, n, quality, status, reason"
    return rows(town, f"select {names} from indicator_value order by 1, 2, 3, 4, 5")


def marks(town: Town) -> dict[str, datetime]:
    """`source.account stream` -> up to when it is read."""
    told = rows(town, "select account, stream, reached_at from ledger_watermark")
    return {
        f"{account} {stream}": datetime.fromisoformat(reached).replace(tzinfo=UTC) for account, stream, reached in told
    }


def balanced(town: Town) -> bool:
    """In every run of the ledger, what was received was landed in its segments or put aside."""
    runs = rows(town, "select run, received, loaded, quarantined from ledger_run where kind = 'collect'")
    landed = dict(rows(town, "select run, sum(records) from ledger_segment where stream <> 'people' group by 1"))
    return bool(runs) and all(
        (received, loaded) == (loaded + aside, landed.get(run, 0)) for run, received, loaded, aside in runs
    )


class Trap(Server):
    """A server nobody has any business to call."""

    def missing(self, call: Call) -> Answer:
        """Everything is welcome here."""
        return Answer.json({})


def told_nothing(ran: Ran) -> bool:
    """No secret and no canary stands in what a command printed."""
    said = ran.out + ran.err
    return not any(canary in said for canary in (*SECRETS.values(), *TEXTS))


def facts(town: Town) -> dict[str, list[tuple[str, ...]]]:
    """Every fact as it stands when what landed is staged, people left out: their numbers tell the order they came in."""
    store = open_store(load(town.folder / "kehila.toml"), today=NOW.date())
    known = staff.town_from(landed_tables(store, staff.STREAMS), store.authority.code, store.authority.timezone)
    found: dict[str, list[tuple[str, ...]]] = {}
    for module in staging_modules():
        for fact, table in module.stage(landed_tables(store, module.STREAMS), known).items():
            names = [name for name in table.column_names if name not in PEOPLE and table.num_rows]
            lines = zip(*(table[name].to_pylist() for name in names), strict=True)
            found[f"{module.SOURCE} {fact}"] = sorted(tuple(map(str, line)) for line in lines)
    store.engine.dispose()
    return found

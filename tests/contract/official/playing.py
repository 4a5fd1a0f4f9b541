"""Each service as its specification plays it: the files, the account, and what the referee has to mend.

Zoom: its token comes from another host, its page token never ends, chat files lie outside the API. Mailchimp: Prism
knows no base path, and the number of items is a placeholder. Graph: its links lead to the true host. Brevo: the
transcription lacks parameters and a field of Brevo's own page.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import time_machine

from collectors.brevo.source import Brevo
from collectors.errors import CollectorError
from collectors.mailchimp.source import Mailchimp
from collectors.service import Account, PullReport, Source, Window
from collectors.whatsapp_cloud.source import WhatsAppCloud
from collectors.zoom.source import Zoom
from simulator.services.server import Answer, Call
from tests.accounts import account_of
from tests.contract.official.referee import Asked, Referee
from tests.contract.official.specification import Specification
from tests.contract.official.values import TEXTS, Walker

WINDOW = Window(datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 15, tzinfo=UTC))
"""What is read when values are drawn."""
NOW = WINDOW.until + timedelta(days=5)
GRAPH = frozenset({"fields", "limit", "after"})
"""Graph takes these on every edge; Meta's file writes them at some only."""
CHAT = "00:00:05\t Somebody:\twhen does it begin?\n00:00:09\t Another:\tnow\n"


@dataclass(frozen=True)
class Played:
    """A service: its files below contracts, its base path and account, how bodies are mended."""

    files: tuple[tuple[str, ...], ...]
    source: Callable[[datetime], Source]
    base_path: str
    settings: Mapping[str, Any]
    secrets: Mapping[str, str]
    mend: Callable[[Call, str, Any, str], Any]
    own_parameters: frozenset[str] = frozenset()
    own_base: str = ""  # what the account's base_url holds of the base path
    given: Mapping[str, Any] | None = None  # fields whose values are not drawn from their schema alone

    def specifications(self) -> list[Specification]:
        """Its files, read."""
        return [Specification.of(*parts, own_parameters=self.own_parameters) for parts in self.files]

    def referee(self, backs: list[tuple[Specification, Asked]], at: datetime | None = None) -> Referee:
        """A server before these backs. `at` is when all meetings and mailings of its answers begin, if given."""

        def mended(call: Call, path: str, body: Any) -> Any:
            return self.mend(call, path, moved(body, at) if at else body, referee.base_url)

        referee = Referee(self.base_path, backs, mended)
        referee.route("POST", "/oauth/token", token)
        referee.route("GET", "/chat/file.txt", lambda call: Answer(200, CHAT.encode(), content_type="text/plain"))
        return referee

    def account(self, referee: Referee) -> Account:
        """An account that calls the referee."""
        address = referee.base_url + self.own_base
        name = self.source(NOW).name
        return account_of(name, "town", self.settings, self.secrets, address, digest_key=b"k" * 32)

    def walker(self, specification: Specification, seed: int) -> Walker:
        """Draws its values within the window."""
        assert WINDOW.since is not None
        return Walker(specification, seed, WINDOW.since, WINDOW.until, self.given or {})


@dataclass
class Pull:
    """What came of one stream: rows by stream name, and what stopped it, if anything did."""

    rows: dict[str, list[dict[str, Any]]]
    report: PullReport
    problem: Exception | None = None


def pull(source: Source, account: Account, stream: Any, window: Window = WINDOW) -> Pull:
    """Read one stream at the instant NOW; only the errors collectors raise on purpose are taken for an outcome."""
    report = PullReport()
    done = Pull({}, report)
    try:
        with time_machine.travel(NOW):
            for page in stream().pages(impatient(source.open(account, report)), window):
                assert page.rows.schema == page.stream.schema
                done.rows.setdefault(page.stream.name, []).extend(page.rows.to_pylist())
    except CollectorError as problem:
        done.problem = problem
    return done


def impatient(session: Any) -> Any:
    """The session, with waits that are not waited."""
    line = getattr(session, "wire", session)
    line._sleep = lambda seconds: None
    return session


def moved(body: Any, at: datetime) -> Any:
    """A body whose legible beginnings lie at an instant: the examples of one file lie years apart."""
    if isinstance(body, list):
        return [moved(one, at) for one in body]
    if not isinstance(body, dict):
        return body
    found = {name: moved(value, at) for name, value in body.items()}
    for name in {"start_time", "send_time", "sentDate"} & set(found):
        with suppress(ValueError):
            datetime.fromisoformat(str(found[name]))
            found[name] = at.strftime("%Y-%m-%dT%H:%M:%SZ")
    return found


def token(call: Call) -> Answer:
    """Zoom's other host, which gives tokens."""
    answer = {"access_token": "token", "token_type": "bearer", "expires_in": 3599, "scope": "meeting:read:admin"}
    return Answer.json(answer)


def _zoom(call: Call, path: str, body: Any, base_url: str) -> Any:
    lists = [value for name, value in body.items() if isinstance(value, list)]
    if "next_page_token" in body:
        is_first = "next_page_token" not in call.params and any(lists)
        body["next_page_token"] = (body["next_page_token"] or "next") if is_first else ""
    for one in body.get("recording_files") or ():
        if isinstance(one, dict) and "download_url" in one:
            one["download_url"] = f"{base_url}/chat/file.txt"
    return body


def _mailchimp(call: Call, path: str, body: Any, base_url: str) -> Any:
    if "total_items" in body:
        lists = [value for name, value in body.items() if isinstance(value, list) and name != "_links"]
        body["total_items"] = len(lists[0]) if lists else 0
    return body


def _graph(call: Call, path: str, body: Any, base_url: str) -> Any:
    paging = body.get("paging")
    if isinstance(paging, dict) and "next" in paging:
        paging["next"] = f"{base_url}{call.path}"
        if "after" in call.params or not body.get("data"):
            del paging["next"]
        else:
            paging["cursors"] = {"after": "next"}
    return body


def _brevo(call: Call, path: str, body: Any, base_url: str) -> Any:
    if "campaigns" in body or "count" in body:
        body["count"] = len(body.get("campaigns") or ())
    for one in body.get("campaigns") or ():
        one.setdefault("sentDate", "2026-03-05T10:00:00.000Z")  # a sent campaign has it; the transcription forgot it
    return body


def _mostly_instant(walker: Walker) -> Any:
    return walker.instant() if walker.chance.random() < 0.9 else walker.chance.choice(TEXTS)


def _month(walker: Walker) -> Any:
    return walker.chance.choice(["2026-01", "2026-02", "2026-03", "2025-12", "", "string"])


def _number(walker: Walker) -> int:
    return walker.chance.randint(1, 10**6)


def _identifier(walker: Walker) -> str:
    return "".join(walker.chance.choices("abcdef0123456789", k=10))


def _uuid(walker: Walker) -> str:
    return walker.chance.choice(["/", "", "a//", "+"]) + _identifier(walker) + "=="


_INSTANTS = ("start_time", "end_time", "join_time", "leave_time", "send_time", "recording_start", "sentDate")

ZOOM = Played(
    files=(
        ("zoom", "zoom-meetings-api.trimmed.openapi.json"),
        ("zoom", "zoom-users-api.trimmed.openapi.json"),
    ),
    source=lambda now: Zoom(clock=lambda: now, sleep=lambda seconds: None),
    base_path="/v2",
    settings={"space": "hall", "kind_field": "Meeting purpose.", "kinds": {"Support": "community"}},
    secrets={"client_id": "c", "client_secret": "s", "account": "a"},
    mend=_zoom,
    given={**dict.fromkeys(_INSTANTS, _mostly_instant), "meeting_uuid": _uuid, "uuid": _uuid, "meeting_id": _number},
)
MAILCHIMP = Played(
    files=(("mailchimp", "mailchimp-marketing.trimmed.swagger2.json"),),
    source=lambda now: Mailchimp(),
    base_path="/3.0",
    settings={"list": "a36b032126", "space": "mail"},
    secrets={"key": "abc-us3"},
    mend=_mailchimp,
    own_base="/3.0",
    given={**dict.fromkeys(_INSTANTS, _mostly_instant), "month": _month, "id": _identifier},
)
WHATSAPP = Played(
    files=(("whatsapp", "business-messaging-api_v23.0.openapi.json"),),
    source=lambda now: WhatsAppCloud(),
    base_path="",
    settings={"business_account": "102290129340398"},
    secrets={"token": "token"},
    mend=_graph,
    own_parameters=GRAPH,
)
BREVO = Played(
    files=(
        ("brevo", "brevo-contact-lists-api-openapi.yml"),
        ("brevo", "brevo-email-campaigns-api-openapi.yml"),
    ),
    source=lambda now: Brevo(),
    base_path="",
    settings={"list": "5", "space": "mail"},
    secrets={"key": "key"},
    mend=_brevo,
    own_parameters=frozenset({"sort", "excludeHtmlContent", "startDate", "endDate"}),  # Brevo's own page has them
    given={**dict.fromkeys(_INSTANTS, _mostly_instant), "lists": [5]},
)
SERVICES = {"zoom": ZOOM, "mailchimp": MAILCHIMP, "whatsapp_cloud": WHATSAPP, "brevo": BREVO}

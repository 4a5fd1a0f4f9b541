"""The WhatsApp Business Platform played: numbers, analytics as fields of an account, and webhook bodies.

Belongs here: the wire, with its limits (ninety days and ten templates a call, a token in the header only).
Does not: conversations; `Written` records are what was written, in order.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from simulator.services.server import Answer, Call, Server

BUSINESS = "102290129340398"
_PART = re.compile(r"\.(\w+)\(([^()]*)\)")
_GRANULARITY = {"analytics": "DAY"}


@dataclass(frozen=True)
class Line:
    """A telephone number of the town on the platform."""

    identifier: str
    shown: str  # as the platform prints it: +972 3-555-0100
    quality: str = "GREEN"

    @property
    def digits(self) -> str:
        """The number as analytics call it."""
        return "".join(c for c in self.shown if c.isdigit())


@dataclass(frozen=True)
class LineDay:
    """What the platform counted for a line on a day."""

    line: str  # digits
    day: date
    sent: int
    delivered: int
    user_initiated: int = 0
    business_initiated: int = 0
    service: int = 0
    marketing: int = 0


@dataclass(frozen=True)
class TemplateDay:
    """What the platform counted for a template on a day."""

    template: str
    day: date
    sent: int
    read: int
    clicked: int = 0


@dataclass(frozen=True)
class Written:
    """A message between a resident and a line. An answer sent through the platform is told by statuses only."""

    identifier: str
    line: Line
    at: datetime
    resident: int
    text: str = ""
    is_out: bool = False
    quotes: str = ""
    shows_number: bool = True
    shows_account: bool = True
    category: str = "service"

    @property
    def number(self) -> str:
        """The resident's telephone number."""
        return f"9725550{self.resident:05d}"

    @property
    def account(self) -> str:
        """The resident's account with this business."""
        return f"IL.{self.resident:020d}"


class WhatsAppCloudServer(Server):
    """One business account."""

    def __init__(
        self,
        token: str,
        lines: Iterable[Line],
        days: Iterable[LineDay] = (),
        templates: Iterable[TemplateDay] = (),
        *,
        page: int = 100,
    ) -> None:
        super().__init__()
        self.token, self.lines, self.days, self.templates, self.page = (
            token,
            list(lines),
            list(days),
            list(templates),
            page,
        )
        self.apps = ["kehila"]
        self.withdrawn: set[str] = set()  # edges the platform no longer has
        self.route("GET", "/v26.0/{node}", self._node)
        self.route("GET", "/v26.0/{node}/{edge}", self._edge)

    def truth(self) -> dict[tuple[str, date, str], float]:
        """(digits of the line, or the business account for templates; day; our name of the number) -> the number."""
        found: dict[tuple[str, date, str], float] = {}
        for one in self.days:
            names = {
                "messages_sent": one.sent,
                "messages_delivered": one.delivered,
                "conversations_user_initiated": one.user_initiated,
                "conversations_business_initiated": one.business_initiated,
                "messages_service": one.service,
                "messages_marketing": one.marketing,
            }
            found |= {(one.line, one.day, name): float(amount) for name, amount in names.items()}
        for template in self.templates:
            for name, amount in (("sent", template.sent), ("read", template.read), ("clicked", template.clicked)):
                key = (BUSINESS, template.day, f"templates_{name}")
                found[key] = found.get(key, 0.0) + amount
        return found

    def before(self, call: Call) -> Answer | None:
        """The token belongs in the header."""
        if "access_token" in call.params or call.headers.get("authorization") != f"Bearer {self.token}":
            return refusal(190, 401, "Invalid OAuth access token")
        return None

    def missing(self, call: Call) -> Answer:
        """A path the platform does not have."""
        return refusal(2500, 400, "Unknown path components")

    def _edge(self, call: Call, node: str, edge: str) -> Answer:
        lists: dict[str, list[dict[str, Any]]] = {
            "phone_numbers": [
                {"id": one.identifier, "display_phone_number": one.shown, "quality_rating": one.quality,
                 "status": "CONNECTED"}
                for one in self.lines
            ],
            "message_templates": [{"id": name} for name in sorted({one.template for one in self.templates})],
            "subscribed_apps": [{"whatsapp_business_api_data": {"name": name}} for name in self.apps],
        }  # fmt: skip
        if node != BUSINESS or edge not in lists:
            return refusal(803, 404, "Some of the aliases you requested do not exist")
        after = call.params.get("after") or "0"
        if not after.isdigit():
            return refusal(100, 400, "(#100) Invalid cursor")
        start = int(after)
        shown = lists[edge][start : start + self.page]
        body: dict[str, Any] = {"data": shown, "paging": {"cursors": {"after": str(start + len(shown))}}}
        if start + self.page < len(lists[edge]):
            body["paging"]["next"] = f"{self.base_url}{call.path}?after={start + self.page}"
        return Answer.json(body)

    def _node(self, call: Call, node: str) -> Answer:
        if node != BUSINESS:
            return refusal(803, 404, "Some of the aliases you requested do not exist")
        asked = call.params.get("fields", "id")
        name = asked.split(".", 1)[0]
        if name == "id":
            return Answer.json({"id": BUSINESS})
        told = {key: [v.strip(' "') for v in value.strip("[]").split(",")] for key, value in _PART.findall(asked)}
        reader = {"template_analytics": self._templates}.get(name, self._numbers)
        since, until = (datetime.fromtimestamp(int(told[key][0]), UTC) for key in ("start", "end"))
        is_wrong = told["granularity"] != [_GRANULARITY.get(name, "DAILY")] or until - since > timedelta(
            days=90, hours=1
        )
        if name in self.withdrawn or is_wrong or len(told.get("template_ids", ())) > 10:
            return refusal(100, 400, f"(#100) Invalid parameter {name}")
        points = [point for at, point in reader(name, told) if since <= at < until]
        if name == "analytics":
            return Answer.json({name: {"granularity": "DAY", "data_points": points}, "id": BUSINESS})
        return Answer.json({name: {"data": [{"data_points": points}]}, "id": BUSINESS})

    def _numbers(self, name: str, told: Mapping[str, list[str]]) -> Iterator[tuple[datetime, dict[str, Any]]]:
        for one in self.days:
            if one.line not in told["phone_numbers"]:
                continue
            at, bounds = _bounds(one.day)
            if name == "analytics":
                yield at, {**bounds, "sent": one.sent, "delivered": one.delivered}
            elif name == "conversation_analytics":
                yield at, {**bounds, "conversation": one.user_initiated, "conversation_direction": "USER_INITIATED"}
                yield (
                    at,
                    {**bounds, "conversation": one.business_initiated, "conversation_direction": "BUSINESS_INITIATED"},
                )
            else:
                yield at, {**bounds, "volume": one.service, "pricing_category": "SERVICE"}
                yield at, {**bounds, "volume": one.marketing, "pricing_category": "MARKETING"}

    def _templates(self, name: str, told: Mapping[str, list[str]]) -> Iterator[tuple[datetime, dict[str, Any]]]:
        for one in self.templates:
            if one.template in told["template_ids"]:
                at, bounds = _bounds(one.day)
                clicked = [{"type": "url_button", "button_content": "Open", "count": one.clicked}]
                yield (
                    at,
                    {**bounds, "template_id": one.template, "sent": one.sent, "read": one.read, "clicked": clicked},
                )


def webhook(one: Written) -> dict[str, Any]:
    """The body that tells of a message: itself when a resident wrote, a status when the number did."""
    contact: dict[str, Any] = {"profile": {"name": f"Resident {one.resident}", "username": f"user{one.resident}"}}
    if one.shows_number:
        contact["wa_id"] = one.number
    if one.shows_account:
        contact["user_id"] = one.account
    stamp = str(int(one.at.timestamp()))
    value: dict[str, Any] = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": one.line.digits, "phone_number_id": one.line.identifier},
        "contacts": [contact],
    }
    if one.is_out:
        status: dict[str, Any] = {"id": one.identifier, "status": "delivered", "timestamp": stamp}
        status |= {"recipient_id": one.number} if one.shows_number else {}
        status |= {"recipient_user_id": one.account} if one.shows_account else {}
        value["statuses"] = [
            {**status, "pricing": {"billable": False, "pricing_model": "PMP", "category": one.category}}
        ]
    else:
        message: dict[str, Any] = {"id": one.identifier, "timestamp": stamp, "type": "text", "text": {"body": one.text}}
        message |= {"from": one.number} if one.shows_number else {}
        message |= {"from_user_id": one.account} if one.shows_account else {}
        message |= {"context": {"from": one.line.digits, "id": one.quotes}} if one.quotes else {}
        value["messages"] = [message]
    change = {"field": "messages", "value": value}
    return {"object": "whatsapp_business_account", "entry": [{"id": BUSINESS, "changes": [change]}]}


def refusal(code: int, status: int, words: str) -> Answer:
    """An error as the Graph API writes it."""
    error = {"message": words, "type": "OAuthException", "code": code, "fbtrace_id": "A1"}
    return Answer.json({"error": error}, status)


def _bounds(day: date) -> tuple[datetime, dict[str, int]]:
    at = datetime.combine(day, time(), UTC)
    return at, {"start": int(at.timestamp()), "end": int((at + timedelta(days=1)).timestamp())}

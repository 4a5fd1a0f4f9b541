"""One thing of a service made unreadable: which there are, how a service refuses them, and what a town makes of it."""

from __future__ import annotations

import base64
import json
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import unquote

from collectors.whatsapp_cloud.registry import registry
from simulator.services.limesurvey import SURVEY
from simulator.services.server import Answer, Call, Server
from tests.e2e.services import Town, facts, rows, streams

Change = Callable[[Call, Answer], Answer]

ASKED = {
    "facebook": {"comments": "facebook_comment"},
    "zoom": {
        "participants": "zoom_connection", "polls": "zoom_act", "qa": "zoom_act", "recordings": "zoom_chat_message",
        "registrants": "zoom_registrant", "report/users": "zoom_joined",
    },
    "ga4": {"month": "ga4_month", "page": "ga4_page"},
    "mailchimp": {
        "reports": "mailchimp_campaign", "click-details": "mailchimp_clicker mailchimp_link", "members": "mailchimp_clicker",
        "unsubscribed": "mailchimp_unsubscribe",
    },
    "google_forms": {"responses": "survey_answer"},
    "limesurvey": {"export_responses": "survey_answer"},
    "whatsapp_cloud": dict.fromkeys((*registry().edges, "template_analytics"), "whatsapp_cloud_metric"),
}  # fmt: skip
"""Service -> how its calls about one thing are told, and the streams that are made of them."""


RESPONSES = (1, 17, 30)
"""Numbers of the responses to a survey that are tried: the first, one within, the last."""


@dataclass(frozen=True)
class Poison:
    """A thing of a service, by the part of an address that is its own, and how it is refused.

    `thing` "" is all there are; `asked` "" is every question about one thing.
    """

    service: str
    asked: str
    thing: str
    way: str

    @property
    def streams(self) -> list[str]:
        questions = ASKED[self.service]
        return sorted({*" ".join(made for asked, made in questions.items() if self.asked in ("", asked)).split()})

    def hits(self, call: Call) -> bool:
        """Whether a call is about it."""
        kind = kind_of(self.service, call)
        return (
            bool(kind) and self.asked in ("", kind) and (not self.thing or self.thing in asked_of(self.service, call))
        )


def kind_of(service: str, call: Call) -> str:
    """Which of the service's questions about one thing it is; '' for any other."""
    steps = call.path.strip("/").split("/")
    if service == "ga4":
        names = {one["name"] for one in call.json().get("dimensions", ())}
        return "month" if not names else "page" if names == {"pagePath"} else ""
    if service == "zoom" and call.path.startswith("/v2/report/users/"):
        return "report/users"
    if service == "limesurvey":
        method = call.json()["method"]
        return method if method in ASKED[service] else ""
    if service == "whatsapp_cloud":
        name = call.params.get("fields", "").split(".")[0]
        return name if name in ASKED[service] else ""
    if service == "mailchimp" and len(steps) == 3 and steps[-2] == "reports":
        return "reports"
    return steps[-1] if steps[-1] in ASKED[service] else ""


def asked_of(service: str, call: Call) -> list[str]:
    """The identifiers of the things a call is about; of surveys it is about many responses at once."""
    if service == "google_forms":
        return [f"r{number:05d}" for number in RESPONSES]
    if service == "limesurvey":
        first, last = (*call.json()["params"][7:], 1, None)[:2]
        return [f"{SURVEY} {number}" for number in RESPONSES if first <= number <= (last or number)]
    return [thing_of(service, call)]


def thing_of(service: str, call: Call) -> str:
    """The identifier of the one thing a call is about."""
    steps = call.path.strip("/").split("/")
    if service == "ga4":
        return str(call.json()["dateRanges"][0]["startDate"])
    if service == "mailchimp":
        return steps[steps.index("reports") + 1]
    if service == "whatsapp_cloud":
        return call.params["fields"].partition(".start(")[2].partition(")")[0]
    return unquote(steps[steps.index("users") + 1] if "users" in steps else steps[-2])


def things(service: str, server: Server) -> dict[str, list[str]]:
    """Question -> the things that were asked about."""
    found: dict[str, set[str]] = defaultdict(set)
    for call in server.calls:
        if (kind := kind_of(service, call)) and call.path.strip("/"):
            found[kind].update(asked_of(service, call))
    return {kind: sorted(names) for kind, names in found.items()}


def document(service: str, status: int) -> Any:
    """An error in the service's own words."""
    if service == "facebook":
        code = {404: 100, 403: 10, 400: 12, 500: 1}[status]
        return {"error": {"message": f"(#{code}) refused", "type": "OAuthException", "code": code}}
    if service == "whatsapp_cloud":  # the codes of what is not there are the account's, or the edge's
        code = {403: 10, 400: 12, 500: 1}.get(status)
        return {"error": {"message": "refused", "type": "OAuthException", **({"code": code} if code else {})}}
    if service == "zoom":
        return {"code": {404: 3001, 403: 4003, 400: 300, 500: 500}[status], "message": "refused"}
    if service == "ga4":
        return {"error": {"code": status, "message": "refused", "status": "REFUSED"}}
    return {"type": "about:blank", "title": "Refused", "status": status, "detail": "refused"}


def endless(call: Call, answer: Answer) -> Answer:
    """Nothing in the page, and a next one named."""
    body = json.loads(answer.body)
    emptied = {name: [] if isinstance(one, list) else one for name, one in body.items()}
    if "paging" in body or "data" in body:
        return Answer.json(
            {**emptied, "paging": {"cursors": {"after": "more"}, "next": f"http://{call.headers['host']}/x"}}
        )
    return Answer.json({**emptied, "next_page_token": "more"})


def no_object(service: str, thing: str, answer: Answer) -> Answer:
    """A response of which nothing is left but its place in the list."""
    body = json.loads(answer.body)
    if service == "google_forms":
        listed = [None if one["responseId"] == thing else one for one in body["responses"]]
        return Answer.json({**body, "responses": listed})
    responses = json.loads(base64.b64decode(body["result"]))["responses"]
    listed = [None if f"{SURVEY} {one['id']}" == thing else one for one in responses]
    return Answer.json({**body, "result": base64.b64encode(json.dumps({"responses": listed}).encode()).decode()})


def one_too_many(_call: Call, answer: Answer) -> Answer:
    """One more announced than there are."""
    body = json.loads(answer.body)
    return Answer.json({**body, "total_items": body["total_items"] + 1})


WAYS: Mapping[str, tuple[str, ...]] = {
    "facebook": ("404", "403", "400", "500", "endless"),
    "zoom": ("404", "403", "400", "500", "endless"),
    "ga4": ("404", "403", "400", "500"),
    "mailchimp": ("404", "403", "400", "500", "one too many"),
    "google_forms": ("404", "403", "400", "500", "no object"),
    "limesurvey": ("404", "403", "400", "500", "no object"),
    "whatsapp_cloud": ("404", "403", "400", "500"),
}  # fmt: skip
PAGED = ("comments", "participants", "registrants", "report/users", "click-details", "members", "unsubscribed")
"""The questions that are answered by lists in pages."""


def refuses(server: Server, poison: Poison | None) -> None:
    """Let a stand-in refuse the thing from now on, or nothing any more."""

    def altered(call: Call, answer: Answer) -> Answer:
        if poison is None or not poison.hits(call):
            return answer
        if poison.way.isdigit():
            refused = Answer.json(document(poison.service, int(poison.way)), int(poison.way))
            return (
                replace(refused, content_type="application/problem+json") if poison.service == "mailchimp" else refused
            )
        if poison.way == "no object":
            return no_object(poison.service, poison.thing, answer)
        ways: Mapping[str, Change] = {"endless": endless, "one too many": one_too_many}
        return ways[poison.way](call, answer)

    server.alter = altered


def collected(town: Town) -> dict[str, dict[str, Any]]:
    """What `kehila collect` says of each stream, by its name."""
    return {name.partition(".")[2]: one for name, one in streams(town.kehila("collect", "--json")).items()}


def headlines(town: Town) -> dict[tuple[str, str], tuple[float | None, str]]:
    """(indicator, month) -> value and status, once refreshed."""
    town.kehila("refresh")
    query = "select indicator, month, value, status from indicator_value where space = '' and part = '' and cut = ''"
    return {(indicator, month): (value, status) for indicator, month, value, status in rows(town, query)}


def staged(town: Town) -> dict[str, list[tuple[str, ...]]]:
    """Its facts but for coverage."""
    return {name: found for name, found in facts(town).items() if not name.endswith((" coverage", " skipped"))}

"""A stand-in for Zoom: accounts, meetings held, who was there, over Zoom's own wire contract.

Belongs here: the state, the endpoints and `books()`. It is as unhelpful as Zoom: guests have no address and no
id, meetings of one person are not reported, a number means the latest instance, lists expire, reports vanish.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import unquote

from simulator.services.server import Answer, Call, Server
from simulator.services.zoom_state import Elsewhere, Held, Person, Registrant, truth_of

REPORTS_LAST = timedelta(days=183)
PAST_LASTS = timedelta(days=365)
PAGE_LIFE = timedelta(minutes=15)
PROCESSING = timedelta(minutes=30)
SCOPES = frozenset(f"{what}:read:admin" for what in ("report", "meeting", "webinar", "user", "recording")) | {
    "tracking_fields:read:admin"
}
HEAVY, MEDIUM, LIGHT = "HEAVY", "MEDIUM", "LIGHT"


@dataclass
class Listing:
    """A list being read: where its next page begins, and when the token was given out."""

    path: str
    start: int
    given: datetime


@dataclass
class Secrets:
    """What the app knows."""

    client_id: str = "client-id"
    client_secret: str = "client-secret-canary"  # noqa: S105 (a stand-in's)
    account: str = "account-id"
    tokens: set[str] = field(default_factory=set)


class FakeZoom(Server):
    """Zoom as one town's account sees it, at the instant `now`."""

    def __init__(self, now: datetime) -> None:
        super().__init__()
        self.now = now
        self.secrets = Secrets()
        self.scopes = set(SCOPES)
        self.is_paid = True
        self.api_url: str | None = None
        self.tracking_fields: list[str] = []
        self.users: list[Person] = []
        self.held: list[Held] = []
        self.elsewhere: list[Elsewhere] = []
        self.page_limit = 300
        self.heavy_left = 30_000
        self._listings: dict[str, Listing] = {}
        self._given = 0
        self.route("POST", "/oauth/token", self._token)
        for path, scope, weight, handler in (
            ("/users", "user:read:admin", MEDIUM, self._users),
            ("/tracking_fields", "tracking_fields:read:admin", MEDIUM, self._tracking_fields),
            ("/users/{user}/meetings", "meeting:read:admin", MEDIUM, self._standing),
            ("/report/history_meetings", "report:read:admin", HEAVY, self._history),
            ("/report/users/{user}/meetings", "report:read:admin", HEAVY, self._joined),
            ("/meetings/{number}", "meeting:read:admin", LIGHT, self._meeting),
            ("/past_meetings/{uuid}", "meeting:read:admin", LIGHT, self._past),
            ("/past_meetings/{number}/instances", "meeting:read:admin", MEDIUM, self._instances),
            ("/meetings/{uuid}/recordings", "recording:read:admin", LIGHT, self._recordings),
            *(
                row
                for family, read in (("meetings", "meeting:read:admin"), ("webinars", "webinar:read:admin"))
                for row in (
                    (f"/past_{family}/{{uuid}}/participants", read, MEDIUM, self._past_participants),
                    (f"/report/{family}/{{uuid}}/participants", "report:read:admin", HEAVY, self._participants),
                    (f"/report/{family}/{{uuid}}/polls", "report:read:admin", HEAVY, self._polls),
                    (f"/report/{family}/{{uuid}}/qa", "report:read:admin", HEAVY, self._questions),
                    (f"/past_{family}/{{uuid}}/polls", read, MEDIUM, self._polls),
                    (f"/past_{family}/{{uuid}}/qa", read, MEDIUM, self._questions),
                    (f"/{family}/{{number}}/registrants", read, MEDIUM, self._registrants),
                )
            ),
        ):
            self.route("GET", "/v2" + path, self._guarded(handler, scope, weight))
        self.route("GET", "/rec/download/{name}", self._chat_file)

    def account(self, **settings: Any) -> dict[str, Any]:
        """Secrets and settings of an account that may read here."""
        names = ("client_id", "client_secret", "account")
        return {
            "secrets": {name: getattr(self.secrets, name) for name in names},
            "settings": settings,
            "base_url": self.base_url,
        }

    def revoke(self) -> None:
        """All tokens given out so far are no longer taken."""
        self.secrets.tokens.clear()

    def throttle(self, times: int = 1, *, seconds: int | None = None, until: datetime | None = None) -> None:
        """Answer the next calls with 429: per second with Retry-After in seconds, or the day's with an instant."""
        headers = {"X-RateLimit-Category": HEAVY, "X-RateLimit-Type": "Daily-limit" if until else "QPS"}
        if seconds is not None:
            headers["Retry-After"] = str(seconds)
        if until is not None:
            headers["Retry-After"] = until.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        body = {"code": 429, "message": "You have reached the maximum rate limit for this API. Try again later."}
        self.fail(times, answer=Answer.json(body, 429, headers), path="/v2/")

    def truth(self, timezone: str) -> dict[str, dict[str, int]]:
        """Month -> true figures of residents in the meetings two people or more came to."""
        return truth_of([one for one in self.held if one.people() >= 2], timezone)

    # --- the guard before every endpoint

    def _guarded(self, handler: Any, scope: str, weight: str) -> Any:
        def guarded(call: Call, **parts: str) -> Answer:
            token = call.headers.get("authorization", "").removeprefix("Bearer ")
            if token not in self.secrets.tokens:
                return error(401, 124, "Invalid access token.")
            if scope not in self.scopes:
                return error(400, 4711, f"Invalid access token, does not contain scopes:[{scope}].")
            if not self.is_paid and weight == HEAVY:
                return error(400, 200, f"This is only available for paid account: {self.secrets.account}")
            if weight == HEAVY:
                if self.heavy_left <= 0:
                    midnight = (self.now + timedelta(days=1)).strftime("%Y-%m-%dT00:00:00Z")
                    limits = {"X-RateLimit-Type": "Daily-limit", "Retry-After": midnight}
                    return error(429, 429, "You have reached the maximum daily rate limit for this API.", limits)
                self.heavy_left -= 1
            limits = {
                "X-RateLimit-Category": weight,
                "X-RateLimit-Type": "QPS",
                "X-RateLimit-Limit": "10",
                "X-RateLimit-Remaining": "9",
            }
            answer: Answer = handler(call, **parts)
            return Answer(answer.status, answer.body, {**limits, **answer.headers}, answer.content_type)

        return guarded

    def _token(self, call: Call) -> Answer:
        form = call.form()
        given = base64.b64decode(call.headers.get("authorization", "").removeprefix("Basic ")).decode()
        if given != f"{self.secrets.client_id}:{self.secrets.client_secret}":
            return Answer.json({"reason": "Invalid client_id or client_secret", "error": "invalid_client"}, 400)
        if form != {"grant_type": "account_credentials", "account_id": self.secrets.account}:
            return Answer.json({"reason": "Bad Request", "error": "invalid_request"}, 400)
        self._given += 1
        token = f"token-canary-{self._given}"
        self.secrets.tokens.add(token)
        answer = {
            "access_token": token,
            "token_type": "bearer",
            "expires_in": 3599,
            "scope": " ".join(sorted(self.scopes)),
            "api_url": self.api_url or self.base_url,
        }
        return Answer.json(answer)

    # --- lists in pages

    def _paged(self, call: Call, key: str, records: Sequence[dict[str, Any]], extra: dict[str, Any]) -> Answer:
        size = int(call.params.get("page_size", "30"))
        if not 1 <= size <= 300:
            return error(400, 300, "The value of page_size must be at most 300.")
        size, start = min(size, self.page_limit), 0
        if token := call.params.get("next_page_token", ""):
            listing = self._listings.get(token)
            if listing is None or listing.path != call.path or self.now - listing.given > PAGE_LIFE:
                return error(400, 300, "The next page token is invalid or expired.")
            start = listing.start
        following = ""
        if start + size < len(records):
            following = f"page{len(self._listings)}"
            self._listings[following] = Listing(call.path, start + size, self.now)
        part = list(records[start : start + size])
        return Answer.json({**extra, key: part, "page_size": size, "next_page_token": following})

    def _users(self, call: Call) -> Answer:
        rows = [{"id": one.account, "email": one.email, "status": "active", "type": 2} for one in self.users]
        return self._paged(call, "users", rows, {"total_records": len(rows)})

    def _tracking_fields(self, call: Call) -> Answer:
        rows = [{"id": f"f{n}", "field": name, "visible": True} for n, name in enumerate(self.tracking_fields)]
        return Answer.json({"tracking_fields": rows, "total_records": len(rows)})

    def _standing(self, call: Call, user: str) -> Answer:
        found = self._user(user)
        if found is None:
            return error(404, 1001, f"User does not exist: {user}.")
        numbers = {one.number: one for one in self.held if one.host == found.email and one.is_standing}
        rows = [{"id": number, "type": 8, "topic": "t", "uuid": one.uuid} for number, one in numbers.items()]
        return self._paged(call, "meetings", rows, {"total_records": len(rows)})

    def _history(self, call: Call) -> Answer:
        since, until = self._days(call)
        if until - since > timedelta(days=31) or self.now - since > REPORTS_LAST:
            return error(400, 300, "Invalid parameter: from.")
        inside = [one for one in self._over() if since <= one.started < until + timedelta(days=1)]
        rows = [one.history() for one in inside if one.people() >= 2]
        return self._paged(call, "history_meetings", rows, {})

    def _joined(self, call: Call, user: str) -> Answer:
        found = self._user(user)
        if found is None:
            return error(404, 1001, f"User {user} not exist or not belong to this account.")
        since, until = self._days(call)
        if until - since > timedelta(days=31) or self.now - since > REPORTS_LAST:
            return error(400, 300, "Invalid parameter: from.")
        end = until + timedelta(days=1)
        own = [one.joined_row() for one in self._over() if one.host == found.email and since <= one.started < end]
        other = [one.row() for one in self.elsewhere if one.user == found.email and since <= one.started < end]
        rows = [*own, *other] if call.params.get("type") == "pastJoined" else own
        return self._paged(call, "meetings", rows, {"from": call.params["from"], "to": call.params["to"]})

    # --- one meeting

    def _over(self) -> list[Held]:
        return [one for one in self.held if one.ended <= self.now]

    def _find(self, name: str) -> Held | None:
        """By UUID its own instance; by number the latest one. A UUID with slashes must come encoded twice."""
        if name.startswith("/") or "//" in name:
            return None
        uuid = unquote(name)
        found = [one for one in self._over() if uuid in (one.uuid, str(one.number))]
        return max(found, key=lambda one: one.started, default=None)

    def _user(self, user: str) -> Person | None:
        return next((one for one in self.users if user in (one.account, one.email)), None)

    def _days(self, call: Call) -> tuple[datetime, datetime]:
        first, last = (datetime.fromisoformat(call.params[name]).replace(tzinfo=UTC) for name in ("from", "to"))
        return first, last

    def _read(self, name: str, longest: timedelta) -> tuple[Held | None, Answer]:
        found = self._find(name)
        if found is None or (longest == REPORTS_LAST and self.now - found.started > longest):
            return None, error(404, 3001, f"Meeting {name} not found or has expired.")
        if self.now - found.started > longest:
            return None, error(400, 12702, "Can not access a meeting a year ago.")
        return found, Answer()

    def _meeting(self, call: Call, number: str) -> Answer:
        found = self._find(number)
        return Answer.json(found.described()) if found else error(404, 3001, "Meeting does not exist.")

    def _past(self, call: Call, uuid: str) -> Answer:
        found, refused = self._read(uuid, PAST_LASTS)
        return Answer.json(found.past()) if found else refused

    def _instances(self, call: Call, number: str) -> Answer:
        every = [one for one in self._over() if str(one.number) == number]
        rows = [{"uuid": one.uuid, "start_time": one.history()["start_time"]} for one in every]
        return Answer.json({"meetings": rows})

    def _participants(self, call: Call, uuid: str) -> Answer:
        found, refused = self._read(uuid, REPORTS_LAST)
        if found is None or found.people() < 2:
            return refused if found is None else error(404, 3001, "Meeting not found or has expired.")
        with_registrant = call.params.get("include_fields") == "registrant_id"
        rows = [row.reported(self._is_counted(found), with_registrant) for row in found.rows()]
        return self._paged(call, "participants", rows, {"total_records": len(rows)})

    def _past_participants(self, call: Call, uuid: str) -> Answer:
        found, refused = self._read(uuid, PAST_LASTS + timedelta(days=90))
        if found is None:
            return refused
        rows = [row.past(self._is_counted(found)) for row in found.rows()] if found.people() >= 2 else []
        return self._paged(call, "participants", rows, {"total_records": len(rows)})

    def _is_counted(self, held: Held) -> bool:
        return self.now >= held.ended + PROCESSING

    def _polls(self, call: Call, uuid: str) -> Answer:
        found, refused = self._read(uuid, PAST_LASTS)
        return Answer.json(found.answers(found.voters, "polling_id")) if found else refused

    def _questions(self, call: Call, uuid: str) -> Answer:
        found, refused = self._read(uuid, PAST_LASTS)
        return Answer.json(found.answers(found.askers, "question_id")) if found else refused

    def _registrants(self, call: Call, number: str) -> Answer:
        every = [one for one in self.held if str(one.number) == number]
        people: dict[str, Registrant] = {r.identifier: r for one in every for r in one.registrants}
        if not people:
            return error(400, 300, "Registration has not been enabled for this meeting.")
        return self._paged(call, "registrants", [one.row() for one in people.values()], {"total_records": len(people)})

    def _recordings(self, call: Call, uuid: str) -> Answer:
        found, refused = self._read(uuid, PAST_LASTS)
        if found is None:
            return refused
        if found.chat is None or not found.is_recorded:
            return error(404, 3301, "There is no recording for this meeting.")
        return Answer.json(found.recordings(f"{self.base_url}/rec/download/{self.held.index(found)}"))

    def _chat_file(self, call: Call, name: str) -> Answer:
        if call.headers.get("authorization", "").removeprefix("Bearer ") not in self.secrets.tokens:
            return Answer(401, b"")
        return Answer(200, self.held[int(name)].chat_text().encode(), content_type="text/plain; charset=utf-8")


def error(status: int, code: int, message: str, headers: dict[str, str] | None = None) -> Answer:
    """Zoom's error document."""
    return Answer.json({"code": code, "message": message}, status, headers)

"""Mailchimp as it answers: an audience and campaigns whose opens and clicks come in as its clock moves.

Belongs here: Mailchimp's paths, paging, error documents, and the figures it makes of what people did.
What is true is in the newsletter a town fills in (`newsletter`).
"""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from simulator.services.newsletter import Campaign, Newsletter
from simulator.services.server import Answer, Call, Server

PROBLEM = "application/problem+json; charset=utf-8"
LARGEST_PAGE = 1000


class MailchimpServer(Server):
    """One account with one audience. Move `life.now` to let time pass."""

    def __init__(
        self, life: Newsletter, list_id: str = "a1b2c3d4e5", key: str = f"{'0123456789abcdef' * 2}-us21"
    ) -> None:
        super().__init__()
        self.life, self.list_id, self.key = life, list_id, key
        self.user_is_disabled = False
        own = "/3.0/lists/{list_id}"
        report = "/3.0/reports/{campaign}"
        for pattern, handler in (
            ("/3.0/ping", lambda call: _answer(call, {"health_status": "Everything's Chimpy!"})),
            (own, self._list),
            (own + "/growth-history", self._growth),
            ("/3.0/campaigns", self._campaigns),
            ("/3.0/reports", lambda call: self._page(call, "reports", [self._report(one) for one in self.life.sent()])),
            (report, self._one_report),
            (report + "/click-details", self._links),
            (report + "/click-details/{link}/members", self._link_members),
            (report + "/unsubscribed", self._unsubscribed),
        ):
            self.route("GET", pattern, handler)

    @property
    def api_url(self) -> str:
        """The address an account's `base_url` takes."""
        return self.base_url + "/3.0"

    def before(self, call: Call) -> Answer | None:
        """Any user name with the key, or the key as a bearer token."""
        given = call.headers.get("authorization", "")
        basic = base64.b64decode(given[6:]).decode().partition(":")[2] if given.startswith("Basic ") else ""
        if self.key not in (basic, given.removeprefix("Bearer ")):
            return problem(
                401, "API Key Invalid", "Your API key may be invalid, or you've attempted another data centre."
            )
        if self.user_is_disabled:
            return problem(403, "User Disabled", "This account has been disabled.")
        return None

    def missing(self, call: Call) -> Answer:
        """A problem document, as for any unknown thing."""
        return problem(404, "Resource Not Found", "The requested resource could not be found.")

    def truth(self, timezone: str = "Asia/Jerusalem") -> dict[str, dict[str, int]]:
        """The true monthly figures."""
        return self.life.truth(timezone)

    def _list(self, call: Call, list_id: str) -> Answer:
        if list_id != self.list_id:
            return self.missing(call)
        stats = {
            "member_count": self.life.subscribed(self.life.now),
            "unsubscribe_count": self.life.gone("unsubscribed"),
            "cleaned_count": self.life.gone("cleaned"),
            "campaign_last_sent": _stamp(self.life.sent()[-1].sent_at) if self.life.sent() else "",
            "open_rate": 31.4,  # 0 to 100 here, 0 to 1 in reports
        }
        if call.params.get("include_total_contacts") == "true":
            stats["total_contacts"] = sum(one.joined_at <= self.life.now for one in self.life.members)
        return _answer(call, {"id": self.list_id, "name": "list", "stats": stats, "_links": []})

    def _growth(self, call: Call, list_id: str) -> Answer:
        if list_id != self.list_id:
            return self.missing(call)
        gone = ("unsubscribed", "cleaned", "deleted")
        rows = [
            {"list_id": self.list_id, "month": month, "existing": 0, "imports": 0, "optins": 0, "subscribed": count,
             **{how: self.life.gone(how, month) for how in gone}, "reconfirm": 0, "pending": 0, "transactional": 0}
            for month, count in self.life.counted().items()
        ]  # fmt: skip
        if call.params.get("sort_dir", "DESC").upper() == "DESC":
            rows.reverse()
        return self._page(call, "history", rows, list_id=self.list_id)

    def _campaigns(self, call: Call) -> Answer:
        since, before = (call.params.get(name) for name in ("since_send_time", "before_send_time"))
        chosen = [
            one
            for one in self.life.sent()
            if (not since or one.sent_at > datetime.fromisoformat(since))
            and (not before or one.sent_at < datetime.fromisoformat(before))
            and call.params.get("list_id", self.list_id) == self.list_id
            and call.params.get("status", "sent") == "sent"
        ]
        if call.params.get("sort_dir", "DESC").upper() == "DESC":
            chosen.reverse()
        rows = [
            {"id": one.id, "web_id": 1, "parent_campaign_id": one.parent, "type": one.kind, "status": "sent",
             "emails_sent": len(one.recipients), "send_time": _stamp(one.sent_at), "_links": []}
            for one in chosen
        ]  # fmt: skip
        return self._page(call, "campaigns", rows)

    def _report(self, one: Campaign) -> dict[str, Any]:
        opened = [event for event in one.opened if event.at <= self.life.now]
        people = [event for event in opened if not event.is_machine]
        clicks = one.clicks_by(self.life.now)
        opens: dict[str, Any] = {
            "opens_total": len(opened),
            "unique_opens": len({event.address for event in opened}),
            "open_rate": 0.314,
            "last_open": _last(event.at for event in opened),
        }
        if one.tells_machines:
            opens["proxy_excluded_opens"] = len(people)
            opens["proxy_excluded_unique_opens"] = len({event.address for event in people})
            opens["proxy_excluded_open_rate"] = 0.2
        return {
            "id": one.id, "campaign_title": "", "type": one.kind, "list_id": self.list_id, "list_is_active": True,
            "emails_sent": len(one.recipients), "abuse_reports": 0, "send_time": _stamp(one.sent_at),
            "rss_last_send": "", "unsubscribed": len([event for event in one.left if event.at <= self.life.now]),
            "bounces": {
                "hard_bounces": len(one.hard_bounces), "soft_bounces": len(one.soft_bounces), "syntax_errors": 0,
            },
            "opens": opens,
            "clicks": {
                "clicks_total": len(clicks),
                "unique_clicks": len({(click.address, click.url) for click in clicks}),
                "unique_subscriber_clicks": len({click.address for click in clicks}),
                "click_rate": 0.1, "last_click": _last(click.at for click in clicks),
            },
            "_links": [],
        }  # fmt: skip

    def _with(self, call: Call, campaign: str, make: Callable[[Campaign], Answer]) -> Answer:
        found = next((one for one in self.life.sent() if one.id == campaign), None)
        return self.missing(call) if found is None else make(found)

    def _one_report(self, call: Call, campaign: str) -> Answer:
        return self._with(call, campaign, lambda one: _answer(call, self._report(one)))

    def _links(self, call: Call, campaign: str) -> Answer:
        def rows(one: Campaign) -> Answer:
            clicks = one.clicks_by(self.life.now)
            found = []
            for url in sorted({*one.links, *(click.url for click in one.clicked)}):
                mine = [click for click in clicks if click.url == url]
                found.append(
                    {"id": _digest(url)[:10], "url": url, "total_clicks": len(mine), "campaign_id": one.id,
                     "click_percentage": 0.5, "unique_clicks": len({click.address for click in mine}),
                     "unique_click_percentage": 0.5, "last_click": _last(click.at for click in mine), "_links": []}
                )  # fmt: skip
            return self._page(call, "urls_clicked", found, campaign_id=one.id)

        return self._with(call, campaign, rows)

    def _link_members(self, call: Call, campaign: str, link: str) -> Answer:
        def rows(one: Campaign) -> Answer:
            clicks = [click for click in one.clicks_by(self.life.now) if _digest(click.url)[:10] == link]
            by_address = Counter(click.address for click in clicks)
            people = [
                {"email_id": _digest(address), "email_address": address, "merge_fields": {"FNAME": ""}, "vip": False,
                 "clicks": by_address[address], "campaign_id": one.id, "url_id": link,
                 "list_id": self.list_id, "contact_status": "subscribed"}
                for address in sorted(by_address)
            ]  # fmt: skip
            return self._page(call, "members", people, campaign_id=one.id)

        return self._with(call, campaign, rows)

    def _unsubscribed(self, call: Call, campaign: str) -> Answer:
        def rows(one: Campaign) -> Answer:
            gone = [
                {"email_id": _digest(event.address), "email_address": event.address, "timestamp": _stamp(event.at),
                 "reason": event.reason, "campaign_id": one.id, "list_id": self.list_id}
                for event in one.left
                if event.at <= self.life.now
            ]  # fmt: skip
            return self._page(call, "unsubscribes", gone, campaign_id=one.id)

        return self._with(call, campaign, rows)

    def _page(self, call: Call, key: str, rows: list[dict[str, Any]], **rest: Any) -> Answer:
        count, offset = int(call.params.get("count", "10")), int(call.params.get("offset", "0"))
        if not 0 <= count <= LARGEST_PAGE:
            return problem(400, "Invalid Resource", "count must be at most 1000")
        body = {key: rows[offset : offset + count], **rest, "total_items": len(rows), "_links": []}
        return _answer(call, body)


def problem(status: int, title: str, detail: str) -> Answer:
    """A problem document."""
    kind = "https://mailchimp.com/developer/marketing/docs/errors/"
    body = {"type": kind, "title": title, "status": status, "detail": detail, "instance": "0" * 8}
    return Answer.json(body, status, content_type=PROBLEM)


def _answer(call: Call, body: dict[str, Any]) -> Answer:
    """The body with only the wanted fields, or without the unwanted ones."""
    wanted, unwanted = (call.params.get(name, "") for name in ("fields", "exclude_fields"))
    if wanted:
        body = _kept(body, {tuple(name.split(".")) for name in wanted.split(",")})
    for name in filter(None, unwanted.split(",")):
        _drop(body, name.split("."))
    return Answer.json(body)


def _kept(value: Any, wanted: set[tuple[str, ...]]) -> Any:
    if isinstance(value, list):
        return [_kept(one, wanted) for one in value]
    if () in wanted or not isinstance(value, Mapping):
        return value
    heads = {path[0] for path in wanted}
    return {
        name: _kept(inner, {path[1:] for path in wanted if path[0] == name})
        for name, inner in value.items()
        if name in heads
    }


def _drop(value: Any, path: list[str]) -> None:
    if isinstance(value, list):
        for one in value:
            _drop(one, path)
    elif isinstance(value, dict):
        if len(path) == 1:
            value.pop(path[0], None)
        else:
            _drop(value.get(path[0]), path[1:])


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds")


def _last(instants: Iterable[datetime]) -> str:
    return _stamp(max(known)) if (known := list(instants)) else ""


def _digest(text: str) -> str:
    return hashlib.md5(text.lower().encode(), usedforsecurity=False).hexdigest()

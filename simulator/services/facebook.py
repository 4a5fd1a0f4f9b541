"""A stand-in of Graph for one page: versions in the path, fields, cursors, usage headers, errors, insights.

The state is plain: posts, comments, followers by day, metrics. What the page shows depends on `now`: what
lies ahead is not there yet, reactions grow by day, fresh insights are restated, metrics are withdrawn.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from simulator.services.facebook_truth import Month, monthly
from simulator.services.facebook_words import MESSAGES, selected
from simulator.services.server import Answer, Call, Server

PACIFIC = ZoneInfo("America/Los_Angeles")
SCOPES = ("pages_show_list", "pages_read_engagement", "pages_read_user_content", "read_insights")
FINAL_AFTER = timedelta(days=2)
MAX_SPAN = timedelta(days=90)


@dataclass
class Post:
    """A post; `author` None is the page itself. `reactions` holds how many came on each day."""

    id: str
    created: datetime
    message: str | None = None
    author: str | None = None
    author_name: str = "Visitor"
    reactions: Mapping[date, int] = field(default_factory=dict)
    shares: int = 0
    is_published: bool = True
    extra: Mapping[str, Any] = field(default_factory=dict)  # fields Graph gains one day


@dataclass
class Comment:
    """A comment under a post, or under a comment when it has a parent; `author` None is the page."""

    id: str
    post: str
    created: datetime
    message: str = ""
    author: str | None = None
    author_name: str = "Resident"
    parent: str | None = None
    is_hidden: bool = False
    likes: int = 0
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class Metric:
    """Values by Pacific day; `early` are shown until a day has settled. From `withdrawn_on` nobody knows it."""

    name: str
    values: Mapping[date, Any] = field(default_factory=dict)
    early: Mapping[date, Any] = field(default_factory=dict)
    withdrawn_on: date | None = None


class FacebookGraph(Server):
    """`with FacebookGraph() as graph:` plays Graph for one page; move `now` and change the lists at will."""

    def __init__(self, page: str = "10001", token: str = "page-token", now: datetime | None = None) -> None:  # noqa: S107
        super().__init__()
        self.page, self.token = page, token
        self.now = now or datetime(2026, 11, 1, tzinfo=UTC)
        self.app_secret = ""
        self.scopes: tuple[str, ...] = SCOPES
        self.expires_at = 0
        self.likes = 500
        self.posts: list[Post] = []
        self.comments: list[Comment] = []
        self.followers: dict[date, int] = {}
        self.metrics: dict[str, Metric] = {}
        self.usage = 5
        self.regain_minutes = 0
        self.served_version = ""
        self.route("GET", "/{version}/debug_token", self._debug_token)
        self.route("GET", "/{version}/{node}", self._node)
        self.route("GET", "/{version}/{node}/published_posts", self._published)
        self.route("GET", "/{version}/{node}/visitor_posts", self._visitors)
        self.route("GET", "/{version}/{node}/comments", self._comments)
        self.route("GET", "/{version}/{node}/insights", self._insights)

    def truth(self, timezone: str = "Asia/Jerusalem") -> dict[str, Month]:
        """The true figures of every month up to now."""
        return monthly(self.posts, self.comments, self.followers, self.metrics, self.now, ZoneInfo(timezone))

    def refuse(
        self, code: int, subcode: int | None = None, *, times: int = 1, path: str = "", is_transient: bool = False
    ) -> None:
        """Let the next calls meet an error of Graph's table."""
        self.fail(times, answer=self.error(code, subcode, is_transient=is_transient), path=path)

    def error(
        self, code: int, subcode: int | None = None, message: str = "", *, is_transient: bool = False, status: int = 400
    ) -> Answer:
        """An error document as Graph words it; it quotes the token where Graph does."""
        told: dict[str, Any] = {"message": message or MESSAGES.get(code, f"(#{code}) Unknown error")}
        told["message"] = told["message"].replace("{token}", self.token)
        told |= {"type": "OAuthException", "code": code, "fbtrace_id": "Afake"}
        if subcode is not None:
            told["error_subcode"] = subcode
        if is_transient:
            told["is_transient"] = True
        return Answer.json({"error": told}, status, self._headers())

    def before(self, call: Call) -> Answer | None:
        """Version, token and proof, in Graph's order."""
        version = call.path.split("/")[1]
        if not (version.startswith("v") and version[1:].replace(".", "").isdigit()):
            return self.error(2500, message="Unknown path components: " + call.path)
        if "access_token" not in call.params:
            return self.error(104)
        if call.params["access_token"] != self.token:
            return self.error(190, 467)
        if self.expires_at and self.now.timestamp() >= self.expires_at:
            return self.error(190, 463)
        proof = hmac.new(self.app_secret.encode(), self.token.encode(), hashlib.sha256).hexdigest()
        if self.app_secret and call.params.get("appsecret_proof") != proof:
            return self.error(100, message="Invalid appsecret_proof provided in the API argument")
        return None

    def missing(self, call: Call) -> Answer:
        """Graph's words for an edge or object it does not have."""
        return self.error(100, 33)

    def _headers(self, version: str = "") -> dict[str, str]:
        app = {"call_count": self.usage, "total_time": 1, "total_cputime": 1}
        page = {"type": "pages", **app, "estimated_time_to_regain_access": self.regain_minutes}
        return {
            "X-App-Usage": json.dumps(app),
            "X-Business-Use-Case-Usage": json.dumps({self.page: [page]}),
            **({"facebook-api-version": self.served_version or version} if version else {}),
        }

    def _told(self, call: Call, value: Any) -> Answer:
        # Graph also calls its JSON a script.
        return Answer.json(value, 200, self._headers(call.path.split("/")[1]), "text/javascript; charset=UTF-8")

    def _debug_token(self, call: Call, version: str) -> Answer:
        told = {
            "app_id": "77", "type": "PAGE", "is_valid": True, "expires_at": self.expires_at,
            "data_access_expires_at": 0, "scopes": list(self.scopes),
        }  # fmt: skip
        return self._told(call, {"data": told})

    def _node(self, call: Call, version: str, node: str) -> Answer:
        if node != self.page:
            return self.error(100, 33)
        if "pages_read_engagement" not in self.scopes:
            return self.error(100, message=MESSAGES[10])
        days = [day for day in self.followers if day <= self.now.astimezone(ZoneInfo("Asia/Jerusalem")).date()]
        whole = {
            "id": self.page, "name": "Town", "username": "town", "fan_count": self.likes, "talking_about_count": 3,
            "followers_count": self.followers[max(days)] if days else 0, "rating_count": 0, "is_published": True,
        }  # fmt: skip
        return self._chosen(call, [whole], is_list=False)

    def _published(self, call: Call, version: str, node: str) -> Answer:
        if "pages_read_engagement" not in self.scopes:
            return self.error(10)
        posts = [post for post in self.posts if post.author is None and post.is_published]
        return self._posts(call, node, posts)

    def _visitors(self, call: Call, version: str, node: str) -> Answer:
        if "pages_read_user_content" not in self.scopes:
            return self.error(200, message="(#200) Requires pages_read_user_content permission to manage the object")
        return self._posts(call, node, [post for post in self.posts if post.author is not None])

    def _posts(self, call: Call, node: str, posts: list[Post]) -> Answer:
        if node != self.page:
            return self.error(100, 33)
        first = int(call.params.get("since", 0))
        last = int(call.params.get("until", 1 << 40))
        shown = [p for p in posts if p.created <= self.now and first <= p.created.timestamp() <= last]
        return self._chosen(call, [self._post(p) for p in sorted(shown, key=lambda p: p.created, reverse=True)])

    def _post(self, post: Post) -> dict[str, Any]:
        under = [c for c in self.comments if c.post == post.id and c.created <= self.now]
        reactions = sum(count for day, count in post.reactions.items() if day <= self.now.date())
        told: dict[str, Any] = {
            "id": post.id, "created_time": graph_time(post.created), "status_type": "mobile_status_update",
            "updated_time": graph_time(max([post.created, *(c.created for c in under)])),
            "is_published": post.is_published, **self._from(post.author, post.author_name),
            "permalink_url": f"https://www.facebook.com/{post.id}",
            "reactions": {"data": [], "summary": {"total_count": reactions, "viewer_reaction": "NONE"}},
            "comments": {"data": [], "summary": {"order": "chronological", "total_count": len(under)}},
        }  # fmt: skip
        if post.message is not None:
            told["message"] = post.message
        if post.shares:
            told["shares"] = {"count": post.shares}
        return told | {"*": post.extra}

    def _from(self, author: str | None, name: str) -> dict[str, Any]:
        if author is not None and "pages_read_user_content" not in self.scopes:
            return {}
        return {"from": {"id": author or self.page, "name": name if author else "Town"}}

    def _comments(self, call: Call, version: str, node: str) -> Answer:
        if node not in {post.id for post in self.posts if post.created <= self.now}:
            return self.error(100, 33)
        whole = call.params.get("filter", "toplevel") == "stream"
        under = [c for c in self.comments if c.post == node and c.created <= self.now and (whole or c.parent is None)]
        under.sort(key=lambda c: c.created, reverse=call.params.get("order") == "reverse_chronological")
        told = [
            {
                "id": c.id, "created_time": graph_time(c.created), "message": c.message, "is_hidden": c.is_hidden,
                "like_count": c.likes, "comment_count": sum(1 for other in under if other.parent == c.id),
                **self._from(c.author, c.author_name), **({"parent": {"id": c.parent}} if c.parent else {}),
                "*": c.extra,
            }
            for c in under
        ]  # fmt: skip
        summary = {"order": "chronological", "total_count": len(under), "can_comment": True}
        return self._chosen(call, told, {"summary": summary} if call.params.get("summary") == "true" else {})

    def _chosen(
        self, call: Call, records: list[dict[str, Any]], extra: Mapping[str, Any] | None = None, *, is_list: bool = True
    ) -> Answer:
        """The asked fields of a page of records, with cursors, and a `next` that holds the token as Graph's does."""
        limit = int(call.params.get("limit", 25))
        if limit > 100:
            return self.error(100, message="(#100) The parameter limit must be at most 100")
        try:
            start = int(base64.b64decode(call.params["after"])) if call.params.get("after") else 0
        except ValueError:
            return self.error(100, message="(#100) Invalid cursor")
        try:
            told = [selected(one, call.params.get("fields", "id")) for one in records[start : start + limit]]
        except KeyError as unknown:
            return self.error(100, message=f"(#100) Tried accessing nonexisting field ({unknown.args[0]})")
        if not is_list:
            return self._told(call, told[0])
        if not told:
            return self._told(call, {"data": [], **({"paging": {}} if extra else {}), **(extra or {})})
        after = base64.b64encode(str(start + limit).encode()).decode()
        cursors = {"before": base64.b64encode(str(start).encode()).decode(), "after": after}
        paging: dict[str, Any] = {"cursors": cursors}
        if start + limit < len(records):
            paging["next"] = f"{self.base_url}{call.path}?{urlencode({**call.params, 'after': after})}"
        return self._told(call, {"data": told, "paging": paging, **(extra or {})})

    def _insights(self, call: Call, version: str, node: str) -> Answer:
        if "read_insights" not in self.scopes:
            return self.error(200)
        names = [name for name in call.params.get("metric", "").split(",") if name]
        if not names:
            return self.error(3001, 1504028)
        since, until = (datetime.fromtimestamp(int(call.params[key]), UTC) for key in ("since", "until"))
        if until - since > MAX_SPAN:
            return self.error(
                100, message="(#100) There cannot be more than 90 days (7776000 s) between since and until"
            )
        gone = [m for m in map(self.metrics.get, names) if m is None or self._is_withdrawn(m)]
        if gone:
            return self.error(100)
        period = call.params.get("period", "day")
        series = [self._series(self.metrics[name], period, since, until) for name in names]
        around = {key: f"{self.base_url}{call.path}?{urlencode(call.params)}" for key in ("previous", "next")}
        shown = [one for one in series if one["values"]] if self.likes >= 100 else []
        return self._told(call, {"data": shown, "paging": around})

    def _is_withdrawn(self, metric: Metric) -> bool:
        return metric.withdrawn_on is not None and metric.withdrawn_on <= self.now.date()

    def _series(self, metric: Metric, period: str, since: datetime, until: datetime) -> dict[str, Any]:
        values = []
        for day, settled in sorted(metric.values.items()):
            end = datetime(day.year, day.month, day.day, tzinfo=PACIFIC) + timedelta(days=1)
            if since < end <= min(until, self.now) and period == "day":
                fresh = self.now < end.astimezone(UTC) + FINAL_AFTER
                value = metric.early.get(day, settled) if fresh else settled
                values.append({"value": value, "end_time": graph_time(end)})
        identifier = f"{self.page}/insights/{metric.name}/{period}"
        return {"name": metric.name, "period": period, "values": values, "title": metric.name, "id": identifier}


def graph_time(when: datetime) -> str:
    """An instant as Graph writes it, the offset without a colon."""
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S+0000")

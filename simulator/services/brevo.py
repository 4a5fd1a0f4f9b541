"""Brevo as its documentation says it answers: one list, its campaigns, a budget of calls an hour."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from simulator.services.newsletter import Campaign, Newsletter
from simulator.services.server import Answer, Call, Server

FORGETS = timedelta(days=184)
"""The listing counts no event older than this; a campaign's own report counts them all."""
EVER = datetime.min.replace(tzinfo=UTC)


class BrevoServer(Server):
    """One account. Identifiers of campaigns are numbers here. Move `life.now` to let time pass."""

    def __init__(
        self, life: Newsletter, list_id: int = 7, key: str = "xkeysib-0123456789abcdef", budget: int = 100
    ) -> None:
        super().__init__()
        self.life, self.list_id, self.key, self.budget = life, list_id, key, budget
        self.spent = 0
        self.route("GET", "/v3/emailCampaigns", self._campaigns)
        self.route("GET", "/v3/emailCampaigns/{campaign}", self._report)
        self.route("GET", "/v3/contacts/lists/{list_id}", self._list)

    @property
    def api_url(self) -> str:
        """The address an account's `base_url` takes."""
        return self.base_url + "/v3"

    def truth(self, timezone: str = "Asia/Jerusalem") -> dict[str, dict[str, int]]:
        """The true monthly figures."""
        return self.life.truth(timezone)

    def before(self, call: Call) -> Answer | None:
        """The key in its own header; then the budget, which never renews itself here: set `spent`."""
        if call.headers.get("api-key") != self.key:
            return Answer.json({"code": "unauthorized", "message": "Key not found"}, 401)
        self.spent += 1
        if self.spent > self.budget:
            return Answer.json({"code": "too_many_requests", "message": "Limit reached"}, 429, self._limits())
        return None

    def missing(self, call: Call) -> Answer:
        """Brevo's own error object."""
        return Answer.json({"code": "document_not_found", "message": "Not found"}, 404)

    def _limits(self) -> dict[str, str]:
        left = max(self.budget - self.spent, 0)
        return {
            "x-sib-ratelimit-limit": str(self.budget), "x-sib-ratelimit-remaining": str(left),
            "x-sib-ratelimit-reset": "1800",
        }  # fmt: skip

    def _list(self, call: Call, list_id: str) -> Answer:
        if list_id != str(self.list_id):
            return self.missing(call)
        life = self.life
        body = {
            "id": self.list_id, "name": "list", "totalSubscribers": life.subscribed(life.now),
            "totalBlacklisted": life.gone("unsubscribed"), "folderId": 1, "createdAt": "2020-01-01T00:00:00.000Z",
        }  # fmt: skip
        return Answer.json(body, headers=self._limits())

    def _campaigns(self, call: Call) -> Answer:
        since, until = (call.params.get(name) for name in ("startDate", "endDate"))
        if bool(since) != bool(until):
            return Answer.json({"code": "invalid_parameter", "message": "startDate and endDate go together"}, 400)
        found = [
            self._campaign(one, self.life.now - FORGETS)
            for one in self.life.sent()
            if (not since or one.sent_at >= datetime.fromisoformat(since))
            and (not until or one.sent_at <= datetime.fromisoformat(until))
        ]
        if call.params.get("sort", "desc") == "desc":
            found.reverse()
        limit, offset = int(call.params.get("limit", "50")), int(call.params.get("offset", "0"))
        if limit > 100:
            return Answer.json({"code": "out_of_range", "message": "limit"}, 400)
        body: dict[str, Any] = {"count": len(found)}
        if found:
            body["campaigns"] = found[offset : offset + limit]
        return Answer.json(body, headers=self._limits())

    def _report(self, call: Call, campaign: str) -> Answer:
        for one in self.life.sent():
            if str(int(one.id)) == campaign:
                return Answer.json(self._campaign(one), headers=self._limits())
        return self.missing(call)

    def _campaign(self, one: Campaign, since: datetime = EVER) -> dict[str, Any]:
        now = self.life.now
        opened = [event for event in one.opened if since <= event.at <= now]
        clicks = [click for click in one.clicks_by(now) if click.at >= since]
        lost = one.hard_bounces | one.soft_bounces
        was_sent = one.sent_at >= since
        stats = {
            "sent": len(one.recipients) * was_sent, "delivered": len(set(one.recipients) - lost) * was_sent,
            "hardBounces": len(one.hard_bounces) * was_sent, "softBounces": len(one.soft_bounces) * was_sent,
            "complaints": 0, "unsubscriptions": sum(since <= event.at <= now for event in one.left), "deferred": 0,
            "viewed": len(opened), "uniqueViews": len({event.address for event in opened}),
            "trackableViews": 0, "estimatedViews": 0,
            "appleMppOpens": sum(event.is_machine for event in opened), "opensRate": 31.4,
            "uniqueClicks": len({click.address for click in clicks}), "clickers": len(clicks),
        }  # fmt: skip
        return {
            "id": int(one.id), "name": "", "subject": "", "type": "classic", "status": "sent",
            "sentDate": one.sent_at.astimezone(UTC).isoformat(timespec="milliseconds"),
            "recipients": {"lists": [self.list_id], "exclusionLists": []}, "statistics": {"globalStats": stats},
        }  # fmt: skip

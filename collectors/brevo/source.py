"""Brevo as a source, low fidelity: its list today and its campaigns' counts, in the columns of `mailchimp_*`.

Brevo keeps no history of its list, and who clicked is given as a file made on request only; so months
before the first collection have no subscribers, and a month's distinct clickers are not known. Its listing
of campaigns counts the events of the last six months only; an older campaign's counts are in its own report.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from typing import Any, ClassVar
from urllib.parse import quote

import pyarrow as pa

from collectors.base import Page, Stream
from collectors.brevo.session import HOSTS, BrevoSession
from collectors.errors import CollectorError
from collectors.records import Reader, WrongValue, dig, given, identifier, instant, page_of, whole, words
from collectors.service import Account, Finding, PullReport, ServiceStream, Source, Window

LOW_FIDELITY = "brevo: the collector was written from a transcription of the documentation; compare a month by hand"

REMEMBERED = timedelta(days=180)
"""Age up to which the listing's counts are whole: Brevo says six months."""

_INSTANT = pa.timestamp("us", tz="UTC")
_PLACE = [("account", pa.string()), ("space", pa.string()), ("list_id", pa.string())]
_FIGURES = (
    "recipients", "delivered", "hard_bounces", "soft_bounces", "syntax_errors", "abuse_reports", "unsubscribed",
    "opens_all", "unique_opens_all", "opens", "unique_opens", "clicks", "unique_clicks", "clickers", "machine_opens",
)  # fmt: skip


def _clicks(stats: Any) -> list[int]:
    """Brevo's two counts of clicks, `uniqueClicks` and `clickers`; of both the lesser is people.

    Brevo's own clients call `clickers` all clicks; the transcription we have calls it people, and `uniqueClicks`
    the links each followed. Nobody is counted twice in the lesser, whichever is right.
    """
    told = stats if isinstance(stats, Mapping) else {}
    counts = [whole(told.get(name)) for name in ("uniqueClicks", "clickers")]
    known = [count for count in counts if count is not None]
    return known if len(known) == len(counts) else []


class BrevoPull(Stream):
    """Which stretch of sending was read; the campaign stream writes it beside its records."""

    name = "brevo_pull"
    schema = pa.schema([*_PLACE, ("stream", pa.string()), ("since", _INSTANT), ("until", _INSTANT)])
    key = ("account", "stream", "since", "until")
    facts = ("coverage",)


class BrevoList(ServiceStream):
    """The list today."""

    name = "brevo_list"
    schema = pa.schema(
        [*_PLACE, ("day", pa.date32()), *((n, pa.int64()) for n in ("members", "unsubscribed", "cleaned", "contacts"))]
    )
    key = ("account", "list_id", "day")
    longest_window = timedelta(days=36500)
    facts = ("membership", "coverage")
    known = (
        "id", "name", "totalBlacklisted", "uniqueSubscribers", "folderId", "createdAt", "campaignStats", "dynamicList",
    )  # fmt: skip

    def pages(self, session: BrevoSession, window: Window) -> Iterator[Page]:
        """One row."""
        found = session.get(f"contacts/lists/{quote(session.list_id, safe='')}")
        fields = {"members": ("totalSubscribers", given(whole)), "unsubscribed": ("totalBlacklisted", whole)}
        fixed = {**session.place, "day": session.today().date()}
        yield page_of(BrevoList, [found], fields, session.report, known=self.known, fixed=fixed)


class BrevoCampaign(ServiceStream):
    """A campaign with its counts. Opens by machines are told, but not whose they are, so they stay in."""

    name = "brevo_campaign"
    schema = pa.schema(
        [
            *_PLACE,
            ("campaign", pa.string()),
            ("sent_at", _INSTANT),
            ("kind", pa.string()),
            ("parent", pa.string()),
            *((name, pa.int64()) for name in _FIGURES),
        ]
    )
    key = ("account", "campaign")
    cursor = "sent_at"
    lookback = timedelta(days=60)
    longest_window = timedelta(days=31)  # of old campaigns each takes a call: a window must fit in an hour's budget
    facts = ("mailing", "coverage")
    known = (
        "name", "subject", "previewText", "type", "status", "scheduledAt", "sender", "recipients", "statistics",
        "createdAt", "modifiedAt", "replyTo", "toField", "htmlContent", "testSent", "header", "footer", "abTesting",
        "subjectA", "subjectB", "splitRule", "winnerCriteria", "winnerDelay", "tag", "tags", "inlineImageActivation",
        "mirrorActive", "recurring", "shareLink", "sendAtBestTime", "utmCampaignValue", "utmSource", "utmMedium",
        "returnBounce", "params",
    )  # fmt: skip
    fields: ClassVar[Mapping[str, tuple[str, Reader]]] = {
        "campaign": ("id", identifier),
        "sent_at": ("sentDate", given(instant)),
        "kind": ("type", words),
        "recipients": ("statistics.globalStats.sent", given(whole)),
        "delivered": ("statistics.globalStats.delivered", given(whole)),
        "hard_bounces": ("statistics.globalStats.hardBounces", whole),
        "soft_bounces": ("statistics.globalStats.softBounces", whole),
        "abuse_reports": ("statistics.globalStats.complaints", whole),
        "unsubscribed": ("statistics.globalStats.unsubscriptions", whole),
        "opens_all": ("statistics.globalStats.viewed", whole),
        "unique_opens_all": ("statistics.globalStats.uniqueViews", whole),
        "clickers": ("statistics.globalStats", lambda stats: min(_clicks(stats), default=None)),
        "clicks": ("statistics.globalStats", lambda stats: max(_clicks(stats), default=None)),
        "machine_opens": ("statistics.globalStats.appleMppOpens", whole),
    }

    @classmethod
    def alone(cls) -> Mapping[str, tuple[str, Reader]]:
        """A campaign's counts are all in its own record."""
        return cls.fields

    def pages(self, session: BrevoSession, window: Window) -> Iterator[Page]:
        """The campaigns sent to our list in the window, and last the stretch they cover."""
        session.report.notices.append(LOW_FIDELITY)
        wanted = {"status": "sent", "statistics": "globalStats", "excludeHtmlContent": "true", "sort": "asc"}
        if window.since is not None:  # the service takes both bounds or none
            second = timedelta(seconds=1)
            bounds = {"startDate": window.since - second, "endDate": window.until + second}
            wanted |= {name: at.strftime("%Y-%m-%dT%H:%M:%S.000Z") for name, at in bounds.items()}
        ours = [one for one in session.listing("emailCampaigns", "campaigns", wanted) if _is_ours(one, session, window)]
        whole_ones = [_with_report(one, session) for one in ours]
        yield page_of(BrevoCampaign, whole_ones, self.fields, session.report, known=self.known, fixed=session.place)
        stretch = {"stream": self.name, "since": window.since, "until": window.until}
        yield Page.of(BrevoPull, [{**session.place, **stretch}])


def _with_report(campaign: Any, session: BrevoSession) -> Any:
    """The campaign with the counts of its own report, where the listing has forgotten events; else as it is."""
    try:
        sent_at, name = instant(campaign["sentDate"]), identifier(campaign["id"])
    except (KeyError, TypeError, WrongValue):
        return campaign  # put aside by its reader
    if sent_at is None or session.today() - sent_at <= REMEMBERED:
        return campaign
    asked = {"statistics": "globalStats", "excludeHtmlContent": "true"}
    report = session.get(f"emailCampaigns/{quote(name, safe='')}", asked)
    return {**campaign, "statistics": report.get("statistics") if isinstance(report, Mapping) else None}


def _is_ours(campaign: Any, session: BrevoSession, window: Window) -> bool:
    """Sent to our list in the window; what is not legible stays in, to be put aside by name."""
    if not isinstance(campaign, Mapping):
        return True
    lists = dig(campaign, "recipients.lists")
    is_legible = isinstance(lists, list) and all(isinstance(one, (int, str)) for one in lists)
    if is_legible and session.list_id not in map(str, lists):
        return False
    try:
        sent_at = instant(campaign.get("sentDate"))
    except WrongValue:
        return True
    return sent_at is None or ((window.since is None or window.since <= sent_at) and sent_at < window.until)


class Brevo(Source):
    """A newsletter sent by Brevo, low fidelity. `list` is the list's number, `space` the town's code of it."""

    name = "brevo"
    streams = (BrevoList, BrevoCampaign)
    companions = (BrevoPull,)
    hosts = HOSTS
    required = ("list", "space")
    secret_names = ("key",)
    assets = ("newsletter",)

    def open(self, account: Account, report: PullReport) -> BrevoSession:
        """A session for the account's key."""
        return BrevoSession(account, report)

    def check(self, account: Account) -> list[Finding]:
        """The key with the list, then the campaigns; the rest is a warning to compare."""
        session = self.open(account, PullReport())
        steps: list[tuple[str, Callable[[], object]]] = [
            ("the list can be read", lambda: session.get(f"contacts/lists/{quote(session.list_id, safe='')}")),
            ("campaigns can be read", lambda: session.get("emailCampaigns", {"status": "sent", "limit": 1})),
        ]
        found: list[Finding] = []
        for what, attempt in steps:
            try:
                attempt()
            except CollectorError as problem:
                return [*found, Finding(what, "fail", str(problem))]
            found.append(Finding(what, "ok"))
        return [*found, Finding("low fidelity", "warn", LOW_FIDELITY)]

"""Brevo as a source, low fidelity: its list today and its campaigns' counts, in the columns of `mailchimp_*`.

Brevo keeps no history of its list, and who clicked is given as a file made on request only; so months
before the first collection have no subscribers, and a month's distinct clickers are not known. Its listing
of campaigns counts the events of the last six months only; an older campaign's counts are in its own report.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pyarrow as pa

from collectors.base import Page, Stream
from collectors.brevo.session import HOSTS, BrevoSession
from collectors.brevo.settings import BrevoSettings
from collectors.columns import FIXED, SINCE, STREAM, UNTIL, Column
from collectors.errors import CollectorError
from collectors.kinds import WrongValue, count, day, identifier, instant, some, text
from collectors.objects import pages_by_object
from collectors.records import page_of, value_at
from collectors.service import Account, Finding, PullReport, ServiceStream, Source, SourceObject, Window

LOW_FIDELITY = "brevo: the collector was written from a transcription of the documentation; compare a month by hand"

REMEMBERED = timedelta(days=180)
"""Age up to which the listing's counts are whole: Brevo says six months."""

_ACCOUNT = Column("account", FIXED, text, "The town's own name of the Brevo account", key=True)
_SPACE = Column("space", FIXED, text, "The town's code of the mailing list")
_LIST = Column("list_id", FIXED, text, "Brevo's number of the list")
_STATS = "statistics.globalStats"


def _clicks(stats: Any) -> list[int]:
    """Brevo's two counts of clicks, `uniqueClicks` and `clickers`; of both the lesser is people.

    Brevo's own clients call `clickers` all clicks; the transcription we have calls it people, and `uniqueClicks`
    the links each followed. Nobody is counted twice in the lesser, whichever is right.
    """
    told = stats if isinstance(stats, Mapping) else {}
    counts = [count(told.get(name)) for name in ("uniqueClicks", "clickers")]
    known = [one for one in counts if one is not None]
    return known if len(known) == len(counts) else []


_fewest = count.read_by(lambda stats: min(_clicks(stats), default=None))
_most = count.read_by(lambda stats: max(_clicks(stats), default=None))


class BrevoPull(Stream):
    """Which stretch of sending was read; the campaign stream writes it beside its records."""

    name = "brevo_pull"
    columns = (
        _ACCOUNT,
        _SPACE,
        _LIST,
        STREAM,
        SINCE,
        UNTIL,
    )
    facts = ("coverage",)


class BrevoList(ServiceStream):
    """The list today."""

    name = "brevo_list"
    columns = (
        _ACCOUNT,
        _SPACE,
        replace(_LIST, key=True),
        Column("day", FIXED, day, "Local day it was read", key=True),
        Column("members", "totalSubscribers", count, "Subscribers on the day", required=True),
        Column("unsubscribed", "totalBlacklisted", count, "Contacts of the list who do not want its mail"),
        Column("cleaned", FIXED, count, "Addresses given up; Brevo does not say, always null"),
        Column("contacts", FIXED, count, "All contacts; Brevo does not say, always null"),
    )
    ignored = ("id", "name", "uniqueSubscribers", "folderId", "createdAt", "campaignStats", "dynamicList")
    max_window = timedelta(days=36500)
    facts = ("membership", "coverage")

    def pages(self, session: BrevoSession, window: Window) -> Iterator[Page]:
        """One row."""
        found = session.get(f"contacts/lists/{quote(session.list_id, safe='')}")
        fixed = {**session.place, "day": session.today().date()}
        yield page_of(BrevoList, [found], session.report, fixed=fixed)


class BrevoCampaign(ServiceStream):
    """A campaign with its counts. Opens by machines are told, but not whose they are, so they stay in."""

    name = "brevo_campaign"
    columns = (
        _ACCOUNT,
        _SPACE,
        _LIST,
        Column("campaign", "id", identifier, "Brevo's number of the campaign", key=True),
        Column("sent_at", "sentDate", instant, "When it was sent, UTC", cursor=True, required=True),
        Column("kind", "type", text, "Brevo's kind of campaign, such as classic or trigger"),
        Column("parent", FIXED, text, "Campaign it is a part of; Brevo has none, always null"),
        Column("recipients", f"{_STATS}.sent", some, "Addresses it was sent to, never 0", required=True),
        Column("delivered", f"{_STATS}.delivered", count, "Addresses it reached", required=True),
        Column("hard_bounces", f"{_STATS}.hardBounces", count, "Addresses that do not exist"),
        Column("soft_bounces", f"{_STATS}.softBounces", count, "Addresses that took no mail this time"),
        Column("syntax_errors", FIXED, count, "Malformed addresses; Brevo does not say, always null"),
        Column("abuse_reports", f"{_STATS}.complaints", count, "People who called it spam"),
        Column("unsubscribed", f"{_STATS}.unsubscriptions", count, "People who left because of it"),
        Column("opens_all", f"{_STATS}.viewed", count, "Opens, machines' included"),
        Column("unique_opens_all", f"{_STATS}.uniqueViews", count, "People who opened, machines' opens included"),
        Column("opens", FIXED, count, "Opens without machines'; Brevo does not say, always null"),
        Column("unique_opens", FIXED, count, "People who opened without machines'; Brevo does not say, always null"),
        Column("clicks", _STATS, _most, "Clicks on its links, the greater of Brevo's two counts"),
        Column("unique_clicks", FIXED, count, "Links clicked, each once a person; Brevo does not say, always null"),
        Column("clickers", _STATS, _fewest, "People who clicked, the lesser of Brevo's two counts"),
        Column("machine_opens", f"{_STATS}.appleMppOpens", count, "Opens by machines of mail programs"),
    )
    ignored = (
        "name", "subject", "previewText", "status", "scheduledAt", "sender", "recipients", "createdAt", "modifiedAt",
        "replyTo", "toField", "htmlContent", "testSent", "header", "footer", "abTesting", "subjectA", "subjectB",
        "splitRule", "winnerCriteria", "winnerDelay", "tag", "tags", "inlineImageActivation", "mirrorActive",
        "recurring", "shareLink", "sendAtBestTime", "utmCampaignValue", "utmSource", "utmMedium", "returnBounce",
        "params",
    )  # fmt: skip
    lookback = timedelta(days=60)
    max_window = timedelta(days=31)  # of old campaigns each takes a call: a window must fit in an hour's budget
    facts = ("mailing", "coverage")
    is_replayable = True  # a campaign's counts are all in its own record

    def pages(self, session: BrevoSession, window: Window) -> Iterator[Page]:
        """The campaigns sent to our list in the window, and last the stretch they cover."""
        session.report.notices.append(LOW_FIDELITY)
        wanted = {"status": "sent", "statistics": "globalStats", "excludeHtmlContent": "true", "sort": "asc"}
        if window.since is not None:  # the service takes both bounds or none
            second = timedelta(seconds=1)
            bounds = {"startDate": window.since - second, "endDate": window.until + second}
            wanted |= {name: at.strftime("%Y-%m-%dT%H:%M:%S.000Z") for name, at in bounds.items()}
        ours = [one for one in session.listing("emailCampaigns", "campaigns", wanted) if _is_ours(one, session, window)]
        old = [(one, found) for one in ours if (found := _as_object(one, session)) is not None]
        forgotten = [one for one, _ in old]
        told = page_of(type(self), [one for one in ours if one not in forgotten], session.report, fixed=session.place)
        reports = pages_by_object(self, session, session.report, (found for _, found in old))
        yield Page(type(self), pa.concat_tables([*(page.rows for page in reports), told.rows]))
        stretch = {"stream": self.name, "since": window.since, "until": window.until}
        yield Page.of(BrevoPull, [{**session.place, **stretch}])

    def pages_of_object(self, session: BrevoSession, one: SourceObject) -> Iterator[Page]:
        """An old campaign with the counts of its own report."""
        asked = {"statistics": "globalStats", "excludeHtmlContent": "true"}
        report = session.get(f"emailCampaigns/{quote(one.name, safe='')}", asked)
        whole = {**one.kept, "statistics": report.get("statistics") if isinstance(report, Mapping) else None}
        yield page_of(type(self), [whole], session.report, fixed=session.place)


def _as_object(campaign: Any, session: BrevoSession) -> SourceObject | None:
    """A campaign whose events the listing has forgotten, as something asked about by itself; None for any other."""
    try:
        sent_at, name = instant(campaign["sentDate"]), identifier(campaign["id"])
    except (KeyError, TypeError, WrongValue):
        return None  # put aside by its reader
    if sent_at is None or session.today() - sent_at <= REMEMBERED:
        return None
    return SourceObject("campaign", name, sent_at, campaign, sent_at, sent_at + timedelta(minutes=1))


def _is_ours(campaign: Any, session: BrevoSession, window: Window) -> bool:
    """Sent to our list in the window; what is not legible stays in, to be put aside by name."""
    if not isinstance(campaign, Mapping):
        return True
    lists = value_at(campaign, "recipients.lists")
    is_legible = isinstance(lists, list) and all(isinstance(one, (int, str)) for one in lists)
    if is_legible and session.list_id not in map(str, lists):
        return False
    try:
        sent_at = instant(campaign.get("sentDate"))
    except WrongValue:
        return True
    return sent_at is None or ((window.since is None or window.since <= sent_at) and sent_at < window.until)


class Brevo(Source):
    """A newsletter sent by Brevo, low fidelity."""

    Settings = BrevoSettings
    streams = (BrevoList, BrevoCampaign)
    side_streams = (BrevoPull,)
    hosts = HOSTS
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
                return [*found, Finding(what, "fail", problem=problem)]
            found.append(Finding(what, "ok"))
        return [*found, Finding("low fidelity", "warn", LOW_FIDELITY)]

"""The source `whatsapp_cloud`: one business account an account."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from collectors.base import Page
from collectors.errors import CollectorError
from collectors.hooks import own_part, parsed
from collectors.service import Account, Finding, PullReport, PushReport, Source
from collectors.whatsapp_cloud.events import records_of
from collectors.whatsapp_cloud.pulling import numbers_of
from collectors.whatsapp_cloud.session import HOSTS, CloudSession
from collectors.whatsapp_cloud.settings import WhatsAppCloudSettings
from collectors.whatsapp_cloud.streams import (
    CloudAccount,
    CloudIdentity,
    CloudMessage,
    CloudMetric,
    CloudNumber,
    CloudStatus,
)


class WhatsAppCloud(Source):
    """Numbers of the town on the WhatsApp Business Platform."""

    Settings = WhatsAppCloudSettings
    streams = (CloudNumber, CloudMetric)
    side_streams = (CloudMessage, CloudStatus, CloudIdentity, CloudAccount)  # webhooks bring them
    hosts = HOSTS
    assets = ("whatsapp",)

    def open(self, account: Account, report: PullReport) -> CloudSession:
        """A session for one business account."""
        return CloudSession(account, report)

    def reuse_session(self, session: CloudSession) -> bool:
        """The list of numbers is one for a round."""
        session.read_at = datetime.now(UTC)
        return True

    def pages_of_event(self, body: bytes, account: Account, report: PushReport) -> Iterator[Page]:
        """Messages, statuses and identities; every record has the platform's own instant and identifier."""
        yield from records_of(own_part(parsed(body), report.owner), account, report)

    def check(self, account: Account) -> list[Finding]:
        """Token, numbers and their quality, and whether webhooks are ordered: without them messages are lost."""
        session = self.open(account, PullReport())
        found: list[Finding] = []
        for what, look in (("business account", _account), ("numbers", _numbers), ("webhooks", _webhooks)):
            try:
                found.append(look(session))
            except CollectorError as problem:
                found.append(Finding(what, "fail", problem=problem))
                break
        return found


def _account(session: CloudSession) -> Finding:
    session.ask(session.business, fields="id")
    return Finding("business account", "ok")


def _numbers(session: CloudSession) -> Finding:
    numbers = numbers_of(session)
    if not numbers:
        return Finding("numbers", "warn", "the business account has no number; add one in WhatsApp Manager")
    bad = sum(1 for one in numbers if one.get("quality_rating") == "RED")
    if bad:
        return Finding("numbers", "warn", f"{bad} of {len(numbers)} numbers are rated RED; people block or report them")
    return Finding("numbers", "ok")


def _webhooks(session: CloudSession) -> Finding:
    if list(session.listed(f"{session.business}/subscribed_apps")):
        return Finding("webhooks", "ok")
    return Finding(
        "webhooks",
        "warn",
        "no app receives the account's messages, and they cannot be fetched later; subscribe the app",
    )

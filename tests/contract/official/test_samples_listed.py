"""Every published payload is fed to the code that will meet it, or stands here with the reason why not.

A payload that is new in the folder fails the first test until it is one or the other.
"""

import json
from collections.abc import Callable
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest

from collectors.base import FileReport, FileSettings
from collectors.errors import CollectorError, RejectFile
from collectors.facebook.streams import Comments, PageDay, Posts, VisitorPosts
from collectors.facebook.streams_insights import Insights
from collectors.mailchimp.source import Mailchimp
from collectors.service import PullReport
from collectors.whatsapp_cloud.events import records_of
from collectors.whatsapp_cloud.streams import CloudMetric, CloudNumber
from collectors.whatsapp_export.reader import WhatsAppExport
from simulator.services.server import Answer, Call, Server
from tests.accounts import account_of
from tests.conftest import SHARED
from tests.contract.official.playing import MAILCHIMP, NOW, WHATSAPP, pull
from tests.contract.test_facebook_samples import WINDOW as GRAPH_WINDOW
from tests.contract.test_facebook_samples import session_of
from texts import error_texts

FOLDER = SHARED / "contracts"
FILES = sorted(
    path.relative_to(FOLDER).as_posix()
    for path in FOLDER.rglob("*")
    if path.is_file() and path.name != "README.md" and ({"samples", "whatsapp-export"} & set(path.parts))
)
LEFT = {
    "zoom/samples/webhooks/*": "events of meetings, read by the receiver of webhooks and not by a collector that pulls",
    "mailchimp/samples/webhooks-form/*": "hooks of Mailchimp, read by the receiver of webhooks",
    "meta-graph/samples/fivetran-seeds/*": "tables of another program; test_facebook_samples compares their metrics",
    "ga4/samples/*": "test_ga4_official sends each over gRPC and REST",
    "whatsapp-export/chatminer__target.json": "what another program makes of a chat, no payload",
}


class Everything(Server):
    """Answers every call alike."""

    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self._answer = answer

    def missing(self, call: Call) -> Answer:
        """The one answer."""
        return self._answer


def told(rows: int, report: PullReport, problem: Exception | None) -> bool:
    """Whether something came of it that a person can see."""
    if problem is not None:
        assert isinstance(problem, CollectorError) and problem.code in error_texts()
    assert all(one.code in error_texts() for one in report.rejected)
    return bool(rows or report.rejected or report.drift or report.notices or problem)


def of_whatsapp(path: Path) -> bool:
    """An answer of the platform, to every call of the collector."""
    document = json.loads(path.read_text(encoding="utf-8"))
    status = int(path.name.split("__")[1])
    seen = []
    for stream in (CloudNumber, CloudMetric):
        with Everything(Answer.json(document["value"], status)) as server:
            account = WHATSAPP.account(server)  # type: ignore[arg-type]
            done = pull(WHATSAPP.source(NOW), account, stream)
        seen.append(told(sum(map(len, done.rows.values())), done.report, done.problem))
    return any(seen)


def of_mailchimp(path: Path) -> bool:
    """A recorded answer, to every call of the collector."""
    document = json.loads(path.read_text(encoding="utf-8"))
    kind = "application/problem+json" if document["status"] >= 400 else "application/json"
    seen = []
    for stream in Mailchimp.streams:
        with Everything(Answer.json(document["body"], document["status"], content_type=kind)) as server:
            done = pull(MAILCHIMP.source(NOW), MAILCHIMP.account(server), stream)  # type: ignore[arg-type]
        assert not done.problem or "@" not in str(done.problem)
        seen.append(told(sum(map(len, done.rows.values())), done.report, done.problem))
    return all(seen)


def of_graph(path: Path) -> bool:
    """An answer of Graph, to every stream of a page."""
    answer = json.loads(path.read_text(encoding="utf-8"))
    seen = []
    for stream in (PageDay, Posts, VisitorPosts, Comments, Insights):
        session, rows = session_of(answer), 0
        problem: Exception | None = None
        try:
            rows = sum(page.rows.num_rows for page in stream().pages(session, GRAPH_WINDOW))
        except CollectorError as refused:
            problem = refused
        seen.append(told(rows, session.report, problem))
    return all(seen)


def of_webhook(path: Path) -> bool:
    """A body of a webhook: read, or known to be silent."""
    report = PullReport()
    pages = records_of(
        json.loads(path.read_text(encoding="utf-8")),
        account_of("whatsapp_cloud", "samples", {"business_account": "1"}),
        report,
    )
    assert not report.rejected
    return bool(pages) or path.name.startswith(("account_", "template_", "user_mark", "group_", "system__identity"))


def of_chat(path: Path) -> bool:
    """An exported chat: read to its end with every line accounted for, or refused in words."""
    report = FileReport(str(path))
    try:
        rows = sum(page.rows.num_rows for page in WhatsAppExport().pages(path, FileSettings(), report))
    except RejectFile as refused:
        return len(str(refused).split()) > 3
    lines = report.details["lines"]
    assert lines["physical"] == sum(lines[part] for part in ("entries", "continuation", "blank", "before_first"))
    return rows > 0


FED: dict[str, Callable[[Path], bool]] = {
    "whatsapp/samples/cloud-api-responses/*": of_whatsapp,
    "whatsapp/samples/cloud-api-webhooks/*": of_webhook,
    "whatsapp/samples/pywa-updates/*": of_webhook,
    "mailchimp/samples/recorded-http/*": of_mailchimp,
    "meta-graph/samples/graph-responses/*": of_graph,
    "meta-graph/samples/meta-docs/*": of_graph,
    "whatsapp-export/*.txt": of_chat,
}
CASES: list[Any] = [(name, feed) for name in FILES for pattern, feed in FED.items() if fnmatch(name, pattern)]
ABSENT = [pytest.param("", of_chat, marks=pytest.mark.skip("shared material not present"))]


def test_every_payload_is_fed_or_listed() -> None:
    if not FILES:
        pytest.skip("shared material not present")
    patterns = [*FED, *LEFT]
    for name in FILES:
        assert sum(fnmatch(name, pattern) for pattern in patterns) == 1, f"{name} is neither fed nor listed, or both"
    assert [pattern for pattern in patterns if not any(fnmatch(name, pattern) for name in FILES)] == []


@pytest.mark.parametrize(("name", "feed"), CASES or ABSENT)
def test_every_payload_tells_something(name: str, feed: Callable[[Path], bool]) -> None:
    assert feed(FOLDER / name)

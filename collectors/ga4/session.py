"""One property through the vendor's client: all pages of a report, bounded patience, quotas left alone in time."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from collectors.deadline import WatchedAdapter, ends_within
from collectors.errors import CollectorError, FixCredentials
from collectors.ga4.errors import BUCKETS, KEYS, exhausted, meaning, passes_by_itself
from collectors.ga4.plan import Plan, plan_of
from collectors.ga4.questions import Answer, Question, rows_of
from collectors.ga4.settings import Ga4Settings, loopback
from collectors.paging import too_short, until_complete
from collectors.patience import Patience
from collectors.service import Account, PullReport

HOST = "analyticsdata.googleapis.com"
SCOPES = ["https://www.googleapis.com/auth/analytics.readonly"]
ATTEMPTS = 3
TIMEOUT_SECONDS = 30.0
"""Three times this and the waits between stay under two minutes."""
_TRANSPORTS = "google.analytics.data_v1beta.services.beta_analytics_data.transports"
_TALKATIVE = (f"{_TRANSPORTS}.grpc", f"{_TRANSPORTS}.rest", "google.auth.transport.requests")
"""Loggers of Google's that write down whole requests and answers, where somebody asks for DEBUG."""


def _nothing(_record: logging.LogRecord) -> bool:
    return False


class Session:
    """Asks reports of one property. The client is made at the first call: it takes a third of a second to import."""

    def __init__(self, account: Account, report: PullReport, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self.account, self.report, self.plan = account, report, plan_of(account.own(Ga4Settings))
        self.read_at = datetime.now(UTC)
        self._sleep = sleep
        self._client: Any = None
        self._left: dict[str, int] = {}
        self._spent: dict[str, int] = {}

    def ask(self, question: Question) -> Answer:
        """The whole report. Raises RetryLater, FixCredentials or SourceChanged."""
        return until_complete(lambda: self._read(question), "rows")

    def _read(self, question: Question) -> Answer | None:
        """All pages once; None when the pages do not belong together."""
        answer, offset, limit = Answer(question), 0, self.plan.page_size
        announced: int | None = None
        seen: set[tuple[Any, ...]] = set()
        while announced is None or offset < announced:
            response = self._call(question, offset)
            if announced is not None and response.row_count != announced:
                return None
            announced = response.row_count  # absent in an empty report, and then 0
            keys = {tuple(value.value for value in row.dimension_values) for row in rows_of(response)}
            if len(keys) != len(response.rows) or keys & seen:
                return None
            seen |= keys
            answer.take(response, self.report)
            if not response.rows:
                break  # whatever was announced, there is no more; asking on would spend the day's quota
            offset += limit
        if answer.received != announced:
            raise too_short("rows", announced, answer.received)
        return answer

    def _call(self, question: Question, offset: int) -> Any:
        """One page, with patience for what passes by itself."""
        self._spare_quota()
        client = self._opened()
        request = question.request(self.plan.property, offset, self.plan.page_size)
        for _ in Patience(ATTEMPTS, self._sleep):
            self.report.calls += 1
            try:
                # The client has no default retry, and one of its own would hide the calls from the report.
                with ends_within(TIMEOUT_SECONDS):
                    response = client.run_report(request, retry=None, timeout=TIMEOUT_SECONDS)
            except Exception as problem:  # noqa: BLE001 (each is given its meaning; the texts may quote credentials)
                failure = problem
            else:
                self.report.received_bytes += type(response).pb(response).ByteSize()
                self._note_quota(response.property_quota)
                return response
            if not passes_by_itself(failure):
                break
        asked = (*question.dimensions, *question.metrics, *(o.dimension for c in question.clauses for o in c))
        raise meaning(failure, asked, self._left, datetime.now(UTC)) from None

    def _spare_quota(self) -> None:
        """Stop before a bucket is empty: an exhausted one stops every other reader of the property too."""
        for bucket, left in self._left.items():
            # What is going on at this moment is no store that we could use up.
            if BUCKETS[bucket] != "moment" and left < self._spent.get(bucket, 0):
                raise exhausted(bucket, datetime.now(UTC))

    def _note_quota(self, quota: Any) -> None:
        for bucket in BUCKETS:
            status = getattr(quota, bucket, None)
            if status is None or not (status.consumed or status.remaining):
                continue
            self._left[bucket], self._spent[bucket] = status.remaining, status.consumed
            self.report.quota[bucket] = f"{status.remaining} left, {status.consumed} for the last call"

    def close(self) -> None:
        """Close the line, which gRPC would otherwise complain of when the process ends. A later call opens another."""
        if self._client is not None:
            self._client.transport.close()
            self._client = None

    def _opened(self) -> Any:
        if self._client is None:
            self._client = client_for(self.account, self.plan)
        return self._client


def client_for(account: Account, plan: Plan) -> Any:
    """The vendor's client. A server on this machine is spoken to in the open, and given no credentials."""
    from google.analytics.data_v1beta import BetaAnalyticsDataClient
    from google.analytics.data_v1beta.services.beta_analytics_data import transports
    from google.auth.credentials import AnonymousCredentials

    for name in _TALKATIVE:
        logging.getLogger(name).addFilter(_nothing)  # the same filter again changes nothing
    rest, grpc = transports.BetaAnalyticsDataRestTransport, transports.BetaAnalyticsDataGrpcTransport
    here = loopback(account.base_url) if account.base_url is not None else None
    if plan.is_rest:
        nobody = AnonymousCredentials()  # type: ignore[no-untyped-call]
        if here is not None:
            made = rest(host=here, url_scheme="http", credentials=nobody)
        else:
            made = rest(host=HOST, credentials=_credentials(account))
        made._session.max_redirects = 0  # the key goes nowhere else
        for speaking in (made._session, made._session._auth_request_session):
            for scheme in ("https://", "http://"):
                speaking.mount(scheme, WatchedAdapter())
        return BetaAnalyticsDataClient(transport=made)
    if here is None:
        return BetaAnalyticsDataClient(transport=grpc(host=HOST, credentials=_credentials(account)))
    import grpc as wire  # type: ignore[import-untyped]

    return BetaAnalyticsDataClient(transport=grpc(channel=wire.insecure_channel(here)))


def _credentials(account: Account) -> Any:
    """The service account of the key file the secret refers to."""
    from google.oauth2 import service_account

    remedy: CollectorError = FixCredentials("key_shape", where=KEYS)
    try:
        return service_account.Credentials.from_service_account_info(  # type: ignore[no-untyped-call]
            json.loads(account.secrets["credentials"]), scopes=SCOPES
        )
    except Exception:  # noqa: BLE001 (its text may quote the key)
        raise remedy from None

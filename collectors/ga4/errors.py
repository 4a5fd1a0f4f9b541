"""What each failure of the client means for the caller. Nothing of the service's own text is repeated."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from collectors.deadline import TooSlow
from collectors.errors import CollectorError, FixCredentials, RetryLater, SourceChanged
from collectors.patience import DEFAULT_WAIT

DAY_RESETS = ZoneInfo("America/Los_Angeles")
"""Daily quotas begin anew at midnight there."""
KEYS = "IAM, Service accounts, Keys"
BUCKETS = {
    "tokens_per_day": "day",
    "tokens_per_hour": "hour",
    "tokens_per_project_per_hour": "hour",
    "server_errors_per_project_per_hour": "hour",
    "potentially_thresholded_requests_per_hour": "hour",
    "concurrent_requests": "moment",
}


def reset_of(length: str, now: datetime) -> datetime:
    """When a bucket of this length is full again."""
    if length == "day":
        there = now.astimezone(DAY_RESETS).date() + timedelta(days=1)
        return datetime(there.year, there.month, there.day, tzinfo=DAY_RESETS).astimezone(UTC)
    if length == "hour":
        return now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return now + timedelta(minutes=1)


def exhausted(bucket: str, now: datetime) -> RetryLater:
    """The quota of a bucket is used up."""
    return RetryLater("quota", until=reset_of(BUCKETS.get(bucket, "hour"), now), which=bucket)


def passes_by_itself(problem: Exception) -> bool:
    """Whether the same call may succeed in a moment."""
    import requests
    from google.api_core import exceptions as known
    from google.auth import exceptions as auth

    passing = (known.ServiceUnavailable, known.GatewayTimeout, known.InternalServerError, known.BadGateway)
    broken = (requests.RequestException, auth.TransportError, TooSlow)
    return isinstance(problem, (*passing, *broken)) and not isinstance(problem, requests.TooManyRedirects)


def meaning(problem: Exception, asked: Iterable[str], quota: Mapping[str, int], now: datetime) -> CollectorError:
    """The collector's error for one of the client's. `asked` are field names; `quota` what was left last."""
    from google.api_core import exceptions as known
    from google.auth import exceptions as auth

    if type(problem).__name__ == "TooManyRedirects":
        return SourceChanged("redirect")
    if passes_by_itself(problem):
        return RetryLater("retry_later", until=now + DEFAULT_WAIT, why=type(problem).__name__)
    if isinstance(problem, known.TooManyRequests):
        return exhausted(_bucket(str(problem).lower(), quota), now)
    if isinstance(problem, (known.Forbidden, known.NotFound)):
        return FixCredentials("not_shared", setting="property", role="Viewer")
    if isinstance(problem, (known.Unauthorized, auth.GoogleAuthError)):
        return FixCredentials("key_invalid", where=KEYS)
    if isinstance(problem, known.BadRequest):
        named = [name for name in asked if name in str(problem)]
        return SourceChanged("invalid_argument", names=", ".join(named) or "?")
    return SourceChanged("unknown_answer", why=type(problem).__name__)


def _bucket(text: str, quota: Mapping[str, int]) -> str:
    """Which bucket ran out: the service says it in words; what it last said was left helps when it does not."""
    if "concurrent" in text:
        return "concurrent_requests"
    if "threshold" in text:
        return "potentially_thresholded_requests_per_hour"
    if "server error" in text:
        return "server_errors_per_project_per_hour"
    if "day" in text or "daily" in text:
        return "tokens_per_day"
    empty = [name for name in BUCKETS if quota.get(name, 1) <= 0]
    return empty[0] if empty and "hour" not in text else "tokens_per_hour"

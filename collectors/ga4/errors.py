"""What each failure of the client means for the caller. Nothing of the service's own text is repeated."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from collectors.errors import CollectorError, FixCredentials, RetryLater, SourceChanged

DAY_RESETS = ZoneInfo("America/Los_Angeles")
"""Daily quotas begin anew at midnight there."""
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
    return RetryLater(
        f"ga4 has used up {bucket.replace('_', ' ')}; it is read on by itself when the quota is new",
        until=reset_of(BUCKETS.get(bucket, "hour"), now),
        code="quota",
    )


def passes_by_itself(problem: Exception) -> bool:
    """Whether the same call may succeed in a moment."""
    import requests
    from google.api_core import exceptions as known
    from google.auth import exceptions as auth

    passing = (known.ServiceUnavailable, known.GatewayTimeout, known.InternalServerError, known.BadGateway)
    broken = (requests.RequestException, auth.TransportError)
    return isinstance(problem, (*passing, *broken)) and not isinstance(problem, requests.TooManyRedirects)


def meaning(problem: Exception, asked: Iterable[str], quota: Mapping[str, int], now: datetime) -> CollectorError:
    """The collector's error for one of the client's. `asked` are field names; `quota` what was left last."""
    from google.api_core import exceptions as known
    from google.auth import exceptions as auth

    if type(problem).__name__ == "TooManyRedirects":
        return SourceChanged(
            "ga4 answered with a redirect, which is not followed; check the network between, then run `kehila doctor`",
            code="redirect",
        )
    if passes_by_itself(problem):
        return RetryLater("ga4 could not answer; it is tried again later", until=now + timedelta(minutes=5))
    if isinstance(problem, known.TooManyRequests):
        return exhausted(_bucket(str(problem).lower(), quota), now)
    if isinstance(problem, (known.Forbidden, known.NotFound)):
        return FixCredentials(
            "ga4 does not let us read the property; check its number and add the service account as Viewer "
            "under Admin, Property access management"
        )
    if isinstance(problem, (known.Unauthorized, auth.GoogleAuthError)):
        return FixCredentials("ga4 refuses the service account's key; make a new key file and run `kehila doctor`")
    if isinstance(problem, known.BadRequest):
        named = [name for name in asked if name in str(problem)]
        return SourceChanged(
            f"ga4 no longer accepts {', '.join(named) or 'the request'}; the collector has to be brought up to date",
            code="invalid_argument",
        )
    return SourceChanged(
        f"ga4 answered in a way we do not know ({type(problem).__name__}); nothing was loaded, run `kehila doctor`",
        code="unknown_answer",
    )


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

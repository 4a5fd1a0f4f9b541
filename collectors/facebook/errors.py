"""Graph's error table: from a refusal to what the caller has to do. One place for all codes."""

from __future__ import annotations

from datetime import datetime, timedelta

from collectors.errors import CollectorError, FixCredentials, RetryLater, SourceChanged
from collectors.facebook.graph import Refusal

PASSING = frozenset({1, 2})
LIMITS = frozenset({4, 17, 32, 613, *range(80000, 80015)})
BLOCKS = frozenset({341, 368})
TOKEN = frozenset({102, 190})
PERMISSION = frozenset({3, 10, *range(200, 300)})
LONGEST_WAIT = timedelta(hours=24)
WAIT_UNTOLD = timedelta(hours=1)
NOT_VISIBLE = "not_visible"
INVALID_METRIC = "invalid_metric"

_SUBCODES = {
    458: "the app was removed from the account that gave the token",
    459: "the account that gave the token has to pass a check at facebook.com first",
    460: "the password of the account that gave the token was changed",
    463: "the token has expired",
    464: "the account that gave the token is not confirmed",
    467: "the token is no longer valid",
    492: "the account that gave the token lost its role on the page",
}


def passes_by_itself(refusal: Refusal) -> bool:
    """Whether trying again shortly may help. Limits often call themselves transient; they are not short."""
    if refusal.code in LIMITS | BLOCKS | TOKEN | PERMISSION or refusal.status == 429:
        return False
    return refusal.is_passing or refusal.code in PASSING


def wait_of(regain_minutes: float) -> timedelta:
    """How long a limit lasts: what Graph says, within reason; an hour when it says nothing."""
    return min(timedelta(minutes=regain_minutes), LONGEST_WAIT) if regain_minutes > 0 else WAIT_UNTOLD


def error_of(refusal: Refusal, account: str, regain_minutes: float, now: datetime) -> CollectorError:
    """The error to raise for a refusal that does not pass by itself. `account` is the town's name of it."""
    code, place = refusal.code, f"Facebook account {account}"
    if code in LIMITS or refusal.status == 429:
        return RetryLater(
            f"{place} used up what Facebook allows (code {code}); it is tried again by itself",
            until=now + wait_of(regain_minutes),
            code="limit",
        )
    if code in BLOCKS:
        return RetryLater(
            f"{place} is blocked for a while (code {code}); it is tried again in a day",
            until=now + timedelta(days=1),
            code="blocked",
        )
    if code in TOKEN:
        why = _SUBCODES.get(refusal.subcode or 0, "the token is not accepted")
        return FixCredentials(f"{place}: {why}; make a new page token, then run `kehila doctor`", code="token")
    if code in PERMISSION or (code == 100 and refusal.permissions):
        named = " or ".join(refusal.permissions) or "a permission (pages_read_engagement, pages_read_user_content, "
        named += "" if refusal.permissions else "read_insights)"
        return FixCredentials(
            f"{place} lacks {named}; grant it to the app for this page, make a new token, then run `kehila doctor`",
            code="permission",
        )
    if code == 100 and refusal.is_invalid_metric:
        return SourceChanged(f"{place}: Facebook no longer knows this metric", code=INVALID_METRIC)
    if code == 100 and refusal.subcode == 33:
        return FixCredentials(
            f"{place}: what was asked for does not exist or the token may not see it; check the page's number and "
            "that the token is this page's",
            code=NOT_VISIBLE,
        )
    return SourceChanged(
        f"{place}: Facebook refused a call that used to work (code {code}, status {refusal.status})",
        code=f"graph_{code}" if code is not None else f"http_{refusal.status}",
    )

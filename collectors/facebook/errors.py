"""Graph's error table: from a refusal to what the caller has to do. One place for all codes."""

from __future__ import annotations

from datetime import datetime, timedelta

from collectors.errors import CollectorError, FixCredentials, RetryLater, SourceChanged
from collectors.facebook.graph import Refusal
from collectors.patience import asked_minutes

PASSING = frozenset({1, 2})
LIMITS = frozenset({4, 17, 32, 613, *range(80000, 80015)})
BLOCKS = frozenset({341, 368})
TOKEN = frozenset({102, 190})
PERMISSION = frozenset({3, 10, *range(200, 300)})
WAIT_UNTOLD = timedelta(hours=1)
PERMISSIONS_ASKED = ("pages_read_engagement", "pages_read_user_content", "read_insights")

_SUBCODES = {
    458: "token_app_removed",
    459: "token_needs_check",
    460: "token_password_changed",
    463: "token_expired",
    464: "token_needs_check",
    492: "token_role_lost",
}


def passes_by_itself(refusal: Refusal) -> bool:
    """Whether trying again shortly may help. Limits often call themselves transient; they are not short."""
    if refusal.code in LIMITS | BLOCKS | TOKEN | PERMISSION or refusal.status == 429:
        return False
    return refusal.is_passing or refusal.code in PASSING


def wait_of(regain_minutes: float) -> timedelta:
    """How long a limit lasts: what Graph says, within reason; an hour when it says nothing."""
    return asked_minutes(regain_minutes) or WAIT_UNTOLD


def error_of(refusal: Refusal, regain_minutes: float, now: datetime) -> CollectorError:
    """The error to raise for a refusal that does not pass by itself."""
    code = refusal.code
    shown = f"code {code}" if code is not None else str(refusal.status)
    if code in LIMITS or refusal.status == 429:
        return RetryLater("quota", until=now + wait_of(regain_minutes), which=shown)
    if code in BLOCKS:
        return RetryLater("blocked", until=now + timedelta(days=1), answer=shown)
    if code in TOKEN:
        return FixCredentials(_SUBCODES.get(refusal.subcode or 0, "token_refused"))
    if code in PERMISSION or (code == 100 and refusal.permissions):
        named = ", ".join(refusal.permissions or PERMISSIONS_ASKED)
        return FixCredentials("permission", permission=named)
    if code == 100 and refusal.is_invalid_metric:
        return SourceChanged("metric_gone")
    if code == 100 and refusal.subcode == 33:
        return FixCredentials("not_visible", setting="page")
    return SourceChanged("call_refused", answer=shown)

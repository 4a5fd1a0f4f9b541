"""Whether what a source tells has grown old. Judged at every refresh: a source that fell silent is never staged."""

from __future__ import annotations

import json
from datetime import date, timedelta

from expectations.profile import NEWEST
from expectations.results import Notice
from expectations.suite import Suite

EPOCH = date(1970, 1, 1)


def too_old(suite: Suite, profile: str, today: date) -> Notice | None:
    """The doubt that the newest row of a fact is old, by the profile of its last month as the ledger keeps it.

    It names the day and no number that grows with each day: what is accepted stays so until something newer came.
    """
    if suite.fresh_days is None or not profile:
        return None
    newest = max((one[NEWEST] for one in json.loads(profile)["spaces"].values() if NEWEST in one), default=None)
    if newest is None:
        return None
    day = EPOCH + timedelta(days=int(newest))
    return Notice("stale", {"newest": day}) if (today - day).days > suite.fresh_days else None

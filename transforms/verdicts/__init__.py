"""Is it really rising? From a series of months to a verdict, and from many verdicts to what page one may claim.

A function from data to data: no database, no clock, no text. `verdict_of` reads nothing later than the month it is
asked of, so a verdict can be computed again from its series alone, and no later month changes an earlier verdict.
"""

from transforms.verdicts.calendar import MonthDays, month_days
from transforms.verdicts.conclude import ENGINE, verdict_of
from transforms.verdicts.page import claims
from transforms.verdicts.replay import as_text, digests_of, from_text
from transforms.verdicts.series import Emergency, Point, Rebase, Series, Target, Verdict

__all__ = [
    "ENGINE",
    "Emergency",
    "MonthDays",
    "Point",
    "Rebase",
    "Series",
    "Target",
    "Verdict",
    "as_text",
    "claims",
    "digests_of",
    "from_text",
    "month_days",
    "verdict_of",
]

"""The source `ga4`: one property an account."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime, timedelta

from collectors.errors import CollectorError
from collectors.ga4.plan import Only, Use
from collectors.ga4.questions import Question
from collectors.ga4.session import HOST, Session
from collectors.ga4.settings import Ga4Settings
from collectors.ga4.streams import DailyUse, MonthlyUse, PageViews, Pull
from collectors.service import Account, Finding, PullReport, Source

TRIED_DAYS = timedelta(days=28)


class GoogleAnalytics(Source):
    """One GA4 property: the town's site, its app, or both."""

    Settings = Ga4Settings
    streams = (MonthlyUse, DailyUse, PageViews)
    side_streams = (Pull,)
    hosts = (HOST, "oauth2.googleapis.com")
    assets = ("website", "app")

    def open(self, account: Account, report: PullReport) -> Session:
        """A session; the first call is made by the first report."""
        return Session(account, report)

    def reuse_session(self, session: Session) -> bool:
        """The line and what is known of quotas serve another pull; figures are of its own instant."""
        session.read_at = datetime.now(UTC)
        return True

    def close(self, session: Session) -> None:
        """Close the line to Google."""
        session.close()

    def check(self, account: Account) -> list[Finding]:
        """One small report for each thing configured, over the last four weeks."""
        try:
            with closing(Session(account, PullReport())) as session:
                return [one for use in session.plan.uses for one in _findings(session, use)]
        except CollectorError as problem:
            return [Finding("property", "fail", problem=problem)]


def _findings(session: Session, use: Use) -> list[Finding]:
    today = datetime.now(UTC).date()
    stretch = (today - TRIED_DAYS, today - timedelta(days=1))
    plan, found = session.plan, []
    everybody = session.ask(Question(("activeUsers",), *stretch, clauses=use.clauses))
    found.append(_some(f"{use.space}: read", bool(everybody.rows), "nothing was counted in four weeks; check the tag"))
    zone = everybody.time_zone
    if zone and zone != session.account.timezone:
        found.append(Finding("time zone", "warn", f"the property's days are those of {zone}; set it under Admin"))
    if plan.cities:
        residents = session.ask(
            Question(("activeUsers",), *stretch, clauses=(*use.clauses, (Only("cityId", plan.cities),)))
        )
        remedy = "nobody from these cities in four weeks; check resident_city_ids"
        found.append(_some(f"{use.space}: residents", bool(residents.rows), remedy))
    else:
        found.append(Finding("residents", "warn", "give resident_city_ids, else nobody is known to be a resident"))
    seen = session.ask(Question(("keyEvents",), *stretch, ("eventName",), use.clauses))
    counted = {row["eventName"] for row in seen.rows if row["keyEvents"]}
    silent = "not counted in four weeks; mark it as a key event or mend it"
    unsorted = "counted by the property, but key_events gives it no kind"
    found += [Finding(f"key event {name}", "warn", silent) for name in sorted(set(plan.key_events) - counted)]
    found += [Finding(f"key event {name}", "warn", unsorted) for name in sorted(counted - set(plan.key_events))]
    return found


def _some(what: str, is_there: bool, remedy: str) -> Finding:
    return Finding(what, "ok") if is_there else Finding(what, "warn", remedy)

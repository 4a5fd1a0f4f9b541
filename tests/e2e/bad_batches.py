"""Bad batches, planted in the landed rows of a town as staging reads them, and what has to become of each.

A plant alters rows of one source: what a service, a person or a faulty release would have given. What a collector
itself checks is passed by.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count, zip_longest
from types import ModuleType
from typing import Any

import pyarrow as pa
import pytest

from pipeline.refresh import staging
from tests.e2e.bad_town import CLOSED, OPEN, RUNNING
from town import staged
from town.landed import landed_tables
from transforms.staging.units import LandedPart

Row = dict[str, Any]
Change = Callable[[Row], Row | list[Row] | None]
"""What becomes of a landed row: another, several, or nothing."""


@dataclass(frozen=True)
class Plant:
    """A bad batch: what it alters of landed streams, or of staged facts as a faulty release would.

    `verdict` is the worst that is said of it, `rule` (FACT.RULE) one that says so.
    """

    name: str
    source: str
    verdict: str
    rule: str
    streams: Mapping[str, Change] = field(default_factory=dict)
    facts: Mapping[str, Change] = field(default_factory=dict)

    @property
    def is_of_closed(self) -> bool:
        """Whether it is of a month that was published, of which nothing may change."""
        return self.verdict in ("held", "aside")


_TIMES = (
    "created_at", "sent_at", "opened_at", "started_at", "first_day", "period_start", "day", "sent_local", "joined_at",
    "at_local", "published_at", "published_day", "closed_day",
)  # fmt: skip


def month_of(row: Row) -> str:
    """The month a landed row is of, by its first time; '' where it has none."""
    if row.get("month"):
        return str(row["month"])
    at = next((row[name] for name in _TIMES if row.get(name) is not None), None)
    return f"{at:%Y-%m}" if at is not None else ""


def during(change: Change, *months: str) -> Change:
    """The change in some months, every other row as it is."""

    def changed(row: Row) -> Row | list[Row] | None:
        return change(row) if month_of(row) in months else row

    return changed


def both(*changes: Change) -> Change:
    """One change after another, each of single rows."""

    def changed(row: Row) -> Row | list[Row] | None:
        for one in changes[:-1]:
            found = one(row)
            assert isinstance(found, dict)
            row = found
        return changes[-1](row)

    return changed


def times(factor: float, *names: str) -> Change:
    """Amounts so many times as large, whole ones whole."""

    def changed(row: Row) -> Row:
        new = {name: row[name] * factor for name in names if row.get(name) is not None}
        return row | {name: int(one) if isinstance(row[name], int) else one for name, one in new.items()}

    return changed


def put(**values: Any) -> Change:
    """Other values; one that is called gives it from the row."""
    return lambda row: row | {name: one(row) if callable(one) else one for name, one in values.items()}


def moved(by: timedelta, *names: str) -> Change:
    """Times later by so much."""
    return lambda row: row | {name: row[name] + by for name in names if row.get(name) is not None}


def every(part: int) -> Change:
    """One row of so many stays."""
    seen = count()
    return lambda row: row if next(seen) % part == 0 else None


def but_first_half(column: str) -> Change:
    """Only what is of the first fourteen days stays."""
    return lambda row: row if row[column].day <= 14 else None


def gone(row: Row) -> None:
    """No row."""


def twice(*names: str) -> Change:
    """Each row again under other ids."""
    return lambda row: [row, row | {name: f"{row[name]}-again" for name in names}]


def on_day(day: int, change: Change, column: str) -> Change:
    """The change on one day of the month."""
    return lambda row: change(row) if row[column].day == day else row


def altered(table: pa.Table, change: Change) -> pa.Table:
    """A table after a change."""
    rows: list[Row] = []
    for row in table.to_pylist():
        new = change(row)
        rows += new if isinstance(new, list) else [] if new is None else [new]
    return pa.Table.from_pylist(rows, schema=table.schema)


class _Landed:
    """Landed partitions with altered rows."""

    def __init__(self, real: Any, changes: Mapping[str, Change]) -> None:
        self._real, self._changes = real, changes

    def parts(self, stream: str) -> list[LandedPart]:
        return list(self._real.parts(stream))

    def rows(self, stream: str, parts: Any) -> pa.Table:
        found = self._real.rows(stream, parts)
        return altered(found, self._changes[stream]) if stream in self._changes else found


@dataclass(frozen=True)
class _Unit:
    """A unit staged of altered rows."""

    real: Any
    plant: str
    landed: _Landed
    facts: Mapping[str, Change]

    def __getattr__(self, name: str) -> Any:
        return getattr(self.real, name)

    @property
    def fingerprint(self) -> str:
        return f"{self.real.fingerprint}{self.plant}"

    def stage(self, _: Any, carry: Any) -> Any:
        found = self.real.stage(self.landed, carry)
        facts = {
            name: altered(one, self.facts[name]) if name in self.facts else one for name, one in found.facts.items()
        }
        return type(found)(facts, found.carry)


@contextmanager
def planted(plants: list[Plant]) -> Iterator[None]:
    """Staging reads what the plants make of the landed rows; each of another source."""
    by_source = {one.source: one for one in plants}
    assert len(by_source) == len(plants), "two plants of a source would hide each other"
    changes = {stream: change for one in plants for stream, change in one.streams.items()}

    def tables(store: Any, streams: Any) -> dict[str, pa.Table]:
        found = landed_tables(store, streams)
        return {name: altered(one, changes[name]) if name in changes else one for name, one in found.items()}

    def wrapped(module: ModuleType) -> Any:
        plant = by_source.get(module.SOURCE)
        if plant is None:
            return module
        made = ModuleType(module.__name__)
        made.__dict__.update(vars(module))
        made.__dict__["REVISION"] = f"{getattr(module, 'REVISION', 1)} {plant.name}"
        if hasattr(module, "units"):
            made.__dict__["units"] = lambda landed, town: (
                _Unit(one, plant.name, _Landed(landed, plant.streams), plant.facts)
                for one in module.units(landed, town)
            )
        else:
            made.__dict__["stage"] = lambda landed, town: {
                fact: altered(one, plant.facts[fact]) if fact in plant.facts else one
                for fact, one in dict(module.stage(landed, town)).items()
            }
        return made

    modules = [wrapped(module) for module in staged.staging_modules()]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(staging, "landed_tables", tables)
        patch.setattr("pipeline.refresh.refresh.staging_modules", lambda: modules)
        yield


def _plants() -> Iterator[Plant]:
    def ga4(name: str, verdict: str, rule: str, **streams: Change) -> Plant:
        return Plant(name, "website", verdict, rule, streams)

    use = times(10, "users", "sessions", "engaged_seconds")
    yield ga4("users of a month x10", "held", "visit.users", ga4_month=during(use, CLOSED))
    yield ga4("users of an open month x10", "doubted", "visit.users", ga4_month=during(use, OPEN))
    yield ga4("users of the running month x10", "doubted", "visit.users", ga4_month=during(use, RUNNING))
    yield ga4("users of a month x0.1", "held", "visit.users", ga4_month=during(times(0.1, "users", "sessions"), CLOSED))
    yield ga4(
        "users of an open month x0.1", "doubted", "visit.users", ga4_month=during(times(0.1, "users", "sessions"), OPEN)
    )
    yield ga4("negative users", "aside", "visit.out_of_range", ga4_month=during(times(-1, "users"), CLOSED))
    yield ga4("no users, only sessions", "held", "visit.users", ga4_month=during(put(users=None), CLOSED))
    yield ga4("no users in an open month", "doubted", "visit.users", ga4_month=during(put(users=None), OPEN))
    yield ga4(
        "days of three times the sessions of their month",
        "held",
        "visit.day_users",
        ga4_day=during(times(4, "users", "sessions"), CLOSED),
    )
    yield ga4(
        "sessions of an open month's days unlike the month's",
        "doubted",
        "visit.sessions_agree",
        ga4_day=during(times(1.6, "sessions"), OPEN),
    )
    yield ga4(
        "more users in a month than in its days",
        "doubted",
        "visit.month_within_its_days",
        ga4_month=during(times(3, "users"), OPEN),
    )
    yield ga4(
        "a day busier than its month",
        "held",
        "visit.top_day",
        ga4_day=during(on_day(9, times(40, "users"), "day"), CLOSED),
    )
    yield ga4("half of the days", "held", "visit.days", ga4_day=during(but_first_half("day"), CLOSED))
    yield ga4("half of the days of an open month", "doubted", "visit.days", ga4_day=during(but_first_half("day"), OPEN))
    yield ga4(
        "a month told as the next one",
        "held",
        "visit.rows",
        ga4_month=during(moved(timedelta(days=30), "first_day", "last_day"), CLOSED),
        ga4_day=during(moved(timedelta(days=30), "day"), CLOSED),
    )
    yield ga4(
        "every page published on one day",
        "held",
        "publication.rows",
        site_page=put(published_at=datetime(2026, 10, 5, tzinfo=UTC), modified_at=datetime(2026, 10, 5, tzinfo=UTC)),
    )
    yield ga4(
        "ten times the pages",
        "doubted",
        "publication.publications",
        site_page=lambda row: [row | {"page": f"{row['page']}{n}"} for n in range(10)],
    )

    def letters(name: str, verdict: str, rule: str, **streams: Change) -> Plant:
        return Plant(name, "newsletter", verdict, rule, streams)

    opens = ("opens", "unique_opens", "opens_all", "unique_opens_all")
    yield letters(
        "opens x3", "held", "mailing.opens_within_delivered", mailchimp_campaign=during(times(3, *opens), CLOSED)
    )
    yield letters(
        "no opens", "held", "mailing.open_share", mailchimp_campaign=during(put(**dict.fromkeys(opens)), CLOSED)
    )
    yield letters(
        "no opens in an open month",
        "doubted",
        "mailing.open_share",
        mailchimp_campaign=during(put(**dict.fromkeys(opens)), OPEN),
    )
    yield letters(
        "more clickers than recipients",
        "held",
        "mailing.clicks_within_delivered",
        mailchimp_campaign=during(put(clickers=lambda row: row["recipients"] * 2), CLOSED),
    )
    yield letters(
        "subscribers -90 %", "held", "membership.members", mailchimp_month=during(times(0.1, "members"), CLOSED)
    )
    yield letters(
        "subscribers -90 % in an open month",
        "doubted",
        "membership.members",
        mailchimp_month=during(times(0.1, "members"), OPEN),
    )
    yield letters(
        "subscribers +900 %", "held", "membership.members", mailchimp_month=during(times(10, "members"), CLOSED)
    )
    yield letters(
        "subscribers +900 % in an open month",
        "doubted",
        "membership.members",
        mailchimp_month=during(times(10, "members"), OPEN),
    )
    yield letters(
        "a month's campaigns twice under other ids",
        "held",
        "mailing.twice",
        mailchimp_campaign=during(twice("campaign"), CLOSED),
    )
    yield letters(
        "an open month's campaigns twice under other ids",
        "doubted",
        "mailing.twice_at_most",
        mailchimp_campaign=during(twice("campaign"), OPEN),
    )
    yield letters(
        "more delivered than the list has",
        "held",
        "mailing.recipients",
        mailchimp_campaign=during(times(5, "recipients", "delivered", *opens), CLOSED),
    )
    yield letters(
        "more delivered than the list has, open",
        "doubted",
        "mailing.recipients_within_list",
        mailchimp_campaign=during(times(5, "recipients", "delivered", *opens), OPEN),
    )
    yield letters("all campaigns gone", "held", "mailing.announced", mailchimp_campaign=gone)
    yield Plant(
        "nothing staged of what landed",
        "newsletter",
        "held",
        "mailing.announced",
        facts={"mailing": gone, "membership": gone, "publication": gone},
    )

    def page(name: str, verdict: str, rule: str, **streams: Change) -> Plant:
        return Plant(name, "facebook_page", verdict, rule, streams)

    nobody = put(author=None, author_name=None)
    yield page("a month's authors unknown", "held", "message.unknown_authors", facebook_comment=during(nobody, CLOSED))
    yield page(
        "two months' authors unknown", "held", "message.unknown_authors", facebook_comment=during(nobody, CLOSED, OPEN)
    )
    yield page(
        "an open month's authors unknown", "doubted", "message.unknown_authors", facebook_comment=during(nobody, OPEN)
    )
    yield page(
        "posts of the future",
        "held",
        "message.rows",
        facebook_post=during(moved(timedelta(days=70), "created_at"), CLOSED),
    )
    yield page("half of the comments", "held", "message.rows", facebook_comment=during(every(2), CLOSED))
    yield page(
        "of another page",
        "held",
        "platform_metric.amount",
        **dict.fromkeys(
            ("facebook_comment", "facebook_post", "facebook_visitor_post"), put(space="other-town", page_id="77")
        ),
    )
    yield page(
        "everything by the page itself",
        "held",
        "message.staff_share",
        facebook_comment=during(put(is_page=True, author=None, author_name=None), CLOSED),
    )
    yield page("figures x100", "held", "platform_metric.amount", facebook_insight=during(times(100, "amount"), CLOSED))
    yield page(
        "figures of an open month x100",
        "doubted",
        "platform_metric.amount",
        facebook_insight=during(times(100, "amount"), OPEN),
    )
    yield page(
        "negative figures",
        "aside",
        "platform_metric.amount_possible",
        facebook_insight=during(times(-1, "amount"), CLOSED),
    )
    yield page(
        "comments five hours later",
        "held",
        "message.clock",
        facebook_comment=during(moved(timedelta(hours=5), "created_at"), CLOSED),
        facebook_post=during(moved(timedelta(hours=5), "created_at"), CLOSED),
    )
    yield page("followers of today x10", "doubted", "membership.members", facebook_page_day=times(10, "followers"))

    def chats(name: str, verdict: str, rule: str, **streams: Change) -> Plant:
        return Plant(
            name, "whatsapp", verdict, rule, {f"whatsapp_chat_{stream}": one for stream, one in streams.items()}
        )

    later = {hours: moved(timedelta(hours=hours), "sent_local", "at_local") for hours in (2, 3)}
    for hours, change in later.items():
        yield chats(
            f"chats {hours} hours later",
            "held",
            "message.clock",
            message=during(change, CLOSED),
            event=during(change, CLOSED),
        )
    yield chats("half of a month", "held", "message.rows", message=during(but_first_half("sent_local"), CLOSED))
    yield chats("half of an open month", "doubted", "message.rows", message=during(but_first_half("sent_local"), OPEN))
    yield chats(
        "a month twice",
        "held",
        "message.twice",
        message=during(lambda row: [row, row | {"position": row["position"] + 10**6}], CLOSED),
    )
    yield chats(
        "a day twice",
        "held",
        "message.twice",
        message=during(
            on_day(15, lambda row: [row, row | {"position": row["position"] + 10**6}], "sent_local"), CLOSED
        ),
    )
    yield chats(
        "everybody writes once",
        "held",
        "message.authors",
        message=during(put(sender=lambda row: 10**6 + row["position"]), CLOSED),
    )
    yield chats(
        "everybody of an open month writes once",
        "doubted",
        "message.authors",
        message=during(put(sender=lambda row: 10**6 + row["position"]), OPEN),
    )
    yield chats("nobody is known", "held", "message.authors", message=during(put(sender=5), CLOSED))
    yield chats(
        "members jump",
        "held",
        "membership.changes_within_members",
        event=during(put(delta=lambda row: row["delta"] and row["delta"] * 60), CLOSED),
    )
    yield Plant(
        "a whole chat gone",
        "whatsapp",
        "held",
        "message.messages",
        facts={"message": lambda row: None if row["space"] == "wa-gefen" else row},
    )
    yield Plant(
        "nothing staged of chats", "whatsapp", "held", "message.rows", facts={"message": gone, "membership": gone}
    )

    def zoom(name: str, verdict: str, rule: str, **streams: Change) -> Plant:
        return Plant(name, "zoom", verdict, rule, {f"zoom_{stream}": one for stream, one in streams.items()})

    yield Plant(
        "nothing staged of meetings",
        "zoom",
        "held",
        "gathering.announced",
        facts=dict.fromkeys(("gathering", "attendance", "message"), gone),
    )
    ahead = moved(timedelta(days=40), "started_at", "ended_at", "joined_at", "left_at", "sent_at")
    yield zoom(
        "meetings forty days later",
        "held",
        "gathering.rows",
        meeting=during(ahead, CLOSED),
        connection=during(ahead, CLOSED),
    )
    yield zoom(
        "people stay longer than the meeting",
        "held",
        "attendance.within_the_meeting",
        connection=during(
            both(
                moved(timedelta(hours=9), "left_at"), put(seconds=lambda row: row["seconds"] and row["seconds"] + 32400)
            ),
            CLOSED,
        ),
    )
    yield zoom(
        "people of an open month stay longer than the meeting",
        "doubted",
        "attendance.within_the_meeting",
        connection=during(
            both(
                moved(timedelta(hours=9), "left_at"), put(seconds=lambda row: row["seconds"] and row["seconds"] + 32400)
            ),
            OPEN,
        ),
    )
    yield Plant(
        "people of meetings that do not exist",
        "zoom",
        "doubted",
        "attendance.meetings_exist",
        facts={"attendance": during(put(gathering=lambda row: f"{row['gathering']}{row['attendee']}"), OPEN)},
    )
    yield zoom(
        "meetings of thirty hours",
        "aside",
        "gathering.length_possible",
        meeting=during(both(moved(timedelta(hours=30), "ended_at"), put(minutes=1900)), CLOSED),
    )
    yield Plant(
        "every meeting twice under other ids",
        "zoom",
        "held",
        "gathering.twice",
        facts={"gathering": during(twice("gathering"), CLOSED), "attendance": during(twice("gathering"), CLOSED)},
    )
    yield Plant(
        "half of the people",
        "zoom",
        "held",
        "attendance.rows",
        facts={"attendance": during(every(2), CLOSED)},
    )

    def hotline(name: str, verdict: str, rule: str, change: Change, month: str = CLOSED) -> Plant:
        return Plant(name, "hotline_106", verdict, rule, {"hotline_106_request": during(change, month)})

    yield hotline(
        "answered before asked",
        "held",
        "request.answered_after_opened",
        put(answered_at=lambda row: row["opened_at"] - timedelta(hours=3)),
    )
    yield hotline("every request twice", "held", "request.twice", twice("request"))
    yield hotline("every request of an open month twice", "doubted", "request.twice", twice("request"), OPEN)
    yield hotline("half of the requests", "held", "request.rows", every(2))
    yield hotline("half of an open month's requests", "doubted", "request.rows", every(2), OPEN)
    yield hotline(
        "requests three hours later",
        "held",
        "request.clock",
        moved(timedelta(hours=3), "opened_at", "answered_at", "closed_at"),
    )
    yield hotline("nothing was answered", "held", "request.answered", put(answered_at=None, closed_at=None))

    def wave(name: str, verdict: str, rule: str, change: Change) -> Plant:
        return Plant(
            name,
            "survey",
            verdict,
            rule,
            {"survey_answer": lambda row: change(row) if row["wave"] == "2026-09" else row},
        )

    yield wave("all answers are fives", "held", "survey_response.mean", put(answer=5))
    yield wave(
        "one answer to everything",
        "held",
        "survey_response.straight_lined",
        put(answer=lambda row: 1 + row["respondent"] % 5),
    )
    yield wave(
        "the scale the other way round",
        "held",
        "survey_response.highest",
        put(answer=lambda row: row["answer"] and 6 - row["answer"]),
    )
    yield wave(
        "the wave twice",
        "held",
        "survey_response.again",
        lambda row: [row, row | {"respondent": row["respondent"] + 10**6}],
    )
    yield wave(
        "half of the respondents", "held", "survey_response.rows", lambda row: row if row["respondent"] % 2 else None
    )

    def staff(name: str, verdict: str, rule: str, **streams: Change) -> Plant:
        return Plant(name, "staff", verdict, rule, {f"staff_{stream}": one for stream, one in streams.items()})

    yield staff("figures x100", "held", "report.amount", report=during(times(100, "amount"), CLOSED))
    yield Plant(
        "ends before it begins",
        "staff",
        "doubted",
        "report.ends_after_it_began",
        facts={
            "report": during(
                lambda row: row | {"in_force_from": date(2026, 10, 9), "in_force_to": date(2026, 9, 9)}, OPEN
            )
        },
    )
    yield staff("members entered x10", "doubted", "membership.members", membership=during(times(10, "members"), OPEN))
    yield staff(
        "twenty times the publications",
        "doubted",
        "publication.publications",
        publication=during(lambda row: [row | {"publication": f"{row['publication']}-{n}"} for n in range(20)], OPEN),
    )

    def group(name: str, verdict: str, rule: str, change: Change) -> Plant:
        return Plant(name, "facebook_group", verdict, rule, {"facebook_group_metric": change})

    yield group("figures x100", "held", "platform_metric.amount", during(times(100, "amount"), CLOSED))
    yield group(
        "figures of an open month x100", "doubted", "platform_metric.amount", during(times(100, "amount"), OPEN)
    )
    yield group("negative figures", "aside", "platform_metric.amount_possible", during(times(-1, "amount"), CLOSED))
    swap = {"posts": "comments", "comments": "posts", "reactions": "posts_seen"}
    yield group(
        "columns swapped",
        "held",
        "platform_metric.amount",
        during(
            put(
                metric=lambda row: {"members": "active_members", "active_members": "members"}.get(
                    row["metric"], swap.get(row["metric"], row["metric"])
                )
            ),
            CLOSED,
        ),
    )
    yield group("half of the days", "held", "platform_metric.rows", during(but_first_half("period_start"), CLOSED))

    def cloud(name: str, verdict: str, rule: str, change: Change) -> Plant:
        return Plant(name, "whatsapp_cloud", verdict, rule, {"whatsapp_cloud_metric": change})

    yield cloud("figures x100", "held", "platform_metric.amount", during(times(100, "amount"), CLOSED))
    yield cloud("half of the days", "held", "platform_metric.rows", during(but_first_half("day"), CLOSED))
    yield Plant(
        "a closed month heard less",
        "hotline_106",
        "held",
        "coverage.full",
        facts={"coverage": during(put(extent="part"), CLOSED)},
    )
    yield Plant(
        "a closed month heard no more",
        "zoom",
        "held",
        "coverage.full",
        facts={"coverage": during(lambda row: None if row["fact"] == "gathering" else row, CLOSED)},
    )
    segments = set[str]()

    def lost(row: Row) -> Row | None:
        segments.add(row["segment"])
        return row if len(segments) == 1 and row["segment"] in segments else None

    yield Plant(
        "what one file gave is lost", "facebook_group", "held", "membership.rows", {"facebook_group_metric": lost}
    )


PLANTS = tuple(_plants())


def rounds() -> list[list[Plant]]:
    """The plants, one of a source in each round, those of published months apart: one cannot hide another."""
    found: list[list[Plant]] = []
    for is_of_closed in (True, False):
        waiting: dict[str, list[Plant]] = {}
        for one in PLANTS:
            if one.is_of_closed == is_of_closed:
                waiting.setdefault(one.source, []).append(one)
        found += [[one for one in row if one] for row in zip_longest(*waiting.values())]
    return found

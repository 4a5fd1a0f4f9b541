"""What `kehila freshness` says of streams, sources, withdrawn metrics and accounts in trouble."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from texts import Language, kept_error, text, word
from texts.values import days_ago

if TYPE_CHECKING:
    from pipeline.upkeep.freshness import AccountTrouble, SourceFreshness, StreamFreshness, Withdrawn


def stream_lines(one: StreamFreshness, at: datetime, language: Language) -> list[str]:
    """A stream of a service: its last pulls as bars, when one went well, how far it was read; what the last one met."""
    from pipeline.upkeep.freshness import SHOWN_PULLS

    well = text("commands.fresh.last_well", language, when=ago(one.last_success, at, language))
    read = text("commands.fresh.read_until", language, when=instant(one.watermark, language))
    line = f"{one.ref!s:<44} {one.sparkline:<{SHOWN_PULLS}}  {well:<24} {read}"
    if one.drift:
        line = f"{line}  {text('commands.fresh.drift', language, figure=len(one.drift))}"
    problem = kept_error(*one.problem, language)
    state = word("commands.fresh.states", one.status, language)
    return [line.rstrip(), *([f"    {state}: {problem}"] if problem else [])]


def ago(then: datetime | None, at: datetime, language: Language) -> str:
    """How long ago, roughly."""
    if then is None:
        return text("commands.fresh.never", language)
    hours = int((at - then).total_seconds() // 3600)
    if hours < 1:
        return text("operations.ago.hour", language)
    if hours < 48:
        return text("operations.ago.hours", language, count=hours)
    return days_ago(hours // 24, language)


def instant(when: datetime | None, language: Language) -> str:
    """An instant in UTC, to the minute."""
    return f"{when:%Y-%m-%d %H:%M} UTC" if when else text("commands.fresh.nowhere", language)


def source_line(one: SourceFreshness, language: Language) -> str:
    """How far a source speaks of a fact; both by their codes, and by what they are called."""
    since = days_ago(one["days_ago"], language)
    until = text("commands.fresh.until", language, day=f"{one['last_day']}", ago=since)
    named = "" if language == "en" else f" · {word('codes.facts', one['fact'].partition(':')[0], language)}"
    return f"{one['source']:<18} {one['fact']:<16} {until}{named}"


def withdrawn_in_words(one: Withdrawn, language: Language) -> str:
    """A metric that is gone: since when, and what came after it."""
    day, way = (one.since, "since") if one.since else (one.seen_at.date(), "by")
    since = text(f"commands.fresh.{way}", language, day=f"{day}")
    line = text("commands.fresh.withdrawn", language, metric=one.metric, since=since)
    if not one.successor:
        return line
    semicolon, after = text("month.semicolon", language), one.successor
    return f"{line}{semicolon}{text('commands.fresh.successor', language, metric=after)}"


def trouble_in_words(one: AccountTrouble, language: Language) -> str:
    """What the service said of an account, in its own words, and when."""
    event = f"{one.event} ({one.detail})" if one.detail else one.event
    when = instant(one.since, language)
    return text("commands.fresh.trouble", language, account=str(one.account), event=event, when=when)

"""A value of the warehouse for people: the number by its unit, the figure in running text, and why there is none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol
from zoneinfo import ZoneInfo

from texts.catalogue import text, texts_of, word
from texts.writing import Argument, Language, isolated, quoted

PLACES_NAMED = 2
"""Of the places a total lacks so many are named: with eight of them nobody reads the line."""

SAID_FIRST = ("series_break", "like_for_like", "incomplete", "lower_bound", "right_censored", "partial_period", "stale")
"""Flags without which a reader would take a number for another one; the others say how it is known."""

_DECIMALS = {
    "share": 1,
    "minutes": 1,
    "seconds": 0,
    "hours": 1,
    "score_1_5": 2,
    "ils": 0,
    "per_1000": 1,
    "decimal": 2,
    "level_0_3": 2,
}


def number(value: float, unit: str) -> str:
    """The bare number: shares as percent with one decimal, money with the shekel sign.

    Written alike in the three languages (a test compares with Babel's separators), so that columns of figures agree.
    """
    if unit == "share":
        return f"{value * 100:,.1f}%"
    text = _grouped(value, unit)
    if unit == "ils":
        return f"-₪{text[1:]}" if text.startswith("-") else f"₪{text}"
    return text


def interval(lo: float | None, hi: float | None, unit: str, quality: Iterable[str], language: Language) -> str:
    """How sure a sample is of a figure, with what that does not tell where people chose to answer; '' of no sample."""
    if lo is None or hi is None:
        return ""
    key = "report.interval_of_volunteers" if "opt_in_sample" in quality else "report.interval"
    low, high = (isolated(number(end, unit), language) for end in (lo, hi))
    return text(key, language, low=low, high=high)


ALPHA_WELL, ALPHA_LOOSELY = 0.7, 0.6
"""Cronbach's alpha from which the items of a scale are said to hang together, and to do so loosely (Nunnally's 0.7)."""


def answers(people: int | None, equal: float | None, alpha: float | None, language: Language) -> str:
    """How much a survey's figure rests on: how many answered, as how many equal answers that is, how its items agree.

    `equal` is Kish's number, `alpha` the lowest of its scales'; either is left out where it is not known, or where
    `equal` is as many as answered. '' of no survey.
    """
    if people is None:
        return ""
    said = [text("report.answers_of", language, count=people)]
    if equal is not None and round(equal) < people:
        said.append(text("report.as_sure_as", language, count=round(equal)))
    if alpha is not None:
        how = "well" if alpha >= ALPHA_WELL else "loosely" if alpha >= ALPHA_LOOSELY else "hardly"
        said.append(word("report.hang_together", how, language, alpha=isolated(f"{alpha:.2f}", language)))
    return " ".join(said)


def figure(value: float, unit: str, language: Language) -> str:
    """A value with its unit, for running text: the number isolated where the language runs right to left."""
    shown = isolated(number(value, unit), language)
    found = texts_of("figures").get(unit)
    if found is None:
        return shown
    return found.form(language, Decimal(_grouped(value, unit).replace(",", ""))).format(figure=shown)


def reason(code: str, language: Language) -> str:
    """`code:subject` as a clause a community worker understands; '' says the indicator was not computed."""
    name, _, subject = code.partition(":")
    words = (word(f"codes.{kind}", subject, language) for kind in ("families", "facts", "attributes"))
    named = next((told for told in words if told != subject), subject)
    count = int(subject) if subject.isdecimal() else 0
    return word("codes.reasons", name or "not_computed", language, subject=named, month=subject, count=count)


def flag(code: str, language: Language) -> str:
    """A quality flag in words; of `series_break:WHY` with the reason."""
    name, _, subject = code.partition(":")
    said = word("codes.quality", name, language, subject=subject)
    return f"{said}: {word('codes.breaks', subject, language)}" if name == "series_break" and subject else said


def flags(codes: Iterable[str], language: Language, titles: Mapping[str, str]) -> list[str]:
    """Quality flags in words, one each, first those by which a number is not what it seems.

    The places a total lacks (`incomplete:PLACE`) stand together, two of them by name; `titles` name the places.
    """
    said: dict[str, str] = {}
    lacking: list[str] = []
    for code in codes:
        name, _, place = code.partition(":")
        if name == "incomplete":
            lacking.append(titles.get(place) or word("codes.families", place, language))
        else:
            said[flag(code, language)] = name
    if lacking:
        named = comma((quoted(one) for one in sorted(lacking)[:PLACES_NAMED]), language)
        more = len(lacking) - PLACES_NAMED
        named = text("report.and_more", language, named=named, count=more) if more > 0 else named
        said[word("codes.quality", "incomplete", language, subject=named)] = "incomplete"
    return sorted(said, key=lambda one: SAID_FIRST.index(said[one]) if said[one] in SAID_FIRST else len(SAID_FIRST))


def formula(code: str, language: Language, parts: Mapping[str, str]) -> str:
    """How a headline was calculated, where there are several ways; `parts` are the titles of the indicator's parts."""
    name, _, subject = code.partition(":")
    return parts.get(name) or word("codes.formulas", name, language, subject=subject)


def ways(codes: str, language: Language) -> str:
    """How a figure is known, and which sample was asked: `measured carried`, one after the other."""
    return text("month.comma", language).join(word("codes.ways", code, language) for code in codes.split())


def not_used(code: str, language: Language, parts: Mapping[str, str]) -> str:
    """A figure that was known and is not the value, `METHOD:PLACE:PART`: how it is known, and what of it."""
    way, *of = code.split(":")
    return text("month.comma", language).join([word("codes.ways", way, language), *(parts.get(one, one) for one in of)])


def register(code: str, language: Language) -> str:
    """An entry of a register, `NAME:SUBJECT`."""
    name, _, subject = code.partition(":")
    return word("codes.registers", name, language, subject=subject)


def month_values(
    language: Language, *, indicators: int, with_value: int, missing: int, suppressed: int, not_applicable: int,
    reasons: Mapping[str, int],
) -> str:  # fmt: skip
    """How many indicators have a value in a month: `24 of 80 have a value; 56 missing: no source 31, no survey 25`.

    Each of the `indicators` is counted once: `with_value`, `missing` by `reasons` (code -> count), withheld as
    `suppressed`, or `not_applicable`.
    """
    parts = [text("month.with_value", language, figure=with_value, indicators=indicators)]
    if missing:
        comma = text("month.comma", language)
        why = comma.join(
            f"{word('month.reasons', code, language)} {number(count, 'count')}" for code, count in reasons.items()
        )
        parts.append(text("month.missing", language, figure=missing, reasons=why))
    apart = {"suppressed": suppressed, "not_applicable": not_applicable}
    parts += [text(f"month.{status}", language, figure=count) for status, count in apart.items() if count]
    return text("month.semicolon", language).join(parts)


def gap(
    kind: str, language: Language, zone: ZoneInfo, since: date | datetime | None, until: datetime | None = None,
    *, expected: int | None = None, heard: int | None = None,
) -> str:  # fmt: skip
    """What is known of a stretch in which a source was not heard; instants in the town's time.

    `expected` and `heard` are how many were to come and came. Without `until` it lasts; without `since` nothing ever
    came.
    """
    begun, ended = (one.astimezone(zone) if isinstance(one, datetime) else one for one in (since, until))
    return text(
        f"gaps.{kind if since else 'overdue_never'}",
        language,
        since=begun or "",
        until=ended or text("operations.ago.now", language),
        expected=expected or 0,
        heard=heard or 0,
    )


MONTH_OF_DAYS = 30


def days_ago(days: int, language: Language) -> str:
    """So many days ago, roughly: today, days, from a month on months."""
    if days < 1:
        return text("operations.ago.today", language)
    if days < MONTH_OF_DAYS:
        return text("operations.ago.days", language, count=days)
    return text("operations.ago.months", language, count=round(days / MONTH_OF_DAYS))


HEARD = ("empty", "overdue", "overdue_never", "file", "mapping", "receiver_down", "silent", "fewer_than_counted")
"""Conditions that say from when to when a source was not heard."""


def condition(
    code: str, language: Language, zone: ZoneInfo, since: date | datetime | None, arguments: Mapping[str, Argument]
) -> str:
    """What fails or is to be looked at (`pipeline.upkeep.health`); instants in the town's time."""
    local = {name: one.astimezone(zone) if isinstance(one, datetime) else one for name, one in arguments.items()}
    begun = since.astimezone(zone) if isinstance(since, datetime) else since
    local.setdefault("until", text("operations.ago.now", language))
    local["since"] = begun or text("operations.ago.never", language)
    return text(f"{'gaps' if code in HEARD else 'health'}.{code}", language, **local)


def left_out(
    code: str, language: Language, *, records: int, source: str, stream: str, fact: str, month: str, subject: str
) -> str:
    """Landed records that became no fact: how many, of what, and why; `month` '' is one that is not known."""
    said = {"fact": word("codes.facts", fact.partition(":")[0], language), "stream": stream, "subject": subject}
    said["source"] = word("codes.sources", source, language)
    said["month"] = month or text("left_out.month_unknown", language)
    return text(f"left_out.{code}", language, records=records, **said)


class LeftOut(Protocol):
    """A line of what was left out, as the ledger keeps it."""

    records: int
    source: str
    stream: str
    fact: str
    month: str
    code: str
    subject: str


def left_out_in_words(row: LeftOut, language: Language) -> str:
    """What of landed records became no fact, as a sentence."""
    names = ("records", "source", "stream", "fact", "month", "subject")
    return left_out(row.code, language, **{name: getattr(row, name) for name in names})


def comma(pieces: Iterable[str], language: Language) -> str:
    """Pieces as a list the language writes: its own comma between them."""
    return text("month.comma", language).join(pieces)


def counted_in_words(counted: Mapping[str, str | int], language: Language) -> str:
    """How a survey's file was counted beside those before it: how many it adds to how many, or whose place it takes.

    `counted` is what an import's report says: verdict, wave, before, now, added. Of the first of a wave there is ''.
    """
    verdict = counted["verdict"]
    told = {name: counted[name] for name in ("wave", "before", "now", "added")}
    return "" if verdict == "first" else text(f"imports.survey.{verdict}", language, **told)


def _grouped(value: float, unit: str) -> str:
    places = _DECIMALS.get(unit, 0 if float(value).is_integer() else 1)
    text = f"{value:,.{places}f}"
    return text.removeprefix("-") if float(text.replace(",", "")) == 0 else text

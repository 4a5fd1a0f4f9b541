"""A planned sheet to respondents, and respondents to pages; what was assumed is said in notices."""

from __future__ import annotations

import hashlib
import hmac
import re
import unicodedata
from calendar import monthrange
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from typing import Any

from collectors.base import Page, Rejected, Stream
from collectors.errors import RejectFile
from collectors.remarks import Remark, said
from collectors.survey_answers.columns import Plan
from collectors.survey_answers.cuts import CutValues
from collectors.survey_answers.finished import Finished, LeftOut
from collectors.survey_answers.kinds import AnswersByKind
from collectors.survey_answers.mapping import CUTS, OWN_CODE, SurveyMapping
from collectors.survey_answers.sent import Sent, SentColumn
from collectors.survey_answers.streams import SurveyAnswer
from collectors.tabular import (
    Cell,
    CellError,
    DayWriting,
    Row,
    as_number,
    as_text,
    hidden_notice,
    order_notice,
    plain_text,
)

_PAGE_ROWS = 100_000
PULSE = "pulse"
MIN_CODE = 4
"""Letters and digits of a respondent's own code, below which it is none."""
_MONTH = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])")
_IN_UTC = re.compile(r"\b(?:utc|gmt)\b")
"""In the header of a column of times: whose clock they are of."""


@dataclass
class Respondent:
    """One row as understood. `sent` is a keyed digest of the minute, or the day, it was sent."""

    answers: list[tuple[str, int]]
    cuts: dict[str, str | None]
    seconds: int | None
    sent: str | None = None
    when: Sent | None = None
    code: str | None = None  # keyed digest of her own code and the quarter


@dataclass
class Reading:
    """What has been read of the file so far."""

    people: list[Respondent] = field(default_factory=list)
    sent: list[Sent] = field(default_factory=list)
    ahead: list[str] = field(default_factory=list)  # days that have not come yet, put aside
    rejected: list[Rejected] = field(default_factory=list)
    left_out: Counter[LeftOut] = field(default_factory=Counter)
    hidden_rows: int = 0
    is_order_proven_otherwise: bool = False


def read_answers(
    plan: Plan, mapping: SurveyMapping, cuts: CutValues, timezone: str, digest_key: bytes, today: date | None = None
) -> Reading:
    """The rows below the headers. Cells that cannot be taken are put aside, each by its address.

    `today` is the town's day, after which nothing was sent; None asks nothing. Raises RejectFile: dates_contradict,
    dates_undecided, only_unfinished.
    """
    answers_of = AnswersByKind(plan, mapping)
    cut_columns = {name: plan.column_of(name) for name in CUTS}
    seconds_column, code_column = plan.column_of("seconds"), plan.column_of(OWN_CODE)
    finished, times = Finished(plan), _times(plan, mapping, timezone, today)
    reading = Reading(is_order_proven_otherwise=times is not None and times.is_proven_otherwise)
    for row in plan.rows():
        why = finished.left_out(row)
        if why is not None:
            reading.left_out[why] += 1
            continue
        reading.hidden_rows += row.is_hidden
        answers = answers_of.of(row, partial(_put_aside, reading, plan))
        sent = _sent(reading, plan, times, row)
        values = {name: cuts.code(name, row.cell(at)) if at is not None else None for name, at in cut_columns.items()}
        seconds = _seconds(row.cell(seconds_column)) if seconds_column is not None else None
        mark = _digest(f"sent:{sent.moment or sent.day}", digest_key) if sent else None
        code = _own_code(row.cell(code_column), sent.day, digest_key) if code_column is not None and sent else None
        reading.people.append(Respondent(answers, values, seconds, mark, sent, code))
    if reading.left_out and not reading.people:
        raise RejectFile("only_unfinished", number=sum(reading.left_out.values()))
    return reading


def _times(plan: Plan, mapping: SurveyMapping, timezone: str, today: date | None) -> SentColumn | None:
    """How to read the column of time stamps; None where there is none."""
    at = plan.column_of("submitted_at")
    if at is None:
        return None
    names = {plain_text(cell.value) for row in plan.headers() if (cell := row.cell(at)) is not None}
    own = "UTC" if any(_IN_UTC.search(name) for name in names) else timezone
    writing = DayWriting(own, "survey", today, mapping.day_first)
    return SentColumn(plan.sheet, list(plan.rows()), at, writing, timezone)


def _sent(reading: Reading, plan: Plan, times: SentColumn | None, row: Row) -> Sent | None:
    if times is None:
        return None
    try:
        sent = times.of(row.cell(times.at))
    except CellError as error:
        reading.rejected.append(_rejected(plan, row.cell(times.at), error))
        if error.code == "day_to_come":
            reading.ahead.append(str(error.arguments["day"]))
        return None
    if sent is not None:
        reading.sent.append(sent)
    return sent


def form_of(plan: Plan, digest_key: bytes) -> str:
    """Keyed digest of all that is written in a sheet's rows, whatever their order: what a file's form is known by.

    The same file sorted, or read again with other settings, is the same form.
    """
    rows = sorted(
        "\x1f".join("" if cell.value is None else str(cell.value) for cell in row.cells) for row in plan.rows()
    )
    return _digest("\x1e".join(["rows", *rows]), digest_key)


def _digest(text: str, digest_key: bytes) -> str:
    return hmac.new(digest_key, text.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()[:16]


def _put_aside(reading: Reading, plan: Plan, cell: Cell | None, error: CellError) -> None:
    """An answer that cannot be taken makes what its stream tells not whole."""
    reading.rejected.append(replace(_rejected(plan, cell, error), stream=SurveyAnswer.name))


def _rejected(plan: Plan, cell: Cell | None, error: CellError) -> Rejected:
    value = cell.value if cell is not None else None
    raw = "" if value is None else str(value)
    return Rejected(plan.sheet.where(error.address), error.code, error.arguments, raw.encode(errors="replace"))


def notices_of(reading: Reading) -> list[Remark]:
    """What people should know of the rows: which were left out, hidden, or read in another order than expected."""
    notices: list[Remark] = []
    if number := reading.left_out["unfinished"]:
        notices.append(said("unfinished", count=number))
    if number := reading.left_out["trial"]:
        notices.append(said("trials", count=number))
    notices += hidden_notice(reading.hidden_rows) + order_notice(reading.is_order_proven_otherwise)
    return notices


def _seconds(cell: Cell | None) -> int | None:
    try:
        number = as_number(cell)
    except CellError:
        return None
    return round(number) if number is not None and 0 <= number < 10**7 else None


def quarter_of(day: date) -> str:
    """The quarter of a day as a wave of the pulse is called: `2026-Q4`."""
    return f"{day.year:04d}-Q{(day.month + 2) // 3}"


def _own_code(cell: Cell | None, day: date, digest_key: bytes) -> str | None:
    """A mark of what somebody wrote as her own code, another in each quarter; None of what is too short for one."""
    try:
        text = as_text(cell) or ""
    except CellError:
        return None
    plain = "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum())
    return _digest(f"own_code:{quarter_of(day)}:{plain}", digest_key) if len(plain) >= MIN_CODE else None


Wave = tuple[dict[str, Any], list[Respondent]]
"""What all answers of a wave share, and who answered."""


def waves_of(
    mapping: SurveyMapping, plan: Plan, reading: Reading, notices: list[Remark], today: date | None = None
) -> list[Wave]:
    """The waves the rows are of: one, or of the pulse one a quarter, by the day each answered. Raises as `wave_of`.

    Of the pulse who bears no day, and who gives no code of her own, is of no quarter or might be in it twice: she is
    left out, and counted.
    """
    whole = wave_of(mapping, plan, reading, notices, today)
    if whole["audience"] != PULSE:
        return [(whole, reading.people)]
    notices[:] = [one for one in notices if isinstance(one, str) or one.code != "wave_named"]
    known: dict[str, list[tuple[Sent, Respondent]]] = {}
    for person in reading.people:
        if person.when is not None and person.code is not None:
            known.setdefault(quarter_of(person.when.day), []).append((person.when, person))
    if without := len(reading.people) - sum(map(len, known.values())):
        notices.append(said("no_own_code", count=without))
    found: list[Wave] = []
    for quarter, people in sorted(known.items()):
        # In the order they were sent, whatever the file's: of two answers of one day the later stands.
        people.sort(key=lambda pair: pair[0].at)
        closed = max(when.day for when, _ in people)
        found.append(({**whole, "wave": quarter, "closed_day": closed}, [person for _, person in people]))
    return found


def wave_of(
    mapping: SurveyMapping, plan: Plan, reading: Reading, notices: list[Remark], today: date | None = None
) -> dict[str, Any]:
    """What all answers share. Raises RejectFile: wave_unknown when nothing says when the survey closed, wave_in_future.

    Where the town does not say when it closed, that is the last answer of the month by whose end half of the
    answers had come: a wave stays where it is when late answers follow.
    """
    if mapping.closed_day is None and len(reading.ahead) > len(reading.sent):
        raise RejectFile("wave_in_future", day=max(reading.ahead))
    closed = mapping.closed_day or _last_of_its_month([sent.day for sent in reading.sent])
    if closed is not None and today is not None and (closed.year, closed.month) > (today.year, today.month):
        raise RejectFile("wave_in_future", day=closed.isoformat())
    wave = mapping.wave
    if closed is None and wave is not None and _MONTH.fullmatch(wave):
        year, month = int(wave[:4]), int(wave[5:])
        closed = date(year, month, monthrange(year, month)[1])
        notices.append(said("no_closing_day"))
    if closed is None:
        raise RejectFile("wave_unknown")
    if wave is None:
        wave = f"{closed.year:04d}-{closed.month:02d}"
        notices.append(said("wave_named", wave=wave))
    sample_type = mapping.sample_type
    if sample_type is None:
        sample_type = "opt_in"
        notices.append(said("opt_in"))
    items = set(plan.items().values())
    only = {"staff": mapping.staff_items, "meeting": mapping.meeting_items, PULSE: mapping.pulse_items}
    return {
        "wave": wave,
        "instrument": mapping.instrument_of(items),
        "audience": mapping.audience or next((who for who, asked in only.items() if items <= asked), "residents"),
        "sample_type": sample_type,
        "closed_day": closed,
        "held_as": mapping.held_as,
        "invited": mapping.invited,
        "as_of": max((sent.at for sent in reading.sent), default=None),
        "stated": " ".join(sorted(mapping.stated)),
    }


def _last_of_its_month(days: list[date]) -> date | None:
    if not days:
        return None
    middle = sorted(days)[(len(days) - 1) // 2]
    return max(day for day in days if (day.year, day.month) == (middle.year, middle.month))


def pages_of(wave: dict[str, Any], people: list[Respondent], stream: type[Stream] = SurveyAnswer) -> Iterator[Page]:
    """Pages of `stream`, which has the schema of SurveyAnswer; respondents are numbered from 1."""
    rows: list[dict[str, Any]] = []
    for number, person in enumerate(people, start=1):
        shared = {**wave, "respondent": number, "seconds": person.seconds, "sent": person.sent, **person.cuts}
        if wave["audience"] == PULSE:
            shared |= {"own_code": person.code, "answered_day": person.when.day if person.when else None}
        rows.extend({**shared, "item": item, "answer": score} for item, score in person.answers)
        if len(rows) >= _PAGE_ROWS:
            yield Page.of(stream, rows)
            rows = []
    if rows:
        yield Page.of(stream, rows)

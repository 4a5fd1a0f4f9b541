"""The completed responses of a survey: all at once, and around those that cannot be exported.

One response an installation cannot export (a broken row, an upload that is gone) makes it refuse the whole survey. Its
number is found by asking for ranges of numbers, and it alone is left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from collectors.errors import CollectorError
from collectors.limesurvey.session import LimeSession, NoAnswersYet
from collectors.limesurvey.sheet import Response, number_of, responses_of, submitted
from collectors.objects import each_object, is_of_account
from collectors.service import SourceObject

FIRST_RANGE = 64
MAX_NUMBER = 2**24
"""No survey of a town has so many responses: where the last of them cannot be found, nothing can be exported."""
MAX_REFUSED = 3
"""So many refused and none read: it is no response's fault."""


def survey_of(session: LimeSession) -> int | str:
    """The survey's number as the interface takes it."""
    number = session.settings.survey_id
    return int(number) if number.isdigit() else number


def export(session: LimeSession, key: str, first: int | None = None, last: int | None = None) -> list[Response]:
    """The completed responses, columns by code and answers in words: all, or those from one number to another.

    `last` None: to the end. Raises what refuses them, and NoAnswersYet where there are none.
    """
    asked = (session.settings.document, session.settings.survey_language)
    words: tuple[Any, ...] = ("complete", "code", "long")
    bounds = () if first is None else (first, last)
    return responses_of(session.ask("export_responses", key, survey_of(session), *asked, *words, *bounds))


def readable(session: LimeSession, key: str) -> list[Response]:
    """All responses but those that cannot be exported, which are passed over in the session's report.

    Raises what refuses all of them, and NoAnswersYet where there are none.
    """
    try:
        return export(session, key)
    except NoAnswersYet:
        raise
    except CollectorError as problem:
        if is_of_account(problem):
            raise
        whole = problem
    refused: dict[int, CollectorError] = {}
    found: list[Response] = []
    low, width = 1, FIRST_RANGE
    while True:
        for part in _parts(session, key, low, low + width - 1, refused):
            found += part
            if len(refused) >= MAX_REFUSED and not found:
                raise whole
        low, width = low + width, width * 2
        if low > MAX_NUMBER:
            raise whole
        others = _part(session, key, low, None)
        if isinstance(others, list):
            found += others
            break
    if not found:
        raise whole
    beginning = datetime.min.replace(tzinfo=UTC)
    rest = SourceObject("survey", str(survey_of(session)), beginning, {}, beginning)

    def read(one: SourceObject) -> list[Response]:
        if one is not rest:
            raise refused[one.kept["number"]]
        return found

    objects = [rest, *(_as_object(session, number, found) for number in refused)]
    return [response for _, read_now in each_object(session.report, objects, read) for response in read_now]


def _parts(
    session: LimeSession, key: str, low: int, high: int, refused: dict[int, CollectorError]
) -> Iterator[list[Response]]:
    """The responses of a range, in halves where it is refused; a single one that is, goes to `refused`."""
    found = _part(session, key, low, high)
    if isinstance(found, list):
        yield found
    elif low == high:
        refused[low] = found
        yield []
    else:
        middle = (low + high) // 2
        yield from _parts(session, key, low, middle, refused)
        yield from _parts(session, key, middle + 1, high, refused)


def _part(session: LimeSession, key: str, low: int, high: int | None) -> list[Response] | CollectorError:
    """The responses of a range, or what refuses them. Raises what is refused to the account."""
    try:
        return export(session, key, low, high)
    except NoAnswersYet:
        return []
    except CollectorError as problem:
        if is_of_account(problem):
            raise
        return problem


def _as_object(session: LimeSession, number: int, found: list[Response]) -> SourceObject:
    """A response that cannot be read: it was sent after those before it, and speaks of the wave that may go on."""
    zone = ZoneInfo(session.account.timezone)
    before = [at for one in found if number_of(one) < number and (at := submitted(one)) is not None]
    since = max(before).replace(tzinfo=zone).astimezone(UTC) if before else datetime.min.replace(tzinfo=UTC)
    return SourceObject("response", f"{survey_of(session)} {number}", since, {"number": number}, since)

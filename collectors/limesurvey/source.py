"""The source `limesurvey`: one survey an account."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from collectors.base import Page
from collectors.casts import FIRST_YEAR
from collectors.errors import CollectorError, SourceChanged
from collectors.limesurvey.reading import export, readable, survey_of
from collectors.limesurvey.session import LimeSession, NoAnswersYet
from collectors.limesurvey.settings import LimeSurveySettings
from collectors.limesurvey.sheet import (
    columns_of,
    is_undated,
    sheet_of,
    submitted,
    titles_of,
    unasked,
)
from collectors.remarks import said
from collectors.service import Account, Finding, PullReport, ServiceStream, Source, SourceObject, Window
from collectors.survey_answers.mapping import SurveyMapping
from collectors.survey_answers.service import mapping_of, survey_pages
from collectors.survey_answers.streams import SurveyAnswer

SLACK = timedelta(days=1)
"""How far the server's unstated clock may stand from the town's."""


class LimeAnswer(SurveyAnswer, ServiceStream):
    """The completed answers of a survey, whole each time something in it is new."""

    max_window = timedelta(days=36_500)  # the service has no limit, and the survey is read whole
    schedule = "50 3 * * *"

    def pages(self, session: LimeSession, window: Window) -> Iterator[Page]:
        """All answers sent before the window's end, if any was sent within it."""
        with session.signed_in() as key:
            yield from self._pages(session, key, window)

    def pages_of_object(self, session: LimeSession, one: SourceObject) -> Iterator[Page]:
        """The survey, if this response of it can be read now: a part of it would be taken for the whole."""
        with session.signed_in() as key:
            with suppress(NoAnswersYet):  # it was deleted
                export(session, key, one.kept["number"], one.kept["number"])
            if not session.is_read:
                yield from self._pages(session, key, Window(None, datetime.now(UTC)))

    def _pages(self, session: LimeSession, key: str, window: Window) -> Iterator[Page]:
        account = session.account
        titles = titles_of(questions(session, key))
        try:
            responses = readable(session, key)
        except NoAnswersYet:
            return
        session.is_read = True
        completed = completed_count(session, key)
        is_undated_wave = any(map(is_undated, responses))
        until = _local(window.until, ZoneInfo(account.timezone)).date()
        day = max((at.date() for one in responses if (at := submitted(one))), default=None)
        if is_undated_wave and day is None:
            day = day_of_survey(session, key, until)
        zone = ZoneInfo(account.timezone)
        sent = [(response, submitted(response)) for response in responses]
        kept = [response for response, at in sent if at is None or at < _local(window.until, zone) + SLACK]
        if window.since is not None:
            first = _local(window.since, zone) - SLACK
            if not any(at is None or at >= first for _, at in sent):
                return
        session.report.drift.update(f"{self.name}.{code[:60]}" for code in unasked(responses, titles))
        known = account.reader_options.get("items", {})
        mapping = mapping_of(account, columns_of(titles, titles, known))
        if completed is not None and completed != len(responses):
            session.report.notices.append(said("fewer_than_completed", expected=completed, figure=len(responses)))
        if is_undated_wave and not _says_its_day(mapping):
            mapping = replace(mapping, closed_day=day)
        if is_undated_wave:
            session.report.notices.append(said("undated_survey"))
        sheet, form = sheet_of(kept, titles), f"{session.base_url} {survey_of(session)}"
        yield from survey_pages(sheet, mapping, account, session.report, type(self), form=form, as_of=window.until)


class LimeSurvey(Source):
    """Surveys of a LimeSurvey installation, the town's own or hosted."""

    Settings = LimeSurveySettings
    streams = (LimeAnswer,)
    hosts = ()  # the installation's own address, from the account

    def open(self, account: Account, report: PullReport) -> LimeSession:
        """A session for one survey; signing in is done when it is read."""
        return LimeSession(account, report)

    def check(self, account: Account) -> list[Finding]:
        """Whether we may sign in, see the questions and export; and which questions are items."""
        found: list[Finding] = []
        steps = ("sign-in", "questions", "responses")
        try:
            session = self.open(account, PullReport())
            with session.signed_in() as key:
                found.append(Finding(steps[0], "ok"))
                titles = titles_of(questions(session, key))
                known = account.reader_options.get("items", {})
                mapping = mapping_of(account, columns_of(titles, titles, known))
                list(survey_pages(sheet_of([], titles), mapping, account, PullReport(), LimeAnswer))
                found.append(Finding(steps[1], "ok"))
                session.ask("get_summary", key, survey_of(session), "all")
                found.append(_dated(session, key, mapping, steps[2]))
        except NoAnswersYet:
            found.append(Finding(steps[2], "warn", "the survey is not active yet; activate it in LimeSurvey"))
        except CollectorError as problem:
            found.append(Finding(steps[len(found)], "fail", problem=problem))
        return found


def completed_count(session: LimeSession, key: str) -> int | None:
    """How many completed responses LimeSurvey counts; None where it does not say."""
    with suppress(CollectorError):
        told = session.ask("get_summary", key, survey_of(session), "all")
        count = told.get("completed_responses") if isinstance(told, dict) else None
        return int(str(count)) if str(count).isdigit() else None
    return None


def day_of_survey(session: LimeSession, key: str, today: date) -> date | None:
    """The day a survey without dates stands on: when it expired, else when it started; None where it says neither."""
    told = _properties(session, key)
    days = [_day(told.get(name)) for name in ("expires", "startdate")]
    return next((one for one in days if one is not None and one.year >= FIRST_YEAR and one <= today), None)


def _properties(session: LimeSession, key: str) -> dict[str, Any]:
    asked = ["anonymized", "datestamp", "expires", "startdate"]
    with suppress(CollectorError):
        told = session.ask("get_survey_properties", key, survey_of(session), asked)
        return told if isinstance(told, dict) else {}
    return {}


def _day(value: Any) -> date | None:
    with suppress(ValueError):
        return datetime.fromisoformat(str(value or "")).date()
    return None


def _says_its_day(mapping: SurveyMapping) -> bool:
    return mapping.closed_day is not None or bool(re.fullmatch(r"\d{4}-\d{2}", mapping.wave or ""))


def _dated(session: LimeSession, key: str, mapping: SurveyMapping, step: str) -> Finding:
    """Whether the wave's day can be told of the responses, or of what the account says."""
    told = _properties(session, key)
    is_undated_survey = told.get("anonymized") == "Y" and told.get("datestamp") == "N"
    if is_undated_survey and not _says_its_day(mapping):
        return Finding(step, "warn", "the survey is anonymous and keeps no dates; write the account's `closed_day`")
    return Finding(step, "ok")


def questions(session: LimeSession, key: str) -> list[dict[str, Any]]:
    """The survey's questions and the rows of its arrays, in the language asked for or its own."""
    language = session.settings.survey_language
    found = session.ask("list_questions", key, survey_of(session), None, language)
    if not isinstance(found, list):
        raise SourceChanged("wrong_shape", where="list_questions")
    return found


def _local(at: datetime, zone: ZoneInfo) -> datetime:
    return at.astimezone(zone).replace(tzinfo=None)

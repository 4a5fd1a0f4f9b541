"""A service's answers to pages: the same reading as a file's, told in a service's report."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from collectors.base import Page, Stream, source_key
from collectors.errors import FixSettings, RejectFile, SourceChanged
from collectors.remarks import Remark, said
from collectors.service import Account, PullReport
from collectors.survey_answers.answers import AnswerKey
from collectors.survey_answers.columns import Plan, plan_of
from collectors.survey_answers.cuts import CutValues
from collectors.survey_answers.mapping import SurveyMapping, checked_mapping, overlaid
from collectors.survey_answers.reading import Reading, notices_of, pages_of, read_answers, waves_of
from collectors.survey_settings import SurveySettings
from collectors.tabular import Sheet


def mapping_of(account: Account, columns: Mapping[str, str] | None = None) -> SurveyMapping:
    """The questionnaire's texts, overridden by the account's own settings. Raises FixSettings naming the key.

    `columns` are headers the service's own knowledge already told apart; the town's word goes before it.
    """
    own = account.settings.model_dump(include=set(SurveySettings.model_fields), exclude_unset=True)
    try:
        return checked_mapping(overlaid({"columns": columns or {}, **account.reader_options}, own))
    except RejectFile as problem:
        raise FixSettings("wrong_setting", name=problem.arguments["key"], wanted="docs/surveys.md") from None


def survey_pages(
    sheet: Sheet,
    mapping: SurveyMapping,
    account: Account,
    report: PullReport,
    stream: type[Stream],
    *,
    form: str = "",
    as_of: datetime | None = None,
) -> Iterator[Page]:
    """The answers of a sheet made from a service's responses; none when nobody has answered yet.

    `form` is the service's own name of the form and `as_of` the instant up to which it was read: of several
    readings of one form only the one that reaches furthest stands.
    """
    plan = plan_of([sheet], mapping)
    if plan is None:
        raise FixSettings("no_survey_items")
    cuts = CutValues(mapping.cuts, AnswerKey(mapping.answers, mapping.no_answer))
    reading = _answers(plan, mapping, cuts, account)
    if not reading.people:
        return
    notices: list[Remark] = []
    try:
        today = as_of.astimezone(ZoneInfo(account.timezone)).date() if as_of else None
        waves = waves_of(mapping, plan, reading, notices, today)
    except RejectFile:
        raise FixSettings("wave_not_set") from None
    if plan.not_found:
        notices.append(said("columns_not_found", figure=len(plan.not_found)))
    notices += [said("no_option", count=number, cut=cut) for cut, number in sorted(cuts.dropped.items())]
    notices += notices_of(reading)
    if empty := sum(not person.answers for person in reading.people):
        notices.append(said("no_items_answered", count=empty))
    report.rejected.extend(reading.rejected)
    report.notices.extend(notice for notice in notices if notice not in report.notices)
    for wave, people in waves:
        about = {"form": source_key(form, account.digest_key), "as_of": as_of or wave["as_of"]}
        yield from pages_of(wave | about, people, stream)


def _answers(plan: Plan, mapping: SurveyMapping, cuts: CutValues, account: Account) -> Reading:
    """The responses; none where all of them were broken off so far."""
    try:
        return read_answers(plan, mapping, cuts, account.timezone, account.digest_key)
    except RejectFile as problem:
        if problem.code != "only_unfinished":
            raise SourceChanged("wrong_shape", where="submitted_at") from None
        return Reading()

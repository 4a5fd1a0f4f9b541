"""The survey file format: recognition, and the file's answers as pages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from collectors.base import FileFormat, FileReport, FileSettings, Page
from collectors.errors import RejectFile
from collectors.mapping_file import Suggestion
from collectors.remarks import Remark, said
from collectors.survey_answers.answers import AnswerKey
from collectors.survey_answers.columns import Plan, plan_of, suggestion_of
from collectors.survey_answers.cuts import CutValues
from collectors.survey_answers.mapping import checked_mapping
from collectors.survey_answers.reading import Reading, form_of, notices_of, pages_of, read_answers, waves_of
from collectors.survey_answers.streams import SurveyAnswer
from collectors.survey_file.mapping import mapping_for
from collectors.survey_file.recognition import looks_like_survey
from collectors.survey_file.settings import SurveyFileSettings
from collectors.tabular import column_letter, read_sheets


class SurveyFile(FileFormat):
    """A CSV or xlsx with a row a respondent. Free text is never read into pages."""

    name = "survey"
    is_asked_last = True
    Settings = SurveyFileSettings
    streams = (SurveyAnswer,)

    def recognises(self, path: Path) -> bool:
        """By a mapping file beside it, or by at least two columns of answers under questions."""
        return looks_like_survey(path)

    def suggested(self, path: Path, settings: FileSettings) -> Suggestion | None:
        """Each column by its header: an item by its identifier or wording, a question about the respondent, or none."""
        mapping = checked_mapping({**settings.reader_options, **settings.own(SurveyFileSettings).given()})
        return suggestion_of(read_sheets(path), mapping)

    def pages(self, path: Path, settings: FileSettings, report: FileReport) -> Iterator[Page]:
        """The answers. Raises RejectFile: those of the table reader and of `read_answers`, mapping_invalid, no_items,
        wave_unknown, wave_in_future.
        """
        report.format = self.name
        mapping = mapping_for(path, settings)
        plan = plan_of(read_sheets(path), mapping)
        if plan is None:
            raise RejectFile("no_items")
        cuts = CutValues(mapping.cuts, AnswerKey(mapping.answers, mapping.no_answer))
        reading = read_answers(plan, mapping, cuts, settings.timezone, settings.digest_key, settings.today)
        if not reading.people:
            raise RejectFile("empty")
        notices: list[Remark] = []
        waves = waves_of(mapping, plan, reading, notices, settings.today)
        if not waves:
            raise RejectFile("no_own_codes")
        form = form_of(plan, settings.digest_key)
        # Of several quarters the last speaks for the file.
        _fill_report(report, plan, cuts, reading, waves[-1][0], notices)
        for wave, people in waves:
            yield from pages_of({**wave, "form": form}, people)


def _fill_report(
    report: FileReport, plan: Plan, cuts: CutValues, reading: Reading, wave: dict[str, Any], notices: list[Remark]
) -> None:
    told = Counter(item for person in reading.people for item, _ in person.answers)
    counted = dict.fromkeys((*plan.single_items(), *told), 0) | told
    used = {column_letter(at + 1): meaning for at, meaning in sorted(plan.meanings.items())}
    filled = {at for row in plan.sheet.rows for at, cell in enumerate(row.cells) if cell.value is not None}
    unrecognised = [column_letter(at + 1) for at in sorted(filled) if at not in plan.meanings]
    if unrecognised:
        notices.append(said("no_items", count=len(unrecognised), columns=", ".join(unrecognised)))
    if plan.twins:
        notices.append(said("twins", columns=", ".join(plan.twins)))
    if plan.not_found:
        notices.append(said("mapping_not_found", count=len(plan.not_found)))
    for cut, number in sorted(cuts.dropped.items()):
        notices.append(said("no_option", count=number, cut=cut))
    notices += notices_of(reading)
    closed = wave["closed_day"].isoformat()
    report.rejected[:] = [replace(one, about={"since": closed, "until": closed}) for one in reading.rejected]
    report.notices[:] = notices
    report.status = "partial" if reading.rejected else "read"
    report.details = {
        "rows": len(reading.people),
        "respondents": sum(1 for person in reading.people if person.answers),
        "left_out": sum(reading.left_out.values()),
        "hidden_rows": reading.hidden_rows,
        "answers": sum(counted.values()),
        "items": counted,
        "wave": wave["wave"],
        "sample_type": wave["sample_type"],
        "audience": wave["audience"],
        "closed_day": wave["closed_day"].isoformat(),
        "columns": used,
        "unrecognised": unrecognised,
    }

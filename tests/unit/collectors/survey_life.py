"""What the tests of survey services share: a wave's answers, as a service and as a file tell them."""

import csv
import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from collectors.base import FileReport, FileSettings, Page
from collectors.errors import RetryLater
from collectors.service import Account, PullReport, ServiceStream, Source, Window
from collectors.survey_file.survey import SurveyFile
from simulator.model import Respondent, Wave
from simulator.services.server import Answer, Call
from transforms.questionnaire import NO, SEVERAL, YES, YES_NO, questionnaire
from transforms.staging import survey
from transforms.staging.town import Town

CLOSED = date(2026, 10, 20)
UNTIL = datetime(2026, 11, 1, tzinfo=UTC)


def wave(count: int = 24) -> Wave:
    scales = questionnaire().scales_for("residents")
    items = [item.id for scale in scales.values() if scale.answers not in (YES_NO, SEVERAL) for item in scale.items]
    yes_no = [item.id for scale in scales.values() if scale.answers == YES_NO for item in scale.items]
    people = []
    for n in range(count):
        answers = {item: (n * 3 + at) % 5 + 1 for at, item in enumerate(items) if (n + at) % 11}
        asked = [*questionnaire().filters_for("residents"), *yes_no]
        answers |= {item: YES if (n + at) % 3 else NO for at, item in enumerate(asked) if (n + at) % 7}
        several = scales["barriers"].items
        marked = {one.id for at, one in enumerate(several) if (n + at) % 4 == 0}
        answers |= {one.id: YES if one.id in marked else NO for one in several} if n % 5 else {}
        cuts = {"sex": ("female", "male")[n % 2], "language": "he", "neighbourhood": "North"}
        options = {cut: questionnaire().cuts[cut].options for cut in cuts}
        cuts = {cut: code for cut, code in cuts.items() if not options[cut] or code in options[cut]}
        people.append(Respondent(answers, cuts, 60 + n))
    return Wave("autumn", "residents", CLOSED, "opt_in", "csv-bom", tuple(people))


def asked_of_residents() -> dict[str, str]:
    """Question -> its text above a column of the questionnaire, one for each question with several answers."""
    scales = questionnaire().scales_for("residents")
    found = {name: question.he for name, question in questionnaire().filters_for("residents").items()}
    for name, scale in scales.items():
        found |= {name: scale.question.he} if scale.question else {item.id: item.he for item in scale.items}
    return found


def ticked(person: Respondent) -> dict[str, str]:
    """Question -> what is written in its cell, in Hebrew; what she marked of several is listed."""
    found = {}
    for name in asked_of_residents():
        scale = questionnaire().scales.get(name)
        if scale is None:
            found[name] = questionnaire().label(name, person.answers[name]).he if name in person.answers else ""
        else:
            found[name] = "; ".join(item.he for item in scale.items if person.answers.get(item.id) == YES)
    return found


def reader(source: Source, stream: ServiceStream, account: Callable[..., Account]) -> Callable[..., list[Page]]:
    """Reads a service's stand-in, without waiting."""

    def read(
        server: Any,
        since: datetime | None = None,
        report: PullReport | None = None,
        until: datetime = UNTIL,
        **settings: Any,
    ) -> list[Page]:
        session = source.open(account(server, **settings), report or PullReport())
        session._sleep = lambda seconds: None
        return list(stream.pages(session, Window(since, until)))

    return read


def rows(pages: list[Page]) -> list[dict[str, Any]]:
    return [row for page in pages for row in page.rows.to_pylist()]


def facts(pages: list[Page]) -> pa.Table:
    table = pa.concat_tables([page.rows for page in pages])
    for name in ("segment", "batch"):
        table = table.append_column(name, pa.repeat("one", table.num_rows))
    return survey.stage({"survey_answer": table}, Town("T"))["survey_response"]


def facts_of_file(path: Path, written: Iterable[Sequence[Any]], **given: str) -> pa.Table:
    """The facts of the same answers in a file with these rows."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(written)
    own, known = SurveyFile.Settings.model_validate(given), questionnaire().reader_options()
    settings = FileSettings(options=own, reader_options=known)
    return facts(list(SurveyFile().pages(path, settings, FileReport(str(path)))))


def traces(
    server: Any, read: Callable[..., list[Page]], account: Account, caplog: pytest.LogCaptureFixture
) -> tuple[list[bytes], str]:
    """What a stand-in was sent and answered, and what a reading and a failure of it left: rows, reports, logs."""
    wire: list[bytes] = []

    def note(call: Call, answer: Answer) -> Answer:
        wire.extend((repr(call).encode(), answer.body))
        return answer

    server.alter = note
    caplog.set_level(logging.DEBUG)
    report = PullReport()
    landed = rows(read(server, report=report))
    assert {row["respondent"] for row in landed} == set(range(1, len(server.wave.people) + 1))
    server.fail(9, status=500)
    with pytest.raises(RetryLater) as problem:
        read(server)
    return wire, repr(landed) + repr(report) + repr(account) + str(problem.value) + caplog.text

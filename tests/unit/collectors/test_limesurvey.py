"""LimeSurvey: the session key's life, refusals inside HTTP 200, both export shapes, and the same facts as a file."""

import base64
import json
import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from collectors.errors import CollectorError, FixCredentials, FixSettings, RetryLater, SourceChanged
from collectors.limesurvey.sheet import bare, responses_of
from collectors.limesurvey.source import LimeAnswer, LimeSurvey
from collectors.service import Account, PullReport
from simulator.services.limesurvey import SURVEY, LimeSurveyServer
from simulator.services.server import Answer, Call
from tests.accounts import account_of
from tests.said import in_words, says
from tests.unit.collectors.survey_life import (
    asked_of_residents,
    facts,
    facts_of_file,
    reader,
    rows,
    ticked,
    traces,
    wave,
)
from transforms.questionnaire import questionnaire

PASSWORD = "canary-password-5520"


def account(server: Any, **settings: Any) -> Account:
    known = settings.pop("reader_options", None) or questionnaire().reader_options()
    given = {"url": server.base_url, "user": "kehila", "survey_id": SURVEY, **settings}
    secrets = {"password": PASSWORD}
    return account_of("limesurvey", "survey", given, secrets, server.base_url, reader_options=known)


read = reader(LimeSurvey(), LimeAnswer(), account)


def methods(server: Any) -> list[str]:
    return [call.json()["method"] for call in server.calls]


@pytest.mark.parametrize("document", ["json", "csv"])
@pytest.mark.parametrize("language", ["he", "ar", "en"])
def test_the_books_hold(language: str, document: str) -> None:
    with LimeSurveyServer(wave(), PASSWORD, language=language) as server:
        found = rows(read(server, document=document))
        assert {(r["respondent"], r["item"]): r["answer"] for r in found} == server.truth()
        assert server.open_keys == set()
    assert {r["seconds"] for r in found} == {60 + n for n in range(24)}
    assert {r["language"] for r in found} == {language}


def test_as_the_same_answers_in_a_file(tmp_path: Path) -> None:
    given = {"wave": "autumn", "sample_type": "opt_in", "closed_day": "2026-10-21"}
    with LimeSurveyServer(wave(), PASSWORD) as server:
        by_service = facts(read(server, **given))
    cuts = questionnaire().cuts
    written = [["Timestamp", "seconds", *asked_of_residents().values(), *(c.he for c in cuts.values())]]
    written += [
        ["20/10/2026", person.seconds, *ticked(person).values(), *(person.cuts.get(cut, "") for cut in cuts)]
        for person in server.wave.people
    ]
    by_file = facts_of_file(tmp_path / "survey.csv", written, **given)
    assert by_service.num_rows > 500
    assert by_service.equals(by_file)


def test_two_full_reads_are_equal() -> None:
    with LimeSurveyServer(wave(), PASSWORD) as server:
        assert rows(read(server)) == rows(read(server))
        assert server.given == 2
        assert server.open_keys == set()


def test_nothing_new_lands_nothing() -> None:
    with LimeSurveyServer(wave(), PASSWORD) as server:
        assert read(server, since=datetime(2026, 10, 25, tzinfo=UTC)) == []
        assert len({r["respondent"] for r in rows(read(server, since=datetime(2026, 10, 19, tzinfo=UTC)))}) == 24
        assert read(server, until=datetime(2026, 9, 1, tzinfo=UTC)) == []


def test_item_codes_alone_are_enough() -> None:
    with LimeSurveyServer(wave(2), PASSWORD) as server:
        listed = [{"qid": 1, "parent_qid": 0, "title": "trust1", "question": "?"}]
        listed += [{"qid": 2, "parent_qid": "0", "title": "trust", "question": "?"}]
        listed += [{"qid": 3, "parent_qid": "2", "title": "2", "question": "?"}]
        answers = {
            "responses": [{"7": {"id": "7", "submitdate": "2026-10-02 10:00:00", "trust1": "4", "trust[2]": "5"}}]
        }
        server.fail(answer=Answer.json({"id": 1, "result": "key1", "error": None}))
        server.fail(answer=Answer.json({"id": 1, "result": listed, "error": None}))
        document = base64.b64encode(json.dumps(answers).encode()).decode()
        server.fail(answer=Answer.json({"id": 1, "result": document, "error": None}))
        assert {r["item"]: r["answer"] for r in rows(read(server))} == {"trust_1": 4, "trust_2": 5}


@pytest.mark.parametrize(
    ("method", "status", "kind", "word"),
    [
        ("get_session_key", "Invalid user name or password", FixCredentials, "secrets.password"),
        ("get_session_key", "You have exceeded the number of maximum login attempts. Please wait 10 minutes", FixCredentials, "ten minutes"),
        ("list_questions", "Invalid session key", FixCredentials, "secrets.password"),
        ("list_questions", "No permission", FixCredentials, "permission"),
        ("list_questions", "Error: Invalid survey ID", FixSettings, "survey_id"),
        ("export_responses", "Something new", SourceChanged, "export_responses"),
    ],
)  # fmt: skip
def test_refusals_inside_an_answer(method: str, status: str, kind: type[CollectorError], word: str) -> None:
    with LimeSurveyServer(wave(2), PASSWORD) as server:
        server.says[method] = status
        with says(kind, word) as told:
            read(server)
        assert server.open_keys == set()
    assert PASSWORD not in str(told.value)


def test_the_key_is_released_when_the_line_breaks() -> None:
    with LimeSurveyServer(wave(2), PASSWORD) as server:
        server.fail(answer=Answer.json({"id": 1, "result": "key1", "error": None}))
        server.fail(4, status=502)
        with pytest.raises(RetryLater):
            read(server)
        assert methods(server)[-1] == "release_session_key"


def test_a_survey_without_answers_is_no_fault() -> None:
    with LimeSurveyServer(wave(0), PASSWORD) as server:
        assert read(server) == []
        assert server.open_keys == set()


@pytest.mark.parametrize("result", [5, "%%%", base64.b64encode(b'{"x": 1}').decode(), base64.b64encode(b"{").decode()])
def test_other_shapes_are_refused(result: Any) -> None:
    with pytest.raises(SourceChanged):
        responses_of(result if result != 5 else {"no": "text"})


def test_an_interface_that_is_off_says_so() -> None:
    with LimeSurveyServer(wave(1), PASSWORD) as server:
        server.fail(html=True)
        with says(SourceChanged, "switch JSON-RPC on"):
            read(server)


def test_a_password_is_not_sent_in_the_clear() -> None:
    plain = account_of(
        "limesurvey", "s", {"url": "http://survey.example.org", "user": "u", "survey_id": 1}, {"password": PASSWORD}
    )
    with says(FixSettings, "https"):
        LimeSurvey().open(plain, PullReport())


def test_check_tries_each_step() -> None:
    with LimeSurveyServer(wave(1), PASSWORD) as server:
        assert [f.state for f in LimeSurvey().check(account(server))] == ["ok"] * 3
        assert [f.state for f in LimeSurvey().check(account(server, survey_id=7))] == ["ok", "fail"]
        server.says["get_session_key"] = "Invalid user name or password"
        assert [f.state for f in LimeSurvey().check(account(server))] == ["fail"]


def test_markup_is_taken_off() -> None:
    assert bare("<p>It&#039;s <b>mine</b>&nbsp;</p>") == "It's mine"


def test_nothing_personal_leaves_it(caplog: pytest.LogCaptureFixture) -> None:
    with LimeSurveyServer(wave(4), PASSWORD) as server:
        wire, left = traces(server, read, account(server), caplog)
    exported = [base64.b64decode(one) for body in wire for one in re.findall(rb'"result": "([\w+/=]{99,})"', body)]
    for canary in (PASSWORD, "@example.org", "private words", "secret1", "192.0.2.7"):
        assert canary.encode() in b"".join((*wire, *exported))  # the control: it was said
        assert canary not in left


def test_a_closing_month_names_the_wave() -> None:
    report = PullReport()
    with LimeSurveyServer(wave(3), PASSWORD) as server:
        assert {(r["wave"], r["closed_day"]) for r in rows(read(server, report=report))} == {
            ("2026-10", date(2026, 10, 20))
        }
    assert any("closing month" in notice for notice in in_words(report.notices))


def test_an_anonymous_survey_without_dates_is_read_and_stands_on_a_day_that_is_one() -> None:
    """LimeSurvey writes 1980-01-01 where it keeps no date: no answer was given then, and none is outside the window."""
    report, since = PullReport(), datetime(2026, 10, 30, tzinfo=UTC)
    with LimeSurveyServer(wave(), PASSWORD) as server:
        server.keeps_dates = False
        server.expires = "2026-10-21 23:59:00"
        found = rows(read(server, since, report))
        assert {(r["respondent"], r["item"]): r["answer"] for r in found} == server.truth()
        assert {r["closed_day"] for r in found} == {date(2026, 10, 21)}
        assert any("keeps no dates" in notice for notice in in_words(report.notices))
        said = {r["closed_day"] for r in rows(read(server, since, closed_day="2026-09-30"))}
        assert said == {date(2026, 9, 30)}
        assert {r["closed_day"] for r in rows(read(server, since, wave="2026-08"))} == {date(2026, 8, 31)}
        (finding,) = [one for one in LimeSurvey().check(account(server)) if one.what == "responses"]
        assert finding.state == "warn" and "closed_day" in finding.remedy
        server.expires = None
        with pytest.raises(FixSettings):
            read(server, since)


def test_responses_that_are_counted_and_not_given_are_told() -> None:
    report = PullReport()
    with LimeSurveyServer(wave(), PASSWORD) as server:
        read(server, report=report)
        assert not any("completed responses" in notice for notice in in_words(report.notices))
        server._summary = lambda *_: {"completed_responses": "30"}  # type: ignore[method-assign]
        read(server, report=report)
    assert "LimeSurvey counts 30 completed responses and gave 24: the others are missing." in in_words(report.notices)


def broken(server: LimeSurveyServer, *numbers: int) -> None:
    """Exports of these responses end in an error from now on."""

    def altered(call: Call, answer: Answer) -> Answer:
        asked = call.json()
        if asked["method"] != "export_responses":
            return answer
        first, last = (*asked["params"][7:], 1, None)[:2]
        is_hit = any(first <= number <= (last or number) for number in numbers)
        return Answer.json({"id": 1, "result": None, "error": "broken"}) if is_hit else answer

    server.alter = altered


@pytest.mark.parametrize("numbers", [(1,), (24,), (2, 3, 17)])
def test_a_response_that_cannot_be_exported_is_left_out_alone(numbers: tuple[int, ...]) -> None:
    report = PullReport()
    with LimeSurveyServer(wave(), PASSWORD) as server:
        whole = {(r["seconds"], r["item"], r["answer"]) for r in rows(read(server))}
        broken(server, *numbers)
        found = {(r["seconds"], r["item"], r["answer"]) for r in rows(read(server, report=report))}
    assert found == {one for one in whole if one[0] - 59 not in numbers}
    assert [one.one.kept["number"] for one in report.passed_over] == list(numbers)
    assert [one.what for one in report.read_objects] == ["survey"]


def test_a_survey_that_cannot_be_exported_at_all_fails_after_few_questions() -> None:
    with LimeSurveyServer(wave(), PASSWORD) as server:
        broken(server, *range(1, 25))
        with pytest.raises(SourceChanged):
            read(server)
        assert methods(server).count("export_responses") < 30
        assert server.open_keys == set()

"""Google Forms: the same answers as a file gives, pages, edits, refusals, and nothing personal anywhere."""

import json
import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from collectors.errors import CollectorError, FixCredentials, FixSettings, RetryLater, SourceChanged
from collectors.google_forms.session import token_of
from collectors.google_forms.sheet import Question, sheet_of
from collectors.google_forms.source import FormAnswer, GoogleForms
from collectors.service import Account, PullReport
from collectors.survey_answers.answers import ILLEGIBLE
from simulator.services.google_forms import STORY, GoogleFormsServer
from simulator.services.server import Answer, Server
from tests.accounts import account_of
from tests.said import in_words, said, says
from tests.unit.collectors.survey_life import asked_of_residents, facts, facts_of_file, reader, rows, traces, wave
from transforms.questionnaire import questionnaire

TOKEN = "canary-token-8841"


def account(server: Any, **settings: Any) -> Account:
    known = settings.pop("reader_options", None) or questionnaire().reader_options()
    given = {"form_id": "form-1", **settings}
    secrets = {"service_account": TOKEN}
    return account_of("google_forms", "survey", given, secrets, server.base_url, reader_options=known)


read = reader(GoogleForms(), FormAnswer(), account)


@pytest.mark.parametrize("is_grid", [False, True])
@pytest.mark.parametrize("language", ["he", "ar", "en"])
def test_the_books_hold(language: str, is_grid: bool) -> None:
    with GoogleFormsServer(wave(), TOKEN, language=language, is_grid=is_grid) as server:
        found = rows(read(server))
        assert {(r["respondent"], r["item"]): r["answer"] for r in found} == server.truth()
    assert {r["wave"] for r in found} == {"2026-10"}
    assert {r["sample_type"] for r in found} == {"opt_in"}


def test_as_the_same_answers_in_a_file(tmp_path: Path) -> None:
    given = {"wave": "autumn", "sample_type": "probability", "closed_day": "2026-10-21"}
    with GoogleFormsServer(wave(), TOKEN) as server:
        by_service = facts(read(server, **given))
        ordered = sorted(server.responses, key=lambda r: r.created)
    asked, cuts = asked_of_residents(), questionnaire().cuts
    written = [["Timestamp", *asked.values(), *(c.he for c in cuts.values()), STORY]]
    for response in ordered:
        told = [";".join(response.answers.get(key, ())) for key in (*asked, *cuts, "story")]
        written.append([f"{response.sent:%d/%m/%Y %H:%M:%S}", *told])
    by_file = facts_of_file(tmp_path / "survey.csv", written, **given)
    assert by_service.num_rows > 500
    assert by_service.equals(by_file)


def test_two_full_reads_are_equal_and_pages_are_followed() -> None:
    with GoogleFormsServer(wave(), TOKEN, largest_page=7) as server:
        first = rows(read(server))
        assert [call.params.get("pageSize") for call in server.calls].count("5000") == 4
        server.responses.reverse()
        assert rows(read(server)) == first


@pytest.mark.parametrize("count", [1, 6, 7, 8, 14])
def test_page_edges(count: int) -> None:
    with GoogleFormsServer(wave(count), TOKEN, largest_page=7) as server:
        assert len({r["respondent"] for r in rows(read(server))}) == count


def test_no_responses_are_no_answers() -> None:
    with GoogleFormsServer(wave(0), TOKEN) as server:
        assert read(server) == []


def test_only_a_form_with_something_new_is_read_and_then_whole() -> None:
    with GoogleFormsServer(wave(), TOKEN) as server:
        assert read(server, since=datetime(2026, 10, 25, tzinfo=UTC)) == []
        assert len(server.calls) == 1
        changed = server.wave.people[2].answers["trust_1"] % 5 + 1
        server.edit(3, "trust_1", changed, datetime(2026, 10, 26, tzinfo=UTC))
        found = rows(read(server, since=datetime(2026, 10, 25, tzinfo=UTC)))
    assert {(r["respondent"], r["item"]): r["answer"] for r in found} == server.truth()
    assert next(r["answer"] for r in found if (r["respondent"], r["item"]) == (3, "trust_1")) == changed


def test_responses_after_the_window_wait() -> None:
    with GoogleFormsServer(wave(), TOKEN) as server:
        middle = server.responses[11].created + timedelta(seconds=1)
        assert len({r["respondent"] for r in rows(read(server, until=middle))}) == 12


def test_a_response_that_moves_between_pages_counts_once() -> None:
    with GoogleFormsServer(wave(8), TOKEN) as server:
        server.responses.append(server.responses[0])
        assert len({r["respondent"] for r in rows(read(server))}) == 8


@pytest.mark.parametrize(
    ("status", "kind", "word"),
    [(401, FixCredentials, "key"), (403, FixCredentials, "share it"), (404, FixCredentials, "form_id")],
)
def test_refusals_name_the_remedy(status: int, kind: type[CollectorError], word: str) -> None:
    with GoogleFormsServer(wave(2), TOKEN) as server:
        server.fail(answer=Answer.json({"error": {"code": status, "message": TOKEN}}, status))
        with says(kind, word) as told:
            read(server)
    assert TOKEN not in str(told.value)


def test_quota_is_patience() -> None:
    with GoogleFormsServer(wave(2), TOKEN) as server:
        server.fail(answer=Answer.json({"error": {"status": "RESOURCE_EXHAUSTED"}}, 429))
        with pytest.raises(RetryLater):
            read(server)


def test_passing_faults_pass() -> None:
    with GoogleFormsServer(wave(3), TOKEN) as server:
        server.fail(status=500)
        server.fail(truncate=True)
        assert len({r["respondent"] for r in rows(read(server))}) == 3


def test_an_endless_page_is_stopped() -> None:
    with GoogleFormsServer(wave(1), TOKEN) as server:
        server.fail(5, answer=Answer.json({"responses": [], "nextPageToken": "again"}), path="/responses")
        with says(SourceChanged, "do not end"):
            read(server)


def test_answers_to_questions_the_form_does_not_name_are_said() -> None:
    with GoogleFormsServer(wave(), TOKEN) as server:
        asked, report = server.responses, PullReport()
        rows(read(server, report=report))
        assert not [one for one in in_words(report.notices) if "does not name" in one]
        for response in asked:
            response.answers["gone"] = "5"
        rows(read(server, report=report))
    assert [one.split()[0] for one in in_words(report.notices) if "does not name" in one] == [str(len(asked))]


def answered(answers: Any) -> Any:
    """What stands in the cell of one question."""
    sheet = sheet_of([Question("q1", "A question")], [{"answers": answers}], "Asia/Jerusalem")
    return sheet.rows[1].cells[1].value


@pytest.mark.parametrize(
    "answers",
    [
        {},
        {"q2": {}},
        {"q1": {"questionId": "q1", "grade": {"score": 0}}},
        {"q1": {"textAnswers": {"answers": [{"value": " "}]}}},
    ],
)
def test_a_question_left_out_is_not_answered(answers: Any) -> None:
    assert answered(answers) is None


@pytest.mark.parametrize("empty", [None, ""])
@pytest.mark.parametrize("shape", ["{}", "one", "textAnswers", "answers", "record", "value"])
def test_an_answer_given_and_empty_is_lost_and_not_left_out(shape: str, empty: str | None) -> None:
    shapes = {
        "{}": empty, "one": {"q1": empty}, "textAnswers": {"q1": {"textAnswers": empty}},
        "answers": {"q1": {"textAnswers": {"answers": empty}}},
        "record": {"q1": {"textAnswers": {"answers": [empty]}}},
        "value": {"q1": {"textAnswers": {"answers": [{"value": empty}]}}},
    }  # fmt: skip
    assert answered(shapes[shape]) == ILLEGIBLE


@pytest.mark.parametrize("body", [{"responses": 5}, [], {"responses": ["x"]}, None])
def test_other_shapes_are_refused(body: Any) -> None:
    with GoogleFormsServer(wave(1), TOKEN) as server:
        server.fail(answer=Answer.json(body), path="/responses")
        with pytest.raises(SourceChanged):
            read(server)


def test_a_response_without_its_time_is_put_aside() -> None:
    with GoogleFormsServer(wave(1), TOKEN) as server:
        report = PullReport()
        server.fail(answer=Answer.json({"responses": [{"responseId": "a", "createTime": "soon"}]}), path="/responses")
        assert read(server, report=report) == []
        assert [r.code for r in report.rejected] == ["wrong_value"]


def test_a_form_of_other_questions_says_what_to_do() -> None:
    with GoogleFormsServer(wave(1), TOKEN) as server, says(FixSettings, "columns"):
        read(server, reader_options={"items": {"other_1": {"he": "שאלה אחרת לגמרי"}}})


def test_check_tries_each_permission() -> None:
    with GoogleFormsServer(wave(1), TOKEN) as server:
        assert [f.state for f in GoogleForms().check(account(server))] == ["ok"] * 3
        found = GoogleForms().check(account(server, form_id="other"))
        assert [f.state for f in found] == ["fail"]
        assert "share" in said(found[0].problem)


def test_a_key_that_is_none_says_so() -> None:
    session = GoogleForms().open(
        account_of("google_forms", "survey", {"form_id": "f"}, {"service_account": "nonsense " + TOKEN}), PullReport()
    )
    with says(FixCredentials, "not a whole key") as told:
        session.get("v1/forms/f")
    assert TOKEN not in str(told.value)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (Answer.json({"access_token": "given", "expires_in": 3600, "token_type": "Bearer"}), None),
        (Answer.json({"error": "invalid_grant", "error_description": TOKEN}, 400), FixCredentials),
    ],
)
def test_a_key_is_exchanged_for_a_token(
    answer: Answer, kind: type[CollectorError] | None, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    pem = rsa.generate_private_key(65537, 2048).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    with Server() as sign_in:
        sign_in.route("POST", "/token", lambda call: answer)
        key = {"type": "service_account", "client_email": "kehila@example.org", "private_key": pem.decode()}
        secret = json.dumps({**key, "token_uri": f"{sign_in.base_url}/token"})
        if kind is None:
            assert token_of(secret) == "given"
        else:
            with says(kind, "a new one|by itself|token") as told:
                token_of(secret)
            assert TOKEN not in str(told.value)
    assert pem.decode().splitlines()[1] not in caplog.text


def test_nothing_personal_leaves_it(caplog: pytest.LogCaptureFixture) -> None:
    with GoogleFormsServer(wave(4), TOKEN) as server:
        wire, left = traces(server, read, account(server), caplog)
    for canary in (TOKEN, "@example.org", "private words"):
        assert canary.encode() in b"".join(wire)  # the control: it was said
        assert canary not in left

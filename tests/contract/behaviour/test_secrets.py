"""Refused credentials say what to do, and no secret of an account is seen anywhere, whatever goes wrong."""

import logging
import traceback
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import pytest

from collectors.errors import CollectorError, FixCredentials
from collectors.service import PullReport, sources
from simulator.services.server import Answer, Call
from tests.contract.behaviour.case import Case
from tests.contract.behaviour.living import Living, read, source_of
from tests.e2e.canaries import found, spellings
from texts import error_texts

Store = Callable[[Any], AbstractContextManager[Living]]
KEYS = ("keys/",)  # the root key, which is no account's


class Said(logging.Handler):
    """Every record of every logger."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.texts.append(f"{record.getMessage()} {record.args!r}")
        if record.exc_info:
            self.texts.append("".join(traceback.format_exception(*record.exc_info)))


@pytest.fixture
def said() -> Iterator[Said]:
    """Everything that is logged, loggers that turn away from the root included."""
    handler = Said()
    names = [
        logging.getLogger(),
        *(one for one in logging.root.manager.loggerDict.values() if isinstance(one, logging.Logger)),
    ]
    before = [(one, one.level, one.disabled) for one in names]
    for one in names:
        one.setLevel(logging.DEBUG)
        one.disabled = False
        if one is logging.getLogger() or not one.propagate:
            one.addHandler(handler)
    yield handler
    for one, level, disabled in before:
        one.setLevel(level)
        one.disabled = disabled
        one.removeHandler(handler)


def chain(problem: BaseException | None) -> Iterator[str]:
    """All texts of an error and of those it came from, hidden ones too."""
    seen: set[int] = set()
    waiting = [problem]
    while waiting:
        one = waiting.pop()
        if one is not None and id(one) not in seen:
            seen.add(id(one))
            yield f"{one} {one!r} {one.args!r} {vars(one)!r}"
            waiting += [one.__cause__, one.__context__]
    yield "".join(traceback.format_exception(problem))


def quoting(secrets: list[str]) -> Callable[[Call, Answer], Answer]:
    """A service that repeats what it was sent, as some do in their errors."""
    words = " ".join(secrets)

    def alter(call: Call, answer: Answer) -> Answer:
        told = f"{call.headers} {call.params} {call.body!r} {words}"
        return Answer.json(
            {"error": {"message": told, "code": 12345, "status": told}, "title": told, "message": told}, 400
        )

    return alter


def echo(status: int, secrets: list[str]) -> Callable[[Call, Answer], Answer]:
    """A page with everything it was sent."""
    return lambda call, answer: Answer(
        status, f"{call.headers} {secrets}".encode(), {"X-Echo": str(secrets)}, "text/html"
    )


def truncated(call: Call, answer: Answer) -> Answer:
    """JSON that breaks off."""
    return Answer(answer.status, answer.body[: len(answer.body) // 3], answer.headers, answer.content_type)


def hits(texts: list[str], secrets: list[str]) -> list[str]:
    blob = "\n".join(texts).encode("utf-8", "surrogatepass")
    return [secret for secret in secrets if any(mark in blob for mark in spellings(secret))]


def test_refused_credentials_say_what_to_do(case: Case, server: Any) -> None:
    if "refuse" in case.without:
        assert case.without["refuse"]
        return
    case.refuse(server)
    for stream in sources()[case.source].streams:
        with pytest.raises(FixCredentials) as told:
            read(case, server, [stream.name])
        assert error_texts()[told.value.code].kind == "credentials"
    findings = source_of(case).check(case.account(server))
    assert any(one.state == "fail" and one.problem and one.problem.code in error_texts() for one in findings)


@pytest.mark.parametrize(
    "trouble",
    [
        "refused",
        "quoting",
        "echo 200",
        "cut",
        *(pytest.param(one, marks=pytest.mark.long) for one in ("none", "echo 500", "redirect", "reset")),
    ],
)
def test_no_secret_is_seen_anywhere(case: Case, server: Any, living: Store, said: Said, trouble: str) -> None:
    secrets = [*case.account(server).secrets.values(), "token-canary-"]
    texts: list[str] = []
    if trouble == "refused" and "refuse" not in case.without:
        case.refuse(server)
    if trouble == "quoting":
        server.alter = quoting(secrets)
    if trouble.startswith("echo"):
        server.alter = echo(int(trouble[5:]), secrets)
    if trouble == "cut":
        server.alter = truncated
    if trouble == "redirect":
        server.fail(1000, answer=Answer(302, b"", {"Location": f"/elsewhere?key={secrets[0]}"}, "text/html"))
    if trouble == "reset":
        server.fail(1000, reset=True)
    report = PullReport()
    for stream in sources()[case.source].streams:
        try:
            texts.append(repr(read(case, server, [stream.name], report)))
        except CollectorError as problem:
            texts += chain(problem)
    texts += [repr(report), repr([(one.where, one.code, one.arguments, one.raw) for one in report.rejected])]
    texts.append(repr(source_of(case).check(case.account(server))))
    texts.append(repr(case.account(server)))
    with living(server) as store:
        texts += [repr(one.as_json()) for one in store.collect(case.now)]
        texts.append(repr(store.rows()))
        folder = store.store.config.base
    assert hits(texts + said.texts, secrets) == []
    assert found(folder, secrets, skip=KEYS) == set()
    assert said.texts or case.source == "ga4"


def test_the_sweep_sees_what_is_there(said: Said, tmp_path: Any) -> None:
    """The positive control: a secret logged, chained or written is found."""
    logging.getLogger("a.new.one").debug("with %s", "canary-1")
    try:
        try:
            raise ValueError("canary-2")
        except ValueError:
            raise KeyError("plain") from None
    except KeyError as problem:
        texts = list(chain(problem))
    (tmp_path / "x").write_text("canary-3")
    assert hits([*texts, *said.texts], ["canary-1", "canary-2", "canary-9"]) == ["canary-1", "canary-2"]
    assert found(tmp_path, ["canary-3"]) == {("canary-3", "x")}

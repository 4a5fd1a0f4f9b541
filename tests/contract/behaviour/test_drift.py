"""Services change without a word: whatever an answer becomes, nothing crashes and nothing is lost in silence."""

import json
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from collectors.errors import CollectorError
from collectors.service import PullReport, sources
from simulator.services.server import Answer, Call
from tests.contract.behaviour.case import SOME, Case, changed
from tests.contract.behaviour.living import read
from tests.contract.behaviour.mutants import NEW, Mutant, mutants_of, shape_of
from tests.said import said
from texts import error_texts

SEED = 20260722
A_FEW, MANY = 12, 160
LEFT_OUT = {"removed", "renamed", "null", "nothing", "none", "no fields", "in an object"}
MAX_CALLS = 600
"""Many times what a whole reading takes; a reading that needs more does not end."""

Told = tuple[int, int, set[str], list[str]]  # rows, put aside, drift, notices


class Playing:
    """Reads stream by stream while the stand-in's answers are changed."""

    def __init__(self, case: Case, server: Any) -> None:
        self.case, self.server = case, server
        self.answers: dict[str, Answer] = {}
        self.asks: dict[str, set[str]] = {}  # stream -> kinds of calls
        self.whole: dict[str, Told] = {}
        for stream in sources()[case.source].streams:
            self.asks[stream.name] = set()
            server.alter = self._noting(stream.name)
            self.whole[stream.name] = self.told(stream.name)

    def _noting(self, stream: str) -> Callable[[Call, Answer], Answer]:
        def note(call: Call, answer: Answer) -> Answer:
            if answer.status == 200:
                known = self.answers.get(shape_of(call))
                if known is None or len(known.body) < len(answer.body):
                    self.answers[shape_of(call)] = answer
                self.asks[stream].add(shape_of(call))
            return answer

        return note

    def told(self, stream: str) -> Told:
        report = PullReport()
        rows = read(self.case, self.server, [stream], report)
        for one in report.rejected:
            assert one.code in error_texts() and one.where and "…" not in said(one)
        return len(rows.get(stream, ())), len(report.rejected), set(report.drift), list(report.notices)

    def outcome(self, mutant: Mutant, stream: str) -> str:
        """What came of it: whole, aside, told, refused; anything else is a failure."""
        calls = 0

        def alter(call: Call, answer: Answer) -> Answer:
            nonlocal calls
            calls += 1
            return Answer(418, b"", {}, "text/html") if calls > MAX_CALLS else mutant.alter(call, answer)

        self.server.alter = alter
        try:
            rows, aside, drift, notices = self.told(stream)
        except CollectorError as problem:
            if calls > MAX_CALLS:
                return "does not end"
            return "refused" if problem.code in error_texts() else f"without a remedy: {problem}"
        except Exception as problem:  # noqa: BLE001 (that is the question)
            return f"crashed: {type(problem).__name__}: {str(problem)[:150]}"
        if calls > MAX_CALLS:
            return "does not end"
        before, _, known, said = self.whole[stream]
        if rows + aside >= before:
            return "aside" if aside else "whole"
        if drift - known or set(notices) - set(said):
            return "told"
        return "quiet" if self._is_excused(mutant) else f"lost {before - rows - aside} of {before} in silence"

    def _is_excused(self, mutant: Mutant) -> bool:
        plain = ".".join(str(step) for step in mutant.where if not isinstance(step, int))
        known = {**self.case.other, **(self.case.left_out if mutant.kind in LEFT_OUT else {})}
        return any(plain == one or plain.startswith(one + ".") for one in known)


def play(case: Case, count: int) -> tuple[Counter[str], list[str]]:
    outcomes: Counter[str] = Counter()
    wrong = []
    with case.play(SOME) as server:
        playing = Playing(case, server)
        drawn = mutants_of(playing.answers, SEED, count)
        for mutant in drawn:
            for stream, asked in playing.asks.items():
                if mutant.shape in asked:
                    came = playing.outcome(mutant, stream)
                    outcomes[came if came in ("whole", "aside", "told", "refused", "quiet") else "wrong"] += 1
                    if outcomes["wrong"] > len(wrong):
                        wrong.append(f"{stream}, {mutant}: {came}")
    assert len(drawn) == count
    return outcomes, wrong


def test_a_few_mutants(case: Case) -> None:
    outcomes, wrong = play(case, A_FEW)
    assert wrong == []
    assert sum(outcomes.values()) >= A_FEW


@pytest.mark.long
def test_many_mutants(case: Case) -> None:
    outcomes, wrong = play(case, MANY)
    print(f"\n{case.source}: {MANY} mutants, read by {sum(outcomes.values())} streams: {dict(outcomes)}")
    assert wrong == []
    assert outcomes["refused"] and outcomes["whole"]


def test_the_mutants_are_the_same_every_time() -> None:
    answers = {"GET /a": Answer.json({"a": [{"b": 1, "c": {"d": "x"}}]})}
    drawn = mutants_of(answers, SEED, 60)
    assert drawn == mutants_of(answers, SEED, 60) and len(set(drawn)) == 60


def test_unknown_fields_are_counted_as_drift_and_change_nothing(case: Case, server: Any) -> None:
    if "unknown" in case.without:
        assert case.without["unknown"]  # said in words, and printed in the table
        return
    before = read(case, server)
    seen = []

    def grow(told: Any) -> None:
        for key in case.unknown:
            records = [told] if key == "" else told.get(key, []) if isinstance(told, Mapping) else []
            for record in records:
                if isinstance(record, dict):
                    record[NEW] = {"deep": [1, {"er": "canary-value"}]}
                    seen.append(key)

    server.alter = changed(grow)
    report = PullReport()
    assert read(case, server, report=report) == before
    assert set(seen) == set(case.unknown)
    grown = [name for name in report.drift if NEW in name]
    assert grown and report.rejected == []
    assert "canary-value" not in json.dumps(dict(report.drift))

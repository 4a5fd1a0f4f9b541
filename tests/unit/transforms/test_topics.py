"""More talk never makes fewer topics, whatever is said, and the topics are those anybody can count by hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import combinations, pairwise
from typing import Any, get_args

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from transforms import cases
from transforms.catalogue import ours
from transforms.staging.conversation import conversation
from warehouse.vocabulary import RequestTopic

START = datetime(2026, 1, 5, 8, 0)
STAFF = 0
HOUR = 60


@dataclass(frozen=True)
class Line:
    """A message of a group, at a minute after the start."""

    minute: int
    author: int
    is_question: bool = False


def lines(authors: st.SearchStrategy[int], most: int) -> st.SearchStrategy[list[Line]]:
    return st.lists(st.builds(Line, st.integers(0, 500), authors, st.sampled_from([False, False, True])), max_size=most)


RESIDENTS = st.integers(1, 4)


def case_of(**talks: list[Line]) -> dict[str, Any]:
    """Talks, each of a group of its own, as exports are staged: sessions, and who follows whom."""
    messages: list[dict[str, Any]] = []
    for space, talk in talks.items():
        said = sorted(talk, key=lambda one: (one.minute, one.author, one.is_question))
        minute = np.array([one.minute for one in said], np.int64)
        author = np.array([one.author for one in said], np.int64)
        root, target = conversation(minute, author, np.zeros(len(said), bool))
        role = ["authority" if one.author == STAFF else "resident" for one in said]
        for place, one in enumerate(said):
            row: dict[str, Any] = {
                "space": space, "message": f"{space}{place:04d}", "author": one.author, "author_role": role[place],
                "sent_at": START + timedelta(minutes=one.minute), "root": f"{space}{root[place]:04d}",
                "is_question": one.is_question, "reply_basis": "none",
            }  # fmt: skip
            if target[place] >= 0:
                to = int(target[place])
                row |= {
                    "reply_to": f"{space}{to:04d}", "reply_to_author": said[to].author, "reply_to_role": role[to],
                    "reply_basis": "inferred",
                }  # fmt: skip
            messages.append(row)
    coverage = [{"fact": "message", "asset": "whatsapp", "space": space, "month": "2026-01"} for space in talks]
    return {"months": ["2026-01"], "message": messages, "coverage": coverage}


def wholes(indicator: str, **talks: list[Line]) -> dict[str, dict[str, Any]]:
    """The indicator's cell of each talk."""
    rows = cases.computed(ours()[indicator], case_of(**talks))
    return {row["space"]: row for row in rows if row["space"] and not row["part"]}


def topics(**talks: list[Line]) -> dict[str, float]:
    return {space: row["value"] for space, row in wholes("whatsapp.topics_raised", **talks).items()}


@settings(max_examples=60, deadline=None)
@given(lines(st.integers(0, 4), 14), lines(RESIDENTS, 14))
# A lively group of one session: by a rule of silence the second talk would merge three topics into one.
@example([Line(0, 1), Line(90, 2), Line(180, 3)], [Line(45, 1), Line(135, 2)])
@example([Line(0, 1), Line(10, STAFF), Line(90, 2)], [Line(50, 1, True)])
def test_what_residents_add_never_lowers_the_topics(talk: list[Line], more: list[Line]) -> None:
    found = topics(before=talk, after=[*talk, *more])
    assert found["after"] >= found["before"]


@settings(max_examples=30, deadline=None)
@given(lines(RESIDENTS, 9))
def test_topics_are_the_questions_and_the_most_that_can_stand_an_hour_apart(talk: list[Line]) -> None:
    """By trying every choice of messages that no question came before within the hour."""
    questions = [one.minute for one in talk if one.is_question]
    free = sorted({
        one.minute for one in talk if not one.is_question and not any(0 <= one.minute - at <= HOUR for at in questions)
    })  # fmt: skip
    apart = max(
        size
        for size in range(len(free) + 1)
        for chosen in combinations(free, size)
        if all(later - earlier > HOUR for earlier, later in pairwise(chosen))
    )
    assert topics(all=talk)["all"] == len(questions) + apart


@settings(max_examples=30, deadline=None)
@given(lines(RESIDENTS, 10), st.integers(1, 500))
def test_what_the_authority_starts_takes_one_topic_at_most_and_no_question(talk: list[Line], minute: int) -> None:
    found = topics(alone=talk, long_before=[*talk, Line(-200, STAFF)], among=[*talk, Line(minute, STAFF)])
    assert found["long_before"] == found["alone"]
    assert found["among"] >= max(sum(one.is_question for one in talk), found["alone"] - 1)


@settings(max_examples=30, deadline=None)
@given(lines(st.integers(0, 4), 14), RESIDENTS)
def test_every_question_is_asked_and_no_word_of_the_authority_answers_what_comes_after_it(
    talk: list[Line], author: int
) -> None:
    last = max((one.minute for one in talk), default=0)
    asked = [*talk, Line(last + 5, author, is_question=True)]
    found = wholes("whatsapp.answers", before=talk, asked=asked, answered=[*asked, Line(last + 9, STAFF)])
    questions = sum(one.is_question and one.author != STAFF for one in talk)
    assert [found[one]["denominator"] for one in ("before", "asked", "answered")] == [
        questions, questions + 1, questions + 1,
    ]  # fmt: skip
    assert found["asked"]["numerator"] == found["before"]["numerator"] < found["answered"]["numerator"]


@settings(max_examples=10, deadline=None)
@given(st.integers(1, 5), st.integers(2, 4))
def test_those_who_go_on_for_ever_answer_each_other_once_a_day(times: int, people: int) -> None:
    """Replies are bounded by who answers whom, not by how much is said."""
    talk = [Line(minute, 1 + minute % people) for minute in range(people * 2)]
    longer = [Line(minute, 1 + minute % people) for minute in range(people * (2 + 3 * times))]
    found = wholes("whatsapp.resident_replies", short=talk, long=longer)
    assert found["short"]["value"] == found["long"]["value"] == people


def test_every_subject_of_requests_is_a_part_of_the_topics() -> None:
    """A town's keyword lists that bear these names are told apart; the statement names each of them."""
    topics = ours()["whatsapp.topics_raised"]
    subjects = {name.removeprefix("about_") for name in topics.header.parts if name.startswith("about_")}
    assert subjects == set(get_args(RequestTopic))
    assert {name for name in subjects if f"'{name}'" in topics.sql} == subjects - {"other"}

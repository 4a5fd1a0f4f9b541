"""Questions that are no scale: yes or no, several answers to one question; and which version of the questionnaire a form is."""

from pathlib import Path
from typing import Any

import pytest

from tests.said import in_words
from tests.unit.collectors.test_survey_rows import read, refusal, saved
from transforms.questionnaire import NO, YES, questionnaire

Q = questionnaire()
BARRIERS = Q.scales["barriers"]
assert BARRIERS.question is not None
OPTIONS = {item.part: item for item in BARRIERS.items}
TRUST = Q.scales["trust"].items[0]
LANGUAGES = ("he", "ar", "en")


def answers(rows: list[dict[str, Any]], number: int) -> dict[str, int]:
    return {row["item"]: row["answer"] for row in rows if row["respondent"] == number}


def marked(*parts: str) -> dict[str, int]:
    """What stands of the question where these were marked: each answer, chosen or not."""
    return {item.id: YES if part in parts else NO for part, item in OPTIONS.items()}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("between", [", ", ";", "; ", " | "])
def test_several_answers_in_one_cell(tmp_path: Path, language: str, between: str) -> None:
    def words(*parts: str) -> str:
        return between.join(OPTIONS[part].by_language()[language] for part in parts)

    assert BARRIERS.question is not None
    rows: list[list[Any]] = [
        ["Timestamp", TRUST.by_language()[language], BARRIERS.question.by_language()[language]],
        ["2026-10-05 10:00", 3, words("language", "no_time")],
        ["2026-10-05 10:01", 3, words("nothing")],
        ["2026-10-05 10:02", 3, ""],
        ["2026-10-05 10:03", 3, words("trust") + between + "my neighbour Danny said so"],
    ]
    found, report = read(saved(tmp_path / "s.csv", rows))
    assert report.rejected == []
    assert answers(found, 1) == {TRUST.id: 3, **marked("language", "no_time")}
    assert answers(found, 2) == {TRUST.id: 3, **marked("nothing")}
    assert answers(found, 3) == {TRUST.id: 3}  # who marks nothing has not answered
    assert answers(found, 4) == {TRUST.id: 3, **marked("trust", "other")}
    assert "Danny" not in repr((found, report))


HEADS = {
    "question and answer": lambda item: f"{BARRIERS.question.en} - Selected Choice - {item.en}",  # type: ignore[union-attr]
    "a form's brackets": lambda item: f"{BARRIERS.question.en} [{item.en}]",  # type: ignore[union-attr]
    "code and answer": lambda item: f"barriers[SQ1]. {item.en}",
    "the answer alone": lambda item: item.en,
    "the item": lambda item: item.id,
}


@pytest.mark.parametrize("head", HEADS.values(), ids=HEADS)
@pytest.mark.parametrize(("yes", "no"), [("Yes", "No"), ("1", "0"), ("כן", ""), ("label", "")])
def test_several_answers_in_a_column_each(tmp_path: Path, head: Any, yes: str, no: str) -> None:
    def cell(part: str, *chosen: str) -> str:
        return (OPTIONS[part].en if yes == "label" else yes) if part in chosen else no

    rows: list[list[Any]] = [
        ["Timestamp", TRUST.en, *(head(item) for item in OPTIONS.values())],
        ["2026-10-05 10:00", 3, *(cell(part, "skills", "religious") for part in OPTIONS)],
        ["2026-10-05 10:01", 4, *(cell(part) for part in OPTIONS)],
    ]
    found, report = read(saved(tmp_path / "s.csv", rows))
    assert report.rejected == []
    assert answers(found, 1) == {TRUST.id: 3, **marked("skills", "religious")}
    assert answers(found, 2) == {TRUST.id: 4}


def test_what_is_no_answer_of_the_question_is_put_aside(tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        ["Timestamp", TRUST.en, OPTIONS["trust"].en],
        ["2026-10-05 10:00", 3, "7"],
        ["2026-10-05 10:01", 3, "yes"],
    ]
    found, report = read(saved(tmp_path / "s.csv", rows))
    assert [(one.where, one.code) for one in report.rejected] == [("C2", "answer_not_on_scale")]
    assert OPTIONS["trust"].id not in answers(found, 1) and answers(found, 2) == {TRUST.id: 3, **marked("trust")}


@pytest.mark.parametrize("language", LANGUAGES)
def test_yes_and_no_are_not_the_scale(tmp_path: Path, language: str) -> None:
    asked = Q.filters["in_open_group_1"].by_language()[language]
    learnt = Q.scales["opportunity"].items[0]
    yes, no = (Q.yes_no[word].by_language()[language] for word in ("yes", "no"))
    rows: list[list[Any]] = [
        ["Timestamp", asked, learnt.by_language()[language], TRUST.by_language()[language]],
        ["2026-10-05 10:00", yes, no, 3],
        ["2026-10-05 10:01", no, yes, 3],
        ["2026-10-05 10:02", "4", "", yes],
    ]
    found, report = read(saved(tmp_path / "s.csv", rows))
    assert answers(found, 1) == {"in_open_group_1": YES, learnt.id: NO, TRUST.id: 3}
    assert answers(found, 2) == {"in_open_group_1": NO, learnt.id: YES, TRUST.id: 3}
    # A number is no yes, and a yes is no place on a scale.
    assert [(one.where, one.code) for one in report.rejected] == [
        ("B4", "answer_not_on_scale"),
        ("D4", "answer_not_on_scale"),
    ]


def form(version: int, *, without: tuple[str, ...] = ()) -> list[list[Any]]:
    asked = [item for item in Q.items_for("residents", version) if item.id not in without and not item.part]
    return [["Timestamp", *(item.he for item in asked)], ["2026-10-05 10:00", *(3 for _ in asked)]]


@pytest.mark.parametrize("version", [1, 2])
def test_a_form_is_the_version_that_asks_all_its_items(tmp_path: Path, version: int) -> None:
    found, _ = read(saved(tmp_path / "s.csv", form(version)))
    assert {row["instrument"] for row in found} == {f"kehila-{version}"}


def test_a_part_of_the_first_version_is_the_first(tmp_path: Path) -> None:
    found, _ = read(
        saved(tmp_path / "s.csv", form(2, without=tuple(i.id for i in Q.items_for("residents") if i.since > 1)))
    )
    assert {row["instrument"] for row in found} == {"kehila-1"}


def test_the_towns_own_name_of_the_questionnaire_goes_first(tmp_path: Path) -> None:
    found, _ = read(saved(tmp_path / "s.csv", form(1)), instrument="ours")
    assert {row["instrument"] for row in found} == {"ours"}


def test_a_form_after_a_meeting_is_known_by_its_items(tmp_path: Path) -> None:
    items = Q.items_for("meeting")
    rows: list[list[Any]] = [["Timestamp", *(item.he for item in items)], ["2026-10-05 10:00", 4, 5, 5]]
    found, _ = read(saved(tmp_path / "s.csv", rows))
    assert {row["audience"] for row in found} == {"meeting"}


def test_how_it_was_held_and_who_was_invited(tmp_path: Path) -> None:
    rows: list[list[Any]] = [["Timestamp", TRUST.en, Q.cuts["mode"].he, Q.cuts["workplace"].en, "persona"]]
    rows += [
        ["2026-10-05 10:00", 3, "בטלפון", "In another place", "משפחה צעירה"],
        ["2026-10-05 10:01", 3, "", "", "a plumber"],
    ]
    found, report = read(saved(tmp_path / "s.csv", rows), held_as="digital", invited=200)
    told = [{name: row[name] for name in ("mode", "workplace", "persona", "held_as", "invited")} for row in found]
    assert told == [
        {"mode": "phone", "workplace": "elsewhere", "persona": "young_family", "held_as": "digital", "invited": 200},
        {"mode": None, "workplace": None, "persona": None, "held_as": "digital", "invited": 200},
    ]
    assert {"held_as", "invited"} <= set(found[0]["stated"].split())
    assert any(
        "persona" in notice for notice in in_words(report.notices)
    )  # an answer that is none of the options is said


@pytest.mark.parametrize(("key", "value"), [("held_as", "by pigeon"), ("invited", 0), ("invited", "many")])
def test_a_mapping_that_says_neither_is_refused_by_its_key(tmp_path: Path, key: str, value: Any) -> None:
    path = saved(tmp_path / "s.csv", form(1))
    (tmp_path / "s.csv.mapping.yaml").write_text(f"{key}: {value}\n", encoding="utf-8")
    refused = refusal(path)
    assert (refused.code, refused.arguments["key"]) == ("mapping_invalid", key) and refused.arguments["valid"]


def test_a_respondent_of_one_question_is_no_header(tmp_path: Path) -> None:
    """Her answers are texts that stand above columns elsewhere; what tells her from a header is when she sent them."""
    assert BARRIERS.question is not None
    rows: list[list[Any]] = [
        ["Timestamp", TRUST.en, BARRIERS.question.en],
        ["2026-10-05 10:00", "", OPTIONS["trust"].en],
        ["2026-10-05 10:01", 3, OPTIONS["no_time"].en],
    ]
    found, _ = read(saved(tmp_path / "s.csv", rows))
    assert answers(found, 1) == marked("trust") and answers(found, 2) == {TRUST.id: 3, **marked("no_time")}


def test_answers_in_a_second_row_of_headers(tmp_path: Path) -> None:
    """As SurveyMonkey writes them: the question above its first answer, the answers below, each chosen one by its own words."""
    assert BARRIERS.question is not None
    chosen = [item.en if part in ("skills", "trust") else "" for part, item in OPTIONS.items()]
    rows: list[list[Any]] = [
        ["End Date", TRUST.en, BARRIERS.question.en, *("" for _ in range(len(OPTIONS) - 1))],
        ["", "Response", *(item.en for item in OPTIONS.values())],
        ["2026-10-05 10:00", 3, *chosen],
    ]
    found, report = read(saved(tmp_path / "s.csv", rows))
    assert report.rejected == [] and answers(found, 1) == {TRUST.id: 3, **marked("skills", "trust")}

"""Survey staging: scores, respondents through a wave, exports of one form, and no trace of import order."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collectors.survey_answers.streams import SurveyAnswer
from transforms.staging.survey import SOURCE, STREAMS, stage
from transforms.staging.town import Town
from warehouse.schemas import arrow_schema

TOWN = Town("1234")
Person = dict[str, int]


def export(people: Sequence[Person], **about: Any) -> list[dict[str, Any]]:
    """The landed rows of one file."""
    shared: dict[str, Any] = {
        "wave": "2026-10",
        "instrument": "kehila-1",
        "audience": "residents",
        "sample_type": "opt_in",
        "closed_day": date(2026, 10, 20),
        **about,
    }
    return [
        {**shared, "respondent": number, "item": item, "answer": answer}
        for number, person in enumerate(people, start=1)
        for item, answer in person.items()
    ]


def landed(
    *files: list[dict[str, Any]], segments: Sequence[str] | None = None, orders: Sequence[int] | None = None
) -> dict[str, pa.Table]:
    schema = SurveyAnswer.schema.append(pa.field("segment", pa.string())).append(pa.field("landed_order", pa.int64()))
    names = segments or [f"segment-{n}" for n in range(len(files))]
    places = orders or range(len(files))
    rows = [{**row, "segment": names[n], "landed_order": places[n]} for n, file in enumerate(files) for row in file]
    plain = [{name: row.get(name) for name in schema.names} for row in rows]
    return {"survey_answer": pa.table([pa.array([r[f.name] for r in plain], f.type) for f in schema], schema=schema)}


def responses(*files: list[dict[str, Any]]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = stage(landed(*files), TOWN)["survey_response"].to_pylist()
    return found


def scores(*files: list[dict[str, Any]]) -> list[list[tuple[str, int]]]:
    """What each respondent scored, in no order that means anything."""
    people: dict[tuple[str, int], list[tuple[str, int]]] = {}
    for row in responses(*files):
        people.setdefault((row["wave"], row["respondent"]), []).append((row["item"], row["score"]))
    return sorted(sorted(one) for one in people.values())


def test_declares_its_source() -> None:
    assert (SOURCE, STREAMS) == ("survey", ("survey_answer",))


READ = datetime(2026, 10, 21, tzinfo=UTC)
OLD = [{"trust_1": n % 5 + 1} for n in range(10)]


@pytest.mark.parametrize(
    "later",
    [[{"trust_1": 3}] * 10, OLD[:4] + OLD[5:], OLD[3:7], [*OLD, {"trust_1": 2}]],
    ids=["all edited", "one deleted", "most deleted", "one more"],
)
@pytest.mark.parametrize("hours", [0, 5])
def test_of_a_services_form_the_reading_that_reaches_furthest_stands(later: list[Person], hours: int) -> None:
    first = export(OLD, form="f1", as_of=READ)
    second = export(later, form="f1", as_of=READ + timedelta(hours=hours))
    assert scores(first, second) == scores(second)
    other = export(OLD, form="f2", as_of=READ)
    assert len(responses(export([{"trust_1": 5}] * 4, form="f1", as_of=READ), other)) == 14 * len(
        responses(export([{"trust_1": 5}]))
    )


def test_an_older_stretch_read_again_takes_no_answers_away() -> None:
    whole, part = export(OLD, form="f1", as_of=READ), export(OLD[:3], form="f1", as_of=READ - timedelta(days=9))
    assert scores(whole, part) == scores(whole)


def test_nothing_landed_gives_empty_facts_of_the_right_shape() -> None:
    facts = stage({}, TOWN)
    assert {name: table.num_rows for name, table in facts.items()} == {"survey_response": 0, "coverage": 0}
    assert facts["survey_response"].schema == arrow_schema("survey_response")
    assert facts["coverage"].schema == arrow_schema("coverage")


def test_one_answer_becomes_a_response_with_its_cuts() -> None:
    file = export([{"trust_1": 4}], sex="female", society="arab", language="ar")
    [found] = responses(file)
    assert found.pop("respondent") >= 0
    assert found == (
        {
            "authority": "1234",
            "month": "2026-10",
            "wave": "2026-10",
            "instrument": "kehila-1",
            "audience": "residents",
            "sample_type": "opt_in",
            "closed_day": date(2026, 10, 20),
            "item": "trust_1",
            "scale": "trust",
            "indicator": "whatsapp.trust",
            "score": 4,
            "weight": 1.0,
            "weighted_by": "",
            "age_band": None,
            "sex": "female",
            "neighbourhood": None,
            "society": "arab",
            "religiosity": None,
            "language": "ar",
            "workplace": None,
            "persona": None,
            "mode": None,
            "invited": None,
            "asked_of": "everybody",
        }
    )


@pytest.mark.parametrize(("answer", "score"), [(1, 5), (2, 4), (3, 3), (4, 2), (5, 1)])
def test_reverse_items_are_turned(answer: int, score: int) -> None:
    assert scores(export([{"trust_4": answer}])) == [[("trust_4", score)]]


def test_items_for_members_count_of_members_where_the_form_asks_who_is_one() -> None:
    people = [
        {"in_open_group_1": 5, "belonging_1": 4},
        {"in_open_group_1": 1, "belonging_1": 2},
        {"belonging_1": 1},  # who leaves the question open is not known to be one
        {"trust_1": 3},
    ]
    found = responses(export(people))
    assert [(r["item"], r["score"], r["asked_of"]) for r in sorted(found, key=lambda r: str(r["item"]))] == [
        ("belonging_1", 4, "concerned"),
        ("trust_1", 3, "everybody"),
    ]
    unasked = responses(export([{"belonging_1": n} for n in (1, 2, 3)]))
    assert sorted((r["score"], r["asked_of"]) for r in unasked) == [(n, "everybody") for n in (1, 2, 3)]


def test_how_a_wave_was_held_and_who_was_invited_is_said_of_all_its_answers() -> None:
    file = export([{"trust_1": 1}, {"trust_1": 2}], held_as="digital", invited=90, stated="held_as invited")
    file[1]["mode"] = "phone"
    assert sorted((r["score"], r["mode"], r["invited"]) for r in responses(file)) == [
        (1, "digital", 90),
        (2, "phone", 90),
    ]


def test_another_word_on_how_it_was_held_makes_no_other_people() -> None:
    people = [{"trust_1": n % 5 + 1, "trust_2": n % 3 + 1} for n in range(12)]
    first = export(people, held_as="digital", stated="held_as")
    again = export(people, held_as="in_person", invited=40, stated="held_as invited")
    for row in again:
        row["mode"] = "phone" if row["respondent"] % 2 else None
    found = responses(first, again)
    assert len({r["respondent"] for r in found}) == 12
    assert {(r["mode"], r["invited"]) for r in found} == {("phone", 40), ("in_person", 40)}


def test_a_factors_item_feeds_the_factor_and_the_index() -> None:
    found = responses(export([{"attachment_1": 5, "ccram10_9": 2}]))
    assert sorted((r["indicator"], r["scale"], r["score"]) for r in found) == [
        ("resilience.attachment", "attachment", 5),
        ("resilience.index", "attachment", 5),
        ("resilience.index", "social_capital", 2),
        ("resilience.social_capital", "social_capital", 2),
    ]


def test_items_that_feed_nothing_are_left_out() -> None:
    assert scores(export([{"ccram10_1": 4, "own_question_1": 3}])) == []


def test_the_same_file_twice_changes_nothing() -> None:
    file = export([{"trust_1": 1}, {"trust_1": 5}, {"trust_2": 3}])
    assert scores(file, file) == scores(file) == [[("trust_1", 1)], [("trust_1", 5)], [("trust_2", 3)]]


def test_a_later_export_of_a_form_stands_for_the_earlier() -> None:
    early = [{"trust_1": n % 5 + 1} for n in range(5)]
    late = [*early, {"trust_1": 2}]
    first, second = export(early), export(late, closed_day=date(2026, 10, 25))
    assert scores(first, second) == scores(second)
    assert {r["closed_day"] for r in responses(first, second)} == {date(2026, 10, 25)}


def test_a_corrected_answer_wins_with_the_later_closing_day() -> None:
    early = [{"trust_1": n % 5 + 1, "trust_2": 5 - n % 5} for n in range(10)]
    late = [{"trust_1": 5, "trust_2": 5}, *early[1:]]
    corrected = export(late, closed_day=date(2026, 10, 30))
    assert scores(export(early), corrected) == scores(corrected) != scores(export(early))


def test_newest_first_exports_are_one_form_too() -> None:
    early = [{"trust_1": n % 5 + 1, "trust_2": 1 + n % 3} for n in range(6)]
    late = [{"trust_1": 1, "trust_2": 2}, *early]
    assert scores(export(early), export(late, closed_day=date(2026, 10, 25))) == scores(export(late))


def test_forms_in_two_languages_are_added_up() -> None:
    hebrew = export([{"trust_1": 1}, {"trust_1": 2}], language="he")
    arabic = export([{"trust_1": 5}], language="ar", closed_day=date(2026, 11, 2))
    found = responses(hebrew, arabic)
    assert sorted((r["language"], r["score"]) for r in found) == [("ar", 5), ("he", 1), ("he", 2)]
    assert len({r["respondent"] for r in found}) == 3
    assert {(r["month"], r["closed_day"]) for r in found} == {("2026-11", date(2026, 11, 2))}


def test_probability_and_opt_in_never_stand_for_each_other() -> None:
    people = [{"trust_1": 3}, {"trust_1": 4}]
    found = responses(export(people), export(people, sample_type="probability"))
    assert Counter(r["sample_type"] for r in found) == {"opt_in": 2, "probability": 2}


def test_coverage_speaks_for_the_closing_month() -> None:
    files = [
        export([{"trust_1": 3}]),
        export([{"trust_1": 3}], wave="2026-02", closed_day=date(2026, 2, 3), sample_type="probability"),
    ]
    assert [
        (
            r["month"],
            r["fact"],
            r["first_day"],
            r["last_day"],
            (r["extent"] == "full"),
            r["quality"],
            r["basis"],
            r["space"],
        )
        for r in stage(landed(*files), TOWN)["coverage"].to_pylist()
    ] == [
        ("2026-02", "survey_response", date(2026, 2, 1), date(2026, 2, 28), True, "", "export", ""),
        ("2026-10", "survey_response", date(2026, 10, 1), date(2026, 10, 31), True, "", "export", ""),
    ]


items = st.sampled_from(["trust_1", "trust_4", "attachment_2", "participation_1"])
people = st.lists(st.dictionaries(items, st.integers(1, 5), min_size=1, max_size=3), min_size=1, max_size=5)
files = st.lists(
    st.builds(
        export,
        people,
        wave=st.sampled_from(["2026-10", "spring"]),
        closed_day=st.dates(date(2026, 9, 28), date(2026, 10, 3)),
        sample_type=st.sampled_from(["opt_in", "probability"]),
        language=st.sampled_from(["he", "ar", None]),
    ),
    min_size=1,
    max_size=5,
)


@settings(deadline=None)
@given(files, st.randoms(use_true_random=False))
def test_places_of_rows_and_names_of_segments_leave_no_trace(written: list[list[dict[str, Any]]], random: Any) -> None:
    expected = stage(landed(*written), TOWN)
    orders = list(range(len(written)))
    random.shuffle(orders)
    names = [f"{random.random()}-{n}" for n in orders]
    again = landed(*(written[n] for n in orders), segments=names, orders=orders)["survey_answer"]
    rows = list(range(again.num_rows))
    random.shuffle(rows)
    assert stage({"survey_answer": again.take(rows)}, TOWN) == expected


@settings(deadline=None)
@given(files)
def test_importing_everything_again_changes_nothing(written: list[list[dict[str, Any]]]) -> None:
    assert stage(landed(*written, *written), TOWN) == stage(landed(*written), TOWN)


@settings(deadline=None)
@given(files)
def test_each_row_is_unique_by_answer_and_indicator(written: list[list[dict[str, Any]]]) -> None:
    keys = [(r["wave"], r["respondent"], r["item"], r["indicator"]) for r in responses(*written)]
    assert len(keys) == len(set(keys)) > 0

"""Every code has words in three languages, and numbers are shaped by their unit."""

import re
from typing import get_args

import pytest

from collectors.base import file_formats
from collectors.service import sources
from texts import LANGUAGES, group, texts_of, word
from texts.values import figure, interval, number, reason
from texts.writing import month_name
from town.staged import staging_modules
from transforms.catalogue import catalogue
from transforms.reasons import REASONS
from transforms.verdicts.series import REASONS as VERDICT_REASONS
from warehouse import vocabulary
from warehouse.facts import FACTS


@pytest.mark.parametrize(
    ("kind", "codes"),
    [
        ("units", vocabulary.Unit),
        ("statuses", vocabulary.Status),
        ("status_notes", vocabulary.Status),
        ("quality", vocabulary.Quality),
        ("aspects", vocabulary.Aspect),
        ("methods", vocabulary.Method),
        ("better", vocabulary.Better),
        ("verdicts", vocabulary.VerdictWord),
    ],
)
def test_every_code_of_the_vocabulary_has_words_and_no_other(kind: str, codes: object) -> None:
    assert set(group(f"codes.{kind}")) == set(get_args(codes))


def test_reasons_are_the_same_list_as_in_transforms() -> None:
    assert set(group("codes.reasons")) == {*REASONS, "not_computed"}


def test_every_reason_of_a_verdict_is_a_sentence() -> None:
    assert set(group("verdicts.sentences")) == VERDICT_REASONS


def test_every_reason_has_a_word_for_the_line_that_counts_them() -> None:
    assert set(group("codes.reasons")) <= set(group("month.reasons"))


def test_a_reason_can_speak_of_every_asset_and_fact() -> None:
    assert set(get_args(vocabulary.Asset)) <= set(group("codes.families"))
    assert set(FACTS) <= set(group("codes.facts"))


def test_every_file_and_service_has_the_name_people_know_it_by() -> None:
    staged = {module.SOURCE for module in staging_modules()}
    assert {*(one.name for one in file_formats()), *sources(), *staged} <= set(group("codes.sources"))


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        (0.0, "count", "0"),
        (-0.0, "count", "0"),
        (1234567.0, "count", "1,234,567"),
        (2.5, "count", "2.5"),
        (0.4213, "share", "42.1%"),
        (0.0, "share", "0.0%"),
        (3.8412, "score_1_5", "3.84"),
        (125000.0, "ils", "₪125,000"),
        (-20.0, "ils", "-₪20"),
        (-0.01, "hours", "0.0"),
        (7.26, "per_1000", "7.3"),
        (2.7647, "level_0_3", "2.76"),
    ],
)
def test_numbers_by_unit(value: float, unit: str, expected: str) -> None:
    assert number(value, unit) == expected


def test_signs_are_isolated_where_text_runs_right_to_left() -> None:
    assert figure(-5.0, "count", "he") == "\u2066-5\u2069"
    assert figure(-5.0, "count", "en") == "-5"
    assert figure(1234.0, "count", "he") == "1,234"
    assert figure(3.5, "score_1_5", "he") == "3.50 מתוך 5"
    assert figure(2.5, "level_0_3", "en") == "level 2.50 of 3"


def test_reasons_in_words() -> None:
    assert reason("too_few_answers:30", "he") == "התקבלו פחות מ־30 תשובות"
    assert "וואטסאפ" in reason("no_source:whatsapp", "he")
    assert "any of the assets" in reason("no_source:any", "en")
    assert "עוד לא חושב" in reason("", "he")
    assert reason("a_new_code", "he") == "a_new_code"


def test_unknown_codes_do_not_stop_a_publication() -> None:
    assert word("codes.quality", "brand_new", "ar") == "brand_new"
    assert word("codes.verdicts", vocabulary.NO_VERDICT, "he") == "□ לא נבחן"
    assert month_name("2026-09", "ar") == "أيلول 2026"


def test_everything_the_catalogue_names_has_words() -> None:
    for one in catalogue().values():
        assert one.header.owner in group("codes.owners"), one.id
        assert one.family in group("codes.families") and str(one.header.outcome) in group("codes.outcomes")


def test_every_unit_has_a_figure() -> None:
    assert set(texts_of("figures")) == set(get_args(vocabulary.Unit))


def test_how_sure_a_sample_is_says_what_people_who_chose_to_answer_do_not_tell() -> None:
    assert interval(0.374, 0.468, "share", ("carried",), "en") == "95% interval: 37.4% to 46.8%"
    assert interval(None, None, "share", (), "he") == ""
    for language in LANGUAGES:
        drawn, chosen = (interval(3.1, 3.5, "score_1_5", flags, language) for flags in ((), ("opt_in_sample",)))
        assert {"3.10", "3.50"} <= set(re.findall(r"\d\.\d\d", drawn))
        assert len(chosen) > len(drawn)

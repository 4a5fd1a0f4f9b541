"""Page one: what it claims, what it advises and whom, what it warns of; the same in page, workbook, package and lines."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from typing import Any

import openpyxl
import pytest

from publishers.front import WHEN, advice, front_page
from publishers.front_words import five_lines, rows, said
from publishers.package import package
from publishers.report import Conclusion, IndicatorReport, Report
from publishers.workbook import workbook
from tests.unit.publishers.opened import page_of, words_of
from texts import LANGUAGES
from transforms.catalogue import ours

MONTH = "2026-10"
LEADS = (
    "website.resident_users",
    "newsletter.open_rate",
    "policy.investment",
    "whatsapp.answers",
    "resilience.loneliness",
)
SENTENCES = {
    "real_rise": "rise_run", "real_fall": "fall_run", "no_signal": "steady", "too_little_data": "too_short",
    "exceptional_month": "emergency", "series_break": "break", "not_judged": "no_complete_month",
}  # fmt: skip


def concluded(word: str, claim: int = 0, **more: Any) -> Conclusion:
    fields = {
        "month": MONTH, "value": 0.9, "plain": 0.9, "centre": 0.8, "lower": 0.7, "upper": 1.0, "count": 8, "effect": 0.1,
        "minimum": 0.03, "have": 14, "need": 24, "day": "2026-10-08", "why": "spaces", "flaw": "missing", "last": "2026-06",
    }  # fmt: skip
    if word != "exceptional_month":
        del fields["day"]
    is_clear = word in WHEN and not more.pop("is_trial", False)
    return Conclusion(SENTENCES[word], {**fields, **more}, "month", word, 0.001 if is_clear else None, claim)


def town(report: Report, **verdicts: Conclusion | None) -> Report:
    """The report with verdicts of the leads, by the name behind the dot; of others none."""
    made = []
    for one in report.indicators:
        name = one.indicator.split(".")[1]
        place = LEADS.index(one.indicator) + 1 if one.indicator in LEADS else 0
        cell = replace(
            one.speaks, value=one.speaks.value if one.speaks.value is not None else 3.0, status="final", quality=()
        )
        changed: dict[str, Any] = {"speaks": cell, "whole": cell, "lead": place, "conclusion": verdicts.get(name)}
        made.append(replace(one, **changed))
    return replace(report, indicators=tuple(made))


def names(found: tuple[IndicatorReport, ...]) -> list[str]:
    return [one.indicator.split(".")[1] for one in found]


STEADY = dict.fromkeys((one.split(".")[1] for one in LEADS), concluded("no_signal"))


def test_only_what_is_claimed_is_said_to_move_the_surest_first(report: Report) -> None:
    moved = {
        "resident_users": concluded("real_rise", 2),
        "investment": concluded("real_rise", 1),
        "loneliness": concluded("real_rise", 3),
        "open_rate": concluded("real_fall"),  # looked at with many others it is none
    }
    front = front_page(town(report, **{**STEADY, **moved}))
    assert front.opening == "moved" and front.looked == 5
    assert names(front.rises) == ["investment", "resident_users", "loneliness"] and front.falls == ()
    assert names(front.actions) == ["loneliness", "investment", "resident_users"], "what went the wrong way comes first"
    english = said(front, town(report, **{**STEADY, **moved}), "en")
    lines = {kind: [str(one) for one in found] for kind, _, found in english.sections}
    assert "for the worse." in lines["rises"][2] and "for the better." in lines["rises"][0]
    assert lines["falls"] == ["No lead indicator really fell."]
    assert lines["actions"][0].startswith("Community worker: ") and english.chance


def test_what_stands_short_of_its_target_is_named_and_advised_on(report: Report) -> None:
    short, there = ({"target": 0.95, "is_reached": is_reached} for is_reached in (False, True))
    made = town(
        report,
        **{**STEADY, "open_rate": concluded("no_signal", **short), "investment": concluded("no_signal", **there)},
    )
    front = front_page(made)
    assert front.opening == "still" and names(front.standing) == ["open_rate"]
    assert names(front.actions)[0] == "open_rate" and "investment" not in names(front.actions)
    told = str(said(front, made, "he").sections[0][2][0])
    assert "היעד, \u2066" in told and "עוד לא הושג" in told
    assert "is reached" in advice(next(one for one in made.indicators if one.indicator == "policy.investment"), "en")


@pytest.mark.parametrize(
    ("word", "opening"),
    [
        ("exceptional_month", "emergency"),
        ("too_little_data", "young"),
        ("no_signal", "still"),
        ("not_judged", "silent"),
    ],
)
def test_a_month_of_which_nothing_is_claimed_opens_with_why(report: Report, word: str, opening: str) -> None:
    made = town(
        report, **dict.fromkeys(STEADY, concluded(word, **({"need": 24} if word == "too_little_data" else {"need": 0})))
    )
    front = front_page(made)
    assert (front.opening, front.rises, front.falls) == (opening, (), ())
    for language in LANGUAGES:
        found = said(front, made, language)
        assert found.opening and "{" not in found.opening and not found.chance
        assert [kind for kind, _, _ in found.sections if kind in ("rises", "falls")] == []
        assert [kind for kind, _, _ in found.sections if kind == "actions"], "to do nothing is said too"


def test_what_is_missing_or_doubted_is_named_with_its_reason(report: Report) -> None:
    made = town(report, **STEADY)
    spoilt = {
        "website.resident_users": {"value": None, "status": "missing", "reason": "no_source:website"},
        "newsletter.open_rate": {"quality": ("suspect",)},
        "policy.investment": {"status": "provisional"},
        "whatsapp.answers": {"status": "provisional", "quality": ("right_censored",)},
        "ethics.training": {"value": None, "status": "missing", "reason": "no_entry"},  # leads nothing
    }
    cells = tuple(replace(one, speaks=replace(one.speaks, **spoilt.get(one.indicator, {}))) for one in made.indicators)
    made = replace(made, indicators=cells)
    front = front_page(made)
    assert names(front.doubts) == ["resident_users", "open_rate", "investment"], "answers wait every month"
    for language in LANGUAGES:
        [(_, _, found)] = [one for one in said(front, made, language).sections if one[0] == "doubts"]
        assert all(one.head and one.rest and "{" not in str(one) for one in found)


def test_page_workbook_package_and_lines_say_the_same(report: Report) -> None:
    made = town(report, **{**STEADY, "resident_users": concluded("real_rise", 1, target=2000.0, is_reached=False)})
    table = rows(made)
    assert {one["section"] for one in table} == {"opening", "rises", "falls", "actions"}
    assert [one["indicator"] for one in table if one["section"] == "rises"] == ["website.resident_users"]
    files = package(made)
    assert b"sentence_he" in files["headline.csv"]
    for language in LANGUAGES:
        sheet = openpyxl.load_workbook(io.BytesIO(workbook(made, language)))[
            {"he": "תקציר", "ar": "ملخص", "en": "Summary"}[language]
        ]
        cells = {str(row[0].value).removeprefix("• ") for row in sheet.iter_rows() if row[0].value}
        told = said(front_page(made), made, language)
        on_page = words_of(page_of(made, language))
        for one in table:
            sentence = one[f"sentence_{language}"]
            assert sentence in cells, sentence
        for line in [line for _, _, lines in told.sections for line in lines]:
            assert line.rest in on_page and (line.short or line.name) in on_page, line
        for one in table:
            sentence = one[f"sentence_{language}"]
            assert sentence.encode() in files["headline.csv"].replace(b'""', b'"')
        lines = five_lines(made, language)
        assert 3 <= len(lines) <= 5 and not any("{" in one for one in lines)


def test_lines_to_forward_name_the_month_a_figure_is_of_and_its_caveat(report: Report) -> None:
    late = town(report, **{**STEADY, "resident_users": concluded("real_rise", 1, month="2026-08")})
    [line] = [one for one in five_lines(late, "en") if "What really rose" in one]
    assert "in August 2026" in line and "caveat" not in line
    own = town(report, **{**STEADY, "resident_users": concluded("real_rise", 1)})
    cells = [
        replace(one, speaks=replace(one.speaks, quality=("suspect",))) if one.indicator == LEADS[0] else one
        for one in own.indicators
    ]
    own = replace(own, indicators=tuple(cells), state="open")
    first, *_ = lines = five_lines(own, "en")
    assert "The month is still running" in first
    [line] = [one for one in lines if "What really rose" in one]
    assert "in October" not in line and "see the caveat below" in line


@pytest.mark.parametrize("word", [*WHEN, "too_little_data"])
def test_every_indicator_has_something_to_do_by_verdict_in_every_language(report: Report, word: str) -> None:
    """From the catalogue as it is: no verdict leaves its owner without a sentence."""
    first = report.indicators[0]
    for name, one in ours().items():
        head = one.header
        when = {"rise": head.when.real_rise, "fall": head.when.real_fall, "steady": head.when.no_signal}
        for better in ("higher", "lower"):
            made = replace(
                first, indicator=name, better=better, aspect=head.aspect, advice=head.advice.model_dump(),
                when={key: text.model_dump() if text else {} for key, text in when.items()}, conclusion=concluded(word),
            )  # fmt: skip
            found = {language: advice(made, language) for language in LANGUAGES}
            assert all(len(text) > 10 and "{" not in text for text in found.values()), name
            assert re.search("[\u0590-\u05ff]", found["he"]) and re.search("[\u0600-\u06ff]", found["ar"]), name
            assert not re.search("[\u0590-\u06ff]", found["en"]), name

"""Counts are said as the languages say them: every text that counts, held against the grammar of its noun.

Arabic counts: one and two are the noun itself, 3 to 10 take the plural, 11 to 99 the singular in the accusative, whole
hundreds (and one or two more) the singular. Hebrew: one and two are words. The forms of each noun are written here by hand.
"""

import re
from collections.abc import Iterator

import pytest

from texts import LANGUAGES, error_texts, texts_of
from texts.catalogue import COUNT, FOLDER, Text
from texts.values import figure, flags
from texts.writing import Language

COUNTS = (0, 1, 2, 3, 10, 11, 100, 101)
ROOMS = [path.stem for path in sorted(FOLDER.glob("*.yaml")) if not path.stem.startswith("errors")]

# noun: Hebrew (one, two, many), Arabic (one, two, 3 to 10, 11 to 99, 100), English (one, many)
NOUNS = {
    "minute": (("דקה", "שתי דקות", "דקות"), ("دقيقة", "دقيقتين", "دقائق", "دقيقة", "دقيقة"), ("minute", "minutes")),
    "hour": (("שעה", "שעתיים", "שעות"), ("ساعة", "ساعتين", "ساعات", "ساعة", "ساعة"), ("hour", "hours")),
    "day": (("יום", "יומיים", "ימים"), ("يوم", "يومين", "أيام", "يومًا", "يوم"), ("day", "days")),
    "month": (("חודש", "חודשיים", "חודשים"), ("شهر", "شهران", "أشهر", "شهرًا", "شهر"), ("month", "months")),
    "month_ago": (("חודש", "חודשיים", "חודשים"), ("شهر", "شهرين", "أشهر", "شهرًا", "شهر"), ("month", "months")),
    "value": (("ערך", "שני ערכים", "ערכים"), ("قيمة", "قيمتان", "قيم", "قيمة", "قيمة"), ("value", "values")),
    "thing": (("דבר", "שני דברים", "דברים"), ("أمر", "أمران", "أمور", "أمرًا", "أمر"), ("thing", "things")),
    "item": (("רשומה", "שתי רשומות", "רשומות"), ("سجل", "سجلان", "سجلات", "سجلًا", "سجل"), ("item", "items")),
    "field": (("שדה", "שני שדות", "שדות"), ("حقل", "حقلان", "حقول", "حقلًا", "حقل"), ("field", "fields")),
    "cell": (("תא", "שני תאים", "תאים"), ("خلية", "خليتان", "خلايا", "خلية", "خلية"), ("cell", "cells")),
    "event": (("אירוע", "שני אירועים", "אירועים"), ("حدث", "حدثان", "أحداث", "حدثًا", "حدث"), ("event", "events")),
    "group": (("קבוצה", "שתי קבוצות", "קבוצות"), ("مجموعة", "مجموعتان", "مجموعات", "مجموعة", "مجموعة"), ("group", "groups")),
    "column": (("עמודה", "שתי עמודות", "עמודות"), ("عمود", "عمودان", "أعمدة", "عمودًا", "عمود"), ("column", "columns")),
    "row": (("שורה", "שתי שורות", "שורות"), ("صف", "صفان", "صفوف", "صفًا", "صف"), ("row", "rows")),
    "line": (("שורה", "שתי שורות", "שורות"), ("سطر", "سطران", "أسطر", "سطرًا", "سطر"), ("line", "lines")),
    "character": (("תו", "שני תווים", "תווים"), ("حرف", "حرفان", "أحرف", "حرفًا", "حرف"), ("character", "characters")),
    "record": (("רשומה", "שתי רשומות", "רשומות"), ("سجل", "سجلان", "سجلات", "سجلًا", "سجل"), ("record", "records")),
    "answer": (("תשובה", "שתי תשובות", "תשובות"), ("إجابة", "إجابتان", "إجابات", "إجابة", "إجابة"), ("answer", "answers")),
    "person": (("אדם", "שני אנשים", "אנשים"), ("شخص", "شخصين", "أشخاص", "شخصًا", "شخص"), ("person", "people")),
    "request": (("פנייה", "שתי פניות", "פניות"), ("توجّه", "توجّهان", "توجّهات", "توجّهًا", "توجّه"), ("request", "requests")),
    "town": (("רשות", "שתי רשויות", "רשויות"), ("سلطة", "سلطتان", "سلطات", "سلطة", "سلطة"), ("town", "towns")),
    "finding": (
        ("ממצא", "שני ממצאים", "ממצאים"), ("ملاحظة", "ملاحظتان", "ملاحظات", "ملاحظة", "ملاحظة"), ("finding", "findings"),
    ),
    "file": (("קובץ", "שני קבצים", "קבצים"), ("ملف", "ملفين", "ملفات", "ملفًا", "ملف"), ("file", "files")),
    "place": (("מרחב", "שני מרחבים", "מרחבים"), ("مساحة", "مساحتان", "مساحات", "مساحة", "مساحة"), ("place", "places")),
    "response": (
        ("מענה", "שני מענים", "מענים"), ("استجابة", "استجابتان", "استجابات", "استجابة", "استجابة"), ("response", "responses"),
    ),
    "quarter": (("רבעון", "שני רבעונים", "רבעונים"), ("ربع", "ربعان", "أرباع", "ربعًا", "ربع"), ("quarter", "quarters")),
    "wave": (("גל", "שני גלים", "גלים"), ("موجة", "موجتان", "موجات", "موجة", "موجة"), ("wave", "waves")),
    "message": (
        ("הודעה", "שתי הודעות", "הודעות"), ("رسالة", "رسالتان", "رسائل", "رسالة", "رسالة"), ("message", "messages"),
    ),
}  # fmt: skip
COUNTED = {
    "show.withdrawn": "row",
    "show.computed_from": "file",
    "show.places": "place",
    "spaces.waiting": "group",
    "spaces.messages": "message",
    "operations.ago.minutes": "minute",
    "operations.ago.hours": "hour",
    "operations.ago.days": "day",
    "operations.ago.months": "month_ago",
    "codes.reasons.space_unregistered": "group",
    "report.picture_gaps": "month",
    "report.picture": "value",
    "report.answers_of": "person",
    "report.as_sure_as": "answer",
    "verdicts.spans.month": "month",
    "verdicts.spans.quarter": "quarter",
    "verdicts.spans.wave": "wave",
    "entry.drafts": "line",
    "entry.lines_sent": "line",
    "entry.lines_wait": "line",
    "entry.password_rule": "character",
    "operations.needs": "thing",
    "operations.towns_need": "town",
    "notices.findings": "finding",
    "findings.more_of_rule": "finding",
    "findings.more_of_months": "finding",
    "operations.month_stands": "thing",
    "operations.items": "item",
    "operations.drift": "field",
    "operations.restated": "cell",
    "operations.held_back": "event",
    "operations.inbox_waits": "message",
    "remarks.columns_not_kept": "column",
    "remarks.figures_changed": "record",
    "remarks.figures_outreached": "record",
    "remarks.no_items": "column",
    "remarks.mapping_not_found": "column",
    "remarks.hidden_rows": "row",
    "remarks.too_fast": "response",
    "remarks.no_own_code": "response",
    "remarks.answered_again": "response",
    "remarks.one_answer": "response",
    "remarks.unasked_answers": "answer",
    "remarks.no_option": "answer",
    "remarks.unknown_field": "request",
    "remarks.unfinished": "response",
    "remarks.trials": "response",
    "remarks.no_items_answered": "response",
}
OTHERWISE = {
    "codes.reasons.too_few_answers": "fewer than so many: tested below",
    "codes.reasons.too_few_people": "fewer than so many: tested below",
    "report.and_more": "of places: tested below",
    "codes.reasons.not_reached": "so many in a hundred",
    "operations.bars.done": "the pulls are not named: tested below",
    "operations.bars.failed": "the same",
    "operations.bars.suspect": "the same",
    "figures.minutes": "shown with its number: tested below",
    "figures.hours": "the same",
    "figures.seconds": "the same",
}


def all_texts() -> Iterator[tuple[str, Text]]:
    for room in ROOMS:
        yield from ((f"{room}.{name}", found) for name, found in texts_of(room).items())
    for code, found in error_texts().items():
        for part in (found.happened, found.remedy):
            yield f"errors.{code}", part


def has_forms(found: Text) -> bool:
    return any(len(forms) > 1 for forms in found.forms.values())


def said(key: str, language: Language) -> dict[int, str]:
    found = next(one for name, one in all_texts() if name == key and has_forms(one))
    rest = dict.fromkeys(found.placeholders - {COUNT}, "x")
    return {count: found.render(language, {**rest, "count": count}) for count in COUNTS}


def shows(number: int, words: str) -> bool:
    return re.search(rf"(?<!\d){number}(?!\d)", words) is not None


def test_every_text_that_counts_is_held_against_the_grammar() -> None:
    assert {key for key, found in all_texts() if has_forms(found)} == {*COUNTED, *OTHERWISE}


@pytest.mark.parametrize("key", COUNTED)
def test_arabic_counts(key: str) -> None:
    one, two, few, many, hundred = NOUNS[COUNTED[key]][1]
    words = said(key, "ar")
    assert re.search(rf"\b{one}\b", words[1]) and not shows(1, words[1])
    assert two in words[2] and not shows(2, words[2])
    for count, noun in {3: few, 10: few, 11: many, 100: hundred, 101: hundred}.items():
        assert re.search(rf"(?<!\d){count} {noun}\b", words[count]), words[count]
    assert not shows(0, words[0])


@pytest.mark.parametrize("key", COUNTED)
def test_hebrew_counts(key: str) -> None:
    one, two, more = NOUNS[COUNTED[key]][0]
    words = said(key, "he")
    assert re.search(rf"\b{one}\b", words[1]) and not shows(1, words[1])
    assert two in words[2] and not shows(2, words[2])
    for count in (0, 3, 10, 11, 100, 101):
        assert f"{count} {more}" in words[count]


@pytest.mark.parametrize("key", COUNTED)
def test_english_counts(key: str) -> None:
    one, more = NOUNS[COUNTED[key]][2]
    words = said(key, "en")
    assert re.search(rf"(?i)\b(one|1)( \w+)? {one}\b", words[1])
    for count in (0, 2, 3, 10, 11, 100, 101):
        assert re.search(rf"(?<!\d){count}( \w+)? {more}\b", words[count]), words[count]


def test_a_figure_keeps_its_number_and_the_form_of_it() -> None:
    assert [figure(count, "minutes", "ar").split()[1] for count in COUNTS] == [
        "دقيقة", "دقيقة", "دقيقة", "دقائق", "دقائق", "دقيقة", "دقيقة", "دقيقة",
    ]  # fmt: skip
    assert [figure(count, "hours", "ar").split()[1] for count in (3, 10, 11)] == ["ساعات", "ساعات", "ساعة"]
    assert [figure(count, "seconds", "ar") for count in (1, 2, 3, 11)] == [
        "ثانية واحدة",
        "ثانيتان",
        "3 ثوانٍ",
        "11 ثانية",
    ]
    assert [figure(count, "hours", "he") for count in (0.5, 1, 2, 7.5)] == [
        "0.5 שעה",
        "1.0 שעות",
        "2.0 שעות",
        "7.5 שעות",
    ]


def test_fewer_answers_than_so_many() -> None:
    arabic = said("codes.reasons.too_few_answers", "ar")
    assert [arabic[count].split(maxsplit=3)[-1] for count in (3, 10, 11, 100)] == [
        "3 إجابات", "10 إجابات", "11 إجابة", "100 إجابة",
    ]  # fmt: skip
    assert "תשובה אחת" in said("codes.reasons.too_few_answers", "he")[2]


def test_fewer_people_than_so_many() -> None:
    arabic = said("codes.reasons.too_few_people", "ar")
    assert [arabic[count].split("،")[0].split(maxsplit=2)[-1] for count in (3, 10, 11, 100)] == [
        "3 أشخاص", "10 أشخاص", "11 شخصًا", "100 شخص",
    ]  # fmt: skip
    assert "אדם אחד" in said("codes.reasons.too_few_people", "he")[2]


def test_pulls_that_are_not_named() -> None:
    assert [said("operations.bars.failed", "he")[count] for count in (1, 2, 3)] == [
        "אחת נכשלה",
        "שתיים נכשלו",
        "3 נכשלו",
    ]
    assert [said("operations.bars.failed", "ar")[count] for count in (1, 2, 3)] == [
        "فشلت واحدة",
        "فشلت اثنتان",
        "فشلت 3",
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sentence_without_forms_does_not_count_a_noun(language: Language) -> None:
    """`{count} of something` in a plain sentence would be wrong for some count: the number stands apart from the noun."""
    nouns = {form for he, ar, en in NOUNS.values() for form in (*he, *ar, *en)}
    for key, found in all_texts():
        for number in () if has_forms(found) else found.placeholders - {"column"}:  # the name of one
            after = re.search(rf"\{{{number}\}} (\w+)", found.forms[language]["other"])
            assert not after or after[1] not in nouns, (key, language)


def test_of_places_a_total_lacks_two_are_named_and_the_others_counted() -> None:
    titles = {"s1": "הורים", "s2": "גינה", "s3": "ותיקים"}
    lacks = ["estimated", *(f"incomplete:{place}" for place in ("s1", "s2", "s3", "s4"))]
    assert [flags(lacks[:count], "he", titles)[0] for count in (2, 3, 4, 5)] == [
        "אינו כולל: \u2068הורים\u2069",
        "אינו כולל: \u2068גינה\u2069, \u2068הורים\u2069",
        "אינו כולל: \u2068גינה\u2069, \u2068הורים\u2069 ועוד מרחב אחד",
        "אינו כולל: \u2068s4\u2069, \u2068גינה\u2069 ועוד שני מרחבים",
    ]
    assert flags(lacks, "en", titles) == ["Without: \u2068s4\u2069, \u2068גינה\u2069 and 2 more", "Estimated"]
    many = flags([f"incomplete:s{place}" for place in range(13)], "ar", {})
    assert len(many) == 1 and many[0].endswith("و11 مساحة أخرى")
    assert flags(["series_break:method"], "he", {}) == ["אין להשוות לחודשים שלפניו: נמדד בדרך אחרת"]

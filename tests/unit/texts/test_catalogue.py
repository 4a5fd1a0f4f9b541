"""The catalogue: what a text may be, what fills it, which plural form is chosen, and that an error never raises."""

import subprocess
import sys
from datetime import date, datetime

import pytest
from babel.numbers import format_decimal

import texts
from texts import LANGUAGES, error, error_texts, text, texts_of
from texts.catalogue import FOLDER, WrongText, read
from texts.values import figure, number
from texts.writing import Language, day_text, locale, month_name

ROOMS = sorted(path.stem for path in FOLDER.glob("*.yaml") if not path.stem.startswith("errors"))
SENTENCE = {"he": "א {x}", "ar": "ب {x}", "en": "c {x}"}
ARABIC = {"zero": "0", "one": "1", "two": "2", "few": "{count} f", "many": "{count} m", "other": "{count} o"}


def render(found: dict[str, object], language: Language, **arguments: object) -> str:
    return read("room.name", found).render(language, arguments)  # type: ignore[arg-type]


@pytest.mark.parametrize("room", ROOMS)
def test_every_text_keeps_the_rules(room: str) -> None:
    assert texts_of(room)


def test_every_error_keeps_the_rules() -> None:
    for code, found in error_texts().items():
        for part in (found.happened, found.remedy):
            for language in LANGUAGES:
                for sentence in part.forms[language].values():
                    assert not sentence.rstrip().endswith((".", ";", "؛")), (code, language)
                    assert sentence == sentence.strip(), (code, language)


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"he": "א", "en": "a"}, "a text is in he, ar, en"),
        ({**SENTENCE, "fr": "x"}, "a text is in he, ar, en"),
        ({**SENTENCE, "ar": "بلا"}, "placeholders in ar"),
        ({**SENTENCE, "he": " "}, "neither a sentence"),
        ({**SENTENCE, "en": 5}, "neither a sentence"),
        ({**SENTENCE, "en": "{x!r}"}, "a name in braces"),
        ({**SENTENCE, "en": "{x:>5}"}, "a name in braces"),
        ({**SENTENCE, "en": "{x.y}"}, "a name in braces"),
        ({**SENTENCE, "en": "{0}"}, "a name in braces"),
        ({"he": "{count}", "ar": {"one": "1", "other": "{count}"}, "en": "{count}"}, "the plural categories"),
        ({"he": "{count}", "ar": {**ARABIC, "few": "{count} {x}"}, "en": "{count}"}, "not those of `other`"),
    ],
)
def test_a_text_that_breaks_a_rule_is_refused(wrong: dict[str, object], why: str) -> None:
    with pytest.raises(WrongText, match=why):
        read("room.name", wrong)


def test_the_count_chooses_the_form() -> None:
    found = {"he": "{count}", "ar": ARABIC, "en": {"one": "one", "other": "{count} others"}}
    said = {n: render(found, "ar", count=n) for n in (0, 1, 2, 3, 10, 11, 99, 100, 101, 102, 103)}
    assert said == {
        0: "0", 1: "1", 2: "2", 3: "3 f", 10: "10 f", 11: "11 m", 99: "99 m", 100: "100 o", 101: "101 o", 102: "102 o",
        103: "103 f",
    }  # fmt: skip
    assert [render(found, "en", count=n) for n in (0, 1, 2)] == ["0 others", "one", "2 others"]


def test_numbers_and_days_are_written_as_the_language_writes_them() -> None:
    assert render(SENTENCE, "en", x=1234567) == "c 1,234,567"
    assert render(SENTENCE, "he", x=1234567) == "א 1,234,567"
    assert render(SENTENCE, "ar", x=1234.5) == "ب 1,234.5"
    assert render(SENTENCE, "he", x=-3) == "א \u2066-3\u2069"
    assert render(SENTENCE, "en", x=-3) == "c -3"
    assert render(SENTENCE, "ar", x=date(2026, 9, 7)) == "ب 7.9.2026"
    assert render(SENTENCE, "he", x=datetime(2026, 9, 7, 8, 5)) == "א 7.9.2026 08:05"
    assert render(SENTENCE, "he", x="{y}") == "א {y}"
    assert render({"he": "{month}", "ar": "{month}", "en": "{month}"}, "ar", month="2026-04") == "نيسان 2026"
    assert render({"he": "{month}", "ar": "{month}", "en": "{month}"}, "he", month="תשרי") == "תשרי"


def test_every_digit_is_a_western_one() -> None:
    for language in LANGUAGES:
        shown = f"{day_text(date(2026, 12, 30), language)} {month_name('2026-12', language)}"
        shown += render(SENTENCE, language, x=1234567890.5) + render(SENTENCE, language, x=datetime(2026, 1, 2, 3, 4))
        assert all(letter in "0123456789" for letter in shown if letter.isdigit())


@pytest.mark.parametrize(
    ("month", "names"),
    [
        ("2026-01", ("ינואר 2026", "كانون الثاني 2026", "January 2026")),
        ("2026-09", ("ספטמבר 2026", "أيلول 2026", "September 2026")),
        ("2026-11", ("נובמבר 2026", "تشرين الثاني 2026", "November 2026")),
    ],
)
def test_months_have_the_names_people_here_use(month: str, names: tuple[str, str, str]) -> None:
    assert tuple(month_name(month, language) for language in LANGUAGES) == names


def test_an_unknown_key_and_a_missing_argument_are_named() -> None:
    room = next(one for one in ROOMS if any(found.placeholders for found in texts_of(one).values()))
    with pytest.raises(KeyError, match=f"{room}.no_such_text"):
        text(f"{room}.no_such_text", "he")
    key = next(f"{room}.{name}" for name, found in texts_of(room).items() if found.placeholders)
    with pytest.raises(KeyError, match=key):
        text(key, "en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_error_says_what_happened_and_what_to_do(language: Language) -> None:
    said = error("not_in_list", language, column="kind")
    assert "kind" in said
    happened, _, remedy = said.partition({"ar": "؛ "}.get(language, "; "))
    assert happened and remedy and "{" not in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_error_never_raises(language: Language) -> None:
    assert "no_such_code" in error("no_such_code", language, row=3)
    assert "…" in error("not_in_list", language)
    assert error("empty", language, more="than needed") == error("empty", language)


def test_importing_the_package_reads_no_catalogue_and_no_babel() -> None:
    asked = "import sys, texts; print([name for name in ('babel', 'yaml', 'jinja2') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_what_the_package_offers_is_there() -> None:
    assert all(hasattr(texts, name) for name in texts.__all__)


def test_a_figure_stands_in_the_form_of_its_number() -> None:
    assert [figure(n, "minutes", "ar") for n in (3, 10, 11, 100)] == [
        "3.0 دقائق",
        "10.0 دقائق",
        "11.0 دقيقة",
        "100.0 دقيقة",
    ]
    assert [figure(n, "seconds", "he") for n in (1, 2)] == ["שנייה אחת", "שתי שניות"]
    assert figure(1, "hours", "en") == "1.0 hours" and figure(1, "seconds", "en") == "one second"
    assert figure(-0.125, "share", "ar") == "\u2066-12.5%\u2069"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_figures_number_has_the_separators_of_the_language(language: Language) -> None:
    for value in (0, 7, 1234, 1234567, -1234):
        assert number(value, "count") == format_decimal(value, locale=locale(language))
        assert number(value, "hours") == format_decimal(value, "#,##0.0", locale=locale(language))

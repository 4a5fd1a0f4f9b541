"""Every text a person reads is in its own language alone, in the words and spelling that were agreed on, and in all three."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.conftest import ROOT
from tests.unit.texts.every_text import Text, every_text, indicators, questions
from texts import LANGUAGES
from transforms.catalogue import ours

TERMS = ROOT / "docs" / "terms.md"
HEBREW, ARABIC = "[א-ת]", "[\u0621-\u064a]"
WORDS_OF_LANGUAGES = "workbook.words.language"
"""The names of languages, keyed by their codes."""
READ_BESIDE = ("before", "also")
NO_WORDS = r"[\W\d_]*"
CODE = (
    r"`[^`]*`|\{[^}]*\}|\[[^\]]*\]|«[^»]*»"
    r"|kehila(?: [a-z][a-z-]*| --[a-z-]+(?:[ =][A-Z]+)?| [A-Z_]+)*|--[a-z-]+(?: [A-Z]+)?"
    r"|\S*[./_@:=]\S*[A-Za-z]\S*|[A-Za-z]\S*[./_@=]\S*"
)
"""Commands, paths, addresses, placeholders, sections: written as they are in every language."""
NAMES = frozenset(
    [
        "Great",
        "Expectations",
        "Google",
        "Analytics",
        "Forms",
        "Drive",
        "Sheets",
        "Takeout",
        "Meet",
        "Search",
        "Console",
        "Mailchimp",
        "LimeSurvey",
        "Meta",
        "Business",
        "Suite",
        "Zoom",
        "WhatsApp",
        "Facebook",
        "Brevo",
        "Excel",
        "Word",
        "PowerPoint",
        "Access",
        "Outlook",
        "Microsoft",
        "Teams",
        "Prefect",
        "PostgreSQL",
        "SQLite",
        "Python",
        "Parquet",
        "Arrow",
        "Spark",
        "Java",
        "Signal",
        "Discord",
        "Slack",
        "Qualtrics",
        "YouTube",
        "Studio",
        "LinkedIn",
        "X",
        "Apple",
        "Numbers",
        "Pages",
        "Keynote",
        "SPSS",
        "Stata",
        "SAS",
        "RemoteControl",
        "Pro",
        "CSV",
        "XML",
        "JSON",
        "JSON-RPC",
        "ZIP",
        "PDF",
        "HTML",
        "HDF5",
        "DTD",
        "API",
        "TLS",
        "UTC",
        "UTF-8",
        "ISO-8859-8",
        "NTP",
        "MB",
        "CHANGELOG",
        "xlsx",
        "xls",
        "csv",
        "zip",
        "gz",
        "tar",
        "rar",
        "z",
        "lss",
        "lsa",
        "qsf",
        "vcf",
        "ics",
        "eml",
        "msg",
        "mbox",
        "log",
    ]
)
"""Products, formats and endings of files."""
OF_SERVICES = frozenset(
    [
        "Export",
        "Manager",
        "Scopes",
        "Admin",
        "Data",
        "Analysis",
        "Import",
        "Responses",
        "Campaigns",
        "Global",
        "settings",
        "Interfaces",
        "with",
        "meeting",
        "data",
        "RED",
    ]
)
"""What stands on the buttons and pages of services, where it is in English alone."""
OF_ENGINEERS = frozenset(
    [
        "status",
        "final",
        "provisional",
        "missing",
        "suppressed",
        "incomplete",
        "quality",
        "reason",
        "true",
        "false",
        "NAME",
        "VALUE",
        "MM",
        "dmy",
        "mdy",
        "ymd",
        "K",
        "M",
        "chmod",
        "go-rwx",
        "pysqlite3",
        "brevo",
        "localhost",
        "account",
        "redirect",
        "feed",
        "scope",
    ]
)
"""Codes and words that whoever sets up a town meets as they are."""


def texts_in(language: str) -> Iterator[tuple[str, str]]:
    for key, forms in every_text():
        if key != WORDS_OF_LANGUAGES:
            yield from ((key, form) for form in forms[language])


def bare(text: str) -> str:
    """A text without what is the same in every language."""
    return re.sub(CODE, " ", text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_is_in_its_own_language(language: str) -> None:
    others = {"he": ARABIC, "ar": HEBREW, "en": f"{HEBREW}|{ARABIC}"}[language]
    own = {"he": HEBREW, "ar": ARABIC, "en": "[A-Za-z]"}[language]
    mixed = {key for key, text in texts_in(language) if re.search(others, text)}
    empty = {
        (key, text)
        for key, text in texts_in(language)
        if not re.search(own, text)
        and not re.fullmatch(NO_WORDS, re.sub(r"\bn\b", "", bare(text)))
        and not set(text.split()) <= NAMES
    }
    assert (mixed, empty) == (set(), set())


@pytest.mark.parametrize("language", ["he", "ar"])
def test_no_english_stands_among_other_words(language: str) -> None:
    allowed = NAMES | OF_SERVICES | OF_ENGINEERS
    found = {
        (key, word)
        for key, text in texts_in(language)
        for word in re.findall(r"[A-Za-z][A-Za-z0-9'-]*", bare(text))
        if word not in allowed
    }
    assert found == set()


def test_no_text_is_the_same_in_two_languages() -> None:
    said: list[Text] = [one for one in every_text() if one[0] != WORDS_OF_LANGUAGES]
    same = {
        key
        for key, forms in said
        for one, other in (("he", "ar"), ("he", "en"), ("ar", "en"))
        if forms[one] == forms[other]
        and not all(
            re.fullmatch(NO_WORDS, re.sub(r"\bn\b", "", bare(text))) or set(text.split()) <= NAMES
            for text in forms[one]
        )
    }
    assert same == set()


def test_every_indicator_says_all_of_it_in_each_language() -> None:
    assert len(ours()) >= 80
    for name, forms in indicators():
        assert all(len(form) > 1 for language in LANGUAGES for form in forms[language]), name
    for name, one in ours().items():
        for what in ("title", "question", "advice"):
            assert len({*getattr(one.header, what).model_dump().values()}) == len(LANGUAGES), (name, what)
        assert one.header.unit_words is not None, name
        assert re.search(HEBREW, one.header.definition_he) and re.search(ARABIC, one.header.definition_ar), name


def test_the_local_authority_is_never_the_other_one() -> None:
    alone = re.compile("سلطة(?! (?:ال)?محلية)|سلطات(?! (?:ال)?محلية)")
    said = [*texts_in("ar"), *((key, form) for key, forms in questions() for form in forms["ar"])]
    assert {(key, text) for key, text in said if alone.search(text)} == set()


def test_arabic_is_spelled_in_one_way() -> None:
    wrong = {(key, text) for key, text in texts_in("ar") if "\u0627\u064b" in text or re.search("توجه(?!\u0651)", text)}
    assert wrong == set()


def terms() -> list[list[str]]:
    lines = [line for line in TERMS.read_text(encoding="utf-8").splitlines() if line.startswith("| ")][1:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_what_is_said_no_more_is_said_nowhere() -> None:
    retired = {
        word.strip()
        for *_, no_more in terms()
        for word in re.sub(r"\([^)]*\)", "", no_more).split(",")
        if word.strip() and word.strip() != "السلطة"
    }
    assert len(retired) > 10
    found = {
        (key, word)
        for language in ("he", "ar")
        for key, text in texts_in(language)
        for word in retired
        if re.search(rf"(?<![\u0590-\u06ff])[הבלושכ]?{re.escape(word)}(?![\u0590-\u06ff])", text)
    }
    assert found == set()


def test_every_term_is_met() -> None:
    said = {language: "\n".join(text for _, text in texts_in(language)) for language in LANGUAGES}
    for english, hebrew, arabic, _ in terms():
        assert any(word.strip() in said["he"] for word in hebrew.split(",")), english
        assert arabic.removeprefix("ال") in said["ar"], english

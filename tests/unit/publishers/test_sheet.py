"""Page one on paper: one sheet, the same bytes of the same report, everything said, nothing a town wrote obeyed."""

from __future__ import annotations

import io
import os
import re
import signal
from dataclasses import replace

import pytest
from pypdf import PdfReader

from publishers.front import front_page
from publishers.front_words import said
from publishers.report import Report
from publishers.sheet import sheets
from publishers.typeset import NotTypeset, typeset
from tests.unit.publishers.town import HOSTILE
from texts import LANGUAGES, Language


@pytest.fixture(scope="module")
def led(report: Report) -> Report:
    """The report with all its indicators leading."""
    return replace(report, indicators=tuple(replace(one, lead=n + 1) for n, one in enumerate(report.indicators)))


def sheet(report: Report, language: Language) -> bytes:
    return sheets(report, [language])[language]


def letters(text: str) -> dict[str, int]:
    """How often each letter stands in a text: a PDF's order of reading is not ours."""
    plain = re.sub(r"[^\w%]", "", text)
    return {one: plain.count(one) for one in set(plain)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_that_page_one_says_is_on_one_sheet(led: Report, language: Language) -> None:
    content = sheet(led, language)
    [only] = PdfReader(io.BytesIO(content)).pages
    printed = letters(only.extract_text())
    told = said(front_page(led), led, language)
    whole = told.opening + "".join(line.name for _, _, lines in told.sections for line in lines)
    lacking = {one: count for one, count in letters(whole).items() if printed.get(one, 0) < count}
    assert not lacking
    assert content == sheet(led, language)


def test_it_says_its_language_and_is_tagged(led: Report) -> None:
    root = PdfReader(io.BytesIO(sheet(led, "ar"))).trailer["/Root"]
    assert root["/Lang"] == "ar" and root["/MarkInfo"]["/Marked"] and "/StructTreeRoot" in root


def test_names_of_a_town_are_text_and_nothing_else(led: Report) -> None:
    """As names of the town, of its indicators and places; none fails, none fetches, none is read as markup."""
    markup = (
        "#panic()",
        '#read("/etc/passwd")',
        "$x$",
        "*bold* _it_",
        "`raw`",
        "@label",
        "\\",
        "// gone",
        "= heading",
        "<a>",
        "גפן 🌿",
        "\uff1d",
    )
    for name in (*HOSTILE, *markup, "a" * 400, "א" * 400):
        named = replace(
            led,
            name=dict.fromkeys(LANGUAGES, name),
            indicators=tuple(replace(one, title=dict.fromkeys(LANGUAGES, name)) for one in led.indicators),
        )
        reader = PdfReader(io.BytesIO(sheet(named, "en")))
        assert len(reader.pages) == 1, name
        if name.isascii() and len(name) < 40 and name.strip() and "\n" not in name and "\t" not in name:
            assert "".join(name.split()) in "".join(reader.pages[0].extract_text().split()), name


def test_a_month_that_says_nothing_makes_a_sheet_too(report: Report) -> None:
    bare = replace(report, indicators=())
    assert len(PdfReader(io.BytesIO(sheet(bare, "he"))).pages) == 1


def test_a_process_that_forks_after_it_can_set_a_sheet_again(led: Report) -> None:
    """Threads do not outlive a fork: set in the process itself, the second sheet would never come."""
    first = sheet(led, "en")
    child = os.fork()
    if not child:
        signal.alarm(60)
        os._exit(0 if sheet(led, "en") == first else 1)
    assert os.waitpid(child, 0)[1] == 0


def test_what_cannot_be_set_is_said_without_what_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NotTypeset) as problem:
        typeset({"he": {"authority": "a name of a town"}}, 0)  # most of what the template asks for is not there
    assert "a name of a town" not in str(problem.value) and "make setup" in str(problem.value)
    monkeypatch.setattr("publishers.typeset.SECONDS", 0.001)
    with pytest.raises(NotTypeset, match="took more than"):
        typeset({}, 0)

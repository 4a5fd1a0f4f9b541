"""The page of each language: what it says, what it weighs, no way in for hostile names, nothing from outside."""

import base64
import hashlib
import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser

import pytest

from publishers.page import pages
from publishers.report import FollowUp, Piece, Report
from publishers.tongues import LETTERS, voiced
from tests.unit.publishers.opened import opened, page_of, words_of
from tests.unit.publishers.town import HOSTILE
from texts import LANGUAGES, Language

VOID = {"meta", "br", "input", "link", "img", "hr"}


class Seen(HTMLParser):
    """Elements, attributes and texts of a page; remembers what is not closed."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.open: list[str] = []
        self.texts: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, text: str) -> None:
        self.texts.append(text)

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.fixture(scope="module")
def files(report: Report) -> dict[str, str]:
    return {name: content.decode() for name, content in pages(report, LANGUAGES, "page").items()}


@pytest.fixture(scope="module")
def html(files: dict[str, str]) -> str:
    return opened(files["page-he.html"])


@pytest.fixture(scope="module")
def seen(html: str) -> Seen:
    return Seen(html)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_has_a_page_of_its_own_and_one_of_its_details(files: dict[str, str], language: Language) -> None:
    assert len(files) == 2 * len(LANGUAGES)
    for name in (f"page-{language}.html", f"page-{language}-details.html"):
        seen = Seen(opened(files[name]) if "details" not in name else files[name])
        assert seen.open == []
        assert [tag["lang"] for tag in seen.all("html")] == [language]
        assert seen.all("html")[0]["dir"] == ("ltr" if language == "en" else "rtl")
        ids = [attributes["id"] for _, attributes in seen.tags if "id" in attributes]
        assert len(ids) == len(set(ids))
        others = {tag["href"] for tag in seen.all("a") if "hreflang" in tag}
        assert others == {name.replace(f"-{language}", f"-{one}") for one in LANGUAGES if one != language}


def test_where_there_is_one_language_nothing_leads_to_another(report: Report) -> None:
    [page, details] = pages(report, ("ar",), "kehila-1").values()
    assert b"hreflang" not in page + details and b'href="kehila-1-ar-details.html#' in page


def test_it_says_what_it_must_in_each_language(report: Report) -> None:
    he, ar, en = (words_of(page_of(report, language)) for language in LANGUAGES)
    for text in (
        "עיר לדוגמה",
        "אוקטובר 2026",
        "החודש נסגר",
        "מה חסר ולמה",
        "לא נבחן",
        "42.1%",
        "₪125,000",
        "8.11.2026",
        "באוקטובר 2026: ",
    ):
        assert text in he
    for text in ("مدينة مثال", "تشرين الأول 2026", "ما الناقص ولماذا", "لم يُفحص"):
        assert text in ar
    for text in (
        "Sample Town",
        "October 2026",
        "What is missing and why",
        "Not examined",
        "Share answered",
        "8 November 2026",
        "In October 2026: 42.1%",
    ):
        assert text in en


def test_a_conclusion_says_why_in_each_language(report: Report) -> None:
    he, ar, en = (words_of(page_of(report, language)) for language in LANGUAGES)
    assert "Above the usual range (up to 1,400): 3 months in a row." in en and "rise_outside" not in en
    assert "3 חודשים ברציפות" in he and "3 أشهر على التوالي" in ar
    assert en.count("months in a row") == 1, "nobody looked at the others"


def test_missing_zero_and_suppressed_differ(html: str) -> None:
    cards = re.findall(r'<article class="indicator".*?</article>', html, re.S)
    shown = [re.search(r'<div class="number (\w+)">\s*<p class="value">(.*?)</p>', card) for card in cards]
    found = [match.groups() for match in shown if match]
    assert found[1] == ("final", "0")
    assert found[3] == ("missing", "אין נתון")
    assert found[4] == ("suppressed", "מוסתר")
    assert found[6] == ("not_applicable", "לא רלוונטי")


def test_every_month_of_the_picture_stands_in_a_table(report: Report, html: str) -> None:
    from publishers.localizer import Localizer

    one = next(one for one in report.indicators if one.indicator == "newsletter.open_rate")
    years, months, marks = Localizer(report, "he").months_table(one)
    told = {
        f"{year}-{number:02d}": values[place]
        for number, (_, values) in enumerate(months, start=1)
        for place, year in enumerate(years)
    }
    shown = {month: cell.value for month, cell in zip(report.months, one.series, strict=True) if cell}
    assert {month for month, text in told.items() if text} == set(shown)
    for month, value in shown.items():
        assert f"{value:.1%}" in told[month], month
    broken = [month for month, text in told.items() if "†" in text]
    assert len(broken) == 1 and [mark[0] for mark in marks] == ["†"]
    table = re.search(r'data-of="newsletter\.open_rate".*?<tbody>(.*?)</tbody>', html, re.S)
    assert table is not None and len(re.findall("<tr>", table[1])) == 12


def test_the_same_month_a_year_before_is_said_and_whether_it_may_be_compared(report: Report) -> None:
    one = next(one for one in report.indicators if one.indicator == "website.resident_users")
    then = replace(one.speaks, month="2025-10", value=1234.0)
    for flags, apart in ((), False), (("series_break:formula",), True):
        between = replace(one.speaks, quality=flags)
        series = (*one.series[:-13], then, *one.series[-12:-1], between)
        made = replace(report, indicators=(replace(one, series=series, speaks=between),))
        for language, words in (
            ("he", "לפני שנה, באוקטובר 2025: 1,234."),
            ("en", "A year before, in October 2025: 1,234."),
        ):
            told = words_of(page_of(made, language))
            assert words in told and ("not to be compared" in told or language == "he") == (apart or language == "he")


def test_what_staff_wrote_stands_beside_the_figure_as_they_typed_it(report: Report) -> None:
    said = FollowUp("2026-09", "<b>note</b>", "הצעד", "community worker", date(2026, 12, 1), 0.5, date(2027, 1, 31))
    noted = tuple(
        replace(one, follow_up=said) if one.indicator == "newsletter.open_rate" else one for one in report.indicators
    )
    html = page_of(replace(report, indicators=noted), "en")
    card = html[html.index('id="newsletter.open_rate"') :].split("</article>")[0]
    words = words_of(card)
    for text in ("Note by staff: <b>note</b>", "Next action: הצעד", "1 December 2026", "50.0% by 31 January 2027"):
        assert text in words, text
    assert '<span lang="he">הצעד</span>' in card and "<b>note" not in card


def test_hostile_names_are_text(html: str, seen: Seen) -> None:
    assert len(seen.all("script")) == 1 and len(seen.all("style")) == 1
    assert not seen.all("img") and not seen.all("iframe")
    for tag, attributes in seen.tags:
        assert not [name for name in attributes if name.startswith("on") or name == "style"], tag
        assert not any("javascript:" in value for value in attributes.values())
    text = "".join(seen.texts)
    for name in HOSTILE:
        assert re.sub("[\u202a-\u202e]", "", name) in text, name
    assert "{{7*7}}" in text and "\u202e" not in html


def test_nothing_is_asked_from_outside_and_only_our_script_may_run(files: dict[str, str]) -> None:
    for name, text in files.items():
        for _tag, attributes in Seen(text).tags:
            assert "src" not in attributes
            file, _, place = attributes.get("href", "#").partition("#")
            assert not file or file in files, file
            assert not file or not place or f'id="{place}"' in files[file], place
        assert "@import" not in text and "url(" not in text
        policy = next(
            tag["content"] for tag in Seen(text).all("meta") if tag.get("http-equiv") == "Content-Security-Policy"
        )
        assert "default-src 'none'" in policy and "unsafe" not in policy
        script = re.search(r"<script>(.*?)</script>", text, re.S)
        assert (script is None) == ("details" in name), "the file of details needs none"
        if script is not None:
            digest = base64.b64encode(hashlib.sha256(script.group(1).encode()).digest()).decode()
            assert f"script-src 'sha256-{digest}'" in policy


def test_pictures_have_words_and_gaps(seen: Seen) -> None:
    pictures = seen.all("svg")
    assert len(pictures) > 1 and all(picture["role"] == "img" and picture["aria-label"] for picture in pictures)
    assert "חודשיים בלי נתון" in pictures[0]["aria-label"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_link_within_leads_to_something_on_the_page(files: dict[str, str], language: Language) -> None:
    seen = Seen(files[f"page-{language}.html"])
    there = {attributes["id"] for _, attributes in seen.tags if "id" in attributes}
    links = [one["href"] for one in seen.all("a") if one["href"].startswith("#")]
    assert links and {one.removeprefix("#") for one in links} <= there


def test_the_same_report_gives_the_same_pages(report: Report, files: dict[str, str]) -> None:
    assert {name: content.decode() for name, content in pages(report, LANGUAGES, "page").items()} == files


def tongues(html: str, language: str) -> list[tuple[str, str]]:
    """The language said of each text, and the text."""

    class Walk(HTMLParser):
        found: list[tuple[str, str]] = []
        stack = [language]

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            self.stack.append(dict(attrs).get("lang") or self.stack[-1])

        def handle_endtag(self, tag: str) -> None:
            self.stack.pop()

        def handle_data(self, text: str) -> None:
            self.found.append((self.stack[-1], text))

    walk = Walk(convert_charrefs=False)
    walk.feed(html)
    return walk.found


@pytest.mark.parametrize("language", LANGUAGES)
def test_letters_of_another_language_are_marked_and_no_word_is_lost(language: Language) -> None:
    text = (
        "<p>קבוצה <b>مجموعة ب</b> Group &lt;script&gt; группа 5</p><option value='1'>שכונה</option><i lang='en'>Aא</i>"
    )
    marked = voiced(text.replace("'", '"'), language)
    assert words_of(marked) == words_of(text)
    for said, told in tongues(marked, language):
        wrong = [name for name, letters in LETTERS.items() if name != said and re.search(f"[{letters}]", told)]
        assert wrong == [], (said, told)
    assert "<option" in marked and "<span" not in re.search("<option.*?</option>", marked)[0]  # type: ignore[index]


def test_where_a_figure_comes_from_is_what_was_used_and_not_all_that_was_looked_into(report: Report) -> None:
    from publishers.localizer import Localizer

    one = next(one for one in report.indicators if one.indicator == "whatsapp.answers")
    looked_into = (("whatsapp", "coverage"), ("whatsapp", "message"), ("zoom", "coverage"))
    several = (*looked_into, ("zoom", "message"), ("ga4", "visit"))
    made = replace(one, sources=looked_into, composition=(Piece("method", "measured entered", None, None, ""),))
    told = Localizer(report, "en").origin(made)
    assert len(told) == 2 and "messages" in told[0].lower() and "entered by staff" in told[1]
    places = tuple(Piece("space", f"s{place:02d}", 1.0, None, "") for place in range(3))
    told = Localizer(replace(report, assets={"s00": "whatsapp", "s01": "whatsapp", "s02": "zoom"}), "en").origin(
        replace(made, sources=several, composition=(*made.composition, *places))
    )
    assert "WhatsApp (2 places)" in told[-1] and "Zoom (1 place)" in told[-1]
    assert len(told) == 3 and "Google Analytics" in told[0], "one alone can have given it"

"""The page: three languages, no way in for hostile names, nothing from outside."""

import base64
import hashlib
import re
from html.parser import HTMLParser

import pytest

from publishers.page import page
from publishers.report import Report
from tests.unit.publishers.town import HOSTILE

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
def html(report: Report) -> str:
    return page(report)


@pytest.fixture(scope="module")
def seen(html: str) -> Seen:
    return Seen(html)


def test_it_is_well_formed_hebrew_first_with_the_others_ready(seen: Seen) -> None:
    assert seen.open == []
    assert seen.all("html") == [{"lang": "he", "dir": "rtl"}]
    reports = [tag for tag in seen.all("div") if tag.get("class") == "report"]
    assert [(tag["lang"], tag["dir"], "hidden" in tag) for tag in reports] == [
        ("he", "rtl", False), ("ar", "rtl", False), ("en", "ltr", False),  # the script hides two of them
    ]  # fmt: skip
    ids = [attributes["id"] for _, attributes in seen.tags if "id" in attributes]
    assert len(ids) == len(set(ids))


def test_it_says_what_it_must_in_each_language(html: str) -> None:
    he, ar, en = html.split('<div class="report"')[1:]
    for text in (
        "עיר לדוגמה",
        "אוקטובר 2026",
        "החודש נסגר",
        "מה חסר ולמה",
        "לא נבחן",
        "42.1%",
        "₪125,000",
        "8.11.2026",
    ):
        assert text in he
    for text in ("مدينة مثال", "تشرين الأول 2026", "ما الناقص ولماذا", "لم يُفحص"):
        assert text in ar
    for text in ("Sample Town", "October 2026", "What is missing and why", "Not examined", "Share answered"):
        assert text in en


def test_a_conclusion_says_why_in_each_language(html: str) -> None:
    he, ar, en = html.split('<div class="report"')[1:]
    assert "Above the usual range (up to 1,400): 3 months in a row." in en and "rise_outside" not in html
    assert "3 חודשים ברציפות" in he and "3 أشهر على التوالي" in ar
    assert en.count("months in a row") == 1, "nobody looked at the others"


def test_missing_zero_and_suppressed_differ(html: str) -> None:
    cards = re.findall(r'<article class="indicator".*?</article>', html.split('id="report-ar"')[0], re.S)
    shown = [re.search(r'<div class="number (\w+)">\s*<p class="value">(.*?)</p>', card) for card in cards]
    found = [match.groups() for match in shown if match]
    assert found[1] == ("final", "0")
    assert found[3] == ("missing", "אין נתון")
    assert found[4] == ("suppressed", "מוסתר")
    assert found[6] == ("not_applicable", "לא רלוונטי")


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


def test_nothing_is_asked_from_outside_and_only_our_script_may_run(html: str, seen: Seen) -> None:
    for _tag, attributes in seen.tags:
        assert "src" not in attributes
        assert attributes.get("href", "#").startswith("#")
    assert "@import" not in html and "url(" not in html
    policy = next(tag["content"] for tag in seen.all("meta") if tag.get("http-equiv") == "Content-Security-Policy")
    script = re.search(r"<script>(.*?)</script>", html, re.S)
    assert script is not None
    digest = base64.b64encode(hashlib.sha256(script.group(1).encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in policy
    assert "default-src 'none'" in policy and "unsafe" not in policy


def test_pictures_have_words_and_gaps(seen: Seen) -> None:
    store, *pictures = seen.all("svg")
    assert store["aria-hidden"] == "true"
    drawn, used = {one["id"] for one in seen.all("symbol")}, [one["href"].removeprefix("#") for one in seen.all("use")]
    assert set(used) == drawn and len(used) == len(pictures) == 3 * len(drawn), "drawn once, shown in each language"
    assert all(picture["role"] == "img" and picture["aria-label"] for picture in pictures)
    assert "חודשיים בלי נתון" in pictures[0]["aria-label"]


def test_every_link_leads_to_something_on_the_page(seen: Seen) -> None:
    there = {attributes["id"] for _, attributes in seen.tags if "id" in attributes}
    links = [one["href"].removeprefix("#") for one in seen.all("a")]
    assert links and set(links) <= there


def test_the_same_report_gives_the_same_page(report: Report, html: str) -> None:
    assert page(report) == html

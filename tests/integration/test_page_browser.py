"""A month's page in a real browser: the first screen of a phone, what unfolds, addresses, search, filters, no script."""

from __future__ import annotations

import functools
import http.server
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.integration.browsed_page import LEADS, a_browser, a_tab, written
from texts import LANGUAGES, text
from texts.writing import NAMES

NOT_READ = re.compile("[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u0640\u05f3\u05f4\"'’]")
"""Points and quotes, which search passes over."""
HEBREW, ARABIC = "[והבלמכש]{0,2}", "[وفبكل]{0,2}(?:ال|ل)?"
"""What may be written together with the word after it."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory.mktemp("town"))


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with a_browser() as opened:
        yield opened


@pytest.fixture
def phone(browser: Any) -> Iterator[Any]:
    with a_tab(browser, 390, 844) as tab:
        yield tab


@pytest.fixture
def served(folder: Path) -> Iterator[str]:
    """The folder behind a web server."""
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(folder))
    handler.log_message = lambda *_told: None  # type: ignore[attr-defined]
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def at(folder: Path, language: str, place: str = "") -> str:
    return (folder / f"page-{language}.html").as_uri() + (f"#{place}" if place else "")


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_moved_what_to_do_and_a_caution_are_on_the_first_screen_of_a_phone(
    phone: Any, folder: Path, language: str
) -> None:
    phone.goto(at(folder, language))
    for part in (".opening", ".caution", ".rises", ".falls", ".actions h2"):
        box = phone.locator(f".front {part}").bounding_box()
        assert box is not None and box["y"] + box["height"] <= 844, part


@pytest.mark.parametrize("language", LANGUAGES)
def test_details_unfold_by_the_title_and_by_the_words_below_of_a_page_mailed_alone(
    browser: Any, folder: Path, tmp_path: Path, language: Any
) -> None:
    alone = tmp_path / "mailed.html"
    alone.write_bytes((folder / f"page-{language}.html").read_bytes())
    with a_tab(browser, 390, 844) as tab:
        tab.goto(alone.as_uri())
        card = tab.locator(f"[id='{LEADS[1]}']")
        assert card.locator("table").count() == 0
        card.locator("h4 a").click()
        assert tab.url == alone.as_uri(), "the title unfolds, and leads nowhere"
        tables = card.locator("table")
        tables.first.wait_for()
        assert text("report.months_table", language) in card.inner_text() and tables.first.locator("tr").count() == 13
        assert card.locator("svg[role=img]").count() == 1
        card.locator("summary").click()
        assert not tables.first.is_visible()


def test_an_address_leads_to_an_indicator_and_to_another_language(phone: Any, folder: Path) -> None:
    phone.goto(at(folder, "ar", LEADS[2]))
    box = phone.locator(f"[id='{LEADS[2]}']").bounding_box()
    assert box is not None and -2 <= box["y"] < 844
    phone.goto(at(folder, "ar", f"{LEADS[2]}-he"))  # as the addresses of earlier releases say it
    phone.wait_for_url(at(folder, "he", f"{LEADS[2]}-he"))
    box = phone.locator(f"[id='{LEADS[2]}']").bounding_box()
    assert box is not None and -2 <= box["y"] < 844
    phone.get_by_role("link", name="English").click()
    phone.wait_for_url(at(folder, "en", LEADS[2]))
    assert phone.evaluate("document.documentElement.lang") == "en"
    assert phone.locator(f"[id='{LEADS[2]}']").count() == 1, (
        "what follows the # is there, also for who reads without script"
    )


def test_of_files_the_one_that_was_opened_is_shown_and_of_a_server_the_last_choice(
    phone: Any, folder: Path, served: str
) -> None:
    for place in (at(folder, "he"), f"{served}/page-he.html"):
        phone.goto(place)
        phone.get_by_role("link", name=NAMES["ar"]).click()
        phone.wait_for_url("**/page-ar.html")
    phone.goto(at(folder, "he"))
    assert phone.evaluate("document.documentElement.lang") == "he", "of a file by mail the others may not be there"
    phone.goto(f"{served}/page-he.html#{LEADS[0]}")
    phone.wait_for_url(f"{served}/page-ar.html#{LEADS[0]}")
    phone.goto(f"{served}/page-en.html#en")
    assert phone.evaluate("document.documentElement.lang") == "en", "what the address says goes before"


def test_the_reason_unfolds_and_leads_to_the_indicator(phone: Any, folder: Path) -> None:
    phone.goto(at(folder, "en"))
    first = phone.locator(".rises details").first
    assert not first.locator("p").is_visible()
    first.locator("summary").press("Enter")
    assert "8 months in a row" in first.locator("p").inner_text()
    first.get_by_role("link").click()
    assert phone.url.endswith(f"#{LEADS[0]}")


@pytest.mark.parametrize(
    ("language", "words"),
    [("he", "שגלשו באתר"), ("he", "שגלשו באתרם"[:-1]), ("he", "שגלושו"), ("he", "שכני גפן"), ("ar", "ســــكان"), ("en", "SAMPLE-NOTHING")],
)  # fmt: skip
def test_search_finds_other_spellings_and_what_is_folded(phone: Any, folder: Path, language: str, words: str) -> None:
    phone.goto(at(folder, language))
    phone.locator(".find").fill(words)
    phone.locator(".detail").first.wait_for(state="attached")
    if words.isupper():
        phone.locator(".indicator").first.wait_for(state="hidden")
    else:
        phone.locator(".indicator:visible").first.wait_for()
    found = phone.locator(".indicator:visible").count()
    assert (found == 0) if words.isupper() else found > 0, found


@pytest.mark.parametrize(
    ("language", "word", "before"),
    [("he", "זום", HEBREW), ("he", "סקר", HEBREW), ("he", "אתר", HEBREW), ("ar", "زوم", ARABIC), ("ar", "رد", ARABIC),
     ("en", "app", ""), ("en", "new", "")],
)  # fmt: skip
def test_a_short_word_finds_what_has_a_word_that_begins_with_it(
    phone: Any, folder: Path, language: str, word: str, before: str
) -> None:
    phone.goto(at(folder, language))
    phone.locator(".find").fill(word)
    phone.locator(".detail").first.wait_for(state="attached")
    cards = phone.locator(".indicator")
    pattern = re.compile(rf"(?<!\w){before}{word}", re.IGNORECASE)
    texts = [NOT_READ.sub("", one) for one in cards.all_text_contents()]
    shown = [one.is_visible() for one in cards.all()]
    assert shown == [bool(pattern.search(one)) for one in texts]
    assert any(shown)


@pytest.mark.parametrize("word", ["וואטסאפ", "ווטסאפ", "וואצאפ", "ווצאפ", "ואטסאפ", "וואטצאפ"])
def test_every_spelling_of_a_name_finds_the_same(phone: Any, folder: Path, word: str) -> None:
    phone.goto(at(folder, "he"))
    phone.locator(".find").fill(word)
    phone.locator(".detail").first.wait_for(state="attached")
    phone.locator("[id='zoom.attendees']").wait_for(state="hidden")
    found = {card.get_attribute("id") for card in phone.locator(".indicator:visible").all()}
    assert "whatsapp.answers" in found and len(found) < phone.locator(".indicator").count() // 2


@pytest.mark.parametrize(
    ("by", "choice", "found"),
    [
        ("verdict", "real_fall", [LEADS[1]]),
        ("family", "policy", ["policy.investment"]),
        ("outcome", "5", ["resilience.loneliness"]),
        ("near", "גפן", ["whatsapp.answers"]),
    ],
)
def test_filters_leave_what_they_say(phone: Any, folder: Path, by: str, choice: str, found: list[str]) -> None:
    phone.goto(at(folder, "he"))
    select = phone.locator(f"select[data-by={by}]")
    select.select_option(label=choice) if by == "near" else select.select_option(choice)
    assert [card.get_attribute("id") for card in phone.locator(".indicator:visible").all()] == found
    assert "1" in phone.locator(".found").inner_text()
    phone.evaluate("location.hash = 'zoom.attendees'")
    phone.locator("[id='zoom.attendees']").wait_for(state="visible")  # an address goes before a filter


def test_a_filter_by_owner_names_each_once(phone: Any, folder: Path) -> None:
    phone.goto(at(folder, "en"))
    owners = phone.locator("select[data-by=owner] option").all_inner_texts()
    assert len(owners) == len(set(owners)) > 1 or owners == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_script_every_language_and_every_detail_can_be_read(browser: Any, folder: Path, language: Any) -> None:
    with a_tab(browser, 390, 844, java_script_enabled=False) as tab:
        tab.goto(at(folder, "he"))
        if language != "he":
            tab.get_by_role("link", name=NAMES[language]).click()
        assert tab.url.endswith(f"page-{language}.html")
        assert text("report.leads_heading", language) in tab.locator("main").inner_text()
        tab.locator(f"[id='{LEADS[1]}'] h4 a").click()
        assert tab.url.endswith(f"page-{language}-details.html#{LEADS[1]}")
        section = tab.locator(f"[id='{LEADS[1]}']")
        assert section.locator("table").first.is_visible() and section.locator("svg[role=img]").count() == 1

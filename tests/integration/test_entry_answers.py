"""What the form answers: where a line stands that was not sent, codes by their titles, when figures appear, no month ahead."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest

from collectors.staff_workbook.layout import SHEETS, WORDS, ReportedIndicator, entry_for
from entry.sessions import MAX_BY_BOTH
from entry.web import Form
from pipeline.land.returned import asked_of_staff
from tests.integration.entry_town import MONTH, PASSWORD, SPACES, Person, built, let_in, served
from texts import LANGUAGES, text

POSTS, CULTURE = "facebook.resident_posts/", "facebook.initiatives/culture"
AHEAD = "2030-01"


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("first")
    built(folder)
    return folder


@pytest.fixture
def town(first: Path, tmp_path: Path) -> Iterator[tuple[Form, str]]:
    shutil.copytree(first, tmp_path / "town")
    with served(tmp_path / "town" / "kehila.toml") as (form, url):
        yield form, url


def person(form: Form, url: str, login: str = "community", language: str = "he") -> Person:
    one = Person(url, language)
    one.choose(let_in(form, login))
    assert one.sign_in(login).status_code == 200
    return one


def away(one: Person) -> list[tuple[str, str]]:
    """(address, text) of the lines the page says wait elsewhere."""
    found = re.search(r'id="away">(.*?)</div>', one.page, re.S)
    lines = re.findall(r'<li><a href="([^"]+)">(.*?)</li>', found[1], re.S) if found else []
    return [(unescape(address), " ".join(re.sub("<[^>]+>", " ", unescape(said)).split())) for address, said in lines]


def called(name: str) -> ReportedIndicator:
    """An indicator as reports call it and its parts."""
    return next(entry_for(one).indicator for one in asked_of_staff() if one.id == name)


def drafts(form: Form) -> int:
    with form.database.reading() as tx:
        return int(tx.execute("select count(*) from draft").fetchone()[0])


def test_a_line_that_waits_on_another_page_is_named_with_the_way_to_it(town: tuple[Form, str]) -> None:
    form, url = town
    one = person(form, url)
    one.get(f"/he/sheet/monthly?month={MONTH}")
    one.type("new", "save", indicator="whatsapp.meetups", part="in_person", amount="לא יודע")
    (fault,) = one.faults()
    assert away(one) == [], "here it stands on the page itself"
    one.get(f"/he/?month={MONTH}")
    one.type(POSTS, amount="31")
    entry = called("whatsapp.meetups")
    part = next(part for part in entry.parts if part.code == "in_person")
    ((address, said),) = away(one)
    assert address == f"/he/sheet/monthly?month={MONTH}"
    assert all(some in said for some in (entry.title["he"], part.title["he"], SHEETS["monthly"].title["he"], fault))
    one.get(f"/he/sheet/members?month={MONTH}")
    assert [where for where, _ in away(one)] == [address], "on every other page of the month"
    one.get(address)
    assert one.faults() == [fault]
    one.type(next(name for name in re.findall(r'data-line="(n-\w+)"', one.page)), amount="2")
    one.get(f"/he/?month={MONTH}")
    assert away(one) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_somebody_else_sent_is_said_in_words(town: tuple[Form, str], language: str) -> None:
    form, url = town
    one, other = person(form, url), person(form, url, "north", language)
    part = next(part for part in called("facebook.initiatives").parts if part.code == "environment")
    where = "facebook.initiatives/environment"
    one.get(f"/he/?month={MONTH}&all=1")
    other.get(f"/{language}/?month={MONTH}&all=1")
    one.type(where, amount="2", space="group")
    other.type(where, amount="3")
    said = re.search(r'class="contested".*?<bdi>(.*?)</bdi>', other.page, re.S)
    assert said
    told = unescape(said[1])
    other.get(f"/{language}/sheet/members?month={MONTH}")
    ((address, why),) = away(other)
    assert address == f"/{language}/sheet/monthly?month={MONTH}" and part.title[language] in why
    assert "facebook.initiatives" not in told and "environment" not in told.replace(part.title[language], "")
    assert SPACES[0]["title"] in told and part.title[language] in told
    assert called("facebook.initiatives").title[language] in told


def test_a_role_without_a_title_is_called_by_its_word(town: tuple[Form, str]) -> None:
    form, url = town
    one = person(form, url)
    with form.database.transaction() as tx:
        tx.execute("update account set title = role")
    one.get("/he/")
    one.type(POSTS, amount="31")
    for page in ("/he/", "/he/sent"):
        one.get(page)
        assert WORDS["owner"]["community worker"]["he"] in one.page and "community worker" not in one.page


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_said_when_what_was_sent_appears(town: tuple[Form, str], language: str) -> None:
    form, url = town
    one = person(form, url, language=language)
    said = text("entry.seen_when", language)
    assert all(command in said for command in ("kehila serve", "kehila run", "kehila refresh"))
    one.get(f"/{language}/")
    one.type(POSTS, "save", amount="31")
    assert said not in unescape(re.sub("<[^>]+>", "", one.page)), "nothing was sent yet"
    one.type_all({})
    assert said in unescape(re.sub("<[^>]+>", "", one.page))


@pytest.mark.parametrize("do", ["save", "send", "autosave", "nothing"])
def test_a_month_without_a_page_takes_no_draft(town: tuple[Form, str], do: str) -> None:
    form, url = town
    one = person(form, url)
    one.get(f"/he/sheet/monthly?month={MONTH}")
    number = one.number("new")
    fields = {**one.fields(), f"{number}.indicator": "facebook.resident_posts", f"{number}.amount": "3", "do": do}
    for month in (AHEAD, "2026-12", "2015-01"):
        assert one.get(f"/he/?month={month}").status_code == 404
        assert one.post(f"/he/save/{month}", fields).status_code == 404
    assert drafts(form) == 0
    assert one.post("/he/save/2026-11", {**fields, "do": "save"}).status_code == 200 and drafts(form) == 1


def test_nor_one_that_was_typed_before_signing_in_again(town: tuple[Form, str]) -> None:
    form, url = town
    one = person(form, url)
    one.get(f"/he/sheet/monthly?month={MONTH}")
    number = one.number("new")
    fields = {**one.fields(), f"{number}.indicator": "facebook.resident_posts", f"{number}.amount": "3"}
    for month, kept in ((AHEAD, 0), (MONTH, 1)):
        one.get("/he/login")
        carried = json.dumps({"book": month, "fields": fields})
        one.post("/he/login", {"token": one.token, "login": "community", "password": PASSWORD, "carried": carried})
        assert drafts(form) == kept


@pytest.mark.more
def test_choosing_a_password_by_a_link_ends_the_wait_of_its_login_alone(town: tuple[Form, str]) -> None:
    form, url = town
    one = person(form, url)
    person(form, url, "north")
    for login in ("community", "north"):
        for _ in range(MAX_BY_BOTH):
            assert one.sign_in(login, "never this one").status_code == 401
        assert one.sign_in(login).status_code == 429
    # The link is opened on the telephone, and the form at the desk that waits.
    telephone = Person(url)
    telephone.http.headers["x-forwarded-for"] = "192.0.2.7"
    telephone.choose(let_in(form, "community"), "another good one")
    assert one.sign_in("community", "another good one").status_code == 200
    assert Person(url).sign_in("north").status_code == 429

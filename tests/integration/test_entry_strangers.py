"""Who is let into the form, for how long, and who is not: links, passwords, sessions, forms of other pages."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from pathlib import Path

import httpx
import pytest

from entry.accounts import remove
from entry.sessions import ABSOLUTE, IDLE
from entry.web import Form
from tests.integration.entry_town import MONTH, PASSWORD, Person, built, figures, let_in, served

POSTS = "facebook.initiatives/culture"
BEHIND = ["/he/", "/he/?month=2026-10&all=1", "/he/sheet/staff", "/he/sheet/monthly?month=2026-10", "/he/sent",
          f"/he/workbook?month={MONTH}"]  # fmt: skip


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("first")
    built(folder, is_refreshed=False)
    return folder


@pytest.fixture
def town(first: Path, tmp_path: Path) -> Iterator[tuple[Path, Form, str]]:
    shutil.copytree(first, tmp_path / "town")
    path = tmp_path / "town" / "kehila.toml"
    with served(path) as (form, url):
        yield path, form, url


def person(form: Form, url: str, login: str = "community") -> Person:
    one = Person(url)
    one.choose(let_in(form, login))
    assert one.sign_in(login).status_code == 200
    return one


@pytest.mark.parametrize("page", BEHIND)
def test_nothing_is_seen_before_signing_in_nor_after_signing_out(town: tuple[Path, Form, str], page: str) -> None:
    _, form, url = town
    answer = Person(url).get(page)
    assert answer.url.path == "/he/login" and 'name="password"' in answer.text
    one = person(form, url)
    assert one.get(page).status_code == 200 and one.page.count('name="password"') == 0
    stolen = dict(one.http.cookies)
    one.get("/he/")
    one.post("/he/leave", {"token": one.token})
    thief = httpx.Client(base_url=url, cookies=stolen)
    assert thief.get(page).status_code == 303, "what was stolen is worth nothing once she signed out"


def test_a_session_is_a_new_one_whatever_the_browser_had_before(town: tuple[Path, Form, str]) -> None:
    _, form, url = town
    one = Person(url)
    one.choose(let_in(form, "community"))
    planted = "A" * 43
    one.http.cookies.set(form.cookie, planted)
    one.sign_in("community")
    jar = {value for cookie in one.http.cookies.jar if (value := cookie.value) and cookie.name == form.cookie}
    assert jar - {planted}, "the token is made at signing in"
    fixed = httpx.Client(base_url=url, cookies={form.cookie: planted})
    assert fixed.get("/he/").status_code == 303


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(town: tuple[Path, Form, str]) -> None:
    _, form, url = town
    one = Person(url)
    one.choose(let_in(form, "community"))
    one.get("/he/login")
    answer = one.http.post("/he/login", data={"token": one.token, "login": "community", "password": PASSWORD})
    (cookie,) = [text for text in answer.headers.get_list("set-cookie") if text.startswith(f"{form.cookie}=")]
    assert "HttpOnly" in cookie and "SameSite=strict" in cookie and "Path=/" in cookie
    form.public_url = "https://entry.town.example"
    assert form.cookie.startswith("__Host-")
    answer = httpx.get(f"{url}/he/login", headers={"host": "entry.town.example"})
    assert all("Secure" in text for text in answer.headers.get_list("set-cookie"))
    assert answer.headers["strict-transport-security"]


@pytest.mark.parametrize("after", [IDLE, ABSOLUTE])
def test_a_session_that_is_over_opens_nothing_and_what_was_typed_is_taken_along(
    town: tuple[Path, Form, str], after: object
) -> None:
    path, form, url = town
    one = person(form, url)
    column = "seen_at" if after is IDLE else "begun_at"
    with form.database.transaction() as tx:
        tx.execute(f"update session set {column} = '2026-01-01T00:00:00+00:00'")
    answer = one.type(POSTS, do="send", amount="25")
    assert answer.status_code == 401 and "כניסה לטופס" in one.page and figures(path) == {}
    carried = re.search(r'name="carried" value="([^"]+)"', one.page)
    assert carried
    fields = {"token": one.token, "login": "community", "password": PASSWORD}
    one.post("/he/login", {**fields, "carried": unescape(carried[1])})
    assert 'value="25"' in one.page and figures(path) == {}, "a draft, and not sent"
    one.type_all({})
    assert figures(path) == {("facebook.initiatives", "culture", ""): 25.0}


@pytest.mark.parametrize("token", [None, "", "0" * 64, "another session's"])
def test_a_form_without_the_token_of_its_session_does_nothing(town: tuple[Path, Form, str], token: str | None) -> None:
    path, form, url = town
    one, other = person(form, url), person(form, url, "north")
    other.get("/he/")
    one.get("/he/")
    fields = one.fields() | {f"{one.number(POSTS)}.amount": "25", "do": "send"}
    fields.pop("token")
    if token is not None:
        fields["token"] = other.token if token.startswith("another") else token
    assert one.post(f"/he/save/{MONTH}", fields).status_code == 403
    assert one.post("/he/leave", {"token": fields.get("token", "")}).status_code == 403
    assert figures(path) == {} and one.get("/he/").url.path == "/he/", "and she is still signed in"


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://127.0.0.1:1", "http://localhost.evil.example"]
)
def test_a_form_of_another_page_does_nothing(town: tuple[Path, Form, str], origin: str) -> None:
    path, form, url = town
    one = person(form, url)
    fields = one.fields() | {f"{one.number(POSTS)}.amount": "25", "do": "send"}
    assert one.post(f"/he/save/{MONTH}", fields, origin=origin).status_code == 403
    assert one.http.post("/he/login", data={}, headers={"origin": origin}).status_code == 403
    assert figures(path) == {}


def test_a_form_to_sign_in_is_tied_to_its_browser(town: tuple[Path, Form, str]) -> None:
    _, form, url = town
    one, other = Person(url), Person(url)
    one.choose(let_in(form, "community"))
    one.get("/he/login")
    other.get("/he/login")
    fields = {"token": one.token, "login": "community", "password": PASSWORD}
    assert other.http.post("/he/login", data=fields).status_code == 403
    assert httpx.post(f"{url}/he/login", data=fields).status_code == 403


def test_a_link_opens_once_for_one_of_two_at_the_same_time(town: tuple[Path, Form, str]) -> None:
    _, form, url = town
    link = let_in(form, "community")
    people = [Person(url) for _ in range(4)]
    for one in people:
        one.get(link)

    def choose(number: int) -> int:
        one = people[number]
        password = f"{PASSWORD} {number}"
        return one.post(link, {"token": one.token, "password": password, "again": password}).status_code

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(choose, range(4))) == [200, 410, 410, 410]
    assert Person(url).get(link).status_code == 410
    assert Person(url).get("/he/link/" + "x" * 43).status_code == 410


def test_guessing_is_stopped_also_many_at_once_and_the_right_one_comes_in_elsewhere(
    town: tuple[Path, Form, str],
) -> None:
    _, form, url = town
    person(form, url)

    def guess(number: int) -> int:
        return Person(url).sign_in("community", f"wrong password {number}").status_code

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(guess, range(24)))
    assert answers.count(401) == 5 and answers.count(429) == 19
    assert Person(url).sign_in("community").status_code == 429, "not even looked at"
    form.public_url = "https://entry.town.example"
    at_home = httpx.Client(
        base_url=url, headers={"host": "entry.town.example", "x-forwarded-for": "1.2.3.4, 198.51.100.7"}
    )
    page = at_home.get("/he/login").text
    token = re.search(r'name="token" value="([^"]+)"', page)
    assert token
    visitor = form.visitor_cookie
    jar = {visitor: at_home.get("/he/login").headers["set-cookie"].partition("=")[2].partition(";")[0]}
    answer = at_home.post(
        "/he/login",
        data={"token": form.visitor_token(jar[visitor]), "login": "community", "password": PASSWORD},
        headers={"cookie": f"{visitor}={jar[visitor]}", "origin": form.public_url},
    )
    assert answer.status_code == 303


def test_whether_there_is_such_a_login_cannot_be_seen(town: tuple[Path, Form, str]) -> None:
    _, form, url = town
    one, other = Person(url), Person(url)
    let_in(form, "community")
    known, unknown = one.sign_in("community", "wrong password"), other.sign_in("nobody-here", "wrong password")
    assert known.status_code == unknown.status_code == 401

    def plain(text: str) -> str:
        return re.sub(r'value="[^"]*"', "", text)

    assert plain(known.text) == plain(unknown.text)


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "entry.town.example.evil.example"])
def test_a_page_whose_name_was_made_to_point_here_is_not_let_in(town: tuple[Path, Form, str], host: str) -> None:
    _, _, url = town
    assert httpx.get(f"{url}/he/login", headers={"host": host}).status_code in (400, 421)


def test_who_was_removed_or_reset_is_out_at_once(town: tuple[Path, Form, str]) -> None:
    _, form, url = town
    one, other = person(form, url), person(form, url, "north")
    let_in(form, "community")
    assert one.get("/he/").url.path == "/he/login"
    remove(form.database, "0070", "north")
    assert other.get("/he/").url.path == "/he/login"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("PUT", "/he/", 405), ("DELETE", "/he/save/2026-10", 405), ("GET", "/he/save/2026-10", 405),
     ("GET", "/ru/", 404), ("GET", "/he/../../etc/passwd", 404), ("GET", "/he/sheet/nothing", 404),
     ("GET", "/he/?month=2026-13", 404), ("GET", "/he/?month=1900-01", 404), ("GET", "/he/?month=%00", 404),
     ("GET", "/he/sheet/monthly?month=x", 404), ("POST", "/he/save/2026-99", 403), ("POST", "/he/save/list-x", 403)],
)  # fmt: skip
def test_what_is_no_page_is_said_so(town: tuple[Path, Form, str], method: str, path: str, status: int) -> None:
    _, form, url = town
    one = person(form, url)
    answer = one.http.request(method, path, data={"token": "x"} if method == "POST" else None)
    assert answer.status_code == status and "Traceback" not in answer.text
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy and answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["cache-control"] == "no-store"

"""Two hundred hostile strings in every field of every sheet: nothing of it is a page, a query, a crash or is lost."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import httpx
import pytest

from collectors.staff_workbook.layout import SHEETS
from entry.book import PERIODS, is_monthly, typed_columns
from entry.web import Form
from tests.integration.entry_town import MONTH, Person, built, let_in, served, standing

WRITTEN = [
    "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "'><svg onload=alert(1)>", "</textarea></form><form action=//evil>",
    "javascript:alert(1)", "{{ 7*7 }}", "{% include '/etc/passwd' %}", "${7*7}", "#{7*7}", "<%= 7*7 %>", "{{config}}",
    "' OR '1'='1", "'; DROP TABLE account; --", "\" OR \"\"=\"", "1; DELETE FROM line", "\\'; --", "%27%20OR%201=1",
    "=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(1)", "=HYPERLINK(\"http://evil\")", "../../../etc/passwd", "..\\..\\x",
    "\0", "a\0b", "\u202eabc", "\u200f\u200e", "\u2066x\u2069", "\ufeff", "\u0000\u0001\u0002", "\x1b[31m", "\r\nSet-Cookie: x=1",
    "a\r\nb", "\t", " ", "\u00a0", "\u3000", "é" * 50, "ع" * 300, "ש" * 300, "😀" * 100, "👩‍👩‍👧‍👦", "\U0010ffff", "\ud7ff", "\ufffd\ufffe",
    "1e999", "-1e999", "NaN", "Infinity", "-0", "1e-320", "9" * 400, "0x10", "1_000", "١٢٣", "1,2,3", "1.2.3", "٪50", "½",
    "2026-13-45", "31/02/2026", "0000-00-00", "9999-99-99", "29/02/2025", "2026-10", "-1", "null", "None", "undefined", "true",
    "true; x", "[]", "{}", "[[]]", "<!--", "-->", "]]>", "<![CDATA[", "&lt;b&gt;", "&#0;", "&amp;amp;", "%s%s%n", "%00", "%c0%af",
    "\\x00", "\\u0000", "a" * 32_768, "<b>" * 5_000, "x" * 1_000_000, "http://169.254.169.254/", "file:///etc/passwd",
]  # fmt: skip
HOSTILE = [*WRITTEN, *(f"{one} {number} <i>" for number in range(3) for one in WRITTEN[:40])][:200]


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Form, str]]:
    folder = tmp_path_factory.mktemp("hostile")
    built(folder, is_refreshed=False)
    with served(folder / "kehila.toml") as (form, url):
        yield folder / "kehila.toml", form, url


def test_there_are_two_hundred() -> None:
    assert len(HOSTILE) == len(set(HOSTILE)) == 200


@pytest.mark.more
@pytest.mark.parametrize("sheet", [name for name in SHEETS if name != PERIODS])
def test_every_field_of_a_sheet_takes_them(town: tuple[Path, Form, str], sheet: str) -> None:
    _, form, url = town
    one = Person(url)
    login = f"hostile-{sheet.replace('_', '-')}"
    one.choose(let_in(form, login))
    one.sign_in(login)
    layout = SHEETS[sheet]
    page = f"/he/sheet/{sheet}" + (f"?month={MONTH}" if is_monthly(layout) else "")
    columns = [column.id for column in typed_columns(layout)]
    lines = [HOSTILE[at : at + len(columns)] for at in range(0, len(HOSTILE), len(columns))]
    one.get(page)
    fields = one.fields()
    number = one.number("new")
    about = {name.partition(":")[2]: text for name, text in fields.items() if name.startswith(f"{number}:")}
    for place, texts in enumerate(lines, start=1_000):
        fields |= {f"{place}:{name}": text for name, text in about.items()}
        fields |= {f"{place}:line": f"hostile-{sheet}-{place}", f"{place}:was": "x"}
        fields |= {f"{place}.{name}": text for name, text in zip(columns, texts, strict=False)}
    action = re.search(r'<form method="post" action="([^"]+)" data-entry', one.page)
    assert action
    answer = one.post(unescape(action[1]), {**fields, "do": "send"})
    assert answer.status_code == 200
    body = one.page
    assert len(re.findall("<script>", body)) == 1 and len(re.findall("<form ", body)) == 2, "ours, and nobody else's"
    assert not re.findall(r"<(?:img|svg|iframe|b|i)[ >]", body)
    shown = {unescape(text) for text in re.findall(r'value="([^"]*)"', body)}
    with form.database.reading() as tx:
        tables = {row[0] for row in tx.execute("select name from sqlite_master where type = 'table'")}
        assert {"account", "line", "draft"} <= tables
    kept = " ".join(shown)
    lost = [
        text[:40]
        for texts in lines
        for text in texts
        if text.strip() and "\0" not in text and "\r" not in text and text.strip() not in kept and text not in kept
    ]
    sent = sum(1 for name in ("staff",) if sheet == name)  # of the roster what was right is not shown again
    assert lost == [] or sent, lost
    assert one.post(unescape(action[1]), {**one.fields(), "do": "autosave"}).status_code == 200
    assert one.get(f"/ar{page[3:]}").status_code == 200


@pytest.mark.parametrize("place", ["login", "password", "token", "carried"])
def test_the_page_to_sign_in_takes_them(town: tuple[Path, Form, str], place: str) -> None:
    _, form, url = town
    one = Person(url)
    one.get("/he/login")
    fields = {"token": one.token, "login": "x", "password": "y"}
    for text in HOSTILE[::9]:
        with form.database.transaction() as tx:
            tx.execute("delete from attempt")
        answer = one.http.post("/he/login", data={**fields, place: text})
        assert answer.status_code in (401, 403, 413), (place, text[:40])
        assert len(re.findall("<script>", answer.text)) <= 1 and "<img" not in answer.text


def test_names_of_fields_lines_sheets_and_pages_take_them(town: tuple[Path, Form, str]) -> None:
    path, form, url = town
    one = Person(url)
    one.choose(let_in(form, "names"))
    one.sign_in("names")
    one.get(f"/he/sheet/monthly?month={MONTH}")
    fields, number = one.fields(), one.number("new")
    before = standing(path)
    for text in HOSTILE[::5]:
        for odd in (
            {f"{number}:line": text}, {f"{number}:sheet": text}, {f"{number}:base": text}, {f"{number}.{text[:300]}": "1"},
            {text[:300]: text[:300]}, {"back": text}, {"do": text}, {"mine": text}, {"theirs": text}, {f"{number}:fixed": text},
        ):  # fmt: skip
            answer = one.http.post(f"/he/save/{MONTH}", data={**fields, **odd})
            assert answer.status_code in (303, 413), (odd.keys(), text[:30])
            assert answer.headers["location"].startswith("/he/") and "evil" not in answer.headers["location"]
    assert standing(path) == before


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [(b"\xff\xfe\x00", "application/x-www-form-urlencoded", 400), (b"{}", "application/json", 415),
     (b"a=1&" * 30_000, "application/x-www-form-urlencoded", 400), (b"token=x", "multipart/form-data; boundary=x", 415),
     (b"a=" + b"x" * (17 << 20), "application/x-www-form-urlencoded", 413), (b"", "", 415)],
)  # fmt: skip
def test_a_body_that_is_no_form_is_refused(town: tuple[Path, Form, str], body: bytes, kind: str, status: int) -> None:
    _, form, url = town
    one = Person(url)
    one.choose(let_in(form, "bodies"))
    one.sign_in("bodies")
    try:
        answer = one.http.post(f"/he/save/{MONTH}", content=body, headers={"content-type": kind})
    except httpx.TransportError:
        return  # cut off while it was still being sent
    assert answer.status_code == status

"""The operations page over real HTTP: who may come in, what it shows, and that nothing makes it stumble."""

from __future__ import annotations

import http.client
import json
import re
import socket
import stat
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.integration.operations_town import AMBIGUOUS, NAME, SILENT, OperationsTown, Served, served

HOSTILE = ["/../../keys/root.key", "/%2e%2e/keys/operations.auth", "/en/../../kehila.toml", "/he%00", "/" + "a" * 4000,
           "/%ff%fe", "/en?authority=%00", "/en?authority=' or 1=1--", "/en?authority=" + "9" * 3000,
           "/<script>alert(1)</script>", "/do", "//evil.example/", "/static/x", "/robots.txt", "/openapi.json"]  # fmt: skip
BAD_FORMS = [
    b"",
    b"&&&=",
    b"\xff\xfe=\x00",
    b"token=" + b"f" * 64,
    b"action=refresh&action=run",
    b"a=1&" * 50,
    b"%zz=%",
]


@pytest.fixture(scope="module")
def town(built_operations_town: OperationsTown, tmp_path_factory: pytest.TempPathFactory) -> OperationsTown:
    return built_operations_town.copied(tmp_path_factory.mktemp("operations") / "town")


@pytest.fixture(scope="module")
def page(town: OperationsTown) -> Iterator[Served]:
    with served(town.config) as running:
        yield running
    assert running.process.returncode == 0


def port(page: Served) -> int:
    return urlsplit(page.address).port or 0


def test_nobody_without_the_password_sees_or_does_anything(page: Served, town: OperationsTown) -> None:
    user = page.auth.partition(":")[0]
    # Few of them: after ten wrong ones nobody comes in for a while. All kinds are tried on the guard itself.
    for auth, paths in {
        None: ("/", "/en", "/nowhere", "/do"),
        f"{user}:wrong": ("/",),
        page.auth + "x": ("/do",),
    }.items():
        for path in paths:
            answer = page.ask(path, auth=auth)
            assert answer.status == 401 and "Basic" in answer.headers["www-authenticate"]
            assert "operations.auth" in answer.text and "mailchimp" not in answer.text
    for header in ("Basic", "Basic !!!", "Bearer x", "Basic " + "é" * 9, ""):
        assert page.ask("/", auth=None, headers={"Authorization": header.encode().decode("latin-1")}).status == 401
    assert stat.S_IMODE((town.folder / "keys" / "operations.auth").stat().st_mode) == 0o600


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8020", "127.0.0.1.evil.example", "", "127.0.0.1@evil"])
def test_a_name_made_to_point_here_is_not_let_in(page: Served, host: str) -> None:
    answer = page.ask("/", headers={"Host": host})
    assert answer.status in (400, 421) and "mailchimp" not in answer.text
    assert page.ask("/", headers={"Host": f"localhost:{port(page)}"}).status == 200


def test_only_this_machine_can_reach_it(page: Served) -> None:
    bound = [line.split()[1] for line in Path("/proc/net/tcp").read_text().splitlines()[1:] if line.split()[3] == "0A"]
    mine = [one for one in bound if one.endswith(f":{port(page):04X}")]
    assert mine == [f"0100007F:{port(page):04X}"]


def test_it_shows_what_is_wrong_and_what_to_do(page: Served) -> None:
    he, en, ar = (page.ask(f"/{one}").text for one in ("he", "en", "ar"))
    assert page.ask("/").text.replace("\n", "")[:60] == he.replace("\n", "")[:60]
    assert 'dir="rtl"' in he and 'dir="rtl"' in ar and '<html lang="en" dir="ltr"' in en
    failed = re.search(r'data-place="brevo.letters">.*?</li>', en, re.DOTALL)
    assert (
        failed
        and "Failed" in failed[0]
        and "does not accept the key: it is wrong or was revoked; make a new one" in failed[0]
    )
    suspect = re.search(r'data-place="mailchimp.main">.*?</li>', en, re.DOTALL)
    assert suspect and "in doubt" in suspect[0] and f'value="{SILENT}"' in suspect[0]
    pile = re.search(r'data-code="date_order_ambiguous">.*?</li>', he, re.DOTALL)
    assert pile and "לא ברור אם היום או החודש בא ראשון" in pile[0] and "date_order" in pile[0]
    assert re.search(r"answer_not_on_scale.*?B27", en, re.DOTALL)
    month = re.search(r'data-month="2026-10">.*?</tr>', en, re.DOTALL)
    assert month and "Closed" in month[0] and "Revision 1" in month[0]


def test_nothing_personal_is_on_it(page: Served, town: OperationsTown) -> None:
    for language in ("he", "en", "ar"):
        text = page.ask(f"/{language}").text
        for told in (NAME, AMBIGUOUS, "סוד", "לפעמים", "xkeysib", "key-us21", str(town.folder), page.auth):
            assert told not in text


def test_it_brings_everything_itself_and_says_so_to_the_browser(page: Served) -> None:
    answer = page.ask("/en")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy and "frame-ancestors 'none'" in policy
    assert not re.findall(r'(?:src|href|action)="(?:https?:)?//', answer.text)
    assert not re.search(r"\son\w+=|\sstyle=|javascript:", answer.text)
    assert answer.headers["cache-control"] == "no-store" and answer.headers["x-content-type-options"] == "nosniff"
    assert re.fullmatch(r"kehila_operations=[\w-]{32}; HttpOnly; Path=/; SameSite=strict", answer.headers["set-cookie"])


@pytest.mark.parametrize("path", HOSTILE)
def test_no_path_makes_it_stumble_or_give_away_a_file(page: Served, town: OperationsTown, path: str) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port(page), timeout=60)
    import base64

    who = "Basic " + base64.b64encode(page.auth.encode()).decode()
    connection.putrequest("GET", path.replace(" ", "%20"), skip_host=True)
    connection.putheader("Host", f"127.0.0.1:{port(page)}")
    connection.putheader("Authorization", who)
    connection.endheaders()
    answer = connection.getresponse()
    text = answer.read()
    connection.close()
    assert 400 <= answer.status < 500, (path, answer.status)
    assert (town.folder / "keys" / "root.key").read_bytes().strip() not in text
    assert b"<script>alert" not in text and b"Traceback" not in text


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "POST", "NONSENSE"])
def test_only_reading_and_pressing(page: Served, method: str) -> None:
    assert page.ask("/en", method=method, data=b"" if method == "POST" else None).status in (400, 405)
    assert page.ask("/do", method="GET").status == 405


@pytest.mark.parametrize("raw", [b"\x00\x01\x02\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"GET /\r\nHost\r\n\r\n", b"\r\n" * 99,
                                 b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: -1\r\n\r\n"])  # fmt: skip
def test_garbage_is_refused_and_the_page_stays(page: Served, raw: bytes) -> None:
    with socket.create_connection(("127.0.0.1", port(page)), timeout=20) as line:
        line.sendall(raw)
        line.shutdown(socket.SHUT_WR)
        told = line.recv(4096)
    assert not told or b" 4" in told[:16], told
    assert page.ask("/en").status == 200


def open_items(town: OperationsTown) -> int:
    from town.config import load
    from town.store import open_store

    store = open_store(load(town.config))
    try:
        return len(store.ledger.quarantine())
    finally:
        store.engine.dispose()


def test_a_form_that_is_not_ours_does_nothing(page: Served, town: OperationsTown) -> None:
    before = open_items(town)
    fields, cookie = page.form()
    wanted = {**fields, "action": "discard", "target": "whatsapp_chat", "code": "date_order_ambiguous", "seen": "1"}
    origin = {"Cookie": cookie, "Origin": page.address}
    tries = [
        (wanted, {"Origin": page.address}, 403),  # without the visitor's cookie
        ({**wanted, "token": "0" * 64}, origin, 403),
        ({**wanted, "token": "é"}, origin, 403),
        ({name: wanted[name] for name in wanted if name != "token"}, origin, 403),
        (wanted, {"Cookie": cookie, "Origin": "http://evil.example"}, 403),
        (wanted, {"Cookie": cookie, "Origin": "null"}, 403),
        (wanted, {**origin, "Content-Type": "text/plain"}, 415),
        (wanted, {**origin, "Content-Type": "application/json"}, 415),
    ]
    for data, headers, status in tries:
        assert page.ask("/do", data=data, headers=headers).status == status, (data, headers)
    for body in BAD_FORMS:
        assert page.ask("/do", data=body, headers=origin).status in (400, 403)
    assert page.ask("/do", data=b"a=" + b"x" * 100_000, headers=origin).status == 413
    assert page.ask("/do?action=refresh", method="GET", headers=origin).status == 405
    assert open_items(town) == before and " data-running>" not in page.ask("/en").text


@pytest.mark.parametrize(
    ("action", "target"),
    [("", ""), ("erase", "x"), ("dump", ""), ("collect", ""), ("collect", "brevo"), ("collect", "brevo.letters --help"),
     ("collect", "--config=/etc/passwd"), ("accept", "brevo.letters.brevo_list"), ("replay", ""), ("replay", "../x"),
     ("run", "2026-13"), ("run", "2026-10; rm -rf /"), ("close", "2026-10"), ("again", "2026-10"), ("close", "2026-11"),
     ("refresh", "x"), ("discard", "whatsapp_chat"), ("quarantine", "discard"), ("run", "2026-10\x00")],
)  # fmt: skip
def test_only_what_stands_on_the_page_can_be_pressed(page: Served, action: str, target: str) -> None:
    answer = page.press(action, target)
    assert answer.status == 409 and "nothing was done" in answer.text
    assert " data-running>" not in page.ask("/en").text


def test_a_pile_that_grew_meanwhile_is_not_discarded(page: Served, town: OperationsTown) -> None:
    before = open_items(town)
    assert page.press("discard", "whatsapp_chat", code="date_order_ambiguous", seen="7").status == 409
    assert page.press("discard", "whatsapp_chat", code="other", seen="1").status == 409
    assert open_items(town) == before


def test_an_authority_that_is_not_configured_is_not_found(page: Served) -> None:
    fields, cookie = page.form()
    asked = {**fields, "action": "refresh", "target": "", "authority": "T2"}
    assert page.ask("/do", data=asked, headers={"Cookie": cookie}).status == 404
    assert page.ask("/en?authority=T2").status == 404


def test_a_broken_configuration_says_what_to_mend_and_heals(page: Served, town: OperationsTown) -> None:
    text = town.config.read_text(encoding="utf-8")
    town.config.write_text(text + "\n[nonsense", encoding="utf-8")
    try:
        answer = page.ask("/en")
        assert answer.status == 503 and "kehila.toml is not valid TOML" in answer.text
        assert "Traceback" not in answer.text and answer.headers["content-security-policy"]
        assert page.press_blindly().status == 403
    finally:
        town.config.write_text(text, encoding="utf-8")
    assert page.ask("/en").status == 200


def test_collecting_with_the_key_mended_reads_the_source_well(page: Served, town: OperationsTown) -> None:
    (town.folder / "keys" / "brevo").write_text("xkeysib-right", encoding="utf-8")
    assert page.press("collect", "brevo.letters").status == 303
    assert page.press("refresh").status == 409  # one at a time
    text = page.until_over()
    told = re.search(r'id="told".*?</section>', text, re.DOTALL)
    assert told and "streams read well" in told[0] and 'data-status="done"' in told[0], told and told[0]
    account = re.search(r'data-place="brevo.letters">.*?</li>', text, re.DOTALL)
    assert account and "Failed" not in account[0]


def test_an_empty_answer_called_true_is_taken(page: Served) -> None:
    assert page.press("accept", SILENT).status == 303
    text = page.until_over()
    account = re.search(r'data-place="mailchimp.main">.*?</li>', text, re.DOTALL)
    assert account and "in doubt" not in re.sub(r"<details>.*?</details>", "", account[0], flags=re.DOTALL)
    assert page.press("accept", SILENT).status == 409  # it is not suspect any more


def test_a_month_runs_again_and_files_are_only_counted(page: Served, town: OperationsTown) -> None:
    (town.folder / "drop").mkdir()
    (town.folder / "drop" / f"{NAME}.txt").write_text("", encoding="utf-8")
    assert page.press("run", "2026-10").status == 303
    text = page.until_over()
    told = re.search(r'id="told".*?</section>', text, re.DOTALL)
    assert told and 'data-status="look"' in told[0] and "files refused" in told[0]
    assert NAME not in text


def test_another_process_on_the_same_port_is_told_what_to_do(page: Served, town: OperationsTown) -> None:
    import subprocess

    from tests.e2e.hostile import KEHILA

    ran = subprocess.run(
        [*KEHILA, "--config", str(town.config), "operations", "--port", str(port(page))], capture_output=True, text=True
    )
    assert ran.returncode == 2 and "--port" in ran.stderr and "Traceback" not in ran.stderr
    assert json.dumps(ran.stdout) == '""'

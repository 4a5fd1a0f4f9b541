"""Push by mail over TLS: to all readers or to none, nothing secret said, nothing taken for lost that was taken."""

from __future__ import annotations

import logging
import socketserver
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from publishers.delivery import Package
from publishers.mail import MAX_ATTACHED, MailTarget, letter, message_id
from publishers.placing import checked_files, read_manifest
from publishers.push import PushRefused, push
from publishers.snapshot import build_snapshot
from tests.unit.publishers import town

READERS = ("canary.one@town.example", "canary.two@town.example")
PASSWORD = "canary-password-55"


def certificate(folder: Path) -> Path:
    """A certificate of `localhost` that vouches for itself, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    path = folder / "localhost.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


@dataclass
class Server:
    """A mail server. `answers` are its answers to a verb, in place of those that are well."""

    port: int = 0
    answers: dict[str, str] = field(default_factory=dict)
    verbs: list[str] = field(default_factory=list)
    plain: list[str] = field(default_factory=list)  # verbs that came unencrypted
    mails: list[bytes] = field(default_factory=list)
    is_tls: bool = True
    offers_tls: bool = True

    def address(self, readers: tuple[str, ...] = READERS) -> str:
        scheme = "smtps" if self.is_tls else "smtp"
        to = "".join(f"&to={one}" for one in readers)
        return f"{scheme}://user:{PASSWORD}@localhost:{self.port}/?from=kehila@town.example{to}"

    def target(self, **given: Any) -> MailTarget:
        settings = {"private_hosts": frozenset({"localhost"}), "attempts": 3, **given}
        return MailTarget(
            given.pop("address", self.address()), "he", **{k: v for k, v in settings.items() if k != "address"}
        )


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    made = Server()
    path = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)

    class Taking(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            line_of = self.request
            encrypted = made.is_tls
            try:
                if encrypted:
                    line_of = context.wrap_socket(line_of, server_side=True)
                self._speak(line_of, encrypted)
            except OSError:
                return  # who did not like the certificate left

        def _speak(self, line_of: Any, encrypted: bool) -> None:
            stream = line_of.makefile("rb")

            def say(words: str) -> None:
                line_of.sendall(f"{words}\r\n".encode())

            say("220 here")
            while line := stream.readline():
                verb = line.split()[0].decode().upper()
                made.verbs.append(verb)
                if not encrypted:
                    made.plain.append(verb)
                if verb == "EHLO":
                    say("250-here\r\n250-AUTH PLAIN" + ("\r\n250 STARTTLS" if made.offers_tls else "\r\n250 SIZE"))
                elif verb == "STARTTLS":
                    say("220 go on")
                    line_of, encrypted = context.wrap_socket(line_of, server_side=True), True
                    stream = line_of.makefile("rb")
                elif verb == "AUTH":
                    say(made.answers.get(verb, "235 well"))
                elif verb == "RCPT" and READERS[1].encode() in line:
                    say(made.answers.get(verb, "250 well"))
                elif verb == "DATA":
                    say("354 go on")
                    made.mails.append(b"".join(iter(stream.readline, b".\r\n")))
                    say(made.answers.get(verb, "250 taken"))
                elif verb == "QUIT":
                    say(made.answers.get(verb, "221 bye"))
                    return
                else:
                    say("250 well")

    class Quiet(socketserver.ThreadingTCPServer):
        daemon_threads = True

    with Quiet(("127.0.0.1", 0), Taking) as running:
        made.port = running.server_address[1]
        threading.Thread(target=running.serve_forever, args=(0.02,), daemon=True).start()
        yield made
        running.shutdown()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("push")
    build_snapshot(town.warehouse(place), town.AUTHORITY, town.MONTH, town.TIMEZONE, 1, town.CLOSED_AT, place / "out")
    return place / "out" / town.AUTHORITY / town.MONTH / "r1"


def package(folder: Path) -> Package:
    manifest = read_manifest(folder)
    return Package(checked_files(folder, manifest), manifest)


def deliver(folder: Path, target: MailTarget) -> Any:
    return push(folder, target, sleep=lambda _seconds: None)


@pytest.mark.parametrize("is_tls", [True, False])
def test_it_goes_encrypted_to_all_readers(folder: Path, server: Server, is_tls: bool) -> None:
    server.is_tls = is_tls
    if not is_tls:  # this machine is spoken to without; any other name is not
        server.answers["RCPT"] = "250 well"
    receipt = deliver(folder, server.target())
    assert (receipt.status, receipt.answer, len(server.mails)) == ("delivered", read_manifest(folder).sha256, 1)
    assert server.verbs.count("RCPT") == 2 and (not server.plain if is_tls else server.plain)


def test_another_machine_is_spoken_to_encrypted_or_not_at_all(
    folder: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("publishers.smtp.LOOPBACK", ())  # so that this one is another machine
    server.is_tls = False
    assert deliver(folder, server.target()).status == "delivered"
    assert server.plain == ["EHLO", "STARTTLS"] and len(server.mails) == 1
    server.offers_tls = False
    refused = deliver(folder, server.target())
    assert (refused.status, refused.attempts, "no encryption" in refused.problem) == ("failed", 1, True)
    assert server.plain[2:] == ["EHLO", "QUIT"] and len(server.mails) == 1


def test_a_certificate_nobody_vouches_for_is_refused(
    folder: Path, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "other").mkdir()
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate(tmp_path / "other")))
    refused = deliver(folder, server.target())
    assert (refused.status, "certificate" in refused.problem, server.mails) == ("failed", True, [])


@pytest.mark.parametrize(
    ("answer", "attempts"), [("550 nobody of that name", 1), ("451 later", 3)]
)  # fmt: skip
def test_a_reader_who_is_refused_stops_it_for_all(folder: Path, server: Server, answer: str, attempts: int) -> None:
    server.answers["RCPT"] = answer
    receipt = deliver(folder, server.target())
    assert (receipt.status, receipt.attempts) == ("failed", attempts)
    assert receipt.problem == f"localhost: the mail server refuses 1 of 2 readers ({answer[:3]})"
    assert server.mails == []


@pytest.mark.parametrize("parting", ["421 gone already", "500 what"])
def test_how_one_parts_changes_nothing(folder: Path, server: Server, parting: str) -> None:
    server.answers["QUIT"] = parting
    receipt = deliver(folder, server.target())
    assert (receipt.status, receipt.attempts, len(server.mails)) == ("delivered", 1, 1)


def test_nothing_secret_in_receipts_errors_or_logs(
    folder: Path, server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    seen = [repr(server.target())]
    for answers in ({"AUTH": f"535 {PASSWORD}"}, {"RCPT": f"550 {READERS[1]}"}, {"DATA": f"552 {READERS[0]}"}, {}):
        server.answers = dict(answers)
        seen.append(repr(deliver(folder, server.target())))
    for address in ("smtps://canary", "smtps://localhost/?from=a@b.c", f"http://x/?from=a@b.c&to={READERS[0]}",
                    "smtps://localhost/?from=a@b.c&to=canary%0d%0aBcc:x@y.z", "smtps://localhost/?from=a@b.c&to=קנרי@b.c"):  # fmt: skip
        with pytest.raises(PushRefused) as refused:
            deliver(folder, server.target(address=address))
        seen.append(repr(refused.value))
    with pytest.raises(PushRefused, match="allow-list") as refused:
        deliver(folder, server.target(private_hosts=frozenset()))
    text = "\n".join([*seen, repr(refused.value), caplog.text])
    assert "canary" not in text and "delivered" in text


def test_it_says_what_page_one_says_and_the_same_every_time(folder: Path) -> None:
    one = package(folder)
    mails = [
        message_from_bytes(
            letter(one, "kehila@town.example", "he", "https://bi.example/<x>").as_bytes(), policy=default
        )
        for _ in range(2)
    ]
    assert len({mail["Message-ID"] for mail in mails}) == 1 and mails[0]["Message-ID"] == message_id(one)
    plain, page = (mails[0].get_body(preferencelist=(kind,)).get_content() for kind in ("plain", "html"))  # type: ignore[union-attr]
    rows = one.files["headline.csv"].decode("utf-8-sig").splitlines()
    assert len(rows) > 1 and all(len(line) < 2_000 for line in plain.splitlines())
    assert 'lang="he" dir="rtl"' in page and "&lt;x&gt;" in page and "<x>" not in page
    assert "https://bi.example/<x>" in plain
    assert [part.get_filename() for part in mails[0].iter_attachments()] == ["kehila-9999-2026-10-r1-he.xlsx"]
    english = letter(one, "kehila@town.example", "en")
    assert 'dir="ltr"' in english.get_body(preferencelist=("html",)).get_content()  # type: ignore[union-attr]


def test_a_workbook_too_large_stays_out_and_the_mail_says_so(folder: Path) -> None:
    one = package(folder)
    large = Package({**one.files, "workbook-en.xlsx": b"x" * (MAX_ATTACHED + 1)}, one.manifest)
    mail = letter(large, "kehila@town.example", "en")
    assert not list(mail.iter_attachments())
    assert "too large for mail" in mail.get_body(preferencelist=("plain",)).get_content()  # type: ignore[union-attr]

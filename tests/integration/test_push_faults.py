"""Pushes to all four targets while lines are cut, servers fail, disks fill up and senders are killed: each month once."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
import time_machine
from sqlalchemy import select

from pipeline.month.push import push
from publishers.delivery import Package
from publishers.mail import message_id
from publishers.placing import MANIFEST, checked_files, manifest_bytes, place_of, read_manifest
from tests.conftest import ROOT
from tests.integration.bucket_server import ACCESS, SECRET
from tests.integration.faulty_targets import SIGNED, Plan, Targets, targets
from town.config import load
from town.store import TownStore, open_store
from warehouse.calendar import shift
from warehouse.keys import new_key_file
from warehouse.ledger import core, select_rows
from warehouse.ledger_tables import PushReceipt
from warehouse.store import insert, transaction
from warehouse.tables import Snapshot

CODE, FIRST = "0070", "2005-01"
READERS = ("canary.reader@town.example", "canary.other@town.example")
KINDS = ("archive", "bi", "bucket", "readers")
CONFIG = """
[[authority]]
code = "{code}"
[push.archive]
kind = "folder"
path = "archive"
[push.bi]
kind = "http"
url = "http://127.0.0.1:{http}/in"
secret = "file:signed"
private_hosts = ["127.0.0.1"]
[push.bucket]
kind = "s3"
to = "s3://published/kehila"
endpoint = "http://127.0.0.1:{s3}"
access_key = "file:access"
secret_key = "file:secret"
private_hosts = ["127.0.0.1"]
[push.readers]
kind = "mail"
mail = "file:mail"
private_hosts = ["127.0.0.1"]
"""

SENDER = '''
"""Pushes month after month until all have arrived; its disk fills up and it is killed at instants that a hash names."""
import dataclasses, errno, hashlib, os, signal, sys
from pathlib import Path
import pipeline.month.push as pushing
import publishers.delivery, publishers.push, publishers.smtp
from town.config import load
from town.store import open_store

base, months, share = Path(sys.argv[1]), sys.argv[2].split(","), float(sys.argv[3])
publishers.push.push.__kwdefaults__["sleep"] = lambda _seconds: None
publishers.smtp.SECONDS = 0.2
run = (base / "runs").read_text().count("x") if (base / "runs").exists() else 0
(base / "runs").write_text("x" * (run + 1))

def befalls(what, share):
    return int.from_bytes(hashlib.sha256(f"{run} {what}".encode()).digest()[:6], "big") / 2**48 < share

def quick(make):
    def made(store, target):
        one = make(store, target)
        return dataclasses.replace(one, read_seconds=0.2) if hasattr(one, "read_seconds") else one
    return made

def full(write):
    written = []
    def tried(path, content, **options):
        written.append(path)
        if befalls(f"full {len(written)}", share / 4):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        if befalls(f"killed {len(written)}", share / 40):
            os.kill(os.getpid(), signal.SIGKILL)
        write(path, content, **options)
    return tried

def killed_after(deliver):
    def delivered(folder, target, **options):
        receipt = deliver(folder, target, **options)
        if befalls(f"after {folder} {type(target).__name__}", share / 20):
            if receipt.status == "delivered" and type(target).__name__ == "MailTarget":
                with (base / "untold").open("a") as note:
                    note.write("x")
            os.kill(os.getpid(), signal.SIGKILL)  # it has arrived, and the ledger does not know
        return receipt
    return delivered

pushing._target = quick(pushing._target)
publishers.push.new_file = full(publishers.push.new_file)
publishers.push.push = killed_after(publishers.push.push)
store = open_store(load(base / "kehila.toml"))
left = list(months)
while left:
    left = [one for one in left if any(row["status"] != "delivered" for row in pushing.push(store, one))]
'''


def town(base: Path, ports: dict[str, int]) -> TownStore:
    """A town whose targets are those on this machine, with nothing closed."""
    (base / "kehila.toml").write_text(CONFIG.format(code=CODE, **ports), encoding="utf-8")
    (base / "keys").mkdir()
    new_key_file(base / "keys" / "root.key")
    readers = "".join(f"&to={one}" for one in READERS)
    secrets = {"signed": SIGNED, "access": ACCESS, "secret": SECRET}
    secrets["mail"] = f"smtp://127.0.0.1:{ports['mail']}/?from=kehila@town.example{readers}"
    for name, content in secrets.items():
        (base / name).write_text(content)
    return open_store(load(base / "kehila.toml"))


def closed(store: TownStore, months: list[str]) -> None:
    """Snapshots of months, small ones, as closing leaves them."""
    rows = []
    for number, month in enumerate(months):
        titles = dict.fromkeys(("he", "ar", "en"), f"{CODE} {month}")
        files = {
            "datapackage.json": json.dumps({"titles": titles}).encode(),
            "headline.csv": f"section,place,indicator,sentence_he,sentence_ar,sentence_en\r\nopening,1,,א {month},ب,c\r\n".encode(),
            "values.csv": f"month,value\r\n{month},{number}\r\n.\r\n".encode(),
            "workbook-he.xlsx": b"PK" + month.encode() * 20,
        }
        at = datetime(2026, 11, 10, 3, tzinfo=UTC) + timedelta(seconds=number)
        folder = store.output / "snapshots" / place_of(CODE, month, 1)
        folder.mkdir(parents=True)
        for name, content in files.items():
            (folder / name).write_bytes(content)
        (folder / MANIFEST).write_bytes(manifest_bytes(files, CODE, month, 1, at))
        rows.append(
            {
                "authority": CODE, "month": month, "revision": 1, "closed_at": at,
                "manifest_sha256": read_manifest(folder).sha256, "folder": folder.relative_to(store.output).as_posix(),
            }
        )  # fmt: skip
    with transaction(store.engine) as tx:
        insert(tx, Snapshot, rows)


def send_all(base: Path, months: list[str], share: float, plan: Plan) -> int:
    """Run the sender until everything has arrived; gives how often it was killed."""
    killed = 0
    while True:
        arguments = [sys.executable, "-c", SENDER, str(base), ",".join(months), str(share)]
        sender = subprocess.Popen(arguments, cwd=ROOT, stderr=subprocess.PIPE, text=True)
        plan.sender = sender.pid
        _, said = sender.communicate(timeout=600)
        assert sender.returncode in (0, -9), said[-2000:]
        if sender.returncode == 0:
            return killed
        killed += 1


def arrived(store: TownStore, made: Targets, months: list[str]) -> None:
    """Each month is at each target once and whole, and the ledger says so."""
    packages = {}
    for month in months:
        folder = store.output / "snapshots" / place_of(CODE, month, 1)
        manifest = read_manifest(folder)
        packages[month] = Package(checked_files(folder, manifest), manifest)
    archive = store.config.base / "archive"
    assert sorted(path.parent for path in archive.rglob(MANIFEST)) == sorted(
        archive / place_of(CODE, month, 1) for month in months
    )
    objects = {}
    for month, package in packages.items():
        copied = archive / place_of(CODE, month, 1)
        assert checked_files(copied, read_manifest(copied)) == package.files
        objects |= {f"published/kehila/{CODE}/{month}/r1/{name}": one for name, one in package.files.items()}
    assert made.bucket.objects == objects
    assert (made.bucket.replaced, made.bucket.forged, made.forged) == ([], 0, 0)
    assert set(made.taken) == {package.key for package in packages.values()}
    assert all(len(bodies) == 1 for bodies in made.taken.values())  # the same bytes, however often they came
    assert set(made.message_ids) == {message_id(package) for package in packages.values()}
    receipts = select_rows(store.engine, PushReceipt, select(core(PushReceipt)))
    assert Counter(one.status for one in receipts) == {"delivered": len(KINDS) * len(months)}
    assert {(one.month, one.target) for one in receipts} == {(month, kind) for month in months for kind in KINDS}
    for one in receipts:
        assert one.delivered_at is not None and one.idempotency_key == packages[one.month].key
        if one.target != "bi":
            assert one.receipt == packages[one.month].manifest.sha256


@pytest.mark.more
def test_each_month_is_delivered_once_whatever_fails(tmp_path: Path) -> None:
    delivered_once(tmp_path, 4, 0.03)


@pytest.mark.long
def test_of_a_thousand_pushes_each_is_delivered_once(tmp_path: Path) -> None:
    delivered_once(tmp_path, 250, 0.008)


def delivered_once(tmp_path: Path, count: int, kill_share: float) -> None:
    """So many months to four targets; what mail cannot promise is counted."""
    months = [shift(FIRST, number) for number in range(count)]
    plan = Plan(seed=count, share=0.3, kill_share=kill_share)
    with targets(plan) as made:
        store = town(tmp_path, made.ports)
        closed(store, months)
        killed = send_all(tmp_path, months, 0.3, plan)
        arrived(store, made, months)
        before = (len(made.bucket.requests), len(made.mails), dict(plan.befell))
        assert send_all(tmp_path, months, 0.0, plan) == 0  # everything again: nobody is asked anything
        assert (len(made.bucket.requests), len(made.mails), dict(plan.befell)) == before
    # What SMTP cannot promise: a mail of which the sender was not told that it was taken comes again, and only such.
    untold = len((tmp_path / "untold").read_text()) if (tmp_path / "untold").exists() else 0
    assert len(made.mails) - count == made.unanswered + untold
    print(
        f"{count * len(KINDS)} pushes, {dict(plan.befell)}, killed {killed}, mails sent again {len(made.mails) - count}"
    )
    assert killed > 0 and plan.befell["cut"] > 0 and plan.befell["lost"] > 0
    assert made.readers == set(READERS)
    for one in made.mails:
        assert not any(reader in one.decode("utf-8", "replace") for reader in READERS)  # in the envelope only
    store.engine.dispose()
    everything = b"".join(path.read_bytes() for path in tmp_path.glob("warehouse.db*"))
    assert b"canary" not in everything and CODE.encode() in everything


def test_by_itself_mail_waits_for_the_first_working_sunday_and_only_mail(tmp_path: Path) -> None:
    with targets(Plan()) as made:
        store = town(tmp_path, made.ports)
        closed(store, ["2026-09", "2026-10"])  # on the tenth of November
        told = {}
        for day in ("2026-11-10T04:00Z", "2026-12-06T03:59:59Z", "2026-12-06T04:00Z", "2026-12-20T04:00Z"):
            with time_machine.travel(day, tick=False):
                rows = push(store, None, by_itself=True)
            told[day] = {row["status"] for row in rows if row["target"] == "readers"}, len(made.mails)
            assert {row["status"] for row in rows if row["target"] != "readers"} == {"delivered"}
            assert [row["month"] for row in rows if row["target"] == "readers"] == ["2026-10"]
        assert list(told.values()) == [({"waiting"}, 0), ({"waiting"}, 0), ({"delivered"}, 1), ({"delivered"}, 1)]
        receipts = select_rows(store.engine, PushReceipt, select(core(PushReceipt)))
        assert sorted(one.target for one in receipts) == sorted(
            [*KINDS[:3], *KINDS]
        )  # of the waiting one nothing before
        assert [row["status"] for row in push(store, "2026-09") if row["target"] == "readers"] == [
            "delivered"
        ]  # asked for
        store.engine.dispose()


def test_what_a_mail_says(tmp_path: Path) -> None:
    with targets(Plan()) as made:
        store = town(tmp_path, made.ports)
        closed(store, ["2026-10"])
        assert [one["status"] for one in push(store, None)] == ["delivered"] * 4
        store.engine.dispose()
    (mail,) = (message_from_bytes(one, policy=default) for one in made.mails)
    plain, page = (mail.get_body(preferencelist=(kind,)) for kind in ("plain", "html"))
    assert plain is not None and page is not None
    assert "א 2026-10" in plain.get_content() and 'dir="rtl"' in page.get_content()
    (workbook,) = mail.iter_attachments()
    assert workbook.get_filename() == "kehila-0070-2026-10-r1-he.xlsx"
    assert workbook.get_content() == b"PK" + b"2026-10" * 20

"""A month in which a tenth of all webhooks was lost and nobody listened for three hours, then one reconcile.

What can be pulled is whole again, against the books; what cannot is told as a gap and marks its month.
"""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
import time_machine

from pipeline.collect.reconcile import reconcile
from pipeline.land.drain import Drainer
from pipeline.land.files import files_under, import_file
from pipeline.refresh.refresh import refresh
from receiver.events import open_inbox
from receiver.heartbeat import Heartbeat
from simulator.calendar import first_of, shifted
from simulator.channels import truth_meetings as books_meetings
from simulator.channels import truth_newsletter as books_newsletter
from simulator.channels.files import bare_town, write_bare_town
from simulator.channels.life import Life, make_life
from simulator.channels.mailing_list import ZONE
from simulator.channels.served import Served
from simulator.services.hooks import Sent, mailchimp_hooks, whatsapp_hooks, zoom_hooks
from simulator.truth_pages import GroundTruth, Pages
from tests.e2e.test_books import compare, table, told, values
from town.config import load
from town.store import TownStore, open_store
from warehouse.gaps import FEWER, RECEIVER_DOWN, SILENT, gaps
from warehouse.inbox import Entry
from warehouse.inbox_writer import InboxWriter
from warehouse.keys import new_key_file
from warehouse.sqlite import sqlite3
from warehouse.store import dump_sha256

ACCOUNTS = {"zoom": "zoom.main", "mailchimp": "mailchimp.main", "whatsapp_cloud": "whatsapp_cloud.main"}
SECRETS = {"zoom": ("webhook",), "mailchimp": ("webhook",), "whatsapp_cloud": ("app_secret", "verify_token")}
LOST_SHARE, OUTAGE = 0.1, timedelta(hours=3)


@dataclass
class Town:
    """A town whose webhooks come and whose services answer."""

    life: Life
    served: Served
    config: Path
    sent: list[Sent]
    lost: list[Sent] = field(default_factory=list)
    outage: tuple[datetime, datetime] | None = None

    @property
    def end(self) -> datetime:
        """The eleventh of the month after the last."""
        after = first_of(shifted(self.life.span.months[-1], 1))
        return datetime.combine(after.replace(day=11), datetime.min.time(), ZONE).replace(hour=13)

    def store(self) -> TownStore:
        return open_store(load(self.config), today=self.end.date())


def new_town(folder: Path, life: Life, served: Served) -> Town:
    write_bare_town(folder, life)
    lines: list[str] = []
    for desk in (served.meetings, served.mailing_list, served.hotline):
        for section in desk.sections():
            for name, secret in section.secrets.items():
                place = folder / section.file_of(name)
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_text(secret, encoding="utf-8")
            more = ", ".join(f'{name} = "file:keys/hook"' for name in SECRETS[section.source])
            lines += [line.replace("secrets = {", f"secrets = {{{more}, ") for line in section.lines()]
    (folder / "keys" / "hook").write_text("a-secret-of-the-towns-own")
    config = folder / "kehila.toml"
    config.write_text(config.read_text(encoding="utf-8") + "\n".join(lines) + "\n", encoding="utf-8")
    new_key_file(folder / "keys" / "root.key")
    sent = [
        *zoom_hooks(served.meetings.zoom.secrets.account, life.meetings.held),
        *mailchimp_hooks(served.mailing_list.mailchimp.list_id, life.mailing_list.members, life.mailing_list.campaigns),
        *whatsapp_hooks(life.hotline.written),
    ]
    first = datetime.combine(life.span.first_day, datetime.min.time(), ZONE)
    return Town(life, served, config, sorted(one for one in sent if first <= one.at))


def deliver(town: Town, hurt: str) -> None:
    """Bring every webhook into the inbox but those lost in a month; drain as the days go by."""
    chance = Random("reconcile")
    in_month = [one for one in town.sent if f"{one.at.astimezone(ZONE):%Y-%m}" == hurt]
    busiest = max(
        (one.at for one in in_month if one.source == "whatsapp_cloud"),
        key=lambda at: sum(at <= other.at < at + OUTAGE for other in in_month if other.source == "whatsapp_cloud"),
    )
    town.outage = (busiest, busiest + OUTAGE)
    folder = open_inbox(load(town.config)).folder
    folder.mkdir(parents=True, exist_ok=True)
    moment = [town.outage[0]]
    Heartbeat(folder, lambda: moment[0])
    moment[0] = town.outage[1]
    Heartbeat(folder, lambda: moment[0])
    moment[0] = town.end
    (folder / "alive").write_text(town.end.isoformat())
    came = []
    for one in town.sent:
        if one.at >= town.end:
            continue
        is_lost = one in in_month and (
            chance.random() < LOST_SHARE or town.outage[0] <= one.at < town.outage[1]
        )  # fmt: skip
        (town.lost if is_lost else came).append(one)
    writer = InboxWriter(open_inbox(load(town.config)))
    writer.append([Entry(one.hook, (ACCOUNTS[one.source],), int(one.at.timestamp() * 1000), one.body) for one in came])
    writer.close()
    with time_machine.travel(town.end, tick=True):
        drained = Drainer(load(town.config), today=town.end.date()).once()
    assert drained.taken.quarantined == [] and drained.taken.held == 0


def whatsapp_lost(town: Town) -> dict[date, int]:
    """Day of the platform -> messages lost."""
    found: dict[date, int] = {}
    for one in town.lost:
        if one.source == "whatsapp_cloud":
            day = one.at.astimezone(UTC).date()
            found[day] = found.get(day, 0) + 1
    return found


@pytest.mark.parametrize(("seed", "people"), [(7, 60), *(pytest.param(n, 300, marks=pytest.mark.long) for n in (8, 9))])
def test_after_lost_webhooks_and_an_outage_one_reconcile_makes_whole_what_can_be(
    tmp_path: Path, seed: int, people: int
) -> None:
    life = make_life(seed, 2, people)
    whole, hurt = life.span.months
    with Served(life, is_travelling=True) as served:
        town = new_town(tmp_path, life, served)
        store = town.store()
        for path in files_under([tmp_path / "files"]):
            assert import_file(store, path).status == "read"
        deliver(town, hurt)
        assert {one.source for one in town.lost} == set(ACCOUNTS)
        served.at(town.end)
        with time_machine.travel(town.end, tick=True):
            refresh(store)
            truth = books_of(town)
            before = values(table(tmp_path / "warehouse.db"))
            assert mine(compare(truth, before)), "without a poll something must be missing, or this shows nothing"
            done = reconcile(store)
            assert [one.ref for one in done.pulled if one.status != "done"] == []
            after = values(table(tmp_path / "warehouse.db"))
            kept = {place: value for place, value in after.items() if place[1] in life.span.months}
            assert mine(compare(truth, kept)) == [], told(mine(compare(truth, kept)))
            gap_rows = gaps(store.ledger)
            content = dump_sha256(store.engine)
            again = reconcile(store)
            assert (again.gaps, dump_sha256(store.engine)) == (done.gaps, content)

    # WhatsApp's loss is told to the day and to the message, and nothing but it.
    by_day = {row.since.date(): row.expected - row.heard for row in gap_rows if row.kind == FEWER}
    assert by_day == whatsapp_lost(town)
    quiet = {row.account for row in gap_rows if row.kind == SILENT}  # the life ends eleven days before the town looks
    assert {row.account for row in gap_rows if row.kind != SILENT} == {"whatsapp_cloud.main"}
    assert quiet >= {"whatsapp_cloud.main"}
    (down,) = [row for row in gap_rows if row.kind == RECEIVER_DOWN]
    assert (down.since, down.until) == town.outage
    flags = quality(tmp_path / "warehouse.db", "whatsapp.answers")
    assert "source_down" in flags[hurt] and "source_down" not in flags[whole]


def books_of(town: Town) -> GroundTruth:
    """What the meetings and the newsletter must come to."""
    pages = Pages(bare_town(town.life))
    books_newsletter.enter(pages, town.life, town.end)
    books_meetings.enter(pages, town.life)
    return GroundTruth(pages.town, pages.values, pages.why_none, pages.counts, pages.known, pages.worth, pages.reasons)


def mine(differences: list[object]) -> list[object]:
    """Those about Zoom and the newsletter alone."""
    return [one for one in differences if one.place[0].split(".")[0] in ("zoom", "newsletter")]  # type: ignore[attr-defined]


def quality(path: Path, indicator: str) -> dict[str, str]:
    with closing(sqlite3.connect(path)) as warehouse:
        query = (
            "select month, quality from indicator_value where indicator = ? and cut = '' and space = '' and part = ''"
        )
        return dict(warehouse.execute(query, [indicator]).fetchall())


def test_the_bodies_are_those_of_the_hooks(tmp_path: Path) -> None:
    from collectors.hooks import hooks

    life = make_life(7, 1, 20)
    known = {one.name: one for one in hooks()}
    sent = [
        *zoom_hooks("acc", life.meetings.held),
        *mailchimp_hooks("L", life.mailing_list.members, life.mailing_list.campaigns),
    ]
    keys = [known[one.hook].reading(one.body) for one in sent]
    assert {owner for one in keys for owner in one.owners} == {"acc", "L"}
    assert len({one.key for one in keys}) == len(sent)
    assert all(json.loads(one.body)["event"].startswith("meeting.") for one in sent if one.hook == "zoom")

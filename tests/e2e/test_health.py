"""Somebody is told: what fails and what is to be looked at is said, with its exit code, and each change once."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from sqlalchemy import delete

from cli import check as command
from collectors.errors import RetryLater
from operations.metrics import measured, openmetrics, worst
from pipeline.collect.collect import collect
from pipeline.notices import NotTaken
from pipeline.upkeep.health import conditions
from pipeline.upkeep.noticing import send_changes
from tests.e2e import hostile
from tests.e2e.tower import DAY, NOW, Bells, tower
from tests.integration.notice_sinks import Sink, mail_sink, web_sink
from town.notify import Recipient
from town.store import TownStore
from warehouse.gate_tables import CheckRow
from warehouse.inbox import Entry
from warehouse.inbox_writer import InboxWriter
from warehouse.ledger import core, now
from warehouse.store import transaction


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TownStore]:
    with tower(tmp_path, monkeypatch) as made:
        yield made


def told(store: TownStore) -> list[tuple[str, str, str]]:
    return [(one.level, one.code, one.about) for one in conditions(store)]


FAILS = RetryLater("retry_later", until=NOW, why="503")


def test_a_service_goes_from_never_to_well_to_stumbling_to_failing_and_back(store: TownStore) -> None:
    assert told(store) == [("warn", "never", "test_tower.main")]
    collect(store)
    assert told(store) == []
    Bells.fails = FAILS
    with time_machine.travel(NOW + DAY, tick=False):
        collect(store)
        assert told(store) == [("warn", "stumbled", "test_tower.main")]
    with time_machine.travel(NOW + 3 * DAY + timedelta(seconds=1), tick=False):
        assert told(store) == [("fail", "overdue", "test_tower.main")]
        for name in ("test_tower", "test_tower.main", "test_tower.main.test_bells"):
            store.config.check.days = {name: 4}
            assert told(store) == [("warn", "stumbled", "test_tower.main")], name
        store.config.check.days = {"test_tower": 9, "test_tower.main.test_bells": 1}
        assert told(store) == [("fail", "overdue", "test_tower.main")]
        Bells.fails = None
        collect(store)
        assert told(store) == []


@pytest.mark.parametrize(("free", "found"), [(499, [("fail", "disk", "disk")]), (500, [])])
def test_a_full_disk_fails(
    store: TownStore, monkeypatch: pytest.MonkeyPatch, free: int, found: list[tuple[str, str, str]]
) -> None:
    collect(store)
    usage = type("Usage", (), {"free": free << 20})
    monkeypatch.setattr("shutil.disk_usage", lambda _path: usage)
    assert told(store) == found


def test_webhooks_that_wait_to_be_drained_fail(store: TownStore) -> None:
    from receiver.events import open_inbox

    collect(store)
    at = int(NOW.timestamp() * 1000)
    writer = InboxWriter(open_inbox(store.config))
    writer.append([Entry("zoom", ("zoom.main",), at, b"{}")])
    for minutes, found in ((14, []), (16, [("fail", "not_drained", "inbox")])):
        with time_machine.travel(NOW + timedelta(minutes=minutes), tick=False):
            assert told(store) == found


class Town:
    """A town of files, and its command line in this process."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.store = hostile.town(folder)
        self._capsys = capsys

    def check(self, *arguments: str) -> tuple[int, str]:
        from cli.main import kehila

        self._capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            kehila(["--config", str(self.store.config.base / "kehila.toml"), "check", *arguments])
        return int(str(ended.value.code)), self._capsys.readouterr().out


def stand(store: TownStore, *verdicts: str) -> None:
    """The gate has found this of a source, and nothing else."""
    table = core(CheckRow)
    with transaction(store.engine) as tx:
        tx.execute(delete(table))
        for one in verdicts:
            row = {"authority": "T1", "source": "whatsapp", "fact": "message", "month": "2026-10", "rule": one, "space": "",
                   "first_seen_at": now(), "verdict": one, "code": "month_changed", "last_seen_at": now()}  # fmt: skip
            tx.execute(table.insert().values(**row))


def test_exit_codes_are_those_monitoring_expects(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    town = Town(tmp_path, capsys)
    assert town.check() == (0, "KEHILA OK - 0 of 1 towns not well\n")
    stand(town.store, "doubted")
    code, said = town.check()
    assert code == 1 and said.startswith("KEHILA WARNING") and "kehila checks" in said
    stand(town.store, "doubted", "held")
    code, said = town.check("--json")
    found = json.loads(said)
    assert code == found["code"] == 2 and found["state"] == "critical"
    assert [one["code"] for one in found["towns"][0]["conditions"]] == ["gate_held", "gate_doubted"]
    assert all(one["reason"] for one in found["towns"][0]["conditions"])


def test_one_town_that_cannot_be_opened_hides_no_other(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    town = Town(tmp_path, capsys)
    with (tmp_path / "kehila.toml").open("a") as config:
        config.write('[[authority]]\ncode = "T2"\n')
    stand(town.store, "held")
    code, said = town.check()
    assert code == 2 and "T1" in said and "1 of 2 towns not well" in said
    assert town.check("--json")[0] == 2
    folder = tmp_path / "expectations"
    folder.mkdir()
    (folder / "message.yaml").write_text("nothing: of ours\n", encoding="utf-8")
    code, said = town.check()
    assert code == 3 and "unknown" in said


def test_without_a_configuration_nothing_is_known(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    town = Town(tmp_path, capsys)
    (tmp_path / "kehila.toml").unlink()
    code, said = town.check()
    assert code == 3 and said.startswith("KEHILA UNKNOWN") and "kehila init" in said


@pytest.fixture
def sinks() -> Iterator[tuple[Sink, Sink]]:
    with web_sink() as web, mail_sink() as mail:
        yield web, mail


def notified(store: TownStore, sinks: tuple[Sink, Sink]) -> None:
    web, mail = sinks
    keys = store.config.base / "keys"
    (keys / "hook").write_text(web.address)
    (keys / "mail").write_text(f"smtp://127.0.0.1:{mail.port}/?from=a@town.invalid&to=b@town.invalid")
    store.config.notify.webhook, store.config.notify.mail = "file:keys/hook", "file:keys/mail"


def test_a_source_that_falls_silent_and_comes_back_is_told_once_each(
    store: TownStore, sinks: tuple[Sink, Sink]
) -> None:
    notified(store, sinks)
    web, mail = sinks
    collect(store)
    assert not send_changes(store, conditions(store)) and web.taken == mail.taken == []
    with time_machine.travel(NOW + 5 * DAY, tick=False):
        for _ in range(3):
            send_changes(store, conditions(store))
        assert len(web.taken) == len(mail.taken) == 1
        assert "test_tower.main" in web.taken[0]["text"] and "לא נקרא" in web.taken[0]["text"]
        collect(store)
        for _ in range(3):
            send_changes(store, conditions(store))
        assert len(web.taken) == len(mail.taken) == 2
        assert "שוב תקין: test_tower.main" in web.taken[1]["text"] and "well again" in web.taken[1]["text"]


def test_what_began_before_anybody_could_be_told_is_told_once_somebody_can(
    store: TownStore, sinks: tuple[Sink, Sink]
) -> None:
    collect(store)
    with time_machine.travel(NOW + 5 * DAY, tick=False):
        assert not send_changes(store, conditions(store))
        notified(store, sinks)
        assert send_changes(store, conditions(store)).begun and not send_changes(store, conditions(store))
    assert len(sinks[0].taken) == 1


def test_what_got_better_and_worse_again_is_told(store: TownStore, sinks: tuple[Sink, Sink]) -> None:
    notified(store, sinks)
    collect(store)
    Bells.fails = FAILS
    with time_machine.travel(NOW + 5 * DAY, tick=False):
        collect(store)
        send_changes(store, conditions(store))
        store.config.check.service_days = 9
        send_changes(store, conditions(store))
        store.config.check.service_days = 3
        send_changes(store, conditions(store))
    assert len(sinks[0].taken) == 3, "overdue; only stumbling; overdue again"


def test_what_got_worse_is_told_again_and_what_no_way_took_the_next_time(
    store: TownStore, sinks: tuple[Sink, Sink]
) -> None:
    notified(store, sinks)
    web, _ = sinks
    store.config.notify.mail = ""
    collect(store)
    Bells.fails = FAILS
    with time_machine.travel(NOW + DAY, tick=False):
        collect(store)
        web.status = 500
        with pytest.raises(NotTaken):
            send_changes(store, conditions(store))
        web.status = 200
        send_changes(store, conditions(store))
    with time_machine.travel(NOW + 4 * DAY, tick=False):
        send_changes(store, conditions(store))
        send_changes(store, conditions(store))
    assert len(web.taken) == 3, "the failed one, the same again, and that it fails now"


LINE = re.compile(r'[a-z_]+(\{[a-z_]+="(\\.|[^"\\\n])*"(,[a-z_]+="(\\.|[^"\\\n])*")*\})? -?\d+(\.\d+)?')


def test_the_metrics_are_whole_and_of_the_form_that_is_read(store: TownStore) -> None:
    collect(store)
    with time_machine.travel(NOW + 5 * DAY, tick=False):
        towns = [measured(store), measured(store)]
        told = openmetrics(towns)
    assert worst(towns) == "fail" and worst([]) == "ok"
    assert told.endswith("\n# EOF\n")
    samples = [line for line in told.splitlines() if not line.startswith("#")]
    assert all(LINE.fullmatch(line) for line in samples), samples
    named = {line.split("{")[0].split(" ")[0] for line in samples}
    assert named == set(re.findall(r"# TYPE (\S+) gauge", told)) == {*named, "kehila_condition"}
    assert f"{NOW.timestamp():.3f}" in told


def test_a_value_in_a_label_is_escaped() -> None:
    from operations.metrics import _labels

    assert _labels(about='a"b\\c\nd') == '{about="a\\"b\\\\c\\nd"}'


def test_every_condition_has_its_sentence_in_each_language(store: TownStore) -> None:
    from zoneinfo import ZoneInfo

    from texts import LANGUAGES
    from texts.values import condition

    found: dict[str, Any] = {"event": "x", "count": 2, "month": "2026-10", "figure": 3, "expected": 1, "heard": 0}
    codes = re.findall(r'"(never|stumbled|empty|overdue|file|mapping|trouble|not_drained|not_pushed|disk)"',
                       Path(command.__file__).parents[1].joinpath("pipeline/upkeep/health.py").read_text())  # fmt: skip
    assert len(set(codes)) == 10
    for code in {*codes, "overdue_never", "gate_refused", "gate_held", "gate_doubted", "receiver_down"}:
        said = {condition(code, one, ZoneInfo(store.authority.timezone), NOW, found) for one in LANGUAGES}
        assert len(said) == len(LANGUAGES) and not any("{" in one for one in said), code


def test_each_is_told_of_her_part_in_her_language_and_what_she_missed_the_next_time(
    store: TownStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    with web_sink() as everybody, web_sink(500) as down, web_sink() as hers:
        base = store.config.base
        for name, sink in (("hook", everybody), ("down", down), ("hers", hers)):
            (base / "keys" / name).write_text(sink.address)
        store.config.notify.to = {
            "disk": Recipient(webhook="file:keys/hers", language="ar", about=["machine"]),
            "sources": Recipient(webhook="file:keys/down", language="en", about=["sources"]),
        }
        monkeypatch.setattr("shutil.disk_usage", lambda _path: type("Usage", (), {"free": 1 << 20}))
        with pytest.raises(NotTaken):  # the stream was never read, and who answers for sources was not reached
            send_changes(store, conditions(store))
        assert [one["about"] for one in hers.taken] == ["disk"] and "كهيلا" in hers.taken[0]["text"]
        store.config.notify.to["sources"].webhook = "file:keys/hook"
        send_changes(store, conditions(store))
        assert [one["about"] for one in everybody.taken] == ["test_tower.main"]
        send_changes(store, conditions(store))
    assert (len(hers.taken), len(everybody.taken)) == (1, 1), "once each"

"""When a town's flows run, and what a run that failed is called: without a server."""

import re
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml

from collectors.service import sources
from flows.automations import ALL_FLOWS
from flows.kept import Time
from flows.parameters import tags_of
from flows.schedules import SPREAD_MINUTES, crons, spread, times
from pipeline.collect.pull import Pulled
from tests.conftest import ROOT
from town.config import ConfigProblem, load
from town.schedule import ScheduleSettings
from warehouse.accounts import AccountRef, StreamRef

FLOWS = set(ALL_FLOWS)


def test_a_run_that_failed_names_accounts_and_what_can_wait_is_none() -> None:
    from flows.collect import needing_a_look

    def pulled(account: str, stream: str, status: str, **more: Any) -> Pulled:
        return Pulled(StreamRef(AccountRef.parse(account), stream), status, code=more.pop("code", ""), **more)

    well = pulled("zoom.main", "meeting", "done")
    waits = pulled("brevo.main", "campaign", "failed", code="quota", retry_at=datetime.now(UTC))
    bad = [pulled("facebook.main", name, "failed", code="token_refused") for name in ("post", "comment")]
    odd = pulled("mailchimp.main", "campaign", "suspect", code="empty_answer")
    tasks: Any = SimpleNamespace(unopened={AccountRef("ga4", "main"): ConfigProblem("no secret")})
    assert needing_a_look(tasks, [well, waits, *bad, odd]).message == (
        "ga4.main; facebook.main [token_refused]: post, comment; mailchimp.main [empty_answer]: campaign; "
        "what to do stands in their logs and in `kehila freshness`"
    )
    tasks.unopened = {}
    assert needing_a_look(tasks, [well, waits]) is None


def test_the_file_says_what_serve_does() -> None:
    """Names and entrypoints stand twice, so they are compared."""
    written = yaml.safe_load((ROOT / "prefect.yaml").read_text())
    by_flow = {one["entrypoint"].partition(":")[2]: one for one in written["deployments"]}
    assert set(by_flow) == {f"{one.lower().split()[0]}_flow" for one in FLOWS}
    assert all("schedules" not in one for one in by_flow.values())  # kehila.toml has them
    for one in by_flow.values():
        assert one["work_pool"] == {"name": "{{ $KEHILA_POOL }}"}
        assert one["name"] == "{{ $KEHILA_TOWN }}" and one["tags"] == tags_of("{{ $KEHILA_AUTHORITY }}")
        path, _, function = one["entrypoint"].partition(":")
        assert f"def {function}(" in (ROOT / path).read_text()


def test_towns_begin_at_their_own_minutes_always_the_same_and_each_flow_in_its_order() -> None:
    codes = [f"{number:04d}" for number in range(257)]
    usual = ScheduleSettings()
    declared = {stream.schedule for one in sources().values() for stream in one.streams}

    def minutes(cron: str) -> list[int]:
        return [int(hour) * 60 + int(minute) for minute, hour, *_ in (spread(cron, code).split() for code in codes)]

    for cron in {*declared, usual.import_and_refresh, usual.reconcile, usual.month, usual.close}:
        found = minutes(cron)
        begin = int(cron.split()[1]) * 60 + int(cron.split()[0])
        assert min(found) >= begin and max(found) < begin + SPREAD_MINUTES
        assert max(found.count(one) for one in set(found)) < 20 and len(set(found)) > 35
    for pulled in declared:  # a town's night is imported after its services were asked, and reconciled at the end
        night = zip(minutes(pulled), minutes(usual.import_and_refresh), minutes(usual.reconcile), strict=True)
        assert all(first < second < third for first, second, third in night)
    assert spread("15 3 * * *", "0070") == spread("15 3 * * *", "0070")
    assert spread("*/5 * * * *", "0070") == "*/5 * * * *" and spread("59 23 * * *", "0031").endswith("23 * * *")


def test_a_towns_times_are_those_of_the_configuration(tmp_path: Path) -> None:
    two = '[[authority]]\ncode = "0031"\n[[authority]]\ncode = "0070"\ntimezone = "Asia/Hebron"\n'
    account = '[source.mailchimp.main]\nauthority = "0070"\nlist = "l"\nspace = "mail"\n'

    def of(text: str) -> list[dict[str, dict[str, Time]]]:
        (tmp_path / "kehila.toml").write_text(text)
        config = load(tmp_path / "kehila.toml")
        return [times(config, one) for one in config.authority]

    (alone,) = of('[[authority]]\ncode = "0070"\n[schedule]\nmonth = "5 7  * * 1"\n' + account)
    assert {slug: (one.cron, one.parameters) for slug, one in alone["Collect"].items()} == {
        "collect-15-3": ("15 3 * * *", {"schedule": "15 3 * * *"})
    }
    assert alone["Month"] == {"calendar": Time("5 7 * * 1", "Asia/Jerusalem", {"month": "due"})}
    assert alone["Import and refresh"]["calendar"].cron == "30 4 * * *"
    first, second = of(two + '[schedule]\ncollect = "0 1 * * *"\n' + account)
    assert first["Collect"] == {} == first["Reconcile"]  # no account
    (collect,) = second["Collect"].values()
    assert (collect.cron, collect.parameters) == (spread("0 1 * * *", "0070"), {})  # every stream at once
    assert first["Close"] != second["Close"] and second["Close"]["calendar"].zone == "Asia/Hebron"
    assert len(set(second)) == 7 and first["Push"] == {} == alone["Push"]  # no target
    (pushed,) = of('[[authority]]\ncode = "0070"\n[push.a]\nkind = "folder"\npath = "out"\n')
    assert pushed["Push"] == {"calendar": Time("0 6 * * *", "Asia/Jerusalem", {})}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('month = "0 6 * *"', "write five fields"),
        ('month = "0 25 * * *"', "'25' is no hour: it goes from 0 to 23"),
        ('month = "0 6 * * SUN"', "'SUN' is no day of the week; write five fields"),
        ('close = "0 6 31 2 *"', "never comes"),
        ('close = ""', "pause it on Prefect's page"),
        ('monthly = "0 6 * * 0"', "did you mean month?"),
    ],
)
def test_a_time_that_is_none_is_refused_and_says_what_to_write(tmp_path: Path, line: str, said: str) -> None:
    (tmp_path / "kehila.toml").write_text(f'[[authority]]\ncode = "0031"\n[schedule]\n{line}\n')
    with pytest.raises(ConfigProblem, match=re.escape(said)) as refused:
        load(tmp_path / "kehila.toml")
    assert "[schedule] " in str(refused.value)


def test_a_town_without_accounts_is_not_collected(tmp_path: Path) -> None:
    (tmp_path / "kehila.toml").write_text(
        '[[authority]]\ncode = "0031"\n[[authority]]\ncode = "0070"\n'
        '[source.google_forms.main]\nauthority = "0070"\nform_id = "f"\n'
        '[source.mailchimp.main]\nauthority = "0070"\nlist = "l"\nspace = "mail"\n'
    )
    config = load(tmp_path / "kehila.toml")
    assert (crons(config, "0031"), crons(config, "0070")) == ([], ["15 3 * * *", "40 3 * * *"])

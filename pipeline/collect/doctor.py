"""Trying a town: every account, whatever another lacks, and what it is handed as files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from collectors.errors import CollectorError
from collectors.service import Account, Finding, Source
from pipeline.collect.collect import opened
from pipeline.collect.manner import GoingOn
from pipeline.land.drop_folder import drop_folder
from pipeline.upkeep.freshness import remembered
from pipeline.upkeep.health import latest_files
from town.accounts import accounts
from town.faults import describe
from town.store import TownStore
from warehouse.accounts import AccountRef


def doctor(store: TownStore, only: str | None = None) -> list[tuple[AccountRef, Finding]]:
    """The findings of every configured account (or `only` SOURCE or SOURCE.ACCOUNT): what works, what to do.

    Asks the services; nothing is landed. An account that cannot be opened, and a fault of ours, is a finding of its
    own. Raises NotConfigured when `only` names no account, PartError when what a package brings cannot be used.
    """
    manner, known = GoingOn(store), remembered(store)
    found: dict[AccountRef, list[Finding]] = defaultdict(list)
    for source, account in opened(store, only, manner):
        found[AccountRef(source.name, account.name)] += _asked(source, account)
    for ref, problem in manner.unopened.items():
        found[ref].append(Finding("can be opened", "fail", str(problem)))
    for ref, problem in manner.sending.items():
        found[ref].append(Finding("only sends webhooks", "warn", f"it cannot be pulled: {problem}"))
    return [(ref, one) for ref in sorted(found) for one in [*found[ref], *known.get(ref, [])]]


def _asked(source: Source, account: Account) -> list[Finding]:
    try:
        findings = source.check(account)
    except CollectorError as problem:
        findings = [Finding("connection", "fail", problem=problem)]
    except Exception as problem:  # noqa: BLE001 (a fault of one collector is no reason to leave the others untried)
        findings = [Finding("connection", "fail", describe(problem).sentence)]
    for one in findings:
        if one.problem is not None:
            source.name_in(one.problem)
    return findings


def town_findings(store: TownStore) -> Iterator[Finding]:
    """What a town has beside its accounts: where files are put, and how far those it was handed reach."""
    folder = drop_folder(store.config, store.authority.code)
    if folder is not None and folder.exists() and not folder.is_dir():
        yield Finding("drop folder", "fail", f"{folder.name} is no folder: move it away")
    elif folder is not None:
        yield Finding("drop folder", "ok")
    handed = ", ".join(f"{one['source']} {one['last_day']}" for one in latest_files(store))
    has_services = bool(accounts(store.config, store.authority.code))
    if handed:
        yield Finding(f"files: {handed}", "ok")
    elif not has_services:
        remedy = (
            "no service is configured and no file was handed over: `kehila import`, or add an account "
            "([source.NAME.ACCOUNT] in kehila.toml)"
        )
        yield Finding("files", "warn", remedy)

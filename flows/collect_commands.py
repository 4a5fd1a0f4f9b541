"""Commands for services: collect, backfill, doctor."""

from __future__ import annotations

from datetime import UTC
from typing import Any

import click

from flows.cli import DATA_PROBLEM, Misuse, Session, emit, json_option, kehila

DAY = click.DateTime(["%Y-%m-%d"])
SIGNS = {"ok": "✓", "warn": "!", "fail": "✗"}


@kehila.command()
@click.option("--source", help="Only this source.")
@json_option
@click.pass_obj
def collect(session: Session, source: str | None, as_json: bool) -> None:
    """Pull what is new from every configured service, and read again what services still restate.

    \b
    Examples:
      kehila collect
      kehila collect --source mailchimp --json
    """
    from flows.collect import collect as pull_all

    report(as_json, pull_all(session.store(quiet=as_json), source))


@kehila.command()
@click.option("--since", type=DAY, required=True, help="First day.")
@click.option("--until", type=DAY, help="Day after the last; now when left out.")
@click.option("--source", help="Only this source.")
@json_option
@click.pass_obj
def backfill(session: Session, since: Any, until: Any, source: str | None, as_json: bool) -> None:
    """Read an explicit stretch of time again; the watermarks stay where they are.

    \b
    Example:
      kehila backfill --since 2025-01-01 --until 2026-01-01 --source mailchimp
    """
    from flows.collect import collect as pull_all

    if until is not None and until <= since:
        raise Misuse("--until must be after --since")
    end = until.replace(tzinfo=UTC) if until else None
    report(as_json, pull_all(session.store(quiet=as_json), source, since=since.replace(tzinfo=UTC), until=end))


def report(as_json: bool, done: list[Any]) -> None:
    """Print what came of each stream; exit 1 when one failed."""
    if not done:
        raise Misuse("no source is configured; add a [source.NAME.ACCOUNT] section to kehila.toml")

    def lines() -> list[str]:
        told = []
        for one in done:
            outcome = f"{one.records:,} records, {one.report.calls} calls" if one.status == "done" else one.reason
            told.append(f"{'✓' if one.status == 'done' else '✗'} {one.source}.{one.account} {one.stream}: {outcome}")
            told += [f"    note: {notice}" for notice in one.report.notices]
            if one.report.rejected:
                told.append(f"    {len(one.report.rejected)} put aside: kehila quarantine list")
        return told

    emit(as_json, {"streams": [one.as_json() for one in done]}, lines)
    if any(one.status == "failed" for one in done):
        raise SystemExit(DATA_PROBLEM)


@kehila.command()
@click.option("--source", help="Only this source.")
@json_option
@click.pass_obj
def doctor(session: Session, source: str | None, as_json: bool) -> None:
    """Try every configured account: what works, which permission is missing, what to do."""
    from flows.collect import doctor as examine

    found = examine(session.store(quiet=as_json), source)
    if not found:
        raise Misuse("no source is configured; add a [source.NAME.ACCOUNT] section to kehila.toml")
    data = [
        {"source": s, "account": a, "what": one.what, "state": one.state, "remedy": one.remedy} for s, a, one in found
    ]
    emit(
        as_json,
        {"findings": data},
        lambda: [
            f"{SIGNS[d['state']]} {d['source']}.{d['account']}: {d['what']}{' — ' + d['remedy'] if d['remedy'] else ''}"
            for d in data
        ],
    )
    if any(one["state"] == "fail" for one in data):
        raise SystemExit(DATA_PROBLEM)

"""Commands for services: collect, backfill, doctor."""

from __future__ import annotations

from datetime import UTC
from typing import Any

import click

from cli.session import Misuse, Session, emit, json_option, kehila
from town.faults import DATA_PROBLEM

DAY = click.DateTime(["%Y-%m-%d"])
OUTCOMES = {"done": "✓", "suspect": "?", "failed": "✗"}
SIGNS = {"ok": "✓", "warn": "!", "fail": "✗"}


source_option = click.option("--source", help="Only this source, or one account of it: SOURCE.ACCOUNT.")
accept_option = click.option(
    "--accept-empty",
    "accepted",
    multiple=True,
    metavar="SOURCE.ACCOUNT.STREAM",
    help="An empty answer of this stream is true: take it for zero.",
)


@kehila.command()
@source_option
@accept_option
@json_option
@click.pass_obj
def collect(session: Session, source: str | None, accepted: tuple[str, ...], as_json: bool) -> None:
    """Pull what is new from every configured service, and read again what services still restate.

    An empty answer where records are usual is not taken for zero: it is read again next time, and believed
    when it was empty three rounds a day apart, or when you say so.

    \b
    Examples:
      kehila collect
      kehila collect --source mailchimp --json
      kehila collect --accept-empty mailchimp.main.mailchimp_campaign
    """
    from pipeline.collect.collect import collect as pull_all
    from pipeline.collect.reconcile import settled
    from warehouse.ledger import now

    store, started = session.store(quiet=as_json), now()
    done = pull_all(store, source, accepted=accepted)
    settled(store, done, started)
    report(as_json, done)


@kehila.command()
@click.option("--since", type=DAY, required=True, help="First day.")
@click.option("--until", type=DAY, help="Day after the last; now when left out.")
@source_option
@accept_option
@json_option
@click.pass_obj
def backfill(
    session: Session, since: Any, until: Any, source: str | None, accepted: tuple[str, ...], as_json: bool
) -> None:
    """Read an explicit stretch of time again; the watermarks stay where they are.

    One that was stopped goes on where it was when the same command is given again.

    \b
    Example:
      kehila backfill --since 2025-01-01 --until 2026-01-01 --source mailchimp
    """
    from pipeline.collect.collect import collect as pull_all

    if until is not None and until <= since:
        raise Misuse("--until must be after --since")
    store = session.store(quiet=as_json)
    end = until.replace(tzinfo=UTC) if until else None
    report(as_json, pull_all(store, source, since=since.replace(tzinfo=UTC), until=end, accepted=accepted))


def report(as_json: bool, done: list[Any]) -> None:
    """Print what came of each stream; exit 1 when one failed, cannot be believed, or records were put aside."""
    if not done:
        raise Misuse("no source is configured; add a [source.NAME.ACCOUNT] section to kehila.toml")
    emit(as_json, {"streams": [one.as_json() for one in done]}, lambda: [line for one in done for line in told(one)])
    if any(one.status != "done" or one.report.rejected for one in done):
        raise SystemExit(DATA_PROBLEM)


def told(one: Any) -> list[str]:
    """What came of a stream, in words."""
    outcome = one.reason
    if one.status == "done":
        outcome = f"{one.records:,} records, {one.report.calls} calls"
        outcome += "; nothing, and taken for true" if one.code == "empty_accepted" else ""
    lines = [f"{OUTCOMES[one.status]} {one.source}.{one.account} {one.stream}: {outcome}"]
    lines += [f"    note: {notice}" for notice in one.report.notices]
    if one.new_shapes:
        lines.append("    changed shape: " + shapes(one.new_shapes) + "; known fields are read as before")
    if one.report.rejected:
        lines.append(f"    {len(one.report.rejected)} put aside: kehila quarantine list")
    return lines


def shapes(found: list[tuple[str, str]], most: int = 8) -> str:
    """Fields that are not as the contract says, by name; only so many are named."""
    more = f" and {len(found) - most} more" if len(found) > most else ""
    return ", ".join(f"{field} ({kind})" for field, kind in found[:most]) + more


@kehila.command()
@source_option
@json_option
@click.pass_obj
def doctor(session: Session, source: str | None, as_json: bool) -> None:
    """Try every configured account: what works, which permission is missing, what to do."""
    from pipeline.collect.collect import doctor as examine

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

"""Commands of a month's life: run, publish, close, push; and of the store: freshness, rebuild, erase, dump."""

from __future__ import annotations

from pathlib import Path

import click

from cli.files import in_words, told
from cli.session import MONTH, Misuse, Session, emit, json_option, kehila
from town.faults import DATA_PROBLEM


@kehila.command()
@click.option("--month", type=MONTH, required=True)
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path, readable=False))
@json_option
@click.pass_obj
def run(session: Session, month: str, paths: tuple[Path, ...], as_json: bool) -> None:
    """Everything for a month: import what waits in the drop folder, refresh, write the reports.

    \b
    Examples:
      kehila run --month 2026-10
      kehila run --month 2026-10 exports/ staff.xlsx
    """
    from pipeline.month.run import run_month

    store = session.store(quiet=as_json)
    done = run_month(store, month, paths, store.progress)
    lines = [line for report in done.files for line in told(report)]
    emit(as_json, done.as_json(), lambda: [*lines, *in_words(done.refreshed), *(f"wrote {p}" for p in done.reports)])
    if done.refreshed.refused or any(one.status == "rejected" or one.rejected for one in done.files):
        raise SystemExit(DATA_PROBLEM)


@kehila.command()
@click.option("--month", type=MONTH, required=True)
@json_option
@click.pass_obj
def publish(session: Session, month: str, as_json: bool) -> None:
    """Write the month's workbook and page as it stands now."""
    from pipeline.month.publish import publish as write

    folder = write(session.store(quiet=as_json), month)
    files = sorted(str(path) for path in folder.iterdir())
    emit(as_json, {"month": month, "files": files}, lambda: [f"wrote {name}" for name in files])


@kehila.command()
@click.option("--month", type=MONTH, required=True)
@click.option("--again", is_flag=True, help="A new revision of a month that was restated.")
@json_option
@click.pass_obj
def close(session: Session, month: str, again: bool, as_json: bool) -> None:
    """Close a month into its immutable, numbered outcome snapshot."""
    from pipeline.month.close import close as close_month

    done = close_month(session.store(quiet=as_json), month, again=again)
    was = "closed" if done.is_new else "was closed before, unchanged:"
    emit(
        as_json,
        done.as_json(),
        lambda: [f"{month} {was} revision {done.revision}, {done.folder}, {done.manifest_sha256}"],
    )


@kehila.command()
@click.option("--month", type=MONTH, help="Only this month; otherwise every closed month not yet delivered.")
@json_option
@click.pass_obj
def push(session: Session, month: str | None, as_json: bool) -> None:
    """Deliver closed months to the configured targets, each once."""
    from pipeline.month.push import push as deliver

    rows = deliver(session.store(quiet=as_json), month)
    emit(
        as_json,
        {"deliveries": rows},
        lambda: [f"{r['month']} r{r['revision']} -> {r['target']}: {r['status']} ({r['receipt']})" for r in rows],
    )
    if any(row["status"] != "delivered" for row in rows):
        raise SystemExit(DATA_PROBLEM)


@kehila.command()
@json_option
@click.pass_obj
def freshness(session: Session, as_json: bool) -> None:
    """How far each service was read and how its last pulls went; the last day each source speaks of.

    Bars are the records of the last seven pulls: a point is zero, ? an empty answer nobody believes, a cross a failure.
    """
    from pipeline.gaps.unheard import as_json as gap_json
    from pipeline.gaps.unheard import in_words as gap_words
    from pipeline.upkeep.freshness import stream_freshness, withdrawn_metrics
    from pipeline.upkeep.upkeep import source_freshness
    from warehouse.gaps import gaps
    from warehouse.ledger import now

    store = session.store(quiet=True)
    rows, streams, gone = source_freshness(store), stream_freshness(store), withdrawn_metrics(store)
    unheard = gaps(store.ledger)

    def lines() -> list[str]:
        told = [line for one in streams for line in one.lines(now())]
        left = {(one.place.source, one.place.account): one.quota for one in streams if one.quota}
        for (source, account), quota in left.items():
            told.append(f"{source}.{account} left: " + "; ".join(f"{name} {value}" for name, value in quota.items()))
        told += [f"{r['source']:<18} {r['fact']:<16} until {r['last_day']} ({r['days_ago']} days ago)" for r in rows]
        told += [f"{one.space}  {one.in_words}" for one in gone]
        told += [f"gap: {gap_words(one)}" for one in unheard]
        return told or ["no source has spoken yet; start with `kehila import` or `kehila collect`"]

    data = {
        "sources": rows, "streams": [one.as_json() for one in streams], "withdrawn": [one.as_json() for one in gone],
        "gaps": [gap_json(one) for one in unheard],
    }  # fmt: skip
    emit(as_json, data, lines)


@kehila.command()
@json_option
@click.pass_obj
def rebuild(session: Session, as_json: bool) -> None:
    """Stage and compute everything again from what has landed. Closed snapshots are left alone."""
    from pipeline.upkeep.upkeep import rebuild as build_again

    done = build_again(session.store(quiet=as_json))
    emit(as_json, done.as_json(), lambda: in_words(done))


@kehila.command()
@click.argument("identifier")
@click.option("--kind", type=click.Choice(["phone", "email", "chat_sender"]), default="chat_sender", show_default=True)
@json_option
@click.pass_obj
def erase(session: Session, identifier: str, kind: str, as_json: bool) -> None:
    """Erase a person: her dictionary row goes, her rows become those of an unknown person.

    IDENTIFIER is the name as chats print it, a phone number or an address; it is not written anywhere.
    """
    from pipeline.upkeep.upkeep import erase as erase_person

    done = erase_person(session.store(quiet=as_json), kind, identifier)
    if not done["found"]:
        raise Misuse("nobody is known by this identifier; nothing was changed")
    emit(as_json, done, lambda: [f"erased: {done['files']} files rewritten, {done['records']} records made unknown"])


@kehila.command()
@click.option("--sha256", "digest_only", is_flag=True, help="Only the digest of the whole.")
@click.pass_obj
def dump(session: Session, digest_only: bool) -> None:
    """The whole warehouse as canonical text: the same content gives the same bytes on every database."""
    from warehouse.store import canonical_dump, dump_sha256

    store = session.store(quiet=True)
    if digest_only:
        click.echo(dump_sha256(store.engine))
        return
    for line in canonical_dump(store.engine):
        click.echo(line)

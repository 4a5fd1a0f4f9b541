"""The everyday commands: init, workbook, import, refresh, run, show, quarantine, freshness."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import click

from cli.session import MONTH, Misuse, Problem, Session, emit, json_option, kehila
from town.config import TEMPLATE
from town.faults import DATA_PROBLEM


@kehila.command()
@click.option("--authority-code", required=True, help="Code of the authority, for instance 0070.")
@click.option("--folder", type=click.Path(path_type=Path), default=".", help="Where to write kehila.toml.")
def init(authority_code: str, folder: Path) -> None:
    """Write kehila.toml and a fresh key.

    \b
    Example:
      kehila init --authority-code 0070
    """
    from warehouse.keys import new_key_file

    target = folder / "kehila.toml"
    if target.exists():
        raise Misuse(f"{target} exists already; it is left as it is")
    folder.mkdir(parents=True, exist_ok=True)
    target.write_text(TEMPLATE.format(code=authority_code), encoding="utf-8")
    key = folder / "keys" / "root.key"
    if not key.exists():
        new_key_file(key)
    click.echo(f"wrote {target} and {key}; keep a copy of the key away from this machine")


@kehila.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--language", type=click.Choice(["he", "ar", "en"]), default="he", show_default=True)
def workbook(path: Path, language: str) -> None:
    """Write the workbook municipal staff fill in.

    \b
    Example:
      kehila workbook staff.xlsx
    """
    from collectors.staff_workbook.layout import ReportedIndicator
    from collectors.staff_workbook.write import write_staff_workbook
    from transforms.catalogue import catalogue

    linked = [ReportedIndicator(one.id, one.header.title.model_dump()) for one in catalogue().values()]
    write_staff_workbook(path, language=language, linked=linked)
    click.echo(f"wrote {path}; fill it in, then: kehila import {path}")


@kehila.command("import")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path, readable=False))
@click.option("--dry-run", is_flag=True, help="Read and report, land nothing; needs no configuration.")
@json_option
@click.pass_obj
def import_(session: Session, paths: tuple[Path, ...], dry_run: bool, as_json: bool) -> None:
    """Land files: WhatsApp exports, the staff workbook, surveys, Facebook group exports.

    \b
    Examples:
      kehila import "WhatsApp Chat - Neighbours.zip" staff.xlsx
      kehila import exports/ --json
      kehila import chat.txt --dry-run
    """
    from pipeline.land.files import files_under, import_file, look_at

    reports = []
    store = None if dry_run else session.store(quiet=as_json)
    for path in files_under(paths):
        if store is None:
            reports.append(look_at(path, {}))
        else:
            store.progress(f"reading {visible(path.name)}")
            reports.append(import_file(store, path))
    if not reports:
        raise Misuse("there is no file to import; name files, or a folder that holds some")
    emit(as_json, {"files": [one.as_json() for one in reports]}, lambda: [line for r in reports for line in told(r)])
    if any(one.status == "rejected" or one.rejected for one in reports):
        raise SystemExit(DATA_PROBLEM)


def visible(name: str) -> str:
    """A file's name as one line that neither steers a terminal nor turns the text around."""
    return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in name)


def told(report: Any) -> list[str]:
    """A file's report in words."""
    name = visible(Path(report.path).name)
    if report.status == "rejected":
        return [f"✗ {name}: {report.reason} [{report.code}]"]
    details = report.details
    counts = [
        f"{details[k]:,} {k.replace('_', ' ')}"
        for k in ("messages", "new_messages", "answers", "rows", "entries")
        if k in details
    ]
    first = f"{'=' if report.status == 'duplicate' else '✓'} {name}: {report.format}, {', '.join(counts) or 'read'}"
    if report.status == "duplicate":
        first += " (imported before; nothing new)"
    lines = [first]
    if columns := details.get("columns"):
        lines.append("    understood: " + ", ".join(f"{letter} = {meaning}" for letter, meaning in columns.items()))
    lines += [f"    note: {notice}" for notice in report.notices]
    lines += [f"    put aside: {one.where}: {one.message['en']}" for one in report.rejected[:10]]
    if len(report.rejected) > 10:
        lines.append(f"    and {len(report.rejected) - 10} more: kehila quarantine list")
    return lines


@kehila.command()
@click.option("--month", "months", type=MONTH, multiple=True, help="Only these months.")
@json_option
@click.pass_obj
def refresh(session: Session, months: tuple[str, ...], as_json: bool) -> None:
    """Bring facts and indicators up to date with what has landed; only what changed is computed."""
    from pipeline.refresh.refresh import refresh as bring_up_to_date

    store = session.store(quiet=as_json)
    done = bring_up_to_date(store, months=list(months) or None)
    emit(as_json, done.as_json(), lambda: in_words(done))
    if done.refused:
        raise SystemExit(DATA_PROBLEM)


def in_words(done: Any) -> list[str]:
    """A refresh in words: which indicators and months were recomputed."""
    lines = [f"staged anew: {', '.join(done.staged) or 'nothing'}; {done.partitions_changed} fact partitions changed"]
    cells = sum(len(months) for months in done.indicators.values())
    lines.append(
        f"recomputed {len(done.indicators)} indicators, {cells} indicator months, {done.cells_written:,} cells written"
    )
    groups: dict[tuple[str, ...], list[str]] = {}
    for name, months in done.indicators.items():
        groups.setdefault(tuple(months), []).append(name)
    for months, names in sorted(groups.items()):
        when = months[0] if len(months) == 1 else f"{months[0]} to {months[-1]} ({len(months)} months)"
        lines.append(f"  {when}: {', '.join(names)}")
    lines += [f"! refused: {text}" for text in done.refused]
    lines += [f"! {text}" for text in done.warnings[:20]]
    if done.quarantined:
        lines.append(f"{done.quarantined} rows put aside: kehila quarantine list")
    return lines


@kehila.command()
@click.argument("indicator")
@click.option("--month", type=MONTH, required=True)
@json_option
@click.pass_obj
def show(session: Session, indicator: str, month: str, as_json: bool) -> None:
    """One indicator in one month, with what stands behind it.

    \b
    Example:
      kehila show whatsapp.answers --month 2026-10
    """
    from pipeline.month.show import show_cell

    found = show_cell(session.store(quiet=as_json), indicator, month)
    if found is None:
        raise Problem(f"nothing is computed for {indicator} in {month}; run `kehila run --month {month}` first")
    emit(as_json, found.as_json(), found.in_words)


@kehila.group()
def quarantine() -> None:
    """Records that could not be taken: see them, and try them again."""


@quarantine.command("list")
@json_option
@click.pass_obj
def quarantine_list(session: Session, as_json: bool) -> None:
    """What was put aside, where it stood and what to do."""
    rows = session.store(quiet=True).ledger.quarantine()
    data = [
        {
            "item": r.item,
            "source": r.source,
            "place": r.place,
            "code": r.code,
            "message": r.message_en,
            "attempts": r.attempts,
        }
        for r in rows
    ]
    emit(
        as_json,
        {"items": data},
        lambda: (
            [f"{d['source']}  {d['place']}  [{d['code']}]  {d['message']}" for d in data] or ["nothing is put aside"]
        ),
    )


@quarantine.command("replay")
@click.option("--source", help="Only what `quarantine list` shows under this source.")
@json_option
@click.pass_obj
def quarantine_replay(session: Session, source: str | None, as_json: bool) -> None:
    """Read sealed files and records again (after an update or a change of configuration); land what can be taken."""
    from pipeline.land.events import replay_events
    from pipeline.land.files import replay_sealed
    from pipeline.land.quarantine import replay_records

    store = session.store(quiet=as_json)
    known = {row.source for row in store.ledger.quarantine()}
    if source is not None and source not in known:
        raise Misuse(f"nothing of {source} is put aside; there is something of: {', '.join(sorted(known)) or 'none'}")
    records = replay_records(store, source)
    events = replay_events(
        store, lambda code: Session(session.config_path, code, session.today).store(quiet=True), source
    )
    with tempfile.TemporaryDirectory() as scratch:
        outcome = replay_sealed(store, Path(scratch), source)
    replayed = outcome["replayed"] + records["replayed"] + events["replayed"]
    outcome = {**outcome, **records, **events, "replayed": replayed, "open": len(store.ledger.quarantine())}
    emit(
        as_json,
        outcome,
        lambda: [
            f"{outcome['files']} files, {outcome['records']} records of services and {outcome['events']} events of "
            f"webhooks read again, "
            f"{outcome['replayed']} items settled, {outcome['open']} still open"
        ],
    )
    if outcome["open"]:
        raise SystemExit(DATA_PROBLEM)


@quarantine.command("discard")
@click.argument("items", nargs=-1, required=True)
@click.pass_obj
def quarantine_discard(session: Session, items: tuple[str, ...]) -> None:
    """Close items nobody will send again, by the identifiers `quarantine list --json` gives."""
    closed = session.store(quiet=True).ledger.close_items(items, "discarded")
    if not closed:
        raise Misuse("none of these is an open item; see `kehila quarantine list --json`")
    click.echo(f"{closed} items closed")

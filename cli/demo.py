"""The demo: a generated town through the whole pipeline, ending with files to open and five indicators in words."""

from __future__ import annotations

import shutil
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from cli.printing import printed
from pipeline.collect.collect import FIRST_READ, collect
from pipeline.land.files import files_under, import_file
from pipeline.month.close import close
from pipeline.month.publish import publish
from pipeline.month.run import bring_up_to_date
from pipeline.month.show import show_cell
from pipeline.months import last_full_month
from town.config import load
from town.store import TownStore, open_store
from transforms.catalogue import ours
from warehouse.calendar import day_in, month_of, shift
from warehouse.keys import new_key_file

PEOPLE, EACH = 1_000, 8
"""How many people on the live channels are played one by one, and how many at least on the site each stands for."""
MONTHS = 36
WHOLE = ("ga4", "mailchimp", "facebook")
"""Services that still know all those months."""
IN_WORDS = (
    "website.resident_users",
    "facebook.answers",
    "whatsapp.resident_replies",
    "zoom.attendees",
    "resilience.index",
)
MARK = ".kehila-demo"


@click.command()
@click.option(
    "--folder",
    type=click.Path(path_type=Path),
    default="demo-town",
    show_default=True,
    help="Where the town is written; a demo town there is replaced.",
)
@click.option("--seed", type=int, default=7, show_default=True, help="Another seed gives another town.")
def demo(folder: Path, seed: int) -> None:
    """A generated town through the whole pipeline, no credentials.

    The town has 30,000 residents. Its site, newsletter, Facebook page, Zoom and WhatsApp number are played on this
    machine and collected through the real clients; chats, surveys and the staff's workbook are imported from files.

    \b
    Example:
      kehila demo --folder demo-town
    """
    started = time.monotonic()
    if folder.exists():
        if not (folder / MARK).exists():
            raise click.ClickException(f"{folder} exists and is not a demo town; name another with --folder")
        shutil.rmtree(folder)
    from simulator.channels.files import with_channels
    from simulator.channels.life import make_life
    from simulator.channels.served import Served
    from simulator.places import TIMEZONE
    from simulator.planted import DEMO
    from simulator.town import make_town
    from simulator.writing import write_files

    today = day_in(TIMEZONE)
    month = last_full_month(today)
    town = with_channels(make_town(seed, MONTHS, last_month=month, planted=DEMO))
    write_files(folder, town)
    # The channels live on in the running month; what lies ahead of the clock nobody is told yet.
    ends = month_of(today)
    life = make_life(seed, MONTHS + 1, PEOPLE, last_month=ends, planted=DEMO, each=EACH, counted_to=month)
    (folder / MARK).touch()
    new_key_file(folder / "keys" / "root.key")
    step(f"a town of 30,000 residents, {len(town.places)} places, {MONTHS} months", started)
    with Served(life) as served:
        served.at(datetime.now(UTC))
        served.write(folder)
        store = open_store(load(folder / "kehila.toml"), today=today)
        paths = list(files_under([folder / "files"]))
        for number, path in enumerate(paths, start=1):
            report = import_file(store, path)
            step(f"file {number} of {len(paths)}: {path.name} ({report.format}, {report.status})", started)
        for source in store.config.source:
            told = collect(store, source)
            records, calls = sum(one.records for one in told), sum(one.report.calls for one in told)
            failed = "".join(f"; {one.ref.stream} {one.status}: {one.code}" for one in told if one.status != "done")
            step(f"collected {source}: {records:,} records in {calls:,} calls{failed}", started)
        # A first reading reaches back two years; what a verdict needs beside them is asked for, as a town would.
        for source in (name for name in WHOLE if name in store.config.source):
            first = datetime.fromisoformat(f"{shift(month, 1 - MONTHS)}-01T00:00:00+00:00")
            told = collect(store, source, since=first, until=datetime.now(UTC) - FIRST_READ + timedelta(days=31))
            step(f"{source} read back to {first:%Y-%m}: {sum(one.records for one in told):,} records", started)
    step("facts through the gate, indicators", started)
    done, validation = bring_up_to_date(store)
    months = sum(len(found) for found in done.indicators.values())
    step(f"{len(done.indicators)} indicators, {months:,} indicator months, {done.cells_written:,} cells", started)
    closed = close(store, month)
    reports = publish(store, month)
    step(f"{month} closed, revision {closed.revision}", started)
    click.echo("\nFive indicators in words:")
    for indicator in IN_WORDS:
        for line in sentence(store, indicator, month):
            printed(f"  {line}")
    click.echo("\nOpen these:")
    found = [
        p for p in (*sorted(reports.iterdir()), validation, store.output / closed.folder) if p and p.name != "package"
    ]
    for found_path in found:
        printed(f"  {found_path}")
    click.echo("")
    printed(f"All of it in {time.monotonic() - started:.0f} seconds. Next: kehila --config {folder}/kehila.toml --help")


def step(text: str, started: float) -> None:
    """One line of progress with the seconds since the start."""
    printed(f"[{time.monotonic() - started:5.1f}s] {text}", err=True)


def sentence(store: TownStore, indicator: str, month: str) -> list[str]:
    """An indicator's title, figure and question, Hebrew and English."""
    from texts.values import figure
    from texts.writing import month_name

    shown = show_cell(store, indicator, month)
    if shown is None or shown.row.value is None:
        return []
    head = ours()[indicator].header
    return [
        f"{head.title.he}: {figure(shown.row.value, shown.row.unit, 'he')} ({month_name(month, 'he')})",
        f"{head.title.en}: {figure(shown.row.value, shown.row.unit, 'en')} ({month_name(month, 'en')})",
    ]

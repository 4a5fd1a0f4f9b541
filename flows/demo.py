"""The demo: a generated town through the whole pipeline, ending with files to open and five indicators in words."""

from __future__ import annotations

import shutil
import time
from datetime import date
from pathlib import Path

import click

from flows.cli import kehila
from flows.closing import close, publish
from flows.config import load
from flows.importing import files_under, import_file
from flows.pipeline import write_validation_report
from flows.refresh import refresh
from flows.showing import show_cell
from flows.town_store import TownStore, open_store
from transforms.catalogue import catalogue
from warehouse.keys import new_key_file

MONTH = "2026-10"
TODAY = date(2026, 11, 11)
IN_WORDS = (
    "whatsapp.resident_replies",
    "whatsapp.answers",
    "facebook.group_share",
    "resilience.index",
    "assets.participation_ladder",
)
MARK = ".kehila-demo"


@kehila.command()
@click.option("--folder", type=click.Path(path_type=Path), default="demo-town", show_default=True)
@click.option("--seed", type=int, default=7, show_default=True, help="Another seed gives another town.")
def demo(folder: Path, seed: int) -> None:
    """A generated town of 30,000 residents through the whole pipeline; no credentials needed.

    \b
    Example:
      kehila demo --folder demo-town
    """
    started = time.monotonic()
    from simulator.writing import write_town

    if folder.exists():
        if not (folder / MARK).exists():
            raise click.ClickException(f"{folder} exists and is not a demo town; name another with --folder")
        shutil.rmtree(folder)
    step("a town of 30,000 residents, 14 places, 36 months", started)
    write_town(folder, seed=seed)
    (folder / MARK).touch()
    new_key_file(folder / "keys" / "root.key")
    store = open_store(load(folder / "kehila.toml"), today=TODAY)
    paths = list(files_under([folder / "files"]))
    for number, path in enumerate(paths, start=1):
        report = import_file(store, path)
        step(f"file {number} of {len(paths)}: {path.name} ({report.format}, {report.status})", started)
    step("facts through the gate, indicators", started)
    done = refresh(store)
    months = sum(len(found) for found in done.indicators.values())
    step(f"{len(done.indicators)} indicators, {months:,} indicator months, {done.cells_written:,} cells", started)
    validation = write_validation_report(store, done)
    closed = close(store, MONTH)
    reports = publish(store, MONTH)
    step(f"{MONTH} closed, revision {closed.revision}", started)
    click.echo("\nFive indicators in words:")
    for indicator in IN_WORDS:
        for line in sentence(store, indicator):
            click.echo(f"  {line}")
    click.echo("\nOpen these:")
    found = [
        p for p in (*sorted(reports.iterdir()), validation, store.output / closed.folder) if p and p.name != "package"
    ]
    for found_path in found:
        click.echo(f"  {found_path}")
    click.echo(
        f"\nAll of it in {time.monotonic() - started:.0f} seconds. Next: kehila --config {folder}/kehila.toml --help"
    )


def step(text: str, started: float) -> None:
    """One line of progress with the seconds since the start."""
    click.echo(f"[{time.monotonic() - started:5.1f}s] {text}", err=True)


def sentence(store: TownStore, indicator: str) -> list[str]:
    """An indicator's title, figure and question, Hebrew and English."""
    from publishers.words import figure, month_name

    shown = show_cell(store, indicator, MONTH)
    if shown is None or shown.row.value is None:
        return []
    head = catalogue()[indicator].header
    return [
        f"{head.title.he}: {figure(shown.row.value, shown.row.unit, 'he')} ({month_name(MONTH, 'he')})",
        f"{head.title.en}: {figure(shown.row.value, shown.row.unit, 'en')} ({month_name(MONTH, 'en')})",
    ]

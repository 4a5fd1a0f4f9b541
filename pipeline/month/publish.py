"""Publishing a month as it stands now: workbooks, page and data package in the output folder."""

from __future__ import annotations

from pathlib import Path

from pipeline.months import refuse_outside
from pipeline.refresh.published import note_figures
from pipeline.refresh.restatements import month_values
from town.faults import MonthProblem
from town.store import TownStore
from warehouse.files import replace_file
from warehouse.row_sums import refuse_damaged


def publish(store: TownStore, month: str, *, is_forced: bool = False) -> Path:
    """Write the month's workbooks, page, data package and what changed since it was closed; gives the folder.

    A month need not be over, nor closed. Raises MonthProblem when nothing was computed for it; unless it `is_forced`,
    also when it has not begun or lies before the first record. Raises DatabaseDamaged.
    """
    from publishers.package import package
    from publishers.page import pages
    from publishers.pictures import pictures
    from publishers.reading import read_report
    from publishers.sheet import sheets
    from publishers.summary import changes_json
    from publishers.workbook import workbook

    if not is_forced:
        refuse_outside(store, month)
    if not month_values(store.ledger, month):
        raise MonthProblem(f"nothing is computed for {month}; run `kehila run --month {month}` first")
    refuse_damaged(store.engine)
    note_figures(store, [month])
    code = store.authority.code
    folder = store.output / "reports" / code / month
    report = read_report(store.engine, code, month, store.authority.timezone, today=store.today, with_history=True)
    stem, drawn = f"kehila-{code}-{month}", pictures(report)
    files = pages(report, store.authority.languages, stem)
    for language in store.authority.languages:
        files[f"{stem}-{language}.xlsx"] = workbook(report, language, drawn)
    for language, content in sheets(report, store.authority.languages).items():
        files[f"{stem}-{language}.pdf"] = content
    files[f"{stem}-changes.json"] = changes_json(report)
    files |= {f"package/{name}": content for name, content in package(report).items()}
    for name, content in files.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        # Somebody may have the page open.
        replace_file(target, content, synced=False)
    (folder / f"{stem}.html").unlink(missing_ok=True)  # the page of an earlier release, whose figures are old
    return folder

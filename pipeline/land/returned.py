"""The staff workbook that comes back: what its reader knows beforehand, where it lies and when it is written.

It holds what staff typed, names of the roster among it: only its owner may read it, and it lies with the files that
were handed over, which erasure searches and which are not kept for ever. It is written whenever a workbook is imported
that there is something to say of, or that was marked before.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from collectors.base import FileReport
from collectors.staff_workbook.layout import ENTRIES, RETURNED, SHEETS, Part, ReportedIndicator, Texts, entry_for
from collectors.staff_workbook.plausible import Past, figures
from collectors.tabular import MAX_BYTES
from collectors.tabular.zipped import table_inside
from pipeline.land.drop_folder import returned_folder
from town.landed import landed_tables
from town.store import TownStore
from transforms.catalogue import ours
from transforms.staging.staff_versions import KEYS, workbooks
from warehouse.files import OWNER_ONLY, private_folder, replace_file

STAFF_WORKBOOK = "staff_workbook"


@cache
def asked_of_staff() -> tuple[ReportedIndicator, ...]:
    """What staff are asked for (a workbook or a form is made from it), each in the words of reports."""
    headers = {name: one.header for name, one in ours().items() if name in ENTRIES}
    return tuple(
        ReportedIndicator(
            name,
            headers[name].title.model_dump(),
            ENTRIES[name].indicator.unit,
            tuple(Part(code, part.title.model_dump(), part.unit) for code, part in headers[name].parts.items()),
        )
        for name in ENTRIES
    )


@cache
def words_of_reports() -> dict[tuple[str, str], Texts]:
    """(Indicator, part or '') -> what reports call it, of all that staff are asked for."""
    entries = [entry_for(one) for one in asked_of_staff()]
    parts = {(one.indicator.id, part.code): part.title for one in entries for part in one.indicator.parts}
    return parts | {(one.indicator.id, ""): one.indicator.title for one in entries}


def past_figures(store: TownStore) -> Past:
    """What staff entered, as it stands: what a figure is of -> month -> figure."""
    standing = workbooks(landed_tables(store, KEYS)).standing
    return figures([*standing["staff_report"], *standing["staff_membership"]])


def hand_back(store: TownStore, path: Path, report: FileReport) -> None:
    """Write the workbook with its marks, and say where in the report's details; nothing of other files.

    Killed before it, the same file imported again writes it. Raises OSError where it cannot be written.
    """
    if report.format != STAFF_WORKBOOK or report.status == "rejected":
        return
    from publishers.returned import Summary, returned

    target = returned_folder(store.config, store.authority.code) / f"{path.stem}.xlsx"
    if not (report.cells or report.rejected or target.exists()):
        return
    language = report.details["language"]
    content = table_inside(path, MAX_BYTES) or path.read_bytes()
    by_sheet = [report.details[name] for name in ("sheets", "rejected_by_sheet")]
    taken, refused = ({SHEETS[name].title[language]: rows for name, rows in one.items()} for one in by_sheet)
    town = store.config.label(store.authority.code)
    summary = Summary(RETURNED[language], town, store.today, taken, refused, report.notices)
    private_folder(target.parent)
    replace_file(target, returned(content, report.cells, summary, language), synced=False, mode=OWNER_ONLY)
    report.details["returned"] = target.relative_to(store.config.base).as_posix()

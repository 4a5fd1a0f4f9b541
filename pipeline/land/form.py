"""What is sent in the web form lands as a workbook does: the same records, in one transaction, once."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator

from collectors.base import FileReport, FileSettings, Page
from collectors.staff_workbook.form import FormBook, form_pages
from collectors.staff_workbook.reader import StaffWorkbook
from pipeline.events import landed as tell_landed
from pipeline.land.returned import words_of_reports
from town.store import TownStore
from warehouse.landing import Landing


def form_settings(store: TownStore, fingerprint: str = "") -> FileSettings:
    """How the cells of the form are read in a town."""
    return FileSettings(
        store.authority.timezone,
        store.keys.derive("place"),
        reader_options={"reported": words_of_reports()},
        authority=store.authority.code,
        named=store.config.label,
        today=store.today,
        fingerprint=fingerprint,
        is_withdrawing=True,
    )


def land_form(store: TownStore, sent: FormBook, number: str) -> FileReport:
    """Land what is sent; what it says no more of these sheets is withdrawn.

    `number` is the sending's own: landed once, it lands nothing again.
    """
    report = FileReport("", format=StaffWorkbook.name)
    fingerprint = hmac.new(store.keys.derive("file"), f"form:{number}".encode(), hashlib.sha256).hexdigest()
    if store.ledger.file_imported(fingerprint) is not None:
        report.status = "duplicate"
        return report
    run = store.ledger.begin_run("import")

    def read() -> Iterator[Page]:
        yield from form_pages(sent, form_settings(store, fingerprint), report)

    landed = Landing(store.ledger, store.lake, store.keys).land(
        run, read, source=StaffWorkbook.name, file={"fingerprint": fingerprint, "format": StaffWorkbook.name}
    )
    store.ledger.end_run(run, "done", received=landed, loaded=landed)
    tell_landed(store.authority.code, [one.name for one in StaffWorkbook.streams])
    return report

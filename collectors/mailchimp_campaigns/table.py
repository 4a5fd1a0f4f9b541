"""The table's file format: recognition, and its campaigns as a page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from collectors.base import FileFormat, FileReport, FileSettings, Page, source_key
from collectors.errors import Argument, RejectFile
from collectors.mailchimp_campaigns.settings import MailchimpCampaignsSettings
from collectors.mailchimp_campaigns.streams import ListedCampaign
from collectors.tabular import (
    CellError,
    DayColumn,
    DayWriting,
    NamedTable,
    Row,
    Sheet,
    TableFormat,
    as_text,
    heads_table,
    named_table,
    on,
    read_sheets,
    rejected_row,
    table_notices,
    within,
    word_lists,
)

FIELDS = word_lists(Path(__file__).with_name("words.yaml"))["fields"]
NEEDED = ("sent", "list", "recipients", "delivered", "unique_opens_all")
COUNTS = (
    "recipients", "delivered", "hard_bounces", "soft_bounces", "abuse_reports", "unsubscribed", "opens_all",
    "unique_opens_all", "clicks", "clickers",
)  # fmt: skip
_IDENTIFIER = re.compile(r"[0-9A-Za-z]{4,20}")


class MailchimpCampaigns(TableFormat, FileFormat):
    """Mailchimp's table of campaigns (campaigns.csv): a row a campaign, with its counts."""

    name = "mailchimp_campaigns"
    Settings = MailchimpCampaignsSettings
    streams = (ListedCampaign,)

    def is_one(self, sheet: Sheet) -> bool:
        """By headers: when it was sent, to which list, to how many, how many it reached and how many opened it."""
        table = named_table(sheet, FIELDS, NEEDED)
        return table is not None and heads_table(sheet, table.header)

    def pages(self, path: Path, settings: FileSettings, report: FileReport) -> Iterator[Page]:
        """The campaigns. Raises RejectFile: those of the table reader, empty, dates_contradict, dates_undecided."""
        report.format = self.name
        own = settings.own(MailchimpCampaignsSettings)
        tables = [named_table(sheet, FIELDS, NEEDED) for sheet in read_sheets(path) if not sheet.hidden]
        found: dict[str, dict[str, Any]] = {}
        for table in (one for one in tables if one is not None):
            writing = DayWriting(settings.timezone, own.section, settings.today, own.day_first)
            sent = table.days("sent", writing)
            report.notices += table_notices(table.rows(), [sent])
            for row in table.rows():
                try:
                    campaign = _campaign(table, row, settings, own.space, sent)
                except CellError as problem:
                    about = _about(table, row, settings, own.space, sent)
                    report.rejected.append(rejected_row(table.sheet, row, problem, ListedCampaign.name, about))
                else:
                    found[campaign["campaign"]] = campaign
        if not found and not report.rejected:
            raise RejectFile("empty")
        zone = ZoneInfo(settings.timezone)
        report.rejected[:] = within(report.rejected, [one["sent_at"].astimezone(zone).date() for one in found.values()])
        _fill(report, [one["sent_at"] for one in found.values()], sum(one.unknown for one in tables if one))
        if found:
            yield Page.of(ListedCampaign, found.values())


def _campaign(
    table: NamedTable, row: Row, settings: FileSettings, space: str | None, column: DayColumn
) -> dict[str, Any]:
    sent = column.time(table.cell(row, "sent"))
    where = table.cell(row, "sent")
    if not isinstance(sent, datetime):
        raise CellError(where.address if where else "", "date_missing" if sent is None else "not_a_date")
    counts = {name: table.count(row, name) for name in COUNTS}
    if not counts["recipients"]:
        cell = table.cell(row, "recipients")
        raise CellError(cell.address if cell else "", "campaign_incomplete")
    key = source_key(as_text(table.cell(row, "list")) or "", settings.digest_key)
    written = as_text(table.cell(row, "campaign")) or ""
    identifier = written if _IDENTIFIER.fullmatch(written) else f"{key}.{sent:%Y%m%dT%H%M}"
    return {"campaign": identifier, "space": space, "space_key": key, "sent_at": sent, **counts}


def _about(
    table: NamedTable, row: Row, settings: FileSettings, space: str | None, column: DayColumn
) -> dict[str, Argument]:
    """Where a row that cannot be taken belongs, as far as it can be read."""
    try:
        day, name = column.day(table.cell(row, "sent")), as_text(table.cell(row, "list"))
    except CellError:
        return {}
    key = source_key(name or "", settings.digest_key)
    return {**on(day), **({"space": space} if space else {"group_key": key})}


def _fill(report: FileReport, sent: list[datetime], not_kept: int) -> None:
    report.status = "partial" if report.rejected else "read"
    report.details = {
        "campaigns": len(sent),
        "first": min(sent).isoformat() if sent else None,
        "last": max(sent).isoformat() if sent else None,
        "not_kept": not_kept,
    }

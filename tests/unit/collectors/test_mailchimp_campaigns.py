"""Mailchimp's table of campaigns: what is read of a row, and what is put aside."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from collectors.base import FileReport, FileSettings, source_key
from collectors.errors import RejectFile
from collectors.mailchimp_campaigns.settings import MailchimpCampaignsSettings
from collectors.mailchimp_campaigns.table import MailchimpCampaigns
from tests.e2e.hostile import table

HEAD = ["Title", "Subject", "List", "Send Date", "Send Weekday", "Total Recipients", "Successful Deliveries",
        "Soft Bounces", "Hard Bounces", "Unique Opens", "Open Rate", "Total Opens", "Unique Clicks", "Click Rate",
        "Total Clicks", "Unsubscribes", "Abuse Complaints", "Unique Id", "Somebody's own"]  # fmt: skip


def row(sent: str, **more: str) -> list[str]:
    known = {"List": "Residents", "Send Date": sent, "Total Recipients": "1,000", "Successful Deliveries": "990",
             "Soft Bounces": "4", "Hard Bounces": "6", "Unique Opens": "400", "Open Rate": "40.40%",
             "Total Opens": "800", "Unique Clicks": "50", "Total Clicks": "70", "Unsubscribes": "3",
             "Abuse Complaints": "0", "Unique Id": "0a1b2c3d4e"}  # fmt: skip
    return [{**known, **more}.get(name, "words") for name in HEAD]


def read(path: Path, **own: Any) -> tuple[list[dict[str, Any]], FileReport]:
    reader, report = MailchimpCampaigns(), FileReport(str(path))
    assert reader.recognises(path)
    settings = FileSettings(options=MailchimpCampaignsSettings(**own), today=date(2026, 11, 29))
    return [one for page in reader.pages(path, settings, report) for one in page.rows.to_pylist()], report


def test_a_row_is_a_campaign(tmp_path: Path) -> None:
    [one], report = read(table(tmp_path / "campaigns.csv", [HEAD, row("Oct 1, 2026 09:05 pm")]))
    assert one == {
        "campaign": "0a1b2c3d4e", "space": None, "space_key": source_key("residents", b"\0" * 32),
        "sent_at": datetime(2026, 10, 1, 18, 5, tzinfo=UTC), "recipients": 1000, "delivered": 990, "hard_bounces": 6,
        "soft_bounces": 4, "abuse_reports": 0, "unsubscribed": 3, "opens_all": 800, "unique_opens_all": 400,
        "clicks": 70, "clickers": 50,
    }  # fmt: skip
    assert (report.status, report.details["not_kept"]) == ("read", 1)


def test_one_without_an_identifier_is_known_by_list_and_minute(tmp_path: Path) -> None:
    [one], _ = read(table(tmp_path / "a.csv", [HEAD, row("Oct 1, 2026 09:05 pm", **{"Unique Id": ""})]), space="news")
    assert one["campaign"] == f"{one['space_key']}.20261001T1805" and one["space"] == "news"


def test_a_campaign_that_was_not_sent_yet_is_put_aside(tmp_path: Path) -> None:
    rows = [HEAD, row("Oct 1, 2026 09:05 pm"), row("", **{"Unique Id": "x1x1"}),
            row("Oct 2, 2026 09:05 pm", **{"Unique Id": "x2x2", "Total Recipients": "0"})]  # fmt: skip
    found, report = read(table(tmp_path / "a.csv", rows))
    assert len(found) == 1
    assert [(one.where, one.code) for one in report.rejected] == [("D3", "date_missing"), ("F4", "campaign_incomplete")]


def test_saved_again_in_a_spreadsheet_its_days_need_an_order(tmp_path: Path) -> None:
    path = table(tmp_path / "a.csv", [HEAD, row("10/5/2026 21:05")])
    with pytest.raises(RejectFile, match="dates_undecided"):
        read(path)
    [one], _ = read(path, day_first=False)
    assert one["sent_at"] == datetime(2026, 10, 5, 18, 5, tzinfo=UTC)

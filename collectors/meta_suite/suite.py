"""The exports' file format: recognition, and posts or results as pages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from collectors.base import FileFormat, FileReport, FileSettings, Page
from collectors.errors import RejectFile
from collectors.meta_suite.posts import posts_in, read_posts
from collectors.meta_suite.results import read_results, results_in
from collectors.meta_suite.settings import MetaSuiteSettings
from collectors.meta_suite.streams import ListedPost, ListedResult
from collectors.tabular import Sheet, TableFormat, heads_table, read_sheets, within


class MetaSuite(TableFormat, FileFormat):
    """Meta Business Suite's export of a page's posts, or of its results by day."""

    name = "meta_suite"
    Settings = MetaSuiteSettings
    streams = (ListedPost, ListedResult)

    def is_one(self, sheet: Sheet) -> bool:
        """By headers of posts (numbers of post and page, publish time, counts), or by titles above columns of days."""
        posts = posts_in(sheet)
        return heads_table(sheet, posts.header) if posts else bool(results_in(sheet))

    def pages(self, path: Path, settings: FileSettings, report: FileReport) -> Iterator[Page]:
        """The posts, or the results. Raises RejectFile: those of the table reader, empty, dates_contradict,
        dates_undecided.
        """
        report.format = self.name
        posts: list[dict[str, Any]] = []
        results: list[dict[str, Any]] = []
        unknown = 0
        for sheet in (one for one in read_sheets(path) if not one.hidden):
            table = posts_in(sheet)
            if table is not None:
                posts += read_posts(table, settings, report)
                unknown += table.unknown
            elif tables := results_in(sheet):
                results += read_results(tables, settings, report)
                unknown += sum(one.metric is None for one in tables)
        if not posts and not results and not report.rejected:
            raise RejectFile("empty")
        zone = ZoneInfo(settings.timezone)
        days = [one["created_at"].astimezone(zone).date() for one in posts] + [one["day"] for one in results]
        report.rejected[:] = within(report.rejected, days)
        report.status = "partial" if report.rejected else "read"
        report.details = {
            "posts": len(posts),
            "numbers": len(results),
            "first": min(days).isoformat() if days else None,
            "last": max(days).isoformat() if days else None,
            "not_kept": unknown,
        }
        if posts:
            yield Page.of(ListedPost, posts)
        if results:
            yield Page.of(ListedResult, results)

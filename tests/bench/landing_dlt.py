"""dlt over the same pages as `tests.bench.landing`, in its usual way: run by the Python of the peers' environment.

Each service is read by dlt's own REST client and loaded with dlt's defaults. With "hashed" the personal fields
are replaced by keyed hashes in a Python step, as landing does; nothing is checked and nothing deduplicated. With
"arrow" it is fed tables (`tests.bench.landing_dlt_arrow`).
"""

from __future__ import annotations

import hmac
import json
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from typing import Any

TOKENS = {"facebook": "token", "mailchimp": "key"}
PERSONAL = ("email_address", "email", "user_email", "id", "name", "registrant_id", "participant_user_id")
Rows = Iterator[list[dict[str, Any]]]


def hashed(row: dict[str, Any]) -> dict[str, Any]:
    """The row with keyed hashes for persons and without words."""
    for place in (row, row.get("from") or {}):
        for name in PERSONAL:
            if place.get(name):
                place[name] = hmac.digest(b"k" * 32, str(place[name]).encode(), "sha256").hex()
    row.pop("message", None)
    return row


def readers(
    at: dict[str, dict[str, Any]], since: int, until: int, days: tuple[str, str]
) -> dict[str, Callable[[], Rows]]:
    """A generator of pages for each kind of record."""
    from dlt.sources.helpers import requests
    from dlt.sources.helpers.rest_client import RESTClient
    from dlt.sources.helpers.rest_client.auth import BearerTokenAuth, HttpBasicAuth
    from dlt.sources.helpers.rest_client.paginators import (
        JSONLinkPaginator,
        JSONResponseCursorPaginator,
        OffsetPaginator,
    )

    page, token = at["facebook"]["page"], at["facebook"]["secrets"]["token"]
    counted = "reactions.summary(total_count).limit(0),comments.summary(total_count).filter(stream).limit(0)"

    def graph(path: str, **asked: Any) -> Rows:
        client = RESTClient(at["facebook"]["base_url"] + "/v26.0", paginator=JSONLinkPaginator("paging.next"))
        given = {"access_token": token, "limit": 100, **asked}
        yield from client.paginate(path, params=given, data_selector="data")

    def comments() -> Rows:
        fields = "id,from,message,created_time,parent{id},comment_count,like_count,is_hidden"
        for posts in graph(f"{page}/published_posts", fields=f"id,created_time,{counted}", since=since, until=until):
            for post in posts:
                yield from graph(f"{post['id']}/comments", filter="stream", order="chronological", fields=fields)

    own = at["zoom"]["base_url"]
    secrets = at["zoom"]["secrets"]
    answer = requests.post(
        own + "/oauth/token",
        data={"grant_type": "account_credentials", "account_id": secrets["account"]},
        auth=(secrets["client_id"], secrets["client_secret"]),
    )
    cursor = JSONResponseCursorPaginator(cursor_path="next_page_token", cursor_param="next_page_token")
    zoom = RESTClient(own + "/v2", auth=BearerTokenAuth(answer.json()["access_token"]), paginator=cursor)

    def listed(path: str, key: str, **asked: Any) -> Rows:
        yield from zoom.paginate(path, params={"page_size": 300, **asked}, data_selector=key)

    def meetings() -> list[dict[str, Any]]:
        asked = {"from": days[0], "to": days[1], "date_type": "start_time", "report_type": "all", "meeting_type": "all"}
        return [one for part in listed("report/history_meetings", "history_meetings", **asked) for one in part]

    def connections() -> Rows:
        for one in meetings():
            path = f"report/meetings/{one['meeting_uuid'].replace('=', '%3D')}/participants"
            yield from listed(path, "participants", include_fields="registrant_id")

    def registrants() -> Rows:
        for one in meetings():
            yield from listed(f"meetings/{one['meeting_id']}/registrants", "registrants")

    mail = RESTClient(at["mailchimp"]["base_url"], auth=HttpBasicAuth("x", at["mailchimp"]["secrets"]["key"]))

    def offset() -> Any:
        return OffsetPaginator(limit=1000, limit_param="count", total_path="total_items")

    def clicks() -> Rows:
        for campaigns in mail.paginate("campaigns", paginator=offset(), data_selector="campaigns"):
            for campaign in campaigns:
                path = f"reports/{campaign['id']}/click-details"
                for links in mail.paginate(path, paginator=offset(), data_selector="urls_clicked"):
                    for link in links:
                        asked = {"fields": "members.email_id,members.email_address,total_items"}
                        under = f"{path}/{link['id']}/members"
                        yield from mail.paginate(under, params=asked, paginator=offset(), data_selector="members")

    def pages() -> Rows:
        start = 0
        while True:
            asked = {
                "dimensions": [{"name": "pagePath"}], "metrics": [{"name": "screenPageViews"}],
                "dateRanges": [{"startDate": days[0], "endDate": days[1]}], "limit": 10_000, "offset": start,
                "orderBys": [{"dimension": {"dimensionName": "pagePath"}}],
            }  # fmt: skip
            url = f"{at['ga4']['base_url']}/v1beta/properties/{at['ga4']['property']}:runReport"
            told = requests.post(url, json=asked).json()
            rows = told.get("rows", [])
            yield [
                {"path": row["dimensionValues"][0]["value"], "views": int(row["metricValues"][0]["value"])}
                for row in rows
            ]
            start += len(rows)
            if not rows or start >= told["rowCount"]:
                return

    return {
        "comments": comments, "connections": connections, "registrants": registrants, "clicks": clicks, "pages": pages,
    }  # fmt: skip


def main() -> None:
    """Load everything once and print what was loaded and used."""
    os.environ |= {"RUNTIME__DLTHUB_TELEMETRY": "false", "RUNTIME__LOG_LEVEL": "CRITICAL"}
    import dlt

    kind, given = sys.argv[1], json.loads(sys.argv[2])
    with tempfile.TemporaryDirectory() as folder:
        store = dlt.destinations.filesystem(f"file://{folder}/lake")
        pipeline = dlt.pipeline("month", destination=store, dataset_name="town", pipelines_dir=f"{folder}/state")
        read: Any = readers
        if kind == "arrow":
            from tests.bench.landing_dlt_arrow import readers as read
        found = read(given["at"], given["since"], given["until"], tuple(given["days"]))
        resources = [dlt.resource(read, name=name) for name, read in found.items()]
        if kind == "hashed":
            resources = [one.add_map(hashed) for one in resources]
        used, wall = cpu(), time.perf_counter()
        pipeline.run(resources, loader_file_format="parquet")
        told = {"cpu": cpu() - used, "wall": time.perf_counter() - wall, "rss": peak()}
        counts = pipeline.last_trace.last_normalize_info.row_counts
        told["found"] = {name: count for name, count in counts.items() if name in found}
    print(json.dumps(told))


def cpu() -> float:
    """CPU seconds of this process and its children."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def peak() -> float:
    """Peak memory, MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()

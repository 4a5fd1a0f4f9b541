"""A statement asks for the town's hour through `months.timezone`, over a change of the clock as well."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from tests.unit.transforms.test_views import HEADER
from transforms.cases import session
from transforms.catalogue import parse
from transforms.cells import asking_in, cells_of
from transforms.inputs import months_table

AT_NIGHT = """
select
    x.authority, x.month, avg(case when hour(timezone(m.timezone, x.sent_at)) in (22, 23, 0, 1, 2, 3, 4, 5) then 1.0 else 0.0 end) as value
from months m
join message x on x.authority = m.authority and x.month = m.month
group by x.authority, x.month
"""


@pytest.mark.parametrize(
    ("zone", "instants", "share"),
    [
        # Israel's clocks went on 27 March 2026 from two to three hours ahead of UTC, and back on 25 October.
        ("Asia/Jerusalem", ["2026-03-26T03:30", "2026-03-26T19:59", "2026-03-26T20:00", "2026-03-28T03:30"], 0.5),
        ("Asia/Jerusalem", ["2026-10-24T03:30", "2026-10-26T03:30", "2026-10-24T19:00", "2026-10-26T19:00"], 0.5),
        ("Asia/Jerusalem", ["2026-03-28T03:30", "2026-03-30T03:30"], 0.0),
        ("UTC", ["2026-03-28T03:30", "2026-03-30T03:30"], 1.0),
    ],
)
def test_the_hour_is_the_towns(tmp_path: Path, zone: str, instants: list[str], share: float) -> None:
    path = tmp_path / "testing" / "at_night.sql"
    path.parent.mkdir()
    path.write_text(HEADER.replace("report:", "message:") + AT_NIGHT, encoding="utf-8")
    month = instants[0][:7]
    said = [{"sent_at": datetime.fromisoformat(f"{one}Z"), "month": month} for one in instants]
    laid = session(
        {"message": said, "coverage": [{"fact": "message", "asset": "whatsapp", "space": "s1", "month": month}]}
    )
    town = asking_in(laid, months_table("T", [month], zone), date(2027, 1, 1))
    ((cell,),) = cells_of(laid, parse(path), [town])
    assert cell["value"] == share

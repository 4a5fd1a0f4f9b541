"""Newsletter staging: the latest reading of a campaign, its combinations, distinct people, what was covered."""

import random
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest

from collectors.brevo.source import Brevo
from collectors.mailchimp.source import Mailchimp
from collectors.mailchimp_campaigns.streams import ListedCampaign
from transforms.staging.newsletter import SOURCE, STREAMS, stage
from transforms.staging.skipped import NO_FIGURES, SKIPPED
from transforms.staging.town import Town
from warehouse.people import landed_schema
from warehouse.schemas import arrow_schema

TOWN = Town("1234")
DECLARED = {stream.name: stream for source in (Mailchimp, Brevo) for stream in (*source.streams, *source.side_streams)}
DECLARED[ListedCampaign.name] = ListedCampaign
PLACE = {"account": "main", "space": "mail", "list_id": "a1"}


def landed(*segments: tuple[str, list[dict[str, Any]]]) -> dict[str, pa.Table]:
    """Landed tables of segments in their order of landing: (stream, rows)."""
    found: dict[str, pa.Table] = {}
    for order, (name, rows) in enumerate(segments, 1):
        stream = DECLARED[name]
        schema = landed_schema(stream.schema, stream.personal_fields)
        table = pa.Table.from_pylist([{**PLACE, **row} for row in rows], schema=schema)
        table = table.append_column("segment", pa.array([f"s{order}"] * len(rows)))
        table = table.append_column("landed_order", pa.array([order] * len(rows), pa.int64()))
        found[name] = pa.concat_tables([found[name], table]) if name in found else table
    return found


def sent(day: int, name: str = "c1", hour: int = 9, month: int = 3, **figures: Any) -> dict[str, Any]:
    base = {
        "recipients": 100,
        "hard_bounces": 3,
        "soft_bounces": 2,
        "syntax_errors": 0,
        "kind": "regular",
        "parent": "",
    }
    return {"campaign": name, "sent_at": datetime(2026, month, day, hour, tzinfo=UTC), **base, **figures}


def pull(since: datetime | None, until: datetime, stream: str = "mailchimp_campaign") -> dict[str, Any]:
    return {"stream": stream, "since": since, "until": until}


def test_declares_its_source_and_nothing_landed_gives_empty_facts() -> None:
    assert SOURCE == "newsletter" and set(STREAMS) <= set(DECLARED)
    facts = stage({}, TOWN)
    assert set(facts) == {"mailing", "membership", "publication", "coverage"}
    for name, table in facts.items():
        assert table.num_rows == 0 and table.schema == arrow_schema(name)


def test_mailing_services_share_their_columns() -> None:
    assert DECLARED["brevo_list"].schema == DECLARED["mailchimp_list"].schema
    # Only Mailchimp tells links, so only its pulls say whether they were classified.
    assert {*DECLARED["brevo_pull"].schema.names, "is_classified"} == set(DECLARED["mailchimp_pull"].schema.names)
    assert set(DECLARED["mailchimp_campaign"].schema.names) < set(DECLARED["brevo_campaign"].schema.names)


def test_a_campaign_counts_once_by_its_latest_reading() -> None:
    early = sent(5, unique_opens_all=10, unique_opens=8, clickers=3)
    late = sent(5, unique_opens_all=30, unique_opens=20, clickers=9)
    table = stage(landed(("mailchimp_campaign", [early]), ("mailchimp_campaign", [late])), TOWN)["mailing"]
    [row] = table.to_pylist()
    assert (row["delivered"], row["unique_opens"], row["unique_opens_all"], row["clickers"]) == (95, 20, 30, 9)
    assert (row["campaign"], row["asset"], row["month_clickers"]) == ("mailchimp.main.c1", "newsletter", None)


def test_the_month_is_the_towns_own() -> None:
    table = stage(landed(("mailchimp_campaign", [sent(31, hour=22)])), TOWN)["mailing"]
    assert table.column("month").to_pylist() == ["2026-04"]


def test_combinations_count_within_their_campaign_and_issues_of_a_feed_on_their_own() -> None:
    rows = [
        sent(5, "whole", kind="variate", clickers=5),
        sent(5, "half", kind="variate-child", parent="whole", clickers=4),
        sent(6, "issue", kind="rss", parent="feed"),
        sent(8, "again", kind="resend"),
    ]
    people = [{"campaign": "half", "person": 1}, {"campaign": "half", "person": 2}, {"campaign": "issue", "person": 2}]
    stretch = (datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC))
    tables = landed(
        ("mailchimp_campaign", rows),
        ("mailchimp_clicker", [{**one, "sent_at": stretch[0]} for one in people]),
        ("mailchimp_pull", [pull(*stretch, stream="mailchimp_clicker")]),
    )
    found = {
        one["campaign"].split(".")[-1]: one["month_clickers"] for one in stage(tables, TOWN)["mailing"].to_pylist()
    }
    assert found == {"whole": None, "issue": None, "again": 5}  # the campaign's own count beats two known people


def test_distinct_people_are_told_only_when_people_of_every_campaign_were_read() -> None:
    rows = [sent(5, "a", clickers=2), sent(20, "b", clickers=2)]
    people = [{"campaign": "a", "person": 1}, {"campaign": "a", "person": 2}, {"campaign": "b", "person": 3}]
    half = pull(datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 10, tzinfo=UTC), "mailchimp_clicker")
    rest = pull(datetime(2026, 3, 10, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC), "mailchimp_clicker")
    base = (("mailchimp_campaign", rows), ("mailchimp_clicker", people), ("mailchimp_clicker", people))
    for pulls, expected in (([half], [None, None]), ([half, rest], [None, 3])):
        table = stage(landed(*base, ("mailchimp_pull", pulls)), TOWN)["mailing"]
        assert table.column("month_clickers").to_pylist() == expected


@pytest.mark.parametrize(
    ("stretches", "months"),
    [
        ([(datetime(2026, 2, 28, 22, tzinfo=UTC), datetime(2026, 3, 31, 21, tzinfo=UTC))], [("2026-03", 1, 31, True)]),
        ([(datetime(2026, 2, 28, 22, 1, tzinfo=UTC), datetime(2026, 3, 31, 21, tzinfo=UTC))], [("2026-03", 2, 31, False)]),
        ([(datetime(2026, 2, 28, 22, tzinfo=UTC), datetime(2026, 3, 31, 20, tzinfo=UTC))], [("2026-03", 1, 30, False)]),
        (
            [
                (datetime(2026, 3, 10, 12, tzinfo=UTC), datetime(2026, 4, 2, 12, tzinfo=UTC)),
                (datetime(2026, 2, 27, 12, tzinfo=UTC), datetime(2026, 3, 10, 12, tzinfo=UTC)),
            ],
            [("2026-02", 28, 28, False), ("2026-03", 1, 31, True), ("2026-04", 1, 1, False)],
        ),
    ],
)  # fmt: skip
def test_days_read_whole_are_covered(
    stretches: list[tuple[datetime, datetime]], months: list[tuple[str, int, int, bool]]
) -> None:
    alive = ("mailchimp_list", [{"day": date(2026, 1, 9), "members": 7}])
    tables = landed(alive, *(("mailchimp_pull", [pull(*one)]) for one in stretches))
    rows = [one for one in stage(tables, TOWN)["coverage"].to_pylist() if one["fact"] == "mailing"]
    assert [(r["month"], r["first_day"].day, r["last_day"].day, (r["extent"] == "full")) for r in rows] == months
    assert {(r["fact"], r["space"], r["basis"]) for r in rows} == {("mailing", "mail", "api")}
    assert all((r["quality"] == "") == (r["extent"] == "full") for r in rows)


@pytest.mark.parametrize("since", [None, datetime(2024, 1, 1, tzinfo=UTC)])
def test_a_list_has_no_zeros_from_before_it_lived(since: datetime | None) -> None:
    tables = landed(
        ("mailchimp_campaign", [sent(15, month=2)]),
        ("mailchimp_pull", [pull(since, datetime(2026, 4, 1, 12, tzinfo=UTC))]),
    )
    unseen = landed(("mailchimp_pull", [pull(since, datetime(2026, 4, 1, 12, tzinfo=UTC))]))
    assert stage(unseen, TOWN)["coverage"].num_rows == 0
    rows = [one for one in stage(tables, TOWN)["coverage"].to_pylist() if one["fact"] == "mailing"]
    assert [(one["month"], (one["extent"] == "full")) for one in rows] == [("2026-02", True), ("2026-03", True)]


def test_people_whose_clicks_were_taken_back_leave_the_count() -> None:
    stretch = pull(datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC), "mailchimp_clicker")
    first = [{"campaign": name, "person": n} for name in ("c1", "c2") for n in (1, 2)]
    later = [{"campaign": "c1", "person": None}, {"campaign": "c2", "person": 2}]
    tables = landed(
        ("mailchimp_campaign", [sent(5, "c1", clickers=0), sent(6, "c2", clickers=1)]),
        ("mailchimp_pull", [stretch]),
        ("mailchimp_clicker", first),
        ("mailchimp_clicker", later),
    )
    assert stage(tables, TOWN)["mailing"].column("month_clickers").to_pylist() == [None, 1]


def test_the_services_history_goes_before_todays_count() -> None:
    def month(name: str, day: date, members: int, left: int = 0) -> dict[str, Any]:
        return {
            "month": name,
            "counted_on": day,
            "members": members,
            "unsubscribed": left,
            "cleaned": 0,
            "deleted": None,
        }

    tables = landed(
        ("mailchimp_month", [month("2026-02", date(2026, 2, 28), 100), month("2026-03", date(2026, 3, 9), 104)]),
        ("mailchimp_list", [{"day": date(2026, 3, 9), "members": 103}, {"day": date(2026, 4, 2), "members": 130}]),
        ("mailchimp_month", [month("2026-03", date(2026, 3, 31), 120, left=5)]),
    )
    facts = stage(tables, TOWN)
    found = [(r["month"], r["day"], r["members"], r["joined"], r["left"]) for r in facts["membership"].to_pylist()]
    assert found == [
        ("2026-02", date(2026, 2, 28), 100, 0, 0),
        ("2026-03", date(2026, 3, 31), 120, 25, 5),
        ("2026-04", date(2026, 4, 2), 130, 0, 0),
    ]
    assert [(one["extent"] == "full") for one in facts["coverage"].to_pylist()] == [True, True, False]


def test_the_order_rows_lie_in_does_not_matter() -> None:
    rows = [sent(n, f"c{n}", clickers=n, unique_opens_all=n) for n in range(1, 9)]
    segments = [("mailchimp_campaign", rows), ("mailchimp_campaign", [{**one, "clickers": 50} for one in rows[3:]])]
    expected = stage(landed(*segments), TOWN)
    shuffled = landed(*segments)
    order = list(range(shuffled["mailchimp_campaign"].num_rows))
    random.Random(1).shuffle(order)
    shuffled["mailchimp_campaign"] = shuffled["mailchimp_campaign"].take(order)
    assert stage(shuffled, TOWN) == expected


def test_lists_of_one_account_are_added_and_of_two_accounts_the_greater_counts() -> None:
    """A town that moves between two accounts has one audience in both; two lists of an account are two audiences."""
    day = date(2026, 3, 31)
    first = ("mailchimp_list", [{"day": day, "members": 7}])
    second = ("mailchimp_list", [{"day": day, "members": 5, "list_id": "a2"}])
    moved = ("brevo_list", [{"day": day, "members": 11, "account": "new", "list_id": "9"}])
    for lists, members in (((first, second), 12), ((first, moved), 11), ((first, second, moved), 12)):
        (row,) = stage(landed(*lists), TOWN)["membership"].to_pylist()
        assert (row["members"], row["day"]) == (members, day)


def test_a_month_is_as_covered_as_by_the_account_of_which_least_was_read() -> None:
    sent_by = [
        ("mailchimp_campaign", [sent(3)]),
        ("brevo_campaign", [{**sent(4), "account": "new", "list_id": "9"}]),
    ]
    march, april = (datetime(2026, month, 1, tzinfo=UTC) - timedelta(hours=3) for month in (3, 4))
    pull = {"stream": "mailchimp_campaign", "since": march, "until": april + timedelta(days=1)}
    other = {**pull, "stream": "brevo_campaign", "account": "new", "list_id": "9"}
    for until, is_full in ((april + timedelta(days=1), True), (april - timedelta(days=9), False)):
        tables = landed(*sent_by, ("mailchimp_pull", [pull]), ("brevo_pull", [{**other, "until": until}]))
        rows = [row for row in stage(tables, TOWN)["coverage"].to_pylist() if row["fact"] == "mailing"]
        assert [(row["month"], row["extent"] == "full") for row in rows if row["month"] == "2026-03"] == [
            ("2026-03", is_full)
        ]


COUNTED = [
    "opens_all",
    "unique_opens_all",
    "clicks",
    "clickers",
    "unsubscribed",
    "abuse_reports",
    "hard_bounces",
    "soft_bounces",
]
NOTHING = dict.fromkeys(COUNTED, 0)


@pytest.mark.parametrize("service", ["brevo", "mailchimp"])
@pytest.mark.parametrize(
    ("figures", "is_kept"),
    [
        ({"recipients": 0, "delivered": None}, False),
        ({"delivered": 0, "unique_opens_all": 3, "clickers": 1}, False),  # opened by three, and reached nobody
        ({"delivered": 0, "hard_bounces": 99}, False),
        ({"delivered": 0, "hard_bounces": 100}, True),  # every address is dead: that is a figure
        ({}, False),
        ({"delivered": 100}, False),
        ({"unique_opens_all": 1}, True),
        ({"soft_bounces": 1}, True),
        ({"recipients": 29}, True),  # of few people it may well be that nobody opened
        (dict.fromkeys(COUNTED[:4]), True),  # a service that counts neither opens nor clicks says so
    ],
)
def test_a_campaign_of_which_nothing_was_worked_out_is_no_zero_and_its_month_not_whole(
    service: str, figures: dict[str, Any], is_kept: bool
) -> None:
    whole = (datetime(2026, 2, 28, 22, tzinfo=UTC), datetime(2026, 3, 31, 21, tzinfo=UTC))
    told = sent(5, unique_opens_all=30, clickers=9, delivered=95)
    silent = sent(9, "c2") | {"delivered": None} | NOTHING | figures
    ran = (f"{service}_pull", [pull(*whole, stream=f"{service}_campaign")])
    facts = stage(landed((f"{service}_campaign", [told, silent]), ran), TOWN)
    kept = {row["campaign"] for row in facts["mailing"].to_pylist()}
    assert kept == {f"{service}.main.c1", *([f"{service}.main.c2"] if is_kept else [])}
    left = facts[SKIPPED].to_pylist() if SKIPPED in facts else []
    assert [(row["fact"], row["space"], row["month"], row["code"], row["records"]) for row in left] == (
        [] if is_kept else [("mailing", "mail", "2026-03", NO_FIGURES, 1)]
    )
    later = sent(9, "c2", unique_opens_all=7, clickers=2, delivered=90)
    found = stage(landed((f"{service}_campaign", [told, silent]), (f"{service}_campaign", [later]), ran), TOWN)
    assert SKIPPED not in found and len(found["mailing"]) == 2  # worked out since: nothing is missing any more

"""WhatsApp Cloud staging against hand-computed talks: links, persons, roles, counts, and no matter the order."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collectors.base import Page
from collectors.whatsapp_cloud.events import records_of
from collectors.whatsapp_cloud.streams import CloudMetric
from simulator.services.whatsapp_cloud import Line, Written, webhook
from tests.accounts import account_of
from town.landed import staging_schema
from town.streams import streams_by_name
from transforms.staging.town import StaffInterval, Town
from transforms.staging.whatsapp_cloud import STREAMS, Persons, stage
from warehouse.people import People

LINE, OTHER = Line("1", "+972 3-555-0100"), Line("2", "+972 3-555-0101")
AT = datetime(2026, 10, 5, 9, 0, tzinfo=UTC)
TOWN = Town("T")


def landed(pages: list[Page], people: People | None = None, order: int = 1) -> dict[str, pa.Table]:
    """Pages as landing leaves them."""
    people = people or People(b"p" * 32)
    parts: dict[str, list[pa.Table]] = {name: [] for name in STREAMS}
    for page in pages:
        table = people.replace(page.rows, page.stream.personal_fields)
        for column, value in (("segment", "s"), ("landed_order", order), ("batch", "b")):
            table = table.append_column(column, pa.repeat(pa.scalar(value), table.num_rows))
        parts[page.stream.name].append(table)
    schemas = {name: staging_schema(streams_by_name()[name]) for name in STREAMS}
    return {
        name: pa.concat_tables(tables, promote_options="permissive") if tables else schemas[name].empty_table()
        for name, tables in parts.items()
    }


def said(
    *written: Written | dict[str, Any], town: Town = TOWN, people: People | None = None
) -> dict[str, list[dict[str, Any]]]:
    bodies = [webhook(one) if isinstance(one, Written) else one for one in written]
    pages = [
        page
        for body in bodies
        for page in records_of(body, account_of("whatsapp_cloud", "a", {"business_account": "1"}))
    ]
    return {name: table.to_pylist() for name, table in stage(landed(pages, people), town).items()}


def wrote(identifier: str, minutes: float, resident: int = 1, **more: Any) -> Written:
    return Written(identifier, more.pop("line", LINE), AT + timedelta(minutes=minutes), resident, **more)


def links(facts: dict[str, list[dict[str, Any]]]) -> list[tuple[int, int | None, str, str]]:
    """(place of the root, place of the answered, basis, role) of each message in the order of time."""
    rows = sorted(facts["message"], key=lambda row: row["sent_at"])
    place = {row["message"]: at for at, row in enumerate(rows)}
    return [(place[r["root"]], place.get(r["reply_to"]), r["reply_basis"], r["author_role"]) for r in rows]


def test_an_answer_that_quotes_nothing_is_to_her_last_word() -> None:
    facts = said(wrote("a", 0, text="When?"), wrote("b", 2, text="Please"), wrote("c", 30, is_out=True), wrote("d", 40))
    assert links(facts) == [
        (0, None, "none", "resident"),
        (0, None, "none", "resident"),
        (0, 1, "inferred", "authority"),
        (0, 2, "inferred", "resident"),
    ]
    rows = sorted(facts["message"], key=lambda row: row["sent_at"])
    assert [row["author"] is None for row in rows] == [False, False, True, False]
    assert rows[2]["reply_to_author"] == rows[0]["author"]
    assert (rows[0]["is_question"], rows[0]["length"]) == (True, 5)


def test_a_quotation_is_explicit_even_across_talks() -> None:
    facts = said(
        wrote("a", 0), wrote("b", 1, is_out=True), wrote("c", 5_000, quotes="b"), wrote("d", 5_001, quotes="unknown")
    )
    assert links(facts)[2:] == [(0, 1, "explicit", "resident"), (0, 1, "inferred", "resident")]


def test_two_residents_do_not_answer_each_other() -> None:
    facts = said(wrote("a", 0, 1), wrote("b", 1, 2), wrote("c", 2, 1, is_out=True), wrote("d", 3, 1, line=OTHER))
    assert links(facts) == [
        (0, None, "none", "resident"),
        (1, None, "none", "resident"),
        (0, 0, "inferred", "authority"),
        (3, None, "none", "resident"),
    ]


def test_a_quiet_day_ends_a_talk_but_an_answer_may_come_within_thirty() -> None:
    day = 24 * 60
    facts = said(
        wrote("a", 0), wrote("b", 3 * day, is_out=True), wrote("c", 5 * day), wrote("d", 40 * day, is_out=True)
    )
    assert links(facts) == [
        (0, None, "none", "resident"),
        (0, 0, "inferred", "authority"),
        (2, None, "none", "resident"),
    ]


def test_notifications_and_advertising_are_no_talk() -> None:
    facts = said(wrote("n", 0, is_out=True), wrote("a", 10), wrote("m", 20, is_out=True, category="marketing"))
    assert links(facts) == [(0, None, "none", "resident")]
    assert [row["fact"] for row in facts["coverage"]] == ["message"]


def test_a_template_within_thirty_days_answers_nobody() -> None:
    day = 24 * 60
    for category in ("utility", "marketing", None):
        facts = said(wrote("a", 0), wrote("t", 3 * day, is_out=True, category=category))
        assert links(facts) == [(0, None, "none", "resident")], category
    answered = said(wrote("a", 0), wrote("t", 3 * day, is_out=True, category="service"))
    assert links(answered)[1] == (0, 0, "inferred", "authority")


def test_a_failed_answer_is_none() -> None:
    body = webhook(wrote("b", 5, is_out=True))
    body["entry"][0]["changes"][0]["value"]["statuses"][0]["status"] = "failed"
    assert len(said(wrote("a", 0), body)["message"]) == 1


@pytest.mark.parametrize("first", ["account", "number"])
def test_one_person_is_one_whichever_identifier_is_told(first: str) -> None:
    only_account = wrote("a", 0, shows_number=False)
    only_number = wrote("b", 3_000, shows_account=False)
    both = wrote("c", 6_000)
    order = [only_account, only_number, both] if first == "account" else [both, only_number, only_account]
    authors = {row["author"] for row in said(*order)["message"]}
    assert len(authors) == 1
    apart = {row["author"] for row in said(only_account, only_number)["message"]}
    assert len(apart) == 2


def test_a_changed_number_is_the_same_person() -> None:
    old, new = wrote("a", 0, 1), wrote("c", 9_000, 2)
    change = webhook(wrote("b", 5, 1))
    system = {"type": "user_changed_number", "wa_id": new.number}
    value = change["entry"][0]["changes"][0]["value"]
    value["messages"][0] |= {"type": "system", "system": system}
    assert len({row["author"] for row in said(old, change, new)["message"]}) == 1
    assert len({row["author"] for row in said(old, new)["message"]}) == 2


def notice(number: str | None = None, account: str | None = None, **system: str) -> dict[str, Any]:
    """A system message as Meta sends it: from whom, as far as that is told, and no contacts."""
    body = webhook(wrote("notice", 5))
    value = body["entry"][0]["changes"][0]["value"]
    value.pop("contacts")
    sender = {"from": number, "from_user_id": account}
    message = {"id": f"wamid.{sorted(system.items())}", "timestamp": value["messages"][0]["timestamp"]}
    value["messages"] = [{**{k: v for k, v in sender.items() if v}, **message, "type": "system", "system": system}]
    return body


def by(identifier: str, minutes: float, number: str | None = None, account: str | None = None) -> dict[str, Any]:
    """A message of somebody of whom this much is told."""
    body = webhook(wrote(identifier, minutes))
    value = body["entry"][0]["changes"][0]["value"]
    told = {"from": number, "from_user_id": account}
    value["messages"] = [
        {k: v for k, v in value["messages"][0].items() if k not in told} | {k: v for k, v in told.items() if v}
    ]
    value["contacts"] = [{k: v for k, v in {"wa_id": number, "user_id": account}.items() if v}]
    return body


NUMBERS = [f"97250555010{n}" for n in range(4)]
ACCOUNTS = [f"IL.1349120865530274191{n}" for n in range(4)]
NEW_NUMBER, NEW_ACCOUNT = "user_changed_number", "user_changed_user_id"
CHANGES = {
    "another number": (
        [by("a", 0, NUMBERS[0]), by("b", 9_000, NUMBERS[1])],
        [notice(NUMBERS[0], type=NEW_NUMBER, wa_id=NUMBERS[1])],
    ),
    "another number, as it was told before": (
        [by("a", 0, NUMBERS[0]), by("b", 9_000, NUMBERS[1])],
        [notice(NUMBERS[0], type="customer_changed_number", new_wa_id=NUMBERS[1])],
    ),
    "another account, no number told": (
        [by("a", 0, account=ACCOUNTS[0]), by("b", 9_000, account=ACCOUNTS[1])],
        [notice(type=NEW_ACCOUNT, user_id=ACCOUNTS[1], previous_user_id=ACCOUNTS[0])],
    ),
    "another account, told by whom it is from": (
        [by("a", 0, account=ACCOUNTS[0]), by("b", 9_000, account=ACCOUNTS[1])],
        [notice(account=ACCOUNTS[0], type=NEW_ACCOUNT, user_id=ACCOUNTS[1])],
    ),
    "another number and account, the old number not told": (
        [by("a", 0, account=ACCOUNTS[0]), by("b", 9_000, NUMBERS[1], ACCOUNTS[1])],
        [notice(type=NEW_NUMBER, wa_id=NUMBERS[1], user_id=ACCOUNTS[1], previous_user_id=ACCOUNTS[0])],
    ),
    "another number and account, she writes by number only": (
        [by("a", 0, NUMBERS[0]), by("b", 9_000, NUMBERS[1])],
        [notice(NUMBERS[0], type=NEW_NUMBER, wa_id=NUMBERS[1], user_id=ACCOUNTS[1], previous_user_id=ACCOUNTS[0])],
    ),
    "only the account above hers is told before and after": (
        [by("a", 0, account="IL.ENT.1"), by("b", 9_000, account="IL.ENT.2")],
        [notice(type=NEW_ACCOUNT, parent_user_id="IL.ENT.2", previous_parent_user_id="IL.ENT.1")],
    ),
    "the notice is from an account it does not name": (
        [by("a", 0, account=ACCOUNTS[3]), by("b", 9_000, account=ACCOUNTS[1])],
        [notice(account=ACCOUNTS[3], type=NEW_ACCOUNT, user_id=ACCOUNTS[1], previous_user_id=ACCOUNTS[0])],
    ),
    "a chain, number and account in turn": (
        [by("a", 0, NUMBERS[0], ACCOUNTS[0]), by("b", 9_000, account=ACCOUNTS[2]), by("c", 18_000, NUMBERS[3])],
        [
            notice(NUMBERS[0], type=NEW_NUMBER, wa_id=NUMBERS[1], user_id=ACCOUNTS[1], previous_user_id=ACCOUNTS[0]),
            notice(type=NEW_ACCOUNT, user_id=ACCOUNTS[2], previous_user_id=ACCOUNTS[1]),
            notice(type=NEW_NUMBER, wa_id=NUMBERS[3], user_id=ACCOUNTS[3], previous_user_id=ACCOUNTS[2]),
        ],
    ),
}


@pytest.mark.parametrize("case", CHANGES)
def test_a_person_stays_one_through_every_change_however_it_is_told(case: str) -> None:
    messages, notices = CHANGES[case]
    somebody_else = by("z", 4_000, "972505559999", "IL.9")
    assert len({row["author"] for row in said(*messages)["message"]}) == len(messages)
    orders = [[*messages, *notices], [*notices, *messages], [*reversed(notices), *reversed(messages), *notices]]
    told = [said(*order, somebody_else, people=People(b"p" * 32))["message"] for order in orders]
    for rows in told:
        assert len(rows) == len(messages) + 1
        assert len({row["author"] for row in rows}) == 2
    every_notice = range(len(notices))
    for left_out in every_notice:
        kept = [one for number, one in enumerate(notices) if number != left_out]
        assert len({row["author"] for row in said(*messages, *kept)["message"]}) > 1


def test_a_notice_says_nothing_of_the_contact_beside_it() -> None:
    body = notice(type=NEW_ACCOUNT, user_id=ACCOUNTS[1], previous_user_id=ACCOUNTS[0])
    body["entry"][0]["changes"][0]["value"]["contacts"] = [{"wa_id": NUMBERS[3], "user_id": ACCOUNTS[3]}]
    rows = said(by("a", 0, account=ACCOUNTS[0]), body, by("z", 4_000, account=ACCOUNTS[3]))["message"]
    assert len({row["author"] for row in rows}) == 2


def test_persons_are_known_by_their_account() -> None:
    persons = Persons(
        [{"user_id": 9, "wa_id": 2}, {"user_id": 7, "wa_id": 3}, {"wa_id": 3, "earlier_wa_id": 2}, {"wa_id": 1}]
    )
    assert persons.of({"wa_id": 2}) == persons.of({"user_id": 9}) == 7
    assert (persons.of({"wa_id": 1}), persons.of({"wa_id": 50}), persons.of({})) == (1, 50, None)


def test_staff_who_write_to_the_number_speak_for_the_authority() -> None:
    people = People(b"p" * 32)
    staff = people.ordinal("phone", wrote("a", 0, 1).number)
    assert staff is not None
    town = Town("T", staff=(StaffInterval(staff, None, AT.date()),))
    facts = said(wrote("a", 0, 1), wrote("b", 3_000, 1), wrote("c", 1, 2), town=town, people=people)
    assert [row[3] for row in links(facts)] == ["authority", "resident", "resident"]


def test_deleted_reactions_and_edits() -> None:
    def about(kind: str, identifier: str, minutes: int, content: dict[str, Any]) -> dict[str, Any]:
        body = webhook(wrote(identifier, minutes))
        body["entry"][0]["changes"][0]["value"]["messages"][0] |= {"type": kind, kind: content}
        return body

    facts = said(
        wrote("a", 0), wrote("x", 1), about("revoke", "b", 2, {"original_message_id": "x"}),
        about("edit", "c", 3, {"original_message_id": "a", "message": {}}),
        about("reaction", "d", 4, {"message_id": "a", "emoji": "👍"}), about("reaction", "e", 5, {"message_id": "a", "emoji": "❤"}),
        about("reaction", "f", 6, {"message_id": "x", "emoji": "👍"}), about("reaction", "g", 7, {"message_id": "x"}),
    )  # fmt: skip
    rows = sorted(facts["message"], key=lambda row: row["sent_at"])
    assert [row["kind"] for row in rows] == ["text", "deleted", "reaction"]
    assert links(facts)[2] == (0, 0, "explicit", "resident")


def test_months_are_the_towns_own_and_coverage_says_what_is_whole() -> None:
    late = datetime(2026, 10, 31, 22, 30, tzinfo=UTC)  # half past midnight in November
    facts = said(Written("a", LINE, datetime(2026, 9, 20, tzinfo=UTC), 1), Written("b", LINE, late, 2))
    assert [row["month"] for row in sorted(facts["message"], key=lambda row: row["sent_at"])] == ["2026-09", "2026-11"]
    covered = {
        row["month"]: (row["first_day"].day, row["last_day"].day, (row["extent"] == "full"))
        for row in facts["coverage"]
    }
    assert covered == {"2026-09": (20, 30, False), "2026-10": (1, 31, True), "2026-11": (1, 1, False)}


def test_counts_take_the_last_word_and_two_numbers_of_a_place_add_up() -> None:
    def page(key: str, amount: float) -> Page:
        return Page.of(
            CloudMetric, [{"space_key": key, "day": date(2026, 10, 5), "metric": "messages_sent", "amount": amount}]
        )

    first, later = landed([page("k1", 5), page("k2", 7)], order=1), landed([page("k1", 4)], order=2)
    both = {name: pa.concat_tables([later[name], first[name]], promote_options="permissive") for name in STREAMS}
    town = Town("T", space_of_key={"k1": "hotline", "k2": "hotline"})
    (row,) = stage(both, town)["platform_metric"].to_pylist()
    assert (row["space"], row["amount"], row["period"], row["basis"]) == ("hotline", 11.0, "day", "api")
    assert [r["fact"] for r in stage(both, town)["coverage"].to_pylist()] == ["platform_metric"]


def test_nothing_landed_is_no_facts() -> None:
    assert {name: table.num_rows for name, table in stage({}, TOWN).items()} == {
        "message": 0,
        "platform_metric": 0,
        "coverage": 0,
    }


talks = st.lists(
    st.tuples(st.integers(0, 5_000), st.integers(0, 2), st.booleans(), st.booleans(), st.booleans(), st.integers(0, 9)),
    max_size=12,
)


@settings(max_examples=60, deadline=None)
@given(talks, st.randoms(use_true_random=False))
def test_neither_order_nor_repetition_counts(talk: list[Any], chance: Any) -> None:
    written = [
        wrote(
            f"m{n}",
            minutes,
            who,
            is_out=out,
            shows_number=number,
            shows_account=account,
            quotes=f"m{quoted}" if quoted < n else "",
        )
        for n, (minutes, who, out, number, account, quoted) in enumerate(talk)
    ]
    people = People(b"p" * 32)
    once = said(*written, people=people)
    shuffled = [*written, *written[: len(written) // 2]]
    chance.shuffle(shuffled)
    assert said(*shuffled, people=people) == once
    known = {row["message"] for row in once["message"]}
    by = {row["message"]: row for row in once["message"]}
    for row in once["message"]:
        assert row["root"] in known and by[row["root"]]["root"] == row["root"]
        assert row["reply_to"] is None or (row["reply_to"] in known and by[row["reply_to"]]["root"] == row["root"])


TOLD = st.tuples(
    st.sampled_from(["1", "2", "3"]), st.sampled_from(["sent", "heard"]), st.integers(1, 3), st.integers(0, 9),
    st.integers(1, 3),
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(TOLD, max_size=25))
def test_of_each_day_of_a_number_its_last_count_is_added_to_those_of_its_place(
    told: list[tuple[str, str, int, int, int]],
) -> None:
    town = Town("T", space_of_key={"1": "one", "2": "one", "3": "three"})
    days = [
        Page.of(
            CloudMetric, [{"space_key": key, "day": date(2026, 10, day), "metric": metric, "amount": float(amount)}]
        )
        for key, metric, day, amount, _ in told
    ]
    tables = [
        landed([page], order=order)["whatsapp_cloud_metric"] for page, (*_, order) in zip(days, told, strict=True)
    ]
    whole = landed([])
    whole["whatsapp_cloud_metric"] = pa.concat_tables(
        [whole["whatsapp_cloud_metric"], *tables], promote_options="permissive"
    )
    last: dict[tuple[str, str, int], tuple[int, int]] = {}
    for key, metric, day, amount, order in told:
        last[key, metric, day] = max(last.get((key, metric, day), (0, 0)), (order, amount))
    wanted: dict[tuple[str, str, int], int] = {}
    for (key, metric, day), (_, amount) in last.items():
        place = town.space_for(key), metric, day
        wanted[place] = wanted.get(place, 0) + amount
    rows = stage(whole, town)["platform_metric"].to_pylist()
    assert {(row["space"], row["metric"], row["period_start"].day): row["amount"] for row in rows} == wanted
    assert len(rows) == len(wanted)
    assert {(row["month"], row["period"], row["asset"], row["basis"], row["authority"]) for row in rows} <= {
        ("2026-10", "day", "whatsapp", "api", "T")
    }

"""The strict way and the slow one: whatever a service sends, the same rows, the same quarantine, the same drift."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
import pyarrow as pa
import pytest
import requests
from hypothesis import given, settings
from hypothesis import strategies as st

from collectors.casts import Doubtful
from collectors.columnar import MAX_LEARNED, Form
from collectors.columns import FIXED, Column
from collectors.http import HttpSession
from collectors.kinds import Kind, WrongValue, boolean, count, day, identifier, instant, number, some, text
from collectors.records import page_of
from collectors.service import PullReport, ServiceStream
from collectors.text_measures import measure, measured
from collectors.waiting import gathered, joined, received
from collectors.zoom.columns import filled

KINDS = (boolean, count, day, filled, identifier, instant, number, some, text, text.stored_as("few", pa.dictionary(pa.int32(), pa.string())))  # fmt: skip
DIGITS = st.integers(0, 10**19).map(str)
WHEN = st.datetimes(datetime(1995, 1, 1), datetime(2105, 1, 1)).map(lambda at: at.isoformat())
ZONES = st.sampled_from(["Z", "z", "+00:00", "+0000", "-0330", "+14:00", "+24:00", "+5", "", " Z"])
PLAIN = {
    "text": st.text("אבגabc \u200f\x00\x1c?1", max_size=4),
    "number": st.integers(-2, 40) | st.sampled_from([2**31, 2**53 + 1, 2**63 - 1, 2**63, 10**30]),
    "instant": st.builds(str.__add__, WHEN, ZONES),
    "day": st.dates().map(str),
}
ODD: st.SearchStrategy[Any] = (
    st.none() | st.booleans() | DIGITS | st.floats(allow_nan=False, width=32) | st.just([]) | st.just({})
    | st.sampled_from(["", " ", "\u2003", "\ud83d", "a\x00", "20260301", "2026-W09-7", "1,204", "2026-02-30", "１２"])
)  # fmt: skip
ANY = st.one_of(*PLAIN.values(), ODD)


@pytest.mark.parametrize("kind", KINDS, ids=lambda one: one.name)
@settings(max_examples=100, deadline=None)
@given(st.data())
def test_a_column_cast_holds_what_its_reader_gives(kind: Kind[Any], data: st.DataObject) -> None:
    fitting = {"instant": PLAIN["instant"], "day": PLAIN["day"], "boolean": st.booleans()}.get(kind.name, ANY)
    sent = data.draw(st.lists(fitting if data.draw(st.booleans()) else ANY, max_size=5))
    assert kind.fast is not None
    try:
        values = msgspec.json.decode(json.dumps(sent), type=list[kind.fast.wire])  # type: ignore[name-defined]
        found = kind.fast.cast(values)
    except (msgspec.MsgspecError, Doubtful, pa.ArrowException, OverflowError):
        return
    if not any(isinstance(one, str) and "\0" in one for one in sent):  # which no body that is taken holds
        assert found.type == kind.type and found.to_pylist() == [kind.read(one) for one in sent]


@pytest.mark.parametrize(
    ("kind", "sent"),
    [
        (count, [0, None, 7]), (number, [1, 2.5, None]), (boolean, [True, None]), (text, ["a", None, "", " b "]),
        (instant, ["2026-03-01T02:00:00+02:00", None, "", "2026-03-01T00:00:00.5Z"]), (day, ["2026-03-01", "", None]),
        (identifier, ["a", " b\u2003"]), (some, [1, None]), (filled, [" a ", "  ", None]), (text, ["a", 7]),
    ],
    ids=lambda one: getattr(one, "name", None),
)  # fmt: skip
def test_plain_values_are_never_doubted(kind: Kind[Any], sent: list[Any]) -> None:
    assert kind.fast is not None
    values = msgspec.json.decode(json.dumps(sent), type=list[kind.fast.wire])  # type: ignore[name-defined]
    assert kind.fast.cast(values).to_pylist() == [kind.read(one) for one in sent]


LETTERS = "אבמהשל ؟؟?مكاhowWHYпривет中ሰ1&=_.\u200f\u200e\u2067\u2003\n\x1c\U0001f600"
WORDS = st.sampled_from(["מה", "How", "ЧТО", "كيف", "why", "שלום", "תודה", "hello"])
TEXTS = st.text(LETTERS, max_size=30) | st.builds("{}{}{}".format, st.text(" \u200f\u2003", max_size=2), WORDS, st.text(LETTERS, max_size=3))  # fmt: skip


@settings(max_examples=120, deadline=None)
@given(st.lists(TEXTS | st.text(max_size=20) | st.text(LETTERS, min_size=1, max_size=3).map(lambda one: one * 900), max_size=6))  # fmt: skip
def test_many_texts_are_measured_as_each_is(texts: list[str]) -> None:
    found, each = measured([one.encode("utf-8", "replace").decode() for one in texts]), [measure(one) for one in texts]
    assert found["length"].to_pylist() == [one.length for one in each]
    assert found["is_question"].to_pylist() == [one.is_question for one in each]
    assert found["language"].to_pylist() == [one.language for one in each]


class Thing(ServiceStream):
    """A stream of its own, with a column of every kind and objects within objects."""

    name = "thing"
    columns = (
        Column("place", FIXED, text, ""),
        Column("id", "id", identifier, "", key=True),
        Column("words", "words", text, "", key=True),
        Column("who", "by.id", text, "", person="account"),
        Column("how_many", "by.counts.all", count, ""),
        Column("share", "share", number, ""),
        Column("at", "at", instant, "", cursor=True, required=True),
        Column("on", "on", day, ""),
        Column("is_on", "is_on", boolean, ""),
        Column("title", "title", filled, "", required=True),
    )
    ignored = ("extra", "link")


GOOD = {
    "id": st.text("abc", min_size=1, max_size=2), "words": st.text("אבגabc \u200f?1", max_size=4),
    "by": st.none() | st.fixed_dictionaries({}, optional={"id": st.sampled_from(["p1", "p2", ""]), "name": st.just("x"),
        "counts": st.none() | st.fixed_dictionaries({"all": st.integers(0, 9)})}),
    "share": st.integers(0, 5) | st.floats(0, 1), "at": st.just("2026-03-01T02:00:00+02:00") | st.just("2026-03-01T01:00:00Z"),
    "on": st.just("2026-03-01") | st.none(), "is_on": st.booleans(), "title": st.just("t") | st.just(" u "),
    "extra": PLAIN["number"],
}  # fmt: skip
FIELDS = st.sampled_from([*GOOD, "unheard", "_made", "by.counts", "קהילה"])
CHANGE = st.tuples(FIELDS, ANY | st.just("<gone>"))


def changed(record: dict[str, Any], changes: list[tuple[str, Any]]) -> dict[str, Any]:
    return {name: value for name, value in {**record, **dict(changes)}.items() if value != "<gone>"}


RECORD = st.builds(changed, st.fixed_dictionaries(GOOD), st.just([]) | st.lists(CHANGE, max_size=2))
PAGES = st.lists(st.lists(RECORD | RECORD | RECORD | ODD, max_size=4), max_size=5)


def answer_of(body: bytes) -> requests.Response:
    answer = requests.Response()
    answer._content, answer.status_code, answer.encoding = body, 200, "utf-8"
    return answer


def landed(pages: Sequence[Any], *, fast: bool, ascii_only: bool) -> tuple[list[Any], Any, Any]:
    """Rows, quarantine and drift of these pages, read one way or the other."""
    report = PullReport()
    line, form = HttpSession("https://things.example", ("things.example",), report), Form(Thing, "things")
    found = []
    for number_of_page, records in enumerate(pages):
        line.form = form if fast else None
        body = json.dumps({"things": records, "next": str(number_of_page)}, ensure_ascii=ascii_only)
        answer = line.decode(answer_of(body.encode("utf-8", "surrogatepass")))
        assert answer["next"] == str(number_of_page)
        fixed = {"place": f"p{number_of_page // 2}"}

        def slowly(records: list[Any], fixed: Mapping[str, Any] = fixed) -> Any:
            return page_of(Thing, records, report, fixed=fixed)

        found.append(received(answer["things"], slowly, report.drift, fixed))
    rows = [row for page in gathered(found) for row in page.rows.to_pylist()]
    # In which order records are put aside says nothing: a page that is doubted late is read late.
    aside = sorted((one.where, one.code, str(one.arguments), one.raw) for one in report.rejected)
    return rows, aside, +report.drift


@settings(max_examples=120, deadline=None)
@given(PAGES, st.booleans())
def test_drawn_pages_land_the_same_either_way(pages: list[Any], ascii_only: bool) -> None:
    try:
        slow = landed(pages, fast=False, ascii_only=ascii_only)
    except Exception as problem:  # noqa: BLE001 (half a letter outside of ASCII is no UTF-8: neither takes it)
        with pytest.raises(type(problem)):
            landed(pages, fast=True, ascii_only=ascii_only)
        return
    assert landed(pages, fast=True, ascii_only=ascii_only) == slow
    assert slow[0] or slow[1] or not any(pages)


def things(**more: Any) -> list[dict[str, Any]]:
    return [{"id": "a", "at": "2026-03-01T02:00:00Z", "title": "t", "by": {"id": "p"}, **more} for _ in range(3)]


def typed(form: Form, records: list[Any]) -> Any:
    """What the form makes of an answer, and what it learns of one it does not take."""
    found = form.read(json.dumps({"things": records}).encode())
    if found is None:
        form.learn({"things": records})
    return found


def test_a_field_nobody_declared_costs_one_page_and_is_counted_in_all() -> None:
    form, report = Form(Thing, "things"), PullReport()
    assert typed(form, things(brand_new=1)) is None
    answers = [typed(form, things(brand_new=[{}])), typed(form, things()), typed(form, things(brand_new=None))]
    joined([received(one["things"], lambda _: pytest.fail("slow"), report.drift, {}) for one in answers])
    assert report.drift == {"thing.brand_new": 6}
    assert typed(Form(Thing, "things"), things(brand_new=1)) is None, "what one pull learned another does not know"


def test_a_service_of_ever_new_fields_is_read_record_by_record() -> None:
    form = Form(Thing, "things")
    for number_of_field in range(MAX_LEARNED + 1):
        assert typed(form, things(**{f"new{number_of_field}": 1})) is None
    assert typed(form, things()) is None


def test_no_page_waits_for_more_than_memory_holds() -> None:
    form, report = Form(Thing, "things"), PullReport()
    body = json.dumps({"things": things(words="x" * 1000) * 200}).encode()

    def pages() -> Any:
        for _ in range(60):
            yield received((form.read(body) or {})["things"], lambda _: pytest.fail("slow"), report.drift, {})

    sizes = [page.count for page in gathered(pages())]
    assert sum(sizes) == 36_000 and max(sizes) <= 16_600 and len(sizes) >= 4, "8 MiB of JSON, or 16,000 records"


def test_a_reader_of_ones_own_without_a_fast_form_keeps_a_stream_slow() -> None:
    odd = type("Odd", (ServiceStream,), {"name": "odd", "columns": (Column("id", "id", text.read_by(str.upper), ""),)})
    assert Form(odd, "things").read(b'{"things": [{"id": "a"}]}') is None


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.fixed_dictionaries(GOOD), max_size=3), max_size=3))
def test_clean_pages_are_never_read_record_by_record(pages: list[list[Any]]) -> None:
    form = Form(Thing, "things")
    for records in pages:
        found = form.read(json.dumps({"things": records}, default=str).encode())
        assert found is not None
        joined([received(found["things"], lambda _: pytest.fail("slow"), PullReport().drift, {})])


def test_wrong_values_keep_their_exception() -> None:
    with pytest.raises(WrongValue):
        some(0)


def test_ever_so_many_texts_are_measured_in_their_order() -> None:
    texts = [f"{'?' * (number % 3 == 0)}{'שלום' * (number % 7)}{'hello' * (number % 5)}" for number in range(9_000)]
    found, each = measured(texts), [measure(one) for one in texts]
    assert found["length"].to_pylist() == [one.length for one in each]
    assert found["is_question"].to_pylist() == [one.is_question for one in each]
    assert found["language"].to_pylist() == [one.language for one in each]

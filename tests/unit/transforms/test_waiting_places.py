"""By what a place that waits is known once it is registered: its name, or the code it waited under."""

from __future__ import annotations

import pyarrow as pa
import pytest

from transforms.staging.chats import Chat
from transforms.staging.staff import town_from
from transforms.staging.town import Town
from transforms.staging.whatsapp import space_of
from warehouse.registers import Space

OLD, NEW, OTHER = "aaaaaaaa00000000", "bbbbbbbb00000000", "cccccccc00000000"
ROW = {"title": "x", "asset": "whatsapp", "kind": "open", "operated_by": "residents"}
BY_NAME = Town("T", space_of_key={OLD: "square"})
BY_MARK = Town("T", space_of_key={"unregistered-aaaaaaaa": "square"})
BY_CODE = Town("T", spaces={"unregistered-aaaaaaaa": Space(authority="T", space="unregistered-aaaaaaaa", **ROW)})


def chat(key: str, *names: str) -> Chat:
    return Chat((key,), names, [], {})


@pytest.mark.parametrize("town", [BY_NAME, BY_MARK, BY_CODE])
def test_a_chat_is_registered_by_any_name_it_had(town: Town) -> None:
    registered = next(iter(town.spaces or town.space_of_key.values()))
    assert space_of(chat(OLD, OLD), town) == registered
    # Another export came that begins earlier, under another name.
    assert space_of(chat(NEW, NEW, OLD), town) == registered
    assert space_of(chat(OTHER, OTHER), town) == "unregistered-cccccccc"


def test_a_code_of_its_own_goes_before_a_name() -> None:
    town = Town("T", space_of_key={"unregistered-aaaaaaaa": "square", NEW: "park"})
    assert space_of(chat(OLD, NEW), town) == "square"
    assert space_of(chat(OTHER, OLD, NEW), town) == "park", "a name goes before the code it waited under"


def test_a_mark_stands_for_the_key_an_earlier_workbook_told() -> None:
    said = [("square", [OLD], 1), ("square", ["unregistered-aaaaaaaa"], 2), ("park", ["unregistered-cccccccc"], 2)]
    rows = [
        {**ROW, "space": code, "language": "he", "society": "general", "neighbourhood": None, "audience": None,
         "relevant_population": None, "from_day": None, "to_day": None, "source_keys": keys, "landed_order": order, "segment": f"s{order}", "batch": "b"}
        for code, keys, order in said
    ]  # fmt: skip
    town = town_from({"staff_space": pa.Table.from_pylist(rows)}, "T", "Asia/Jerusalem")
    assert town.space_of_key == {OLD: "square", "unregistered-cccccccc": "park"}

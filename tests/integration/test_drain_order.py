"""Any order, any number of copies: the same facts. Found by staging alone many times, and end to end a few."""

import json
import random
from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from collectors.base import Stream
from tests.integration import pushed
from tests.integration.draining import content, drainer, facts, opened, received, text_of
from tests.integration.receiving import town
from transforms.staging import facebook_page, whatsapp_cloud, zoom
from transforms.staging.town import Town
from warehouse.people import People, landed_schema

MODULES = (facebook_page, whatsapp_cloud, zoom)


@cache
def events() -> list[tuple[str, list[tuple[type[Stream], pa.Table]]]]:
    """A month's events: key, and the rows of each."""
    late = pushed.FIRST + timedelta(days=60)
    return [(pushed.key(one), [(p.stream, p.rows) for p in pushed.read(one, late)[0]]) for one in pushed.month()]


def staged(order: list[int]) -> dict[str, list[str]]:
    """Facts from events in this order, landed as draining lands them, people by their hashes."""
    people = People(b"k" * 32)
    seen: set[str] = set()
    rows: dict[type[Stream], list[pa.Table]] = {}
    for place in order:
        key, pages = events()[place]
        if key not in seen:
            seen.add(key)
            for stream, table in pages:
                rows.setdefault(stream, []).append(table)
    landed = {}
    for stream, tables in rows.items():
        whole = pa.concat_tables(tables).unify_dictionaries().combine_chunks()
        table = people.replace(whole, stream.personal_fields)
        assert table.schema.names == landed_schema(stream.schema, stream.personal_fields).names
        landed[stream.name] = table.append_column("segment", pa.array(["s"] * table.num_rows))
    known = {row["person"]: row["person_hash"].hex() for row in people.new_people().to_pylist()}
    found: dict[str, list[str]] = {}
    for module in MODULES:
        for fact, table in module.stage(landed, Town("0070")).items():
            found.setdefault(fact, []).extend(text_of(row, known) for row in table.to_pylist())
    return {fact: sorted(lines) for fact, lines in found.items()}


def shuffles(count: int, seed: int) -> Iterator[list[int]]:
    """All events in a random order, three of ten of them twice."""
    rng = random.Random(seed)
    for _ in range(count):
        order = list(range(len(events())))
        order += rng.sample(order, len(order) * 3 // 10)
        rng.shuffle(order)
        yield order


def in_order() -> dict[str, list[str]]:
    return staged(list(range(len(events()))))


def test_the_month_says_what_happened() -> None:
    found = in_order()
    kinds = [line.count('"kind": "deleted"') for line in found["message"]]
    comments = 26 * 3
    hidden = sum(1 for day in range(26) for one in range(3) if (day + one) % 3 == 1 and not day % 2)
    assert sum(kinds) == sum(1 for day in range(26) for one in range(3) if (day + one) % 3 == 2)
    on_the_page = [line for line in found["message"] if '"asset": "facebook"' in line]
    assert len(on_the_page) == 26 + 1 + 2 * comments - hidden
    assert len(found["gathering"]) == 8
    assert len(found["attendance"]) == 8 * 5
    # 50, 45, 40 and 35 minutes, and she who came back: 15 and 30 without the five between.
    assert sum(json.loads(line)["minutes"] for line in found["attendance"]) == 8 * (50 + 45 + 40 + 35 + 45)


@pytest.mark.parametrize("count", [40, pytest.param(2_000, marks=pytest.mark.long)])
def test_order_and_copies_do_not_matter(count: int) -> None:
    truth = in_order()
    for order in shuffles(count, seed=count):
        assert staged(order) == truth


def drained(config: Path, order: list[pushed.Pushed], rng: random.Random) -> tuple[dict[str, list[str]], list[str]]:
    """Facts and warehouse after the events came in this order, in a few batches."""
    worker: Any = None
    start = 60 * 86_400_000  # received after the month
    while order:
        now, order = order[: (size := rng.randint(len(order) // 3 + 1, len(order)))], order[size:]
        for one in now:
            received(config, [one.body], one.hook, (one.account,), start=start)
            start += 1
        worker = worker or drainer(config)
        worker.drain()
    worker.refresh()
    store = opened(config)
    return facts(store), content(store)


@pytest.mark.more
@pytest.mark.parametrize("count", [2, pytest.param(20, marks=pytest.mark.long)])
def test_end_to_end_too(tmp_path: Path, count: int) -> None:
    first = town(tmp_path / "first")
    key = (first.parent / "keys" / "root.key").read_bytes()
    month = pushed.month(8)
    rng = random.Random(count)
    truth = drained(first, month, rng)
    assert len(truth[0]["message"]) > 60
    for number in range(1, count):
        config = town(tmp_path / f"town{number}")
        (config.parent / "keys" / "root.key").write_bytes(key)
        order = [*month, *rng.sample(month, len(month) * 3 // 10)]
        rng.shuffle(order)
        assert drained(config, order, rng) == truth

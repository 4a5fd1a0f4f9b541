"""A session that is kept takes of a table what changed, and holds what one that took all of it holds."""

from __future__ import annotations

import random

import pyarrow as pa
import pytest

from transforms.engines.duck import DuckSession

SPACES = ("north", "south", "east", "number")


def stretch(rng: random.Random, spaces: tuple[str, ...], count: int) -> pa.Table:
    """Rows as one source tells a month."""
    rows = {
        "space": [rng.choice(spaces) for _ in range(count)],
        "message": [str(rng.randrange(10**9)) for _ in range(count)],
        "author": [rng.choice((None, rng.randrange(5))) for _ in range(count)],
    }
    return pa.table(rows, pa.schema([("space", pa.string()), ("message", pa.string()), ("author", pa.int64())]))


def held(session: DuckSession) -> list[str]:
    return sorted(map(repr, session.ask("select * from message")[1]))


class Counted(DuckSession):
    """Counts the rows that go in."""

    taken = 0

    def _load(self, into: str, table: pa.Table) -> None:
        self.taken += table.num_rows
        super()._load(into, table)


@pytest.mark.parametrize("seed", range(6))
def test_what_is_held_is_what_was_put_last_however_it_came_about(seed: int) -> None:
    rng, session = random.Random(seed), Counted()
    pieces = [stretch(rng, SPACES[:3], 400) for _ in range(3)] + [stretch(rng, SPACES[3:], 5)]
    for _ in range(25):
        what = rng.random()
        if what < 0.5:  # the small source says more, now and then of a place that others speak of
            pieces[-1] = pa.concat_tables([pieces[-1], stretch(rng, rng.choice((SPACES[3:], SPACES[2:])), 3)])
        elif what < 0.6:
            pieces[-1] = pieces[-1].slice(0, rng.randrange(4))
        elif what < 0.7:
            pieces[0] = stretch(rng, SPACES[:3], 400)
        elif what < 0.8:
            rng.shuffle(pieces)
        elif what < 0.9:
            pieces = pieces[-2:] if len(pieces) > 2 else [*pieces, stretch(rng, SPACES[:3], 300)]
        table = pa.concat_tables([pieces[0] if what >= 0.95 else pieces[0].slice(0), *pieces[1:]])
        session.put("message", table)
        fresh = DuckSession()
        fresh.put("message", table)
        assert held(session) == held(fresh)
        fresh.close()


def test_of_a_large_table_the_rows_of_the_places_that_differ_go_in() -> None:
    rng, session = random.Random(1), Counted()
    large, small = stretch(rng, SPACES[:3], 1_000), stretch(rng, SPACES[3:], 10)
    session.put("message", pa.concat_tables([large, small]))
    for number in range(150):
        small = pa.concat_tables([small.slice(0, 9), stretch(rng, SPACES[3:], 1)])
        if number == 130:  # what was taken out has been given back by then
            before = session.taken
        session.put("message", pa.concat_tables([large, small]))
    assert session.taken - before == 20 * 10
    assert session.taken < 3 * 1_000 + 150 * 11


def test_a_table_of_the_same_stretches_is_there_already_and_one_of_as_many_rows_is_not() -> None:
    rng, session = random.Random(3), Counted()
    one, other, third = (stretch(rng, SPACES, 8_000) for _ in range(3))
    for pieces in ((one, other), (one, other), (one.slice(0), other.slice(0))):
        session.put("message", pa.concat_tables(pieces))
    assert session.taken == 16_000
    for pieces in ((one, one), (one, third), (third, one)):
        session.put("message", pa.concat_tables(pieces))
        assert held(session) == sorted(repr(tuple(row.values())) for piece in pieces for row in piece.to_pylist())


def test_what_broke_off_halfway_is_put_in_whole_the_next_time(monkeypatch: pytest.MonkeyPatch) -> None:
    rng, session = random.Random(2), Counted()
    large, small = stretch(rng, SPACES[:3], 500), stretch(rng, SPACES[3:], 5)
    session.put("message", pa.concat_tables([large, small]))
    with monkeypatch.context() as broken:
        broken.setattr(Counted, "_load", lambda *_: (_ for _ in ()).throw(MemoryError()))
        with pytest.raises(MemoryError):
            session.put("message", pa.concat_tables([large, stretch(rng, SPACES[3:], 5)]))
    session.put("message", pa.concat_tables([large, small]))
    fresh = DuckSession()
    fresh.put("message", pa.concat_tables([large, small]))
    assert held(session) == held(fresh)

"""What must hold of every file format, whatever it reads."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from collectors.base import FileReport
from pipeline.land.files import import_file, look_at
from tests.contract.files.case import FileCase, facts, imported
from tests.contract.files.cases import CASES
from tests.e2e import hostile
from tests.e2e.canaries import found
from texts.errors import error, error_texts
from town.store import TownStore

ZONE = "Asia/Jerusalem"


@pytest.fixture(params=sorted(CASES))
def case(request: pytest.FixtureRequest) -> FileCase:
    return CASES[request.param]()


@pytest.fixture
def paths(case: FileCase, tmp_path: Path) -> list[Path]:
    folder = tmp_path / "files"
    folder.mkdir()
    return list(case.write(folder))


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Callable[[str], TownStore]]:
    """Towns by name, all with one key: what one person is called in one she is called in the others."""
    opened: list[TownStore] = []

    def made(name: str) -> TownStore:
        if opened:
            shutil.copytree(opened[0].config.base / "keys", tmp_path / name / "keys")
        opened.append(hostile.town(tmp_path / name))
        return opened[-1]

    yield made
    for one in opened:
        one.engine.dispose()


def told(report: FileReport) -> None:
    """A report says what happened in a code that has a remedy, and of all it put aside as well."""
    assert report.status in ("read", "partial", "rejected")
    codes = [(one.code, one.arguments) for one in report.rejected]
    if report.status == "rejected":
        codes.append((report.code, report.arguments))
    else:
        assert report.details, "what was read is told"
    assert not codes if report.status == "read" else codes or report.notices
    for code, arguments in codes:
        assert code in error_texts(), code
        assert "…" not in error(code, "en", **arguments), (code, arguments)


def test_a_file_gives_what_its_case_says(case: FileCase, paths: list[Path], town: Callable[[str], TownStore]) -> None:
    store = town("a")
    imported(store, paths[:1])
    assert {fact: len(rows) for fact, rows in facts(store).items()} == dict(case.gives)


def test_a_file_imported_twice_lands_nothing(paths: list[Path], town: Callable[[str], TownStore]) -> None:
    store = town("a")
    imported(store, paths[:1])
    before = hostile.content(store)
    copy = paths[0].with_name(f"copy of {paths[0].name}")
    shutil.copy(paths[0], copy)
    for path in (paths[0], copy):
        again = import_file(store, path)
        assert (again.status, again.code) == ("duplicate", "already_imported")
    assert hostile.content(store) == before


def test_a_file_imported_again_on_request_says_the_same(paths: list[Path], town: Callable[[str], TownStore]) -> None:
    store = town("a")
    imported(store, paths[:1])
    before = facts(store)
    report = import_file(store, paths[0], again=True)
    assert report.status == ("duplicate" if report.format == "whatsapp_chat" else "read")
    assert facts(store) == before


def test_the_order_of_import_leaves_no_trace(paths: list[Path], town: Callable[[str], TownStore]) -> None:
    one, other, half = town("a"), town("b"), town("c")
    imported(one, paths)
    imported(other, reversed(paths))
    imported(half, paths[:1])
    assert facts(one) == facts(other)
    assert facts(one) != facts(half), "the control: the second file says something"


def test_a_name_means_nothing_or_what_the_case_says(
    case: FileCase, paths: list[Path], town: Callable[[str], TownStore]
) -> None:
    one, other = town("a"), town("b")
    imported(one, paths[:1])
    renamed = paths[0].with_name(f"Lighthouse{paths[0].suffix}")
    paths[0].rename(renamed)
    imported(other, [renamed])
    if case.named:
        assert {fact: len(rows) for fact, rows in facts(other).items()} == dict(case.gives)
        assert facts(one) != facts(other), "it is another place's then"
    else:
        assert facts(one) == facts(other)


def test_nobody_is_left_in_the_store(case: FileCase, paths: list[Path], town: Callable[[str], TownStore]) -> None:
    files, store = paths[0].parent, town("a")
    assert {one for one, _ in found(files, list(case.canaries))} == set(case.canaries), "the control: they are there"
    imported(store, paths)
    assert facts(store)
    assert found(store.config.base, list(case.canaries)) == set()


MUTATIONS: dict[str, Callable[[bytes, random.Random], bytes]] = {
    "flipped": lambda raw, rng: _flipped(raw, rng),
    "nul": lambda raw, rng: _put(raw, rng, b"\0" * rng.choice([1, 2, 512])),
    "random": lambda raw, rng: _put(raw, rng, rng.randbytes(64)),
    "all random": lambda raw, rng: rng.randbytes(len(raw)),
    "huge line": lambda raw, rng: _put(raw, rng, b"x" * 300_000),
    "huge quoted field": lambda raw, rng: _put(raw, rng, b'\n"' + (b"a" * 97 + b",\n") * 1_500),
    "utf-16": lambda raw, _: _text(raw).encode("utf-16"),
    "cp1255": lambda raw, _: _text(raw).encode("cp1255", "replace"),
    "cp1256": lambda raw, _: _text(raw).encode("cp1256", "replace"),
    "utf-32": lambda raw, _: _text(raw).encode("utf-32"),
    "halves of letters": lambda raw, _: _text(raw).encode("utf-8", "surrogatepass")[1::2],
    "twice": lambda raw, _: raw + raw,
}


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")


def _put(raw: bytes, rng: random.Random, what: bytes) -> bytes:
    at = rng.randrange(len(raw))
    return raw[:at] + what + raw[at:]


def _flipped(raw: bytes, rng: random.Random) -> bytes:
    made = bytearray(raw)
    for _ in range(rng.choice([1, 8, 200])):
        made[rng.randrange(len(made))] ^= 1 << rng.randrange(8)
    return bytes(made)


def asked(path: Path, raw: bytes) -> FileReport:
    path.write_bytes(raw)
    report = look_at(path, None)
    told(report)
    return report


@pytest.mark.parametrize("mutation", MUTATIONS)
def test_hostile_bytes_give_a_report_and_no_traceback(paths: list[Path], mutation: str) -> None:
    report = asked(paths[0], MUTATIONS[mutation](paths[0].read_bytes(), random.Random(3)))
    assert report.format in {*CASES, "unknown"}


@pytest.mark.long
@pytest.mark.parametrize("mutation", MUTATIONS)
def test_many_hostile_bytes(paths: list[Path], mutation: str) -> None:
    raw = paths[0].read_bytes()
    for seed in range(40):
        rng = random.Random(seed)
        report = asked(paths[0], MUTATIONS[rng.choice(list(MUTATIONS))](MUTATIONS[mutation](raw, rng), rng))
        assert report.format in {*CASES, "unknown"}


def test_broken_files_leave_a_store_as_it_was(paths: list[Path], town: Callable[[str], TownStore]) -> None:
    store = town("a")
    imported(store, paths[1:])
    before, raw = facts(store), paths[0].read_bytes()
    for mutation in ("all random", "nul"):
        paths[0].write_bytes(MUTATIONS[mutation](raw, random.Random(5)))
        report = import_file(store, paths[0])
        told(report)
        if report.status == "rejected":
            assert facts(store) == before


def cuts(raw: bytes, number: int) -> list[int]:
    """Places at which a file breaks off, those before its end and after its beginning among them."""
    return sorted({1, len(raw) - 1, *(random.Random(7).randrange(1, len(raw)) for _ in range(number))})


def told_of_the_rest(path: Path, number: int) -> None:
    raw = path.read_bytes()
    whole = _numbers(asked(path, raw))
    for at in cuts(raw, number):
        report = asked(path, raw[:at])
        if report.status != "rejected":
            rest = _numbers(report)
            assert all(rest.get(name, 0) <= count for name, count in whole.items()), (at, rest, whole)


def _numbers(report: FileReport) -> dict[str, int]:
    """What a report says it counted."""
    return {name: value for name, value in report.details.items() if type(value) is int and name in COUNTED}


COUNTED = {"messages", "senders", "rows", "respondents", "answers", "numbers", "requests", "answered", "records"}


def test_a_file_cut_anywhere_is_refused_or_what_is_left_is_told(paths: list[Path]) -> None:
    told_of_the_rest(paths[0], 6)


@pytest.mark.long
def test_a_file_cut_at_very_many_places(paths: list[Path]) -> None:
    told_of_the_rest(paths[0], 400)

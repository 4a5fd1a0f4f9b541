"""Keeping what a live account's answers are made of, and where that is not what we know: for `kehila doctor --record`.

A month of each stream is read and nothing landed. The file holds paths and kinds of value, never a value.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from itertools import islice

from collectors.errors import CollectorError
from collectors.service import Account, Finding, PullReport, ServiceStream, Source, Window
from collectors.shapes import Difference, Shapes, StreamShape, differences
from pipeline.collect.collect import opened
from pipeline.collect.manner import GoingOn
from town.faults import describe
from town.store import TownStore
from town.version import running_version
from warehouse.accounts import AccountRef
from warehouse.files import OWNER_ONLY, private_folder, replace_file
from warehouse.ledger import now

READ = timedelta(days=31)
MAX_PAGES = 10
"""Pages of a stream that are looked at."""
IN_WORDS = {
    "never_came": "never came: {paths}",
    "wrong_kind": "came as what we do not read: {paths}",
    "unlike_stand_in": "came otherwise than our stand-in sends it: {paths}",
    "unknown": "not known to us: {paths}",
}
MAX_NAMED = 8


def record(store: TownStore, only: str | None = None) -> Iterator[tuple[AccountRef, Finding]]:
    """Look at each account's records (or `only` SOURCE or SOURCE.ACCOUNT): a finding a stream, a file an account.

    The file is `output/shapes/AUTHORITY/SOURCE.ACCOUNT.json`. An account that cannot be opened is left out: the doctor
    says so. Raises NotConfigured when `only` names no account.
    """
    for source, account in opened(store, only, GoingOn(store)):
        ref = AccountRef(source.name, account.name)
        shapes = Shapes()
        problems = [(ref, one) for stream in source.streams for one in _look(source, account, stream, shapes)]
        found = {name: list(differences(*of)) for name, of in shapes.streams.items()}
        _write(store, ref, shapes, found)
        yield from problems
        for name, (_, shape) in sorted(shapes.streams.items()):
            yield ref, _finding(name, shape, found[name])
        for stream in source.streams:
            if stream.name not in shapes.streams and not problems:
                remedy = "no record came in the last month, or what comes is no JSON; nothing of it can be compared"
                yield ref, Finding(f"shape of {stream.name}", "ok", remedy)


def _look(source: Source, account: Account, stream: type[ServiceStream], shapes: Shapes) -> Iterator[Finding]:
    """Read a month of a stream, a few pages of it; what went wrong is a finding."""
    report = PullReport(shapes=shapes)
    window = Window(now() - min(READ, stream.max_window), now())
    try:
        session = source.open(account, report)
        try:
            with closing(stream().pages(session, window)) as pages:  # type: ignore[type-var]
                for _ in islice(pages, MAX_PAGES):
                    pass
        finally:
            source.close(session)
    except CollectorError as problem:
        yield Finding(f"shape of {stream.name}", "fail", problem=source.name_in(problem))
    except Exception as problem:  # noqa: BLE001 (the other streams and accounts are looked at all the same)
        yield Finding(f"shape of {stream.name}", "fail", describe(problem).sentence)


def _finding(stream: str, shape: StreamShape, found: list[Difference]) -> Finding:
    what = f"shape of {stream}, records: {shape.records}"
    if not found:
        return Finding(what, "ok")
    told = []
    for kind, words in IN_WORDS.items():
        paths = [f"{one.path} ({', '.join(one.kinds)})" if one.kinds else one.path for one in found if one.kind == kind]
        more = f" and {len(paths) - MAX_NAMED} more" if len(paths) > MAX_NAMED else ""
        told += [words.format(paths=", ".join(paths[:MAX_NAMED]) + more)] if paths else []
    is_wrong = any(one.kind == "wrong_kind" for one in found)
    return Finding(what, "fail" if is_wrong else "warn", f"{'; '.join(told)}; send us the file in output/shapes/")


def _write(store: TownStore, ref: AccountRef, shapes: Shapes, found: dict[str, list[Difference]]) -> None:
    content = {
        "made_by": running_version(), "source": ref.source, "day": store.today.isoformat(),
        "streams": {
            name: {**shape.as_json(), "differences": [vars(one) for one in found[name]]}
            for name, (_, shape) in sorted(shapes.streams.items())
        },
    }  # fmt: skip
    folder = store.output / "shapes" / store.authority.code
    private_folder(folder)
    text = json.dumps(content, indent=1, ensure_ascii=False).encode() + b"\n"
    replace_file(folder / f"{ref}.json", text, synced=False, mode=OWNER_ONLY)

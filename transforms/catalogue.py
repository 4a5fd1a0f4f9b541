"""The catalogue: every indicator is one .sql file, a YAML header and one SELECT.

The header is validated here and unknown keys are refused; the tables a statement reads are taken
from the SQL itself, so lineage cannot drift from what is computed. What several indicators say in the
same words is a view: `transforms/views/<name>.sql`, a comment and one SELECT, read like a table. Where two indicators
would differ by nothing but their identifier, the header names a shape instead of a statement:
`transforms/shapes/<name>.sql`, a SELECT in which `{indicator}` stands for the identifier.

A town's folder and installed packages may hold indicators of their own, `<family>.<name>.sql` with its cases in
`<family>.<name>.yaml` beside it. They are held to the same contract and never take the place of one of ours.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator, Set
from dataclasses import dataclass, replace
from functools import cache, cached_property, lru_cache
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from transforms.header import Header, Need, parsed_need
from warehouse.facts import FACTS
from warehouse.names import no_such

if TYPE_CHECKING:
    from sqlglot import exp

FOLDER = Path(__file__).parent / "indicators"
VIEWS = Path(__file__).parent / "views"
SHAPES = Path(__file__).parent / "shapes"
EVENTS = ("message", "visit", "mailing", "gathering", "attendance", "request", "publication")
"""Facts whose absence is a zero only where somebody listened: what an indicator needs that names no needs."""

PACKAGES = "kehila.indicators"
"""Entry point group: each names a package in whose folder indicators lie."""

WEIGHTED = {
    "definition": "Respondents are weighted by sex, age, neighbourhood and society where the population is known by "
    "them.",
    "definition_he": "המשיבים משוקללים לפי מין, גיל, שכונה וחברה, היכן שידוע כמה תושבים יש מכל קבוצה.",
    "definition_ar": "المجيبون موزونون بحسب الجنس والعمر والحي والمجتمع، حيث يُعرف عدد السكان في كل فئة.",
}
"""Ends the definition of whatever reads survey answers, said here once."""

COLUMNS = {
    "authority",
    "month",
    "space",
    "part",
    "value",
    "numerator",
    "denominator",
    "n",
    "n_effective",
    "variance",
    "quality",
    "as_of",
    "method",
    "formula",
}
REQUIRED = {"authority", "month", "value"}


@dataclass(frozen=True)
class Indicator:
    """An indicator: its identifier, header and statement."""

    id: str
    header: Header
    sql: str
    path: Path
    origin: str = ""  # of one that is not ours: the folder or package it comes from

    @property
    def family(self) -> str:
        """website, newsletter, ..."""
        return self.id.split(".")[0]

    @property
    def facts(self) -> list[str]:
        """The facts it reads."""
        return sorted(name for name in self.header.inputs if name in FACTS)

    @property
    def is_over_members(self) -> bool:
        """Whether what happened in a place is held against its members: a place without a count is left out."""
        return "space" in self.header.grain and "membership" in self.header.inputs

    @cached_property
    def views(self) -> tuple[str, ...]:
        """The shared views it reads, each after those it rests on: found when first asked for.

        Raises CatalogueError where the statement is none, or reads other tables than the header declares.
        """
        read, views = _through_views(_tables_of(_query(self.id, self.sql)))
        declared = {*self.header.inputs, "months"}
        if read | {"months"} != declared:
            told = f"the statement reads {sorted(read)} but the header declares {sorted(declared)}; make them equal"
            raise CatalogueError(f"{self.id}: {told}")
        return tuple(views)

    def needs_of(self, part: str) -> tuple[tuple[Need, ...], ...]:
        """What must be heard for a measured part, of alternatives any one.

        A part that names nothing of its own needs what the whole does.
        """
        return self._needs.get(part, self._needs.get("", ()))

    @cached_property
    def _needs(self) -> dict[str, tuple[tuple[Need, ...], ...]]:
        if not self.header.needs and self.header.method in ("measured", "mixed"):
            told = [name for name in self.facts if name in EVENTS]
            return {"": tuple((Need(name, is_elsewhere=place > 0),) for place, name in enumerate(told))}
        return {
            part: tuple(
                tuple(replace(parsed_need(one), is_elsewhere=place > 0) for one in text.split("|"))
                for place, text in enumerate(texts)
            )
            for part, texts in self.header.needs.items()
        }

    @cached_property
    def definition_version(self) -> str:
        """Revision and a digest of statement and spans: any change of meaning shows."""
        head = self.header
        spans = yaml.safe_dump([head.inputs, head.needs, head.spaces.model_dump(), head.sum_of, head.windows])
        text = self.sql + spans + "".join(shared_views()[name] for name in self.views)
        digest = hashlib.sha256(text.encode()).hexdigest()[:10]
        return f"{self.header.revision}-{digest}"


class CatalogueError(Exception):
    """An indicator file breaks the contract; the message names file and remedy."""


def parse(path: Path, origin: str = "") -> Indicator:
    """Read one indicator file, its statement too. Raises CatalogueError naming the file and what to mend."""
    _ = (one := _read(path, origin)).views
    return one


def _read(path: Path, origin: str = "") -> Indicator:
    """One indicator file by its header: to parse the statements of all costs more than all else of a look at one."""
    name = path.stem if origin else f"{path.parent.name}.{path.stem}"
    text = path.read_text(encoding="utf-8")
    if not text.startswith("/*") or "*/" not in text:
        raise CatalogueError(f"{name}: begin the file with a /* YAML header */")
    raw, sql = text[2:].split("*/", 1)
    try:
        header = Header.model_validate(yaml.load(raw, yaml.CSafeLoader))
    except (ValueError, yaml.YAMLError) as problem:
        raise CatalogueError(f"{name}: header: {problem}") from None
    if "survey_response" in header.inputs:
        for key, ending in WEIGHTED.items():
            if said := getattr(header, key).strip():
                setattr(header, key, f"{said} {ending}")
    return Indicator(name, header, statement(name, header, sql.strip()), path, origin)


def _query(name: str, sql: str) -> exp.Expr:
    import sqlglot

    try:
        trees = [one for one in sqlglot.parse(sql, dialect="duckdb") if one is not None]
    except sqlglot.errors.ParseError as problem:
        raise CatalogueError(f"{name}: the statement is no SQL: {problem}") from None
    if len(trees) != 1 or not isinstance(trees[0], sqlglot.exp.Query):
        raise CatalogueError(f"{name}: the file holds one SELECT and nothing else")
    return trees[0]


def statement(name: str, header: Header, own: str) -> str:
    """The indicator's SELECT: its own, or that of the shape its header names. Raises CatalogueError."""
    if not header.shape:
        return own
    if own:
        raise CatalogueError(f"{name}: the header names the shape {header.shape}; leave out the statement")
    if header.shape not in shapes():
        raise CatalogueError(f"{name}: there is no shape {header.shape}; known: {', '.join(shapes())}")
    return shapes()[header.shape].replace("{indicator}", name)


def tables_read(sql: str) -> set[str]:
    """The tables a statement reads, its own common table expressions left out."""
    import sqlglot

    return _tables_of(sqlglot.parse_one(sql, dialect="duckdb"))


def _tables_of(tree: exp.Expr) -> set[str]:
    from sqlglot import exp

    own = {cte.alias for cte in tree.find_all(exp.CTE)}
    return {table.name for table in tree.find_all(exp.Table)} - own


@cache
def _tables_of_view(sql: str) -> frozenset[str]:
    """Many indicators rest on one view; to parse it takes longer than all else that is read of an indicator."""
    return frozenset(tables_read(sql))


@cache
def shared_views() -> dict[str, str]:
    """Name -> SELECT of the views indicators share."""
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted(VIEWS.glob("*.sql"))}


@cache
def shapes() -> dict[str, str]:
    """Name -> SELECT of the statements indicators share whole, `{indicator}` standing for the identifier."""
    return {path.stem: path.read_text(encoding="utf-8").strip() for path in sorted(SHAPES.glob("*.sql"))}


def facts_read(sql: str) -> tuple[set[str], list[str]]:
    """The facts and registers a statement reads, through views too, and the views in the order they are made."""
    return _through_views(tables_read(sql))


def _through_views(tables: Set[str], above: tuple[str, ...] = ()) -> tuple[set[str], list[str]]:
    read: set[str] = set()
    views: list[str] = []
    for name in sorted(tables):
        if name not in shared_views():
            read.add(name)
            continue
        if name in above:
            raise CatalogueError(f"views read each other in a circle: {' reads '.join((*above, name))}; break it")
        below, under = _through_views(_tables_of_view(shared_views()[name]), (*above, name))
        read |= below
        views += [view for view in (*under, name) if view not in views]
    return read, views


@cache
def ours() -> dict[str, Indicator]:
    """Kehila's own indicators by identifier, in the order of `order.txt`, which is the order of reports.

    Raises CatalogueError when one breaks the contract or `order.txt` does not name it.
    """
    found = {one.id: one for one in (_read(path) for path in FOLDER.glob("*/*.sql"))}
    wanted = (FOLDER / "order.txt").read_text().split()
    if odd := sorted(set(found) - set(wanted)):
        raise CatalogueError(f"not named in order.txt: {', '.join(odd)}; give each indicator its place in reports")
    if mute := sorted(name for name, one in found.items() if one.header.unit_words is None):
        raise CatalogueError(f"without unit_words: {', '.join(mute)}; say of what the headline is a figure")
    return {name: found[name] for name in wanted if name in found}


@cache
def leads() -> tuple[str, ...]:
    """The indicators page one looks at in a town that chose none, by `leads.txt`. Raises CatalogueError."""
    wanted = tuple((FOLDER / "leads.txt").read_text(encoding="utf-8").split())
    for name in wanted:
        if name not in ours():
            raise CatalogueError(f"leads.txt: {no_such('indicator', name, ours(), 'name one of order.txt')}")
    return wanted


def catalogue(folder: Path | None = None) -> dict[str, Indicator]:
    """All indicators by identifier: ours, then those of installed packages and of a town's `folder`, by name.

    Raises CatalogueError when one breaks the contract, or bears a name that is taken.
    """
    found = dict(ours())
    for _, _, one in own(folder):
        if isinstance(one, CatalogueError):
            raise one
        found[one.id] = one
    return found


def own(folder: Path | None) -> Iterator[tuple[str, Path, Indicator | CatalogueError]]:
    """(origin, file, indicator) of each that is not ours, in place of a broken one the CatalogueError that says why.

    Raises CatalogueError when one of ours is broken.
    """
    taken = dict.fromkeys(ours(), "Kehila")
    for origin, place in (
        *_packages(tuple(sys.path)),
        *((("the town's folder", folder),) if folder is not None else ()),
    ):
        for path in sorted(place.glob("*.sql")):
            try:
                one = _own(path, origin, path.stat().st_mtime_ns)
                whose = taken.setdefault(one.id, origin)
                if whose != origin:
                    told = f"{one.id}: {whose} has an indicator of this name; give that of {origin} another"
                    raise CatalogueError(told)
            except CatalogueError as problem:
                yield origin, path, problem
            else:
                yield origin, path, one


@cache
def _packages(_where: tuple[str, ...]) -> list[tuple[str, Path]]:
    """Name and folder of the installed packages that bring indicators; `_where` is `sys.path`.

    To find them every package's own description is read: more than half of what a page of `kehila operations` costs.
    """
    found = []
    for point in sorted(entry_points(group=PACKAGES), key=lambda one: one.name):
        spec = find_spec(point.module)
        if spec is None or not spec.submodule_search_locations:
            raise CatalogueError(
                f"the package {point.name} names {point.module}, which is no package; mend or remove it"
            )
        found.append((f"the package {point.name}", Path(next(iter(spec.submodule_search_locations)))))
    return found


@lru_cache(maxsize=1_000)
def _own(path: Path, origin: str, _changed: int) -> Indicator:
    """An indicator that is not ours, read again when its file changes."""
    families = {one.split(".")[0] for one in ours()}
    if path.stem.split(".")[0] not in families or path.stem.count(".") != 1:
        known = ", ".join(sorted(families))
        raise CatalogueError(f"{path.name}: name it FAMILY.NAME.sql, with a family out of: {known}")
    if not path.with_suffix(".yaml").exists():
        raise CatalogueError(
            f"{path.name}: write its cases in {path.stem}.yaml beside it, as the project's own have them"
        )
    return parse(path, origin)

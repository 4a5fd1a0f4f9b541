"""What staging leaves out is said: counted by stream, fact, month and reason, and the months it falls in are not full.

A landed row without a column its facts rest on can become no fact. It is left out here, in one place, and not by a
`continue` somewhere: what is left out lowers the coverage of the month it would have stood in (of the days read with
it, where its month is not known), so that a month of which something was lost is never taken for a whole one.

A module says in `NEEDS` what it cannot do without. Its collector requires the same columns, so nothing new comes to
that; what landed before it did, and what webhooks brought, does.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from transforms.staging.records import Row, landed_rows
from transforms.staging.town import Town
from warehouse.calendar import month_of

SKIPPED = "skipped"
"""Under this name a module gives, beside its facts, what it left out; nothing where it left out nothing."""
NO_COLUMN, NO_WHOLE, NO_FIGURES = "left_out_no_column", "left_out_no_whole", "left_out_no_figures"
UNKNOWN, DOUBTFUL = "left_out_unknown", "left_out_doubtful"
"""Why: a column is empty; what it is part of never came; of a thing that was sent no figure was worked out; a column
says what nobody knows; whether it is a message, or of whom, is doubtful."""

MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")
"""A column of text that tells a row's month."""
BY_RULE = frozenset({"left_out_too_fast", "left_out_one_answer", "left_out_answered_again"})
"""Why, where nothing is lost of the month by it: answers given without reading the questions are
none, and who answers the pulse twice in a quarter counts by her latest."""
SCHEMA = pa.schema(
    [(name, pa.string()) for name in ("stream", "batch", "fact", "space", "month", "code", "subject")]
    + [("records", pa.int64())]
)


@dataclass(frozen=True)
class QuarantinedRow:
    """A row of a file that waits in the quarantine: the item, the run that read the file, what is known of the row.

    A module whose files are given again, longer or corrected, may say in `superseded(landed, aside)` of which of them a
    later reading tells: those items are closed. What the later file could not take either is an item of its own.
    """

    item: str
    run: str
    about: Mapping[str, Any]

    @property
    def days(self) -> tuple[str, str]:
        """The days it may speak of, as text; '' and '' where nobody knows."""
        return self.about.get("since", ""), self.about.get("until", "")


def superseded_items(
    landed: Mapping[str, pa.Table], when: Mapping[str, Sequence[str]], aside: Iterable[QuarantinedRow], town: Town
) -> set[str]:
    """Items within the days of a file that reaches as far or further; `when` names streams' columns of days."""
    days: dict[str, set[str]] = defaultdict(set)
    order: dict[str, int] = {}
    for stream, columns in when.items():
        for row in landed_rows(landed, stream):
            found = (town.local_day(one) if isinstance(one, datetime) else one for one in map(row.get, columns) if one)
            days[row["batch"]].update(one.isoformat() for one in found)
            order[row["batch"]] = row["landed_order"]
    reach = {run: (max(own), order[run]) for run, own in days.items() if own}
    return {
        one.item
        for one in aside
        for run in reach
        if reach[run] > reach.get(one.run, ("", 0)) and min(days[run]) <= one.days[0] and one.days[1] <= max(days[run])
    }


@dataclass(frozen=True)
class Need:
    """What a stream's rows are good for, and only with what.

    `facts` are those, as coverage names them, that are not whole without a row; a column in braces stands for the row's
    own. In `blank` columns '' is a value. `key` tells readings of one record apart from records: of a record read
    again, whole, nothing is lost. The first of `when` that a row has (instants, days, months) tells its month.
    """

    facts: tuple[str, ...]
    columns: tuple[str, ...]
    key: tuple[str, ...] = ()
    when: tuple[str, ...] = ()
    blank: tuple[str, ...] = ()

    def _holds(self, name: str, value: Any) -> bool:
        """Whether a column holds something: a month one that is in the calendar."""
        is_month = isinstance(value, str) and name in self.when
        return value not in (None, "") and not (is_month and not MONTH.fullmatch(value))

    def lacking(self, row: Row) -> str | None:
        """The first column a row lacks; None when it has all."""
        empty = next((name for name in self.columns if not self._holds(name, row.get(name))), None)
        return empty or next((name for name in self.blank if row.get(name) is None), None)


class Skipped:
    """What is left out while a source is staged."""

    def __init__(self, needs: Mapping[str, Need], town: Town) -> None:
        self._needs, self._town = needs, town
        self._found: Counter[tuple[str, ...]] = Counter()

    def fit(self, landed: Mapping[str, pa.Table]) -> dict[str, pa.Table]:
        """The landed tables without the rows that lack what they need; those are counted."""
        return {stream: self._fit(stream, table) for stream, table in landed.items()}

    def fit_rows(self, stream: str, rows: Iterable[Row]) -> list[Row]:
        """The rows of a stream that have what they need; the others are counted."""
        found = []
        for row in rows:
            if (lacking := self._needs[stream].lacking(row)) is None:
                found.append(row)
            else:
                self.leave_out(stream, row, NO_COLUMN, lacking)
        return found

    def leave_out(
        self,
        stream: str,
        row: Row,
        code: str,
        subject: str = "",
        records: int = 1,
        facts: tuple[str, ...] | None = None,
    ) -> None:
        """Count a landed row that becomes no fact, or `records` of it; `subject` is the column or thing missing.

        `facts` are those it is missing from, where it is not all its stream feeds.
        """
        need = self._needs[stream]
        space = row.get("space") or (self._town.space_for(row["space_key"]) if row.get("space_key") else "")
        month = next((_month(row[name], self._town) for name in need.when if row.get(name)), "")
        known = {name: "" if value is None else value for name, value in row.items()}
        for fact in (one.format_map(known) for one in (need.facts if facts is None else facts)):
            self._found[stream, row.get("batch") or "", fact, space, month, code, subject] += records

    def tables(self) -> dict[str, pa.Table]:
        """What was left out, under `SKIPPED`."""
        if not self._found:
            return {}
        rows = [(*key, amount) for key, amount in sorted(self._found.items())]
        columns = [pa.array(values, one.type) for values, one in zip(zip(*rows, strict=True), SCHEMA, strict=True)]
        return {SKIPPED: pa.table(columns, schema=SCHEMA)}

    def _fit(self, stream: str, table: pa.Table) -> pa.Table:
        need = self._needs.get(stream)
        if need is None or not table.num_rows:
            return table
        whole = None
        for name in (*need.columns, *need.blank):
            column = table[name] if name in table.column_names else pa.nulls(table.num_rows)
            if (filled := _filled(column, is_blank=name in need.blank, is_when=name in need.when)) is not None:
                whole = filled if whole is None else pc.and_(whole, filled)
        if whole is None or pc.all(whole).as_py():
            return table
        fit = table.filter(whole)
        known = {tuple(row.values()) for row in fit.select(need.key).to_pylist()} if need.key else set()
        for row in table.filter(pc.invert(whole)).to_pylist():
            if not need.key or tuple(row[name] for name in need.key) not in known:
                self.leave_out(stream, row, NO_COLUMN, need.lacking(row) or "")
        return fit


def _filled(column: pa.ChunkedArray | pa.Array, *, is_blank: bool, is_when: bool) -> pa.ChunkedArray | pa.Array | None:
    """Which rows have a value; None where all do."""
    kind = column.type
    is_text = pa.types.is_string(kind) or (pa.types.is_dictionary(kind) and pa.types.is_string(kind.value_type))
    if not is_text or is_blank:
        return column.is_valid() if column.null_count else None
    words = column.cast(pa.string())
    told = pc.match_substring_regex(words, f"^{MONTH.pattern}$") if is_when else pc.not_equal(words, "")
    filled = pc.fill_null(told, False)
    return None if pc.all(filled).as_py() else filled


def _month(value: str | date | datetime, town: Town) -> str:
    if isinstance(value, datetime):
        return town.local_month(value)
    if isinstance(value, date):
        return month_of(value)
    return value if MONTH.fullmatch(value) else ""

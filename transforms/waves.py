"""Answers that speak for a town in the month their wave closed in, by groups of those who gave them.

They are the same for all indicators of answers, so a batch finds them once, and what a session was handed for one
indicator is there for the next.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from transforms.catalogue import Indicator, shared_views
from transforms.engines import Session
from warehouse.vocabulary import CUTS, cut_code

SPEAK = """
select distinct authority, wave, month, indicator
from survey_answer
where wave_month = month and audience = 'residents'
"""
APART = "|"
"""Between an authority and a group of it, where the two stand for the authority: no code of an authority has it."""


@dataclass(frozen=True)
class People:
    """Answers of the groups of a town, in `rows` one after another; `authority` is the town's and the group's code."""

    codes: tuple[str, ...]
    rows: pa.Table

    @classmethod
    def of(cls, authority: str, groups: Mapping[str, pa.Table]) -> People | None:
        """The groups by their names; None where there is none."""
        if not groups:
            return None
        codes = {f"{authority}{APART}{group}": rows for group, rows in groups.items()}
        return cls(tuple(codes), pa.concat_tables([_named(rows, code) for code, rows in codes.items()]))

    def months(self, register: pa.Table) -> pa.Table:
        """A months register of one town as that of each of its groups."""
        return pa.concat_tables([_named(register, code) for code in self.codes])


class Waves:
    """Of the towns of one session the answers that speak for each, as often as they are asked for."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._spoken: dict[str, list[str]] | None = None
        self._answers: dict[str, pa.Table] = {}
        self._people: dict[str, People | None] = {}

    def answers(self, authority: str, answers: pa.Table) -> pa.Table:
        """Those of a town's `answers` that speak for it in the month their wave closed in; of two waves of a month the
        one that speaks for the town."""
        if authority not in self._answers:
            residents = answers.filter(pc.equal(answers["audience"], "residents"))
            wave = pc.binary_join_element_wise(*(residents[name] for name in ("wave", "month", "indicator")), "\n")
            spoken = self._of_session().get(authority, []) if residents.num_rows else []
            self._answers[authority] = residents.filter(pc.is_in(wave, pa.array(spoken, pa.string())))
        return self._answers[authority]

    def people(self, authority: str, answers: pa.Table) -> People | None:
        """Those answers by the groups of people who declared the same of themselves."""
        if authority not in self._people:
            self._people[authority] = People.of(authority, _declared(self.answers(authority, answers)))
        return self._people[authority]

    def _of_session(self) -> dict[str, list[str]]:
        if self._spoken is None:
            self._session.lay({"survey_answer": shared_views()["survey_answer"]})
            self._spoken = {}
            for authority, *wave in self._session.ask(SPEAK)[1]:
                self._spoken.setdefault(authority, []).append("\n".join(wave))
        return self._spoken


def _declared(answers: pa.Table) -> dict[str, pa.Table]:
    """The rows of each group of people who declared the same of themselves."""
    found: dict[str, pa.Table] = {}
    for name in CUTS:
        groups: dict[str, list[str]] = {}
        for one in pc.unique(answers[name].drop_null()).to_pylist():
            groups.setdefault(cut_code(name, str(one)), []).append(one)
        for code, told in groups.items():
            found[code] = answers.filter(pc.is_in(answers[name], pa.array(told, answers[name].type)))
    return found


def _named(table: pa.Table, authority: str) -> pa.Table:
    place = table.schema.get_field_index("authority")
    return table.set_column(place, "authority", pa.repeat(pa.scalar(authority, pa.string()), table.num_rows))


Asked = tuple[str, pa.Table, People | None]
"""A town, the months it asks about, and its groups."""


def asked_of(own: Session, indicator: Indicator, towns: Sequence[Asked]) -> list[list[dict[str, Any]]]:
    """The statement's rows for the groups of each town, in which `authority` is the group; asked once for all.

    `own` is a session for this kind of groups alone: what it was handed for another indicator is not handed again.
    """
    groups = [(people, register) for _, register, people in towns if people is not None and register.num_rows]
    if not groups:
        return [[] for _ in towns]
    own.put("survey_response", pa.concat_tables([people.rows for people, _ in groups]))
    own.put("months", pa.concat_tables([people.months(register) for people, register in groups]))
    own.lay({view: shared_views()[view] for view in indicator.views})
    names, rows = own.ask(indicator.sql)
    of_town: dict[str, list[dict[str, Any]]] = {}
    for row in (dict(zip(names, row, strict=True)) for row in rows):
        code, _, group = row["authority"].partition(APART)
        of_town.setdefault(code, []).append({**row, "authority": group})
    return [of_town.get(authority, []) for authority, _, _ in towns]

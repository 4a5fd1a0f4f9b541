"""How the wave behind a survey's figure was asked: of how many it is, what they were weighed by, which items, how well
these agree.

It stands in the composition of the figure, a piece of the kind `survey` each:

    answers        amount: the equal answers it is worth (`effective`), base: the people who answered
    weighted_by    detail: the attributes its weights are fitted to, each with who told of the population; '' of none
    items:SCALE    amount: Cronbach's alpha, where the scale is a mean of several items; detail: the items asked

By these two waves are known to be one series or not (`transforms.composition.against`), and the figure says how sure it
is. Of a figure that is not shown there is none: the pieces would tell how few are behind it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import duckdb

from transforms.catalogue import Indicator, shared_views
from transforms.choice import MIN_ANSWERS
from transforms.composition import ITEMS, WEIGHTED_BY, Piece, piece
from transforms.questionnaire import questionnaire
from transforms.surveys import alpha
from warehouse.vocabulary import ANSWERS, SURVEY

FACT, VIEW = "survey_response", "survey_answer"
ALPHA_DECIMALS = 3

WAVES = f"""
select distinct month, wave_month, wave, sample_type, audience, indicator
from {VIEW}
where indicator = any(?) and audience = any(?)
"""  # noqa: S608 a name of ours
ROWS = f"""
select scale, item, respondent, score, weight, weighted_by
from {FACT}
where wave = ? and sample_type = ? and audience = ? and indicator = ?
"""  # noqa: S608 a name of ours


def pieces_of(
    con: duckdb.DuckDBPyConnection, indicator: Indicator, worth: Mapping[str, tuple[float | None, int | None]]
) -> dict[str, list[Piece]]:
    """Month -> the pieces of its headline. `worth` maps the months in which that is a survey's figure, and shown, to
    (equal answers, people who answered).
    """
    if not worth or FACT not in indicator.facts:
        return {}
    con.execute(f"create or replace temp view {VIEW} as {shared_views()[VIEW]}")
    known = con.execute(f"select distinct indicator, audience from {FACT}").fetchall()  # noqa: S608 a name of ours
    # A statement names whose answers it takes; a view it reads may, for its own.
    named = {one for one, _ in known if f"'{one}'" in indicator.sql} or {indicator.id}
    asked = {who for _, who in known if f"'{who}'" in indicator.sql} or {"residents"}
    found: dict[str, list[Piece]] = {}
    of_wave: dict[tuple[Any, ...], list[Piece]] = {}
    for month, *wave in sorted(con.execute(WAVES, [sorted(named), sorted(asked)]).fetchall()):
        if month in worth:
            if tuple(wave) not in of_wave:
                of_wave[tuple(wave)] = _of_wave(con.execute(ROWS, wave[1:]).fetchall())
            told = found.setdefault(month, [piece(SURVEY, ANSWERS, *worth[month])])
            told += [one for one in of_wave[tuple(wave)] if one["name"] not in {other["name"] for other in told}]
    return found


def _of_wave(rows: Sequence[tuple[Any, ...]]) -> list[Piece]:
    by = " ".join(sorted({word for row in rows for word in (row[-1] or "").split()}))
    scales: dict[str, dict[int, dict[str, int]]] = defaultdict(lambda: defaultdict(dict))
    weights: dict[int, float] = {}
    for scale, item, respondent, score, weight, _ in rows:
        scales[scale][respondent][item] = score
        weights[respondent] = weight
    found = [piece(SURVEY, WEIGHTED_BY, detail=by)]
    for scale, people in sorted(scales.items()):
        items = sorted({item for answers in people.values() for item in answers})
        agreeing = _alpha(items, people, weights) if _is_mean(scale) else None
        found.append(piece(SURVEY, f"{ITEMS}{scale}", agreeing, detail=" ".join(items)))
    return found


def _alpha(items: Sequence[str], people: Mapping[int, Mapping[str, int]], weights: Mapping[int, float]) -> float | None:
    """Of those who answered all items; None of too few, and of one item."""
    whole = sorted(one for one, answers in people.items() if len(answers) == len(items))
    if len(whole) < MIN_ANSWERS:
        return None
    found = alpha([[people[one][item] for item in items] for one in whole], [weights[one] for one in whole])
    return None if found is None else round(found, ALPHA_DECIMALS)


def _is_mean(scale: str) -> bool:
    known = questionnaire().scales.get(scale)
    return known is None or known.measure == "mean"

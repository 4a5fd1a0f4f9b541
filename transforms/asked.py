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
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from transforms.catalogue import Indicator, shared_views
from transforms.choice import MIN_ANSWERS
from transforms.composition import ITEMS, WEIGHTED_BY, Piece, piece
from transforms.engines import Session
from transforms.questionnaire import questionnaire
from transforms.surveys.scales import alpha
from warehouse.vocabulary import ANSWERS, SURVEY

FACT, VIEW = "survey_response", "survey_answer"
ALPHA_DECIMALS = 3

KNOWN = f"select distinct authority, indicator, audience from {FACT}"  # noqa: S608 a name of ours
WAVES = f"""
select distinct authority, month, wave_month, wave, sample_type, audience, indicator
from {VIEW}
where indicator in ({{names}})
"""  # noqa: S608 a name of ours
ROWS = f"""
select authority, wave, sample_type, audience, indicator, scale, item, respondent, score, weight, weighted_by
from {FACT}
where indicator in ({{names}})
"""  # noqa: S608 a name of ours

Worth = dict[str, dict[str, tuple[float | None, int | None]]]
"""Authority -> month in which its headline is a survey's figure, and shown -> (equal answers, people who answered)."""


def pieces_of(session: Session, indicator: Indicator, worth: Worth) -> dict[tuple[str, str], list[Piece]]:
    """(Authority, month) -> the pieces of its headline."""
    if not worth or FACT not in indicator.facts:
        return {}
    session.lay({VIEW: shared_views()[VIEW]})
    known: dict[str, set[tuple[str, str]]] = {code: set() for code in worth}
    for code, *told in session.ask(KNOWN)[1]:
        known.get(code, set()).add((told[0], told[1]))
    asked = {code: _asked_of(indicator, told) for code, told in known.items()}
    names = ", ".join(sorted({f"'{one}'" for named, _ in asked.values() for one in named}))
    answers: dict[tuple[Any, ...], list[tuple[Any, ...]]] = defaultdict(list)
    for row in session.ask(ROWS.format(names=names))[1]:
        answers[row[:5]].append(row[5:])
    found: dict[tuple[str, str], list[Piece]] = {}
    of_wave: dict[tuple[Any, ...], list[Piece]] = {}
    for code, month, _, *wave in sorted(session.ask(WAVES.format(names=names))[1]):
        if month in worth.get(code, ()) and wave[3] in asked[code][0] and wave[2] in asked[code][1]:
            place = (code, *wave)
            if place not in of_wave:
                of_wave[place] = _of_wave(answers[place])
            told = found.setdefault((code, month), [piece(SURVEY, ANSWERS, *worth[code][month])])
            told += [one for one in of_wave[place] if one["name"] not in {other["name"] for other in told}]
    return found


def _asked_of(indicator: Indicator, known: Collection[tuple[str, str]]) -> tuple[set[str], set[str]]:
    """Whose answers, of those there are, a statement takes: it names them; a view it reads may, for its own."""
    named = {one for one, _ in known if f"'{one}'" in indicator.sql} or {indicator.id}
    return named, {who for _, who in known if f"'{who}'" in indicator.sql} or {"residents"}


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

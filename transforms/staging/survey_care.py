"""Respondents who filled a form in without reading it: too fast, or one answer to everything.

Only where a form has items enough to tell. A straight line needs an item that is worded the other way round: who agrees
with it and with its opposite has read neither. Where half of a form's respondents would go, it is the file that is not
understood: nobody is left out, and the gate judges it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from statistics import median

import pyarrow as pa

from transforms.questionnaire import SEVERAL, YES_NO, questionnaire
from transforms.staging.survey_forms import Person, standing_files

TOO_FAST, STRAIGHT = "left_out_too_fast", "left_out_one_answer"
ENOUGH_ITEMS = 10
"""Answers on a scale of five below which neither speed nor sameness says anything."""
ENOUGH_TIMES = 10
"""Respondents of whom the time is known, for a median to be worth anything."""
FAST = 1 / 3
"""Of the median time."""


def careless(people: Sequence[Person]) -> dict[int, str]:
    """The respondents of one form who did not read it: place in the sequence -> why."""
    scored, reverse = _scored()
    answers = [{item: answer for item, answer in one.answers.items() if item in scored} for one in people]
    if not people or median(len(one) for one in answers) < ENOUGH_ITEMS:
        return {}
    times = [seconds for one in people if (seconds := one.seconds) is not None]
    limit = median(times) * FAST if len(times) >= ENOUGH_TIMES else 0.0
    found: dict[int, str] = {}
    for at, (one, own) in enumerate(zip(people, answers, strict=True)):
        if one.seconds is not None and one.seconds < limit:
            found[at] = TOO_FAST
        elif len(own) >= ENOUGH_ITEMS and len(set(own.values())) == 1 and own.keys() & reverse:
            found[at] = STRAIGHT
    return found if 2 * len(found) < len(people) else {}


def careless_in(table: pa.Table, batch: str) -> dict[str, int]:
    """Why -> how many respondents of what landed in a run are left out, while no later export stands for it."""
    own = [file for file in standing_files(table) if file.batch == batch]
    return dict(sorted(Counter(why for file in own for why in careless(file.people).values()).items()))


def _scored() -> tuple[frozenset[str], frozenset[str]]:
    """The items answered on a scale of five, and those of them worded the other way round."""
    scales = [one for one in questionnaire().scales.values() if one.answers not in (YES_NO, SEVERAL)]
    items = [item for scale in scales for item in scale.items]
    return frozenset(item.id for item in items), frozenset(item.id for item in items if item.reverse)

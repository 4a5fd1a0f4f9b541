"""Respondents who filled a form in without reading it: too fast, or one answer to everything.

Only where a form has items enough to tell. A straight line runs through items of the same answers (all that are agreed
with, say), and needs one that is worded the other way round: who agrees with it and with its opposite has read neither.
Where half of a form's respondents would go, it is the file that is not understood: nobody is left out, and the gate
judges it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from statistics import median

from transforms.questionnaire import SEVERAL, YES_NO, questionnaire
from transforms.staging.survey_forms import File, Person, standing

TOO_FAST, STRAIGHT = "left_out_too_fast", "left_out_one_answer"
ENOUGH_ITEMS = 10
"""Answers on a scale of five below which neither speed nor sameness says anything."""
ENOUGH_TIMES = 10
"""Respondents of whom the time is known, for a median to be worth anything."""
FAST = 1 / 3
"""Of the median time."""


def careless(people: Sequence[Person]) -> dict[int, str]:
    """The respondents of one form who did not read it: place in the sequence -> why."""
    kinds, reverse = _scored()
    scored = frozenset[str]().union(*kinds)
    answers = [{item: answer for item, answer in one.answers.items() if item in scored} for one in people]
    if not people or median(len(one) for one in answers) < ENOUGH_ITEMS:
        return {}
    times = [seconds for one in people if (seconds := one.seconds) is not None]
    limit = median(times) * FAST if len(times) >= ENOUGH_TIMES else 0.0
    found: dict[int, str] = {}
    for at, (one, own) in enumerate(zip(people, answers, strict=True)):
        if one.seconds is not None and one.seconds < limit:
            found[at] = TOO_FAST
        elif any(_is_straight({item: own[item] for item in kind & own.keys()}, reverse) for kind in kinds):
            found[at] = STRAIGHT
    return found if 2 * len(found) < len(people) else {}


def careless_in(files: Sequence[File], batch: str) -> dict[str, int]:
    """Why -> how many respondents of what landed in a run are left out, while no later export stands for it."""
    own = [file for file in standing(files) if file.batch == batch]
    return dict(sorted(Counter(why for file in own for why in careless(file.people).values()).items()))


def _is_straight(own: Mapping[str, int], reverse: frozenset[str]) -> bool:
    """Whether one answer stands to all of enough items, with some worded the other way round among them."""
    return len(own) >= ENOUGH_ITEMS and len(set(own.values())) == 1 and bool(own.keys() & reverse)


def _scored() -> tuple[list[frozenset[str]], frozenset[str]]:
    """The items answered on a scale of five by what may be answered, and those of them worded the other way round."""
    scales = [one for one in questionnaire().scales.values() if one.answers not in (YES_NO, SEVERAL)]
    kinds: dict[str, set[str]] = {}
    for scale in scales:
        kinds.setdefault(scale.answers, set()).update(item.id for item in scale.items)
    reverse = frozenset(item.id for scale in scales for item in scale.items if item.reverse)
    return [frozenset(items) for items in kinds.values()], reverse

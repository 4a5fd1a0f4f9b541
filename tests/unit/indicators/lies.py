"""What is a lie: a zero nobody heard, a part called final, a reason that is not true."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from math import isclose

from tests.unit.indicators.hearing import MEASURED, Cells, heard_of, is_wide, of_the_truth, told, truth
from tests.unit.indicators.loud_town import MONTH
from tests.unit.indicators.silence import Silence, Source, without
from transforms.case_rows import Row
from transforms.cases import Case
from transforms.catalogue import Indicator
from transforms.reasons import REASONS

NO_STAGE = "no_stage"
"""Items of which nobody said the stage: of a source that says none, all of them."""


def lies(indicator: Indicator, case: Case, cells: Cells, silence: Silence) -> Iterator[str]:
    """What an indicator says of a variant that nobody can know."""
    true = of_the_truth()[indicator.id]
    for (space, part), cell in cells.items():
        where = f"{indicator.id} {space or '-'} {part or '-'}: {cell['value']} {cell['status']} {cell['quality']} {cell['reason']}"
        state, reasons = heard_of(indicator, case, space, part)
        want = true[space, part]["value"] if (space, part) in true else None
        if cell["value"] is None:
            code = cell["reason"].partition(":")[0]
            if code not in REASONS:
                yield f"{where} | no reason"
            said = cell["reason"] if code == "not_known" else code
            if (
                not space
                and not part
                and state != "full"
                and said not in reasons | {"empty_denominator", "not_reached"}
            ):
                yield f"{where} | the reason is one of {sorted(reasons)}"
            continue
        if "entered_by_hand" in cell["quality"].split():
            continue
        if cell["value"] == 0 and (want or state != "full"):
            yield f"{where} | a zero nobody heard, of {want}"
        is_true = want is not None and isclose(cell["value"], want, rel_tol=1e-6)
        # What is of no one asset may rest on other places than those that fell silent.
        if cell["status"] == "final" and state != "full" and not (is_true and is_wide(indicator)):
            yield f"{where} | final, and heard in {state}"
        if cell["status"] == "final" and not is_true and not _is_other_way(indicator, cell, silence):
            yield f"{where} | final, and it is {want}"
        if state == "full" and is_true and "partial_period" in cell["quality"].split():
            yield f"{where} | heard in full, and called partial"


@cache
def other_way(name: str, source: Source) -> Cells:
    """What an indicator says where the source is no source at all: another may tell the same its own way."""
    return told(without(truth(), source, MONTH), [MEASURED[name]])[name]


def _is_other_way(indicator: Indicator, cell: Row, silence: Silence) -> bool:
    """Whether a figure is another source's, told in full, or of what was not said."""
    if cell["part"] == NO_STAGE:
        return True
    if not any("|" in text for texts in indicator.header.needs.values() for text in texts):
        return False
    source = silence.source
    for one in (source, Source(source.fact, source.asset)):
        other = other_way(indicator.id, one).get((cell["space"], cell["part"]))
        if other and other["value"] is not None and isclose(other["value"], cell["value"], rel_tol=1e-6):
            return True
    return False

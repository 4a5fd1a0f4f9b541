"""Landed survey answers to `survey_response`: waves, reverse items, indicators fed.

Several files may make one wave (a form in each language): which of them are exports of one form, and who counts, is
decided in `survey_forms`, and who did not read the form in `survey_care`. Of residents, respondents are weighed by what
the town is. A respondent's number is made from what she answered, never from her place in a file: a file
sorted gives the same facts, and one more or less changes no other's.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from transforms.questionnaire import PULSE, YES, questionnaire
from transforms.staging.coverage import Part, coverage_row
from transforms.staging.records import Row, fact_rows
from transforms.staging.skipped import UNKNOWN, Need, QuarantinedRow, Skipped
from transforms.staging.survey_care import careless
from transforms.staging.survey_forms import DECLARED, File, Person, content, files_of, standing
from transforms.staging.survey_pulse import AGAIN, latest, quarter_end
from transforms.staging.town import Town
from transforms.surveys.margins import Margin
from transforms.surveys.weights import weigh
from warehouse.calendar import month_of

WEIGHED = ("residents", PULSE)
"""Audiences that are people of the town; staff and who comes out of a meeting are weighed by nothing."""
SOURCE = "survey"
STREAMS = ("survey_answer",)
REVISION = 9
WEIGHT_DECIMALS = 6
NEEDS = {
    "survey_answer": Need(
        ("survey_response",),
        ("wave", "instrument", "audience", "sample_type", "closed_day", "respondent", "item", "answer"),
        (), ("closed_day",),
    )
}  # fmt: skip


def stage(landed: Mapping[str, pa.Table], town: Town) -> dict[str, pa.Table]:
    """The facts `survey_response` and `coverage`."""
    skipped = Skipped(NEEDS, town)
    rows: list[Row] = []
    months = set()
    answers = skipped.fit(landed).get("survey_answer")
    _count_unknown(answers, skipped)
    for wave, files in _waves(standing(files_of(answers))).items():
        closed = max(about["closed_day"] for about, _ in files)
        months.add(month_of(closed))
        invited = max((about["invited"] or 0 for about, _ in files), default=0) or None
        people = [
            (said, person)
            for about, file in _once(files, skipped)
            for said in [about | {"filters": _filters(file)}]
            for person in _careful(about, file, skipped)
        ]
        months.update(month_of(person.day) for _, person in people if person.day)
        weights = _weights(people, town.population.margins(quarter_end(wave) or month_of(closed)))
        for number, (about, person) in _numbered(wave, people):
            shared = about | weights[id(person)] | {"closed_day": person.day or closed, "invited": invited}
            rows.extend(_rows(shared, person, number))
    found = {"survey_response": fact_rows("survey_response", rows, town), "coverage": _coverage(months, town)}
    return found | skipped.tables()


def _once(files: Sequence[tuple[dict[str, Any], File]], skipped: Skipped) -> list[tuple[dict[str, Any], File]]:
    """The files of a wave, of the pulse each person in one of them once: what she answered before is counted."""
    kept, replaced = latest([file for about, file in files if about["audience"] == PULSE])
    for file, count in replaced:
        about = {"closed_day": file.about["closed_day"], "batch": file.batch}
        skipped.leave_out("survey_answer", about, AGAIN, records=count)
    return [(about, kept.get(id(file), file)) for about, file in files]


def superseded(landed: Mapping[str, pa.Table], aside: Iterable[QuarantinedRow], _town: Town) -> set[str]:
    """Items of files for which a later export of their form stands."""
    earlier = {one.batch for file in standing(files_of(landed.get("survey_answer"))) for one in file.earlier}
    return {one.item for one in aside if one.run in earlier}


def _count_unknown(table: pa.Table | None, skipped: Skipped) -> None:
    """Answers that are none of the scale, or to no item of the questionnaire, become no fact."""
    if table is None or not table.num_rows:
        return
    asked = pa.array(sorted(questionnaire().reader_options()["items"]))
    for name, is_known in (
        ("answer", pc.and_(pc.greater_equal(table["answer"], 1), pc.less_equal(table["answer"], 5))),
        ("item", pc.is_in(table["item"].cast(pa.string()), asked)),
    ):
        if not pc.all(is_known).as_py():
            for row in table.filter(pc.invert(is_known)).to_pylist():
                skipped.leave_out("survey_answer", row, UNKNOWN, name)


def _careful(about: Mapping[str, Any], file: File, skipped: Skipped) -> list[Person]:
    """A file's respondents without those who did not read it, who are counted."""
    left_out = careless(file.people)
    for why, count in sorted(Counter(left_out.values()).items()):
        skipped.leave_out("survey_answer", {"closed_day": about["closed_day"], "batch": file.batch}, why, records=count)
    return [person for at, person in enumerate(file.people) if at not in left_out]


def _weights(people: Sequence[tuple[Mapping[str, Any], Person]], margins: Sequence[Margin]) -> dict[int, Row]:
    """Respondent, by identity -> her weight and what it is fitted to: of residents, each kind of sample alone."""
    found: dict[int, Row] = {}
    samples: dict[tuple[str, str], list[Person]] = defaultdict(list)
    for about, person in people:
        samples[about["audience"], about["sample_type"]].append(person)
    for (audience, _), asked in samples.items():
        weighting = weigh([one.declared() for one in asked], margins if audience in WEIGHED else ())
        by = " ".join(weighting.by)
        for person, weight in zip(asked, weighting.weights, strict=True):
            found[id(person)] = {"weight": round(weight, WEIGHT_DECIMALS), "weighted_by": by}
    return found


def _waves(files: Sequence[File]) -> dict[str, list[tuple[dict[str, Any], File]]]:
    """The files of each wave, with what their answers share."""
    found: dict[str, list[tuple[dict[str, Any], File]]] = defaultdict(list)
    for file in files:
        about = file.shared()
        found[about["wave"]].append((about, file))
    return dict(sorted(found.items()))


def _numbered(wave: str, people: list[tuple[dict[str, Any], Person]]) -> Iterator[tuple[int, tuple[Any, Person]]]:
    """People with their numbers in the wave; those who told the same follow one another."""
    marked = sorted(
        ((f"{wave}\n{about['audience']}\n{content(one)}", about, one) for about, one in people), key=lambda m: m[0]
    )
    taken: set[int] = set()
    for mark, about, person in marked:
        number = int.from_bytes(hashlib.sha256(mark.encode()).digest()[:6], "big")
        while number in taken:
            number += 1
        taken.add(number)
        yield number, (about, person)


def _filters(file: File) -> frozenset[str]:
    """The filter questions a form asked: somebody answered them."""
    return frozenset(item for person in file.people for item in person.answers) & questionnaire().filters.keys()


def _rows(about: Mapping[str, Any], person: Person, number: int) -> Iterator[Row]:
    """One row an answer and indicator it feeds; items that feed none are left out.

    Where a form asked whom an item is for, it counts of those who said yes, and of nobody else.
    """
    meanings = questionnaire().meanings()
    shared = dict(about) | dict(zip((*DECLARED, "seconds"), person.about, strict=True))
    shared |= {"month": month_of(about["closed_day"]), "respondent": number, "mode": person.mode or about["held_as"]}
    for item, answer in sorted(person.answers.items()):
        meaning = meanings.get(item)
        is_filtered = meaning is not None and meaning.filter in about["filters"]
        if meaning is None or (is_filtered and person.answers.get(meaning.filter) != YES):
            continue
        asked_of = "concerned" if is_filtered else "everybody"
        score = 6 - answer if meaning.reverse else answer
        for indicator in meaning.indicators:
            of = {"scale": meaning.scale, "indicator": indicator, "asked_of": asked_of}
            yield {**shared, **of, "item": item, "score": score}


def _coverage(months: set[str], town: Town) -> pa.Table:
    """A wave speaks for the month it closed in, of the pulse for those of its answers, the whole of each; how it was
    drawn stands on its answers, not here.
    """
    rows = (coverage_row("survey_response", Part.whole(month), basis="export") for month in sorted(months))
    return fact_rows("coverage", rows, town)

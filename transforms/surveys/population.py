"""Who lives in a town, by the attributes its surveys are weighed by, and from whom that is known.

Of each attribute the town's own configuration goes first, then what its staff entered, then the reference table.
Respondents are adults. Ages of the reference table are those of adults, in the stretches it has; its men and women, and
its Haredi and Arab residents, are of all ages, and so is what staff enter: nobody publishes them of adults by town.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from transforms.surveys.margins import Margin, bands_within

WEIGHED = ("sex", "age_band", "neighbourhood", "society")
"""The attributes a wave is weighed by, in this order."""
BANDS = ("18-24", "25-34", "35-49", "50-64", "65-74", "75+")
"""Ages as the questionnaire asks them."""
SEXES = ("female", "male")
SOCIETIES = ("general", "haredi", "arab")
Figures = Mapping[str, float]


class MarginProblem(ValueError):
    """What a town says of its population cannot be used; the message says why."""


@dataclass(frozen=True)
class Population:
    """What is known of a town's people.

    `own` and `reference` map an attribute to its margin; `entered` is what staff entered, a month to parts of
    `measurement.participation` to people; `residents` are those of each month of `entered`, `adults` the share who are
    18 or older, None where nobody knows.
    """

    own: Mapping[str, Margin] = field(default_factory=dict)
    reference: Mapping[str, Margin] = field(default_factory=dict)
    entered: Mapping[str, Figures] = field(default_factory=dict)
    residents: Mapping[str, int] = field(default_factory=dict)
    adults: float | None = None

    def margins(self, month: str) -> tuple[Margin, ...]:
        """What a wave that closed in a month is weighed by: of what staff entered the last by then.

        Each says of whom it is known: `town`, `staff` or `reference`.
        """
        told = {"town": self.own, "staff": self._entered(month), "reference": self.reference}
        first = ((cut, next((who for who, known in told.items() if cut in known), "")) for cut in WEIGHED)
        return tuple(replace(told[who][cut], origin=who) for cut, who in first if who)

    def _entered(self, month: str) -> dict[str, Margin]:
        """What staff entered by a month; of each figure the last, against the residents of its month."""
        shares: dict[str, float] = {}
        for when in sorted(one for one in self.entered if one <= month and self.residents.get(one)):
            shares |= {part: amount / self.residents[when] for part, amount in self.entered[when].items()}
        found: dict[str, list[tuple[tuple[str, ...], float]]] = {}
        if (women := shares.get("people_women")) is not None:
            found["sex"] = [(("female",), women), (("male",), 1 - women)]
        if (old := shares.get("people_65")) is not None and self.adults:
            found["age_band"] = [(BANDS[:4], self.adults - old), (BANDS[4:], old)]
        told = {name: shares[f"people_{name}"] for name in SOCIETIES if f"people_{name}" in shares}
        if told:
            rest = tuple(name for name in SOCIETIES if name not in told)
            found["society"] = [(rest, 1 - sum(told.values())), *(((name,), one) for name, one in told.items())]
        # Figures that leave nobody, or fewer, for the others were entered of something else.
        good = {cut: groups for cut, groups in found.items() if all(amount >= 0 for _, amount in groups)}
        return {cut: Margin(cut, tuple(groups), cut == "age_band") for cut, groups in good.items()}


def own_margin(cut: str, people: Figures) -> Margin:
    """The margin a town configured: code, of ages a stretch of them, -> people or share. Raises MarginProblem."""
    if cut not in WEIGHED:
        raise MarginProblem(f"{cut} is nothing surveys are weighed by; known: {', '.join(WEIGHED)}")
    if any(not 0 < amount < float("inf") for amount in people.values()):
        raise MarginProblem(f"give each {cut} a number above 0")
    groups = {name: bands_within(name, BANDS) if cut == "age_band" else (name,) for name in people}
    allowed = {"sex": SEXES, "society": SOCIETIES}.get(cut, tuple(people))
    for name, codes in groups.items():
        if not codes or name not in allowed:
            known = f"whole bands of {', '.join(BANDS)}" if cut == "age_band" else ", ".join(allowed)
            raise MarginProblem(f"{cut}: {name!r} cannot be told from the answers; known: {known}")
    codes_told = [code for codes in groups.values() for code in codes]
    if len(set(codes_told)) < len(codes_told):
        raise MarginProblem("age_band: two stretches of ages overlap")
    if len(groups) < 2:
        raise MarginProblem(f"{cut}: name all groups there are, two at least")
    ordered = sorted(groups, key=lambda name: BANDS.index(groups[name][0])) if cut == "age_band" else groups
    return Margin(cut, tuple((groups[name], float(people[name])) for name in ordered), cut == "age_band")


def reference_margins(people: Figures, haredi: float | None, arab: float | None) -> dict[str, Margin]:
    """Margins of the reference table: its groups (`all`, `men`, `age_65_plus`, ...) -> residents of one year.

    `haredi` and `arab` are shares of all residents, None where the table does not know. A share that is not known is in
    one group with the general society.
    """
    found: dict[str, Sequence[tuple[tuple[str, ...], float]]] = {}
    if {"men", "women"} <= people.keys():
        found["sex"] = [(("female",), people["women"]), (("male",), people["men"])]
    if {"all", "age_0_17", "age_65_plus", "age_75_plus"} <= people.keys():
        old, oldest = people["age_65_plus"], people["age_75_plus"]
        younger = people["all"] - people["age_0_17"] - old
        found["age_band"] = [(BANDS[:4], younger), (BANDS[4:5], old - oldest), (BANDS[5:], oldest)]
    told = {name: share for name, share in (("haredi", haredi), ("arab", arab)) if share is not None}
    if told:
        rest = tuple(name for name in SOCIETIES if name not in told)
        found["society"] = [(rest, 1 - sum(told.values())), *(((name,), share) for name, share in told.items())]
    good = {cut: groups for cut, groups in found.items() if all(amount >= 0 for _, amount in groups)}
    return {cut: Margin(cut, tuple(groups), cut == "age_band") for cut, groups in good.items()}


def adult_share(people: Figures) -> float | None:
    """The share of residents who are 18 or older; None where the table does not know."""
    whole, young = people.get("all"), people.get("age_0_17")
    return None if not whole or young is None else 1 - young / whole

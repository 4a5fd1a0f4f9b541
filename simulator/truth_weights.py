"""What a respondent counts for, worked out one by one in plain Python: the town's people by four attributes, in turn.

Twenty rounds at most of fitting and cutting off, every weight within 0.3 and 3; who does not tell keeps her share.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from simulator.calendar import month_of
from simulator.measuring import RESIDENTS
from simulator.model import Town, Wave
from simulator.surveys import MARGINS
from simulator.truth_pages import residents_at

LOWEST, HIGHEST = 0.3, 3.0
Group = tuple[set[str], float]


@lru_cache(maxsize=64)
def _fitted(people: int, told: tuple[tuple[tuple[int, ...], tuple[float, ...]], ...]) -> tuple[float, ...]:
    """Weights from where each stands in each margin (-1 nowhere) and the share each group is to have."""

    def fit(weights: list[float]) -> list[float]:
        for _ in range(400):
            furthest = 0.0
            for places, shares in told:
                silent = sum(place < 0 for place in places) / people
                whole = sum(weights)
                sums = [0.0] * (len(shares) + 1)
                for place, weight in zip(places, weights, strict=True):
                    sums[place] += weight
                wanted = [*(share * (1 - silent) for share in shares), silent]
                furthest = max(furthest, *(abs(one / whole - want) for one, want in zip(sums, wanted, strict=True)))
                factor = [want * whole / one if one else 1.0 for one, want in zip(sums, wanted, strict=True)]
                weights = [weight * factor[place] for place, weight in zip(places, weights, strict=True)]
            if furthest < 1e-11:
                break
        return [weight * people / sum(weights) for weight in weights]

    def cut(weights: list[float]) -> list[float]:
        low, high = 0.0, 1000.0
        for _ in range(200):
            factor = (low + high) / 2
            kept = [min(max(weight * factor, LOWEST), HIGHEST) for weight in weights]
            low, high = (factor, high) if sum(kept) < people else (low, factor)
        return kept

    weights = fit([1.0] * people)
    for _ in range(20):
        if min(weights) >= LOWEST and max(weights) <= HIGHEST:
            return tuple(weights)
        kept = cut(weights)
        again = fit(kept)
        if max(abs(one - other) for one, other in zip(again, weights, strict=True)) < 1e-9:
            return tuple(kept)
        weights = again
    return tuple(cut(weights))


def weights_of(town: Town, wave: Wave) -> tuple[float, ...]:
    """Of everybody in the wave, in order; residents alone are weighed."""
    if wave.audience != "residents" or not wave.people:
        return (1.0,) * len(wave.people)
    return weights_for([one.cuts for one in wave.people], residents_at(town, month_of(wave.closed_day)))


def weights_for(people: Sequence[Mapping[str, str]], residents: float) -> tuple[float, ...]:
    """Of residents by what each says of herself, question -> option, in a town of so many."""
    told = []
    for cut, groups in _margins(residents).items():
        codes = [one.get(cut) for one in people]
        found = _joined(cut, groups, codes)
        if len(found) > 1:
            places = tuple(next((n for n, (of, _) in enumerate(found) if code in of), -1) for code in codes)
            told.append((places, tuple(share for _, share in found)))
    return _fitted(len(people), tuple(told))


def _margins(people: float) -> dict[str, list[Group]]:
    """The settings' ages and neighbourhoods, and of what staff typed women and the two societies."""
    women, haredi, arab = (RESIDENTS[f"people_{name}"] / people for name in ("women", "haredi", "arab"))
    spread = {cut: sum(groups.values()) for cut, groups in MARGINS.items()}
    shares = {cut: {name: one / spread[cut] for name, one in groups.items()} for cut, groups in MARGINS.items()}
    return {
        "sex": [({"female"}, women), ({"male"}, 1 - women)],
        "age_band": [
            ({"18-24", "25-34"}, shares["age_band"]["18-34"]), ({"35-49"}, shares["age_band"]["35-49"]),
            ({"50-64"}, shares["age_band"]["50-64"]), ({"65-74"}, shares["age_band"]["65-74"]),
            ({"75+"}, shares["age_band"]["75+"]),
        ],
        "neighbourhood": [({name}, share) for name, share in shares["neighbourhood"].items()],
        "society": [({"general"}, 1 - haredi - arab), ({"haredi"}, haredi), ({"arab"}, arab)],
    }  # fmt: skip


def _joined(cut: str, groups: Sequence[Group], codes_told: Sequence[str | None]) -> list[Group]:
    """No group of under ten people or a twentieth: an age goes to the smaller of its neighbours, others to the next."""
    left = [(set(codes), share) for codes, share in groups]

    def size(group: Group) -> tuple[int, list[str]]:
        return sum(code in group[0] for code in codes_told), sorted(group[0])

    while len(left) > 1:
        told = sum(size(one)[0] for one in left)
        thin = min(left, key=size)
        if size(thin)[0] >= 10 and size(thin)[0] >= told / 20:
            break
        at = left.index(thin)
        beside = [left[n] for n in (at - 1, at + 1) if 0 <= n < len(left)] if cut == "age_band" else left
        other = min((one for one in beside if one is not thin), key=size)
        place = min(at, left.index(other))
        both = (thin[0] | other[0], thin[1] + other[1])
        left = [one for one in left if one is not thin and one is not other]
        left.insert(place, both)
    return left


def worth(weights: Sequence[float]) -> float:
    """How many answers of one weight these are worth."""
    return sum(weights) ** 2 / sum(one * one for one in weights) if weights else 0.0

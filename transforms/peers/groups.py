"""Which groups of authorities one belongs to: the country, a district, a cluster, a size band, a sector."""

from __future__ import annotations

from dataclasses import dataclass

DIMENSIONS = ("country", "district", "cluster", "size", "sector")
"""In the order they are said."""
SIZES = ((10_000, "to_10k"), (50_000, "to_50k"), (100_000, "to_100k"))
"""(residents, band): an authority is in the first band of which it has fewer residents."""
LARGEST = "from_100k"
MAJORITY = 0.5
"""Of whom more than this share of residents are, gives an authority its sector."""


@dataclass(frozen=True)
class Attributes:
    """What is known of an authority. '' and None: it is not known, and it is in no group of that dimension."""

    authority: str
    district: str = ""
    ses_cluster: int | None = None
    residents: int | None = None
    haredi_share: float | None = None
    arab_share: float | None = None


@dataclass(frozen=True, order=True)
class Group:
    """Authorities that are alike in one dimension, or all of them (`country`, '')."""

    dimension: str
    code: str = ""


def groups_of(one: Attributes) -> dict[str, Group]:
    """Dimension -> the group an authority is in; a dimension of which nothing is known is not there."""
    found = {"country": ""}
    if one.district:
        found["district"] = one.district
    if one.ses_cluster is not None:
        found["cluster"] = str(one.ses_cluster)
    if one.residents is not None:
        found["size"] = next((band for limit, band in SIZES if one.residents < limit), LARGEST)
    if one.arab_share is not None:
        found["sector"] = _sector(one.arab_share, one.haredi_share)
    return {dimension: Group(dimension, code) for dimension, code in found.items()}


def _sector(arab_share: float, haredi_share: float | None) -> str:
    """Of a place whose Haredi share is not listed it is small: the list leaves out what is under 1,500 people."""
    if arab_share > MAJORITY:
        return "arab"
    return "haredi" if (haredi_share or 0.0) > MAJORITY else "general"

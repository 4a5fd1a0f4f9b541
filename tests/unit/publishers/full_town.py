"""A town as full as one gets: every indicator for three years, with its verdict, fourteen places and groups beside each."""

from __future__ import annotations

import json
import random
from pathlib import Path

from sqlalchemy import Engine
from sqlmodel import Session, SQLModel

from pipeline.refresh.dimensions import catalogue_rows
from publishers.reading import months_until
from tests.unit.publishers.town import AUTHORITY, MONTH
from transforms.catalogue import leads, ours
from warehouse import tables, verdict_tables
from warehouse.store import open_engine

SPACES = 14
LEVELS = {"share": 0.6, "score_1_5": 3.7, "level_0_3": 1.4}


def full_town(folder: Path) -> Engine:
    """A new warehouse of it, with the product's own indicators and texts."""
    engine = open_engine(f"sqlite:///{folder / 'full.sqlite'}")
    SQLModel.metadata.create_all(engine)
    rng, rows = random.Random(5), list[SQLModel]()
    indicators, parts = catalogue_rows(ours())
    rows += [tables.DimAuthority(**_town())]
    rows += [tables.DimIndicator(**one) for one in indicators] + [tables.DimPart(**one) for one in parts]
    rows += [tables.DimSpace(**_space(place)) for place in range(SPACES)]
    for place, name in enumerate(leads(), start=1):
        rows.append(verdict_tables.DimChoice(
            authority=AUTHORITY, indicator=name, lead=place, target=None, minimum_effect=0.03,
        ))  # fmt: skip
    for one in indicators:
        unit, level = str(one["unit"]), LEVELS.get(str(one["unit"]), 640.0)
        same = {
            "indicator": one["indicator"],
            "authority": AUTHORITY,
            "unit": unit,
            "definition_version": "1-abcdef0123",
        }
        for month in months_until(MONTH):
            parts_of = {"", str(one["headline"])}
            for part in sorted(parts_of):
                value = round(level * rng.uniform(0.85, 1.15), 4)
                rows.append(_value(same, month, value, part=part))
        for place in range(SPACES):
            rows.append(_value(same, MONTH, round(level * rng.uniform(0.2, 0.9), 4), space=f"place-{place:02d}"))
        rows.append(_verdict(str(one["indicator"]), level))
        for place in range(SPACES):
            rows.append(tables.IndicatorComposition(
                indicator=one["indicator"], authority=AUTHORITY, month=MONTH, kind="space", name=f"place-{place:02d}",
            ))  # fmt: skip
    with Session(engine) as session:
        session.add_all(rows)
        session.commit()
    return engine


def _value(same: dict[str, object], month: str, value: float, **where: str) -> tables.IndicatorValue:
    quality = "" if month != MONTH else "lower_bound by_name"
    more = {
        "n": 1234,
        "status": "final" if month != MONTH else "provisional",
        "quality": quality,
        "verdict": "no_signal",
    }
    return tables.IndicatorValue(**{**same, **more, "month": month, "value": value, **where})


def _verdict(indicator: str, level: float) -> verdict_tables.Verdict:
    fields = {
        "month": MONTH,
        "value": level,
        "plain": level,
        "centre": level,
        "lower": level * 0.9,
        "upper": level * 1.1,
    }
    return verdict_tables.Verdict(
        authority=AUTHORITY, indicator=indicator, month=MONTH, word="no_signal", reason="steady", complete_month=MONTH,
        fields=json.dumps(fields), pace="month", rule="", held=0, is_trial=False, baseline="", inputs="",
        definition_version="1",
    )  # fmt: skip


def _town() -> dict[str, object]:
    empty = dict.fromkeys(("ses_cluster", "periphery_cluster", "haredi_share", "arab_share"))
    named = {"name_he": "רמת אלון", "name_ar": "رمات ألون", "name_en": "Ramat Alon"}
    return {
        "authority": AUTHORITY, **named, "kind": "city", "district_code": "", "district_he": "", "district_en": "", **empty,
    }  # fmt: skip


def _space(place: int) -> dict[str, object]:
    return {
        "authority": AUTHORITY, "space": f"place-{place:02d}", "title": f"קבוצת השכנים של שכונת הגפן {place}", "asset": "whatsapp",
        "kind": "group", "operated_by": "authority", "language": "he", "society": "general", "neighbourhood": f"שכונה {place % 4}",
    }  # fmt: skip

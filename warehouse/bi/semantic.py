"""The views as a semantic model, by the core specification of Open Semantic Interchange (Apache Ossie, version 0.1.1).

The format is the one that several tools read and none of them owns; it is made from the views and their dictionary.
"""

from __future__ import annotations

from warehouse.bi.selects import DIMENSIONS
from warehouse.bi.views import SCHEMA, View, views

VERSION = "0.1.1"
FACTS = ("v_headline", *(f"v_indicator_value_by_{what}_en" for what in ("part", "space", "group")))
LEFT_OUT = ("v_column", "v_code", "v_freshness", "v_goal", "v_source")
METRICS = {
    "headlines_known": ("count(v_headline.value)", "Indicators with a figure, by month and town"),
    "really_rising": (
        "sum(case when v_headline.verdict = 'real_rise' then 1 else 0 end)", "Indicators that really rose"),
    "really_falling": (
        "sum(case when v_headline.verdict = 'real_fall' then 1 else 0 end)", "Indicators that really fell"),
    "share_of_all": (
        "sum(v_headline.numerator) / nullif(sum(v_headline.denominator), 0)",
        "Of one indicator that is a share, over several towns or months: never the mean of shares"),
}  # fmt: skip


def model() -> dict[str, object]:
    """Key -> value, as its file has it: datasets with fields and keys, relationships, figures that may be made."""
    known = {one.name: one for one in views()}
    dimensions = [known[name] for name in DIMENSIONS if name not in LEFT_OUT]
    facts = [known[name] for name in FACTS]
    return {
        "version": VERSION,
        "semantic_model": [
            {
                "name": "kehila",
                "description": "Whether a municipality's digital spaces build community: headlines of its indicators",
                "ai_context": {
                    "instructions": "A value that is null is not zero: status says what it is. Never sum or average "
                    "shares, means and scores. Whether a figure really rises is verdict, and not change."
                },
                "datasets": [_dataset(one) for one in (*facts, *dimensions)],
                "relationships": [
                    _relationship(fact, one)
                    for fact in facts
                    for one in dimensions
                    if set(one.key) <= set(fact.columns)
                ],
                "metrics": [
                    {"name": name, "description": about, "expression": _expression(sql)}
                    for name, (sql, about) in METRICS.items()
                ],
            }
        ],
    }


def _expression(sql: str) -> dict[str, object]:
    return {"dialects": [{"dialect": "ANSI_SQL", "expression": sql}]}


def _dataset(one: View) -> dict[str, object]:
    return {
        "name": one.name,
        "source": f"{SCHEMA}.{one.name}",
        "primary_key": list(one.key),
        "description": one.about,
        "fields": [
            {
                "name": name, "expression": _expression(name), "label": label.en,
                "description": label.about or label.en,
                **({"dimension": {"is_time": True}} if name == "date" else {}),
                "ai_context": {"synonyms": [label.he, label.ar]},
            }
            for name, label in one.columns.items()
        ],
    }  # fmt: skip


def _relationship(fact: View, one: View) -> dict[str, object]:
    key = list(one.key)
    return {
        "name": f"{fact.name}_to_{one.name}",
        "from": fact.name,
        "to": one.name,
        "from_columns": key,
        "to_columns": key,
    }

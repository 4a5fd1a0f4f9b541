"""The SELECTs behind the views for BI. Names are ours, never input.

A figure that may not be shown is left out by a join, not by an expression: SQLite knows the type of a column only where
it is a table's own.
"""

from __future__ import annotations

from collections.abc import Mapping

from warehouse.bi.labels import OF_HEADLINES, OF_VALUES, PUBLISHED, SPOKEN, before

SHOWN = "('final', 'provisional')"
STATE = "coalesce(ms.state, case when m.last_day < current_date then 'provisional' else 'open' end)"
"""Of a month, as publishers say it; one that nobody closed is open while it runs."""
MONTHS_BEFORE = tuple(range(1, 13))
PLACES = {
    "": "v.cut = '' and v.space = '' and v.part = ''",
    "_by_part": "v.cut = '' and v.space = '' and v.part <> ''",
    "_by_space": "v.cut = '' and v.space <> '' and v.part = ''",
    "_by_space_and_part": "v.cut = '' and v.space <> '' and v.part <> ''",
}
GROUPS = {
    "_by_group": "v.cut <> '' and v.part = ''",
    "_by_group_and_part": "v.cut <> '' and v.part <> ''",
}
"""End of a view's name -> its rows. None holds a whole beside what it is made of: a sum counts nothing twice."""


def code(alias: str, kind: str, of: str, *, in_town: bool = False) -> str:
    """The join that brings a code's words."""
    town = "v.authority" if in_town else "''"
    return (
        f"left join dim_code {alias} on {alias}.authority = {town} and {alias}.kind = '{kind}' and {alias}.code = {of}"
    )


def name_of(language: str) -> str:
    """The authority's name, in Hebrew where it has none in the language."""
    return f"coalesce(nullif(a.name_{language}, ''), a.name_he)"


def written(columns: Mapping[str, str]) -> str:
    """The list of a SELECT."""
    return ",\n    ".join(f"{source} as {name}" for name, source in columns.items())


def of_values(language: str, where: str, *, of_groups: bool = False) -> str:
    """Values as they are now known, of some places or of groups of people."""
    source = {name: f"v.{name}" for name in (("cut",) if of_groups else ()) + tuple(OF_VALUES)} | {
        "authority_name": name_of(language), "title": f"i.title_{language}", "outcome": "i.outcome",
        "part_title": f"p.title_{language}", "space_title": "s.title", "date": "m.date",
        **{name: f"x.{name}" for name in ("value", "numerator", "denominator", "n", "lo", "hi")},
        **{name: f"c.{name}" for name in ("effect", "lower", "upper")},
        **{f"{name}_name": f"w_{name}.name_{language}" for name in
           ("outcome", "family", "unit", "status", "quality", "reason", "verdict")},
    }  # fmt: skip
    return f"""
select
    {written(source)}
from indicator_value v
join dim_indicator i on i.indicator = v.indicator
left join indicator_value x on {same_cell("x", "v.month", "v.part", "v.space", "v.cut")}
left join dim_month m on m.month = v.month
left join dim_authority a on a.authority = v.authority
left join dim_part p on p.indicator = v.indicator and p.part = v.part
left join verdict c on c.authority = v.authority and c.indicator = v.indicator and c.month = v.month
    and v.cut = '' and v.space = '' and v.part = ''
left join dim_space s on s.authority = v.authority and s.space = v.space
{words()}
where {where}
"""  # noqa: S608


def same_cell(alias: str, month: str, part: str, space: str = "''", cut: str = "''") -> str:
    """The condition of a cell of the same town and indicator that may be shown."""
    return (
        f"{alias}.indicator = v.indicator and {alias}.authority = v.authority and {alias}.month = {month}"
        f" and {alias}.cut = {cut} and {alias}.space = {space} and {alias}.part = {part} and {alias}.status in {SHOWN}"
    )


def words() -> str:
    """The joins that bring the words of a value's codes."""
    return "\n".join(
        [
            code("w_outcome", "outcome", "cast(i.outcome as varchar(1))"), code("w_family", "family", "i.family"),
            code("w_unit", "unit", "v.unit"), code("w_status", "status", "v.status"),
            code("w_quality", "quality", "v.quality", in_town=True),
            code("w_reason", "reason", "v.reason", in_town=True), code("w_verdict", "verdict", "v.verdict"),
        ]
    )  # fmt: skip


def of_published(language: str, where: str) -> str:
    """What the latest revision of each closed month published, beside what is known now."""
    source = {name: f"v.{name}" for name in PUBLISHED} | {
        "authority_name": name_of(language), "title": f"coalesce(i.title_{language}, v.indicator)",
        "outcome": "i.outcome", "part_title": f"p.title_{language}", "space_title": "s.title",
        "revision": "r.revision", "closed_at": "r.closed_at", "value": "x.value",
        "unit": "coalesce(p.unit, i.unit)", "known_value": "k.value",
        "known_status": "coalesce(now.status, 'missing')", "known_definition": "now.definition_version",
        "date": "m.date", "status_name": f"w_status.name_{language}",
    }  # fmt: skip
    same = "v.month and {0}.cut = v.cut and {0}.space = v.space and {0}.part = v.part"
    return f"""
select
    {written(source)}
from snapshot_value v
join snapshot r on r.authority = v.authority and r.month = v.month and r.revision = v.snapshot_revision
left join snapshot_value x on x.authority = v.authority and x.snapshot_revision = v.snapshot_revision
    and x.indicator = v.indicator and x.month = {same.format("x")} and x.status in {SHOWN}
left join dim_indicator i on i.indicator = v.indicator
left join dim_month m on m.month = v.month
left join dim_authority a on a.authority = v.authority
left join dim_part p on p.indicator = v.indicator and p.part = v.part
left join dim_space s on s.authority = v.authority and s.space = v.space
left join indicator_value now on now.authority = v.authority and now.indicator = v.indicator
    and now.month = {same.format("now")}
left join indicator_value k on {same_cell("k", "v.month", "v.part", "v.space", "v.cut")}
{code("w_status", "status", "v.status")}
where {where} and r.revision = (
    select max(l.revision) from snapshot l where l.authority = v.authority and l.month = v.month
)
"""  # noqa: S608


def _definition(language: str | None) -> str:
    """How an indicator is computed, in a language where it is said in it."""
    return f"coalesce(nullif(i.definition_{language}, ''), i.definition_en)" if language else "i.definition_en"


def of_headlines(language: str | None) -> str:
    """One row a town, indicator and month: the figure that speaks. Without a language, what is in none.

    Each headline has its cell; the join is an outer one, so that SQLite begins with the headlines, not with all values.
    """
    source = {
        **{name: f"x.{name}" for name in ("value", "lo", "hi", "n", "numerator", "denominator")},
        **{name: f"v.{name}" for name in
           ("cut", "unit", "status", "quality", "reason", "verdict", "as_of", "definition_version")},
        **{name: f"h.{name}" for name in ("date", "month", "authority", "indicator", "part")},
        **{name: f"c.{name}" for name in ("effect", "lower", "upper", "complete_month")},
        **{name: f"i.{name}" for name in ("better", "outcome", "family", "owner")},
        **{f"{name}_name": f"w_{name}.name_{language}" for name in
           ("outcome", "family", "unit", "status", "quality", "reason", "verdict", "better", "owner", "month_state")},
        **{name: f"i.{name}_{language}" for name in ("title", "question", "advice")},
        "measure": f"i.unit_words_{language}", "definition": _definition(language), "month_name": f"m.name_{language}",
        "authority_name": name_of(language or "he"), "sentence": f"h.sentence_{language}",
        "previous_value": "y.value", "change": "g.change", "change_share": "g.change_share", "lead": "ch.lead",
        "target": "ch.target", "month_state": STATE,
        "has_holiday": "t.has_holiday", "has_emergency": "t.has_emergency",
    }  # fmt: skip
    wanted = {name: source[name] for name in OF_HEADLINES if language or name not in SPOKEN}
    said = f"""{words()}
{code("w_better", "better", "i.better")}
{code("w_owner", "owner", "i.owner")}
{code("w_month_state", "state", STATE)}
left join dim_authority a on a.authority = h.authority"""
    return f"""
select
    {written(wanted)}
from headline h
left join indicator_value v on v.indicator = h.indicator and v.authority = h.authority and v.month = h.month
    and v.cut = '' and v.space = '' and v.part = h.part
left join dim_indicator i on i.indicator = h.indicator
left join indicator_value x on {same_cell("x", "h.month", "i.headline")} and h.part = i.headline
left join indicator_value y on {same_cell("y", "h.year_before", "i.headline")}
left join headline g on g.authority = h.authority and g.indicator = h.indicator and g.month = h.month
    and x.month = h.month and y.month = h.year_before
left join verdict c on c.authority = h.authority and c.indicator = h.indicator and c.month = h.month
left join dim_choice ch on ch.authority = h.authority and ch.indicator = h.indicator
left join dim_month m on m.month = h.month
left join dim_town_month t on t.authority = h.authority and t.month = h.month
left join month_state ms on ms.authority = h.authority and ms.month = h.month
{said if language else ""}"""  # noqa: S608


def of_headlines_wide(language: str) -> str:
    """One row a town and indicator: the latest month that is over, and the twelve before it."""
    wanted = {
        "authority": "v.authority", "authority_name": name_of(language), "indicator": "v.indicator",
        "title": f"i.title_{language}", "measure": f"i.unit_words_{language}", "unit": "v.unit",
        "unit_name": f"w_unit.name_{language}", "lead": "ch.lead", "date": "h.date", "month": "h.month",
        "value": "x.value", **{before_name(back): f"x{back}.value" for back in MONTHS_BEFORE},
        "status_name": f"w_status.name_{language}", "verdict": "v.verdict",
        "verdict_name": f"w_verdict.name_{language}", "sentence": f"h.sentence_{language}",
        "family_name": f"w_family.name_{language}", "owner_name": f"w_owner.name_{language}",
    }  # fmt: skip
    steps = "\n".join(
        f"left join dim_month m{back} on m{back}.number = m.number - {back}\n"
        f"left join indicator_value x{back} on {same_cell(f'x{back}', f'm{back}.month', 'i.headline')}"
        for back in MONTHS_BEFORE
    )
    return f"""
select
    {written(wanted)}
from (
    select k.authority, max(k.month) as month from dim_town_month k join dim_month d on d.month = k.month
    where d.last_day < current_date group by k.authority
) l
join headline h on h.authority = l.authority and h.month = l.month
left join dim_month m on m.month = h.month
left join indicator_value v on v.indicator = h.indicator and v.authority = h.authority and v.month = h.month
    and v.cut = '' and v.space = '' and v.part = h.part
left join dim_indicator i on i.indicator = h.indicator
left join indicator_value x on {same_cell("x", "h.month", "i.headline")} and h.part = i.headline
{steps}
left join dim_choice ch on ch.authority = h.authority and ch.indicator = h.indicator
left join dim_authority a on a.authority = h.authority
{words()}
{code("w_owner", "owner", "i.owner")}
"""  # noqa: S608


def before_name(months: int) -> str:
    """The column with the figure of some months before."""
    return f"value_{months:02d}_before"


WIDE = (
    "authority", "authority_name", "indicator", "title", "measure", "unit", "unit_name", "lead", "date", "month",
    "value", *map(before_name, MONTHS_BEFORE), "status_name", "verdict", "verdict_name", "sentence", "family_name",
    "owner_name",
)  # fmt: skip
"""Columns of the wide view; a new one comes last."""
WIDE_LABELS = {before_name(back): before(back) for back in MONTHS_BEFORE}


def _code_table(kind: str) -> tuple[str, str]:
    """(key, SELECT) of a dimension that codes and their words make up."""
    return kind, f"select code as {kind}, name_he, name_ar, name_en from dim_code where kind = '{kind}'"  # noqa: S608


def _of(table: str, columns: str) -> str:
    return f"select {columns} from {table}"  # noqa: S608


FRESHNESS = """
select authority, 'facts' as kind, source, '' as account, max(month) as last_month, null as last_well_at,
    null as last_tried_at
from ledger_partition where month <> '' and fact <> 'coverage' group by authority, source
union all
select authority, 'pulls', source, account, null,
    cast(max(case when status = 'done' then ended_at end) as varchar(40)), cast(max(ended_at) as varchar(40))
from ledger_pull where not is_backfill group by authority, source, account
union all
select authority, 'figures', '', '', max(month), null, null from dim_town_month group by authority
"""
DIMENSIONS: dict[str, tuple[str, tuple[str, ...], str]] = {
    "v_month": ("Months of the calendar, one a row", ("month",), _of(
        "dim_month", "month, date, last_day, year, quarter, month_of_year, number, year_before, name_he, name_ar, "
        "name_en, feast_share, ramadan_share")),
    "v_town_month": ("Months of a town: holidays, emergencies, and where the month stands", ("authority", "month"), f"""
        select t.authority, t.month, m.date, t.has_holiday, t.has_emergency,
            {STATE} as month_state,
            coalesce(ms.revision, 0) as revision
        from dim_town_month t join dim_month m on m.month = t.month
        left join month_state ms on ms.authority = t.authority and ms.month = t.month"""),  # noqa: S608
    "v_authority": ("Local authorities, those of the reference table too", ("authority",), _of(
        "dim_authority", "authority, name_he, name_ar, name_en, kind, district_he, district_en, ses_cluster, "
        "periphery_cluster")),
    "v_indicator": ("Indicators as the catalogue declares them", ("indicator",), """
        select indicator, family, outcome, aspect, method, unit, better, headline, title_he as name_he,
            title_ar as name_ar, title_en as name_en, definition_en as definition, owner, since, definition_version,
            sort_order as place
        from dim_indicator"""),
    "v_part": ("Parts of indicators", ("indicator", "part"), """
        select indicator, part, unit, title_he as name_he, title_ar as name_ar, title_en as name_en from dim_part"""),
    "v_space": ("Places of a town, as it registered them", ("authority", "space"), """
        select authority, space, title as space_title, asset, kind, operated_by, language, society, neighbourhood,
            relevant_population from dim_space"""),
    "v_cut": ("Groups of people that have figures in a town", ("authority", "cut"), """
        select authority, code as cut, name_he, name_ar, name_en from dim_code where kind = 'cut'"""),
    **{f"v_{kind}": (f"Codes of the column {kind} in words", (kind,), _code_table(kind)[1])
       for kind in ("source", "family", "owner", "status", "verdict", "unit")},
    "v_outcome": ("The five outcomes of the policy review", ("outcome",), """
        select distinct i.outcome, c.name_he, c.name_ar, c.name_en from dim_indicator i
        join dim_code c on c.kind = 'outcome' and c.code = cast(i.outcome as varchar(1))"""),
    "v_code": ("Every code in words; authority is empty where it means the same everywhere",
               ("authority", "kind", "code"), _of("dim_code", "authority, kind, code, name_he, name_ar, name_en")),
    "v_column": ("The data dictionary: every column of every view and table", ("relation", "column_name"), _of(
        "dim_column", "relation, column_name, place, name_he, name_ar, name_en, description, relation_description")),
    "v_freshness": ("How far it speaks: facts by source, pulls by account, figures of the town",
                    ("authority", "kind", "source", "account"), FRESHNESS),
    "v_goal": ("Goals of programmes by month, with the verdict of their measure",
               ("authority", "month", "programme", "goal"), """
        select g.authority, g.month, m.date, g.programme, g.goal, g.indicator, g.better, g.target, g.until, g.owner,
            g.unit, g.word as verdict from programme_goal g left join dim_month m on m.month = g.month"""),
}  # fmt: skip
"""View -> what it holds, its key, its SELECT. Keys are those columns by which other views name its rows."""

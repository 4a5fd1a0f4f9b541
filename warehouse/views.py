"""Labelled views for people who open the warehouse in a BI tool: one a language, names of at most 31 letters.

`indicator_value_he`, `_ar`, `_en` join values, as they are known now, with the titles of authority, indicator, part and
space. `as_published_he`, `_ar`, `_en` give the cells of closed months as their latest revision published them, each
beside what is known now.
`indicator_value_by_group_he`, `_ar`, `_en` give those of groups of people: a sum over another view counts nobody again.
They are brought to what stands here whenever the schema is brought up to date. On PostgreSQL they stand in a schema of
their own, and are changed in place: views of a town's own that read them, and what was granted on them, stay.
"""

from __future__ import annotations

from sqlalchemy import Connection, text
from sqlmodel import SQLModel

LABELS: dict[str, dict[str, str]] = {
    "authority": {"he": "קוד הרשות", "ar": "رمز السلطة", "en": "Authority code"},
    "authority_name": {"he": "רשות", "ar": "السلطة", "en": "Authority"},
    "month": {"he": "חודש", "ar": "الشهر", "en": "Month"},
    "indicator": {"he": "קוד המדד", "ar": "رمز المؤشر", "en": "Indicator code"},
    "title": {"he": "מדד", "ar": "المؤشر", "en": "Indicator"},
    "outcome": {"he": "תוצאה", "ar": "النتيجة", "en": "Outcome"},
    "part_title": {"he": "מרכיב", "ar": "المكوّن", "en": "Part"},
    "space_title": {"he": "מרחב", "ar": "المساحة", "en": "Space"},
    "value": {"he": "ערך", "ar": "القيمة", "en": "Value"},
    "unit": {"he": "יחידה", "ar": "الوحدة", "en": "Unit"},
    "numerator": {"he": "מונה", "ar": "البسط", "en": "Numerator"},
    "denominator": {"he": "מכנה", "ar": "المقام", "en": "Denominator"},
    "n": {"he": "מספר נצפים", "ar": "عدد المشاهدات", "en": "Observations"},
    "status": {"he": "מצב", "ar": "الحالة", "en": "Status"},
    "quality": {"he": "הערות איכות", "ar": "ملاحظات الجودة", "en": "Quality notes"},
    "reason": {"he": "סיבה", "ar": "السبب", "en": "Reason"},
    "verdict": {"he": "מסקנה", "ar": "الاستنتاج", "en": "Conclusion"},
    "as_of": {"he": "נכון ליום", "ar": "صحيح حتى", "en": "As of"},
    "effect": {"he": "שינוי משנה לשנה", "ar": "التغيّر من سنة إلى سنة", "en": "Change over a year"},
    "lower": {"he": "הטווח הרגיל, מ", "ar": "النطاق المعتاد، من", "en": "Usual range from"},
    "upper": {"he": "הטווח הרגיל, עד", "ar": "النطاق المعتاد، حتى", "en": "Usual range to"},
}
"""In this order; a new one comes last, and none goes: what a town built on the views reads them by place and name."""
PUBLISHED_LABELS: dict[str, dict[str, str]] = {
    **{
        name: LABELS[name]
        for name in (
            "authority", "authority_name", "month", "indicator", "title", "outcome", "part_title", "space_title",
        )
    },
    "cut": {"he": "קוד קבוצת האוכלוסייה", "ar": "رمز الفئة السكانية", "en": "Code of the group"},
    "revision": {"he": "מהדורה", "ar": "الإصدار", "en": "Revision"},
    "closed_at": {"he": "מועד הסגירה", "ar": "وقت الإغلاق", "en": "Closed at"},
    "value": {"he": "ערך כפי שפורסם", "ar": "القيمة كما نُشرت", "en": "Value as published"},
    "unit": LABELS["unit"],
    "status": {"he": "מצב כפי שפורסם", "ar": "الحالة كما نُشرت", "en": "Status as published"},
    "quality": {"he": "הערות איכות כפי שפורסמו", "ar": "ملاحظات الجودة كما نُشرت", "en": "Quality notes as published"},
    "definition_version": {"he": "הגדרה כפי שפורסמה", "ar": "التعريف كما نُشر", "en": "Definition as published"},
    "known_value": {"he": "ערך כידוע כעת", "ar": "القيمة كما هي معروفة الآن", "en": "Value as now known"},
    "known_status": {"he": "מצב כידוע כעת", "ar": "الحالة كما هي معروفة الآن", "en": "Status as now known"},
    "known_definition": {"he": "הגדרה כידוע כעת", "ar": "التعريف كما هو معروف الآن", "en": "Definition as now known"},
}  # fmt: skip
"""Of the views of what was published; in this order, as those above."""
LANGUAGES = ("he", "ar", "en")
SCHEMA = "kehila_bi"
"""Where the views stand on PostgreSQL."""


GROUP = {"cut": {"he": "קבוצת אוכלוסייה", "ar": "فئة سكانية", "en": "Population group"}}
"""The column that views of groups of people have before the others, so that a new one comes last: `society=arab`."""


def view_sql(language: str, *, of_groups: bool = False) -> str:
    """The SELECT behind a language's view, `of_groups` of people or of wholes; the labels are ours, never input."""
    labels, which = (GROUP | LABELS, "<>") if of_groups else (LABELS, "=")
    source = {
        "authority_name": f"coalesce(nullif(a.name_{language}, ''), a.name_he)",
        "title": f"i.title_{language}",
        "outcome": "i.outcome",
        "part_title": f"p.title_{language}",
        "space_title": "s.title",
        **{name: f"c.{name}" for name in ("effect", "lower", "upper")},
    }
    columns = ",\n    ".join(
        f'{source.get(name, f"v.{name}")} as "{label[language]}"' for name, label in labels.items()
    )
    return f"""
select
    {columns}
from indicator_value v
join dim_indicator i on i.indicator = v.indicator
left join dim_authority a on a.authority = v.authority
left join dim_part p on p.indicator = v.indicator and p.part = v.part
left join verdict c on c.authority = v.authority and c.indicator = v.indicator and c.month = v.month
    and v.cut = '' and v.space = '' and v.part = ''
left join dim_space s on s.authority = v.authority and s.space = v.space
where v.cut {which} ''
"""  # noqa: S608


def published_sql(language: str) -> str:
    """The SELECT behind a language's view of what the latest revision of each closed month published."""
    source = {
        "authority_name": f"coalesce(nullif(a.name_{language}, ''), a.name_he)",
        "title": f"coalesce(i.title_{language}, v.indicator)",
        "outcome": "i.outcome",
        "part_title": f"p.title_{language}",
        "space_title": "s.title",
        "revision": "r.revision",
        "closed_at": "r.closed_at",
        "value": "case when v.status in ('final', 'provisional') then v.value end",
        "unit": "coalesce(p.unit, i.unit)",
        "known_value": "case when k.status in ('final', 'provisional') then k.value end",
        "known_status": "coalesce(k.status, 'missing')",
        "known_definition": "k.definition_version",
    }
    columns = ",\n    ".join(
        f'{source.get(name, f"v.{name}")} as "{label[language]}"' for name, label in PUBLISHED_LABELS.items()
    )
    return f"""
select
    {columns}
from snapshot_value v
join snapshot r on r.authority = v.authority and r.month = v.month and r.revision = v.snapshot_revision
left join dim_indicator i on i.indicator = v.indicator
left join dim_authority a on a.authority = v.authority
left join dim_part p on p.indicator = v.indicator and p.part = v.part
left join dim_space s on s.authority = v.authority and s.space = v.space
left join indicator_value k on k.authority = v.authority and k.month = v.month and k.indicator = v.indicator
    and k.cut = v.cut and k.space = v.space and k.part = v.part
where v.cut = '' and r.revision = (
    select max(l.revision) from snapshot l where l.authority = v.authority and l.month = v.month
)
"""  # noqa: S608


def _views() -> list[tuple[str, list[str], str, str]]:
    """Each view: its name, its columns, its SELECT, and what is said of it."""
    found = []
    for one in LANGUAGES:
        columns = [label[one] for label in LABELS.values()]
        found.append(
            (f"indicator_value_{one}", columns, view_sql(one), "Every value with its titles; see docs/operations.md")
        )
        columns = [label[one] for label in (GROUP | LABELS).values()]
        said = "Groups of people, cuts of the other values; see docs/operations.md"
        found.append((f"indicator_value_by_group_{one}", columns, view_sql(one, of_groups=True), said))
        columns = [label[one] for label in PUBLISHED_LABELS.values()]
        said = "Closed months as published, beside what is known now; see docs/operations.md"
        found.append((f"as_published_{one}", columns, published_sql(one), said))
    return found


def make_views(connection: Connection) -> None:
    """Bring the labelled views, and on PostgreSQL the comments of columns, to what is declared."""
    if connection.dialect.name != "postgresql":  # nothing is granted, and a view finds what it reads by its name
        for name, _, select, _ in _views():
            connection.execute(text(f"drop view if exists {name}"))
            connection.execute(text(f"create view {name} as {select}"))
        return
    from warehouse.store import LEDGER_TABLES, WAREHOUSE_TABLES

    connection.execute(text(f"create schema if not exists {SCHEMA}"))
    for name, columns, select, said in _views():
        _bring_up(connection, name, columns, select, said)
    for table in (*WAREHOUSE_TABLES, *LEDGER_TABLES):
        _comment(connection, table)


def _bring_up(connection: Connection, view: str, wanted: list[str], select: str, said: str) -> None:
    """Make a view, or change the one that is there: it is moved, its columns are renamed, new ones are added."""
    if not _columns(connection, SCHEMA, view) and _columns(connection, "public", view):  # of an older release
        connection.execute(text(f"alter view public.{view} set schema {SCHEMA}"))
    there = _columns(connection, SCHEMA, view)
    renamed = [(old, new) for old, new in zip(there, wanted, strict=False) if old != new]
    for number, (old, _) in enumerate(renamed):  # by way of names nobody has: two may change places
        connection.execute(text(f'alter view {SCHEMA}.{view} rename column "{old}" to "kehila_{number}"'))
    for number, (_, new) in enumerate(renamed):
        connection.execute(text(f'alter view {SCHEMA}.{view} rename column "kehila_{number}" to "{new}"'))
    connection.execute(text(f"create or replace view {SCHEMA}.{view} as {select}"))
    connection.execute(text(f"comment on view {SCHEMA}.{view} is '{said}'"))


def _columns(connection: Connection, schema: str, view: str) -> list[str]:
    query = text(
        "select column_name from information_schema.columns where table_schema = :schema and table_name = :view"
        " order by ordinal_position"
    )
    return list(connection.execute(query, {"schema": schema, "view": view}).scalars())


def _comment(connection: Connection, table: type[SQLModel]) -> None:
    for name, info in table.model_fields.items():
        # A comment cannot be a parameter; the driver reads % as one.
        words = (info.description or "").replace("'", "''").replace("%", "%%")
        connection.exec_driver_sql(f"comment on column {table.__tablename__}.{name} is '{words}'")

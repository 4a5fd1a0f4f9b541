-- One row: a figure on the items about municipal processes that a channel published in an asked month.
-- Columns: authority, month, indicator, part, value, numerator, denominator, n, quality, as_of.
-- It exists so that channels that list items stage by stage are counted alike: the whole (part ''), each stage, each kind of
-- process, and `earliness`: 1 when all were shared at the idea, 0 when all were shared when done.
select
    authority, month, indicator, coalesce(stage, process_kind, '') as part, cast(sum(items) as double) as value,
    cast(null as double) as numerator, cast(null as double) as denominator,
    sum(items) as n, max(quality) as quality, max(as_of) as as_of
from process_item
group by grouping sets ((authority, month, indicator), (authority, month, indicator, stage), (authority, month, indicator, process_kind))
having grouping(stage) + grouping(process_kind) = 2 or stage <> '' or process_kind <> ''
union all
select
    i.authority, i.month, i.indicator, 'earliness', cast(sum(i.items * s.thirds) as double) / 3 / nullif(cast(sum(i.items) as double), 0),
    cast(sum(i.items * s.thirds) as double) / 3, cast(sum(i.items) as double), sum(i.items), max(i.quality), max(i.as_of)
from process_item i
join (values ('idea', 3), ('draft', 2), ('decision', 1), ('done', 0)) as s(stage, thirds) on s.stage = i.stage
group by i.authority, i.month, i.indicator

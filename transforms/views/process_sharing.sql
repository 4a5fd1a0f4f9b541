-- One row: a figure on the items about municipal processes that a channel published in an asked month, by one way to know them.
-- Columns: authority, month, indicator, method, part, value, numerator, denominator, n.
-- It exists so that channels that list items stage by stage are counted alike: the whole (part ''), each stage, each kind of
-- process, and `earliness`: 1 when all were shared at the idea, 0 when all were shared when done.
select
    authority, month, indicator, method, coalesce(stage, process_kind, '') as part, cast(sum(items) as double) as value,
    cast(null as double) as numerator, cast(null as double) as denominator, sum(items) as n
from process_item
group by grouping sets (
    (authority, month, indicator, method), (authority, month, indicator, method, stage), (authority, month, indicator, method, process_kind)
)
having grouping(stage) + grouping(process_kind) = 2 or stage <> '' or process_kind <> ''
union all
select
    i.authority, i.month, i.indicator, i.method, 'earliness',
    cast(sum(i.items * s.thirds) as double) / 3 / nullif(cast(sum(i.items) as double), 0),
    cast(sum(i.items * s.thirds) as double) / 3, cast(sum(i.items) as double), sum(i.items)
from process_item i
join (values ('idea', 3), ('draft', 2), ('decision', 1), ('done', 0)) as s(stage, thirds) on s.stage = i.stage
group by i.authority, i.month, i.indicator, i.method

-- One row: items on municipal processes published in an asked month, of one stage and kind of process, by the way that counts.
-- Columns: authority, month, indicator, stage, process_kind, items, calls, quality, as_of.
-- It exists because items the platform showed go before those staff listed, those before bare numbers, and a month declared
-- complete without any of them is one row of zero. `calls` are items that call for a response, within `items`.
with items as (
    select
        authority, month, concat(
            asset, case asset when 'website' then '.process_publications' when 'facebook' then '.process_posts' else '.process_items' end
        ) as indicator,
        case when basis = 'entered' then 2 else 1 end as way,
        coalesce(stage, 'no_stage') as stage, coalesce(process_kind, '') as process_kind,
        cast(count(*) as decimal(18, 2)) as items,
        cast(sum(case when calls_for_response then 1 else 0 end) as decimal(18, 2)) as calls
    from publication
    where topic = 'process'
    group by authority, month, asset, basis, stage, process_kind
    union all
    -- Calls entered alone say nothing of the items there were.
    select
        authority, month, indicator, 3, case when part = '' then 'no_stage' else part end, '',
        sum(case when part <> 'calls' then cast(amount as decimal(18, 2)) end),
        sum(case when part = 'calls' then cast(amount as decimal(18, 2)) end)
    from report
    where indicator in ('website.process_publications', 'newsletter.process_items', 'facebook.process_posts')
    group by authority, month, indicator, part
),
ways as (
    select authority, month, indicator, way
    from items
    where way > 1
    union all
    select c.authority, c.month, w.indicator, case when c.is_measured = 1 and c.asset = w.asset then 1 else 4 end
    from covered c
    join (
        values ('website.process_publications', 'website'), ('newsletter.process_items', 'newsletter'), ('facebook.process_posts', 'facebook')
    ) as w(indicator, asset)
        on (c.fact = 'publication' and c.asset = w.asset and c.is_measured = 1)
        or (c.fact in ('publication', concat('report:', w.indicator)) and c.is_declared = 1)
),
chosen as (
    select authority, month, indicator, min(way) as way
    from ways
    group by authority, month, indicator
)
select
    c.authority, c.month, c.indicator, i.stage, i.process_kind,
    case when i.way is null then 0 else i.items end as items,
    case when i.way is null then 0 else i.calls end as calls,
    case when c.way = 1 then '' else 'entered_by_hand' end as quality,
    case when c.way <> 1 then m.last_day end as as_of
from chosen c
join months m on m.authority = c.authority and m.month = c.month
left join items i on i.authority = c.authority and i.month = c.month and i.indicator = c.indicator and i.way = c.way

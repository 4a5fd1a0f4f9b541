-- One row: items on municipal processes published in an asked month, of one stage and kind of process, by one way to know them.
-- Columns: authority, month, indicator, method, stage, process_kind, items, calls.
-- It exists so that channels are counted alike: what the platform showed, what staff listed, the numbers they entered, and a row of
-- nothing where a month was heard or declared complete. `calls` are items that call for a response, within `items`.
with items as (
    select
        authority, month, concat(
            asset, case asset when 'website' then '.process_publications' when 'facebook' then '.process_posts' else '.process_items' end
        ) as indicator,
        method,
        coalesce(stage, 'no_stage') as stage, coalesce(process_kind, '') as process_kind,
        cast(count(*) as decimal(18, 2)) as items,
        cast(sum(case when calls_for_response then 1 else 0 end) as decimal(18, 2)) as calls
    from published
    where topic = 'process'
    group by authority, month, asset, method, stage, process_kind
    union all
    -- Calls entered alone say nothing of the items there were.
    select
        authority, month, indicator, 'entered', case when part = '' then 'no_stage' else part end, '',
        sum(case when part <> 'calls' then cast(amount as decimal(18, 2)) end),
        sum(case when part = 'calls' then cast(amount as decimal(18, 2)) end)
    from report
    where indicator in ('website.process_publications', 'newsletter.process_items', 'facebook.process_posts')
    group by authority, month, indicator, part
),
heard as (
    select distinct
        c.authority, c.month, w.indicator, case when c.is_measured = 1 and c.asset = w.asset then 'measured' else 'declared' end as method
    from covered c
    join (
        values ('website.process_publications', 'website'), ('newsletter.process_items', 'newsletter'), ('facebook.process_posts', 'facebook')
    ) as w(indicator, asset)
        on (c.fact = 'publication' and c.asset = w.asset and c.is_measured = 1)
        or (c.fact in ('publication', concat('report:', w.indicator)) and c.is_declared = 1)
)
select i.authority, i.month, i.indicator, i.method, i.stage, i.process_kind, i.items, i.calls
from items i
join months m on m.authority = i.authority and m.month = i.month
union all
select authority, month, indicator, method, null, null, 0, 0
from heard

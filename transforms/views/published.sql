-- One row: something the authority published in an asked month in a place of its own, as one of the ways to know it tells.
-- Columns: authority, month, asset, space, space_kind, publication, topic, process_kind, stage, language, calls_for_response, method,
-- knows, is_part, is_listed.
-- It exists because a platform and the list staff keep may tell of the same item, and no mark of it is in both: whoever adds the
-- two up takes one of them for each place. `knows` are the attributes that a platform heard for the whole month can tell there,
-- `is_part` is 1 where one heard a part and none the whole, `is_listed` where staff listed anything. What a platform shows of a place and month it
-- does not speak for is left out, and so is what stands in places that residents run.
with places as (
    select p.authority, p.month, p.asset, p.space, max(case when p.basis = 'entered' then 1 else 0 end) as has_list
    from months m
    join publication p on p.authority = m.authority and p.month = m.month
    group by p.authority, p.month, p.asset, p.space
),
told as (
    select
        p.authority, p.month, p.asset, p.space, count(c.fact) as speaking,
        coalesce(string_agg(case when c.extent = 'full' then c.knows end, ' '), '') as knows,
        case when count(c.fact) > 0 and max(case when c.extent = 'full' then 1 else 0 end) = 0 then 1 else 0 end as is_part
    from places p
    left join coverage c
        on c.authority = p.authority and c.month = p.month and c.fact = 'publication' and c.basis <> 'entered' and c.extent <> 'none'
        and coalesce(c.asset, p.asset) = p.asset and (c.space in (p.space, '') or p.space = '')
    group by p.authority, p.month, p.asset, p.space
),
listed as (
    select p.authority, p.month, p.asset, p.space, max(l.has_list) as is_listed
    from places p
    join places l on l.authority = p.authority and l.month = p.month and l.asset = p.asset and l.space in (p.space, '')
    group by p.authority, p.month, p.asset, p.space
)
select
    p.authority, p.month, p.asset, p.space, s.kind as space_kind, p.publication, p.topic, p.process_kind, p.stage, p.language,
    p.calls_for_response, case when p.basis = 'entered' then 'listed' else 'measured' end as method, t.knows, t.is_part, l.is_listed
from publication p
join told t on t.authority = p.authority and t.month = p.month and t.asset = p.asset and t.space = p.space
join listed l on l.authority = p.authority and l.month = p.month and l.asset = p.asset and l.space = p.space
left join space s on s.authority = p.authority and s.space = p.space
where coalesce(s.operated_by, 'authority') = 'authority' and (p.basis = 'entered' or t.speaking > 0)

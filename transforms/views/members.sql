-- One row: the members of a space in an asked month, by the best count there is.
-- Columns: authority, month, asset, space, members, day, method, quality.
-- It exists because people are weighed against the members there are: a whole count of the platform goes before one staff
-- entered, that before a count of a part, and any of them before one carried over.
with weighed as (
    select
        c.authority, c.month, c.asset, c.space, c.members, c.day, c.method, c.quality,
        min(case when h.extent = 'full' and h.quality not like '%lower_bound%' then 0 when h.space is not null then 2 else 3 end) as heard,
        max(flags('lower_bound', h.quality like '%lower_bound%')) as bound
    from member_count c
    left join coverage h
        on h.authority = c.authority and h.month = c.month and h.space = c.space and h.fact = 'membership' and h.basis <> 'entered'
        and c.method = 'measured'
    group by c.authority, c.month, c.asset, c.space, c.members, c.day, c.method, c.quality
),
ranked as (
    select
        authority, month, asset, space, members, day, method,
        concat_ws(' ', quality, nullif(bound, '')) as quality,
        row_number() over (
            partition by authority, month, space order by case method when 'entered' then 1 when 'carried' then 4 else heard end
        ) as place
    from weighed
)
select authority, month, asset, space, members, day, method, trim(quality) as quality
from ranked
where place = 1

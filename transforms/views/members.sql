-- One row: the members of a space in an asked month, known staff left out, by the best count there is.
-- Columns: authority, month, asset, space, members, day, method, quality, is_seen.
-- It exists because people are weighed against the members there are: a whole count of the platform goes before one staff
-- entered, that before a count of a part, and any of them before one carried over; last is who was seen since an export begins.
with weighed as (
    select
        c.authority, c.month, c.asset, c.space, c.members, c.day, c.method, c.quality, c.is_seen,
        max(case when h.extent = 'full' then 1 else 0 end) as is_full
    from member_count c
    left join coverage h
        on h.authority = c.authority and h.month = c.month and h.space = c.space and h.fact = 'membership' and h.basis <> 'entered'
        and c.method = 'measured'
    group by c.authority, c.month, c.asset, c.space, c.members, c.day, c.method, c.quality, c.is_seen
),
ranked as (
    select
        authority, month, asset, space, members, day, method, quality, is_seen,
        row_number() over (
            partition by authority, month, space
            order by
                is_seen,
                case
                    when method = 'measured' and is_full = 1 and quality not like '%lower_bound%' then 0
                    when method = 'entered' then 1
                    when method = 'measured' then 2
                    else 3
                end
        ) as place
    from weighed
)
select authority, month, asset, space, members, day, method, quality, is_seen
from ranked
where place = 1

-- One row: a count of the members of a space for an asked month, by one way to know them.
-- Columns: authority, month, asset, space, members, day, method, quality.
-- It exists because a platform counts, staff enter, and a month nobody counted has the last count of the three months before,
-- unless the space has closed: `carried`, and flagged stale. What comings and goings add up to is a lower bound.
with counts as (
    select
        m.authority, m.month, b.month as counted, b.asset, b.space, b.members, b.day,
        case when b.month <> m.month then 'carried' when b.basis = 'entered' then 'entered' else 'measured' end as method,
        case when b.basis = 'entered' then 1 else 0 end as by_hand, case when b.basis = 'derived' then 1 else 0 end as bound
    from months m
    join membership b on b.authority = m.authority and b.day <= m.last_day and b.day >= m.first_day - interval '3' month
    left join space s on s.authority = b.authority and s.space = b.space
    where b.members is not null and (b.month = m.month or s.to_day is null or s.to_day > m.last_day)
    union all
    select m.authority, m.month, m.month, s.asset, r.space, cast(sum(r.amount) as bigint), m.last_day, 'entered', 2, 0
    from months m
    join report r on r.authority = m.authority and r.month = m.month
    join space s on s.authority = r.authority and s.space = r.space
    where r.indicator in ('facebook.group_share', 'whatsapp.open_members', 'whatsapp.broadcast_members')
    group by m.authority, m.month, m.last_day, s.asset, r.space
),
ranked as (
    select
        authority, month, asset, space, members, day, method, by_hand, bound,
        row_number() over (partition by authority, month, space, method order by counted desc, bound, by_hand, day desc, members desc) as place
    from counts
)
select authority, month, asset, space, members, day, method, flags('entered_by_hand', by_hand > 0, 'lower_bound', bound = 1, 'stale', method = 'carried') as quality
from ranked
where place = 1

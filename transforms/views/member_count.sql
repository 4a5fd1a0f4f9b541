-- One row: a count of the residents among the members of a space for an asked month, by one way to know them.
-- Columns: authority, month, asset, space, members, day, method, quality, is_seen.
-- It exists because a platform counts, staff enter, and a month nobody counted has the last count of the three months before,
-- unless the space has closed: `carried`, and flagged stale. What comings and goings add up to is a lower bound; `is_seen` is 1
-- where they are not known from the creation on, so that hardly any but those who write are in it: nobody is weighed against that.
-- Known staff are no residents: who is known to be in the space is taken out, and where nobody there was ever told apart,
-- the count is flagged estimated. A number staff entered for an indicator of residents is one of residents.
with known_staff as (
    select
        m.authority, m.month, b.space, b.staff,
        row_number() over (partition by m.authority, m.month, b.space order by b.day desc, b.staff desc) as place
    from months m
    join membership b on b.authority = m.authority and b.day <= m.last_day and b.day >= m.first_day - interval '3' month
    where b.staff is not null
),
counts as (
    select
        m.authority, m.month, b.month as counted, b.asset, b.space,
        greatest(b.members - coalesce(b.staff, k.staff, 0), 0) as members, b.day,
        case when b.month <> m.month then 'carried' when b.basis = 'entered' then 'entered' else 'measured' end as method,
        case when b.basis = 'entered' then 1 else 0 end as by_hand, case when b.basis in ('derived', 'seen') then 1 else 0 end as bound,
        case when b.basis = 'seen' then 1 else 0 end as is_seen,
        case when coalesce(b.staff, k.staff) is null and s.kind in ('group', 'open', 'broadcast') then 1 else 0 end as is_mixed
    from months m
    join membership b on b.authority = m.authority and b.day <= m.last_day and b.day >= m.first_day - interval '3' month
    left join known_staff k on k.authority = m.authority and k.month = m.month and k.space = b.space and k.place = 1
    left join space s on s.authority = b.authority and s.space = b.space
    where b.members is not null and (b.month = m.month or s.to_day is null or s.to_day > m.last_day)
    union all
    select m.authority, m.month, m.month, s.asset, r.space, cast(sum(r.amount) as bigint), m.last_day, 'entered', 2, 0, 0, 0
    from months m
    join report r on r.authority = m.authority and r.month = m.month
    join space s on s.authority = r.authority and s.space = r.space
    where r.indicator in ('facebook.group_share', 'whatsapp.open_members', 'whatsapp.broadcast_members')
    group by m.authority, m.month, m.last_day, s.asset, r.space
),
ranked as (
    select
        authority, month, asset, space, members, day, method, by_hand, bound, is_seen, is_mixed,
        row_number() over (partition by authority, month, space, method order by counted desc, bound, is_seen, by_hand, day desc, members desc) as place
    from counts
)
select
    authority, month, asset, space, members, day, method,
    trim(concat_ws(
        ' ', flags('entered_by_hand', by_hand > 0, 'estimated', is_mixed = 1), flags('lower_bound', bound = 1, 'stale', method = 'carried')
    )) as quality,
    is_seen
from ranked
where place = 1

-- One row: the members of a space in an asked month, for the indicator that counts spaces of its kind (space '': of them all).
-- Columns: authority, month, indicator, space, members, day, by_hand, stale.
-- It exists because a count outlives its month by three: a count of the month goes first, what staff entered under the indicator
-- next, then one derived from who came and went (a lower bound), then the last count before, unless the space has closed. What
-- staff entered for all spaces together stands only in a month without any other. The two last columns hold the flag's word, or
-- nothing.
with counted as (
    select
        m.authority, m.month, b.space, b.members, b.day, b.basis,
        case
            when b.asset = 'facebook' and coalesce(s.kind, 'group') = 'group' then 'facebook.group_share'
            when b.asset = 'whatsapp' and coalesce(s.kind, 'open') in ('open', 'group') then 'whatsapp.open_members'
            when b.asset = 'whatsapp' and s.kind = 'broadcast' then 'whatsapp.broadcast_members'
        end as indicator,
        flags('stale', b.month <> m.month) as stale,
        flags('entered_by_hand', b.basis = 'entered') as by_hand
    from months m
    join membership b on b.authority = m.authority and b.day <= m.last_day and b.day >= m.first_day - interval '3' month
    left join space s on s.authority = b.authority and s.space = b.space
    where b.members is not null and coalesce(s.operated_by, 'authority') = 'authority'
        and (b.month = m.month or s.to_day is null or s.to_day > m.last_day)
),
reported as (
    select
        m.authority, m.month, r.indicator, r.space, sum(cast(r.amount as bigint)) as members, m.last_day as day,
        'entered_by_hand' as by_hand, '' as stale
    from months m
    join report r on r.authority = m.authority and r.month = m.month
    where r.indicator in ('facebook.group_share', 'whatsapp.open_members', 'whatsapp.broadcast_members')
    group by m.authority, m.month, m.last_day, r.indicator, r.space
),
ranked as (
    select
        authority, month, indicator, space, members, day, by_hand, stale,
        row_number() over (
            partition by authority, month, indicator, space order by stale, source, by_hand, day desc, basis
        ) as place
    from (
        select authority, month, indicator, space, members, day, by_hand, stale, basis, case basis when 'derived' then 3 else 1 end as source
        from counted
        union all
        select authority, month, indicator, space, members, day, by_hand, stale, 'report', 2
        from reported
        where space <> ''
    ) as candidates
),
current_months as (
    select distinct authority, month, indicator
    from ranked
    where stale = ''
)
select r.authority, r.month, r.indicator, r.space, r.members, r.day, r.by_hand, r.stale
from ranked r
join current_months k on k.authority = r.authority and k.month = r.month and k.indicator = r.indicator
where r.place = 1
union all
select r.authority, r.month, r.indicator, r.space, r.members, r.day, r.by_hand, r.stale
from reported r
left join current_months k on k.authority = r.authority and k.month = r.month and k.indicator = r.indicator
where r.space = '' and k.month is null

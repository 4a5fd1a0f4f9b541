-- One row: a count of the members of a space in an asked month, for the indicator that counts spaces of its kind, by one way to
-- know them (space '': what staff entered for all of them together).
-- Columns: authority, month, indicator, space, members, day, method, quality.
-- It exists because groups of the authority are told apart by who may write in them.
select
    c.authority, c.month,
    case
        when c.asset = 'facebook' then 'facebook.group_share'
        when s.kind = 'broadcast' then 'whatsapp.broadcast_members'
        else 'whatsapp.open_members'
    end as indicator,
    c.space, c.members, c.day, c.method, c.quality
from member_count c
join space s on s.authority = c.authority and s.space = c.space
where s.operated_by = 'authority'
    and ((c.asset = 'facebook' and s.kind = 'group') or (c.asset = 'whatsapp' and s.kind in ('open', 'group', 'broadcast')))
union all
select m.authority, m.month, r.indicator, '', cast(sum(r.amount) as bigint), m.last_day, 'entered', ''
from months m
join report r on r.authority = m.authority and r.month = m.month
where r.space = '' and r.indicator in ('facebook.group_share', 'whatsapp.open_members', 'whatsapp.broadcast_members')
group by m.authority, m.month, m.last_day, r.indicator

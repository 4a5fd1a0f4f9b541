-- One row: a place or asset of an asked month, and the last day through which a source listened to it without a break.
-- Columns: authority, month, fact, asset, space, until.
-- It exists because what was asked on the last days of a month may be answered in the next: that goes on where both are heard, the
-- next from its first day. A day not known to have been heard to its end is not heard. A source may speak for a whole asset: then
-- for every place of it.
with said as (
    select
        m.authority, m.month, m.last_day as ends, c.fact, c.asset, c.space,
        case when c.extent = 'full' or c.last_day = m.last_day then c.last_day else cast(c.last_day - interval '1' day as date) end as until
    from months m
    join coverage c
        on c.authority = m.authority and c.extent <> 'none' and c.basis <> 'entered'
        and (c.month = m.month or c.first_day = cast(m.last_day + interval '1' day as date))
),
places as (
    select authority, month, fact, asset, space from said
    union
    select m.authority, m.month, f.fact, s.asset, s.space
    from months m
    join space s on s.authority = m.authority
    join (select distinct fact from said) f on true
),
heard as (
    select
        p.authority, p.month, p.fact, p.asset, p.space, s.ends,
        max(case when s.until <= s.ends then s.until end) as own, max(case when s.until > s.ends then s.until end) as next
    from places p
    join said s
        on s.authority = p.authority and s.month = p.month and s.fact = p.fact and coalesce(s.asset, p.asset) = p.asset
        and s.space in (p.space, '')
    group by p.authority, p.month, p.fact, p.asset, p.space, s.ends
)
select authority, month, fact, asset, space, case when own = ends and next is not null then next else own end as until
from heard

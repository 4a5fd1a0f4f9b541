-- One row: an asked month in which those present at events were asked where they had heard of them.
-- Columns: authority, month, last_day, via_website, via_newsletter, via_either, by_name, partial_period.
-- It exists so that residents who came through the website or the newsletter are counted alike; the two last columns hold the
-- flag's word, or nothing: known by their names only, and a month of which not all is covered.
with spoken as (
    select
        m.authority, m.month, m.last_day,
        max(flags('by_name', c.quality like '%by_name%')) as by_name,
        max(flags('partial_period', c.basis <> 'entered' and not c.is_full)) as partial_period
    from months m
    join coverage c on c.authority = m.authority and c.month = m.month
    where c.fact = 'attendance'
    group by m.authority, m.month, m.last_day
)
select
    s.authority, s.month, s.last_day,
    sum(case when a.role = 'resident' and a.heard_via = 'website' then 1 else 0 end) as via_website,
    sum(case when a.role = 'resident' and a.heard_via = 'newsletter' then 1 else 0 end) as via_newsletter,
    sum(case when a.role = 'resident' and a.heard_via in ('website', 'newsletter') then 1 else 0 end) as via_either,
    s.by_name, s.partial_period
from spoken s
join attendance a on a.authority = s.authority and a.month = s.month
where a.heard_via is not null
group by s.authority, s.month, s.last_day, s.by_name, s.partial_period

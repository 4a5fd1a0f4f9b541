-- One row: a site in an asked month, as its analytics counted the residents on it.
-- Columns: authority, month, space, users, sessions, engaged_seconds, thresholded, sampled, other_row, estimated.
-- It exists because the platform's own month goes before a sum of its days, people are never summed over days, and the four
-- last columns hold the flag's word, or nothing, of what the platform left out. A site on which only all visitors were counted
-- has a row of nulls: it was in use, and says nothing of residents.
select
    m.authority, m.month, v.space,
    max(case when v.period = 'month' and v.place = 'resident' and v.event_kind = '' then v.users end) as users,
    coalesce(
        max(case when v.period = 'month' and v.place = 'resident' and v.event_kind = '' then v.sessions end),
        sum(case when v.period = 'day' and v.place = 'resident' and v.event_kind = '' then v.sessions end)
    ) as sessions,
    coalesce(
        max(case when v.period = 'month' and v.place = 'resident' and v.event_kind = '' then v.engaged_seconds end),
        sum(case when v.period = 'day' and v.place = 'resident' and v.event_kind = '' then v.engaged_seconds end)
    ) as engaged_seconds,
    max(case when v.place = 'resident' and v.quality like '%thresholded%' then 'thresholded ' else '' end) as thresholded,
    max(case when v.place = 'resident' and v.quality like '%sampled%' then 'sampled ' else '' end) as sampled,
    max(case when v.place = 'resident' and v.quality like '%other_row%' then 'other_row ' else '' end) as other_row,
    max(case when v.place = 'resident' and v.quality like '%estimated%' then 'estimated ' else '' end) as estimated
from months m
join visit v on v.authority = m.authority and v.month = m.month
where v.asset = 'website'
group by m.authority, m.month, v.space

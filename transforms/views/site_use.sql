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
    max(flags('thresholded', v.place = 'resident' and v.quality like '%thresholded%')) as thresholded,
    max(flags('sampled', v.place = 'resident' and v.quality like '%sampled%')) as sampled,
    max(flags('other_row', v.place = 'resident' and v.quality like '%other_row%')) as other_row,
    max(flags('estimated', v.place = 'resident' and v.quality like '%estimated%')) as estimated
from months m
join visit v on v.authority = m.authority and v.month = m.month
where v.asset = 'website'
group by m.authority, m.month, v.space

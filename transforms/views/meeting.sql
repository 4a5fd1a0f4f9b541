-- One row: a meeting on Zoom in which the authority or residents met the public, five minutes and two people or more.
-- Columns: authority, month, gathering, kind, started_at, minutes, people.
-- It exists so that trials and empty rooms are no meetings; where nobody counted the people the meeting is taken at its word
-- and `people` is null.
with present as (
    select authority, gathering, count(*) as people
    from attendance
    where asset = 'zoom'
    group by authority, gathering
)
select g.authority, g.month, g.gathering, g.kind, g.started_at, g.minutes, coalesce(g.attendees, p.people) as people
from gathering g
left join present p on p.authority = g.authority and p.gathering = g.gathering
where g.asset = 'zoom' and g.kind in ('participation', 'residents') and g.minutes >= 5
    and coalesce(g.attendees, p.people, 2) >= 2

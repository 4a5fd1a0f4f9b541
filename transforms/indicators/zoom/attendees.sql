/*
title:
  he: תושבים שנכחו במפגשים
  ar: السكان الذين حضروا اللقاءات
  en: Residents present
question:
  he: כמה תושבים שונים הגיעו למפגשי הזום?
  ar: كم من السكان المختلفين حضروا لقاءات زوم؟
  en: How many different residents came to the Zoom meetings?
advice:
  he: אם אותם אנשים חוזרים שוב ושוב, הזמינו אישית שכנים חדשים; אם באים פעם אחת ולא חוזרים, שאלו אותם למה.
  ar: إذا تكرر حضور الأشخاص أنفسهم فادعوا جيراناً جدداً دعوة شخصية؛ وإذا حضروا مرة ولم يعودوا فاسألوهم عن السبب.
  en: If the same people come again and again, invite new neighbours in person; if people come once and never return, ask them why.
definition: Distinct residents present at the month's public-participation and residents' meetings on Zoom (at least 5 minutes, 2 people); rejoining counts once. Guests known by name only are counted once a meeting and flag the value by_name; attendances are kept apart.
outcome: 1
aspect: reach
method: measured
unit: count
grain: [authority, month]
assets: [zoom]
inputs: {attendance: [0, 0], coverage: [0, 0], gathering: [0, 0]}
parts:
  attendances:
    unit: count
    title: {he: נוכחויות בסך הכול, ar: إجمالي الحضور, en: Attendances in all}
caveats: [by_name]
owner: community worker
since: "2026-11"
revision: 1
*/
with covered as (
    select distinct authority, month
    from coverage
    where fact = 'attendance' and asset = 'zoom'
),
present as (
    select authority, gathering, count(*) as people
    from attendance
    where asset = 'zoom'
    group by authority, gathering
),
held as (
    select g.authority, g.month, g.gathering, g.kind, g.started_at, g.minutes, coalesce(g.attendees, p.people) as people
    from gathering g
    left join present p on p.authority = g.authority and p.gathering = g.gathering
    where g.asset = 'zoom' and g.kind in ('participation', 'residents') and g.minutes >= 5
        -- A meeting whose people nobody counted is taken at its word, and flagged.
        and coalesce(g.attendees, p.people, 2) >= 2
),
residents as (
    select h.authority, h.month, a.gathering, a.attendee, a.person
    from held h
    join attendance a on a.authority = h.authority and a.gathering = h.gathering
    where a.asset = 'zoom' and a.role = 'resident'
),
counted as (
    select
        m.authority,
        m.month,
        count(distinct r.person) as people,
        sum(case when r.attendee is not null and r.person is null then 1 else 0 end) as guests,
        count(r.attendee) as attendances
    from months m
    join covered c on c.authority = m.authority and c.month = m.month
    left join residents r on r.authority = m.authority and r.month = m.month
    group by m.authority, m.month
)
select authority, month, '' as part, people + guests as value, people + guests as n,
    case when guests > 0 then 'by_name' else '' end as quality
from counted
union all
select authority, month, 'attendances', attendances, attendances, ''
from counted

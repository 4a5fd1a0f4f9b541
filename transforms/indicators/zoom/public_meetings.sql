/*
title:
  he: מפגשי שיתוף ציבור ותושבים בזום
  ar: لقاءات مشاركة الجمهور والسكان عبر زوم
  en: Public-participation and residents' meetings
question:
  he: כמה מפגשי שיתוף ציבור ומפגשי תושבים התקיימו בזום?
  ar: كم لقاءً لمشاركة الجمهور وللسكان عُقد عبر زوم؟
  en: How many public-participation and residents' meetings took place on Zoom?
advice:
  he: קבעו מפגש אחד קבוע בחודש בשעה שנוחה להורים ולעובדים; עדיף מפגש קטן וקבוע ממפגש גדול פעם בשנה.
  ar: حدّدوا لقاءً شهرياً ثابتاً في ساعة تناسب الأهل والعاملين؛ لقاء صغير منتظم خير من لقاء كبير مرة في السنة.
  en: Hold one regular meeting a month at an hour that suits parents and working people; small and regular beats big and yearly.
definition: Zoom meetings and webinars held in the month for public participation or for residents, of at least 5 minutes and at least 2 people. Where nobody counted the people, the meeting counts and the value is flagged estimated.
outcome: 1
aspect: reach
method: measured
unit: count
grain: [authority, month]
assets: [zoom]
inputs: {attendance: [0, 0], coverage: [0, 0], gathering: [0, 0]}
parts:
  participation:
    unit: count
    title: {he: שיתוף ציבור, ar: مشاركة الجمهور, en: Public participation}
  residents:
    unit: count
    title: {he: מפגשי תושבים, ar: لقاءات السكان, en: "Residents' meetings"}
caveats: [estimated]
owner: community worker
since: "2026-11"
revision: 1
*/
with covered as (
    select distinct authority, month
    from coverage
    where fact = 'gathering' and asset = 'zoom'
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
kinds as (
    select 'participation' as kind
    union all
    select 'residents'
)
select
    m.authority,
    m.month,
    '' as part,
    count(h.gathering) as value,
    count(h.gathering) as n,
    case when max(case when h.gathering is not null and h.people is null then 1 else 0 end) = 1 then 'estimated' else '' end as quality
from months m
join covered c on c.authority = m.authority and c.month = m.month
left join held h on h.authority = m.authority and h.month = m.month
group by m.authority, m.month
union all
select m.authority, m.month, k.kind, count(h.gathering), count(h.gathering), ''
from months m
join covered c on c.authority = m.authority and c.month = m.month
cross join kinds k
left join held h on h.authority = m.authority and h.month = m.month and h.kind = k.kind
group by m.authority, m.month, k.kind

/*
title:
  he: תושבים שהגיעו לפעילות קהילתית בעקבות הניוזלטר
  ar: سكان وصلوا إلى نشاط مجتمعي عبر النشرة البريدية
  en: Residents who came to community activity through the newsletter
question:
  he: כמה תושבים הגיעו לפעילות, הצטרפו לקבוצה או פתחו קבוצה בזכות הניוזלטר?
  ar: كم من السكان حضروا نشاطاً أو انضموا إلى مجموعة أو فتحوا مجموعة بفضل النشرة؟
  en: How many residents came to an activity, joined a group or opened one thanks to the newsletter?
advice:
  he: הזמינו בניוזלטר לפעילות אחת, בשם של שכן שמארח אותה, ושאלו בכניסה מי הגיע דרכו.
  ar: ادعوا في النشرة إلى نشاط واحد باسم جار يستضيفه، واسألوا عند الدخول من جاء عن طريقها.
  en: Invite to one activity an issue, in the name of the neighbour who hosts it, and ask at the door who came through it.
definition: >-
  Attendances of residents in the month whose stated source is the newsletter, measured in months in which at least one attendance states a
  source, plus what staff entered: people who came, who joined a group, groups residents opened that name the newsletter. What staff enter
  adds to what was measured.
outcome: 1
aspect: resident_resident
method: mixed
unit: count
grain: [authority, month]
assets: [newsletter]
inputs: {attendance: [0, 0], coverage: [0, 0], report: [0, 0]}
parts:
  measured:
    unit: count
    title: {he: נוכחות שנמדדה, ar: حضور مَقيس, en: Attendances measured}
  arrived:
    unit: count
    title: {he: הגיעו (דיווח), ar: حضروا (إدخال), en: Came (entered)}
  joined:
    unit: count
    title: {he: הצטרפו לקבוצה (דיווח), ar: انضموا إلى مجموعة (إدخال), en: Joined a group (entered)}
  opened:
    unit: count
    title: {he: קבוצות שפתחו תושבים (דיווח), ar: مجموعات فتحها السكان (إدخال), en: Groups residents opened (entered)}
caveats: [entered_by_hand, by_name, partial_period]
owner: community worker
since: "2026-11"
revision: 1
*/
with spoken as (
    select
        authority, month,
        max(case when fact = 'attendance' then 1 else 0 end) as has_attendance,
        max(case when fact = 'attendance' and quality like '%by_name%' then 1 else 0 end) as is_by_name,
        max(case when fact = 'attendance' and basis <> 'entered' and not is_full then 1 else 0 end) as is_partial,
        max(case when fact = 'report:newsletter.event_arrivals' and is_full then 1 else 0 end) as is_complete
    from coverage
    group by authority, month
),
measured as (
    select
        authority, month,
        sum(case when heard_via = 'newsletter' and role = 'resident' then 1 else 0 end) as arrivals
    from attendance
    where heard_via is not null
    group by authority, month
),
entered as (
    select authority, month, part, sum(cast(amount as decimal(18, 2))) as amount
    from report
    where indicator = 'newsletter.event_arrivals'
    group by authority, month, part
),
totals as (
    select authority, month, sum(amount) as amount
    from entered
    group by authority, month
),
figures as (
    select
        m.authority, m.month, m.last_day, t.amount as entered,
        case when s.has_attendance = 1 then a.arrivals end as measured,
        s.is_complete, s.is_by_name, s.is_partial
    from months m
    join spoken s on s.authority = m.authority and s.month = m.month
    left join measured a on a.authority = m.authority and a.month = m.month
    left join totals t on t.authority = m.authority and t.month = m.month
)
select
    authority, month, '' as part,
    cast(coalesce(measured, 0) + coalesce(entered, 0) as double) as value,
    coalesce(measured, 0) + coalesce(entered, 0) as n,
    concat(
        case when entered is not null or measured is null then 'entered_by_hand ' else '' end,
        case when measured is not null and is_by_name = 1 then 'by_name ' else '' end,
        case when measured is not null and is_partial = 1 then 'partial_period' else '' end
    ) as quality,
    last_day as as_of
from figures
where measured is not null or entered is not null or is_complete = 1
union all
select
    authority, month, 'measured', cast(measured as double), measured,
    concat(case when is_by_name = 1 then 'by_name ' else '' end, case when is_partial = 1 then 'partial_period' else '' end), last_day
from figures
where measured is not null
union all
select m.authority, m.month, e.part, cast(e.amount as double), e.amount, 'entered_by_hand', m.last_day
from months m
join entered e on e.authority = m.authority and e.month = m.month
where e.part <> ''

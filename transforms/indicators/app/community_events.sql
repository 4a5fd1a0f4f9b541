/*
title:
  he: אירועים ומרחבים קהילתיים באפליקציה
  ar: فعاليات ومساحات مجتمعية في التطبيق
  en: Community spaces and events opened by residents in the app
question:
  he: האם תושבים פותחים באפליקציה אירועים ומרחבים משלהם?
  ar: هل يفتح السكان في التطبيق فعاليات ومساحات خاصة بهم؟
  en: Do residents open events and spaces of their own in the app?
advice:
  he: הציעו לשלושה תושבים פעילים לפתוח יחד איתכם אירוע ראשון; אחרי הראשון הם יפתחו לבד.
  ar: اقترحوا على ثلاثة سكان نشطين أن يفتحوا معكم فعالية أولى؛ بعدها سيفتحون وحدهم.
  en: Offer three active residents to open a first event with you; after the first they will do it alone.
definition: "Gatherings in the app that residents initiated in the month, plus community spaces that residents opened in the app in the month: as entered by staff, otherwise as the register of spaces dates them. Where the app's gatherings are not covered, events as entered by staff."
outcome: 1
aspect: resident_resident
method: mixed
unit: count
grain: [authority, month]
assets: [app]
inputs: {coverage: [0, 0], gathering: [0, 0], report: [0, 0], space: [0, 0]}
parts:
  events:
    unit: count
    title: {he: אירועים, ar: فعاليات, en: Events}
  spaces:
    unit: count
    title: {he: מרחבים שתושבים פתחו, ar: مساحات فتحها السكان, en: Spaces residents opened}
caveats: [entered_by_hand]
owner: community worker
since: "2026-11"
revision: 1
*/
with covered as (
    select distinct authority, month
    from coverage
    where fact = 'gathering' and asset = 'app'
),
held as (
    select authority, month, count(*) as amount
    from gathering
    where asset = 'app' and initiated_by = 'residents'
    group by authority, month
),
registered as (
    select m.authority, m.month, count(*) as amount
    from months m
    join space s on s.authority = m.authority and s.from_day >= m.first_day and s.from_day <= m.last_day
    where s.asset = 'app' and s.operated_by = 'residents'
    group by m.authority, m.month
),
entered as (
    select authority, month,
        sum(case when part = 'events' then cast(amount as decimal(18, 2)) end) as events,
        sum(case when part = 'spaces' then cast(amount as decimal(18, 2)) end) as spaces,
        sum(case when part = '' then cast(amount as decimal(18, 2)) end) as unsorted
    from report
    where indicator = 'app.community_events'
    group by authority, month
),
declared as (
    select distinct authority, month
    from coverage
    where fact = 'report:app.community_events' and is_full
),
figures as (
    select
        m.authority,
        m.month,
        case when c.month is not null then coalesce(h.amount, 0) else coalesce(e.events, 0) end as events,
        coalesce(e.spaces, r.amount, 0) as spaces,
        -- Without a kind it may be the very events that were measured.
        case when c.month is not null then 0 else coalesce(e.unsorted, 0) end as unsorted,
        case when c.month is null or e.spaces is not null then 'entered_by_hand' else '' end as quality
    from months m
    left join covered c on c.authority = m.authority and c.month = m.month
    left join held h on h.authority = m.authority and h.month = m.month
    left join registered r on r.authority = m.authority and r.month = m.month
    left join entered e on e.authority = m.authority and e.month = m.month
    left join declared d on d.authority = m.authority and d.month = m.month
    where c.month is not null or e.month is not null or d.month is not null
)
select authority, month, '' as part, events + spaces + unsorted as value, events + spaces + unsorted as n, quality
from figures
union all
select authority, month, 'events', events, events, quality
from figures
union all
select authority, month, 'spaces', spaces, spaces, quality
from figures

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
with measured as (
    select c.authority, c.month, count(g.gathering) as events
    from covered c
    left join gathering g on g.authority = c.authority and g.month = c.month and g.asset = c.asset and g.initiated_by = 'residents'
    where c.fact = 'gathering' and c.asset = 'app'
    group by c.authority, c.month
),
registered as (
    select m.authority, m.month, count(*) as spaces
    from months m
    join space s on s.authority = m.authority and s.from_day >= m.first_day and s.from_day <= m.last_day
    where s.asset = 'app' and s.operated_by = 'residents'
    group by m.authority, m.month
),
by_hand as (
    select
        authority, month, sum(case when part = 'events' then amount end) as events,
        sum(case when part = 'spaces' then amount end) as spaces, sum(case when part = '' then amount end) as unsorted
    from entered
    where indicator = 'app.community_events'
    group by authority, month
),
figures as (
    select
        authority, month, coalesce(x.events, e.events, 0) as events, coalesce(e.spaces, r.spaces, 0) as spaces,
        -- Without a kind it may be the very events that were measured.
        case when x.events is null then coalesce(e.unsorted, 0) else 0 end as unsorted,
        flags('entered_by_hand', x.events is null or e.spaces is not null) as quality
    from measured x
    full join by_hand e using (authority, month)
    left join registered r using (authority, month)
)
select authority, month, '' as part, events + spaces + unsorted as value, events + spaces + unsorted as n, quality
from figures
union all
select authority, month, 'events', events, events, quality
from figures
union all
select authority, month, 'spaces', spaces, spaces, quality
from figures

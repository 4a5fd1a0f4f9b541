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
definition_he: "מפגשים שתושבים יזמו באפליקציה בחודש ומרחבים קהילתיים שפתחו בה: לפי הצוות, ואם לא לפי רשימת המרחבים."
definition_ar: "لقاءات بادر إليها السكان في التطبيق خلال الشهر ومساحات مجتمعية فتحوها فيه: بحسب الطاقم، وإلا فبحسب سجل المساحات."
outcome: 1
aspect: resident_resident
method: mixed
unit: count
unit_words: {he: "אירועים ומרחבים בחודש", ar: "فعاليات ومساحات في الشهر", en: "events and spaces a month"}
grain: [authority, month]
assets: [app]
needs: {"": [], events: [gathering]}
sum_of: [events, spaces]
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
revision: 2
*/
with registered as (
    select m.authority, m.month, count(*) as spaces
    from months m
    join space s on s.authority = m.authority and s.from_day >= m.first_day and s.from_day <= m.last_day
    where s.asset = 'app' and s.operated_by = 'residents'
    group by m.authority, m.month
),
-- The register alone does not tell that somebody looked.
told as (
    select authority, month
    from covered
    where fact = 'gathering' and asset = 'app' and is_measured = 1
    union
    select authority, month
    from entered
    where indicator = 'app.community_events'
)
select c.authority, c.month, 'events' as part, count(g.gathering) as value, count(g.gathering) as n, 'measured' as method
from covered c
left join gathering g on g.authority = c.authority and g.month = c.month and g.asset = c.asset and g.initiated_by = 'residents'
where c.fact = 'gathering' and c.asset = 'app'
group by c.authority, c.month
union all
select t.authority, t.month, 'spaces', coalesce(r.spaces, 0), coalesce(r.spaces, 0), 'derived'
from told t
left join registered r on r.authority = t.authority and r.month = t.month
union all
select authority, month, part, sum(amount), sum(amount), case when count(subject) = 0 then 'declared' else 'entered' end
from entered
where indicator = 'app.community_events'
group by authority, month, part

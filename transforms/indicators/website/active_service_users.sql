/*
title:
  he: תושבים שביצעו פעולה באתר
  ar: سكان أنجزوا معاملة عبر الموقع
  en: Residents who paid, registered, updated or applied through the site
question:
  he: כמה תושבים סידרו החודש עניין מול הרשות דרך האתר?
  ar: كم من السكان أنجزوا هذا الشهر شأناً مع السلطة المحلية عبر الموقع؟
  en: How many residents settled something with the authority through the site this month?
advice:
  he: מצאו את הפעולה שבה הכי הרבה תושבים עוצרים באמצע, ועשו אותה יחד עם תושב אחד. כך רואים מה תוקע.
  ar: اعثروا على المعاملة التي يتوقف فيها معظم السكان في المنتصف وأنجزوها مع أحد السكان. هكذا يظهر ما يعيق.
  en: Find the action most residents leave half-way and do it together with one of them. That shows what is in the way.
definition: >-
  Distinct visitors from the authority's area with a key event of any kind, as the platform counted them over the month; where it counts
  kinds only, the largest kind, flagged estimated. Where no site analytics speak for the month, requests of the four kinds through the site
  (acts, not people), flagged estimated.
outcome: 1
aspect: resident_authority
method: measured
unit: count
grain: [authority, month]
assets: [website]
inputs: {coverage: [0, 0], request: [0, 0], visit: [0, 0]}
parts:
  payment:
    unit: count
    title: {he: תשלום, ar: دفع, en: Payment}
  registration:
    unit: count
    title: {he: הרשמה, ar: تسجيل, en: Registration}
  update:
    unit: count
    title: {he: עדכון פרטים, ar: تحديث بيانات, en: Update of details}
  application:
    unit: count
    title: {he: הגשת בקשה, ar: تقديم طلب, en: Application}
caveats: [estimated, thresholded, sampled, partial_period]
owner: resident service manager
since: "2026-11"
revision: 1
*/
with spoken as (
    select
        authority, month,
        max(case when fact = 'visit' then 1 else 0 end) as has_visits
    from coverage
    where fact in ('visit', 'request') and asset = 'website'
    group by authority, month
),
events as (
    select
        authority, month, space, event_kind,
        max(case when place = 'resident' then users end) as users,
        max(case when place = 'resident' and quality like '%thresholded%' then 1 else 0 end) as is_thresholded,
        max(case when place = 'resident' and quality like '%sampled%' then 1 else 0 end) as is_sampled,
        max(case when place = 'resident' and quality like '%estimated%' then 1 else 0 end) as is_estimated
    from visit
    where asset = 'website' and period = 'month' and event_kind in ('any', 'payment', 'registration', 'update', 'application')
    group by authority, month, space, event_kind
),
sites as (
    select
        authority, month, space,
        coalesce(max(case when event_kind = 'any' then coalesce(users, 0) end), max(coalesce(users, 0))) as people,
        max(case when event_kind = 'any' then 1 else 0 end) as has_any,
        max(is_thresholded) as is_thresholded,
        max(is_sampled) as is_sampled,
        max(is_estimated) as is_estimated
    from events
    group by authority, month, space
),
used as (
    select distinct authority, month
    from visit
    where asset = 'website'
),
acts as (
    select authority, month, kind, count(*) as acts
    from request
    where asset = 'website' and kind in ('payment', 'registration', 'update', 'application')
    group by authority, month, kind
),
counted as (
    select
        m.authority, m.month,
        coalesce(sum(s.people), 0) as amount,
        concat(
            case when max(s.is_thresholded) = 1 then 'thresholded ' else '' end,
            case when max(s.is_sampled) = 1 then 'sampled ' else '' end,
            case when max(s.is_estimated) = 1 or min(s.has_any) = 0 or count(s.space) > 1 then 'estimated' else '' end
        ) as quality
    from months m
    join spoken c on c.authority = m.authority and c.month = m.month and c.has_visits = 1
    left join used u on u.authority = m.authority and u.month = m.month
    left join sites s on s.authority = m.authority and s.month = m.month
    group by m.authority, m.month
    -- A site in use on which nobody ever measured a key event says nothing of actions.
    having count(s.space) > 0 or count(u.month) = 0
)
select authority, month, '' as part, amount as value, amount as n, quality
from counted
union all
select k.authority, k.month, e.event_kind, sum(coalesce(e.users, 0)), sum(coalesce(e.users, 0)), max(k.quality)
from counted k
join events e on e.authority = k.authority and e.month = k.month and e.event_kind <> 'any'
group by k.authority, k.month, e.event_kind
union all
select m.authority, m.month, coalesce(a.kind, ''), coalesce(sum(a.acts), 0), coalesce(sum(a.acts), 0), 'estimated'
from months m
join spoken c on c.authority = m.authority and c.month = m.month and c.has_visits = 0
left join acts a on a.authority = m.authority and a.month = m.month
group by grouping sets ((m.authority, m.month, a.kind), (m.authority, m.month))
having grouping(a.kind) = 1 or a.kind is not null

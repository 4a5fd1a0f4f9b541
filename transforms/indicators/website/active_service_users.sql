/*
title:
  he: תושבים שביצעו פעולה באתר
  ar: سكان أنجزوا معاملة عبر الموقع
  en: Residents who paid, registered, updated or applied through the site
question:
  he: כמה תושבים סידרו החודש עניין מול הרשות דרך האתר?
  ar: كم من السكان أنجزوا هذا الشهر شأنًا مع السلطة المحلية عبر الموقع؟
  en: How many residents settled something with the authority through the site this month?
advice:
  he: מצאו את הפעולה שבה הכי הרבה תושבים עוצרים באמצע, ועשו אותה יחד עם תושב אחד. כך רואים מה תוקע.
  ar: اعثروا على المعاملة التي يتوقف فيها معظم السكان في المنتصف وأنجزوها مع أحد السكان. هكذا يظهر ما يعيق.
  en: Find the action most residents leave half-way and do it together with one of them. That shows what is in the way.
definition: >-
  Distinct visitors from the authority's area who paid, registered, applied, changed their details, turned to the authority, or read news or alerts on
  purpose (a key event, or for the last a page the town names), as the platform counted them over the month; where it counts
  kinds only, the largest kind, flagged estimated. Months in which it counted the first four kinds together, without turning to the authority and keeping
  up, are another figure (`series_break:formula`). Where no site analytics speak for the month, requests of all kinds through the site (acts, not
  people), flagged estimated.
definition_he: "מבקרים שונים מאזור הרשות ששילמו, נרשמו, הגישו, עדכנו פרטים, פנו לרשות או קראו ביוזמתם חדשות והתרעות, כפי שנספרו לחודש שלם. כשנספרים רק סוגים נפרדים נלקח הסוג הגדול, כאומדן. בלי מדידה באתר נספרות הפניות דרכו."
definition_ar: "زوار مختلفون من منطقة السلطة المحلية دفعوا أو سجّلوا أو قدّموا أو حدّثوا بياناتهم أو توجّهوا إلى السلطة المحلية أو قرأوا بمبادرتهم أخبارًا وتنبيهات، كما عُدّوا للشهر كله. إن عُدّت الأنواع منفصلة فقط يؤخذ أكبرها تقديرًا. من دون قياس في الموقع تُحتسب التوجّهات عبره."
outcome: 1
aspect: resident_authority
method: measured
unit: count
unit_words: {he: "תושבים בחודש", ar: "سكان في الشهر", en: "residents a month"}
grain: [authority, month]
assets: [website]
needs: {"": [visit.residents.people.key_events|request], by_all_kinds: [visit.residents.people.key_events], by_visits: [visit.residents.people.key_events], by_requests: [request]}
spaces: {kinds: [site]}
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
  contact:
    unit: count
    title: {he: פנייה לרשות, ar: توجّه إلى السلطة المحلية, en: Turning to the authority}
  keeping_up:
    unit: count
    title: {he: התעדכנות, ar: متابعة المستجدات, en: Keeping up to date}
caveats: [estimated, thresholded, sampled, partial_period]
owner: resident service manager
since: "2026-11"
revision: 2
*/
with events as (
    select
        authority, month, space, event_kind,
        max(case when place = 'resident' then users end) as users,
        max(flags('thresholded', place = 'resident' and quality like '%thresholded%')) as thresholded,
        max(flags('sampled', place = 'resident' and quality like '%sampled%')) as sampled,
        max(flags('estimated', place = 'resident' and quality like '%estimated%')) as estimated
    from visit
    where asset = 'website' and period = 'month' and event_kind in (
        'active', 'any', 'payment', 'registration', 'update', 'application', 'contact', 'keeping_up'
    )
    group by authority, month, space, event_kind
),
sites as (
    select
        authority, month, space,
        coalesce(
            max(case when event_kind = 'active' then coalesce(users, 0) end), max(case when event_kind = 'any' then coalesce(users, 0) end),
            max(coalesce(users, 0))
        ) as people,
        max(case when event_kind in ('active', 'any') then 1 else 0 end) as has_any,
        max(case when event_kind = 'active' then 1 else 0 end) as has_all,
        max(thresholded) as thresholded, max(sampled) as sampled, max(estimated) as estimated
    from events
    group by authority, month, space
),
counted as (
    select
        c.authority, c.month, coalesce(sum(s.people), 0) as people,
        concat_ws(
            ' ', max(s.thresholded), max(s.sampled), max(s.estimated),
            flags('estimated', min(s.has_any) = 0 or count(s.space) > 1)
        ) as quality,
        -- A site without one figure for all says of its largest kind, which may be any of them.
        case when min(case when s.has_any = 1 then s.has_all end) = 0 then 'by_visits' else 'by_all_kinds' end as formula
    from covered c
    left join (select distinct authority, month from visit where asset = 'website') u on u.authority = c.authority and u.month = c.month
    left join sites s on s.authority = c.authority and s.month = c.month
    where c.fact = 'visit' and c.asset = 'website'
    group by c.authority, c.month
    -- A site in use on which nobody ever measured a key event says nothing of actions.
    having count(s.space) > 0 or count(u.month) = 0
)
select authority, month, '' as part, people as value, people as n, quality, formula
from counted
union all
select k.authority, k.month, e.event_kind, sum(coalesce(e.users, 0)), sum(coalesce(e.users, 0)), max(k.quality), max(k.formula)
from counted k
join events e on e.authority = k.authority and e.month = k.month and e.event_kind not in ('active', 'any')
group by k.authority, k.month, e.event_kind
union all
select c.authority, c.month, coalesce(r.kind, ''), count(r.request), count(r.request), 'estimated', 'by_requests'
from covered c
left join (
    select authority, month, asset, request, case kind when 'request' then 'contact' else kind end as kind
    from request
) r on r.authority = c.authority and r.month = c.month and r.asset = c.asset
where c.fact = 'request' and c.asset = 'website'
group by grouping sets ((c.authority, c.month, r.kind), (c.authority, c.month))
having grouping(r.kind) = 1 or r.kind is not null

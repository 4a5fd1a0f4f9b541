/*
title:
  he: תושבים פעילים באפליקציה
  ar: السكان النشطون في تطبيق السلطة
  en: Residents active in the municipal app
question:
  he: כמה תושבים נכנסו החודש לאפליקציה של הרשות?
  ar: كم من السكان دخلوا هذا الشهر إلى تطبيق السلطة المحلية؟
  en: How many residents opened the authority's app this month?
advice:
  he: שימו באפליקציה דבר אחד שאין במקום אחר, למשל תור או דיווח על מפגע; לבדה, חדשות לא מביאות אנשים.
  ar: ضعوا في التطبيق أمراً لا يوجد في مكان آخر، كحجز دور أو تبليغ عن عائق؛ الأخبار وحدها لا تجلب الناس.
  en: Put one thing in the app that is found nowhere else, such as booking or reporting a hazard; news alone does not bring people.
definition: "Distinct active people of the month as the app's own analytics counted them for the calendar month: residents where it tells them apart, else all users or the platform's monthly active members (then flagged estimated); several apps are added and flagged estimated. Where not measured, the number entered by staff. Registered members at month end are kept apart."
outcome: 1
aspect: reach
method: mixed
unit: count
grain: [authority, month]
assets: [app]
inputs: {coverage: [0, 0], membership: [0, 0], platform_metric: [0, 0], report: [0, 0], visit: [0, 0]}
parts:
  entered:
    unit: count
    title: {he: כפי שהוזן בידי הצוות, ar: كما أدخله الطاقم, en: As entered by staff}
  registered:
    unit: count
    title: {he: רשומים בסוף החודש, ar: المسجلون في نهاية الشهر, en: Registered at month end}
caveats: [estimated, entered_by_hand]
owner: digital services lead
since: "2026-11"
revision: 1
*/
with offered as (
    select authority, month, space, users, case when place = 'resident' then 1 else 2 end as rank
    from visit
    where asset = 'app' and period = 'month' and event_kind = '' and users is not null
    union all
    select authority, month, space, cast(amount as bigint), 3
    from platform_metric
    where asset = 'app' and metric = 'active_members' and period = 'month'
),
best as (
    select authority, month, space, users, rank,
        row_number() over (partition by authority, month, space order by rank) as place
    from offered
),
-- Days or weeks without a monthly count: people cannot be summed, so the month is not zero but unknown.
silent as (
    select c.authority, c.month
    from coverage c
    left join visit v on v.authority = c.authority and v.month = c.month and v.asset = 'app'
    left join platform_metric p on p.authority = c.authority and p.month = c.month and p.asset = 'app'
    where c.fact in ('visit', 'platform_metric') and c.asset = 'app' and c.is_full
    group by c.authority, c.month
    having count(v.month) = 0 and count(p.month) = 0
),
measured as (
    select authority, month, sum(users) as amount, case when max(rank) > 1 or count(*) > 1 then 'estimated' else '' end as quality
    from best
    where place = 1
    group by authority, month
    union all
    select authority, month, 0, ''
    from silent
),
entered as (
    select authority, month, sum(cast(amount as decimal(18, 2))) as amount
    from report
    where indicator = 'app.residents'
    group by authority, month
),
declared as (
    select distinct authority, month
    from coverage
    where fact = 'report:app.residents' and is_full
),
counts as (
    select authority, month, space, members, basis,
        row_number() over (
            partition by authority, month, space order by case when basis = 'entered' then 1 else 0 end, day desc, basis
        ) as place
    from membership
    where asset = 'app' and members is not null
)
select
    m.authority,
    m.month,
    '' as part,
    case when x.month is not null then x.amount else coalesce(e.amount, 0) end as value,
    case when x.month is not null then x.amount else coalesce(e.amount, 0) end as n,
    case when x.month is null then 'entered_by_hand' else x.quality end as quality
from months m
left join measured x on x.authority = m.authority and x.month = m.month
left join entered e on e.authority = m.authority and e.month = m.month
left join declared d on d.authority = m.authority and d.month = m.month
where x.month is not null or e.month is not null or d.month is not null
union all
select m.authority, m.month, 'entered', e.amount, e.amount, 'entered_by_hand'
from months m
join measured x on x.authority = m.authority and x.month = m.month
join entered e on e.authority = m.authority and e.month = m.month
union all
select m.authority, m.month, 'registered', sum(k.members), sum(k.members), max(case when k.basis = 'entered' then 'entered_by_hand' else '' end)
from months m
join counts k on k.authority = m.authority and k.month = m.month and k.place = 1
group by m.authority, m.month

/*
title:
  he: תושבים פעילים באפליקציה
  ar: السكان النشطون في تطبيق السلطة المحلية
  en: Residents active in the municipal app
question:
  he: כמה תושבים נכנסו החודש לאפליקציה של הרשות?
  ar: كم من السكان دخلوا هذا الشهر إلى تطبيق السلطة المحلية؟
  en: How many residents opened the authority's app this month?
advice:
  he: שימו באפליקציה דבר אחד שאין במקום אחר, למשל תור או דיווח על מפגע; חדשות לבדן לא מביאות אנשים.
  ar: ضعوا في التطبيق أمرًا لا يوجد في مكان آخر، كحجز دور أو تبليغ عن عائق؛ الأخبار وحدها لا تجلب الناس.
  en: Put one thing in the app that is found nowhere else, such as booking or reporting a hazard; news alone does not bring people.
definition: "Distinct active people of the month as the app's own analytics counted them for the calendar month: residents where it tells them apart, else all users or the platform's monthly active members (then flagged estimated); several apps are added and flagged estimated. Where not measured, the number entered by staff. Registered members at month end are kept apart."
definition_he: "אנשים שונים שהשתמשו באפליקציה בחודש, כפי שמערכת המדידה שלה ספרה לחודש שלם: תושבים כשהיא מבחינה בהם, אחרת כל המשתמשים, כאומדן. בלי מדידה נלקח מה שהצוות הזין. רשומים בסוף החודש עומדים בנפרד."
definition_ar: "أشخاص مختلفون استخدموا التطبيق في الشهر كما عدّهم نظام قياسه للشهر كله: السكان حين يميّزهم، وإلا فكل المستخدمين تقديرًا. من دون قياس يؤخذ ما أدخله الطاقم. المسجلون في نهاية الشهر يُذكرون على حدة."
outcome: 1
aspect: reach
method: mixed
unit: count
unit_words: {he: "תושבים פעילים בחודש", ar: "سكان نشطون في الشهر", en: "active residents a month"}
grain: [authority, month]
assets: [app]
needs: {"": [visit|platform_metric], registered: [membership], entered: []}
inputs: {coverage: [0, 0], membership: [-3, 0], platform_metric: [0, 0], report: [0, 0], space: [0, 0], visit: [0, 0]}
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
revision: 2
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
    select
        o.authority, o.month, o.users, o.rank,
        row_number() over (partition by o.authority, o.month, o.space order by o.rank) as place
    from months m
    join offered o on o.authority = m.authority and o.month = m.month
),
-- Days or weeks without a monthly count: people cannot be summed, so the month is not zero but unknown.
silent as (
    select m.authority, m.month
    from months m
    join coverage c on c.authority = m.authority and c.month = m.month
    left join visit v on v.authority = c.authority and v.month = c.month and v.asset = 'app'
    left join platform_metric p on p.authority = c.authority and p.month = c.month and p.asset = 'app'
    where c.fact in ('visit', 'platform_metric') and c.asset = 'app' and c.extent = 'full'
    group by m.authority, m.month
    having count(v.month) = 0 and count(p.month) = 0
),
measured as (
    select authority, month, sum(users) as amount, flags('estimated', max(rank) > 1 or count(*) > 1) as quality
    from best
    where place = 1
    group by authority, month
    union all
    select authority, month, 0, ''
    from silent
),
by_hand as (
    select authority, month, sum(amount) as amount, case when count(subject) = 0 then 'declared' else 'entered' end as method
    from entered
    where indicator = 'app.residents'
    group by authority, month
)
select authority, month, '' as part, amount as value, amount as n, quality, 'measured' as method
from measured
union all
select authority, month, '', amount, amount, '', method
from by_hand
union all
select authority, month, 'entered', e.amount, e.amount, '', e.method
from measured x
join by_hand e using (authority, month)
where e.method = 'entered'
union all
select authority, month, 'registered', sum(members), sum(members), max(quality), max(method)
from members
where asset = 'app'
group by authority, month

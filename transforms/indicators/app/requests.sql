/*
title:
  he: פניות ותשלומים באפליקציה
  ar: توجهات ومدفوعات وتسجيلات في التطبيق
  en: Requests, payments and registrations in the app
question:
  he: במה תושבים משתמשים באפליקציה כדי לפעול מול הרשות?
  ar: بماذا يستعين السكان بالتطبيق في معاملاتهم مع السلطة المحلية؟
  en: What do residents do with the authority through the app?
advice:
  he: חפשו את הסוג שכמעט אין בו שימוש ועברו אותו בעצמכם בטלפון; בדרך כלל מסך אחד עוצר את כולם.
  ar: ابحثوا عن النوع الذي يكاد لا يُستخدم وجرّبوه بأنفسكم على الهاتف؛ غالباً شاشة واحدة توقف الجميع.
  en: Find the kind hardly used and walk through it yourself on a phone; usually one screen stops everybody.
definition: Requests, payments, registrations, updates, applications and contacts that residents opened through the app in the month, and each kind apart. Where the app's requests are not covered, the numbers entered by staff.
outcome: 1
aspect: resident_authority
method: mixed
unit: count
grain: [authority, month]
assets: [app]
inputs: {coverage: [0, 0], report: [0, 0], request: [0, 0]}
parts:
  request:
    unit: count
    title: {he: פניות, ar: توجهات, en: Requests}
  payment:
    unit: count
    title: {he: תשלומים, ar: مدفوعات, en: Payments}
  registration:
    unit: count
    title: {he: הרשמות, ar: تسجيلات, en: Registrations}
  update:
    unit: count
    title: {he: עדכון פרטים, ar: تحديث بيانات, en: Updates of details}
  application:
    unit: count
    title: {he: בקשות, ar: طلبات, en: Applications}
  contact:
    unit: count
    title: {he: יצירת קשר, ar: تواصل, en: Contact}
caveats: [entered_by_hand]
owner: digital services lead
since: "2026-11"
revision: 1
*/
with covered as (
    select distinct authority, month
    from coverage
    where fact = 'request' and asset = 'app'
),
opened as (
    select authority, month, kind, count(*) as amount
    from request
    where asset = 'app'
    group by authority, month, kind
),
entered as (
    select authority, month, part as kind, sum(cast(amount as decimal(18, 2))) as amount
    from report
    where indicator = 'app.requests'
    group by authority, month, part
),
declared as (
    select distinct authority, month
    from coverage
    where fact = 'report:app.requests' and is_full
),
months_known as (
    select m.authority, m.month, case when c.month is null then 'entered_by_hand' else '' end as quality
    from months m
    left join covered c on c.authority = m.authority and c.month = m.month
    left join declared d on d.authority = m.authority and d.month = m.month
    left join (select distinct authority, month from entered) e on e.authority = m.authority and e.month = m.month
    where c.month is not null or d.month is not null or e.month is not null
),
figures as (
    select k.authority, k.month, o.kind, o.amount
    from months_known k
    join opened o on o.authority = k.authority and o.month = k.month
    where k.quality = ''
    union all
    select k.authority, k.month, e.kind, e.amount
    from months_known k
    join entered e on e.authority = k.authority and e.month = k.month
    where k.quality = 'entered_by_hand'
)
select k.authority, k.month, '' as part, coalesce(sum(f.amount), 0) as value, coalesce(sum(f.amount), 0) as n, k.quality
from months_known k
left join figures f on f.authority = k.authority and f.month = k.month
group by k.authority, k.month, k.quality
union all
select k.authority, k.month, f.kind, f.amount, f.amount, k.quality
from months_known k
join figures f on f.authority = k.authority and f.month = k.month
where f.kind <> ''

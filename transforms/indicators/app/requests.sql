/*
title:
  he: פניות ותשלומים באפליקציה
  ar: توجّهات ومدفوعات وتسجيلات في التطبيق
  en: Requests, payments and registrations in the app
question:
  he: במה תושבים משתמשים באפליקציה כדי לפעול מול הרשות?
  ar: بماذا يستعين السكان بالتطبيق في معاملاتهم مع السلطة المحلية؟
  en: What do residents do with the authority through the app?
advice:
  he: חפשו את הסוג שכמעט אין בו שימוש ועברו אותו בעצמכם בטלפון; בדרך כלל מסך אחד עוצר את כולם.
  ar: ابحثوا عن النوع الذي يكاد لا يُستخدم وجرّبوه بأنفسكم على الهاتف؛ غالبًا شاشة واحدة توقف الجميع.
  en: Find the kind hardly used and walk through it yourself on a phone; usually one screen stops everybody.
definition: Requests, payments, registrations, updates, applications and contacts that residents opened through the app in the month, and each kind apart. Where the app's requests are not covered, the numbers entered by staff.
definition_he: "פניות, תשלומים, הרשמות, עדכונים, בקשות ויצירת קשר שתושבים פתחו באפליקציה בחודש, וכל סוג בנפרד. בלי מקור נלקח מה שהצוות הזין."
definition_ar: "توجّهات ومدفوعات وتسجيلات وتحديثات وطلبات وتواصل فتحها السكان في التطبيق خلال الشهر، وكل نوع على حدة. من دون مصدر يؤخذ ما أدخله الطاقم."
outcome: 1
aspect: resident_authority
method: mixed
unit: count
unit_words: {he: "פעולות בחודש", ar: "معاملات في الشهر", en: "requests and payments a month"}
grain: [authority, month]
assets: [app]
needs: {"": [request]}
inputs: {coverage: [0, 0], report: [0, 0], request: [0, 0]}
parts:
  request:
    unit: count
    title: {he: פניות, ar: توجّهات, en: Requests}
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
revision: 2
*/
with measured as (
    select c.authority, c.month, r.kind as part, count(r.request) as amount
    from covered c
    left join request r on r.authority = c.authority and r.month = c.month and r.asset = c.asset
    where c.fact = 'request' and c.asset = 'app'
    group by c.authority, c.month, r.kind
),
figures as (
    select authority, month, part, amount, 'measured' as method
    from measured
    union all
    select authority, month, part, amount, case when count(subject) over (partition by authority, month) = 0 then 'declared' else 'entered' end
    from entered
    where indicator = 'app.requests'
)
select authority, month, coalesce(part, '') as part, sum(amount) as value, sum(amount) as n, method
from figures
group by grouping sets ((authority, month, method), (authority, month, method, part))
having grouping(part) = 1 or part <> ''

/*
title:
  he: שימוש בנכסים לקידום חוסן ומוביליות
  ar: استخدام المساحات لتعزيز المناعة والحراك
  en: Use of assets for resilience and mobility
question:
  he: "האם הנכסים הדיגיטליים עוזרים לתושבים להתקדם: ללמוד, לעבוד, להתנהל, לדעת זכויות?"
  ar: "هل تساعد المساحات الرقمية السكان على التقدم: التعلم والعمل وإدارة المال ومعرفة الحقوق؟"
  en: "Do the digital assets help residents get ahead: learn, work, manage money, know their rights?"
advice:
  he: פרסמו כל חודש דבר אחד שאפשר לפעול לפיו עוד היום, עם מועד אחרון ואיש קשר, ובשפה של מי שזקוק לו.
  ar: انشروا كل شهر أمراً واحداً يمكن العمل به اليوم، مع موعد أخير وجهة اتصال، وبلغة من يحتاجه.
  en: Publish one thing a month that people can act on today, with a deadline and a contact, in the language of those who need it.
definition: Publications of the month on learning, work and professional development, financial skills or rights, on all assets, and each topic apart. Where publications are not listed for the month, the numbers entered by staff; publications that staff began to list are counted when there is nothing else.
outcome: 2
aspect: policy
method: mixed
unit: count
grain: [authority, month]
inputs: {coverage: [0, 0], publication: [0, 0], report: [0, 0]}
parts:
  learning:
    unit: count
    title: {he: למידה, ar: تعلّم, en: Learning}
  work:
    unit: count
    title: {he: עבודה והתפתחות מקצועית, ar: عمل وتطور مهني, en: Work and professional development}
  finance:
    unit: count
    title: {he: התנהלות כלכלית, ar: إدارة مالية, en: Financial skills}
  rights:
    unit: count
    title: {he: מיצוי זכויות, ar: استيفاء الحقوق, en: Rights}
caveats: [entered_by_hand]
owner: spokesperson
since: "2026-11"
revision: 1
*/
with listed as (
    select
        authority, month, case when topic in ('learning', 'work', 'finance', 'rights') then topic else '' end as part,
        sum(case when topic in ('learning', 'work', 'finance', 'rights') then 1 else 0 end) as amount,
        max(max(flags('entered_by_hand', basis = 'entered'))) over (partition by authority, month) as quality
    from publication
    group by authority, month, case when topic in ('learning', 'work', 'finance', 'rights') then topic else '' end
),
ways as (
    -- A list that speaks for the month goes before numbers, numbers before a list that may lack items, that before a declared zero.
    select authority, month, 1 as way
    from covered
    where fact = 'publication' and (is_measured = 1 or is_declared = 1)
    union all
    select authority, month, case when subject is null then 4 else 2 end
    from entered
    where indicator = 'policy.resilience_use'
    union all
    select m.authority, m.month, 3
    from months m
    join listed l on l.authority = m.authority and l.month = m.month
),
chosen as (
    select authority, month, min(way) as way
    from ways
    group by authority, month
),
figures as (
    select c.authority, c.month, coalesce(l.part, '') as part, coalesce(l.amount, 0) as amount, coalesce(l.quality, '') as quality
    from chosen c
    left join listed l on l.authority = c.authority and l.month = c.month
    where c.way in (1, 3)
    union all
    select c.authority, c.month, e.part, e.amount, 'entered_by_hand'
    from chosen c
    join entered e on e.authority = c.authority and e.month = c.month and e.indicator = 'policy.resilience_use'
    where c.way in (2, 4)
)
select authority, month, coalesce(part, '') as part, sum(amount) as value, sum(amount) as n, max(quality) as quality
from figures
group by grouping sets ((authority, month), (authority, month, part))
having grouping(part) = 1 or part <> ''

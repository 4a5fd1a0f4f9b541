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
definition: Publications of the month on learning, work and professional development, financial skills or rights, on the site and in whatever else staff listed, and each topic apart (no other service tells topics). Where publications are not listed for the month, the numbers entered by staff; publications that staff began to list are counted when there is nothing else.
outcome: 2
aspect: policy
method: mixed
unit: count
grain: [authority, month]
needs: {"": [publication.topic]}
spaces: {kinds: [site]}
inputs: {coverage: [0, 0], publication: [0, 0], report: [0, 0], space: [0, 0]}
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
revision: 2
*/
with complete as (
    select distinct authority, month
    from covered
    where fact = 'publication' and is_declared = 1
),
topics as (
    select topic
    from (values ('learning'), ('work'), ('finance'), ('rights')) as t(topic)
),
told as (
    -- Who cannot tell topics has none of these, whatever was published there.
    select p.authority, p.month, p.topic, p.basis
    from publication p
    left join space s on s.authority = p.authority and s.space = p.space
    where p.basis = 'entered' or (s.kind = 'site' and s.operated_by = 'authority')
),
listed as (
    -- What staff listed beside what platforms showed is one list; one that may lack items comes after the numbers.
    select
        p.authority, p.month, p.topic as part, count(*) as amount,
        case when e.month is null then 'measured' when c.month is null then 'derived' else 'listed' end as method
    from told p
    left join complete c on c.authority = p.authority and c.month = p.month
    left join (select distinct authority, month from publication where basis = 'entered') e
        on e.authority = p.authority and e.month = p.month
    where p.topic in (select topic from topics)
    group by p.authority, p.month, p.topic, e.month, c.month
),
figures as (
    select l.authority, l.month, l.part, l.amount, l.method
    from listed l
    join months m on m.authority = l.authority and m.month = l.month
    union all
    -- Where staff listed too, what platforms showed is no whole of its own, and its silence no zero.
    select c.authority, c.month, '', 0, 'measured'
    from covered c
    left join (select distinct authority, month from publication where basis = 'entered') e
        on e.authority = c.authority and e.month = c.month
    where c.fact = 'publication' and c.is_measured = 1 and e.month is null
    union all
    select authority, month, '', 0, 'declared'
    from complete
    union all
    select authority, month, part, amount, case when subject is null then 'declared' else 'entered' end
    from entered
    where indicator = 'policy.resilience_use'
)
select authority, month, coalesce(part, '') as part, sum(amount) as value, sum(amount) as n, method
from figures
group by grouping sets ((authority, month, method), (authority, month, method, part))
having grouping(part) = 1 or part <> ''

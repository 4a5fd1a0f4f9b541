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
with covered as (
    select distinct authority, month
    from coverage
    where fact = 'publication' and (basis <> 'entered' or is_full)
),
listed as (
    select authority, month, topic as part, count(*) as amount, max(case when basis = 'entered' then 1 else 0 end) as is_entered
    from publication
    group by authority, month, topic
),
entered as (
    select authority, month, part, sum(cast(amount as decimal(18, 2))) as amount
    from report
    where indicator = 'policy.resilience_use'
    group by authority, month, part
),
declared as (
    select distinct authority, month
    from coverage
    where fact = 'report:policy.resilience_use' and is_full
),
choice as (
    select m.authority, m.month,
        case
            when c.month is not null then 'listed'
            when e.month is not null then 'entered'
            when l.month is not null then 'listed'
            when d.month is not null then 'entered'
        end as taken,
        coalesce(l.is_entered, 0) as is_entered
    from months m
    left join covered c on c.authority = m.authority and c.month = m.month
    left join (select authority, month, max(is_entered) as is_entered from listed group by authority, month) l
        on l.authority = m.authority and l.month = m.month
    left join (select distinct authority, month from entered) e on e.authority = m.authority and e.month = m.month
    left join declared d on d.authority = m.authority and d.month = m.month
),
figures as (
    select h.authority, h.month, l.part, l.amount
    from choice h
    join listed l on l.authority = h.authority and l.month = h.month
    where h.taken = 'listed' and l.part in ('learning', 'work', 'finance', 'rights')
    union all
    select h.authority, h.month, e.part, e.amount
    from choice h
    join entered e on e.authority = h.authority and e.month = h.month
    where h.taken = 'entered'
)
select h.authority, h.month, '' as part, coalesce(sum(f.amount), 0) as value, coalesce(sum(f.amount), 0) as n,
    case when h.taken = 'entered' or max(h.is_entered) = 1 then 'entered_by_hand' else '' end as quality
from choice h
left join figures f on f.authority = h.authority and f.month = h.month
where h.taken is not null
group by h.authority, h.month, h.taken
union all
select h.authority, h.month, f.part, f.amount, f.amount,
    case when h.taken = 'entered' or h.is_entered = 1 then 'entered_by_hand' else '' end
from choice h
join figures f on f.authority = h.authority and f.month = h.month
where f.part <> ''

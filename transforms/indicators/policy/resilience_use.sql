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
  ar: انشروا كل شهر أمرًا واحدًا يمكن العمل به اليوم، مع موعد أخير وجهة اتصال، وبلغة من يحتاجه.
  en: Publish one thing a month that people can act on today, with a deadline and a contact, in the language of those who need it.
definition: >-
  Publications of the month on learning, work and professional development, financial skills or rights in places of the authority, and each topic apart. An item counts once: of a
  site whose rules told topics all month as the site told (no other service tells topics), of any other place as staff listed it. Where publications are not listed for the month, the numbers entered by staff; publications that staff began to list are counted when there is nothing else.
definition_he: "פרסומים של הרשות בחודש על לימוד, תעסוקה, התנהלות כלכלית או מיצוי זכויות, וכל נושא בנפרד. כל פרסום נספר פעם אחת: לפי האתר כשהוא יודע נושאים, אחרת לפי רשימת הצוות או מה שהזין."
definition_ar: "منشورات السلطة المحلية في الشهر عن التعلّم أو العمل أو الإدارة المالية أو استنفاد الحقوق، وكل موضوع على حدة. كل منشور يُحتسب مرة: بحسب الموقع حين يعرف المواضيع، وإلا فبحسب قائمة الطاقم أو ما أدخله."
outcome: 2
aspect: policy
method: mixed
unit: count
unit_words: {he: "פרסומים בחודש", ar: "منشورات في الشهر", en: "publications a month"}
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
used as (
    select
        p.authority, p.month, p.topic, p.method, case when p.method = 'measured' then p.is_part else 0 end as is_part
    from published p
    where case
        when p.method = 'measured' then p.space_kind = 'site' and (p.knows like '%topic%' or p.is_listed = 0)
        else p.knows not like '%topic%'
    end
),
by_hand as (
    select distinct authority, month
    from used
    where method = 'listed'
),
listed as (
    -- What staff listed of some places beside what platforms showed of others is one list; one that may lack items comes after the numbers.
    select
        u.authority, u.month, u.topic as part, count(*) as amount,
        case when e.month is null then 'measured' when c.month is null then 'derived' else 'listed' end as method,
        flags('partial_period', e.month is not null and max(u.is_part) = 1) as quality
    from used u
    left join complete c on c.authority = u.authority and c.month = u.month
    left join by_hand e on e.authority = u.authority and e.month = u.month
    where u.topic in (select topic from topics)
    group by u.authority, u.month, u.topic, e.month, c.month
),
figures as (
    select authority, month, part, amount, method, quality
    from listed
    union all
    -- Where staff listed too, what platforms showed is no whole of its own, and its silence no zero.
    select c.authority, c.month, '', 0, 'measured', ''
    from covered c
    left join by_hand e on e.authority = c.authority and e.month = c.month
    where c.fact = 'publication' and c.is_measured = 1 and e.month is null
    union all
    select authority, month, '', 0, 'declared', ''
    from complete
    union all
    select authority, month, part, amount, case when subject is null then 'declared' else 'entered' end, ''
    from entered
    where indicator = 'policy.resilience_use'
)
select authority, month, coalesce(part, '') as part, sum(amount) as value, sum(amount) as n, max(quality) as quality, method
from figures
group by grouping sets ((authority, month, method), (authority, month, method, part))
having grouping(part) = 1 or part <> ''

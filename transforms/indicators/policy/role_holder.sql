/*
title:
  he: רשויות עם בעל תפקיד ייעודי
  ar: سلطات لديها صاحب وظيفة مخصصة
  en: Authorities with a designated role-holder
question:
  he: האם יש ברשות מישהו שבניית קהילה דיגיטלית היא תפקידו?
  ar: هل في السلطة المحلية من وظيفته بناء المجتمع الرقمي؟
  en: Is there somebody in the authority whose job it is to build digital community?
advice:
  he: גם רבע משרה עם שם, שעות ומנהל שמקשיב עדיפים על ״כולם אחראים״; כתבו למי בעל התפקיד מדווח.
  ar: حتى ربع وظيفة باسم وساعات ومدير يصغي خير من «الجميع مسؤول»؛ اكتبوا لمن يرفع صاحب الوظيفة تقاريره.
  en: Even a quarter of a post with a name, hours and a manager who listens beats “everyone is responsible”; write down whom it reports to.
definition: 1 when a designated role is held on the month's last day, 0 when none is and the sheet of roles was declared complete; parts give posts in all (1 = full post, where stated) and holders by whom they report to. Over authorities the value is a share.
outcome: 2
aspect: policy
method: reported
unit: share
grain: [authority, month]
inputs: {coverage: [0, 0], report: [0, 0]}
parts:
  posts:
    unit: count
    title: {he: היקף משרה, ar: حجم الوظيفة, en: Posts held}
  reports_to_mayor:
    unit: count
    title: {he: כפופים לראש הרשות, ar: يتبعون لرئيس السلطة, en: Report to the mayor}
  reports_to_chief_executive:
    unit: count
    title: {he: כפופים למנכ״ל, ar: يتبعون للمدير العام, en: Report to the chief executive}
  reports_to_deputy:
    unit: count
    title: {he: כפופים לסגן, ar: يتبعون لنائب, en: Report to a deputy}
  reports_to_department_head:
    unit: count
    title: {he: כפופים לראש אגף, ar: يتبعون لرئيس قسم, en: Report to a department head}
  reports_to_unit_head:
    unit: count
    title: {he: כפופים למנהל יחידה, ar: يتبعون لمدير وحدة, en: Report to a unit head}
  reports_to_other:
    unit: count
    title: {he: כפופים לגורם אחר, ar: يتبعون لجهة أخرى, en: Report to another}
caveats: [entered_by_hand]
owner: chief executive's office
since: "2026-11"
revision: 1
*/
with held as (
    select authority, month, subject, state, amount
    from report
    where indicator = 'policy.role_holder'
),
declared as (
    select distinct authority, month
    from coverage
    where fact = 'report:policy.role_holder' and is_full
)
select
    m.authority,
    m.month,
    '' as part,
    case when count(h.subject) > 0 then 1 else 0 end as value,
    count(h.subject) as n,
    'entered_by_hand' as quality
from months m
left join declared d on d.authority = m.authority and d.month = m.month
left join held h on h.authority = m.authority and h.month = m.month
group by m.authority, m.month
having count(h.subject) > 0 or count(d.month) > 0
union all
select m.authority, m.month, 'posts', sum(cast(h.amount as decimal(18, 2))), count(h.amount), 'entered_by_hand'
from months m
join held h on h.authority = m.authority and h.month = m.month
where h.amount is not null
group by m.authority, m.month
union all
select m.authority, m.month, concat('reports_to_', h.state), count(*), count(*), 'entered_by_hand'
from months m
join held h on h.authority = m.authority and h.month = m.month
where h.state in ('mayor', 'chief_executive', 'deputy', 'department_head', 'unit_head', 'other')
group by m.authority, m.month, h.state

/*
title:
  he: בעל תפקיד לקהילה הדיגיטלית
  ar: صاحب وظيفة للمجتمع الرقمي
  en: A role-holder for the digital community
question:
  he: האם יש ברשות מישהו שבניית קהילה דיגיטלית היא תפקידו?
  ar: هل في السلطة المحلية من وظيفته بناء المجتمع الرقمي؟
  en: Is there somebody in the authority whose job it is to build digital community?
advice:
  he: גם רבע משרה עם שם, שעות ומנהל שמקשיב עדיפים על ״כולם אחראים״; כתבו למי בעל התפקיד מדווח.
  ar: حتى ربع وظيفة باسم وساعات ومدير يصغي خير من «الجميع مسؤول»؛ اكتبوا لمن يرفع صاحب الوظيفة تقاريره.
  en: Even a quarter of a post with a name, hours and a manager who listens beats “everyone is responsible”; write down whom it reports to.
definition: 1 when a designated role is held on the month's last day, 0 when none is and the sheet of roles was declared complete; parts give posts in all (1 = full post, where stated) and holders by whom they report to. The denominator is the one authority; over authorities the value is a share.
definition_he: "כן, כשבסוף החודש יש ברשות בעל תפקיד לקהילה הדיגיטלית; לא, כשאין וגיליון בעלי התפקידים סומן כגמור. לצידו: היקף המשרות ולמי הן כפופות."
definition_ar: "نعم، حين يكون في السلطة المحلية في نهاية الشهر صاحب وظيفة للمجتمع الرقمي؛ لا، حين لا يكون وعُلّمت ورقة أصحاب الوظائف مكتملة. إلى جانبه: حجم الوظائف ولمن تتبع."
outcome: 2
aspect: policy
method: reported
unit: share
unit_words: {he: "מהרשויות", ar: "من السلطات المحلية", en: "of the authorities"}
grain: [authority, month]
inputs: {coverage: [0, 0], report: [0, 0]}
parts:
  posts:
    unit: decimal
    title: {he: היקף משרה, ar: حجم الوظيفة, en: Posts held}
  reports_to_mayor:
    unit: count
    title: {he: כפופים לראש הרשות, ar: يتبعون لرئيس السلطة المحلية, en: Report to the mayor}
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
revision: 2
*/
with held as (
    select authority, month, subject, state, amount
    from entered
    where indicator = 'policy.role_holder'
)
select
    authority, month, '' as part, case when count(subject) > 0 then 1 else 0 end as value,
    case when count(subject) > 0 then 1 else 0 end as numerator, 1 as denominator, 1 as n,
    'entered_by_hand' as quality
from held
group by authority, month
union all
select authority, month, 'posts', sum(amount), null, null, count(amount), 'entered_by_hand'
from held
where subject is not null and amount is not null
group by authority, month
union all
select authority, month, concat('reports_to_', state), count(*), null, null, count(*), 'entered_by_hand'
from held
where state in ('mayor', 'chief_executive', 'deputy', 'department_head', 'unit_head', 'other')
group by authority, month, state

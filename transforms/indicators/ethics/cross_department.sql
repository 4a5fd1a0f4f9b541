/*
title:
  he: שיתוף פעולה בין אגפים
  ar: تعاون بين الأقسام
  en: Co-operation between departments
question:
  he: האם אגפים עובדים יחד סביב המרחבים הדיגיטליים?
  ar: هل تعمل الأقسام معًا حول المساحات الرقمية؟
  en: Do departments work together around the digital spaces?
advice:
  he: בחרו תלונה אחת שחוזרת ושייכת לשני אגפים, ופתרו אותה יחד לעיני התושבים.
  ar: اختاروا شكوى متكررة تخص قسمين، وحلّوها معًا أمام أعين السكان.
  en: Take one returning complaint that belongs to two departments, and settle it together where residents can see.
definition: "Distinct joint routines and projects in force on the month's last day: those entered under co-operation, and those entered under policy or ethics routines as shared between departments; one listed twice counts once. Projects are a part."
definition_he: "שגרות ופרויקטים משותפים שבתוקף ביום האחרון של החודש: אלה שנרשמו כשיתוף פעולה ואלה שסומנו כמשותפים לכמה אגפים, כל אחד פעם אחת."
definition_ar: "إجراءات ومشاريع مشتركة سارية في اليوم الأخير من الشهر: ما سُجّل تعاونًا وما عُلّم مشتركًا بين أقسام، كل واحد مرة."
outcome: 3
aspect: ethics
method: reported
unit: count
unit_words: {he: "שיתופי פעולה בתוקף", ar: "تعاونات قائمة", en: "co-operations in force"}
grain: [authority, month]
inputs: {coverage: [0, 0], report: [0, 0]}
parts:
  projects:
    unit: count
    title: {he: מיזמים משותפים, ar: مشاريع مشتركة, en: Joint projects}
caveats: [entered_by_hand]
owner: chief executive's office
since: "2026-11"
revision: 2
*/
with joint as (
    select
        authority, month, count(distinct subject) as routines,
        count(distinct case when part = 'project' then subject end) as projects
    from entered
    where indicator = 'ethics.cross_department' or (indicator in ('policy.routines', 'ethics.routines') and state = 'shared')
    group by authority, month
)
select authority, month, '' as part, routines as value, routines as n, 'entered_by_hand' as quality
from joint
union all
select authority, month, 'projects', projects, projects, 'entered_by_hand'
from joint

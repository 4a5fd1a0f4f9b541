/*
title:
  he: שיתוף פעולה בין אגפים
  ar: تعاون بين الأقسام
  en: Co-operation between departments
question:
  he: האם אגפים עובדים יחד סביב המרחבים הדיגיטליים?
  ar: هل تعمل الأقسام معاً حول المساحات الرقمية؟
  en: Do departments work together around the digital spaces?
advice:
  he: בחרו תלונה אחת שחוזרת ושייכת לשני אגפים, ופתרו אותה יחד לעיני התושבים.
  ar: اختاروا شكوى متكررة تخص قسمين، وحلّوها معاً أمام أعين السكان.
  en: Take one returning complaint that belongs to two departments, and settle it together where residents can see.
definition: "Distinct joint routines and projects in force on the month's last day: those entered under co-operation, and those entered under policy or ethics routines as shared between departments; one listed twice counts once. Projects are a part."
outcome: 3
aspect: ethics
method: reported
unit: count
grain: [authority, month]
inputs: {coverage: [0, 0], report: [0, 0]}
parts:
  projects:
    unit: count
    title: {he: מיזמים משותפים, ar: مشاريع مشتركة, en: Joint projects}
caveats: [entered_by_hand]
owner: chief executive's office
since: "2026-11"
revision: 1
*/
with joint as (
    select authority, month, subject, max(case when part = 'project' then 1 else 0 end) as is_project
    from report
    where indicator = 'ethics.cross_department' or (indicator in ('policy.routines', 'ethics.routines') and state = 'shared')
    group by authority, month, subject
),
declared as (
    select distinct authority, month
    from coverage
    where fact = 'report:ethics.cross_department' and is_full
),
counted as (
    select m.authority, m.month, count(j.subject) as joint, coalesce(sum(j.is_project), 0) as projects
    from months m
    left join declared d on d.authority = m.authority and d.month = m.month
    left join joint j on j.authority = m.authority and j.month = m.month
    group by m.authority, m.month
    having count(j.subject) > 0 or count(d.month) > 0
)
select authority, month, '' as part, joint as value, joint as n, 'entered_by_hand' as quality
from counted
union all
select authority, month, 'projects', projects, projects, 'entered_by_hand'
from counted

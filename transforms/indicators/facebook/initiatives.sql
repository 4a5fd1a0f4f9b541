/*
title:
  he: יוזמות קהילתיות שנוצרו בקבוצות
  ar: مبادرات مجتمعية وُلدت في المجموعات
  en: Community initiatives born in groups
question:
  he: האם השיח בקבוצות מוליד יוזמות של תושבים?
  ar: هل يولّد الحوار في المجموعات مبادرات للسكان؟
  en: Does the talk in groups give birth to residents' initiatives?
advice:
  he: ספרו על כל יוזמה בקבוצה שבה נולדה; יוזמה שרואים מזמינה את הבאה.
  ar: أخبروا عن كل مبادرة في المجموعة التي وُلدت فيها؛ المبادرة المرئية تدعو إلى التالية.
  en: Tell of each initiative in the group it was born in; one that is seen invites the next.
definition: Initiatives entered by staff for the month, with their kind; zero only in a month whose topic was declared complete.
outcome: 1
aspect: resident_resident
method: reported
unit: count
grain: [authority, month, space]
assets: [facebook]
inputs: {coverage: [0, 0], report: [0, 0]}
parts:
  neighbours_event:
    unit: count
    title: {he: מפגש שכנים, ar: لقاء جيران, en: "Neighbours' event"}
  help_older:
    unit: count
    title: {he: עזרה לאזרחים ותיקים, ar: مساعدة كبار السن, en: "Help to older people"}
  mutual_help:
    unit: count
    title: {he: עזרה הדדית, ar: مساعدة متبادلة, en: "Mutual help"}
  environment:
    unit: count
    title: {he: סביבה, ar: بيئة, en: "Environment"}
  culture:
    unit: count
    title: {he: תרבות, ar: ثقافة, en: "Culture"}
  safety:
    unit: count
    title: {he: ביטחון ובטיחות, ar: أمن وسلامة, en: "Safety"}
  other:
    unit: count
    title: {he: אחר, ar: أخرى, en: "Other"}
caveats: [entered_by_hand]
owner: community worker
since: "2026-11"
revision: 1
*/
with entered as (
    select authority, month, part, space, sum(cast(amount as decimal(18, 2))) as amount
    from report
    where indicator = 'facebook.initiatives'
    group by authority, month, part, space
),
declared as (
    select authority, month, max(case when is_full then 1 else 0 end) as is_complete
    from coverage
    where fact = 'report:facebook.initiatives'
    group by authority, month
)
select
    m.authority, m.month, coalesce(e.space, '') as space, '' as part,
    cast(coalesce(sum(e.amount), 0) as double) as value, coalesce(sum(e.amount), 0) as n, 'entered_by_hand' as quality,
    max(m.last_day) as as_of
from months m
join declared d on d.authority = m.authority and d.month = m.month
left join entered e on e.authority = m.authority and e.month = m.month
group by grouping sets ((m.authority, m.month, e.space), (m.authority, m.month))
having (grouping(e.space) = 1 or e.space <> '') and (count(e.amount) > 0 or max(d.is_complete) = 1)
union all
select m.authority, m.month, '', e.part, cast(sum(e.amount) as double), sum(e.amount), 'entered_by_hand', max(m.last_day)
from months m
join entered e on e.authority = m.authority and e.month = m.month
where e.part <> ''
group by m.authority, m.month, e.part

/*
title:
  he: שיתופי פעולה עסקיים שנרקמו בקבוצות
  ar: تعاونات تجارية نُسجت في المجموعات
  en: Business co-operations formed in groups
question:
  he: האם הקבוצות עוזרות לתושבים ולעסקים קטנים למצוא זה את זה?
  ar: هل تساعد المجموعات السكان والمصالح الصغيرة على أن يجد بعضهم بعضاً؟
  en: Do the groups help residents and small businesses find one another?
advice:
  he: פתחו יום קבוע לעסקים קטנים מהשכונה, וספרו על קנייה משותפת אחת שהצליחה.
  ar: خصصوا يوماً ثابتاً للمصالح الصغيرة من الحي وأخبروا عن شراء جماعي واحد نجح.
  en: Keep one day for small businesses of the neighbourhood, and tell of one joint purchase that worked.
definition: Business co-operations entered by staff for the month, with their kind; zero only in a month whose topic was declared complete.
outcome: 1
aspect: response
method: reported
unit: count
grain: [authority, month, space]
assets: [facebook]
inputs: {coverage: [0, 0], report: [0, 0]}
parts:
  group_buy:
    unit: count
    title: {he: קנייה קבוצתית מעסקים קטנים, ar: شراء جماعي من مصالح صغيرة, en: Group buy from small local businesses}
  local_shop:
    unit: count
    title: {he: חנות מקומית מקוונת, ar: متجر محلي إلكتروني, en: Local online shop}
  marketing:
    unit: count
    title: {he: שיווק משותף, ar: تسويق مشترك, en: Marketing}
  other:
    unit: count
    title: {he: אחר, ar: أخرى, en: Other}
caveats: [entered_by_hand]
owner: community worker
since: "2026-11"
revision: 1
*/
with entered as (
    select authority, month, part, space, sum(cast(amount as decimal(18, 2))) as amount
    from report
    where indicator = 'facebook.business_ties'
    group by authority, month, part, space
),
declared as (
    select authority, month, max(case when is_full then 1 else 0 end) as is_complete
    from coverage
    where fact = 'report:facebook.business_ties'
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

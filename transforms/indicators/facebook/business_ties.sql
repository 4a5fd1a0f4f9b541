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
select
    authority, month, coalesce(space, '') as space, coalesce(part, '') as part, sum(amount) as value, sum(amount) as n,
    'entered_by_hand' as quality, max(last_day) as as_of
from entered
where indicator = 'facebook.business_ties'
group by grouping sets ((authority, month), (authority, month, space), (authority, month, part))
having grouping(space) + grouping(part) = 2 or space <> '' or part <> ''

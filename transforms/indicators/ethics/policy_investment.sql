/*
title:
  he: השקעה ביצירת מדיניות
  ar: الاستثمار في وضع السياسات
  en: Investment in making policy for the assets
question:
  he: כמה זמן וכסף הושקעו בכתיבת מדיניות לנכסים הדיגיטליים?
  ar: كم من الوقت والمال استُثمر في وضع سياسات للمساحات الرقمية؟
  en: How much time and money went into making policy for the digital assets?
advice:
  he: שבו שעתיים בחודש, עובדת קהילתית, דוברות ומשפטית יחד, ופתרו מקרה אמיתי אחד; כך נכתבת מדיניות שחיה.
  ar: اجلسوا ساعتين في الشهر، العمل المجتمعي والناطق والقسم القانوني معاً، وحلّوا حالة حقيقية واحدة؛ هكذا تُكتب سياسة حيّة.
  en: Sit two hours a month, community work, spokesperson and legal together, and settle one real case; that is how a living policy is written.
definition: Hours invested in making policy for the assets in the month, as entered by staff; shekels are a part and never added to the hours.
outcome: 3
aspect: ethics
method: reported
unit: hours
grain: [authority, month]
inputs: {coverage: [0, 0], report: [0, 0]}
parts:
  ils:
    unit: ils
    title: {he: שקלים, ar: شواكل, en: Shekels}
caveats: [entered_by_hand]
owner: chief executive's office
since: "2026-11"
revision: 1
*/
with entered as (
    select authority, month, part, sum(cast(amount as decimal(18, 2))) as amount
    from report
    where indicator = 'ethics.policy_investment'
    group by authority, month, part
),
declared as (
    select distinct authority, month
    from coverage
    where fact = 'report:ethics.policy_investment' and is_full
)
select m.authority, m.month, '' as part, coalesce(e.amount, 0) as value, 'entered_by_hand' as quality
from months m
left join declared d on d.authority = m.authority and d.month = m.month
left join entered e on e.authority = m.authority and e.month = m.month and e.part = 'hours'
where e.month is not null or d.month is not null
union all
select m.authority, m.month, e.part, e.amount, 'entered_by_hand'
from months m
join entered e on e.authority = m.authority and e.month = m.month
where e.part in ('ils')

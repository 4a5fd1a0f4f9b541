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
  ar: اجلسوا ساعتين في الشهر، العمل المجتمعي والناطق والقسم القانوني معًا، وحلّوا حالة حقيقية واحدة؛ هكذا تُكتب سياسة حيّة.
  en: Sit two hours a month, community work, spokesperson and legal together, and settle one real case; that is how a living policy is written.
definition: Hours invested in making policy for the assets in the month, as entered by staff; shekels are a part and never added to the hours.
definition_he: "שעות שהושקעו בחודש ביצירת מדיניות לנכסים, כפי שהצוות הזין; שקלים עומדים לצידן ואינם מחוברים אליהן."
definition_ar: "ساعات استُثمرت في الشهر في وضع سياسات للأصول كما أدخلها الطاقم؛ الشواقل إلى جانبها ولا تُجمع معها."
outcome: 3
aspect: ethics
method: reported
unit: hours
unit_words: {he: "בחודש", ar: "في الشهر", en: "a month"}
grain: [authority, month]
inputs: {coverage: [0, 0], report: [0, 0]}
parts:
  ils:
    unit: ils
    title: {he: שקלים, ar: شواكل, en: Shekels}
caveats: [entered_by_hand]
owner: chief executive's office
since: "2026-11"
revision: 2
*/
select
    authority, month, case when part = 'hours' then '' else part end as part, sum(amount) as value, count(subject) as n,
    'entered_by_hand' as quality
from entered
where indicator = 'ethics.policy_investment' and part in ('', 'hours', 'ils')
group by authority, month, case when part = 'hours' then '' else part end

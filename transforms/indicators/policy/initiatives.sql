/*
title:
  he: יוזמות עסקיות, פילנתרופיות ומקומיות
  ar: مبادرات تجارية وخيرية ومحلية
  en: Business, philanthropic and local initiatives
question:
  he: האם הנוכחות הדיגיטלית מביאה ליישוב יוזמות חדשות?
  ar: هل يجلب الحضور الرقمي مبادرات جديدة إلى البلدة؟
  en: Does the digital presence bring new initiatives to the place?
advice:
  he: הכירו בין יוזמה אחת לשותף אחד בכל חודש; הפגישה חשובה יותר מהפרסום.
  ar: عرّفوا كل شهر مبادرة واحدة بشريك واحد؛ اللقاء أهم من الإعلان.
  en: Introduce one initiative to one partner every month; the meeting matters more than the publicity.
definition: Business, philanthropic and local initiatives entered by staff for the month, by kind; zero only in a month whose sheet was declared complete.
definition_he: "יוזמות עסקיות, פילנתרופיות ומקומיות שהצוות הזין לחודש, לפי סוגן. אפס נאמר רק בחודש שהנושא סומן בו כגמור."
definition_ar: "مبادرات تجارية وخيرية ومحلية أدخلها الطاقم للشهر بحسب نوعها. لا يُقال صفر إلا في شهر عُلّم موضوعه مكتملًا."
outcome: 2
aspect: policy
method: reported
unit: count
unit_words: {he: "יוזמות בחודש", ar: "مبادرات في الشهر", en: "initiatives a month"}
grain: [authority, month]
inputs: {coverage: [0, 0], report: [0, 0]}
parts:
  business:
    unit: count
    title: {he: עסקיות, ar: تجارية, en: Business}
  philanthropic:
    unit: count
    title: {he: פילנתרופיות, ar: خيرية, en: Philanthropic}
  local:
    unit: count
    title: {he: מקומיות, ar: محلية, en: Local}
caveats: [entered_by_hand]
owner: community worker
since: "2026-11"
revision: 2
*/
select
    authority, month, coalesce(part, '') as part, sum(amount) as value, sum(amount) as n, 'entered_by_hand' as quality
from entered
where indicator = 'policy.initiatives'
group by grouping sets ((authority, month), (authority, month, part))
having grouping(part) = 1 or part <> ''

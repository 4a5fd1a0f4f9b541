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
definition_he: "יוזמות שהצוות הזין לחודש, לפי סוגן. אפס נאמר רק בחודש שהנושא סומן בו כגמור."
definition_ar: "مبادرات أدخلها الطاقم للشهر بحسب نوعها. لا يُقال صفر إلا في شهر عُلّم موضوعه مكتملًا."
outcome: 1
aspect: resident_resident
method: reported
unit: count
unit_words: {he: "יוזמות בחודש", ar: "مبادرات في الشهر", en: "initiatives a month"}
shape: entered_by_space_and_part
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
revision: 2
*/

/*
title:
  he: שיתופי פעולה עסקיים שנרקמו בקבוצות
  ar: تعاونات تجارية نُسجت في المجموعات
  en: Business co-operations formed in groups
question:
  he: האם הקבוצות עוזרות לתושבים ולעסקים קטנים למצוא זה את זה?
  ar: هل تساعد المجموعات السكان والمصالح الصغيرة على أن يجد بعضهم بعضًا؟
  en: Do the groups help residents and small businesses find one another?
advice:
  he: פתחו יום קבוע לעסקים קטנים מהשכונה, וספרו על קנייה משותפת אחת שהצליחה.
  ar: خصصوا يومًا ثابتًا للمصالح الصغيرة من الحي وأخبروا عن شراء جماعي واحد نجح.
  en: Keep one day for small businesses of the neighbourhood, and tell of one joint purchase that worked.
definition: Business co-operations entered by staff for the month, with their kind; zero only in a month whose topic was declared complete.
definition_he: "שיתופי פעולה עסקיים שהצוות הזין לחודש, לפי סוגם. אפס נאמר רק בחודש שהנושא סומן בו כגמור."
definition_ar: "تعاونات تجارية أدخلها الطاقم للشهر بحسب نوعها. لا يُقال صفر إلا في شهر عُلّم موضوعه مكتملًا."
outcome: 1
aspect: response
method: reported
unit: count
unit_words: {he: "שיתופי פעולה בחודש", ar: "تعاونات في الشهر", en: "co-operations a month"}
shape: entered_by_space_and_part
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
revision: 2
*/

/*
title:
  he: תושבים שמרגישים שהנושאים רלוונטיים לחייהם
  ar: سكان يشعرون بأن المواضيع تخص حياتهم
  en: Residents who feel the topics matter to their lives
question:
  he: איזה חלק מהתושבים מרגישים שמה שעולה בפייסבוק של הרשות נוגע לחיים שלהם?
  ar: أي نسبة من السكان تشعر بأن ما يُطرح في فيسبوك السلطة المحلية يمسّ حياتها؟
  en: What share of residents feel that what comes up on the authority's Facebook touches their lives?
advice:
  he: שבו עם חמישה תושבים מהקבוצה ושאלו על מה דיברו השבוע בבית. משם יבואו הנושאים של החודש הבא.
  ar: اجلسوا مع خمسة من أعضاء المجموعة واسألوهم عما تحدثوا به في البيت هذا الأسبوع. من هناك تأتي مواضيع الشهر القادم.
  en: Sit with five residents of the group and ask what they talked of at home this week. Next month's topics come from there.
definition: >-
  Share of those who, asked first, say that they saw something of the authority's page or groups in the last month, whose answer to the
  item is 4 or more of 5, in the latest wave among residents within 12 months. Where a form does not ask that first, as the questionnaire's first version
  did not, the item counts of all, and the series breaks. Waves are never pooled; of two that closed on one day the probability sample stands.
definition_he: "מתוך מי שסיפרו שראו בחודש האחרון משהו מן העמוד או מן הקבוצות של הרשות: שיעור מי שענו 4 או 5 מתוך 5, בגל האחרון בקרב תושבים ב־12 חודשים. גלים אינם מאוחדים."
definition_ar: "من بين من قالوا إنهم رأوا في الشهر الأخير شيئًا من صفحة السلطة المحلية أو مجموعاتها: نسبة من أجابوا 4 أو 5 من 5، في آخر موجة بين السكان خلال 12 شهرًا. لا تُدمج الموجات."
outcome: 1
aspect: resident_authority
method: surveyed
unit: share
unit_words: {he: "מהמשיבים לסקר", ar: "من المجيبين عن الاستطلاع", en: "of those surveyed"}
shape: survey_share
grain: [authority, month]
assets: [facebook]
inputs: {survey_response: [-11, 0]}
caveats: [carried, opt_in_sample, low_reliability, unweighted]
owner: community worker
since: "2026-11"
revision: 2
*/

/*
title:
  he: שימוש גובר במרחב הדיגיטלי בזכות נכסי הרשות
  ar: سكان يستخدمون الحيّز الرقمي أكثر بفضل السلطة المحلية
  en: Residents who use the digital space more thanks to the assets
question:
  he: האם בזכות הנכסים של הרשות תושבים משתמשים יותר במרחב הדיגיטלי?
  ar: هل يستخدم السكان الحيّز الرقمي أكثر بفضل مساحات السلطة المحلية؟
  en: Do residents use the digital space more thanks to the authority's assets?
advice:
  he: "שאלו את מי שאינם משתמשים מה חסר להם: מכשיר, שפה או מישהו שיישב לידם בפעם הראשונה."
  ar: "اسألوا من لا يستخدمون ماذا ينقصهم: جهاز أم لغة أم شخص يجلس بجانبهم في المرة الأولى."
  en: "Ask those who do not use it what is lacking: a device, the language, or somebody to sit beside them the first time."
definition: Share of residents who answered 4 or 5 of 5 on average over the indicator's items, in the latest wave of the last 12 months; waves are never pooled.
definition_he: "שיעור התושבים שענו בממוצע 4 או 5 מתוך 5 על שאלות המדד, בגל האחרון של 12 החודשים. גלים אינם מאוחדים."
definition_ar: "نسبة السكان الذين أجابوا بالمتوسط 4 أو 5 من 5 عن أسئلة المؤشر، في آخر موجة من الأشهر الـ12. لا تُدمج الموجات."
outcome: 1
aspect: reach
method: surveyed
unit: share
unit_words: {he: "מהמשיבים לסקר", ar: "من المجيبين عن الاستطلاع", en: "of those surveyed"}
shape: survey_share
grain: [authority, month]
inputs: {survey_response: [-11, 0]}
caveats: [carried, opt_in_sample, low_reliability, unweighted]
owner: digital services lead
since: "2026-11"
revision: 2
*/

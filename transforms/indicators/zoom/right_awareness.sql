/*
title:
  he: תושבים המודעים לזכותם להשפיע
  ar: سكان يدركون حقهم في التأثير
  en: Residents aware of their right to influence
question:
  he: האם תושבים יודעים שיש להם זכות להשפיע על החלטות הרשות?
  ar: هل يعرف السكان أن لهم حقًا في التأثير في قرارات السلطة المحلية؟
  en: Do residents know that they have a right to influence the authority's decisions?
advice:
  he: אמרו בכל הזמנה במה בדיוק אפשר להשפיע ועד מתי; זכות שלא נאמרת במפורש אינה מוכרת.
  ar: اذكروا في كل دعوة ما الذي يمكن التأثير فيه بالضبط وحتى متى؛ الحق الذي لا يقال صراحة لا يُعرف.
  en: Say in every invitation what exactly can be influenced and until when; a right that is not spelled out is not known.
definition: Share of residents who answered 4 or 5 of 5 on average over the indicator's items, in the latest wave of the last 12 months; waves are never pooled.
definition_he: "שיעור התושבים שענו בממוצע 4 או 5 מתוך 5 על שאלות המדד, בגל האחרון של 12 החודשים. גלים אינם מאוחדים."
definition_ar: "نسبة السكان الذين أجابوا بالمتوسط 4 أو 5 من 5 عن أسئلة المؤشر، في آخر موجة من الأشهر الـ12. لا تُدمج الموجات."
outcome: 1
aspect: resident_authority
method: surveyed
unit: share
unit_words: {he: "מהמשיבים לסקר", ar: "من المجيبين عن الاستطلاع", en: "of those surveyed"}
shape: survey_share
grain: [authority, month]
inputs: {survey_response: [-11, 0]}
caveats: [carried, opt_in_sample, low_reliability, unweighted]
owner: community worker
since: "2026-11"
revision: 2
*/

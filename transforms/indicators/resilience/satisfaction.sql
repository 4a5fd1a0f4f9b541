/*
title:
  he: שביעות רצון מהיישוב
  ar: الرضا عن البلدة
  en: Satisfaction with the place
question:
  he: האם תושבים מרוצים מהמקום ומהשירותים בו?
  ar: هل السكان راضون عن المكان وعن خدماته؟
  en: Are residents content with the place and its services?
advice:
  he: קחו את הפריט הנמוך ביותר, תקנו בו דבר אחד שרואים ברחוב, וספרו שזה בא מהסקר.
  ar: خذوا البند الأدنى وأصلحوا فيه أمرًا واحدًا يُرى في الشارع، واذكروا أنه جاء من الاستطلاع.
  en: Take the lowest item, mend one thing in it that shows in the street, and say that it came from the survey.
definition: Mean (1 to 5) over respondents who answered at least half of the satisfaction items asked in the wave, reverse items turned, each respondent averaged first; latest wave of the last 12 months; waves are never pooled.
definition_he: "ממוצע (1 עד 5) של שאלות שביעות הרצון, של מי שענו על מחציתן לפחות, כל משיב פעם אחת, בגל האחרון של 12 החודשים. גלים אינם מאוחדים."
definition_ar: "متوسط (1 إلى 5) لأسئلة الرضا، لمن أجابوا عن نصفها على الأقل، كل مجيب مرة واحدة، في آخر موجة من الأشهر الـ12. لا تُدمج الموجات."
outcome: 5
aspect: resilience
method: surveyed
unit: score_1_5
unit_words: {he: "ממוצע התשובות בסקר", ar: "متوسط الإجابات في الاستطلاع", en: "mean of the survey's answers"}
shape: factor_score
grain: [authority, month]
inputs: {survey_response: [-11, 0]}
caveats: [carried, opt_in_sample, low_reliability, unweighted]
owner: community worker
since: "2026-11"
revision: 2
*/

/*
title:
  he: תחושת זיקה ליישוב
  ar: الارتباط بالبلدة
  en: Attachment to the place
question:
  he: האם תושבים מרגישים שזה הבית שלהם?
  ar: هل يشعر السكان بأن هذا بيتهم؟
  en: Do residents feel that this is their home?
advice:
  he: בקשו מתושבים לספר סיפור של מקום בשכונה, ותנו למי שהגיע מזמן ולמי שהגיע אתמול לספר יחד.
  ar: اطلبوا من السكان أن يرووا قصة مكان في الحي، ودعوا من جاء قديمًا ومن جاء أمس يرويان معًا.
  en: Ask residents to tell the story of a spot in the neighbourhood, and let the long-settled and the newcomer tell together.
definition: Mean (1 to 5) over respondents who answered at least half of the attachment items asked in the wave, reverse items turned, each respondent averaged first; latest wave of the last 12 months; waves are never pooled.
definition_he: "ממוצע (1 עד 5) של שאלות הזיקה ליישוב, של מי שענו על מחציתן לפחות, כל משיב פעם אחת, בגל האחרון של 12 החודשים. גלים אינם מאוחדים."
definition_ar: "متوسط (1 إلى 5) لأسئلة الارتباط بالبلدة، لمن أجابوا عن نصفها على الأقل، كل مجيب مرة واحدة، في آخر موجة من الأشهر الـ12. لا تُدمج الموجات."
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

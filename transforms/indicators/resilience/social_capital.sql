/*
title:
  he: הון חברתי
  ar: رأس المال الاجتماعي
  en: Social capital
question:
  he: האם אנשים כאן סומכים זה על זה ויודעים שיש להם על מי להישען?
  ar: هل يثق الناس هنا بعضهم ببعض ويعرفون أن لهم من يستندون إليه؟
  en: Do people here trust one another and know there is somebody to lean on?
advice:
  he: "הון חברתי נבנה בפעולות קטנות ומשותפות: רחוב אחד, משימה אחת, והרבה תודה בפומבי."
  ar: "يُبنى رأس المال الاجتماعي بأفعال صغيرة مشتركة: شارع واحد ومهمة واحدة وشكر علني كثير."
  en: "Social capital grows from small shared acts: one street, one task, and much public thanks."
definition: Mean (1 to 5) over respondents who answered at least half of the social capital items asked in the wave, reverse items turned, each respondent averaged first; latest wave of the last 12 months; waves are never pooled.
definition_he: "ממוצע (1 עד 5) של שאלות ההון החברתי, של מי שענו על מחציתן לפחות, כל משיב פעם אחת, בגל האחרון של 12 החודשים. גלים אינם מאוחדים."
definition_ar: "متوسط (1 إلى 5) لأسئلة رأس المال الاجتماعي، لمن أجابوا عن نصفها على الأقل، كل مجيب مرة واحدة، في آخر موجة من الأشهر الـ12. لا تُدمج الموجات."
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

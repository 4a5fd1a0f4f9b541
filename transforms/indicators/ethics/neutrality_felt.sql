/*
title:
  he: תחושת שקיפות ונייטרליות
  ar: الشعور بالشفافية والحياد
  en: Residents who find the assets run openly and neutrally
question:
  he: האם תושבים מרגישים שהנכסים מנוהלים בשקיפות ובלי צד?
  ar: هل يشعر السكان بأن المساحات تُدار بشفافية ودون انحياز؟
  en: Do residents feel that the assets are run openly and without taking sides?
advice:
  he: פרסמו מי מנהל כל מרחב ולפי אילו כללים מוחקים; השאירו גם ביקורת, וענו לה בנימוס.
  ar: انشروا من يدير كل مساحة ووفق أي قواعد يُحذف المحتوى؛ أبقوا النقد أيضًا وأجيبوا عنه بلطف.
  en: Publish who runs each space and by which rules things are removed; leave criticism standing, and answer it kindly.
definition: Mean (1 to 5) of the items on openness and neutrality, reverse items turned; each respondent averaged first; latest wave of the last 12 months; waves are never pooled.
definition_he: "ממוצע התשובות (1 עד 5) על שאלות השקיפות והנייטרליות, כל משיב פעם אחת, בגל האחרון של 12 החודשים. גלים אינם מאוחדים."
definition_ar: "متوسط الإجابات (1 إلى 5) عن أسئلة الشفافية والحياد، كل مجيب مرة واحدة، في آخر موجة من الأشهر الـ12. لا تُدمج الموجات."
outcome: 3
aspect: ethics
method: surveyed
unit: score_1_5
unit_words: {he: "ממוצע התשובות בסקר", ar: "متوسط الإجابات في الاستطلاع", en: "mean of the survey's answers"}
shape: survey_score
grain: [authority, month]
inputs: {survey_response: [-11, 0]}
caveats: [carried, opt_in_sample, low_reliability, unweighted]
owner: spokesperson
since: "2026-11"
revision: 2
*/

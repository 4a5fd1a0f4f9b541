/*
title:
  he: בדידות
  ar: الوحدة
  en: Loneliness
question:
  he: כמה בדידות תושבים מרגישים?
  ar: كم يشعر السكان بالوحدة؟
  en: How lonely do residents feel?
advice:
  he: כאן מספר נמוך הוא הטוב. הזמינו אדם אחד, בשמו, לעשות משהו יחד; הזמנה כללית אינה מגיעה למי שלבד.
  ar: هنا الرقم المنخفض هو الأفضل. ادعوا شخصًا واحدًا باسمه لفعل شيء معًا؛ الدعوة العامة لا تصل إلى من هو وحده.
  en: Here lower is better. Invite one person, by name, to do something together; a general invitation does not reach whoever is alone.
when:
  real_rise: {he: "הזמינו השבוע אדם אחד, בשמו, לעשות משהו יחד; הזמנה כללית אינה מגיעה למי שלבד.", ar: "ادعوا هذا الأسبوع شخصًا واحدًا باسمه إلى عمل شيء معًا؛ الدعوة العامة لا تصل إلى الوحيد.", en: "Invite one person this week, by name, to do something together; a general invitation does not reach whoever is alone."}
  real_fall: {he: "פחות אנשים חשים לבד: בדקו אילו מפגשים עשו את זה, והבטיחו שימשיכו.", ar: "عدد أقل يشعرون بالوحدة: تحققوا أي لقاءات فعلت ذلك، واضمنوا استمرارها.", en: "Fewer people feel alone: see which meetings did it, and make sure that they go on."}
definition: Mean (1 to 5) over respondents who answered at least half of the loneliness items asked in the wave, reverse items turned, each respondent averaged first; latest wave of the last 12 months; waves are never pooled. Lower is better.
definition_he: "ממוצע (1 עד 5) של שאלות הבדידות, של מי שענו על מחציתן לפחות, כל משיב פעם אחת, בגל האחרון של 12 החודשים. ציון נמוך טוב יותר."
definition_ar: "متوسط (1 إلى 5) لأسئلة الوحدة، لمن أجابوا عن نصفها على الأقل، كل مجيب مرة واحدة، في آخر موجة من الأشهر الـ12. الدرجة المنخفضة أفضل."
outcome: 5
aspect: resilience
method: surveyed
unit: score_1_5
unit_words: {he: "ממוצע התשובות בסקר", ar: "متوسط الإجابات في الاستطلاع", en: "mean of the survey's answers"}
better: lower
shape: factor_score
grain: [authority, month]
inputs: {survey_response: [-11, 0]}
caveats: [carried, opt_in_sample, low_reliability, unweighted]
owner: community worker
since: "2026-11"
revision: 2
*/

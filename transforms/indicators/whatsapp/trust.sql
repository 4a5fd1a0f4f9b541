/*
title:
  he: אמון ברשות ושביעות רצון מתשומת הלב
  ar: الثقة بالسلطة المحلية والرضا عن اهتمامها
  en: Trust in the authority and satisfaction with its attention
question:
  he: האם תושבים סומכים על הרשות ומרגישים שהיא קשובה להם?
  ar: هل يثق السكان بالسلطة المحلية ويشعرون بأنها تصغي إليهم؟
  en: Do residents trust the authority and feel that it listens?
advice:
  he: ירידה באמון מתחילה לרוב בתשובות שלא הגיעו. בדקו קודם את שיעור המענה ואת זמן המענה.
  ar: تراجع الثقة يبدأ غالبًا من ردود لم تصل. افحصوا أولًا نسبة الردود وزمنها.
  en: Trust usually falls where answers did not come. Look at the share and the time of answers first.
when:
  real_rise: {he: "אמרו לתושבים מה קיימתם ממה שהבטחתם, והמשיכו לענות באותו קצב.", ar: "قولوا للسكان ما وفيتم به مما وعدتم، وواصلوا الرد بالوتيرة نفسها.", en: "Tell residents what you kept of what you promised, and go on answering at the same pace."}
  real_fall: {he: "בדקו קודם את שיעור המענה ואת זמן המענה; אמון יורד לרוב היכן שתשובות לא הגיעו.", ar: "تحققوا أولًا من نسبة الرد ومدته؛ الثقة تتراجع غالبًا حيث لم تصل الأجوبة.", en: "Look at the share and the time of answers first; trust mostly falls where answers did not come."}
  no_signal: {he: "קיימו החודש הבטחה אחת קטנה ופומבית, וספרו שקיימתם.", ar: "أوفوا هذا الشهر بوعد واحد صغير ومعلن، وأخبروا بأنكم وفيتم به.", en: "Keep one small public promise this month, and say that you kept it."}
definition: >-
  Mean over respondents of their mean answer (1 to 5) to the trust items, in the latest wave among residents within 12 months. Waves are
  never pooled; of two that closed on one day the probability sample stands.
definition_he: "ממוצע התשובות (1 עד 5) על שאלות האמון, כל משיב פעם אחת, בגל האחרון בקרב תושבים ב־12 חודשים. גלים אינם מאוחדים."
definition_ar: "متوسط الإجابات (1 إلى 5) عن أسئلة الثقة، كل مجيب مرة واحدة، في آخر موجة بين السكان خلال 12 شهرًا. لا تُدمج الموجات."
outcome: 1
aspect: resident_authority
method: surveyed
unit: score_1_5
unit_words: {he: "ממוצע התשובות בסקר", ar: "متوسط الإجابات في الاستطلاع", en: "mean of the survey's answers"}
shape: survey_score_of_weight
grain: [authority, month]
inputs: {survey_response: [-11, 0]}
caveats: [carried, opt_in_sample, low_reliability, unweighted]
owner: community worker
since: "2026-11"
revision: 2
*/

/*
title:
  he: שייכות, ערבות הדדית וקהילתיות
  ar: انتماء وتكافل وروح مجتمعية
  en: Belonging, mutual support, community feeling
question:
  he: האם חברי הקבוצות הפתוחות מרגישים שייכים ושיש על מי לסמוך?
  ar: هل يشعر أعضاء المجموعات المفتوحة بالانتماء وبأن هناك من يُعتمد عليه؟
  en: Do members of the open groups feel that they belong and have somebody to rely on?
advice:
  he: שייכות נבנית ממפגש. הציעו לקבוצה הפעילה ביותר קפה משותף אחד, ותנו לחבריה להזמין.
  ar: الانتماء يُبنى من اللقاء. اقترحوا على المجموعة الأنشط لقاء قهوة واحدًا ودعوا أعضاءها يوجّهون الدعوة.
  en: Belonging grows from meeting. Offer the liveliest group one coffee together, and let its members do the inviting.
definition: >-
  Mean over respondents of their mean answer (1 to 5) to the items on belonging, mutual support and community, in the latest wave within 12
  months among residents. They count of those who, asked first, say that they are in an open group; where a form does not ask that first, of
  all, and the series breaks. Waves are never pooled; of two
  that closed on one day the probability sample stands.
definition_he: "ממוצע התשובות (1 עד 5) על שאלות השייכות, הערבות ההדדית והקהילתיות, של מי שסיפרו שהם בקבוצה פתוחה, בגל האחרון בקרב תושבים ב־12 חודשים. גלים אינם מאוחדים."
definition_ar: "متوسط الإجابات (1 إلى 5) عن أسئلة الانتماء والتكافل وروح المجتمع لدى من قالوا إنهم في مجموعة مفتوحة، في آخر موجة بين السكان خلال 12 شهرًا. لا تُدمج الموجات."
outcome: 1
aspect: resident_resident
method: surveyed
unit: score_1_5
unit_words: {he: "ממוצע התשובות בסקר", ar: "متوسط الإجابات في الاستطلاع", en: "mean of the survey's answers"}
shape: survey_score_of_weight
grain: [authority, month]
assets: [whatsapp]
inputs: {survey_response: [-11, 0]}
caveats: [carried, opt_in_sample, low_reliability, unweighted]
owner: community worker
since: "2026-11"
revision: 2
*/

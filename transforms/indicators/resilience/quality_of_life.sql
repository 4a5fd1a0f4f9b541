/*
title:
  he: איכות חיים ביישוב
  ar: جودة الحياة في البلدة
  en: Quality of life in the place
question:
  he: האם טוב לתושבים כאן, האם הם מרגישים בטוחים, והאם יש להם למי לפנות ועם מי להיות?
  ar: هل يطيب للسكان العيش هنا، وهل يشعرون بالأمان، وهل لديهم من يتوجّهون إليه ومن يكونون معه؟
  en: Is life here good for residents, do they feel safe, and have they somebody to turn to and people to be with?
advice:
  he: ראו איזה מארבעת הפריטים נמוך מכולם, וקבעו החודש מפגש אחד במקום שבו מרגישים אותו.
  ar: انظروا أي البنود الأربعة هو الأدنى، وحددوا هذا الشهر لقاءً واحدًا في المكان الذي يُحَسّ فيه.
  en: See which of the four items is lowest, and hold one meeting this month in the place where it is felt.
definition: Mean (1 to 5) over respondents who answered at least half of the items asked in the wave (content with life here, safety, somebody to turn to, places and people to be with), reverse items turned, each respondent averaged first; latest wave of the last 12 months; waves are never pooled.
definition_he: "ממוצע (1 עד 5) של שאלות על החיים כאן, ביטחון, מישהו לפנות אליו ומקומות ואנשים להיות איתם, של מי שענו על מחציתן לפחות, בגל האחרון של 12 החודשים. גלים אינם מאוחדים."
definition_ar: "متوسط (1 إلى 5) لأسئلة عن الحياة هنا والأمان ومن يُتوجّه إليه وأماكن وأناس للاجتماع بهم، لمن أجابوا عن نصفها على الأقل، في آخر موجة من الأشهر الـ12. لا تُدمج الموجات."
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
since: "2026-12"
revision: 1
*/

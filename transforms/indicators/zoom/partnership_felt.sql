/*
title:
  he: תחושת שותפות ומתן מענה
  ar: الشعور بالشراكة وبتلقي الاستجابة
  en: Feeling of partnership and of being answered
question:
  he: האם מי שמשתתף במפגשים מרגיש שותף ומרגיש שעונים לו?
  ar: هل يشعر المشاركون في اللقاءات بأنهم شركاء وبأنهم يتلقون استجابة؟
  en: Do people at the meetings feel partners, and feel answered?
advice:
  he: סיימו כל מפגש בשלושה דברים שהתחייבתם לבדוק, ופתחו את הבא במה שעלה בהם.
  ar: اختموا كل لقاء بثلاثة أمور تعهدتم بفحصها، وافتتحوا التالي بما آلت إليه.
  en: End each meeting with three things you promised to look into, and open the next with what came of them.
definition: Mean (1 to 5) of the items of feeling a partner and being answered; each respondent averaged first; latest wave of the last 12 months; waves are never pooled. They count of those who, asked first, say that they were in a meeting of the authority in the last year; where a form does not ask that first, of all, and the series breaks.
definition_he: "ממוצע התשובות (1 עד 5) על תחושת השותפות והמענה, של מי שסיפרו שהיו במפגש של הרשות בשנה האחרונה, בגל האחרון של 12 החודשים. גלים אינם מאוחדים."
definition_ar: "متوسط الإجابات (1 إلى 5) عن الشعور بالشراكة وتلقي الرد لدى من قالوا إنهم كانوا في لقاء للسلطة المحلية في السنة الأخيرة، في آخر موجة من الأشهر الـ12. لا تُدمج الموجات."
outcome: 1
aspect: response
method: surveyed
unit: score_1_5
unit_words: {he: "ממוצע התשובות בסקר", ar: "متوسط الإجابات في الاستطلاع", en: "mean of the survey's answers"}
shape: survey_score
grain: [authority, month]
inputs: {survey_response: [-11, 0]}
caveats: [carried, opt_in_sample, low_reliability, unweighted]
owner: community worker
since: "2026-11"
revision: 2
*/

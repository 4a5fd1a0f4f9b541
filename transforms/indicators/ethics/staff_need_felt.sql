/*
title:
  he: עובדים שרואים במענה ברשת חלק מתפקידם
  ar: موظفون يرون في الرد عبر الشبكة جزءًا من وظيفتهم
  en: Staff who find answering residents online necessary
question:
  he: האם עובדי הרשות מרגישים שלענות לתושבים ברשת הוא חלק מהעבודה?
  ar: هل يشعر موظفو السلطة المحلية بأن الرد على السكان عبر الشبكة جزء من العمل؟
  en: Do staff feel that answering residents online is part of the job?
advice:
  he: אם הציון נמוך, בררו קודם אם יש לאנשים זמן וגיבוי לענות; תחושת נחיצות גדלה כשרואים תשובה שעזרה.
  ar: إذا كانت الدرجة منخفضة فتحققوا أولًا من توفر الوقت والدعم للرد؛ الشعور بالضرورة يكبر عند رؤية جواب أفاد أحدًا.
  en: If it is low, find out first whether people have time and backing to answer; the sense of need grows on seeing an answer that helped.
definition: Mean (1 to 5) of the items asked of staff; each respondent averaged first; latest staff wave of the last 12 months; waves are never pooled.
definition_he: "ממוצע התשובות (1 עד 5) של עובדים על שאלות המדד, כל משיב פעם אחת, בגל העובדים האחרון של 12 החודשים. גלים אינם מאוחדים."
definition_ar: "متوسط إجابات الموظفين (1 إلى 5) عن أسئلة المؤشر، كل مجيب مرة واحدة، في آخر موجة للموظفين من الأشهر الـ12. لا تُدمج الموجات."
outcome: 3
aspect: ethics
method: surveyed
unit: score_1_5
unit_words: {he: "ממוצע התשובות של עובדים", ar: "متوسط إجابات الموظفين", en: "mean of staff's answers"}
grain: [authority, month]
inputs: {survey_response: [-11, 0]}
caveats: [carried, opt_in_sample, low_reliability, unweighted]
owner: training lead
since: "2026-11"
revision: 2
*/
select authority, month, weighted_score / weight as value, n, n_effective, variance, closed_day as as_of, quality
from survey_estimate
where indicator = 'ethics.staff_need_felt' and audience = 'staff'

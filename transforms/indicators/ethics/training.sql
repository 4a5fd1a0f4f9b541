/*
title:
  he: הכשרת בעלי תפקידים
  ar: تدريب أصحاب الوظائف
  en: Training of role-holders
question:
  he: האם מי שמנהל מרחבים דיגיטליים מקבל הכשרה לזה?
  ar: هل يتلقى من يديرون المساحات الرقمية تدريبًا على ذلك؟
  en: Are those who run digital spaces trained for it?
advice:
  he: בחרו נושא מתוך מה שקרה החודש בקבוצות, והזמינו גם את המוקד; הכשרה קצרה על מקרה שלנו שווה יותר מקורס כללי.
  ar: اختاروا موضوعًا مما جرى هذا الشهر في المجموعات وادعوا مركز الخدمات أيضًا؛ تدريب قصير على حالة منّا أنفع من دورة عامة.
  en: Take the topic from what happened in the groups this month and invite the call centre too; a short session on a case of ours beats a general course.
definition: Person-hours of training in the month entered by staff, over all topics; people trained are a part.
definition_he: "שעות אדם של הכשרה בחודש שהצוות הזין, בכל הנושאים; לצידן מספר האנשים שהוכשרו."
definition_ar: "ساعات تدريب للأشخاص في الشهر أدخلها الطاقم، في كل المواضيع؛ وإلى جانبها عدد من تدرّبوا."
outcome: 3
aspect: ethics
method: reported
unit: hours
unit_words: {he: "שעות אדם בחודש", ar: "ساعات تدريب للأشخاص في الشهر", en: "person-hours a month"}
grain: [authority, month]
inputs: {coverage: [0, 0], report: [0, 0]}
parts:
  people:
    unit: count
    title: {he: אנשים שהוכשרו, ar: أشخاص تدرّبوا, en: People trained}
caveats: [entered_by_hand]
owner: training lead
since: "2026-11"
revision: 2
*/
select
    authority, month, case when part = 'person_hours' then '' else part end as part, sum(amount) as value, count(subject) as n,
    'entered_by_hand' as quality
from entered
where indicator = 'ethics.training' and part in ('', 'person_hours', 'people')
group by authority, month, case when part = 'person_hours' then '' else part end

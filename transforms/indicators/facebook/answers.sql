/*
title:
  he: מענים של הרשות לנושאים שתושבים העלו בפייסבוק
  ar: ردود السلطة المحلية على مواضيع طرحها السكان في فيسبوك
  en: Authority's answers to matters residents raised on Facebook
question:
  he: כשתושב מעלה נושא, האם הרשות עונה, ותוך כמה זמן?
  ar: حين يطرح أحد السكان موضوعًا، هل تردّ السلطة المحلية، وخلال كم من الوقت؟
  en: When a resident raises a matter, does the authority answer, and how soon?
advice:
  he: קבעו תורנות של עשרים דקות ביום. גם ראינו, בודקים ונחזור מחר עם שם של אדם הוא מענה.
  ar: حددوا مناوبة من عشرين دقيقة في اليوم. حتى رأينا ونفحص ونعود غدًا مع اسم شخص هو رد.
  en: Set twenty minutes a day for it. Even we saw it, are checking and will be back tomorrow, with a name, is an answer.
definition: >-
  Matters residents raise in the month on the authority's pages and, where the messages of its groups are heard, in its groups, that the authority
  answered within 30 days and no later than the end of the next month: posts that start a conversation, answered by its first message below them,
  and questions asked in comments, answered by what replies to them or, below a comment, by its next reply there. Deleted messages and reactions are
  neither matters nor answers. Share is of all raised, and of the questions among them; hours are plain hours within which half, and nine in
  ten, of all matters were answered, unanswered ones counting as never. Working hours are those of the town's calendar alone. Within two
  working days is what was answered before the third working day after the day of raising began, of those for which two working days have passed.
definition_he: "עניינים שתושבים העלו בחודש בעמודי הרשות ובקבוצותיה (פוסטים שפותחים שיחה ושאלות בתגובות), שהרשות ענתה עליהם בתוך 30 יום ולא אחרי סוף החודש הבא. שעות הן הזמן שבתוכו נענו מחצית, ותשע מתוך עשר, של כל העניינים."
definition_ar: "مسائل طرحها السكان في الشهر في صفحات السلطة المحلية ومجموعاتها (منشورات تفتح حديثًا وأسئلة في التعليقات) وأجابت عنها السلطة المحلية خلال 30 يومًا وقبل نهاية الشهر التالي. الساعات هي الوقت الذي أُجيب خلاله عن نصف المسائل كلها وعن تسع من كل عشر."
outcome: 1
aspect: response
method: measured
unit: count
unit_words: {he: "מהנושאים שתושבים העלו", ar: "من المواضيع التي طرحها السكان", en: "of the matters residents raised"}
headline: share_answered
grain: [authority, month, space]
assets: [facebook]
needs: {"": [message.role.reply]}
spaces: {kinds: [page, group]}
windows: {"": 30, share_answered: 30, share_questions_answered: 30, median_hours: 30, p90_hours: 30, in_two_days: 2 working days, median_working_hours: 30, p90_working_hours: 30}
inputs: {coverage: [0, 1], message: [0, 1], space: [0, 0], working_day: [0, 2]}
parts:
  share_answered:
    unit: share
    title: {he: שיעור הנושאים שנענו, ar: نسبة المواضيع التي رُدّ عليها, en: Share answered}
  share_questions_answered:
    unit: share
    title: {he: שיעור השאלות שנענו, ar: نسبة الأسئلة التي رُدّ عليها, en: Share of questions answered}
  median_hours:
    unit: hours
    title: {he: שעות עד שחצי מהנושאים נענו, ar: ساعات حتى الرد على نصف المواضيع, en: Hours until half were answered}
  p90_hours:
    unit: hours
    title: {he: שעות עד שתשעה מכל עשרה נענו, ar: ساعات حتى الرد على تسعة من كل عشرة, en: Hours until nine in ten were answered}
  in_two_days:
    unit: share
    title: {he: שיעור שנענו תוך שני ימי עבודה, ar: نسبة ما رُدّ عليه خلال يومَي عمل, en: Share answered within two working days}
  median_working_hours:
    unit: hours
    title: {he: שעות עבודה עד שחצי נענו, ar: ساعات عمل حتى الرد على النصف, en: Working hours until half were answered}
  p90_working_hours:
    unit: hours
    title: {he: שעות עבודה עד שתשע מכל עשר נענו, ar: ساعات عمل حتى الرد على تسعة من كل عشرة, en: Working hours until nine in ten were answered}
caveats: [inferred, partial_period]
owner: spokesperson
since: "2026-11"
revision: 3
*/
with figures as (
    select
        p.authority, p.month, coalesce(p.space, '') as space, count(a.message) as raised, count(a.hours) as answered,
        count(case when a.is_question then 1 end) as questions, count(case when a.is_question then a.hours end) as questions_answered,
        nullif(percentile_disc(0.5) within group (order by a.hours_or_never), 1000000) as median_hours,
        nullif(percentile_disc(0.9) within group (order by a.hours_or_never), 1000000) as p90_hours,
        nullif(percentile_disc(0.5) within group (order by a.working_hours_or_never), 1000000) as median_working_hours,
        nullif(percentile_disc(0.9) within group (order by a.working_hours_or_never), 1000000) as p90_working_hours,
        coalesce(sum(a.is_due), 0) as due, coalesce(sum(a.is_due * a.is_in_time), 0) as in_two_days
    from covered_space p
    left join matter_answer a on a.authority = p.authority and a.month = p.month and a.space = p.space and a.asset = 'facebook'
    where p.fact = 'message' and p.asset = 'facebook' and p.operated_by = 'authority' and p.space_kind in ('page', 'group')
    group by grouping sets ((p.authority, p.month, p.space), (p.authority, p.month))
)
select authority, month, space, '' as part, cast(answered as double) as value, answered as numerator, raised as denominator, raised as n
from figures
union all
select authority, month, space, 'share_answered', cast(answered as double) / nullif(raised, 0), answered, raised, raised
from figures
union all
select
    authority, month, space, 'share_questions_answered', cast(questions_answered as double) / nullif(questions, 0), questions_answered,
    questions, questions
from figures
union all
select authority, month, space, 'median_hours', median_hours, answered, raised, raised
from figures
union all
select authority, month, space, 'p90_hours', p90_hours, answered, raised, raised
from figures
union all
select authority, month, space, 'in_two_days', cast(in_two_days as double) / nullif(due, 0), in_two_days, due, due
from figures
union all
select authority, month, space, 'median_working_hours', median_working_hours, answered, raised, raised
from figures
union all
select authority, month, space, 'p90_working_hours', p90_working_hours, answered, raised, raised
from figures

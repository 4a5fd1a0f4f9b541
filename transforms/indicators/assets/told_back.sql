/*
title:
  he: אמרתם, עשינו
  ar: قلتم، فعلنا
  en: You said, we did
question:
  he: מה קרה לעניינים שתושבים העלו, ומתי הם שמעו מה הוחלט?
  ar: ماذا حلّ بالمسائل التي طرحها السكان، ومتى عرفوا بما تقرّر؟
  en: What became of the matters residents raised, and when were they told what was decided?
advice:
  he: חזרו השבוע לתושבים עם העניין הוותיק ביותר שעוד לא נענה, באותו מקום שבו הועלה, גם אם ההחלטה היא לא.
  ar: عودوا هذا الأسبوع إلى السكان بأقدم مسألة لم يُرد عليها، في المكان الذي طُرحت فيه، حتى لو كان القرار لا.
  en: This week, go back to residents with the oldest matter still open, where it was raised, even if the decision is no.
when:
  real_rise: {he: "המשיכו לחזור לתושבים באותו מקום שבו שאלו, וציינו מי הציע את השינוי.", ar: "واصلوا العودة إلى السكان في المكان نفسه الذي سألوا فيه، واذكروا من اقترح التغيير.", en: "Go on telling residents where they asked, and say who proposed the change."}
  real_fall: {he: "קחו את שלושת העניינים הוותיקים שהוכרעו ועוד לא סופר עליהם, וספרו השבוע, גם אם ההחלטה היא לא.", ar: "خذوا أقدم ثلاث قضايا حُسمت ولم يُخبَر بها أحد، وأخبروا بها هذا الأسبوع، حتى لو كان القرار لا.", en: "Take the three oldest matters that were decided and not told of, and tell of them this week, even if the decision is no."}
  no_signal: {he: "חזרו השבוע לתושבים עם העניין הוותיק ביותר שעוד לא נענה, באותו מקום שבו הועלה.", ar: "عودوا هذا الأسبوع إلى السكان بأقدم قضية لم يُردّ عليها، في المكان نفسه الذي طُرحت فيه.", en: "This week, go back to residents with the oldest matter still open, where it was raised."}
definition: >-
  Matters residents raised in the month in participation meetings, in groups or on the site, as the register staff keep has them (sheet told_back), that were decided and told
  back to residents within 60 days of being raised, over all registered. Beside it those decided at all, the days within which half were told (those never told counting
  as never), and the share of each place they were raised in.
definition_he: "עניינים שתושבים העלו בחודש, לפי הרשימה שהצוות מנהל, שהוחלט בהם והרשות חזרה לתושבים עם תשובה בתוך 60 יום, מתוך כל מה שנרשם. לצידם: בכמה הוחלט, ובתוך כמה ימים חזרו למחציתם."
definition_ar: "مسائل طرحها السكان في الشهر بحسب السجل الذي يديره الطاقم، تقرّر فيها وعادت السلطة المحلية إلى السكان بجواب خلال 60 يومًا، من كل ما سُجّل. إلى جانبها: في كم منها تقرّر، وخلال كم يومًا عُيد إلى نصفها."
outcome: 1
aspect: resident_authority
method: mixed
unit: share
unit_words: {he: "מהעניינים שתושבים העלו", ar: "من القضايا التي طرحها السكان", en: "of the matters residents raised"}
grain: [authority, month]
windows: {"": 60, decided: 60, median_days: 60, meeting: 60, group: 60, site: 60, other: 60}
inputs: {coverage: [0, 0], report: [0, 0]}
parts:
  matters:
    unit: count
    title: {he: עניינים שנרשמו, ar: المسائل المسجّلة, en: Matters registered}
  decided:
    unit: share
    title: {he: שיעור העניינים שהוחלט בהם, ar: نسبة المسائل التي تقرّر فيها, en: Share decided}
  median_days:
    unit: decimal
    title: {he: ימים עד שחזרו לתושבים במחצית מהעניינים, ar: أيام حتى العودة إلى السكان في نصف المسائل, en: Days until residents were told of half}
  meeting:
    unit: share
    title: {he: מהעניינים שהועלו במפגשים, ar: مما طُرح في اللقاءات, en: Of those raised in meetings}
  group:
    unit: share
    title: {he: מהעניינים שהועלו בקבוצות, ar: مما طُرح في المجموعات, en: Of those raised in groups}
  site:
    unit: share
    title: {he: מהעניינים שהועלו באתר, ar: مما طُرح في الموقع, en: Of those raised on the site}
  other:
    unit: share
    title: {he: מהעניינים שהועלו במקום אחר, ar: مما طُرح في مكان آخر, en: Of those raised elsewhere}
caveats: [entered_by_hand, right_censored]
owner: spokesperson
since: "2026-11"
revision: 1
*/
with matters as (
    select
        authority, month, subject, part, case when state in ('decided', 'told') then 1 else 0 end as decided,
        case when state = 'told' and amount <= 60 then 1 else 0 end as told,
        case when state = 'told' then cast(amount as int) else 1000000 end as days_or_never
    from entered
    where indicator = 'assets.told_back'
),
-- A month declared complete has one row of nothing: it registers no matter.
figures as (
    select
        authority, month, '' as part, coalesce(sum(case when subject is not null then told end), 0) as told, count(subject) as matters,
        coalesce(sum(case when subject is not null then decided end), 0) as decided,
        percentile_disc(0.5) within group (order by case when subject is not null then days_or_never end) as days
    from matters
    group by authority, month
    union all
    select authority, month, part, sum(told), count(subject), null, null
    from matters
    where subject is not null
    group by authority, month, part
)
select
    authority, month, part, cast(told as double) / nullif(matters, 0) as value, told as numerator, matters as denominator, matters as n,
    'listed' as method
from figures
union all
select authority, month, 'matters', matters, null, null, matters, 'listed'
from figures
where part = ''
union all
select authority, month, 'decided', cast(decided as double) / nullif(matters, 0), decided, matters, matters, 'listed'
from figures
where part = ''
union all
select authority, month, 'median_days', nullif(days, 1000000), null, null, matters, 'listed'
from figures
where part = '' and matters > 0

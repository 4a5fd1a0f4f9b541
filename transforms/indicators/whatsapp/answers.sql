/*
title:
  he: מענה להודעות תושבים
  ar: الرد على رسائل السكان
  en: Answers to residents' messages
question:
  he: כשתושב כותב לרשות בוואטסאפ, האם הוא מקבל תשובה, ותוך כמה זמן?
  ar: حين يكتب أحد السكان للسلطة المحلية عبر واتساب، هل يتلقى جوابًا، وخلال كم من الوقت؟
  en: When a resident writes to the authority on WhatsApp, is she answered, and how soon?
advice:
  he: פתחו את רשימת השאלות שלא נענו וענו היום לשלוש הישנות ביותר, גם אם התשובה היא עדיין לא יודעים.
  ar: افتحوا قائمة الأسئلة التي لم يُجب عنها وأجيبوا اليوم عن الثلاثة الأقدم، حتى لو كان الجواب لا نعرف بعد.
  en: Open the list of unanswered questions and answer the three oldest today, even if the answer is we do not know yet.
definition: >-
  Messages to the authority are the questions of residents in the month in the authority's open groups, also those asked inside a running
  conversation, and in a hotline its questions and every start of a conversation. Answered means, within 30 days and no later than the end of the next
  month, a reply to it, or the authority's first later message in the same conversation (which so answers all that was asked there since its
  last), or in a hotline the next one linked to nothing. An export ends a conversation after an hour without a word. Deleted messages and reactions are
  neither; hours are plain hours, working hours those of the town's calendar alone. Within two working days is what was answered before the third
  working day after the day of asking began, of those for which two working days have passed. Where no WhatsApp messages but requests through it are covered, those stand in.
  How good the answers were is told three ways, each apart: `rating` by residents where requests bear one; `quality_felt` by those surveyed who, asked first, say that they
  got an answer on WhatsApp (mean of 1 to 5, latest wave among residents within 12 months, from 30 answers); `quality_sampled` by staff who read a sample of the month's
  answers: those that were clear and to the point, over those read.
definition_he: "שאלות של תושבים בחודש בקבוצות הפתוחות, ובקו הפניות גם כל תחילת שיחה, שהרשות ענתה עליהן בתוך 30 יום ולא אחרי סוף החודש הבא. שעות הן הזמן שבתוכו נענו מחצית, ותשע מתוך עשר. איכות המענה נאמרת בשלוש דרכים נפרדות: דירוג של תושבים, סקר, ומדגם שהצוות קרא."
definition_ar: "أسئلة السكان في الشهر في المجموعات المفتوحة، وفي خط التوجّهات كل بداية محادثة أيضًا، التي أجابت عنها السلطة المحلية خلال 30 يومًا وقبل نهاية الشهر التالي. الساعات هي الوقت الذي أُجيب خلاله عن النصف وعن تسع من كل عشر. جودة الرد تُذكر بثلاث طرق منفصلة: تقييم السكان، والاستطلاع، وعيّنة قرأها الطاقم."
outcome: 1
aspect: response
method: mixed
unit: count
unit_words: {he: "מההודעות של תושבים", ar: "من رسائل السكان", en: "of residents' messages"}
headline: share_answered
grain: [authority, month, space]
assets: [whatsapp]
needs: {"": [message.role.reply|request.answer], rating: [request.rating], quality_felt: [], quality_sampled: []}
spaces: {kinds: [open, group, hotline]}
windows: {"": 30, share_answered: 30, median_hours: 30, p90_hours: 30, in_two_days: 2 working days, median_working_hours: 30, p90_working_hours: 30}
inputs: {coverage: [0, 1], message: [0, 1], report: [0, 0], request: [0, 0], space: [0, 0], survey_response: [-11, 0], working_day: [0, 2]}
parts:
  share_answered:
    unit: share
    title: {he: שיעור ההודעות שנענו, ar: نسبة الرسائل التي رُدّ عليها, en: Share answered}
  median_hours:
    unit: hours
    title: {he: שעות עד שחצי מההודעות נענו, ar: ساعات حتى الرد على نصف الرسائل, en: Hours until half were answered}
  p90_hours:
    unit: hours
    title: {he: שעות עד שתשע מכל עשר נענו, ar: ساعات حتى الرد على تسع من كل عشر, en: Hours until nine in ten were answered}
  rating:
    unit: score_1_5
    title: {he: דירוג התושבים את המענה, ar: تقييم السكان للرد, en: "Residents' rating of the answer"}
  quality_felt:
    unit: score_1_5
    title: {he: "איכות התשובה בעיני מי שקיבלו אותה (סקר)", ar: "جودة الجواب في نظر من تلقّوه (استطلاع)", en: "Quality of the answer to those who got it (survey)"}
  quality_sampled:
    unit: share
    title: {he: תשובות ברורות וענייניות מתוך מדגם שקרא הצוות, ar: أجوبة واضحة وفي صلب الموضوع من عينة قرأها الطاقم, en: Answers clear and to the point in a sample staff read}
  in_two_days:
    unit: share
    title: {he: שיעור שנענו תוך שני ימי עבודה, ar: نسبة ما رُدّ عليه خلال يومَي عمل, en: Share answered within two working days}
  median_working_hours:
    unit: hours
    title: {he: שעות עבודה עד שחצי נענו, ar: ساعات عمل حتى الرد على النصف, en: Working hours until half were answered}
  p90_working_hours:
    unit: hours
    title: {he: שעות עבודה עד שתשע מכל עשר נענו, ar: ساعات عمل حتى الرد على تسعة من كل عشرة, en: Working hours until nine in ten were answered}
caveats: [inferred, by_name, truncated, partial_period, carried, opt_in_sample, low_reliability, unweighted]
owner: resident service manager
since: "2026-11"
revision: 3
*/
with message_spaces as (
    select p.authority, p.month, p.space, min(flags('inferred', g.message is null)) as quality
    from covered_space p
    left join message g on g.authority = p.authority and g.month = p.month and g.space = p.space and g.reply_basis = 'explicit'
    where p.fact = 'message' and p.asset = 'whatsapp' and p.operated_by = 'authority' and p.space_kind in ('open', 'group', 'hotline')
    group by p.authority, p.month, p.space
),
spaces as (
    select authority, month, space, 'message' as fact, quality
    from message_spaces
    union all
    select p.authority, p.month, p.space, 'request', ''
    from covered_space p
    left join (select distinct authority, month from message_spaces) k on k.authority = p.authority and k.month = p.month
    where p.fact = 'request' and p.asset = 'whatsapp' and p.operated_by = 'authority' and k.month is null
),
asked as (
    select authority, month, space, 'message' as fact, message as what, hours, hours_or_never, working_hours_or_never, is_due, is_in_time
    from matter_answer
    where asset = 'whatsapp' and (space_kind = 'hotline' or is_question)
    union all
    select authority, month, space, 'request', request, hours, hours_or_never, working_hours_or_never, is_due, is_in_time
    from asked_request
    where asset = 'whatsapp'
),
figures as (
    select
        p.authority, p.month, coalesce(p.space, '') as space, count(a.what) as asked, count(a.hours) as answered,
        nullif(percentile_disc(0.5) within group (order by a.hours_or_never), 1000000) as median_hours,
        nullif(percentile_disc(0.9) within group (order by a.hours_or_never), 1000000) as p90_hours,
        nullif(percentile_disc(0.5) within group (order by a.working_hours_or_never), 1000000) as median_working_hours,
        nullif(percentile_disc(0.9) within group (order by a.working_hours_or_never), 1000000) as p90_working_hours,
        coalesce(sum(a.is_due), 0) as due, coalesce(sum(a.is_due * a.is_in_time), 0) as in_two_days,
        max(p.quality) as quality
    from spaces p
    left join asked a on a.authority = p.authority and a.month = p.month and a.space = p.space and a.fact = p.fact
    group by grouping sets ((p.authority, p.month, p.space), (p.authority, p.month))
)
select
    authority, month, space, '' as part, cast(answered as double) as value, answered as numerator, asked as denominator, asked as n,
    cast(null as double) as n_effective, cast(null as double) as variance, quality, cast(null as date) as as_of, 'measured' as method
from figures
union all
select authority, month, space, 'share_answered', cast(answered as double) / nullif(asked, 0), answered, asked, asked, null, null, quality, null, 'measured'
from figures
union all
select authority, month, space, 'median_hours', median_hours, answered, asked, asked, null, null, quality, null, 'measured'
from figures
union all
select authority, month, space, 'p90_hours', p90_hours, answered, asked, asked, null, null, quality, null, 'measured'
from figures
union all
select authority, month, space, 'in_two_days', cast(in_two_days as double) / nullif(due, 0), in_two_days, due, due, null, null, quality, null, 'measured'
from figures
union all
select authority, month, space, 'median_working_hours', median_working_hours, answered, asked, asked, null, null, quality, null, 'measured'
from figures
union all
select authority, month, space, 'p90_working_hours', p90_working_hours, answered, asked, asked, null, null, quality, null, 'measured'
from figures
union all
select m.authority, m.month, '', 'rating', cast(sum(r.rating) as double) / count(*), sum(r.rating), count(*), count(*), null, null, '', null, 'measured'
from months m
join request r on r.authority = m.authority and r.month = m.month
where r.asset = 'whatsapp' and r.rating is not null
group by m.authority, m.month
union all
select
    authority, month, '', 'quality_felt', weighted_score / weight, null, null, n, n_effective, variance, quality, closed_day, 'surveyed'
from survey_estimate
where indicator = 'whatsapp.answers' and audience = 'residents'
union all
select
    authority, month, '', 'quality_sampled', cast(good as double) / nullif(cast(sampled as double), 0), cast(good as double),
    cast(sampled as double), cast(sampled as double), cast(sampled as double), null, '', null, 'entered'
from (
    select
        authority, month, sum(case when part = 'sampled' then amount end) as sampled, sum(case when part = 'good' then amount end) as good
    from entered
    where indicator = 'whatsapp.answers' and part in ('sampled', 'good')
    group by authority, month
)
where good <= sampled

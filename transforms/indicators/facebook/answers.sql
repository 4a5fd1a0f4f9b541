/*
title:
  he: מענים של הרשות לנושאים שעלו בקבוצות
  ar: ردود السلطة المحلية على مواضيع طُرحت في المجموعات
  en: Authority's answers to matters raised
question:
  he: כשתושב מעלה נושא, האם הרשות עונה, ותוך כמה זמן?
  ar: حين يطرح أحد السكان موضوعاً، هل تردّ السلطة المحلية، وخلال كم من الوقت؟
  en: When a resident raises a matter, does the authority answer, and how soon?
advice:
  he: קבעו תורנות של עשרים דקות ביום. גם ראינו, בודקים ונחזור מחר עם שם של אדם הוא מענה.
  ar: حددوا مناوبة من عشرين دقيقة في اليوم. حتى رأينا ونفحص ونعود غداً مع اسم شخص هو رد.
  en: Set twenty minutes a day for it. Even we saw it, are checking and will be back tomorrow, with a name, is an answer.
definition: >-
  Conversation-starting messages by residents in the month, in pages and groups the authority runs, answered by the authority: its first message
  in the same conversation, or replying to it, within 30 days and no later than the end of the next month. Deleted messages and reactions
  are neither matters nor answers. Share is of all raised, and of the questions among them; hours are plain hours within which half, and nine in
  ten, of all matters were answered, unanswered ones counting as never.
outcome: 1
aspect: response
method: measured
unit: count
grain: [authority, month, space]
assets: [facebook]
inputs: {coverage: [0, 0], message: [0, 1], space: [0, 0]}
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
caveats: [inferred, partial_period]
owner: spokesperson
since: "2026-11"
revision: 1
*/
with places as (
    select distinct
        c.authority, c.month, c.space,
        -- The month after: answers later than that are never looked at, whatever else is loaded.
        concat(cast(cast(substr(m.year_before, 1, 4) as int) + 1 as varchar(4)), substr(m.year_before, 5, 3)) as month_after
    from coverage c
    join months m on m.authority = c.authority and m.month = c.month
    left join space s on s.authority = c.authority and s.space = c.space
    where c.fact = 'message' and c.asset = 'facebook' and c.space <> ''
        and coalesce(s.kind, 'group') in ('page', 'group') and coalesce(s.operated_by, 'authority') = 'authority'
),
raised as (
    select g.authority, g.month, g.space, g.message, g.sent_at, g.is_question, p.month_after
    from message g
    join places p on p.authority = g.authority and p.month = g.month and p.space = g.space
    where g.author_role = 'resident' and g.message = g.root and g.kind not in ('deleted', 'reaction')
),
replies as (
    select authority, month, root as answered, sent_at
    from message
    where asset = 'facebook' and author_role = 'authority' and message <> root and kind not in ('deleted', 'reaction')
    union all
    select authority, month, reply_to, sent_at
    from message
    where asset = 'facebook' and author_role = 'authority' and reply_to <> root and kind not in ('deleted', 'reaction')
),
first_replies as (
    select r.authority, r.message, min(a.sent_at) as answered_at
    from raised r
    join replies a
        on a.authority = r.authority and a.answered = r.message
        and a.sent_at >= r.sent_at and a.sent_at <= r.sent_at + interval '30' day and a.month <= r.month_after
    group by r.authority, r.message
),
timed as (
    select
        r.authority, r.month, r.space, r.message, r.is_question,
        cast(
            extract(day from (f.answered_at - r.sent_at)) * 24 + extract(hour from (f.answered_at - r.sent_at))
            + extract(minute from (f.answered_at - r.sent_at)) / 60.0
            + extract(second from (f.answered_at - r.sent_at)) / 3600.0 as decimal(18, 6)
        ) as hours
    from raised r
    left join first_replies f on f.authority = r.authority and f.message = r.message
),
figures as (
    select
        p.authority, p.month, coalesce(p.space, '') as space,
        count(t.message) as raised,
        count(t.hours) as answered,
        coalesce(sum(case when t.is_question then 1 else 0 end), 0) as questions,
        coalesce(sum(case when t.is_question and t.hours is not null then 1 else 0 end), 0) as questions_answered,
        -- 1000000 stands for never: longer than any answer that counts.
        percentile_disc(0.5) within group (order by case when t.message is not null then coalesce(t.hours, 1000000) end) as median_hours,
        percentile_disc(0.9) within group (order by case when t.message is not null then coalesce(t.hours, 1000000) end) as p90_hours
    from places p
    left join timed t on t.authority = p.authority and t.month = p.month and t.space = p.space
    group by grouping sets ((p.authority, p.month, p.space), (p.authority, p.month))
)
select
    authority, month, space, '' as part, cast(answered as double) as value, answered as numerator, raised as denominator, raised as n
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
select authority, month, space, 'median_hours', cast(case when median_hours < 1000000 then median_hours end as double), answered, raised, raised
from figures
union all
select authority, month, space, 'p90_hours', cast(case when p90_hours < 1000000 then p90_hours end as double), answered, raised, raised
from figures

/*
title:
  he: מענה להודעות תושבים
  ar: الرد على رسائل السكان
  en: Answers to residents' messages
question:
  he: כשתושב כותב לרשות בוואטסאפ, האם הוא מקבל תשובה, ותוך כמה זמן?
  ar: حين يكتب أحد السكان للسلطة المحلية عبر واتساب، هل يتلقى جواباً، وخلال كم من الوقت؟
  en: When a resident writes to the authority on WhatsApp, is she answered, and how soon?
advice:
  he: פתחו את רשימת השאלות שלא נענו וענו היום לשלוש הישנות ביותר, גם אם התשובה היא עדיין לא יודעים.
  ar: افتحوا قائمة الأسئلة التي لم يُجب عنها وأجيبوا اليوم عن الثلاثة الأقدم، حتى لو كان الجواب لا نعرف بعد.
  en: Open the list of unanswered questions and answer the three oldest today, even if the answer is we do not know yet.
definition: >-
  Messages to the authority are conversations residents start in the month, all of them in a hotline and those that ask something in the
  authority's open groups. Answered means a message of the authority in the same conversation, or replying to it, or in a hotline the next one
  linked to nothing (an export opens a new conversation after an hour), within 30 days and no later than the end of the next month. Deleted
  messages and reactions are neither. Where no WhatsApp messages but requests through it are covered, those stand in.
outcome: 1
aspect: response
method: measured
unit: count
grain: [authority, month, space]
assets: [whatsapp]
inputs: {coverage: [0, 0], message: [0, 1], request: [0, 0], space: [0, 0]}
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
caveats: [inferred, by_name, truncated, partial_period]
owner: resident service manager
since: "2026-11"
revision: 1
*/
with measured as (
    select
        m.authority, m.month,
        -- The month after: answers later than that are never looked at, whatever else is loaded.
        concat(cast(cast(substr(m.year_before, 1, 4) as int) + 1 as varchar(4)), substr(m.year_before, 5, 3)) as month_after,
        c.fact, c.space, coalesce(s.kind, 'open') as kind
    from months m
    join coverage c on c.authority = m.authority and c.month = m.month
    left join space s on s.authority = c.authority and s.space = c.space
    where c.fact in ('message', 'request') and c.asset = 'whatsapp' and c.space <> '' and coalesce(s.operated_by, 'authority') = 'authority'
    group by m.authority, m.month, m.year_before, c.fact, c.space, s.kind
),
message_places as (
    select authority, month, month_after, space, kind
    from measured
    where fact = 'message' and kind in ('open', 'group', 'hotline')
),
message_months as (
    select distinct authority, month
    from message_places
),
request_places as (
    select r.authority, r.month, r.space
    from measured r
    left join message_months k on k.authority = r.authority and k.month = r.month
    where r.fact = 'request' and k.month is null
),
asked as (
    select g.authority, g.month, g.space, g.message, g.sent_at, p.month_after
    from message g
    join message_places p on p.authority = g.authority and p.month = g.month and p.space = g.space
    where g.author_role = 'resident' and g.message = g.root and g.kind not in ('deleted', 'reaction') and (p.kind = 'hotline' or g.is_question)
),
-- The next message of the authority in a hotline that is linked to nothing: in one pass over time.
hotline_line as (
    select
        g.authority, g.message,
        min(case when g.author_role = 'authority' then g.sent_at end) over (
            partition by g.authority, g.space order by g.sent_at, g.message rows between 1 following and unbounded following
        ) as next_at,
        min(case when g.author_role = 'authority' then g.month end) over (
            partition by g.authority, g.space order by g.sent_at, g.message rows between 1 following and unbounded following
        ) as next_month
    from message g
    join space s on s.authority = g.authority and s.space = g.space and s.kind = 'hotline'
    where g.asset = 'whatsapp' and g.message = g.root and g.kind not in ('deleted', 'reaction') and g.author_role in ('resident', 'authority')
),
replies as (
    select authority, month, root as answered, sent_at
    from message
    where asset = 'whatsapp' and author_role = 'authority' and message <> root and kind not in ('deleted', 'reaction')
    union all
    select authority, month, reply_to, sent_at
    from message
    where asset = 'whatsapp' and author_role = 'authority' and reply_to <> root and kind not in ('deleted', 'reaction')
),
ways as (
    select a.authority, a.message, r.sent_at as answered_at
    from asked a
    join replies r
        on r.authority = a.authority and r.answered = a.message
        and r.sent_at >= a.sent_at and r.sent_at <= a.sent_at + interval '30' day and r.month <= a.month_after
    union all
    select a.authority, a.message, h.next_at
    from asked a
    join hotline_line h on h.authority = a.authority and h.message = a.message
    where h.next_at <= a.sent_at + interval '30' day and h.next_month <= a.month_after
),
first_answers as (
    select authority, message, min(answered_at) as answered_at
    from ways
    group by authority, message
),
units as (
    select a.authority, a.month, a.space, a.message as unit, a.sent_at as asked_at, f.answered_at
    from asked a
    left join first_answers f on f.authority = a.authority and f.message = a.message
    union all
    select
        r.authority, r.month, r.space, r.request, r.opened_at,
        case when r.answered_at >= r.opened_at and r.answered_at <= r.opened_at + interval '30' day then r.answered_at end
    from request r
    join request_places p on p.authority = r.authority and p.month = r.month and p.space = r.space
    where r.asset = 'whatsapp' and r.kind in ('request', 'contact', 'application')
),
timed as (
    select
        authority, month, space, unit,
        cast(
            extract(day from (answered_at - asked_at)) * 24 + extract(hour from (answered_at - asked_at))
            + extract(minute from (answered_at - asked_at)) / 60.0
            + extract(second from (answered_at - asked_at)) / 3600.0 as decimal(18, 6)
        ) as hours
    from units
),
linked as (
    select distinct authority, month, space
    from message
    where asset = 'whatsapp' and reply_basis = 'explicit'
),
places as (
    select p.authority, p.month, p.space, case when l.space is null then 1 else 0 end as is_inferred
    from message_places p
    left join linked l on l.authority = p.authority and l.month = p.month and l.space = p.space
    union all
    select authority, month, space, 0
    from request_places
),
figures as (
    select
        p.authority, p.month, coalesce(p.space, '') as space,
        count(t.unit) as asked,
        count(t.hours) as answered,
        -- 1000000 stands for never: longer than any answer that counts.
        percentile_disc(0.5) within group (order by case when t.unit is not null then coalesce(t.hours, 1000000) end) as median_hours,
        percentile_disc(0.9) within group (order by case when t.unit is not null then coalesce(t.hours, 1000000) end) as p90_hours,
        case when max(p.is_inferred) = 1 then 'inferred' else '' end as quality
    from places p
    left join timed t on t.authority = p.authority and t.month = p.month and t.space = p.space
    group by grouping sets ((p.authority, p.month, p.space), (p.authority, p.month))
),
ratings as (
    select m.authority, m.month, sum(r.rating) as stars, count(r.rating) as rated
    from months m
    join request r on r.authority = m.authority and r.month = m.month
    where r.asset = 'whatsapp' and r.rating is not null
    group by m.authority, m.month
)
select
    authority, month, space, '' as part, cast(answered as double) as value, answered as numerator, asked as denominator, asked as n, quality
from figures
union all
select authority, month, space, 'share_answered', cast(answered as double) / nullif(asked, 0), answered, asked, asked, quality
from figures
union all
select authority, month, space, 'median_hours', cast(case when median_hours < 1000000 then median_hours end as double), answered, asked, asked, quality
from figures
union all
select authority, month, space, 'p90_hours', cast(case when p90_hours < 1000000 then p90_hours end as double), answered, asked, asked, quality
from figures
union all
select authority, month, '', 'rating', cast(stars as double) / rated, stars, rated, rated, ''
from ratings

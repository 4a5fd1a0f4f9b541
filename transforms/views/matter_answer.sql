-- One row: a matter a resident raised, with how long it waited until the authority first answered it.
-- Columns: authority, month, asset, space, space_kind, message, is_question, hours, hours_or_never, working_hours,
-- working_hours_or_never, is_due, is_in_time.
-- It exists because an answer counts within 30 days: later and none are null in `hours` and `working_hours`, and 1000000 in
-- `hours_or_never` and `working_hours_or_never`, which is longer than any answer that counts. Working hours are those of the town's
-- calendar. `is_in_time` is 1 where the answer came before the third working day after the day of asking began, `is_due` where
-- whoever listens to the place listened through the second.
-- What starts a conversation is answered by the authority's first message in it. What was asked inside one is answered by what
-- replies to it, in a chat by the authority's first later message of the same conversation that is linked to nothing else, on a
-- page by its first later reply below the same comment. In a hotline the authority's next message that is linked to nothing is an
-- answer too.
with raised as (
    select authority, month, month_after, asset, space, space_kind, message, root, reply_to, sent_at, is_question
    from matter
),
said as (
    select authority, month, asset, space, message, root, reply_to, reply_basis, author_role, sent_at, is_question
    from message
    where author_role in ('resident', 'authority') and kind not in ('deleted', 'reaction')
),
told as (
    select authority, month, asset, root, reply_to, reply_basis, sent_at
    from said
    where author_role = 'authority' and message <> root
),
replies as (
    select authority, month, asset, root as answered, sent_at
    from told
    union all
    select authority, month, asset, reply_to, sent_at
    from said
    where author_role = 'authority' and reply_to <> root
),
-- In one pass over time: for each message of a hotline what the authority says next.
hotline_line as (
    select
        t.authority, t.asset, t.message,
        min(case when t.author_role = 'authority' then t.sent_at end) over (
            partition by t.authority, t.space order by t.sent_at, t.message rows between 1 following and unbounded following
        ) as next_at,
        min(case when t.author_role = 'authority' then t.month end) over (
            partition by t.authority, t.space order by t.sent_at, t.message rows between 1 following and unbounded following
        ) as next_month
    from said t
    join space s on s.authority = t.authority and s.space = t.space and s.kind = 'hotline'
    where t.asset = 'whatsapp' and (t.message = t.root or (t.author_role = 'resident' and t.is_question))
),
-- In one pass over a conversation: for what was asked inside it, what the authority says next. In a chat that is what is linked to
-- nothing else (`lane` is null), below a message what is linked to that one. What is said at the same instant comes before the question.
turns as (
    select authority, asset, root, null as lane, sent_at, sent_at as told_at, month as told_month, null as message, 0 as place
    from told
    where asset = 'whatsapp' and reply_basis <> 'explicit'
    union all
    select authority, asset, root, reply_to, sent_at, sent_at, month, null, 0
    from told
    where reply_to <> root
    union all
    select authority, asset, root, null, sent_at, null, null, message, 1
    from raised
    where asset = 'whatsapp' and message <> root
    union all
    select authority, asset, root, reply_to, sent_at, null, null, message, 1
    from raised
    where message <> root and reply_to <> root
),
followed as (
    select
        authority, asset, message,
        first_value(told_at ignore nulls) over (
            partition by authority, asset, root, lane order by sent_at, place rows between 1 following and unbounded following
        ) as next_at,
        first_value(told_month ignore nulls) over (
            partition by authority, asset, root, lane order by sent_at, place rows between 1 following and unbounded following
        ) as next_month
    from turns
),
ways as (
    select c.authority, c.message, r.sent_at as answered_at
    from raised c
    join replies r
        on r.authority = c.authority and r.asset = c.asset and r.answered = c.message
        and r.sent_at >= c.sent_at and r.sent_at <= c.sent_at + interval '30' day and r.month <= c.month_after
    union all
    select c.authority, c.message, f.next_at
    from raised c
    join followed f on f.authority = c.authority and f.asset = c.asset and f.message = c.message
    where f.next_at <= c.sent_at + interval '30' day and f.next_month <= c.month_after
    union all
    select c.authority, c.message, h.next_at
    from raised c
    join hotline_line h on h.authority = c.authority and h.asset = c.asset and h.message = c.message
    where h.next_at <= c.sent_at + interval '30' day and h.next_month <= c.month_after
),
first_answers as (
    select authority, message, min(answered_at) as answered_at
    from ways
    group by authority, message
),
brought as (
    select
        c.authority, c.month, c.asset, c.space, c.space_kind, c.message, c.is_question, c.sent_at as asked_at, f.answered_at
    from raised c
    left join first_answers f on f.authority = c.authority and f.message = c.message
),
timed as (
    select
        b.authority, b.month, b.asset, b.space, b.space_kind, b.message, b.is_question,
        hours_of(b.answered_at - b.asked_at) as hours,
        worked(d.seconds_before, d.opens_at, d.closes_at, b.answered_at) - worked(o.seconds_before, o.opens_at, o.closes_at, b.asked_at)
            as working_hours,
        case when u.workdays - o.workdays >= 2 then 1 else 0 end as is_due,
        case when d.workdays - o.workdays <= 2 then 1 else 0 end as is_in_time
    from brought b
    join months m on m.authority = b.authority and m.month = b.month
    left join listened t
        on t.authority = b.authority and t.month = b.month and t.fact = 'message' and t.asset = b.asset and t.space = b.space
    left join working_day o on o.authority = b.authority and o.day = cast(timezone(m.timezone, b.asked_at) as date)
    left join working_day d on d.authority = b.authority and d.day = cast(timezone(m.timezone, b.answered_at) as date)
    left join working_day u on u.authority = b.authority and u.day = t.until
)
select
    authority, month, asset, space, space_kind, message, is_question, hours, coalesce(hours, 1000000) as hours_or_never,
    working_hours, coalesce(working_hours, 1000000) as working_hours_or_never, is_due, is_in_time
from timed

-- One row: a matter a resident raised, with the hours until the authority first answered it.
-- Columns: authority, month, asset, space, space_kind, message, is_question, hours, hours_or_never.
-- It exists because an answer counts within 30 days: later and none are null in `hours`, 1000000 in `hours_or_never`. What starts a
-- conversation is answered by the authority's first message in it. What was asked inside one is answered by what replies to it, in a
-- chat by the authority's first later message of the same conversation that is linked to nothing else, on a page by its first later
-- reply below the same comment. In a hotline the authority's next message that is linked to nothing is an answer too.
with said as (
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
ways as (
    select c.authority, c.message, r.sent_at as answered_at
    from matter c
    join replies r
        on r.authority = c.authority and r.asset = c.asset and r.answered = c.message
        and r.sent_at >= c.sent_at and r.sent_at <= c.sent_at + interval '30' day and r.month <= c.month_after
    union all
    select c.authority, c.message, r.sent_at
    from matter c
    join told r
        on r.authority = c.authority and r.asset = c.asset and r.root = c.root and r.sent_at > c.sent_at
        and r.sent_at <= c.sent_at + interval '30' day and r.month <= c.month_after
    where c.message <> c.root and (
        (c.asset = 'whatsapp' and r.reply_basis <> 'explicit') or (r.reply_to = c.reply_to and c.reply_to <> c.root)
    )
    union all
    select c.authority, c.message, h.next_at
    from matter c
    join hotline_line h on h.authority = c.authority and h.asset = c.asset and h.message = c.message
    where h.next_at <= c.sent_at + interval '30' day and h.next_month <= c.month_after
),
first_answers as (
    select authority, message, min(answered_at) as answered_at
    from ways
    group by authority, message
),
timed as (
    select
        c.authority, c.month, c.asset, c.space, c.space_kind, c.message, c.is_question,
        cast(
            extract(day from (f.answered_at - c.sent_at)) * 24 + extract(hour from (f.answered_at - c.sent_at))
            + extract(minute from (f.answered_at - c.sent_at)) / 60.0
            + extract(second from (f.answered_at - c.sent_at)) / 3600.0 as decimal(18, 6)
        ) as hours
    from matter c
    left join first_answers f on f.authority = c.authority and f.message = c.message
)
select
    authority, month, asset, space, space_kind, message, is_question, hours, coalesce(hours, 1000000) as hours_or_never
from timed

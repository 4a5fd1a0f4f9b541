-- One row: a topic a resident raised in an asked month in an open WhatsApp group of the authority.
-- Columns: authority, month, month_after, space, message, author, root, sent_at, next_at.
-- It exists so that more talk never makes fewer topics. Every question is one. Of what else is said, a message is one when for an
-- hour before it nobody raised a topic and the authority started no conversation; the clock of the hour starts anew each month.
-- A conversation that goes on therefore counts again each hour, where a rule of silence would merge a livelier group into one.
-- What the platform itself links to another message raises nothing. `next_at` is when the next topic of the conversation came.
with said as (
    select
        p.authority, p.month, p.month_after, p.space, g.message, g.author, g.author_role, g.root, g.sent_at,
        cast(floor(epoch(g.sent_at) / 60) as bigint) as minute,
        case when g.author_role = 'resident' and g.is_question and g.reply_basis <> 'explicit' then 1 else 0 end as is_asked,
        case when g.author_role = 'resident' and g.reply_basis <> 'explicit' then 1 else 0 end as is_loose
    from covered_space p
    join message g on g.authority = p.authority and g.month = p.month and g.space = p.space and g.asset = p.asset
    where p.fact = 'message' and p.asset = 'whatsapp' and p.operated_by = 'authority' and p.space_kind in ('open', 'group')
        and g.kind not in ('deleted', 'reaction')
),
-- When the last question was asked, or the authority last started a conversation.
timed as (
    select
        authority, month, month_after, space, message, author, root, sent_at, minute, is_asked, is_loose,
        max(case when is_asked = 1 or (author_role = 'authority' and message = root) then minute end) over (
            partition by authority, month, space order by minute range between unbounded preceding and current row
        ) as taken_at
    from said
),
free as (
    select authority, month, space, minute, min(message) as message
    from timed
    where is_loose = 1 and is_asked = 0 and (taken_at is null or minute - taken_at > 60)
    group by authority, month, space, minute
),
-- From the first on, each that comes more than an hour after the one taken before it: no choice has more of them.
hours as (
    select
        authority, month, space,
        unnest(list_reduce(
            list_transform(list(minute order by minute), lambda one: [one]),
            lambda taken, one: case when one[1] - taken[len(taken)] > 60 then list_concat(taken, one) else taken end
        )) as minute
    from free
    group by authority, month, space
),
raised as (
    select t.authority, t.month, t.month_after, t.space, t.message, t.author, t.root, t.sent_at
    from timed t
    left join (
        select f.authority, f.month, f.space, f.message
        from free f
        join hours h on h.authority = f.authority and h.month = f.month and h.space = f.space and h.minute = f.minute
    ) n on n.authority = t.authority and n.month = t.month and n.space = t.space and n.message = t.message
    where t.is_asked = 1 or n.message is not null
)
select
    authority, month, month_after, space, message, author, root, sent_at,
    lead(sent_at) over (partition by authority, space, root order by sent_at, message) as next_at
from raised

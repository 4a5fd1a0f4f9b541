-- One row: a message in which a resident answers another resident.
-- Columns: authority, month, asset, space, message, author, reply_to_author, reply_basis, is_known.
-- It exists because nobody answers herself; `is_known` is 0 where one of the two is unknown, so that it cannot be told. A link that
-- is only inferred is an answer when what it follows asked something or was said within ten minutes, and once a day from one
-- resident to another: who speaks after whom is otherwise traffic.
with links as (
    select
        g.authority, g.month, g.asset, g.space, g.message, g.author, g.reply_to_author, g.reply_basis,
        case when g.author is null or g.reply_to_author is null then 0 else 1 end as is_known,
        case
            when g.reply_basis = 'inferred' then row_number() over (
                partition by g.authority, g.space, g.author, g.reply_to_author, cast(g.sent_at as date), g.reply_basis
                order by g.sent_at, g.message
            )
            else 1
        end as place
    from message g
    left join message a on a.authority = g.authority and a.message = g.reply_to
    where g.author_role = 'resident' and g.reply_to_role = 'resident' and g.kind not in ('deleted', 'reaction')
        and (g.author <> g.reply_to_author or g.author is null or g.reply_to_author is null)
        -- What began in the month before is not there to look at; it was no more than an hour ago.
        and (g.reply_basis <> 'inferred' or a.message is null or a.is_question or g.sent_at <= a.sent_at + interval '10' minute)
)
select authority, month, asset, space, message, author, reply_to_author, reply_basis, is_known
from links
where place = 1

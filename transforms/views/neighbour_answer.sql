-- One row: a message in which a resident answers another resident.
-- Columns: authority, month, asset, space, message, author, reply_to_author, reply_basis, is_known.
-- It exists because nobody answers herself; `is_known` is 0 where one of the two is unknown, so that it cannot be told.
select
    authority, month, asset, space, message, author, reply_to_author, reply_basis,
    case when author is null or reply_to_author is null then 0 else 1 end as is_known
from message
where author_role = 'resident' and reply_to_role = 'resident' and kind not in ('deleted', 'reaction')
    and (author <> reply_to_author or author is null or reply_to_author is null)

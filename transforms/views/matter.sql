-- One row: a matter a resident raised in an asked month, in a space of the authority for which a source speaks.
-- Columns: authority, month, month_after, asset, space, space_kind, message, root, reply_to, sent_at, is_question.
-- It exists because whoever starts a conversation raises a matter, and whoever asks something inside a running one does too;
-- what was deleted and what is only a reaction raises nothing.
select
    p.authority, p.month, p.month_after, p.asset, p.space, p.space_kind, g.message, g.root, g.reply_to, g.sent_at, g.is_question
from covered_space p
join message g on g.authority = p.authority and g.month = p.month and g.space = p.space and g.asset = p.asset
where p.fact = 'message' and p.operated_by = 'authority' and g.author_role = 'resident' and (g.message = g.root or g.is_question)
    and g.kind not in ('deleted', 'reaction')

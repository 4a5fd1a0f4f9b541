-- One row: a conversation a resident started in an asked month, in a space of the authority for which a source speaks.
-- Columns: authority, month, month_after, asset, space, space_kind, message, author, sent_at, is_question.
-- It exists because what was deleted and what is only a reaction start nothing.
select
    p.authority, p.month, p.month_after, p.asset, p.space, p.space_kind, g.message, g.author, g.sent_at, g.is_question
from covered_space p
join message g on g.authority = p.authority and g.month = p.month and g.space = p.space and g.asset = p.asset
where p.fact = 'message' and p.operated_by = 'authority' and g.author_role = 'resident' and g.message = g.root
    and g.kind not in ('deleted', 'reaction')

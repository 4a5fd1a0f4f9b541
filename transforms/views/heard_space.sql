-- One row: a space whose messages a source speaks for in an asked month. Columns: authority, month, space.
-- It exists because a source may speak for a whole asset, or for all of them: then every space with a message is heard.
select m.authority, m.month, c.space
from months m
join coverage c on c.authority = m.authority and c.month = m.month and c.extent <> 'none'
where c.fact = 'message' and c.space <> ''
union
select m.authority, m.month, s.space
from months m
join (select distinct authority, month, asset, space from message) s on s.authority = m.authority and s.month = m.month
join coverage c on c.authority = s.authority and c.month = s.month and c.extent <> 'none'
where c.fact = 'message' and c.space = '' and coalesce(c.asset, s.asset) = s.asset

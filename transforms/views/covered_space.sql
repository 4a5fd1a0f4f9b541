-- One row: a space for which a source speaks of a fact in an asked month, and who runs it.
-- Columns: authority, month, month_after, first_day, last_day, fact, asset, space, space_kind, operated_by.
-- It exists because who runs a space, and what kind it is, stands in the register of spaces alone.
-- `month_after` bounds how late an answer is looked for, whatever else is loaded.
select distinct
    m.authority, m.month,
    concat(cast(cast(substr(m.year_before, 1, 4) as int) + 1 as varchar(4)), substr(m.year_before, 5, 3)) as month_after,
    m.first_day, m.last_day, c.fact, c.asset, c.space, s.kind as space_kind, s.operated_by
from months m
join coverage c on c.authority = m.authority and c.month = m.month and c.extent <> 'none'
join space s on s.authority = c.authority and s.space = c.space

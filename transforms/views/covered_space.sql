-- One row: a space for which a source speaks of a fact in an asked month, and who runs it.
-- Columns: authority, month, month_after, first_day, last_day, fact, asset, space, space_kind, operated_by.
-- It exists because a space nobody registered is taken for one of the authority's: a group on Facebook, an open group elsewhere.
-- `month_after` bounds how late an answer is looked for, whatever else is loaded.
select distinct
    m.authority, m.month,
    concat(cast(cast(substr(m.year_before, 1, 4) as int) + 1 as varchar(4)), substr(m.year_before, 5, 3)) as month_after,
    m.first_day, m.last_day, c.fact, c.asset, c.space,
    coalesce(s.kind, case when c.asset = 'facebook' then 'group' else 'open' end) as space_kind,
    coalesce(s.operated_by, 'authority') as operated_by
from months m
join coverage c on c.authority = m.authority and c.month = m.month
left join space s on s.authority = c.authority and s.space = c.space
where c.space <> ''

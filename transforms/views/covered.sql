-- One row: an asked month in which a source speaks of a fact on an asset (asset null: of the authority as a whole).
-- Columns: authority, month, first_day, last_day, fact, asset, is_measured, is_declared.
-- It exists because a month without anything counts as zero only here; `is_measured` is 1 where a platform speaks, `is_declared`
-- where staff said that what they entered is all there was.
select
    m.authority, m.month, m.first_day, m.last_day, c.fact, c.asset,
    max(case when c.basis <> 'entered' then 1 else 0 end) as is_measured,
    max(case when c.basis = 'entered' and c.extent = 'full' then 1 else 0 end) as is_declared
from months m
join coverage c on c.authority = m.authority and c.month = m.month and c.extent <> 'none'
group by m.authority, m.month, m.first_day, m.last_day, c.fact, c.asset

-- One row: what staff entered for an indicator or register in an asked month; and, for each month they declared complete, one
-- row of nothing: subject null, amount 0.
-- Columns: authority, month, last_day, indicator, part, subject, space, state, amount.
-- It exists so that a month has rows exactly when there is a figure or a declared zero; count(subject) counts the entries.
select
    m.authority, m.month, m.last_day, r.indicator, r.part, r.subject, r.space, r.state,
    cast(r.amount as decimal(18, 2)) as amount
from months m
join report r on r.authority = m.authority and r.month = m.month
union all
select distinct
    m.authority, m.month, m.last_day, substr(c.fact, 8), '', null, '', '', cast(0 as decimal(18, 2))
from months m
join coverage c on c.authority = m.authority and c.month = m.month
where c.fact like 'report:%' and c.extent = 'full'

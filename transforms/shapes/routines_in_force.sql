with in_force as (
    select authority, month, count(subject) as routines, sum(case when state = 'shared' then 1 else 0 end) as shared
    from entered
    where indicator = '{indicator}'
    group by authority, month
)
select authority, month, '' as part, routines as value, routines as n, 'entered_by_hand' as quality
from in_force
union all
select authority, month, 'shared', shared, shared, 'entered_by_hand'
from in_force

select
    authority, month, coalesce(space, '') as space, coalesce(part, '') as part, sum(amount) as value, sum(amount) as n,
    'entered_by_hand' as quality, max(last_day) as as_of
from entered
where indicator = '{indicator}'
group by grouping sets ((authority, month), (authority, month, space), (authority, month, part))
having grouping(space) + grouping(part) = 2 or space <> '' or part <> ''

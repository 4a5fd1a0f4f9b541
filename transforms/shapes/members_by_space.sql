select
    authority, month, coalesce(space, '') as space, sum(members) as value, sum(members) as n,
    concat_ws(' ', max(by_hand), max(stale), flags('estimated', count(*) > 1)) as quality, max(day) as as_of
from known_members
where indicator = '{indicator}'
group by grouping sets ((authority, month, space), (authority, month))
having grouping(space) = 1 or space <> ''

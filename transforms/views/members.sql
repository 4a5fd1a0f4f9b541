-- One row: the members of a space in an asked month, by the best count there is.
-- Columns: authority, month, asset, space, members, day, quality.
-- It exists because a count of the platform goes before one staff entered, that before one derived from who came and went
-- (a lower bound), and a later day before an earlier one.
with counts as (
    select
        m.authority, m.month, b.asset, b.space, b.members, b.day,
        flags('entered_by_hand', b.basis = 'entered') as quality,
        row_number() over (
            partition by b.authority, b.month, b.space
            order by case b.basis when 'derived' then 2 when 'entered' then 1 else 0 end, b.day desc, b.basis
        ) as place
    from months m
    join membership b on b.authority = m.authority and b.month = m.month
    where b.members is not null
)
select authority, month, asset, space, members, day, quality
from counts
where place = 1

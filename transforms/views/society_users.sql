-- One row: a figure on the users of the spaces of one society in an asked month.
-- Columns: authority, month, indicator, space, part, value, n, n_effective, quality, as_of, method.
-- It exists so that societies are counted alike: members of their spaces, in all and by asset, residents who wrote there (`active`),
-- and the share of the society's respondents who use them weekly (`survey_share`), shown when ten people or more stand on either
-- side. Followers of a page are no members.
with own_spaces as (
    select authority, space, asset, concat('societies.', society, '_users') as indicator
    from space
    where society in ('arab', 'haredi') and kind <> 'page'
),
reported as (
    select m.authority, m.month, r.indicator, r.space, sum(cast(r.amount as decimal(18, 2))) as members, m.last_day
    from months m
    join report r on r.authority = m.authority and r.month = m.month
    where r.indicator in ('societies.arab_users', 'societies.haredi_users')
    group by m.authority, m.month, m.last_day, r.indicator, r.space
),
-- Each space once, by the best count there is of it.
placed as (
    select b.authority, b.month, o.indicator, o.asset, b.space, b.members, b.quality, b.day as as_of
    from members b
    join own_spaces o on o.authority = b.authority and o.space = b.space
    left join reported r on r.authority = b.authority and r.month = b.month and r.indicator = o.indicator and r.space = b.space
    where r.space is null or (b.method = 'measured' and b.quality not like '%lower_bound%')
    union all
    select r.authority, r.month, r.indicator, o.asset, r.space, r.members, 'entered_by_hand', r.last_day
    from reported r
    join own_spaces o on o.authority = r.authority and o.space = r.space and o.indicator = r.indicator
    left join members b on b.authority = r.authority and b.month = r.month and b.space = r.space
    where b.space is null or b.method <> 'measured' or b.quality like '%lower_bound%'
)
select
    b.authority, b.month, o.indicator, b.space, '' as part, cast(b.members as double) as value, b.members as n,
    cast(null as double) as n_effective, b.quality, b.day as as_of,
    b.method
from member_count b
join own_spaces o on o.authority = b.authority and o.space = b.space
left join reported r on r.authority = b.authority and r.month = b.month and r.indicator = o.indicator and r.space = b.space
where b.method <> 'entered' or r.space is null
union all
select authority, month, indicator, space, '', cast(members as double), members, null, '', last_day, 'entered'
from reported
union all
select authority, month, indicator, '', asset, cast(sum(members) as double), sum(members), null, string_agg(quality, ' ' order by space), max(as_of), 'measured'
from placed
group by authority, month, indicator, asset
union all
select h.authority, h.month, o.indicator, '', 'active', count(distinct t.author), count(distinct t.author), null, '', null, 'measured'
from heard_space h
join own_spaces o on o.authority = h.authority and o.space = h.space
left join message t
    on t.authority = h.authority and t.month = h.month and t.space = h.space
    and t.author_role = 'resident' and t.kind <> 'deleted'
group by h.authority, h.month, o.indicator
union all
select
    authority, month, indicator, '', 'survey_share',
    cast(sum(case when score >= 4 then weight else 0 end) as double) / cast(sum(weight) as double), count(*),
    effective(weight), quality, closed_day, 'surveyed'
from survey_person
where audience = 'residents' and indicator = concat('societies.', society, '_users')
group by authority, month, indicator, quality, closed_day
having sum(case when score >= 4 then 1 else 0 end) >= 10 and sum(case when score >= 4 then 0 else 1 end) >= 10

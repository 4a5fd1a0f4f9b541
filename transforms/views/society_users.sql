-- One row: a figure on the users of the spaces of one society in an asked month.
-- Columns: authority, month, indicator, space, part, value, n, quality, as_of.
-- It exists so that societies are counted alike: members of their spaces, residents who wrote there (`active`), and the share of
-- the society's respondents who use them weekly (`survey_share`), shown when ten people or more stand on either side.
with own_spaces as (
    select authority, space, concat('societies.', society, '_users') as indicator
    from space
    where society in ('arab', 'haredi')
),
listed as (
    select b.authority, b.month, o.indicator, b.space, b.members, b.quality
    from members b
    join own_spaces o on o.authority = b.authority and o.space = b.space
),
reported as (
    select m.authority, m.month, r.indicator, r.space, sum(cast(r.amount as decimal(18, 2))) as members
    from months m
    join report r on r.authority = m.authority and r.month = m.month
    where r.indicator in ('societies.arab_users', 'societies.haredi_users')
    group by m.authority, m.month, r.indicator, r.space
),
placed as (
    select authority, month, indicator, space, members, quality
    from listed
    union all
    select e.authority, e.month, e.indicator, e.space, e.members, 'entered_by_hand'
    from reported e
    left join listed l on l.authority = e.authority and l.month = e.month and l.indicator = e.indicator and l.space = e.space
    where e.space <> '' and l.space is null
),
counted as (
    select authority, month, indicator, space, members, quality
    from placed
    union all
    -- A figure for all spaces together stands only where no space has one of its own.
    select e.authority, e.month, e.indicator, '', e.members, 'entered_by_hand'
    from reported e
    left join placed p on p.authority = e.authority and p.month = e.month and p.indicator = e.indicator
    where e.space = '' and p.month is null
)
select
    authority, month, indicator, coalesce(space, '') as space, '' as part, cast(sum(members) as double) as value,
    sum(members) as n, max(quality) as quality, cast(null as date) as as_of
from counted
group by grouping sets ((authority, month, indicator), (authority, month, indicator, space))
having grouping(space) = 1 or space <> ''
union all
select h.authority, h.month, o.indicator, '', 'active', count(distinct t.author), count(distinct t.author), '', null
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
    concat_ws(' ', quality, flags('low_reliability', count(*) < 50)), closed_day
from survey_person
where audience = 'residents' and indicator = concat('societies.', society, '_users')
group by authority, month, indicator, quality, closed_day
having count(*) >= 30 and sum(case when score >= 4 then 1 else 0 end) >= 10 and sum(case when score >= 4 then 0 else 1 end) >= 10

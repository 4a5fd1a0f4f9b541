with measured as (
    select
        c.authority, c.month, coalesce(a.space, '') as space, count(a.request) as opened, count(a.hours) as answered,
        nullif(percentile_disc(0.5) within group (order by a.hours_or_never), 1000000) as median_hours,
        nullif(percentile_disc(0.9) within group (order by a.hours_or_never), 1000000) as p90_hours,
        nullif(percentile_disc(0.5) within group (order by a.working_hours_or_never), 1000000) as median_working_hours,
        nullif(percentile_disc(0.9) within group (order by a.working_hours_or_never), 1000000) as p90_working_hours,
        coalesce(sum(a.is_due), 0) as due, coalesce(sum(a.is_due * a.is_in_time), 0) as in_two_days
    from covered c
    left join asked_request a on a.authority = c.authority and a.month = c.month and a.asset = c.asset
    where c.fact = 'request' and c.asset = split_part('{indicator}', '.', 1)
    group by grouping sets ((c.authority, c.month, a.space), (c.authority, c.month))
    having grouping(a.space) = 1 or a.space <> ''
),
figures as (
    select
        authority, month, space, cast(opened as decimal(18, 2)) as opened, cast(answered as decimal(18, 2)) as answered,
        cast(median_hours as double) as median_hours, cast(p90_hours as double) as p90_hours,
        cast(median_working_hours as double) as median_working_hours, cast(p90_working_hours as double) as p90_working_hours,
        cast(due as decimal(18, 2)) as due, cast(in_two_days as decimal(18, 2)) as in_two_days, 'measured' as method
    from measured
    union all
    select
        e.authority, e.month, '',
        case when count(e.subject) = 0 then 0 else sum(case when e.part = 'opened' then e.amount end) end,
        case when count(e.subject) = 0 then 0 else sum(case when e.part = 'answered' then e.amount end) end,
        -- Medians of several rows cannot be joined into one.
        case when sum(case when e.part = 'median_hours' then 1 else 0 end) = 1
            then cast(max(case when e.part = 'median_hours' then e.amount end) as double) end,
        null, null, null,
        case when count(e.subject) = 0 then 0 else sum(case when e.part = 'opened' then e.amount end) end,
        case when count(e.subject) = 0 then 0 else sum(case when e.part = 'in_two_days' then e.amount end) end,
        case when count(e.subject) = 0 then 'declared' else 'entered' end
    from entered e
    where e.indicator = '{indicator}'
    group by e.authority, e.month
)
select authority, month, space, '' as part, answered as value, answered as numerator, opened as denominator, opened as n, method
from figures
where answered is not null
union all
select authority, month, space, 'share_answered', cast(answered as double) / nullif(opened, 0), answered, opened, opened, method
from figures
where opened is not null and answered is not null
union all
select authority, month, space, 'in_two_days', cast(in_two_days as double) / nullif(due, 0), in_two_days, due, due, method
from figures
where due is not null and in_two_days is not null
union all
select authority, month, space, 'median_hours', median_hours, answered, opened, opened, method
from figures
where method = 'measured' or median_hours is not null
union all
select authority, month, space, 'p90_hours', p90_hours, answered, opened, opened, method
from figures
where method = 'measured'
union all
select authority, month, space, 'median_working_hours', median_working_hours, answered, opened, opened, method
from figures
where method = 'measured'
union all
select authority, month, space, 'p90_working_hours', p90_working_hours, answered, opened, opened, method
from figures
where method = 'measured'

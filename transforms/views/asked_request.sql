-- One row: a request, contact or application of a resident, with how long it waited for its first answer.
-- Columns: authority, month, asset, channel, space, request, hours, hours_or_never, working_hours, working_hours_or_never, is_due,
-- is_in_time.
-- It exists because an answer counts within 30 days: later and none are null in `hours` and `working_hours`, and 1000000 in
-- `hours_or_never` and `working_hours_or_never`, which is longer than any answer that counts. Working hours are those of the town's
-- calendar. `is_in_time` is 1 where the answer came before the third working day after the day of asking began, `is_due` where
-- whoever listens to the place listened through the second.
with brought as (
    select
        authority, month, asset, channel, space, request, opened_at as asked_at,
        case when answered_at >= opened_at and answered_at <= opened_at + interval '30' day then answered_at end as answered_at
    from request
    where kind in ('request', 'contact', 'application')
),
timed as (
    select
        b.authority, b.month, b.asset, b.channel, b.space, b.request,
        hours_of(b.answered_at - b.asked_at) as hours,
        worked(d.seconds_before, d.opens_at, d.closes_at, b.answered_at) - worked(o.seconds_before, o.opens_at, o.closes_at, b.asked_at)
            as working_hours,
        case when u.workdays - o.workdays >= 2 then 1 else 0 end as is_due,
        case when d.workdays - o.workdays <= 2 then 1 else 0 end as is_in_time
    from brought b
    join months m on m.authority = b.authority and m.month = b.month
    left join listened t
        on t.authority = b.authority and t.month = b.month and t.fact = 'request' and t.asset = b.asset and t.space = b.space
    left join working_day o on o.authority = b.authority and o.day = cast(timezone(m.timezone, b.asked_at) as date)
    left join working_day d on d.authority = b.authority and d.day = cast(timezone(m.timezone, b.answered_at) as date)
    left join working_day u on u.authority = b.authority and u.day = t.until
)
select
    authority, month, asset, channel, space, request, hours, coalesce(hours, 1000000) as hours_or_never,
    working_hours, coalesce(working_hours, 1000000) as working_hours_or_never, is_due, is_in_time
from timed

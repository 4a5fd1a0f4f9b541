-- One row: a request, contact or application of a resident, with the hours until its first answer.
-- Columns: authority, month, asset, space, request, hours, hours_or_never.
-- It exists because an answer counts within 30 days: later and none are null in `hours`, 1000000 in `hours_or_never`, which is
-- longer than any answer that counts.
with timed as (
    select
        authority, month, asset, space, request,
        case
            when answered_at >= opened_at and answered_at <= opened_at + interval '30' day then cast(
                extract(day from (answered_at - opened_at)) * 24 + extract(hour from (answered_at - opened_at))
                + extract(minute from (answered_at - opened_at)) / 60.0
                + extract(second from (answered_at - opened_at)) / 3600.0 as decimal(18, 6)
            )
        end as hours
    from request
    where kind in ('request', 'contact', 'application')
)
select authority, month, asset, space, request, hours, coalesce(hours, 1000000) as hours_or_never
from timed

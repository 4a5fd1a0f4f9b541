-- One row: people who came to events through the website or through the newsletter in an asked month, whole and by kind.
-- Columns: authority, month, indicator, part, value, n, quality, as_of.
-- It exists because kinds no platform sees, which staff enter, add to the people a platform measured, for both channels alike.
with told as (
    select
        authority, month, last_day, 'website.event_arrivals' as indicator, 'measured' as part, via_website as people,
        null as subject, 1 as is_measured, by_name, partial_period
    from arrivals
    union all
    select authority, month, last_day, 'newsletter.event_arrivals', 'measured', via_newsletter, null, 1, by_name, partial_period
    from arrivals
    union all
    select authority, month, last_day, indicator, part, amount, subject, 0, '', ''
    from entered
    where indicator in ('website.event_arrivals', 'newsletter.event_arrivals')
)
select
    authority, month, indicator, coalesce(part, '') as part, sum(people) as value, sum(people) as n,
    concat_ws(
        ' ', flags('entered_by_hand', count(subject) > 0 or max(is_measured) = 0), max(by_name), max(partial_period)
    ) as quality,
    max(last_day) as as_of
from told
group by grouping sets ((authority, month, indicator), (authority, month, indicator, part))
having grouping(part) = 1 or part <> ''

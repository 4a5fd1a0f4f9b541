-- One row: people who came to events through the website or the newsletter in an asked month, measured or entered.
-- Columns: authority, month, last_day, indicator, part, people, subject, is_measured, by_name, partial_period.
-- It exists because entered kinds no platform sees add to those a platform counted; `subject` is null where nothing was entered.
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

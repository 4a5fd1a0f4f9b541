-- One row: people who came to events through the website or through the newsletter in an asked month, of one kind.
-- Columns: authority, month, indicator, part, value, method.
-- It exists because kinds no platform sees, which staff enter, add to the people a platform measured, for both channels alike.
select authority, month, 'website.event_arrivals' as indicator, 'measured' as part, via_website as value, 'measured' as method
from arrivals
union all
select authority, month, 'newsletter.event_arrivals', 'measured', via_newsletter, 'measured'
from arrivals
union all
-- People without a kind came.
select
    authority, month, indicator, case when part = '' and subject is not null then 'arrived' else part end, sum(amount),
    case when count(subject) = 0 then 'declared' else 'entered' end
from entered
where indicator in ('website.event_arrivals', 'newsletter.event_arrivals')
group by authority, month, indicator, case when part = '' and subject is not null then 'arrived' else part end

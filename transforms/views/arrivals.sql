-- One row: an asked month in which a platform told who was present at events, and how they had heard of them.
-- Columns: authority, month, via_website, via_newsletter, via_either.
-- It exists so that residents who came through the website or the newsletter are counted alike.
with spoken as (
    select distinct authority, month
    from covered
    where fact = 'attendance' and is_measured = 1
)
select
    s.authority, s.month,
    sum(case when a.role = 'resident' and a.heard_via = 'website' then 1 else 0 end) as via_website,
    sum(case when a.role = 'resident' and a.heard_via = 'newsletter' then 1 else 0 end) as via_newsletter,
    sum(case when a.role = 'resident' and a.heard_via in ('website', 'newsletter') then 1 else 0 end) as via_either
from spoken s
left join attendance a on a.authority = s.authority and a.month = s.month
group by s.authority, s.month

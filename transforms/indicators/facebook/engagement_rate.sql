/*
title:
  he: שיעור המעורבות בעמודים ובקבוצות
  ar: نسبة التفاعل في الصفحات والمجموعات
  en: Engagement rate of pages and groups
question:
  he: איזה חלק מהעוקבים והחברים עשו משהו החודש, ולא רק ראו?
  ar: أي نسبة من المتابعين والأعضاء فعلت شيئاً هذا الشهر ولم تكتفِ بالمشاهدة؟
  en: What share of followers and members did something this month, rather than only watch?
advice:
  he: שאלה קצרה שיש לתושבים תשובה עליה שווה יותר מחמש מודעות. נסו אחת בשבוע וענו לראשונים שמגיבים.
  ar: سؤال قصير عند السكان جواب عنه خير من خمسة إعلانات. جرّبوا واحداً كل أسبوع وردّوا على أول المعلّقين.
  en: A short question residents have an answer to is worth more than five notices. Try one a week and answer the first who respond.
definition: >-
  By people, where messages with known authors cover a page or group of the authority: distinct residents who posted, commented or reacted
  in the month / members at the latest count of the month; over places a person counts once. Else by interactions: posts, comments and
  reactions the platform reports / (posts x members). The value is the first where any place has it; the parts say which it is.
outcome: 1
aspect: reach
method: measured
unit: share
grain: [authority, month, space]
assets: [facebook]
inputs: {coverage: [0, 0], membership: [0, 0], message: [0, 0], platform_metric: [0, 0], space: [0, 0]}
parts:
  by_people:
    unit: share
    title: {he: אנשים מעורבים מתוך החברים, ar: أشخاص متفاعلون من الأعضاء, en: People engaged of members}
  by_interactions:
    unit: share
    title: {he: פעולות לפוסט לכל חבר, ar: تفاعلات لكل منشور لكل عضو, en: Interactions per post per member}
caveats: [estimated, entered_by_hand, partial_period]
owner: spokesperson
since: "2026-11"
revision: 1
*/
with counts as (
    select
        b.authority, b.month, b.space, b.members,
        case when b.basis = 'entered' then 1 else 0 end as by_hand,
        row_number() over (
            partition by b.authority, b.month, b.space
            order by case when b.basis = 'entered' then 1 else 0 end, b.day desc, b.basis
        ) as place
    from membership b
    left join space s on s.authority = b.authority and s.space = b.space
    where b.asset = 'facebook' and b.members is not null
        and coalesce(s.kind, 'group') in ('page', 'group') and coalesce(s.operated_by, 'authority') = 'authority'
),
audience as (
    select m.authority, m.month, c.space, c.members, c.by_hand
    from months m
    join counts c on c.authority = m.authority and c.month = m.month and c.place = 1
),
spoken as (
    select
        authority, month, space,
        max(case when fact = 'message' then 1 else 0 end) as has_messages,
        max(case when fact = 'platform_metric' then 1 else 0 end) as has_metrics
    from coverage
    where fact in ('message', 'platform_metric') and asset = 'facebook'
    group by authority, month, space
),
acts as (
    select authority, month, space, author
    from message
    where asset = 'facebook' and author_role = 'resident' and kind <> 'deleted'
),
-- Where no author at all is known, people cannot be told apart and the place goes by interactions.
known as (
    select authority, month, space, count(*) as acts, count(author) as with_author
    from acts
    group by authority, month, space
),
people_places as (
    select
        a.authority, a.month, a.space, a.members, a.by_hand,
        case when k.acts > k.with_author then 1 else 0 end as is_estimated
    from audience a
    join spoken s on s.authority = a.authority and s.month = a.month and s.space = a.space and s.has_messages = 1
    left join known k on k.authority = a.authority and k.month = a.month and k.space = a.space
    where k.acts is null or k.with_author > 0
),
people as (
    select p.authority, p.month, coalesce(p.space, '') as space, count(distinct c.author) as people
    from people_places p
    left join acts c on c.authority = p.authority and c.month = p.month and c.space = p.space
    group by grouping sets ((p.authority, p.month, p.space), (p.authority, p.month))
),
people_members as (
    select
        authority, month, coalesce(space, '') as space, sum(members) as members, max(by_hand) as by_hand, max(is_estimated) as is_estimated
    from people_places
    group by grouping sets ((authority, month, space), (authority, month))
),
amounts as (
    select
        authority, month, space, metric,
        coalesce(
            max(case when period = 'month' then cast(amount as decimal(18, 2)) end),
            sum(case when period = 'day' then cast(amount as decimal(18, 2)) end)
        ) as amount
    from platform_metric
    where asset = 'facebook' and metric in ('posts', 'comments', 'reactions')
    group by authority, month, space, metric
),
totals as (
    select authority, month, space, sum(amount) as interactions, sum(case when metric = 'posts' then amount end) as posts
    from amounts
    group by authority, month, space
),
interactions as (
    select
        a.authority, a.month, coalesce(a.space, '') as space,
        sum(t.interactions) as interactions,
        sum(t.posts * a.members) as chances,
        max(a.by_hand) as by_hand
    from audience a
    join spoken s on s.authority = a.authority and s.month = a.month and s.space = a.space and s.has_metrics = 1
    left join totals t on t.authority = a.authority and t.month = a.month and t.space = a.space
    group by grouping sets ((a.authority, a.month, a.space), (a.authority, a.month))
),
figures as (
    select
        p.authority, p.month, p.space, 'by_people' as part,
        cast(p.people as double) as numerator, cast(m.members as double) as denominator, p.people as n,
        concat(
            case when m.by_hand = 1 then 'entered_by_hand ' else '' end,
            case when m.is_estimated = 1 then 'estimated' else '' end
        ) as quality
    from people p
    join people_members m on m.authority = p.authority and m.month = p.month and m.space = p.space
    union all
    select
        authority, month, space, 'by_interactions', cast(interactions as double), cast(chances as double), interactions,
        case when by_hand = 1 then 'entered_by_hand' else '' end
    from interactions
),
first_choice as (
    select authority, month, space, max(part) as part
    from figures
    group by authority, month, space
)
select authority, month, space, part, numerator / nullif(denominator, 0) as value, numerator, denominator, n, quality
from figures
union all
-- In the alphabet by_people comes last: the greatest is the figure by people where there is one.
select f.authority, f.month, f.space, '', f.numerator / nullif(f.denominator, 0), f.numerator, f.denominator, f.n, f.quality
from figures f
join first_choice c on c.authority = f.authority and c.month = f.month and c.space = f.space and c.part = f.part

/*
title:
  he: צפיינים, מגיבים ויוזמים
  ar: متابعون ومستجيبون ومبادرون
  en: Watchers, responders, initiators
question:
  he: מתוך חברי המרחבים, כמה רק צופים, כמה מגיבים וכמה פותחים שיחה?
  ar: من بين أعضاء المساحات، كم يكتفون بالمتابعة وكم يستجيبون وكم يبادرون؟
  en: Of the members, how many only watch, how many respond and how many start?
advice:
  he: "אל תנסו להזיז את כולם: פנו אישית לכמה מגיבים קבועים והציעו להם לפתוח את הנושא הבא."
  ar: "لا تحاولوا تحريك الجميع: توجهوا شخصياً إلى بضعة مستجيبين دائمين واقترحوا عليهم فتح الموضوع التالي."
  en: "Do not try to move everybody: turn to a few regular responders in person and offer them the next topic to open."
definition: "Memberships at month end by highest act of the month: silent, responded (replied or reacted), initiated (started a conversation); the value is the share that responded or initiated. Spaces where messages and members are both covered and authors are told apart; broadcast spaces, where residents cannot write, are left out. The total adds memberships, so a person in two spaces counts in both."
outcome: 1
aspect: resident_resident
method: measured
unit: share
grain: [authority, month, space]
inputs: {coverage: [0, 0], membership: [0, 0], message: [0, 0], space: [0, 0]}
parts:
  silent:
    unit: share
    title: {he: צופים, ar: متابعون, en: Watchers}
  responded:
    unit: share
    title: {he: מגיבים, ar: مستجيبون, en: Responders}
  initiated:
    unit: share
    title: {he: יוזמים, ar: مبادرون, en: Initiators}
caveats: [by_name, inferred, estimated, entered_by_hand]
owner: community worker
since: "2026-11"
revision: 1
*/
with spoken_in as (
    select distinct authority, month, space, asset
    from message
),
heard as (
    select authority, month, space
    from coverage
    where fact = 'message' and space <> ''
    union
    select s.authority, s.month, s.space
    from spoken_in s
    join coverage c on c.authority = s.authority and c.month = s.month and c.fact = 'message' and c.space = ''
        and coalesce(c.asset, s.asset) = s.asset
),
counts as (
    select authority, month, space, members, basis,
        row_number() over (
            partition by authority, month, space order by case when basis = 'entered' then 1 else 0 end, day desc, basis
        ) as place
    from membership
    where members is not null
),
by_residents as (
    select authority, month, space, author, kind, root, message
    from message
    where author_role = 'resident' and kind <> 'deleted'
),
highest as (
    select authority, month, space, author, max(case when root = message and kind <> 'reaction' then 2 else 1 end) as act
    from by_residents
    where author is not null
    group by authority, month, space, author
),
active as (
    select authority, month, space,
        sum(case when act = 1 then 1 else 0 end) as responded,
        sum(case when act = 2 then 1 else 0 end) as initiated
    from highest
    group by authority, month, space
),
anonymous as (
    select distinct authority, month, space
    from by_residents
    where author is null
),
placed as (
    select
        h.authority,
        h.month,
        h.space,
        coalesce(a.responded, 0) as responded,
        coalesce(a.initiated, 0) as initiated,
        -- More active people than members counted: some left again before the month ended.
        greatest(c.members, coalesce(a.responded, 0) + coalesce(a.initiated, 0)) as members,
        case when c.basis = 'entered' then 1 else 0 end as is_entered,
        case when n.space is not null then 1 else 0 end as has_anonymous
    from heard h
    join counts c on c.authority = h.authority and c.month = h.month and c.space = h.space and c.place = 1
    left join space s on s.authority = h.authority and s.space = h.space
    left join active a on a.authority = h.authority and a.month = h.month and a.space = h.space
    left join anonymous n on n.authority = h.authority and n.month = h.month and n.space = h.space
    where coalesce(s.kind, '') <> 'broadcast' and (n.space is null or a.space is not null)
),
totals as (
    select
        p.authority,
        p.month,
        coalesce(p.space, '') as space,
        sum(p.responded) as responded,
        sum(p.initiated) as initiated,
        sum(p.members) as members,
        concat(
            case when max(p.is_entered) = 1 then 'entered_by_hand ' else '' end,
            case when max(p.has_anonymous) = 1 then 'estimated' else '' end
        ) as quality
    from months m
    join placed p on p.authority = m.authority and p.month = m.month
    group by grouping sets ((p.authority, p.month, p.space), (p.authority, p.month))
),
shares as (
    select authority, month, space, '' as part, responded + initiated as people, members, quality from totals
    union all
    select authority, month, space, 'silent', members - responded - initiated, members, quality from totals
    union all
    select authority, month, space, 'responded', responded, members, quality from totals
    union all
    select authority, month, space, 'initiated', initiated, members, quality from totals
)
select authority, month, space, part, cast(people as double) / nullif(members, 0) as value,
    people as numerator, members as denominator, members as n, quality
from shares

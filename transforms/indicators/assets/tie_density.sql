/*
title:
  he: קשרים בין תושבים
  ar: الروابط بين السكان
  en: Ties between residents
question:
  he: כמה קשרים חיים יש בין תושבים במרחבים של הרשות?
  ar: كم رابطاً حياً يوجد بين السكان في مساحات السلطة المحلية؟
  en: How many living ties are there between residents in the authority's spaces?
advice:
  he: "חברו בין אנשים בשמם: ״גם שכנה מהרחוב הסמוך שאלה על זה״; קשר אחד שנולד בקבוצה יחזיק גם בשעת חירום."
  ar: "صِلوا بين الناس بأسمائهم: «سألت عن هذا جارة من الشارع المجاور أيضاً»؛ رابط يولد في المجموعة يصمد حتى في الطوارئ."
  en: "Bring people together by name: “a neighbour from the next street asked about this too”; a tie born in a group holds in an emergency."
definition: "Distinct pairs of residents of whom at least one answered the other in the month, reactions left out, per 1,000 memberships at month end; spaces where messages and members are both covered. A pair that met in two spaces is one in the total. Reciprocity: share of the pairs in which both answered. Bridges: residents who wrote, reacted or attended in two or more spaces."
outcome: 5
aspect: resilience
method: measured
unit: per_1000
grain: [authority, month, space]
inputs: {attendance: [0, 0], coverage: [0, 0], membership: [0, 0], message: [0, 0]}
parts:
  reciprocity:
    unit: share
    title: {he: "הדדיות: זוגות שבהם שני הצדדים ענו", ar: "التبادلية: أزواج أجاب فيها الطرفان", en: "Reciprocity, pairs in which both answered"}
  bridges:
    unit: count
    title: {he: "מגשרים: פעילים בשני מרחבים או יותר", ar: "الجسور: نشطون في مساحتين أو أكثر", en: "Bridges, people active in two or more spaces"}
caveats: [inferred, by_name, entered_by_hand]
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
placed as (
    select h.authority, h.month, h.space, c.members, case when c.basis = 'entered' then 1 else 0 end as is_entered
    from heard h
    join counts c on c.authority = h.authority and c.month = h.month and c.space = h.space and c.place = 1
),
answers as (
    select t.authority, t.month, t.space, t.author, least(t.author, t.reply_to_author) as one,
        greatest(t.author, t.reply_to_author) as other, t.reply_basis
    from message t
    join placed p on p.authority = t.authority and p.month = t.month and p.space = t.space
    where t.kind not in ('deleted', 'reaction') and t.author_role = 'resident' and t.reply_to_role = 'resident'
        and t.author <> t.reply_to_author
),
pairs as (
    select authority, month, coalesce(space, '') as space, one, other, count(distinct author) as sides,
        max(case when reply_basis = 'inferred' then 1 else 0 end) as is_inferred
    from answers
    group by grouping sets ((authority, month, space, one, other), (authority, month, one, other))
),
ties as (
    select authority, month, space, count(*) as pairs, sum(case when sides = 2 then 1 else 0 end) as mutual, max(is_inferred) as is_inferred
    from pairs
    group by authority, month, space
),
members as (
    select p.authority, p.month, coalesce(p.space, '') as space, sum(p.members) as members, max(p.is_entered) as is_entered
    from months m
    join placed p on p.authority = m.authority and p.month = m.month
    group by grouping sets ((p.authority, p.month, p.space), (p.authority, p.month))
),
figures as (
    select
        b.authority,
        b.month,
        b.space,
        coalesce(t.pairs, 0) as pairs,
        coalesce(t.mutual, 0) as mutual,
        b.members,
        concat(
            case when b.is_entered = 1 then 'entered_by_hand ' else '' end,
            case when t.is_inferred = 1 then 'inferred' else '' end
        ) as quality
    from members b
    left join ties t on t.authority = b.authority and t.month = b.month and t.space = b.space
),
presence as (
    select t.authority, t.month, t.space, t.author as person
    from message t
    join heard h on h.authority = t.authority and h.month = t.month and h.space = t.space
    where t.kind <> 'deleted' and t.author_role = 'resident' and t.author is not null
    union
    select authority, month, space, person
    from attendance
    where role = 'resident' and person is not null
),
persons as (
    select authority, month, person, count(distinct space) as spaces
    from presence
    group by authority, month, person
),
covered as (
    select distinct authority, month
    from coverage
    where fact in ('message', 'attendance')
)
select authority, month, space, '' as part, 1000.0 * pairs / nullif(members, 0) as value,
    pairs as numerator, members as denominator, pairs as n, quality
from figures
union all
select authority, month, space, 'reciprocity', cast(mutual as double) / nullif(pairs, 0), mutual, pairs, pairs, quality
from figures
union all
select m.authority, m.month, '', 'bridges', count(p.person), null, null, count(p.person), ''
from months m
join covered c on c.authority = m.authority and c.month = m.month
left join persons p on p.authority = m.authority and p.month = m.month and p.spaces >= 2
group by m.authority, m.month

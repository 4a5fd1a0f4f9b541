/*
title:
  he: רמת התקשורת שהושגה בכל נכס
  ar: مستوى التواصل الذي بلغته كل مساحة
  en: Level of communication reached by each asset
question:
  he: האם הרשות רק מספרת, או שמדברים איתה ואפילו זה עם זה?
  ar: هل السلطة المحلية تُخبر فقط، أم أن السكان يتحادثون معها وحتى فيما بينهم؟
  en: Does the authority only tell, or do people talk with it, and even with one another?
advice:
  he: בחרו מרחב אחד שנמצא ברמה 1 ושאלו בו שאלה אמיתית אחת בשבוע; ברמה 2, פנו מקום שבו תושבים עונים זה לזה לפניכם.
  ar: اختاروا مساحة واحدة في المستوى 1 واطرحوا فيها سؤالاً حقيقياً كل أسبوع؛ وفي المستوى 2 أفسحوا للسكان أن يجيبوا بعضهم بعضاً قبلكم.
  en: Take one space at level 1 and ask one real question a week there; at level 2, leave room for residents to answer each other before you do.
definition: "Highest level a space reached in the month, reactions and deleted messages left out. 3: at least 3 distinct pairs of residents answered one another and at least one authority message or publication. 2: at least one answer, and at least 3 or 5% of all messages and requests, is between resident and authority in either direction, an answered request being one. 1: the authority wrote, published or answered at all. 0: it did not. The total is the highest level of any space; parts count the spaces at each level."
outcome: 1
aspect: reach
method: measured
unit: count
grain: [authority, month, space]
inputs: {coverage: [0, 0], message: [0, 0], publication: [0, 0], request: [0, 0]}
parts:
  spaces_level_1:
    unit: count
    title: {he: "מרחבים ברמה 1: הרשות מספרת", ar: "مساحات في المستوى 1: السلطة تُخبر", en: "Spaces at level 1, the authority tells"}
  spaces_level_2:
    unit: count
    title: {he: "מרחבים ברמה 2: שיחה עם הרשות", ar: "مساحات في المستوى 2: حوار مع السلطة", en: "Spaces at level 2, talk with the authority"}
  spaces_level_3:
    unit: count
    title: {he: "מרחבים ברמה 3: שיחה בין תושבים", ar: "مساحات في المستوى 3: حوار بين السكان", en: "Spaces at level 3, residents talk among themselves"}
caveats: [inferred, by_name, partial_period]
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
utterances as (
    select t.authority, t.month, t.space, t.author, t.reply_to_author, t.author_role, t.reply_to_role
    from message t
    join heard h on h.authority = t.authority and h.month = t.month and h.space = t.space
    where t.kind not in ('deleted', 'reaction')
),
talk as (
    select authority, month, space, count(*) as messages,
        sum(case when author_role = 'authority' then 1 else 0 end) as from_authority,
        sum(
            case
                when author_role = 'authority' and reply_to_role = 'resident' then 1
                when author_role = 'resident' and reply_to_role = 'authority' then 1
                else 0
            end
        ) as across
    from utterances
    group by authority, month, space
),
pairs as (
    select distinct authority, month, space, least(author, reply_to_author) as one, greatest(author, reply_to_author) as other
    from utterances
    where author_role = 'resident' and reply_to_role = 'resident' and author <> reply_to_author
),
neighbours as (
    select authority, month, space, count(*) as pairs
    from pairs
    group by authority, month, space
),
published as (
    select authority, month, space, count(*) as publications
    from publication
    group by authority, month, space
),
asked as (
    select authority, month, space, count(*) as requests, count(answered_at) as answers
    from request
    group by authority, month, space
),
places as (
    select authority, month, space from heard
    union
    select authority, month, space from published
    union
    select authority, month, space from asked
    union
    select authority, month, space from coverage where fact = 'request' and space <> ''
),
figures as (
    select
        p.authority,
        p.month,
        p.space,
        coalesce(t.messages, 0) + coalesce(a.requests, 0) + coalesce(a.answers, 0) as messages,
        coalesce(t.from_authority, 0) + coalesce(b.publications, 0) + coalesce(a.answers, 0) as from_authority,
        coalesce(t.across, 0) + coalesce(a.answers, 0) as across,
        coalesce(n.pairs, 0) as pairs
    from places p
    left join talk t on t.authority = p.authority and t.month = p.month and t.space = p.space
    left join neighbours n on n.authority = p.authority and n.month = p.month and n.space = p.space
    left join published b on b.authority = p.authority and b.month = p.month and b.space = p.space
    left join asked a on a.authority = p.authority and a.month = p.month and a.space = p.space
),
levels as (
    select authority, month, space, messages,
        case
            when pairs >= 3 and from_authority >= 1 then 3
            when across >= 3 or (across >= 1 and across * 20 >= messages) then 2
            when from_authority >= 1 then 1
            else 0
        end as level
    from figures
),
-- Entered publications say nothing of a month whose sheet was not declared complete.
spoken_for as (
    select distinct authority, month
    from coverage
    where fact in ('message', 'request', 'publication') and (basis <> 'entered' or is_full)
),
numbers as (
    select 1 as level
    union all
    select 2
    union all
    select 3
)
select m.authority, m.month, '' as space, '' as part, coalesce(max(l.level), 0) as value, coalesce(sum(l.messages), 0) as n
from months m
left join spoken_for s on s.authority = m.authority and s.month = m.month
left join levels l on l.authority = m.authority and l.month = m.month
group by m.authority, m.month
having count(s.month) > 0 or count(l.level) > 0
union all
select m.authority, m.month, l.space, '', l.level, l.messages
from months m
join levels l on l.authority = m.authority and l.month = m.month
where l.space <> ''
union all
select m.authority, m.month, '', concat('spaces_level_', cast(k.level as varchar)), sum(case when l.level = k.level then 1 else 0 end), count(*)
from months m
join levels l on l.authority = m.authority and l.month = m.month
cross join numbers k
where l.space <> ''
group by m.authority, m.month, k.level

/*
title:
  he: רמת השיחה במרחבי הרשות
  ar: مستوى الحوار في مساحات السلطة المحلية
  en: Level of talk in the authority's spaces
question:
  he: האם הרשות רק מספרת, או שמדברים איתה ואפילו זה עם זה?
  ar: هل السلطة المحلية تُخبر فقط، أم أن السكان يتحادثون معها وحتى فيما بينهم؟
  en: Does the authority only tell, or do people talk with it, and even with one another?
advice:
  he: בחרו מרחב אחד שנמצא ברמה 1 ושאלו בו שאלה אמיתית אחת בשבוע; ברמה 2, פנו מקום שבו תושבים עונים זה לזה לפניכם.
  ar: اختاروا مساحة واحدة في المستوى 1 واطرحوا فيها سؤالًا حقيقيًا كل أسبوع؛ وفي المستوى 2 أفسحوا للسكان أن يجيبوا بعضهم بعضًا قبلكم.
  en: Take one space at level 1 and ask one real question a week there; at level 2, leave room for residents to answer each other before you do.
definition: "Highest level a space reached in the month, reactions and deleted messages left out. 3: at least 3 distinct pairs of residents answered one another and at least one authority message or publication. 2: at least one answer, and at least 3 or 5% of all messages and requests, is between resident and authority in either direction, an answered request being one. 1: the authority wrote, published or answered at all. 0: it did not. Spaces of the authority only. The total is the mean level of those heard; what was published in no space is one of its own only where there is no other. Parts count the spaces at each level."
definition_he: "הרמה הגבוהה שכל מרחב של הרשות הגיע אליה בחודש. 3: לפחות שלושה זוגות תושבים ענו זה לזה, והרשות כתבה. 2: שיחה בין תושבים לרשות. 1: הרשות כתבה או ענתה. 0: לא כתבה. הסך הוא ממוצע הרמות, ולצידו מספר המרחבים בכל רמה."
definition_ar: "أعلى مستوى بلغته كل مساحة للسلطة المحلية في الشهر. 3: ثلاثة أزواج من السكان على الأقل أجاب بعضهم بعضًا، وكتبت السلطة المحلية. 2: حوار بين السكان والسلطة المحلية. 1: كتبت السلطة المحلية أو أجابت. 0: لم تكتب. المجمل متوسط المستويات، وإلى جانبه عدد المساحات في كل مستوى."
outcome: 1
aspect: reach
method: measured
unit: level_0_3
unit_words: {he: "רמה ממוצעת של המרחבים, מ־0 עד 3", ar: "متوسط مستوى المساحات، من 0 إلى 3", en: "mean level of the spaces, 0 to 3"}
grain: [authority, month, space]
needs: {"": [message.role.reply|request.answer|publication]}
inputs: {coverage: [0, 0], message: [0, 0], publication: [0, 0], request: [0, 0], space: [0, 0]}
parts:
  spaces_level_1:
    unit: count
    title: {he: "מרחבים ברמה 1: הרשות מספרת", ar: "مساحات في المستوى 1: السلطة المحلية تُخبر", en: "Spaces at level 1, the authority tells"}
  spaces_level_2:
    unit: count
    title: {he: "מרחבים ברמה 2: שיחה עם הרשות", ar: "مساحات في المستوى 2: حوار مع السلطة المحلية", en: "Spaces at level 2, talk with the authority"}
  spaces_level_3:
    unit: count
    title: {he: "מרחבים ברמה 3: שיחה בין תושבים", ar: "مساحات في المستوى 3: حوار بين السكان", en: "Spaces at level 3, residents talk among themselves"}
caveats: [inferred, by_name, partial_period]
owner: community worker
since: "2026-11"
revision: 2
*/
with pairs as (
    select distinct
        h.authority, h.month, h.space, least(n.author, n.reply_to_author) as one, greatest(n.author, n.reply_to_author) as other
    from heard_space h
    join neighbour_answer n on n.authority = h.authority and n.month = h.month and n.space = h.space
    where n.is_known = 1
),
answering as (
    select distinct authority, month, space
    from coverage
    where fact = 'request' and basis <> 'entered' and extent <> 'none' and knows like '%answer%'
),
told as (
    select
        h.authority, h.month, h.space, count(t.message) as messages,
        sum(case when t.author_role = 'authority' then 1 else 0 end) as from_authority,
        sum(
            case
                when t.author_role = 'authority' and t.reply_to_role = 'resident' then 1
                when t.author_role = 'resident' and t.reply_to_role = 'authority' then 1
                else 0
            end
        ) as across,
        0 as pairs
    from heard_space h
    left join message t
        on t.authority = h.authority and t.month = h.month and t.space = h.space and t.kind not in ('deleted', 'reaction')
    group by h.authority, h.month, h.space
    union all
    select authority, month, space, 0, 0, 0, count(*)
    from pairs
    group by authority, month, space
    union all
    select authority, month, space, 0, count(*), 0, 0
    from published
    group by authority, month, space
    union all
    select r.authority, r.month, r.space, count(*) + count(r.answered_at), count(r.answered_at), count(r.answered_at), 0
    from request r
    where exists (
        select 1
        from answering a
        where a.authority = r.authority and a.month = r.month and a.space in (r.space, '')
    )
    group by r.authority, r.month, r.space
    union all
    select authority, month, space, 0, 0, 0, 0
    from answering
    where space <> ''
),
figures as (
    select
        authority, month, space, sum(messages) as messages, sum(from_authority) as from_authority,
        sum(across) as across, sum(pairs) as pairs
    from told
    group by authority, month, space
),
-- What was heard in part shows a level that was reached at least; none shown is none known. Who does not tell people apart
-- cannot tell pairs of them.
unsure as (
    select distinct authority, month, space
    from coverage
    where fact in ('message', 'request', 'publication') and basis <> 'entered'
        and (extent = 'part' or (fact = 'message' and extent = 'full' and knows not like '%author%'))
),
levels as (
    select
        authority, month, space, messages, case when u.space is null then 0 else 1 end as is_bound,
        case
            when pairs >= 3 and from_authority >= 1 then 3
            when across >= 3 or (across >= 1 and across * 20 >= messages) then 2
            when from_authority >= 1 then 1
            when u.space is null then 0
        end as level
    from figures f
    left join space s using (authority, space)
    left join unsure u using (authority, month, space)
    where f.space = '' or s.operated_by = 'authority'
),
placed as (
    select l.authority, l.month, l.level, l.is_bound
    from levels l
    left join (select distinct authority, month from levels where space <> '') o on o.authority = l.authority and o.month = l.month
    where l.space <> '' or o.month is null
),
-- Entered publications say nothing of a month whose sheet was not declared complete.
spoken_for as (
    select authority, month, max(is_measured) as is_measured
    from covered
    where fact in ('message', 'request', 'publication') and (is_measured = 1 or is_declared = 1)
    group by authority, month
)
select
    m.authority, m.month, '' as space, '' as part, cast(sum(l.level) as double) / nullif(count(l.level), 0) as value,
    sum(l.level) as numerator, count(l.level) as denominator, count(l.level) as n,
    flags('lower_bound', max(l.is_bound) = 1) as quality, case when max(s.is_measured) = 1 then 'measured' else 'listed' end as method
from months m
left join spoken_for s on s.authority = m.authority and s.month = m.month
left join placed l on l.authority = m.authority and l.month = m.month
group by m.authority, m.month
having count(s.month) > 0 or count(l.level) > 0
union all
select
    m.authority, m.month, l.space, '', l.level, l.level, 1, l.messages, flags('lower_bound', l.is_bound = 1),
    case when h.space is null then 'listed' else 'measured' end
from months m
join levels l on l.authority = m.authority and l.month = m.month
left join (select distinct authority, month, space from covered_space where fact in ('message', 'request', 'publication')) h
    on h.authority = l.authority and h.month = l.month and h.space = l.space
where l.space <> '' and l.level is not null
union all
select
    m.authority, m.month, '', k.part, sum(case when l.level = k.level then 1 else 0 end), null, null, count(*),
    flags('lower_bound', max(l.is_bound) = 1),
    case when max(s.is_measured) = 1 then 'measured' else 'listed' end
from months m
join levels l on l.authority = m.authority and l.month = m.month
left join spoken_for s on s.authority = m.authority and s.month = m.month
cross join (values (1, 'spaces_level_1'), (2, 'spaces_level_2'), (3, 'spaces_level_3')) as k(level, part)
where l.space <> ''
group by m.authority, m.month, k.part

/*
title:
  he: קשרים בין תושבים
  ar: الروابط بين السكان
  en: Ties between residents
question:
  he: כמה קשרים חיים יש בין תושבים במרחבים של הרשות?
  ar: كم رابطًا حيًا يوجد بين السكان في مساحات السلطة المحلية؟
  en: How many living ties are there between residents in the authority's spaces?
advice:
  he: "חברו בין אנשים בשמם: ״גם שכנה מהרחוב הסמוך שאלה על זה״; קשר אחד שנולד בקבוצה יחזיק גם בשעת חירום."
  ar: "صِلوا بين الناس بأسمائهم: «سألت عن هذا جارة من الشارع المجاور أيضًا»؛ رابط يولد في المجموعة يصمد حتى في الطوارئ."
  en: "Bring people together by name: “a neighbour from the next street asked about this too”; a tie born in a group holds in an emergency."
definition: "Distinct pairs of residents of whom at least one answered the other in the month, reactions left out (where links are inferred, within ten minutes or after a question), per 1,000 memberships of residents at month end (known staff left out); spaces where messages and members are both covered. A pair that met in two spaces is one in the total. Reciprocity: share of the pairs in which both answered. Bridges: residents who wrote, reacted or attended in two or more spaces."
definition_he: "זוגות שונים של תושבים שלפחות אחד מהם ענה לאחר בחודש, לכל 1,000 חברויות של תושבים במרחבים. לצידם: באיזה חלק מן הזוגות ענו שניהם, וכמה תושבים פעלו בשני מרחבים ויותר."
definition_ar: "أزواج مختلفة من السكان أجاب أحدهما الآخر على الأقل في الشهر، لكل 1,000 عضوية للسكان في المساحات. إلى جانبها: في أي جزء من الأزواج أجاب الاثنان، وكم من السكان نشطوا في مساحتين فأكثر."
outcome: 5
aspect: resilience
method: measured
unit: per_1000
unit_words: {he: "קשרים, ביחס לחברי המרחבים", ar: "روابط، نسبة إلى أعضاء المساحات", en: "ties, to members of the spaces"}
grain: [authority, month, space]
needs: {"": [message.author.role.reply], bridges: [message.author.role]}
spaces: {kinds: [open, group], run_by: anyone}
inputs: {attendance: [0, 0], coverage: [0, 0], membership: [-3, 0], message: [0, 0], report: [0, 0], space: [0, 0]}
parts:
  reciprocity:
    unit: share
    title: {he: "הדדיות: זוגות שבהם שני הצדדים ענו", ar: "التبادلية: أزواج أجاب فيها الطرفان", en: "Reciprocity, pairs in which both answered"}
  bridges:
    unit: count
    title: {he: "מגשרים: פעילים בשני מרחבים או יותר", ar: "الجسور: نشطون في مساحتين أو أكثر", en: "Bridges, people active in two or more spaces"}
caveats: [inferred, by_name, entered_by_hand, lower_bound]
owner: community worker
since: "2026-11"
revision: 2
*/
with placed as (
    select h.authority, h.month, h.space, b.members, b.quality
    from heard_space h
    join members b on b.authority = h.authority and b.month = h.month and b.space = h.space and b.is_seen = 0
    join space s on s.authority = h.authority and s.space = h.space and s.kind in ('open', 'group')
),
pairs as (
    select
        p.authority, p.month, coalesce(p.space, '') as space, count(distinct n.author) as sides,
        max(flags('inferred', n.reply_basis = 'inferred')) as inferred
    from placed p
    join neighbour_answer n on n.authority = p.authority and n.month = p.month and n.space = p.space
    where n.is_known = 1
    group by grouping sets (
        (p.authority, p.month, p.space, least(n.author, n.reply_to_author), greatest(n.author, n.reply_to_author)),
        (p.authority, p.month, least(n.author, n.reply_to_author), greatest(n.author, n.reply_to_author))
    )
),
ties as (
    select
        authority, month, space, count(*) as pairs, sum(case when sides = 2 then 1 else 0 end) as mutual, max(inferred) as inferred
    from pairs
    group by authority, month, space
),
sizes as (
    select authority, month, coalesce(space, '') as space, sum(members) as members, max(quality) as quality
    from placed
    group by grouping sets ((authority, month, space), (authority, month))
),
figures as (
    select
        s.authority, s.month, s.space, coalesce(t.pairs, 0) as pairs, coalesce(t.mutual, 0) as mutual, s.members,
        concat_ws(' ', s.quality, t.inferred) as quality
    from sizes s
    left join ties t on t.authority = s.authority and t.month = s.month and t.space = s.space
),
presence as (
    select h.authority, h.month, h.space, t.author as person
    from heard_space h
    join message t on t.authority = h.authority and t.month = h.month and t.space = h.space
    where t.kind <> 'deleted' and t.author_role = 'resident' and t.author is not null
    union
    select authority, month, space, person
    from attendance
    where role = 'resident' and person is not null
),
bridges as (
    select authority, month, person
    from presence
    group by authority, month, person
    having count(distinct space) >= 2
)
select authority, month, space, '' as part, 1000.0 * pairs / nullif(members, 0) as value,
    pairs as numerator, members as denominator, pairs as n, quality
from figures
union all
select authority, month, space, 'reciprocity', cast(mutual as double) / nullif(pairs, 0), mutual, pairs, pairs, quality
from figures
union all
select c.authority, c.month, '', 'bridges', count(b.person), null, null, count(b.person), ''
from (select distinct authority, month from covered where fact in ('message', 'attendance')) c
left join bridges b on b.authority = c.authority and b.month = c.month
group by c.authority, c.month

/*
title:
  he: נוכחות עובדי הרשות בקבוצות של תושבים
  ar: حضور موظفي السلطة المحلية في مجموعات السكان
  en: Staff in residents' own groups
question:
  he: האם הרשות נוכחת בשיח שהתושבים מנהלים במקומות שלהם?
  ar: هل السلطة المحلية حاضرة في الحوار الذي يديره السكان في أماكنهم؟
  en: Is the authority present in the talk residents hold in their own places?
advice:
  he: בקשו ממנהלי הקבוצה רשות, הציגו את עצמכם בשם ובתפקיד, וענו רק על מה ששאלו.
  ar: استأذنوا مديري المجموعة، وعرّفوا بأنفسكم بالاسم والوظيفة، وأجيبوا فقط عما سُئل.
  en: Ask the group's managers first, introduce yourself by name and role, and answer only what was asked.
definition: >-
  Messages of the authority's people in the month in Facebook places declared as run by residents; deleted messages and reactions are not
  counted. Places no source covers are completed by what staff entered for them; a figure entered without a place counts only when no such
  place is covered.
definition_he: "הודעות של עובדי הרשות בחודש במקומות בפייסבוק שנרשמו כמופעלים בידי תושבים; הודעות שנמחקו וסימונים אינם נספרים. מקום שאין לו מקור משלים אותו מה שהצוות הזין."
definition_ar: "رسائل موظفي السلطة المحلية في الشهر في أماكن على فيسبوك مسجّلة على أنها بإدارة السكان؛ المحذوفة والتفاعلات لا تُحتسب. مكان بلا مصدر يكمّله ما أدخله الطاقم."
outcome: 1
aspect: resident_authority
method: mixed
unit: count
unit_words: {he: "הודעות של עובדי הרשות בחודש", ar: "رسائل موظفي البلدية في الشهر", en: "messages by staff a month"}
grain: [authority, month, space]
assets: [facebook]
needs: {"": [message.role]}
spaces: {run_by: residents}
sum_of: spaces
inputs: {coverage: [0, 0], message: [0, 0], report: [0, 0], space: [0, 0]}
caveats: [entered_by_hand, partial_period]
owner: community worker
since: "2026-11"
revision: 2
*/
with measured as (
    select p.authority, p.month, p.space, cast(count(g.message) as decimal(18, 2)) as amount
    from covered_space p
    left join message g
        on g.authority = p.authority and g.month = p.month and g.space = p.space and g.asset = 'facebook'
        and g.author_role = 'authority' and g.kind not in ('deleted', 'reaction')
    where p.fact = 'message' and p.asset = 'facebook' and p.operated_by = 'residents'
    group by p.authority, p.month, p.space
)
select authority, month, space, amount as value, amount as n, 'measured' as method
from measured
union all
select authority, month, space, sum(amount), sum(amount), case when count(subject) = 0 then 'declared' else 'entered' end
from entered
where indicator = 'facebook.staff_in_resident_groups'
group by authority, month, space

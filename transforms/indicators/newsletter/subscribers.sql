/*
title:
  he: תושבים הרשומים לניוזלטר
  ar: سكان مشتركون في النشرة البريدية
  en: Residents subscribed to the newsletter
question:
  he: לכמה כתובות הניוזלטר של הרשות יכול להגיע?
  ar: إلى كم عنوان يمكن أن تصل نشرة السلطة المحلية؟
  en: How many addresses can the newsletter reach?
advice:
  he: הוסיפו שורת הרשמה אחת לטופס שממלאים ממילא, כמו רישום לגן או לחוג, ושאלו במה תרצו להתעדכן.
  ar: أضيفوا سطر اشتراك واحداً إلى استمارة يملؤها الناس أصلاً، مثل التسجيل للروضة أو للدورة، واسألوا عما يهمهم.
  en: Add one subscription line to a form people fill in anyway, such as kindergarten registration, and ask what they want to hear of.
definition: >-
  Subscribed addresses at the latest count of the month, lists added; an address on two lists counts twice, which is flagged estimated. A
  count the platform gave goes before one entered by hand.
outcome: 1
aspect: reach
method: measured
unit: count
grain: [authority, month, space]
assets: [newsletter]
inputs: {membership: [0, 0]}
caveats: [estimated, entered_by_hand, partial_period]
owner: spokesperson
since: "2026-11"
revision: 1
*/
with counts as (
    select
        authority, month, space, members, basis, day,
        row_number() over (
            partition by authority, month, space
            order by case when basis = 'entered' then 1 else 0 end, day desc, basis
        ) as place
    from membership
    where asset = 'newsletter' and members is not null
)
select
    m.authority,
    m.month,
    coalesce(c.space, '') as space,
    sum(c.members) as value,
    sum(c.members) as n,
    concat(
        case when max(case when c.basis = 'entered' then 1 else 0 end) = 1 then 'entered_by_hand ' else '' end,
        case when count(*) > 1 then 'estimated' else '' end
    ) as quality,
    max(c.day) as as_of
from months m
join counts c on c.authority = m.authority and c.month = m.month and c.place = 1
group by grouping sets ((m.authority, m.month, c.space), (m.authority, m.month))

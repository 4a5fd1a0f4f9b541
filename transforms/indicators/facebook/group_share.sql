/*
title:
  he: שיעור התושבים בקבוצת העירייה
  ar: نسبة السكان في مجموعات البلدية
  en: Residents in municipal groups, of the relevant residents
question:
  he: איזה חלק מהתושבים שהקבוצה נועדה להם נמצאים בה?
  ar: أي نسبة من السكان الذين أُنشئت المجموعة لأجلهم موجودون فيها؟
  en: What share of the residents a group is meant for are in it?
advice:
  he: קבוצה קטנה ביחס לשכונה צומחת דרך אנשים. בקשו משלושה חברים פעילים להזמין כל אחד שני שכנים.
  ar: مجموعة صغيرة نسبة إلى الحي تنمو عبر الناس. اطلبوا من ثلاثة أعضاء نشطين أن يدعو كل منهم جارين.
  en: A group small for its neighbourhood grows through people. Ask three active members to invite two neighbours each.
definition: >-
  Members of the authority's groups at the latest count of the month, known staff left out (numbers of a platform tell nobody apart, and are flagged estimated) / the group's relevant population, or all residents where none is
  declared; in total the ratio of the two sums. A measured count goes before one entered by hand. A group without a count this month keeps its
  last one of the three months before, flagged stale, so that a late export is not a fall. A figure entered without a group counts, over
  all residents, only when no group has one.
definition_he: "חברי הקבוצות של הרשות בספירה האחרונה של החודש, בלי אנשי צוות מוכרים, חלקי האוכלוסייה שהקבוצה מיועדת לה, ואם לא נרשמה כזאת כלל התושבים. קבוצה שלא נספרה החודש נשארת עם הספירה האחרונה משלושת החודשים הקודמים."
definition_ar: "أعضاء مجموعات السلطة المحلية في آخر عدّ خلال الشهر، دون موظفين معروفين، مقسومين على السكان الذين تُخصص لهم المجموعة، وإن لم يُسجَّل ذلك فعلى كل السكان. مجموعة لم تُعدّ هذا الشهر تبقى على آخر عدّ من الأشهر الثلاثة السابقة."
outcome: 1
aspect: reach
method: mixed
unit: share
unit_words: {he: "מהתושבים שהקבוצות מיועדות להם", ar: "من السكان الذين خُصصت لهم المجموعات", en: "of the residents the groups are meant for"}
grain: [authority, month, space]
assets: [facebook]
needs: {"": [membership]}
spaces: {kinds: [group]}
sum_of: spaces
inputs: {membership: [-3, 0], population: [0, 0], report: [0, 0], space: [0, 0]}
caveats: [estimated, stale, entered_by_hand, partial_period]
owner: community worker
since: "2026-11"
revision: 2
*/
select
    k.authority, k.month, k.space, cast(k.members as double) / coalesce(nullif(s.relevant_population, 0), p.residents) as value,
    k.members as numerator, coalesce(nullif(s.relevant_population, 0), p.residents) as denominator,
    coalesce(nullif(s.relevant_population, 0), p.residents) as n,
    concat_ws(' ', k.quality, flags('estimated', nullif(s.relevant_population, 0) is null and p.quality = 'estimated')) as quality,
    k.day as as_of, k.method
from known_members k
left join space s on s.authority = k.authority and s.space = k.space
left join population p on p.authority = k.authority and p.month = k.month
where k.indicator = 'facebook.group_share'

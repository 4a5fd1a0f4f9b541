/*
title:
  he: שיעור העוקבים אחרי עמוד העירייה
  ar: نسبة متابعي صفحة البلدية من السكان
  en: Followers of the municipal page as a share of residents
question:
  he: איזה חלק מהתושבים עוקבים אחרי העמוד הרשמי?
  ar: أي نسبة من السكان تتابع الصفحة الرسمية؟
  en: What share of residents follow the official page?
advice:
  he: עוקבים הם קהל, עוד לא קהילה. הזמינו את מי שמגיב בעמוד להצטרף לקבוצה השכונתית שלו.
  ar: المتابعون جمهور وليسوا مجتمعًا بعد. ادعوا من يعلّق في الصفحة إلى مجموعة حيّه.
  en: Followers are an audience, not yet a community. Invite those who comment on the page to their neighbourhood's group.
definition: >-
  Followers of the authority's pages at the latest count of the month / residents in the month. Followers need not live in the authority. Several
  pages are added and flagged estimated, since a person may follow two.
definition_he: "העוקבים אחרי עמודי הרשות בספירה האחרונה של החודש, חלקי מספר התושבים. עוקב אינו בהכרח תושב. כמה עמודים מחוברים, כאומדן."
definition_ar: "متابعو صفحات السلطة المحلية في آخر عدّ خلال الشهر، مقسومين على عدد السكان. المتابع ليس بالضرورة من السكان. عدة صفحات تُجمع تقديرًا."
outcome: 1
aspect: reach
method: measured
unit: share
unit_words: {he: "מתושבי הרשות", ar: "من سكان البلدة", en: "of the town's residents"}
grain: [authority, month, space]
assets: [facebook]
needs: {"": [membership]}
spaces: {kinds: [page]}
inputs: {coverage: [0, 0], membership: [-3, 0], population: [0, 0], report: [0, 0], space: [0, 0]}
caveats: [estimated, entered_by_hand, partial_period]
owner: spokesperson
since: "2026-11"
revision: 2
*/
select
    b.authority, b.month, coalesce(b.space, '') as space,
    cast(sum(b.members) as double) / nullif(max(p.residents), 0) as value,
    sum(b.members) as numerator, max(p.residents) as denominator, max(p.residents) as n,
    concat_ws(' ', max(b.quality), flags('estimated', count(*) > 1 or max(p.quality) = 'estimated')) as quality,
    max(b.day) as as_of, max(b.method) as method
from members b
join space s on s.authority = b.authority and s.space = b.space and s.kind = 'page' and s.operated_by = 'authority'
left join population p on p.authority = b.authority and p.month = b.month
where b.asset = 'facebook'
group by grouping sets ((b.authority, b.month, b.space), (b.authority, b.month))

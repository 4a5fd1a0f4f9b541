/*
title:
  he: קהילות ממופות לפי סוג
  ar: المجتمعات المرسومة على الخريطة حسب النوع
  en: Communities mapped, by kind
question:
  he: אילו קהילות כבר קיימות ביישוב, ואיפה יש צורך שאין לו עדיין קהילה?
  ar: أي مجتمعات موجودة في البلدة، وأين توجد حاجة بلا مجتمع بعد؟
  en: Which communities exist already, and where is there a need with no community yet?
advice:
  he: "התחילו ממה שכבר חי: עזרו לקהילה אחת שנפגשת פנים אל פנים לפתוח לה גם מקום ברשת, ואל תקימו לה מתחרה."
  ar: "ابدأوا بما هو حيّ: ساعدوا مجتمعاً يلتقي وجهاً لوجه على فتح مكان له في الشبكة ولا تنشئوا له منافساً."
  en: "Begin with what is alive: help one community that meets in person to open a place online too, and do not set up a rival."
definition: Communities on the town's map in the month, by the kind staff stated last, and each of the five kinds apart; moves are communities whose kind changed in the month, in all and by the kind moved to. Zero only in a month whose map was declared complete.
outcome: 5
aspect: resilience
method: reported
unit: count
grain: [authority, month]
inputs: {coverage: [0, 0], report: [0, 0]}
parts:
  in_person:
    unit: count
    title: {he: "נפגשות פנים אל פנים, עוד לא דיגיטליות", ar: تلتقي وجهاً لوجه وليست رقمية بعد, en: "In person, not yet digital"}
  opinion_leaders:
    unit: count
    title: {he: מובילי דעה שעוד לא התכנסו, ar: قادة رأي لم يجتمعوا بعد, en: Opinion leaders not yet gathered}
  functional_digital:
    unit: count
    title: {he: קבוצות דיגיטליות פונקציונליות, ar: مجموعات رقمية وظيفية, en: Functional digital groups}
  unmet_need:
    unit: count
    title: {he: צורך שאין לו עדיין קהילה, ar: حاجة لا مجتمع لها بعد, en: Needs with no community yet}
  hybrid:
    unit: count
    title: {he: קהילות היברידיות, ar: مجتمعات هجينة, en: Hybrid communities}
  moves:
    unit: count
    title: {he: עברו סוג החודש, ar: انتقلت بين الأنواع هذا الشهر, en: Moved between kinds in the month}
  moved_to_in_person:
    unit: count
    title: {he: "עברו אל: נפגשות פנים אל פנים, עוד לא דיגיטליות", ar: "انتقلت إلى: تلتقي وجهاً لوجه وليست رقمية بعد", en: "Moved to: In person, not yet digital"}
  moved_to_opinion_leaders:
    unit: count
    title: {he: "עברו אל: מובילי דעה שעוד לא התכנסו", ar: "انتقلت إلى: قادة رأي لم يجتمعوا بعد", en: "Moved to: Opinion leaders not yet gathered"}
  moved_to_functional_digital:
    unit: count
    title: {he: "עברו אל: קבוצות דיגיטליות פונקציונליות", ar: "انتقلت إلى: مجموعات رقمية وظيفية", en: "Moved to: Functional digital groups"}
  moved_to_unmet_need:
    unit: count
    title: {he: "עברו אל: צורך שאין לו עדיין קהילה", ar: "انتقلت إلى: حاجة لا مجتمع لها بعد", en: "Moved to: Needs with no community yet"}
  moved_to_hybrid:
    unit: count
    title: {he: "עברו אל: קהילות היברידיות", ar: "انتقلت إلى: مجتمعات هجينة", en: "Moved to: Hybrid communities"}
caveats: [entered_by_hand]
owner: community worker
since: "2026-11"
revision: 1
*/
with stated as (
    select authority, month, subject, max(state) as state
    from report
    where indicator = 'community' and part = 'kind'
    group by authority, month, subject
),
moves as (
    select authority, month, subject, max(part) as came_from, max(state) as state
    from report
    where indicator = 'community' and part like 'kind_from:%'
    group by authority, month, subject
),
declared as (
    select distinct authority, month
    from coverage
    where fact = 'report:community' and is_full
),
known as (
    select m.authority, m.month, count(s.subject) as communities
    from months m
    left join declared d on d.authority = m.authority and d.month = m.month
    left join stated s on s.authority = m.authority and s.month = m.month
    group by m.authority, m.month
    having count(s.subject) > 0 or count(d.month) > 0
),
kinds as (
    select 'in_person' as part
    union all
    select 'opinion_leaders'
    union all
    select 'functional_digital'
    union all
    select 'unmet_need'
    union all
    select 'hybrid'
)
select authority, month, '' as part, communities as value, communities as n, 'entered_by_hand' as quality
from known
union all
select k.authority, k.month, w.part, count(s.subject), count(s.subject), 'entered_by_hand'
from known k
cross join kinds w
left join stated s on s.authority = k.authority and s.month = k.month and s.state = w.part
group by k.authority, k.month, w.part
union all
select k.authority, k.month, 'moves', count(v.subject), count(v.subject), 'entered_by_hand'
from known k
left join moves v on v.authority = k.authority and v.month = k.month
group by k.authority, k.month
union all
select k.authority, k.month, concat('moved_to_', w.part), count(v.subject), count(v.subject), 'entered_by_hand'
from known k
cross join kinds w
left join moves v on v.authority = k.authority and v.month = k.month and v.state = w.part
group by k.authority, k.month, w.part

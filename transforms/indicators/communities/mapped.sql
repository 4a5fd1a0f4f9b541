/*
title:
  he: קהילות ממופות לפי סוג
  ar: المجتمعات التي تم مسحها حسب النوع
  en: Communities mapped, by kind
question:
  he: אילו קהילות כבר קיימות ביישוב, ואיפה יש צורך שאין לו עדיין קהילה?
  ar: أي مجتمعات موجودة في البلدة، وأين توجد حاجة بلا مجتمع بعد؟
  en: Which communities exist already, and where is there a need with no community yet?
advice:
  he: "התחילו ממה שכבר חי: עזרו לקהילה אחת שנפגשת פנים אל פנים לפתוח לה גם מקום ברשת, ואל תקימו לה מתחרה."
  ar: "ابدأوا بما هو حيّ: ساعدوا مجتمعًا يلتقي وجهًا لوجه على فتح مكان له في الشبكة ولا تنشئوا له منافسًا."
  en: "Begin with what is alive: help one community that meets in person to open a place online too, and do not set up a rival."
definition: Communities on the town's map in the month, by the kind staff stated last, and each of the five kinds apart; moves are communities whose kind changed in the month, in all and by the kind moved to. Beside them the active volunteers staff stated last of communities, and the communities they said are ready for an emergency, each where any was said. Zero only in a month whose map was declared complete.
definition_he: "קהילות במפה של היישוב בחודש, לפי הסוג שהצוות כתב לאחרונה, וכל אחד מחמשת הסוגים בנפרד; מעברים הם קהילות שסוגן השתנה בחודש. לצידן: מתנדבים פעילים, וקהילות ערוכות לחירום."
definition_ar: "مجتمعات في خارطة البلدة خلال الشهر بحسب النوع الذي كتبه الطاقم مؤخرًا، وكل من الأنواع الخمسة على حدة؛ الانتقالات هي مجتمعات تغيّر نوعها في الشهر. إلى جانبها: متطوعون نشطون، ومجتمعات مستعدة للطوارئ."
outcome: 5
aspect: resilience
method: reported
unit: count
unit_words: {he: "קהילות ממופות", ar: "مجتمعات تم مسحها", en: "communities mapped"}
grain: [authority, month]
inputs: {coverage: [0, 0], report: [0, 0]}
parts:
  in_person:
    unit: count
    title: {he: "נפגשות פנים אל פנים, עוד לא דיגיטליות", ar: تلتقي وجهًا لوجه وليست رقمية بعد, en: "In person, not yet digital"}
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
    title: {he: "עברו אל: נפגשות פנים אל פנים, עוד לא דיגיטליות", ar: "انتقلت إلى: تلتقي وجهًا لوجه وليست رقمية بعد", en: "Moved to: In person, not yet digital"}
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
  volunteers:
    unit: count
    title: {he: מתנדבים פעילים בקהילות, ar: متطوعون نشطون في المجتمعات, en: Active volunteers in communities}
  ready:
    unit: count
    title: {he: קהילות ערוכות לחירום, ar: مجتمعات مستعدة للطوارئ, en: Communities ready for an emergency}
caveats: [entered_by_hand]
owner: community worker
since: "2026-11"
revision: 2
*/
with known as (
    select authority, month, count(distinct subject) as communities
    from entered
    where indicator = 'community' and part in ('', 'kind')
    group by authority, month
),
told as (
    select authority, month, subject, case when part = 'kind' then state else concat('moved_to_', state) end as part
    from entered
    where indicator = 'community' and (part = 'kind' or part like 'kind_from:%')
    union all
    select authority, month, subject, 'moves'
    from entered
    where indicator = 'community' and part like 'kind_from:%'
)
select authority, month, '' as part, communities as value, communities as n, 'entered_by_hand' as quality
from known
union all
select k.authority, k.month, w.part, count(distinct t.subject), count(distinct t.subject), 'entered_by_hand'
from known k
cross join (
    values ('in_person'), ('opinion_leaders'), ('functional_digital'), ('unmet_need'), ('hybrid'), ('moves'),
    ('moved_to_in_person'), ('moved_to_opinion_leaders'), ('moved_to_functional_digital'), ('moved_to_unmet_need'), ('moved_to_hybrid')
) as w(part)
left join told t on t.authority = k.authority and t.month = k.month and t.part = w.part
group by k.authority, k.month, w.part
union all
select authority, month, 'volunteers', cast(sum(amount) as double), cast(sum(amount) as double), 'entered_by_hand'
from entered
where indicator = 'community' and part = 'volunteers'
group by authority, month
union all
select authority, month, 'ready', count(case when state = 'yes' then subject end), count(case when state = 'yes' then subject end), 'entered_by_hand'
from entered
where indicator = 'community' and part = 'ready'
group by authority, month

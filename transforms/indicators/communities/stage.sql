/*
title:
  he: קהילות לפי שלב בבניית קהילה
  ar: المجتمعات حسب مرحلة بناء المجتمع
  en: Communities by stage of community building
question:
  he: באיזה שלב נמצאת כל קהילה, ומי התקדמה החודש?
  ar: في أي مرحلة يقع كل مجتمع، وأيها تقدّم هذا الشهر؟
  en: At what stage is each community, and which moved on this month?
advice:
  he: קהילה שתקועה בכניסה זקוקה לאדם אחד שיקבל פנים; קהילה בתחזוקה זקוקה למחליף למי שמתעייף.
  ar: مجتمع عالق في مرحلة الدخول يحتاج شخصًا واحدًا يستقبل؛ ومجتمع في مرحلة الصيانة يحتاج بديلًا لمن يتعب.
  en: A community stuck at entry needs one person to welcome; one in upkeep needs a stand-in for whoever tires.
definition: Communities on the town's map with a stage stated, by the stage staff stated last, and each stage apart; moves are communities whose stage changed in the month, and those of them that moved forward. Zero only in a month whose map was declared complete.
definition_he: "קהילות במפה של היישוב שנכתב להן שלב, לפי השלב האחרון, וכל שלב בנפרד; מעברים הם קהילות ששלבן השתנה בחודש, ומהן אלה שהתקדמו."
definition_ar: "مجتمعات في خارطة البلدة كُتبت لها مرحلة، بحسب آخر مرحلة، وكل مرحلة على حدة؛ الانتقالات هي مجتمعات تغيّرت مرحلتها في الشهر، ومنها ما تقدّم."
outcome: 5
aspect: resilience
method: reported
unit: count
unit_words: {he: "קהילות", ar: "مجتمعات", en: "communities"}
grain: [authority, month]
inputs: {coverage: [0, 0], report: [0, 0]}
parts:
  entry:
    unit: count
    title: {he: כניסה, ar: دخول, en: Entry}
  engagement:
    unit: count
    title: {he: יצירת מעורבות, ar: إشراك, en: Engagement}
  intervention:
    unit: count
    title: {he: התערבות, ar: تدخّل, en: Intervention}
  upkeep:
    unit: count
    title: {he: תחזוקה, ar: صيانة, en: Upkeep}
  moves:
    unit: count
    title: {he: עברו שלב החודש, ar: انتقلت بين المراحل هذا الشهر, en: Moved between stages in the month}
  moves_forward:
    unit: count
    title: {he: מהן התקדמו, ar: منها تقدّمت, en: Of which forward}
caveats: [entered_by_hand]
owner: community worker
since: "2026-11"
revision: 2
*/
with known as (
    select authority, month, count(distinct subject) as communities
    from entered
    where indicator = 'community' and part in ('', 'stage')
    group by authority, month
),
stages as (
    select stage, place
    from (values ('entry', 1), ('engagement', 2), ('intervention', 3), ('upkeep', 4)) as s(stage, place)
),
moves as (
    select e.authority, e.month, e.subject, was.place as was_place, now.place as now_place
    from entered e
    left join stages was on was.stage = substr(e.part, 12)
    left join stages now on now.stage = e.state
    where e.indicator = 'community' and e.part like 'stage_from:%'
),
told as (
    select authority, month, subject, state as part
    from entered
    where indicator = 'community' and part = 'stage'
    union all
    select authority, month, subject, 'moves'
    from moves
    union all
    select authority, month, subject, 'moves_forward'
    from moves
    where was_place < now_place
)
select authority, month, '' as part, communities as value, communities as n, 'entered_by_hand' as quality
from known
union all
select k.authority, k.month, w.part, count(distinct t.subject), count(distinct t.subject), 'entered_by_hand'
from known k
cross join (values ('entry'), ('engagement'), ('intervention'), ('upkeep'), ('moves'), ('moves_forward')) as w(part)
left join told t on t.authority = k.authority and t.month = k.month and t.part = w.part
group by k.authority, k.month, w.part

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
  ar: مجتمع عالق في مرحلة الدخول يحتاج شخصاً واحداً يستقبل؛ ومجتمع في مرحلة الصيانة يحتاج بديلاً لمن يتعب.
  en: A community stuck at entry needs one person to welcome; one in upkeep needs a stand-in for whoever tires.
definition: Communities on the town's map with a stage stated, by the stage staff stated last, and each stage apart; moves are communities whose stage changed in the month, and those of them that moved forward. Zero only in a month whose map was declared complete.
outcome: 5
aspect: resilience
method: reported
unit: count
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
revision: 1
*/
with stated as (
    select authority, month, subject, max(state) as state
    from report
    where indicator = 'community' and part = 'stage'
    group by authority, month, subject
),
moves as (
    select authority, month, subject, max(part) as came_from, max(state) as state
    from report
    where indicator = 'community' and part like 'stage_from:%'
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
    select 'entry' as part
    union all
    select 'engagement'
    union all
    select 'intervention'
    union all
    select 'upkeep'
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
select k.authority, k.month, 'moves_forward', count(v.subject), count(v.subject), 'entered_by_hand'
from known k
left join moves v on v.authority = k.authority and v.month = k.month
    and case substr(v.came_from, 12) when 'entry' then 1 when 'engagement' then 2 when 'intervention' then 3 else 4 end
        < case v.state when 'entry' then 1 when 'engagement' then 2 when 'intervention' then 3 else 4 end
group by k.authority, k.month

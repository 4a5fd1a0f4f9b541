/*
title:
  he: תוכניות קהילתיות מול יעדיהן
  ar: البرامج المجتمعية مقابل أهدافها
  en: Community programmes against their goals
question:
  he: האם התוכניות הקהילתיות מתקדמות אל היעדים שהציבו לעצמן?
  ar: هل تتقدم البرامج المجتمعية نحو الأهداف التي وضعتها لنفسها؟
  en: Are community programmes moving towards the goals they set themselves?
advice:
  he: "יעד בלי נתון הוא משאלה: בחרו לכל תוכנית מדד אחד שקל לעדכן, ודברו עליו פעם בחודש עם התושבים."
  ar: "هدف بلا بيانات أمنية: اختاروا لكل برنامج مؤشرًا واحدًا يسهل تحديثه وتحدثوا عنه شهريًا مع السكان."
  en: "A goal without data is a wish: choose for each programme one measure that is easy to keep, and talk about it with residents every month."
definition: Goals that improved over goals with data in the month. A goal has data when staff entered its own measure for the month or its linked indicator has a value; its own measure comes first. It improved when the measure is better, in the goal's stated direction, than its baseline; without a stated baseline, than its first earlier measure, and with neither it has not improved yet.
definition_he: "יעדים שהשתפרו מתוך היעדים שיש להם נתון בחודש: מדידה של התוכנית שהצוות הזין, או המדד המקושר. יעד השתפר כשהוא טוב יותר מערך הבסיס בכיוון שנקבע, ובלי ערך בסיס, מן המדידה הראשונה."
definition_ar: "أهداف تحسّنت من بين الأهداف التي لها رقم في الشهر: قياس للبرنامج أدخله الطاقم، أو المؤشر المرتبط. يتحسّن الهدف حين يكون أفضل من قيمة الأساس في الاتجاه المحدد، ومن دونها من أول قياس."
outcome: 5
aspect: resilience
method: mixed
unit: share
unit_words: {he: "מהיעדים של התוכניות", ar: "من أهداف البرامج", en: "of the programmes' goals"}
grain: [authority, month]
needs: {"": []}
inputs: {computed: [-1200, 0], coverage: [0, 0], report: [-1200, 0]}
parts:
  goals:
    unit: count
    title: {he: יעדים, ar: أهداف, en: Goals}
  goals_with_data:
    unit: count
    title: {he: יעדים עם נתון, ar: أهداف لها بيانات, en: Goals with data}
  programmes:
    unit: count
    title: {he: תוכניות, ar: برامج, en: Programmes}
caveats: [entered_by_hand]
owner: community worker
since: "2026-11"
revision: 2
*/
with goals as (
    select
        authority, month, subject,
        max(case when part = 'goal' then amount end) as baseline,
        max(case when part = 'goal' then state end) as direction,
        max(case when part = 'indicator' then state end) as linked,
        max(case when part = 'value' then 1 else 0 end) as has_own,
        max(case when part = 'value' then amount end) as own
    from report
    where indicator = 'programme_goal'
    group by authority, month, subject
),
own_since as (
    select authority, subject, min(month) as month
    from goals
    where has_own = 1
    group by authority, subject
),
measures as (
    select
        g.authority, g.month, g.subject, g.direction,
        -- A goal with a measure of its own states its baseline for that measure, not for the linked indicator.
        case when g.has_own = 1 or s.month is null or s.month > g.month then g.baseline end as baseline,
        case when g.has_own = 1 then '' else g.linked end as kind,
        coalesce(g.own, c.value) as amount,
        coalesce(g.own is null and list_contains(string_split(c.quality, ' '), 'suspect'), false) as is_doubted
    from goals g
    left join own_since s on s.authority = g.authority and s.subject = g.subject
    left join computed c on c.authority = g.authority and c.month = g.month and c.indicator = g.linked and c.space = '' and c.part = ''
    where g.direction is not null
),
firsts as (
    -- The goal's own measure and a linked indicator may have different units: never one against the other.
    select authority, subject, kind, month, amount, is_doubted,
        row_number() over (partition by authority, subject, kind order by month) as place
    from measures
    where amount is not null
),
judged as (
    select x.authority, x.month, x.subject, x.amount, x.is_doubted or coalesce(f.is_doubted, false) as is_doubted,
        case
            when x.amount is null then 0
            when x.direction = 'lower' and x.amount < coalesce(x.baseline, f.amount) then 1
            when x.direction <> 'lower' and x.amount > coalesce(x.baseline, f.amount) then 1
            else 0
        end as improved
    from measures x
    left join firsts f on f.authority = x.authority and f.subject = x.subject and f.kind = x.kind and f.place = 1 and f.month < x.month
),
figures as (
    select
        e.authority, e.month, count(j.subject) as goals, count(j.amount) as with_data, coalesce(sum(j.improved), 0) as improved,
        count(distinct split_part(j.subject, '|', 1)) as programmes,
        flags('suspect', bool_or(j.is_doubted)) as quality
    from entered e
    left join judged j on j.authority = e.authority and j.month = e.month and j.subject = e.subject
    where e.indicator = 'programme_goal' and e.part in ('', 'goal')
    group by e.authority, e.month
)
select authority, month, '' as part, cast(improved as double) / nullif(with_data, 0) as value,
    improved as numerator, with_data as denominator, with_data as n, 'entered' as method, quality
from figures
union all
select authority, month, 'goals', goals, null, null, goals, 'entered', ''
from figures
union all
select authority, month, 'goals_with_data', with_data, null, null, with_data, 'entered', ''
from figures
union all
select authority, month, 'programmes', programmes, null, null, programmes, 'entered', ''
from figures

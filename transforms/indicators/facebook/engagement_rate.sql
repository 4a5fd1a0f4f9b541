/*
title:
  he: שיעור המעורבות בעמודים ובקבוצות
  ar: نسبة التفاعل في الصفحات والمجموعات
  en: Engagement rate of pages and groups
question:
  he: איזה חלק מהעוקבים והחברים עשו משהו החודש, ולא רק ראו?
  ar: أي نسبة من المتابعين والأعضاء فعلت شيئًا هذا الشهر ولم تكتفِ بالمشاهدة؟
  en: What share of followers and members did something this month, rather than only watch?
advice:
  he: שאלה קצרה שיש לתושבים תשובה עליה שווה יותר מחמש מודעות. נסו אחת בשבוע וענו לראשונים שמגיבים.
  ar: سؤال قصير عند السكان جواب عنه خير من خمسة إعلانات. جرّبوا واحدًا كل أسبوع وردّوا على أول المعلّقين.
  en: A short question residents have an answer to is worth more than five notices. Try one a week and answer the first who respond.
when:
  real_rise: {he: "חזרו על הפוסט שהביא את רוב התגובות, הפעם כשאלה, וענו לראשונים.", ar: "كرّروا المنشور الذي جلب معظم التعليقات، هذه المرة كسؤال، وأجيبوا أوائل المعلّقين.", en: "Repeat the post that brought most responses, this time as a question, and answer the first."}
definition: >-
  By people, where messages with known authors cover a page or group of the authority: distinct residents who posted, commented or reacted
  in the month / members at the latest count of the month; over places a person counts once. Else by interactions: posts, comments and
  reactions the platform reports / (posts x members). The value is the first of the two that was heard of all places, else the first that any place has; its composition says which, and the parts give both.
definition_he: "תושבים שונים שכתבו, הגיבו או סימנו בחודש, חלקי מספר החברים; אדם נספר פעם אחת בכל המקומות. כשלא ידוע מי כתב: פוסטים, תגובות וסימונים חלקי פוסטים כפול חברים. מה נמדד נאמר ליד הנתון."
definition_ar: "سكان مختلفون كتبوا أو علّقوا أو تفاعلوا في الشهر، مقسومين على عدد الأعضاء؛ الشخص يُحتسب مرة في كل الأماكن. حين لا يُعرف من كتب: المنشورات والتعليقات والتفاعلات مقسومة على المنشورات مضروبة بالأعضاء. يُذكر بجانب الرقم ما قيس."
outcome: 1
aspect: reach
method: measured
unit: share
unit_words: {he: "מהקהל של העמודים והקבוצות", ar: "من جمهور الصفحات والمجموعات", en: "of the pages' and groups' audience"}
grain: [authority, month, space]
assets: [facebook]
needs: {"": [message.author.role|platform_metric], by_people: [message.author.role], by_interactions: [platform_metric]}
spaces: {kinds: [page, group]}
inputs: {coverage: [0, 0], membership: [-3, 0], message: [0, 0], platform_metric: [0, 0], report: [0, 0], space: [0, 0]}
parts:
  by_people:
    unit: share
    title: {he: אנשים מעורבים מתוך החברים, ar: أشخاص متفاعلون من الأعضاء, en: People engaged of members}
  by_interactions:
    unit: share
    title: {he: פעולות לפוסט לכל חבר, ar: تفاعلات لكل منشور لكل عضو, en: Interactions per post per member}
caveats: [estimated, entered_by_hand, partial_period]
owner: spokesperson
since: "2026-11"
revision: 2
*/
with audience as (
    select p.authority, p.month, p.space, p.fact, b.members, b.quality
    from covered_space p
    join members b on b.authority = p.authority and b.month = p.month and b.space = p.space and b.asset = p.asset
    where p.asset = 'facebook' and p.operated_by = 'authority' and p.space_kind in ('page', 'group')
),
acts as (
    select authority, month, space, author
    from message
    where asset = 'facebook' and author_role = 'resident' and kind <> 'deleted'
),
-- Where no author at all is known, people cannot be told apart and the space goes by interactions.
known as (
    select
        a.authority, a.month, a.space, a.members,
        concat_ws(' ', a.quality, flags('estimated', count(*) > count(c.author) and count(c.space) > 0)) as quality
    from audience a
    left join acts c on c.authority = a.authority and c.month = a.month and c.space = a.space
    where a.fact = 'message'
    group by a.authority, a.month, a.space, a.members, a.quality
    having count(c.space) = 0 or count(c.author) > 0
),
people as (
    select k.authority, k.month, coalesce(k.space, '') as space, count(distinct c.author) as people
    from known k
    left join acts c on c.authority = k.authority and c.month = k.month and c.space = k.space
    group by grouping sets ((k.authority, k.month, k.space), (k.authority, k.month))
),
people_members as (
    select
        authority, month, coalesce(space, '') as space, sum(members) as members,
        max(flags('entered_by_hand', quality like '%entered_by_hand%')) as by_hand,
        max(flags('estimated', quality like '%estimated%')) as estimated
    from known
    group by grouping sets ((authority, month, space), (authority, month))
),
amounts as (
    select
        authority, month, space, metric,
        coalesce(
            max(case when period = 'month' then cast(amount as decimal(18, 2)) end),
            sum(case when period = 'day' then cast(amount as decimal(18, 2)) end)
        ) as amount
    from platform_metric
    where asset = 'facebook' and metric in ('posts', 'comments', 'reactions')
    group by authority, month, space, metric
),
figures as (
    select
        p.authority, p.month, p.space, 'by_people' as part, p.people as numerator, m.members as denominator,
        concat_ws(' ', m.by_hand, m.estimated) as quality
    from people p
    join people_members m on m.authority = p.authority and m.month = p.month and m.space = p.space
    union all
    select
        a.authority, a.month, coalesce(a.space, ''), 'by_interactions', sum(t.amount),
        sum(case when t.metric = 'posts' then t.amount * a.members end), max(a.quality)
    from audience a
    left join amounts t on t.authority = a.authority and t.month = a.month and t.space = a.space
    where a.fact = 'platform_metric'
    group by grouping sets ((a.authority, a.month, a.space), (a.authority, a.month))
)
select
    authority, month, space, part, numerator / nullif(denominator, 0) as value, numerator, denominator, denominator as n, quality,
    cast(null as varchar) as formula
from figures
union all
select authority, month, space, '', numerator / nullif(denominator, 0), numerator, denominator, denominator, quality, part
from figures

/*
title:
  he: עמודי שירות ויצירת קשר באתר
  ar: صفحات الخدمة والتواصل في الموقع
  en: Pages on resident services or contact
question:
  he: בכמה עמודים באתר אפשר לקבל שירות או למצוא עם מי לדבר?
  ar: في كم صفحة من الموقع يمكن الحصول على خدمة أو معرفة مع من يتحدث المرء؟
  en: On how many pages of the site can one get a service or find whom to talk to?
advice:
  he: עברו על חמש השאלות הנפוצות במוקד. לכל שאלה שאין לה עמוד, פתחו עמוד עם שם, טלפון ושעות מענה.
  ar: راجعوا الأسئلة الخمسة الأكثر شيوعًا في مركز الخدمة. لكل سؤال بلا صفحة افتحوا صفحة فيها اسم وهاتف وساعات رد.
  en: Go through the five questions the call centre hears most. For each without a page, open one with a name, a phone and hours.
definition: >-
  Pages classed service or contact, live at month end. Measured from a source that lists the site's pages: all it has listed up to the month
  end but for those its map lists no more (by two readings running, from the day of the first of them); of a site known by feeds alone nobody can tell what was
  taken down, and the number is flagged estimated. Where no source speaks for the month, the number staff entered. Part `added`: pages
  new in the month, from the same source, else entered, else the pages staff listed one by one. Part `removed`: pages taken down in the month.
definition_he: "עמודי שירות ויצירת קשר שעמדו באוויר בסוף החודש, לפי מקור שמונה את עמודי האתר; באתר שידוע רק מעדכונים אין יודעים מה הוסר, והמספר הוא אומדן. בלי מקור כזה נלקח מה שהצוות הזין. לצידם: עמודים שנוספו ועמודים שהוסרו בחודש."
definition_ar: "صفحات الخدمة والتواصل القائمة في نهاية الشهر بحسب مصدر يعدّد صفحات الموقع؛ في موقع يُعرف من تحديثاته فقط لا يُعرف ما أُزيل، والرقم تقدير. من دون مصدر كهذا يؤخذ ما أدخله الطاقم. إلى جانبها: صفحات أُضيفت وصفحات أُزيلت في الشهر."
outcome: 1
aspect: reach
method: mixed
unit: count
unit_words: {he: "עמודים פעילים", ar: "صفحات فعّالة", en: "live pages"}
grain: [authority, month]
assets: [website]
needs: {"": [publication.page_kind], removed: [publication.page_kind.removal]}
inputs: {coverage: [0, 0], publication: [-1200, 0], report: [0, 0], space: [0, 0]}
parts:
  added:
    unit: count
    title: {he: עמודים שנוספו החודש, ar: صفحات أُضيفت هذا الشهر, en: Pages added in the month}
  removed:
    unit: count
    title: {he: עמודים שהוסרו החודש, ar: صفحات أُزيلت هذا الشهر, en: Pages taken down in the month}
caveats: [estimated, entered_by_hand, partial_period]
owner: website editor
since: "2026-11"
revision: 2
*/
with spoken as (
    select
        authority, month, max(case when asset = 'website' then is_measured else 0 end) as is_measured, max(is_declared) as is_declared
    from covered
    where fact in ('publication', 'report:website.service_pages')
    group by authority, month
),
-- Of a site only while a source speaks for it: of another nobody knows what is live.
pages as (
    select
        m.authority, m.month, p.basis, case when p.month = m.month then 1 else 0 end as is_new, count(distinct p.publication) as pages,
        count(distinct case when p.removed_day is null or p.removed_day > m.last_day then p.publication end) as standing,
        count(distinct case when p.removed_day between m.first_day and m.last_day then p.publication end) as removed,
        max(case when c.knows like '%removal%' then 0 else 1 end) as is_blind
    from months m
    join publication p on p.authority = m.authority and p.month <= m.month and p.asset = 'website' and p.topic in ('service', 'contact')
    left join space s on s.authority = p.authority and s.space = p.space
    left join coverage c
        on c.authority = m.authority and c.month = m.month and c.fact = 'publication' and c.basis <> 'entered' and c.extent <> 'none'
        and coalesce(c.asset, p.asset) = p.asset and c.space in (p.space, '')
    where coalesce(s.operated_by, 'authority') = 'authority' and (p.basis = 'entered' or c.fact is not null)
    group by m.authority, m.month, p.basis, case when p.month = m.month then 1 else 0 end
),
by_hand as (
    select
        authority, month, sum(case when part = 'live' then amount end) as live, sum(case when part = 'added' then amount end) as added
    from entered
    where indicator = 'website.service_pages'
    group by authority, month
),
figures as (
    select
        m.authority, m.month, m.last_day,
        max(coalesce(s.is_measured, 0)) as is_measured, max(s.is_declared) as is_declared, max(e.live) as live, max(e.added) as added,
        sum(case when p.basis <> 'entered' then p.standing else 0 end) as measured_live,
        sum(case when p.basis <> 'entered' then p.removed else 0 end) as measured_removed,
        coalesce(max(case when p.basis <> 'entered' then p.is_blind end), 1) as is_blind,
        sum(case when p.basis <> 'entered' and p.is_new = 1 then p.pages else 0 end) as measured_added,
        sum(case when p.basis = 'entered' and p.is_new = 1 then p.pages end) as listed_added
    from months m
    left join spoken s on s.authority = m.authority and s.month = m.month
    left join by_hand e on e.authority = m.authority and e.month = m.month
    left join pages p on p.authority = m.authority and p.month = m.month
    group by m.authority, m.month, m.last_day
),
told as (
    select authority, month, '' as part, measured_live as pages, flags('estimated', is_blind = 1) as quality, 'measured' as method
    from figures
    where is_measured = 1
    union all
    select authority, month, 'added', measured_added, '', 'measured'
    from figures
    where is_measured = 1
    union all
    select authority, month, 'removed', measured_removed, '', 'measured'
    from figures
    where is_measured = 1
    union all
    select authority, month, '', live, '', 'entered'
    from figures
    union all
    select
        authority, month, 'added', coalesce(added, listed_added, case when is_declared = 1 then 0 end), '',
        case when coalesce(added, listed_added) is null then 'declared' when added is null then 'listed' else 'entered' end
    from figures
)
select authority, month, part, pages as value, pages as n, quality, method
from told
where pages is not null

/*
title:
  he: שימוש התושבים במרחבים הרשותיים
  ar: استخدام السكان لمساحات السلطة المحلية
  en: Residents' use of the authority's spaces
question:
  he: כמה תושבים פועלים במרחבים של הרשות, יחסית לגודל היישוב?
  ar: كم يستخدم السكان مساحات السلطة المحلية نسبة إلى حجم البلدة؟
  en: How much do residents use the authority's spaces, for the size of the place?
advice:
  he: אל תשוו נכס לנכס; שאלו בכל נכס מה תושבים באים לעשות בו, וחזקו את מה שמחזיר אותם שוב.
  ar: لا تقارنوا مساحة بأخرى؛ اسألوا في كل مساحة ماذا يأتي السكان ليفعلوا، وعززوا ما يعيدهم إليها.
  en: Do not compare one asset with another; ask in each what residents come to do, and strengthen what brings them back.
definition: "Acts of residents in the month over all assets per 1,000 residents: visits of residents to site and app, messages, posts, comments and reactions on Facebook and WhatsApp in spaces the authority runs (deleted ones left out), attendances of Zoom meetings and newsletter opens (people per campaign; machines too, flagged, where the service does not tell them apart). What is written in a meeting or in answer to a newsletter is part of coming and of opening, and being added to a group is no act. Each asset is also apart; while one of those in use is not heard, the sum is a lower bound."
definition_he: "מעשים של תושבים בחודש בכל הנכסים לכל 1,000 תושבים: כניסות לאתר ולאפליקציה, הודעות, פוסטים, תגובות וסימונים, נוכחות במפגשי זום ופתיחות של ניוזלטר. כל נכס עומד גם בנפרד; כשאחד מהם אינו ידוע הסכום הוא גבול תחתון."
definition_ar: "أفعال السكان في الشهر في كل الأصول لكل 1,000 ساكن: زيارات الموقع والتطبيق، والرسائل والمنشورات والتعليقات والتفاعلات، وحضور لقاءات زوم، وفتح النشرة. كل أصل يُذكر على حدة أيضًا؛ حين لا يُعرف أحدها يكون المجموع حدًا أدنى."
outcome: 2
aspect: policy
method: measured
unit: per_1000
unit_words: {he: "פעולות של תושבים", ar: "أفعال السكان", en: "acts of residents"}
grain: [authority, month]
needs: {"": [], website: ["visit.residents.people@website"], newsletter: ["mailing.opens@newsletter"], facebook: ["message.role@facebook"], whatsapp: ["message.role@whatsapp"], zoom: ["attendance@zoom"], app: ["visit.residents.people@app"]}
sum_of: [website, newsletter, facebook, whatsapp, zoom, app]
inputs: {attendance: [0, 0], coverage: [0, 0], mailing: [0, 0], message: [0, 0], population: [0, 0], space: [0, 0], visit: [0, 0]}
parts:
  website:
    unit: per_1000
    title: {he: אתר, ar: الموقع, en: Website}
  newsletter:
    unit: per_1000
    title: {he: ניוזלטר, ar: النشرة, en: Newsletter}
  facebook:
    unit: per_1000
    title: {he: פייסבוק, ar: فيسبوك, en: Facebook}
  whatsapp:
    unit: per_1000
    title: {he: וואטסאפ, ar: واتساب, en: WhatsApp}
  zoom:
    unit: per_1000
    title: {he: זום, ar: زوم, en: Zoom}
  app:
    unit: per_1000
    title: {he: אפליקציה, ar: التطبيق, en: App}
caveats: [estimated, machine_opens_included, thresholded, partial_period]
owner: spokesperson
since: "2026-11"
revision: 2
*/
with visits as (
    -- The month as the platform counted it; days are added only where it did not.
    select
        authority, month, asset, space,
        coalesce(sum(case when period = 'month' then sessions end), sum(case when period = 'day' then sessions end), 0) as acts
    from visit
    where place = 'resident' and event_kind = '' and asset in ('website', 'app')
    group by authority, month, asset, space
),
acts as (
    select authority, month, asset, space, acts, '' as quality
    from visits
    union all
    select x.authority, x.month, x.asset, x.space, count(*), ''
    from message x
    join heard_space h on h.authority = x.authority and h.month = x.month and h.space = x.space
    where x.author_role = 'resident' and x.kind <> 'deleted' and x.asset in ('facebook', 'whatsapp')
    group by x.authority, x.month, x.asset, x.space
    union all
    select authority, month, asset, space, count(*), ''
    from attendance
    where role = 'resident' and asset = 'zoom'
    group by authority, month, asset, space
    union all
    -- A service that cannot tell machines apart counts them in; one that counted nothing says nothing.
    select
        authority, month, asset, space, sum(coalesce(unique_opens, unique_opens_all)),
        max(flags('machine_opens_included', unique_opens is null and unique_opens_all is not null))
    from mailing
    group by authority, month, asset, space
),
used as (
    select a.authority, a.month, a.asset, sum(a.acts) as acts, max(a.quality) as quality
    from acts a
    join space s on s.authority = a.authority and s.space = a.space and s.operated_by = 'authority'
    group by a.authority, a.month, a.asset
),
known as (
    select distinct authority, month, asset
    from covered
    where fact in ('visit', 'message', 'attendance', 'mailing') and asset is not null and is_measured = 1
)
select
    k.authority, k.month, k.asset as part, 1000.0 * coalesce(u.acts, 0) / nullif(p.residents, 0) as value,
    coalesce(u.acts, 0) as numerator, p.residents as denominator, coalesce(u.acts, 0) as n,
    concat_ws(' ', p.quality, u.quality) as quality
from known k
left join used u on u.authority = k.authority and u.month = k.month and u.asset = k.asset
left join population p on p.authority = k.authority and p.month = k.month
where k.asset in ('website', 'newsletter', 'facebook', 'whatsapp', 'zoom', 'app') and (u.month is null or u.acts is not null)

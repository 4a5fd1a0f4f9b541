/*
title:
  he: השתתפות תושבים במדידה
  ar: مشاركة السكان في القياس
  en: Residents who take part in measuring
question:
  he: מי שהזמנו לספר לנו מה הוא חושב, האם השיב, ומי חסר?
  ar: من دعوناه ليقول رأيه، هل أجاب، ومن الغائب؟
  en: Did those we invited to tell us what they think answer, and who is missing?
advice:
  he: לקבוצה שחסרה יותר מכולן לכו פנים אל פנים, עם מישהו שמכירים שם, עוד לפני הסקר הבא. ספרו קודם מה השתנה בזכות הסקר הקודם.
  ar: اذهبوا إلى الفئة الأكثر غيابًا وجهًا لوجه، مع من يُعرف هناك، قبل الاستطلاع القادم. واذكروا أولًا ما تغيّر بفضل السابق.
  en: Go in person to the group that is missing most, with somebody known there, before the next survey. Say first what changed because of the last one.
definition: >-
  Of the latest wave among residents within 12 months: people who answered / people invited or reached, as the survey's settings say (`invited`), else as
  staff entered for the month the wave closed in; no value where neither does, or where fewer were invited than answered. `completed`: people
  who answered. By mode, where it is told: share of those whose mode is told; shown of 30 answers or more of which no mode has one to nine people.
  Who is missing (`haredi`, `arab`, `women`, `aged_65`): the group's share among those who answered the question / its share of the residents, as staff
  entered its number; 1 is as many as in the town; not shown of one to nine people. Focus groups of the month and people in them, as entered.
definition_he: "בגל האחרון בקרב תושבים ב־12 חודשים: מי שענו חלקי מי שהוזמנו, לפי הגדרות הסקר או מה שהצוות הזין. לצידם: באיזו דרך ענו, מי חסר (חלקה של קבוצה בין המשיבים חלקי חלקה בין התושבים, 1 הוא כמו ביישוב), וקבוצות מיקוד."
definition_ar: "في آخر موجة بين السكان خلال 12 شهرًا: من أجابوا مقسومين على من دُعوا، بحسب إعدادات الاستطلاع أو ما أدخله الطاقم. إلى جانبها: بأي طريقة أجابوا، ومن الغائب (حصة الفئة بين المجيبين مقسومة على حصتها بين السكان، و1 كما في البلدة)، ومجموعات التركيز."
outcome: 1
aspect: resident_authority
method: mixed
unit: share
unit_words: {he: "מהמוזמנים לסקר", ar: "من المدعوين إلى الاستطلاع", en: "of those invited"}
grain: [authority, month]
needs: {"": [], completed: [], digital: [], in_person: [], phone: [], haredi: [], arab: [], women: [], aged_65: [], focus_groups: [], focus_people: []}
inputs: {coverage: [0, 0], population: [-11, 0], report: [-11, 0], survey_response: [-11, 0]}
parts:
  completed:
    unit: count
    title: {he: "השיבו על הסקר", ar: "أجابوا عن الاستطلاع", en: "Answered the survey"}
  digital:
    unit: share
    title: {he: "מהם השיבו ברשת", ar: "منهم أجابوا عبر الشبكة", en: "Of them online"}
  in_person:
    unit: share
    title: {he: "מהם השיבו פנים אל פנים", ar: "منهم أجابوا وجهًا لوجه", en: "Of them in person"}
  phone:
    unit: share
    title: {he: "מהם השיבו בטלפון", ar: "منهم أجابوا هاتفيًا", en: "Of them by phone"}
  haredi:
    unit: decimal
    title: {he: "החברה החרדית: חלקה במשיבים לעומת חלקה ביישוב", ar: "المجتمع الحريدي: حصته من المجيبين مقابل حصته في البلدة", en: "Haredi society: its share of answers against its share of the town"}
  arab:
    unit: decimal
    title: {he: "החברה הערבית: חלקה במשיבים לעומת חלקה ביישוב", ar: "المجتمع العربي: حصته من المجيبين مقابل حصته في البلدة", en: "Arab society: its share of answers against its share of the town"}
  women:
    unit: decimal
    title: {he: "נשים: חלקן במשיבים לעומת חלקן ביישוב", ar: "النساء: حصتهن من المجيبين مقابل حصتهن في البلدة", en: "Women: their share of answers against their share of the town"}
  aged_65:
    unit: decimal
    title: {he: "בני 65 ומעלה: חלקם במשיבים לעומת חלקם ביישוב", ar: "فوق 65 عامًا: حصتهم من المجيبين مقابل حصتهم في البلدة", en: "Aged 65 and over: their share of answers against their share of the town"}
  focus_groups:
    unit: count
    title: {he: "קבוצות מיקוד שהתקיימו", ar: "مجموعات تركيز عُقدت", en: "Focus groups held"}
  focus_people:
    unit: count
    title: {he: "אנשים בקבוצות מיקוד", ar: "أشخاص في مجموعات التركيز", en: "People in focus groups"}
caveats: [carried, opt_in_sample, entered_by_hand]
owner: community worker
since: "2026-12"
revision: 1
*/
with waves as (
    select
        m.authority, m.month, s.month as wave_month, s.wave, s.sample_type, max(s.closed_day) as closed_day, max(s.invited) as invited,
        count(distinct s.respondent) as completed,
        flags('carried', s.month < m.month, 'opt_in_sample', s.sample_type = 'opt_in') as quality,
        row_number() over (
            partition by m.authority, m.month order by s.month desc, s.sample_type desc, max(s.closed_day) desc, s.wave desc
        ) as place
    from months m
    join survey_response s on s.authority = m.authority and s.month <= m.month and s.month >= m.year_before
    where s.audience = 'residents'
    group by m.authority, m.month, s.month, s.wave, s.sample_type
),
told as (
    select
        authority, month,
        sum(case when part = 'invited' then amount end) as invited,
        sum(case when part = 'people_haredi' then amount end) as haredi,
        sum(case when part = 'people_arab' then amount end) as arab,
        sum(case when part = 'people_women' then amount end) as women,
        sum(case when part = 'people_65' then amount end) as aged_65
    from report
    where indicator = 'measurement.participation'
    group by authority, month
),
-- The wave that speaks for the month, with how many were invited, and by whom that is known.
wave as (
    select
        w.authority, w.month, w.wave_month, w.wave, w.sample_type, w.closed_day, w.completed, w.quality,
        coalesce(w.invited, t.invited) as invited,
        case when w.invited is null then 'entered' else 'surveyed' end as method
    from waves w
    left join told t on t.authority = w.authority and t.month = w.wave_month
    where w.place = 1
),
people as (
    select
        w.authority, w.month, w.closed_day, w.quality, w.wave_month, s.respondent,
        max(s.mode) as mode, max(s.society) as society, max(s.sex) as sex, max(s.age_band) as age_band
    from wave w
    join survey_response s
        on s.authority = w.authority and s.month = w.wave_month and s.wave = w.wave
        and s.sample_type = w.sample_type and s.audience = 'residents'
    group by w.authority, w.month, w.closed_day, w.quality, w.wave_month, s.respondent
),
modes as (
    select
        p.authority, p.month, p.closed_day, p.quality, k.mode as part,
        sum(case when p.mode = k.mode then 1 else 0 end) as people, count(p.mode) as told
    from people p
    cross join (values ('digital'), ('in_person'), ('phone')) as k(mode)
    group by p.authority, p.month, p.closed_day, p.quality, k.mode
),
-- The group of each question a respondent answered, and one she is not of: who does not say counts in neither.
groups as (
    select authority, month, closed_day, quality, wave_month, 'haredi' as part, case when society = 'haredi' then 1 else 0 end as is_of
    from people
    where society is not null
    union all
    select authority, month, closed_day, quality, wave_month, 'arab', case when society = 'arab' then 1 else 0 end
    from people
    where society is not null
    union all
    select authority, month, closed_day, quality, wave_month, 'women', case when sex = 'female' then 1 else 0 end
    from people
    where sex is not null
    union all
    select authority, month, closed_day, quality, wave_month, 'aged_65', case when age_band in ('65-74', '75+') then 1 else 0 end
    from people
    where age_band is not null
),
answering as (
    select authority, month, closed_day, quality, wave_month, part, sum(is_of) as people, count(*) as told
    from groups
    group by authority, month, closed_day, quality, wave_month, part
),
residents as (
    select
        a.authority, a.month, a.closed_day, a.quality, a.part, a.people, a.told, cast(p.residents as double) as residents,
        case a.part when 'haredi' then t.haredi when 'arab' then t.arab when 'women' then t.women else t.aged_65 end as of_group
    from answering a
    join told t on t.authority = a.authority and t.month = a.wave_month
    join population p on p.authority = a.authority and p.month = a.wave_month
),
focus as (
    select
        authority, month, count(subject) as entries, sum(case when part = 'groups' then amount else 0 end) as focus_groups,
        sum(case when part = 'people' then amount else 0 end) as focus_people
    from entered
    where indicator = 'focus_group'
    group by authority, month
)
select
    authority, month, '' as part, cast(completed as double) / cast(invited as double) as value, completed as numerator,
    cast(invited as double) as denominator, cast(invited as double) as n, closed_day as as_of, quality, method
from wave
where invited >= completed
union all
select authority, month, 'completed', completed, null, null, completed, closed_day, quality, 'surveyed'
from wave
union all
select
    authority, month, part, cast(people as double) / told, people, told, told, closed_day,
    concat_ws(' ', quality, flags('low_reliability', told < 50)), 'surveyed'
from modes
where told >= 30 and (authority, month) not in (select authority, month from modes where people between 1 and 9)
union all
select
    authority, month, part, (cast(people as double) / told) / (cast(of_group as double) / residents), null, null, told, closed_day,
    concat_ws(' ', quality, flags('low_reliability', told < 50)), 'surveyed'
from residents
where told >= 30 and of_group > 0 and of_group <= residents and people not between 1 and 9
union all
select
    authority, month, 'focus_groups', cast(focus_groups as double), null, null, focus_groups, null, '',
    case when entries = 0 then 'declared' else 'entered' end
from focus
union all
select
    authority, month, 'focus_people', cast(focus_people as double), null, null, focus_people, null, '',
    case when entries = 0 then 'declared' else 'entered' end
from focus

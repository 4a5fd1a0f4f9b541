/*
title:
  he: מה מונע שימוש בנכסים
  ar: ما الذي يعيق استعمال الأصول الرقمية
  en: What keeps residents from using the assets
question:
  he: מה מונע מתושבים להשתמש במרחבים הדיגיטליים של הרשות, ומה אפשר להסיר מהדרך?
  ar: ما الذي يمنع السكان من استعمال المساحات الرقمية للسلطة المحلية، وما الذي يمكن إزالته من الطريق؟
  en: What keeps residents from using the authority's digital spaces, and what can be taken out of the way?
advice:
  he: קחו את החסם הנפוץ ביותר ושבו עליו עם חמישה אנשים שציינו אותו, פנים אל פנים ולא ברשת. הסירו אותו לקבוצה אחת לפני שפונים לכולם.
  ar: خذوا العائق الأكثر شيوعًا واجلسوا بشأنه مع خمسة ممن ذكروه، وجهًا لوجه لا عبر الشبكة. أزيلوه لفئة واحدة قبل التوجّه إلى الجميع.
  en: Take the commonest one and sit down about it with five people who named it, in person and not online. Remove it for one group before turning to all.
when:
  real_rise: {he: "קחו את החסם הנפוץ ביותר ושבו עליו עם חמישה אנשים שציינו אותו, פנים אל פנים.", ar: "خذوا العائق الأكثر شيوعًا واجلسوا بشأنه وجهًا لوجه مع خمسة أشخاص ذكروه.", en: "Take the commonest barrier and sit down about it in person with five people who named it."}
  real_fall: {he: "ספרו איזה חסם הוסר ולמי, ובחרו את הבא בתור.", ar: "أخبروا أي عائق أُزيل ولمن، واختاروا العائق التالي.", en: "Tell which barrier was removed and for whom, and choose the next one."}
definition: >-
  Share of respondents whom something keeps from using the authority's digital assets, or makes it hard, over all who answered the
  question, which also offers "nothing"; each barrier apart, over the same people, who may name several. Latest wave among residents of the last 12 months. Beside
  it `focus_` and the barrier: focus groups of the month in which it came up, as staff coded them; zero where none did and the topic was declared complete, else not known.
  Only the whole is given: figures by society and age wait for disclosure control.
definition_he: "שיעור המשיבים שמשהו מונע או מקשה עליהם להשתמש בנכסים הדיגיטליים של הרשות, מתוך כל מי שענו על השאלה, שאפשר לענות בה גם ״שום דבר״; כל חסם בנפרד, ואפשר לציין כמה. לצידם: חסמים שעלו בקבוצות מיקוד של החודש."
definition_ar: "نسبة المجيبين الذين يمنعهم شيء من استعمال الأصول الرقمية للسلطة المحلية أو يصعّبه عليهم، من كل من أجابوا عن السؤال، الذي يمكن الإجابة فيه أيضًا «لا شيء»؛ كل عائق على حدة ويمكن ذكر عدة منها. إلى جانبها: عوائق طُرحت في مجموعات تركيز هذا الشهر."
outcome: 4
aspect: societies
method: surveyed
unit: share
unit_words: {he: "מהמשיבים לסקר", ar: "من المجيبين عن الاستطلاع", en: "of those surveyed"}
better: lower
grain: [authority, month]
needs: {focus_not_known: [], focus_language: [], focus_skills: [], focus_no_device: [], focus_trust: [], focus_religious: [], focus_no_time: [], focus_not_relevant: [], focus_other: []}
inputs: {coverage: [0, 0], report: [0, 0], survey_response: [-11, 0]}
parts:
  not_known:
    unit: share
    title: {he: "לא ידעו שהנכסים קיימים", ar: "لم يعرفوا بوجودها", en: "Did not know of them"}
  language:
    unit: share
    title: {he: "לא בשפה שנוחה להם", ar: "ليست بلغة مريحة لهم", en: "Not in their language"}
  skills:
    unit: share
    title: {he: "קשה להם להשתמש במכשיר", ar: "يصعب عليهم استعمال الجهاز", en: "Find using a device hard"}
  no_device:
    unit: share
    title: {he: "אין מכשיר או אינטרנט", ar: "لا جهاز أو إنترنت", en: "No device or internet"}
  trust:
    unit: share
    title: {he: "לא סומכים על מה שנעשה עם מה שיכתבו", ar: "لا يثقون بما يُفعل بما يكتبون", en: "Do not trust what is done with what they write"}
  religious:
    unit: share
    title: {he: "מטעמי דת", ar: "لأسباب دينية", en: "Religious reasons"}
  no_time:
    unit: share
    title: {he: "אין זמן", ar: "لا وقت", en: "No time"}
  not_relevant:
    unit: share
    title: {he: "אין שם מה שנוגע להם", ar: "ليس فيها ما يخصهم", en: "Nothing there concerns them"}
  other:
    unit: share
    title: {he: "סיבה אחרת", ar: "سبب آخر", en: "Another reason"}
  focus_not_known:
    unit: count
    title: {he: "קבוצות מיקוד שהעלו: לא ידעו שהנכסים קיימים", ar: "مجموعات تركيز ذكرت: لم يعرفوا بوجودها", en: "Focus groups that named: Did not know of them"}
  focus_language:
    unit: count
    title: {he: "קבוצות מיקוד שהעלו: לא בשפה שנוחה להם", ar: "مجموعات تركيز ذكرت: ليست بلغة مريحة لهم", en: "Focus groups that named: Not in their language"}
  focus_skills:
    unit: count
    title: {he: "קבוצות מיקוד שהעלו: קשה להם להשתמש במכשיר", ar: "مجموعات تركيز ذكرت: يصعب عليهم استعمال الجهاز", en: "Focus groups that named: Find using a device hard"}
  focus_no_device:
    unit: count
    title: {he: "קבוצות מיקוד שהעלו: אין מכשיר או אינטרנט", ar: "مجموعات تركيز ذكرت: لا جهاز أو إنترنت", en: "Focus groups that named: No device or internet"}
  focus_trust:
    unit: count
    title: {he: "קבוצות מיקוד שהעלו: לא סומכים על מה שנעשה עם מה שיכתבו", ar: "مجموعات تركيز ذكرت: لا يثقون بما يُفعل بما يكتبون", en: "Focus groups that named: Do not trust what is done with what they write"}
  focus_religious:
    unit: count
    title: {he: "קבוצות מיקוד שהעלו: מטעמי דת", ar: "مجموعات تركيز ذكرت: لأسباب دينية", en: "Focus groups that named: Religious reasons"}
  focus_no_time:
    unit: count
    title: {he: "קבוצות מיקוד שהעלו: אין זמן", ar: "مجموعات تركيز ذكرت: لا وقت", en: "Focus groups that named: No time"}
  focus_not_relevant:
    unit: count
    title: {he: "קבוצות מיקוד שהעלו: אין שם מה שנוגע להם", ar: "مجموعات تركيز ذكرت: ليس فيها ما يخصهم", en: "Focus groups that named: Nothing there concerns them"}
  focus_other:
    unit: count
    title: {he: "קבוצות מיקוד שהעלו: סיבה אחרת", ar: "مجموعات تركيز ذكرت: سبب آخر", en: "Focus groups that named: Another reason"}
caveats: [carried, opt_in_sample, low_reliability, unweighted, entered_by_hand]
owner: community worker
since: "2026-12"
revision: 1
*/
with answers as (
    select
        authority, month, closed_day, quality, respondent, cast(weight as decimal(18, 6)) as weight, score,
        case item
            when 'barriers_1' then 'not_known'
            when 'barriers_2' then 'language'
            when 'barriers_3' then 'skills'
            when 'barriers_4' then 'no_device'
            when 'barriers_5' then 'trust'
            when 'barriers_6' then 'religious'
            when 'barriers_7' then 'no_time'
            when 'barriers_8' then 'not_relevant'
            when 'barriers_9' then 'other'
        end as part
    from survey_answer
    where indicator = 'measurement.barriers' and audience = 'residents'
),
people as (
    -- Who says that nothing keeps her answers the question too, and names no barrier.
    select
        authority, month, closed_day, quality, '' as part, respondent, max(weight) as weight,
        max(case when part is null then 1 else score end) as score
    from answers
    group by authority, month, closed_day, quality, respondent
    union all
    select authority, month, closed_day, quality, part, respondent, weight, score
    from answers
    where part is not null
),
barriers(part) as (
    values ('not_known'), ('language'), ('skills'), ('no_device'), ('trust'), ('religious'), ('no_time'), ('not_relevant'), ('other')
),
focus as (
    select e.authority, e.month, e.part, sum(e.amount) as groups, 'entered' as method
    from entered e
    join barriers b on b.part = e.part
    where e.indicator = 'focus_group'
    group by e.authority, e.month, e.part
    union all
    -- That no group named a barrier is known only where staff declared that all groups of the month are written down.
    select d.authority, d.month, b.part, 0, 'declared'
    from entered d
    cross join barriers b
    left join entered e
        on e.authority = d.authority and e.month = d.month and e.indicator = d.indicator and e.part = b.part
    where d.indicator = 'focus_group' and d.subject is null and e.part is null
)
select
    authority, month, part,
    cast(sum(case when score >= 4 then weight else 0 end) as double) / cast(sum(weight) as double) as value,
    cast(sum(case when score >= 4 then weight else 0 end) as double) as numerator, cast(sum(weight) as double) as denominator,
    count(*) as n, effective(weight) as n_effective, closed_day as as_of, quality, 'surveyed' as method
from people
group by authority, month, part, closed_day, quality
union all
select
    authority, month, concat('focus_', part), cast(groups as double), null, null, groups, null, null, '', method
from focus

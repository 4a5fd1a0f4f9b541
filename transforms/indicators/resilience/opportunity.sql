/*
title:
  he: הזדמנויות בזכות המרחב הדיגיטלי
  ar: فرص بفضل المساحات الرقمية
  en: Opportunities reached through the digital spaces
question:
  he: לכמה תושבים המרחבים הדיגיטליים כאן פתחו דלת בשנה האחרונה?
  ar: لكم من السكان فتحت المساحات الرقمية هنا بابًا في السنة الأخيرة؟
  en: For how many residents have the digital spaces here opened a door in the last year?
advice:
  he: ספרו בקבוצה סיפור אחד של מי שמצא עבודה, זכות או עזרה דרכה, ובקשו עוד אחד.
  ar: احكوا في المجموعة قصة واحدة لمن وجد عملًا أو حقًا أو مساعدة من خلالها، واطلبوا قصة أخرى.
  en: Tell the group one story of somebody who found work, a right or help through it, and ask for another.
definition: >-
  Share of respondents who say that in the last year, through the digital spaces of the authority or of residents, they learnt something, found work
  or clients, used a right or a service they had not known, or were helped by somebody here: at least one of the four, over those who
  answered any. Each kind apart is over those who answered its item. Latest wave of the last 12 months; waves are never pooled.
definition_he: "שיעור המשיבים שבשנה האחרונה, בזכות המרחבים הדיגיטליים של הרשות או של תושבים, למדו משהו, מצאו עבודה או לקוחות, מימשו זכות או שירות שלא הכירו, או קיבלו עזרה: לפחות אחד מן הארבעה. כל סוג גם בנפרד."
definition_ar: "نسبة المجيبين الذين تعلّموا شيئًا في السنة الأخيرة عبر المساحات الرقمية للسلطة المحلية أو للسكان، أو وجدوا عملًا أو زبائن، أو نالوا حقًا أو خدمة لم يعرفوها، أو تلقّوا مساعدة: واحدًا من الأربعة على الأقل. كل نوع على حدة أيضًا."
outcome: 5
aspect: resilience
method: surveyed
unit: share
unit_words: {he: "מהמשיבים לסקר", ar: "من المجيبين عن الاستطلاع", en: "of those surveyed"}
grain: [authority, month]
inputs: {survey_response: [-11, 0]}
parts:
  learnt:
    unit: share
    title: {he: "למדו משהו חדש", ar: "تعلموا شيئًا جديدًا", en: "Learnt something"}
  work:
    unit: share
    title: {he: "מצאו עבודה או לקוחות", ar: "وجدوا عملًا أو زبائن", en: "Found work or clients"}
  right_used:
    unit: share
    title: {he: "מימשו זכות או שירות שלא הכירו", ar: "حصلوا على حق أو خدمة لم يعرفوها", en: "Used a right or service they had not known"}
  helped:
    unit: share
    title: {he: "קיבלו עזרה מתושב או תושבת", ar: "ساعدهم أحد من البلدة", en: "Were helped by somebody here"}
caveats: [carried, opt_in_sample, low_reliability, unweighted]
owner: community worker
since: "2026-12"
revision: 1
*/
with answers as (
    select
        authority, month, closed_day, quality, respondent, cast(weight as decimal(18, 6)) as weight, score,
        case item
            when 'opportunity_1' then 'learnt'
            when 'opportunity_2' then 'work'
            when 'opportunity_3' then 'right_used'
            when 'opportunity_4' then 'helped'
        end as part
    from survey_answer
    where indicator = 'resilience.opportunity' and audience = 'residents'
),
people as (
    select authority, month, closed_day, quality, '' as part, respondent, max(weight) as weight, max(score) as score
    from answers
    group by authority, month, closed_day, quality, respondent
    union all
    select authority, month, closed_day, quality, part, respondent, weight, score
    from answers
)
select
    authority, month, part,
    cast(sum(case when score >= 4 then weight else 0 end) as double) / cast(sum(weight) as double) as value,
    cast(sum(case when score >= 4 then weight else 0 end) as double) as numerator, cast(sum(weight) as double) as denominator,
    count(*) as n, effective(weight) as n_effective, closed_day as as_of, quality
from people
group by authority, month, part, closed_day, quality

/*
title:
  he: חוסן הקהילה בעיני התושבים
  ar: مناعة المجتمع كما يراها السكان
  en: Community resilience as residents see it
question:
  he: האם הקהילה כאן חסינה בעיני תושביה?
  ar: هل يرى السكان مجتمعهم متماسكًا وقادرًا على الصمود؟
  en: Is the community resilient in its residents' own eyes?
advice:
  he: הסתכלו קודם איזה משלושת הגורמים נמוך ובו תתחילו; המדד עולה לאט, ושינוי של חודש אחד אינו סיבה להיבהל.
  ar: انظروا أولًا أيّ العوامل الثلاثة منخفض وابدأوا به؛ المؤشر يرتفع ببطء، وتغيّر شهر واحد ليس سببًا للقلق.
  en: See first which of the three factors is low and begin there; the index rises slowly, and one month's change is no cause for alarm.
when:
  real_rise: {he: "ספרו לתושבים על השיפור ובזכות מי הוא בא, והמשיכו במה שכבר עובד.", ar: "أخبروا السكان بالتحسّن وبفضل من تحقق، وواصلوا ما ينجح أصلًا.", en: "Tell residents of the improvement and whom it is owed to, and go on with what works."}
  real_fall: {he: "ראו איזה משלושת הגורמים ירד, ושבו עליו החודש עם תושבים מהקבוצה שבה הוא נמוך.", ar: "انظروا أي العوامل الثلاثة تراجع، واجلسوا بشأنه هذا الشهر مع سكان من الفئة التي هو منخفض فيها.", en: "See which of the three factors fell, and sit down about it this month with residents of the group where it is low."}
  no_signal: {he: "המדד עולה לאט: בחרו את הגורם הנמוך מהשלושה, וקבעו לו פעולה משותפת אחת עד הסקר הבא.", ar: "المؤشر يرتفع ببطء: اختاروا أدنى العوامل الثلاثة، وحدّدوا له عملًا مشتركًا واحدًا حتى الاستطلاع القادم.", en: "The index rises slowly: choose the lowest of the three factors, and set one shared act for it until the next survey."}
definition: Three factors, social capital, satisfaction and attachment (1 to 5). A respondent has a factor when at least half of its items asked in the wave were answered; the total is the mean, over respondents with all three, of the mean of their three factor means; parts are the means of each factor over those who have it. Latest wave of the last 12 months; only the whole, cuts wait for disclosure control.
definition_he: "ממוצע (1 עד 5) של שלושה גורמים: הון חברתי, שביעות רצון וזיקה ליישוב, של מי שענו על מחצית השאלות לפחות בכל אחד מהם, בגל האחרון של 12 החודשים. לצידו כל גורם בנפרד."
definition_ar: "متوسط (1 إلى 5) لثلاثة عوامل: رأس المال الاجتماعي والرضا والارتباط بالبلدة، لمن أجابوا عن نصف أسئلة كل منها على الأقل، في آخر موجة من الأشهر الـ12. إلى جانبه كل عامل على حدة."
outcome: 5
aspect: resilience
method: surveyed
unit: score_1_5
unit_words: {he: "ממוצע התשובות בסקר", ar: "متوسط الإجابات في الاستطلاع", en: "mean of the survey's answers"}
grain: [authority, month]
inputs: {survey_response: [-11, 0]}
parts:
  social_capital:
    unit: score_1_5
    title: {he: הון חברתי, ar: رأس المال الاجتماعي, en: Social capital}
  satisfaction:
    unit: score_1_5
    title: {he: שביעות רצון, ar: الرضا, en: Satisfaction}
  attachment:
    unit: score_1_5
    title: {he: זיקה ליישוב, ar: الارتباط بالبلدة, en: Attachment}
caveats: [carried, opt_in_sample, low_reliability, unweighted]
owner: community worker
since: "2026-11"
revision: 2
*/
with factors as (
    select authority, month, closed_day, quality, scale, respondent, weight, score
    from survey_factor
    where indicator = 'resilience.index' and audience = 'residents' and scale in ('social_capital', 'satisfaction', 'attachment')
),
people as (
    select
        authority, month, closed_day, quality, '' as part, max(weight) as weight,
        cast(cast(sum(score) as decimal(18, 6)) / 3 as decimal(18, 6)) as score
    from factors
    group by authority, month, closed_day, quality, respondent
    having count(*) = 3
    union all
    select authority, month, closed_day, quality, scale, weight, score
    from factors
)
select
    authority, month, part, cast(sum(weight * score) as double) / cast(sum(weight) as double) as value,
    count(*) as n, effective(weight) as n_effective, spread(score, weight) as variance, closed_day as as_of, quality
from people
group by authority, month, part, closed_day, quality

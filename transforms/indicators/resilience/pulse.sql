/*
title:
  he: דופק הרבעון
  ar: نبض ربع السنة
  en: The quarter's pulse
question:
  he: מה תושבים מרגישים ברבעון הזה, ולאן זה הולך בין סקר לסקר?
  ar: ماذا يشعر السكان في هذا الربع من السنة، وإلى أين يتجه ذلك بين استطلاع وآخر؟
  en: What do residents feel this quarter, and where is it going between one survey and the next?
advice:
  he: קראו תחילה את השאלה הנמוכה מהשש, ושאלו עליה בקבוצה שאלה פתוחה אחת. דופק של רבעון אחד הוא סימן ולא מסקנה.
  ar: اقرأوا أولًا أدنى الأسئلة الستة، واطرحوا عنه في المجموعة سؤالًا مفتوحًا واحدًا. نبض ربع واحد علامة لا استنتاج.
  en: Read the lowest of the six first, and ask one open question about it in the group. The pulse of one quarter is a sign, not a conclusion.
when:
  real_rise: {he: "ספרו לתושבים מה השתפר ברבעון הזה ובזכות מי, והשאירו את הטופס פתוח.", ar: "أخبروا السكان بما تحسّن في هذا الربع وبفضل من، وأبقوا الاستمارة مفتوحة.", en: "Tell residents what became better this quarter and whom it is owed to, and leave the form open."}
  real_fall: {he: "שבו עוד החודש עם חמישה תושבים על השאלה שירדה יותר מכול, לפני הסקר הבא.", ar: "اجلسوا هذا الشهر مع خمسة من السكان بشأن السؤال الذي تراجع أكثر من غيره، قبل الاستطلاع القادم.", en: "Sit down this month with five residents about the question that fell most, before the next survey."}
definition: >-
  Mean (1 to 5) of the six questions that are always open, each respondent averaged first, of a calendar quarter; parts are the means of the single
  questions, the one on being alone turned round. A person counts once a quarter, by the latest answer under her own code. The figure stands in the quarter's last
  month and is carried for a year. It is another questionnaire than the yearly wave, and never pooled with it.
definition_he: "ממוצע (1 עד 5) של שש השאלות הפתוחות תמיד, ברבעון; לצידו ממוצע כל שאלה. אדם נספר פעם ברבעון, לפי תשובתו האחרונה. זה שאלון אחר מן הסקר השנתי, והם אינם מאוחדים."
definition_ar: "متوسط (1 إلى 5) للأسئلة الستة المفتوحة دائمًا، في ربع السنة؛ وإلى جانبه متوسط كل سؤال. الشخص يُحتسب مرة في ربع السنة بحسب إجابته الأخيرة. هذه استمارة غير الاستطلاع السنوي، ولا تُدمج معه."
outcome: 5
aspect: resilience
method: surveyed
unit: score_1_5
unit_words: {he: "ממוצע תשובות הרבעון", ar: "متوسط إجابات ربع السنة", en: "mean of the quarter's answers"}
is_quarterly: true
grain: [authority, month]
inputs: {survey_response: [-13, 0]}
parts:
  heard:
    unit: score_1_5
    title: {he: "מרגישים שמקשיבים להם", ar: "يشعرون بأن هناك من يصغي إليهم", en: "Feel listened to"}
  belonging:
    unit: score_1_5
    title: {he: "מרגישים חלק מהקהילה", ar: "يشعرون بأنهم جزء من المجتمع", en: "Feel part of the community"}
  help:
    unit: score_1_5
    title: {he: "יש מי שיבוא לעזור", ar: "هناك من سيأتي للمساعدة", en: "Somebody would come to help"}
  services:
    unit: score_1_5
    title: {he: "מרוצים מאיך שדברים מתנהלים", ar: "راضون عن سير الأمور", en: "Content with how things are run"}
  not_alone:
    unit: score_1_5
    title: {he: "לא מרגישים לבד", ar: "لا يشعرون بالوحدة", en: "Do not feel alone"}
  confidence:
    unit: score_1_5
    title: {he: "מסתכלים בביטחון קדימה", ar: "ينظرون بثقة إلى القادم", en: "Look ahead with confidence"}
caveats: [carried, opt_in_sample, low_reliability, unweighted]
owner: community worker
since: "2026-12"
revision: 1
*/
with figures as (
    select authority, month, closed_day, quality, '' as part, cast(weight as decimal(18, 6)) as weight, score
    from survey_person
    where indicator = 'resilience.pulse' and audience = 'pulse'
    union all
    select
        authority, month, closed_day, quality,
        case item
            when 'pulse_1' then 'heard'
            when 'pulse_2' then 'belonging'
            when 'pulse_3' then 'help'
            when 'pulse_4' then 'services'
            when 'pulse_5' then 'not_alone'
            when 'pulse_6' then 'confidence'
        end as part,
        cast(weight as decimal(18, 6)) as weight, cast(score as decimal(18, 6)) as score
    from survey_answer
    where indicator = 'resilience.pulse' and audience = 'pulse'
)
select
    authority, month, part, cast(sum(weight * score) as double) / cast(sum(weight) as double) as value,
    count(*) as n, effective(weight) as n_effective, spread(score, weight) as variance, closed_day as as_of, quality
from figures
where part is not null
group by authority, month, part, closed_day, quality

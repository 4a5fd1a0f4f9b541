/*
title:
  he: מעורבות תושבים במפגש ולאחריו
  ar: مشاركة السكان في اللقاء وبعده
  en: Residents who took part in and after the meeting
question:
  he: כמה מהמשתתפים אמרו משהו, שאלו, הצביעו או כתבו, ולא רק הקשיבו?
  ar: كم من الحاضرين تحدثوا أو سألوا أو صوّتوا أو كتبوا ولم يكتفوا بالاستماع؟
  en: How many of those present said, asked, voted or wrote something, and did not only listen?
advice:
  he: פתחו כל מפגש בשאלה קצרה בצ'אט או בהצבעה בדקה הראשונה; מי שכתב פעם אחת ידבר אחר כך.
  ar: افتتحوا كل لقاء بسؤال قصير في الدردشة أو بتصويت في الدقيقة الأولى؛ من كتب مرة سيتحدث لاحقًا.
  en: Open every meeting with a short chat question or a vote in the first minute; whoever wrote once will speak later.
definition: >-
  Residents' attendances with at least one act (spoke, wrote in chat, voted, asked, or wrote in the meeting's space from its start until 72 hours
  after its end) over residents' attendances for which the platform tells of at least one kind of act; public-participation and residents' meetings of
  the month. `feedback`: people who answered the form after a meeting, in waves of those who come out of one that closed in the month, over the same
  attendances; the form bears no names, so that who acted and who wrote afterwards cannot be put together, and it stands apart. Where no such form was
  used, or more answered it than were there, nothing is said of it. `feedback_score`: mean (1 to 5) of its items, each respondent averaged first, from
  30 answers.
definition_he: "שיעור הנוכחויות שבהן התושב דיבר, כתב, הצביע או שאל, במפגש או עד 72 שעות אחריו במרחב שלו, מתוך הנוכחויות שידוע בהן דבר כזה. לצידן: מי שענו על טופס המשוב, בנפרד, כי בטופס אין שמות."
definition_ar: "نسبة مرات الحضور التي تكلّم فيها الساكن أو كتب أو صوّت أو سأل، في اللقاء أو حتى 72 ساعة بعده في مساحته، من مرات الحضور التي يُعرف فيها ذلك. إلى جانبها، منفصلين، من أجابوا عن استمارة الملاحظات، لأنها بلا أسماء."
outcome: 1
aspect: resident_authority
method: measured
unit: share
unit_words: {he: "מהתושבים שנכחו", ar: "من السكان الذين حضروا", en: "of the residents present"}
grain: [authority, month]
assets: [zoom]
needs: {"": [attendance.acts, gathering.kind], feedback: [attendance, gathering.kind], feedback_score: []}
inputs: {attendance: [0, 0], coverage: [0, 0], gathering: [0, 0], message: [0, 1], survey_response: [0, 0]}
parts:
  spoke:
    unit: share
    title: {he: דיברו, ar: تحدثوا, en: Spoke}
  wrote:
    unit: share
    title: {he: "כתבו בצ'אט או אחרי המפגש", ar: كتبوا في الدردشة أو بعد اللقاء, en: Wrote in chat or afterwards}
  voted:
    unit: share
    title: {he: הצביעו בסקר, ar: صوّتوا في استطلاع, en: Voted in a poll}
  asked:
    unit: share
    title: {he: שאלו שאלה, ar: طرحوا سؤالًا, en: Asked a question}
  feedback:
    unit: share
    title: {he: מילאו משוב אחרי המפגש, ar: عبّأوا استمارة رأي بعد اللقاء, en: Gave feedback after the meeting}
  feedback_score:
    unit: score_1_5
    title: {he: "מה אמרו במשוב (1 עד 5)", ar: "ما قالوه في الاستمارة (1 إلى 5)", en: "What the feedback says (1 to 5)"}
caveats: [opt_in_sample, low_reliability, unweighted]
owner: community worker
since: "2026-11"
revision: 2
*/
with residents as (
    select
        t.authority, t.month, t.started_at, t.minutes, a.gathering, a.attendee, a.person, a.space,
        a.has_spoken, a.has_chatted, a.has_voted, a.has_asked
    from meeting t
    join attendance a on a.authority = t.authority and a.gathering = t.gathering
    where a.asset = 'zoom' and a.role = 'resident'
),
written as (
    select distinct r.authority, r.gathering, r.attendee
    from residents r
    join message t on t.authority = r.authority and t.space = r.space and t.author = r.person
    where t.kind <> 'deleted' and t.sent_at >= r.started_at
        and t.sent_at <= r.started_at + r.minutes * interval '1' minute + interval '3' day
),
acts as (
    -- What the platform does not say is null, and is no refusal to act.
    select
        r.authority, r.month,
        case when r.has_spoken then 1 when not r.has_spoken then 0 end as spoke,
        case when r.has_chatted or w.attendee is not null then 1 when not r.has_chatted then 0 end as wrote,
        case when r.has_voted then 1 when not r.has_voted then 0 end as voted,
        case when r.has_asked then 1 when not r.has_asked then 0 end as asked
    from residents r
    left join written w on w.authority = r.authority and w.gathering = r.gathering and w.attendee = r.attendee
),
told as (
    select authority, month, '' as part, greatest(spoke, wrote, voted, asked) as has_acted from acts
    union all
    select authority, month, 'spoke', spoke from acts where spoke is not null
    union all
    select authority, month, 'wrote', wrote from acts where wrote is not null
    union all
    select authority, month, 'voted', voted from acts where voted is not null
    union all
    select authority, month, 'asked', asked from acts where asked is not null
),
-- A respondent of a form after a meeting, her answers averaged first.
feedback as (
    select
        authority, month, wave, sample_type, weighted_by, respondent, cast(max(weight) as decimal(18, 6)) as weight,
        cast(cast(sum(score) as decimal(18, 6)) / count(*) as decimal(18, 6)) as score
    from survey_response
    where audience = 'meeting' and indicator = 'zoom.participation'
    group by authority, month, wave, sample_type, weighted_by, respondent
),
answered as (
    select authority, month, count(*) as people, max(sample_type) as sample_type
    from feedback
    group by authority, month
),
-- Where a part of the month's respondents was drawn, they speak: the two kinds of sample are never one figure.
rated as (
    select
        f.authority, f.month, count(*) as people, effective(f.weight) as n_effective, spread(f.score, f.weight) as variance,
        flags('opt_in_sample', min(f.sample_type) = 'opt_in', 'unweighted', min(f.weighted_by) = '') as quality,
        cast(sum(f.weight * f.score) as double) / cast(sum(f.weight) as double) as score
    from months m
    join answered a on a.authority = m.authority and a.month = m.month
    join feedback f on f.authority = a.authority and f.month = a.month and f.sample_type = a.sample_type
    group by f.authority, f.month
),
present as (
    select authority, month, count(*) as residents
    from residents
    group by authority, month
)
select
    p.authority, p.month, 'feedback' as part, cast(a.people as double) / p.residents as value, a.people as numerator,
    p.residents as denominator, p.residents as n, cast(null as double) as n_effective, cast(null as double) as variance,
    '' as quality, 'measured' as method
from present p
join answered a on a.authority = p.authority and a.month = p.month and a.people <= p.residents
union all
select authority, month, 'feedback_score', score, null, null, people, n_effective, variance, quality, 'surveyed'
from rated
union all
select
    c.authority, c.month, coalesce(t.part, '') as part,
    cast(sum(t.has_acted) as double) / nullif(count(t.has_acted), 0) as value,
    coalesce(sum(t.has_acted), 0) as numerator, count(t.has_acted) as denominator, count(t.has_acted) as n, null, null, '', 'measured'
from covered c
left join told t on t.authority = c.authority and t.month = c.month
where c.fact = 'attendance' and c.asset = 'zoom'
group by c.authority, c.month, t.part

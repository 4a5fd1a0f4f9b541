/*
title:
  he: שאלות תושבים שנענו תוך שני ימי עבודה
  ar: أسئلة السكان التي رُدّ عليها خلال يومَي عمل
  en: Residents' questions answered within two working days
question:
  he: כשתושב שואל או פונה, בכל ערוץ שהוא, האם הרשות עונה תוך שני ימי עבודה?
  ar: حين يسأل أحد السكان أو يتوجّه، في أي قناة كانت، هل تردّ السلطة المحلية خلال يومَي عمل؟
  en: When a resident asks or turns to the authority, on whatever channel, is there an answer within two working days?
advice:
  he: הבטיחו בפומבי מענה תוך שני ימי עבודה, והתחילו מהערוץ החלש ביותר. גם ״ראינו, נחזור ביום חמישי״ הוא מענה.
  ar: عِدوا علنًا بالرد خلال يومَي عمل، وابدأوا من القناة الأضعف. حتى «رأينا، نعود إليكم يوم الخميس» هو رد.
  en: Promise an answer within two working days in public, and begin with the weakest channel. Even “we saw it, we will be back on Thursday” is an answer.
when:
  real_rise: {he: "פרסמו את השיפור, ורשמו את סדר העבודה שהביא לו, כולל מי מחליף בימי חופשה.", ar: "انشروا التحسّن، ودوّنوا طريقة العمل التي أوصلت إليه، ومن ينوب في أيام العطلة.", en: "Tell of the improvement, and write down the way of working that led to it, with who stands in on days off."}
  real_fall: {he: "בדקו השבוע באיזה ערוץ נתקעו השאלות וקבעו בו תורן; גם ״ראינו, נחזור ביום חמישי״ הוא מענה.", ar: "تحققوا هذا الأسبوع في أي قناة تعطّلت الأسئلة وعيّنوا لها مناوبًا؛ حتى «رأينا، وسنعود يوم الخميس» ردّ.", en: "Find out this week in which channel questions got stuck and name somebody on duty there; even “we saw it, we will be back on Thursday” is an answer."}
  no_signal: {he: "התחילו מהערוץ החלש ביותר: עשרים דקות ביום, ותשובה לשלוש השאלות הישנות.", ar: "ابدؤوا بأضعف قناة: عشرون دقيقة في اليوم، وجواب عن أقدم ثلاثة أسئلة.", en: "Begin with the weakest channel: twenty minutes a day, and an answer to the three oldest questions."}
definition: >-
  Questions of residents in the authority's groups and pages, whatever is written to its hotline, and requests through site, app and the register of the call centre (kinds
  request, contact, application), of which the authority's first answer came before the third working day after the day of asking began; over all of those for which two working
  days have passed while somebody listened. Working days are those of the town's calendar; answers as in the answers of each channel. A channel of which messages are heard is
  counted by its messages, and requests registered from it are not counted again. Each channel apart; of those nobody listens to, what staff entered.
definition_he: "שאלות של תושבים בקבוצות ובעמודים, כל מה שנכתב לקו הפניות, ופניות באתר, באפליקציה ובמוקד, שנענו לפני יום העבודה השלישי שאחרי יום השאלה, מתוך כל אלה שכבר עברו בהם שני ימי עבודה. ימי העבודה הם לפי לוח היישוב."
definition_ar: "أسئلة السكان في المجموعات والصفحات، وكل ما يُكتب إلى خط التوجّهات، والتوجّهات عبر الموقع والتطبيق ومركز الاتصال، التي رُدّ عليها قبل يوم العمل الثالث بعد يوم السؤال، من كل ما مضى عليه يوما عمل. أيام العمل بحسب تقويم البلدة."
outcome: 1
aspect: response
method: mixed
unit: share
unit_words: {he: "מהשאלות של תושבים", ar: "من أسئلة السكان", en: "of residents' questions"}
grain: [authority, month]
needs:
  website: [request.answer@website]
  app: [request.answer@app]
  phone: [request.answer@phone]
  whatsapp: [message.role.reply@whatsapp|request.answer@whatsapp]
  facebook: [message.role.reply@facebook|request.answer@facebook]
  email: [request.answer@phone]
spaces: {kinds: [open, group, hotline, page, site, app]}
sum_of: [website, app, phone, whatsapp, facebook]
own_bases: true
windows: {website: 2 working days, app: 2 working days, phone: 2 working days, whatsapp: 2 working days, facebook: 2 working days, email: 2 working days}
inputs: {coverage: [0, 1], message: [0, 1], report: [0, 0], request: [0, 0], space: [0, 0], working_day: [0, 2]}
parts:
  website:
    unit: share
    title: {he: באתר, ar: في الموقع, en: Through the site}
  app:
    unit: share
    title: {he: באפליקציה, ar: في التطبيق, en: Through the app}
  phone:
    unit: share
    title: {he: "במוקד: טלפון, דואר ודלפק", ar: "في مركز الاتصال: الهاتف والبريد والشبّاك", en: "The call centre: phone, mail and counter"}
  whatsapp:
    unit: share
    title: {he: בוואטסאפ, ar: في واتساب, en: On WhatsApp}
  facebook:
    unit: share
    title: {he: בפייסבוק, ar: في فيسبوك, en: On Facebook}
  email:
    unit: share
    title: {he: "מהן בדואר אלקטרוני, במוקד", ar: "منها عبر البريد الإلكتروني، في مركز الاتصال", en: "Of the call centre's, by e-mail"}
caveats: [inferred, by_name, partial_period, entered_by_hand]
owner: resident service manager
since: "2026-11"
revision: 2
*/
with spoken as (
    select distinct authority, month, asset as channel
    from covered_space
    where fact = 'message' and asset in ('whatsapp', 'facebook') and operated_by = 'authority'
        and space_kind in ('open', 'group', 'hotline', 'page')
),
heard as (
    select authority, month, channel from spoken
    union
    select authority, month, case when asset in ('website', 'app', 'whatsapp', 'facebook') then asset else 'phone' end
    from covered
    where fact = 'request'
),
brought as (
    select authority, month, asset as channel, '' as way, is_due, is_in_time
    from matter_answer
    where asset in ('whatsapp', 'facebook') and (is_question or space_kind = 'hotline')
    union all
    select
        r.authority, r.month, case when r.asset in ('website', 'app', 'whatsapp', 'facebook') then r.asset else 'phone' end,
        coalesce(r.channel, ''), r.is_due, r.is_in_time
    from asked_request r
    left join spoken s on s.authority = r.authority and s.month = r.month and s.channel = r.asset
    where s.channel is null
),
measured as (
    select
        h.authority, h.month, h.channel as part, coalesce(sum(b.is_due * b.is_in_time), 0) as in_time, coalesce(sum(b.is_due), 0) as due
    from heard h
    left join brought b on b.authority = h.authority and b.month = h.month and b.channel = h.channel
    group by h.authority, h.month, h.channel
    union all
    select authority, month, 'email', sum(is_due * is_in_time), sum(is_due)
    from brought
    where channel = 'phone' and way = 'email'
    group by authority, month
),
typed as (
    select
        e.authority, e.month, e.part, e.amount,
        case
            when e.indicator = 'website.answers' then 'website' when e.indicator = 'app.answers' then 'app'
            when s.asset in ('website', 'app', 'whatsapp', 'facebook') then s.asset else 'phone'
        end as channel
    from entered e
    left join space s on s.authority = e.authority and s.space = e.space
    where e.indicator in ('assets.answered_in_time', 'website.answers', 'app.answers') and e.subject is not null
),
figures as (
    select authority, month, part, cast(in_time as decimal(18, 2)) as in_time, cast(due as decimal(18, 2)) as due, 'measured' as method
    from measured
    union all
    select
        authority, month, channel, sum(case when part = 'in_two_days' then amount end), sum(case when part = 'opened' then amount end),
        'entered'
    from typed
    group by authority, month, channel
)
select authority, month, part, cast(in_time as double) / nullif(due, 0) as value, in_time as numerator, due as denominator, due as n, method
from figures
where in_time is not null and due is not null

/*
title:
  he: אינטראקציות בין תושבים בעקבות מפגשים
  ar: تفاعلات بين السكان عقب اللقاءات
  en: Interactions of residents following meetings
question:
  he: האם המפגש ממשיך לחיות בין התושבים אחרי שנגמר?
  ar: هل يستمر اللقاء حيًا بين السكان بعد انتهائه؟
  en: Does the meeting live on among residents after it ends?
advice:
  he: השאירו אחרי כל מפגש מקום אחד להמשיך בו, למשל קבוצה, ושאלה פתוחה שתושבים יענו עליה זה לזה.
  ar: اتركوا بعد كل لقاء مكانًا واحدًا لمواصلته، كمجموعة، وسؤالًا مفتوحًا يجيب عنه السكان بعضهم بعضًا.
  en: Leave one place to go on after each meeting, such as a group, and one open question residents can answer each other.
definition: Messages and reactions of the month by which a resident answered another resident, in Zoom meeting chats and in the space a Zoom meeting belongs to, from its start until 14 days after its end; each message once. Where the chats of the meetings are not covered it is a lower bound; where neither is, the number entered by staff; where they are, it is kept apart.
definition_he: "הודעות ותגובות אמוג'י בחודש שבהן תושב עונה לתושב אחר, בצ'אט של מפגש ובמרחב שלו מתחילתו ועד 14 יום אחריו, כל הודעה פעם אחת. כשהצ'אט אינו ידוע זה גבול תחתון."
definition_ar: "رسائل وتفاعلات بالرموز في الشهر يجيب فيها ساكن ساكنًا آخر، في دردشة اللقاء وفي مساحته من بدايته حتى 14 يومًا بعده، كل رسالة مرة. حين لا تُعرف الدردشة يكون الرقم حدًا أدنى."
outcome: 1
aspect: resident_resident
method: mixed
unit: count
unit_words: {he: "תשובות של תושב לתושב בחודש", ar: "أجوبة من ساكن إلى ساكن في الشهر", en: "answers from resident to resident a month"}
grain: [authority, month]
assets: [zoom]
needs: {"": ["message.author.role.reply@zoom", "message.author.role.reply@any"], beside_meetings: ["message.author.role.reply@any"], entered: []}
inputs: {coverage: [-1, 0], gathering: [-1, 0], message: [0, 0], report: [0, 0]}
parts:
  entered:
    unit: count
    title: {he: כפי שהוזן בידי הצוות, ar: كما أدخله الطاقم, en: As entered by staff}
caveats: [inferred, entered_by_hand]
owner: community worker
since: "2026-11"
revision: 2
*/
with heard as (
    -- Beside the meetings' own chats only a part is told.
    select authority, month, cast(null as varchar) as formula
    from covered
    where fact = 'message' and asset = 'zoom' and is_measured = 1
    union
    select m.authority, m.month, 'beside_meetings'
    from months m
    join coverage c on c.authority = m.authority and c.month = m.month and c.fact = 'message' and c.extent <> 'none'
    join gathering g
        on g.authority = c.authority and g.space = c.space and g.asset = 'zoom' and g.month <= c.month
        and c.first_day <= cast(g.started_at as date) + interval '14' day
),
talk as (
    select distinct t.authority, t.month, t.message, t.reply_basis
    from message t
    left join gathering g
        on g.authority = t.authority and g.space = t.space and g.asset = 'zoom' and t.sent_at >= g.started_at
        and t.sent_at <= g.started_at + g.minutes * interval '1' minute + interval '14' day
    where (t.asset = 'zoom' or g.gathering is not null) and t.kind <> 'deleted'
        and t.author_role = 'resident' and t.reply_to_role = 'resident' and t.author <> t.reply_to_author
),
measured as (
    select
        h.authority, h.month, h.formula, count(t.message) as amount,
        flags('inferred', coalesce(bool_or(t.reply_basis = 'inferred'), false), 'lower_bound', h.formula is not null) as quality
    from heard h
    left join talk t on t.authority = h.authority and t.month = h.month
    group by h.authority, h.month, h.formula
),
by_hand as (
    select authority, month, sum(amount) as amount, case when count(subject) = 0 then 'declared' else 'entered' end as method
    from entered
    where indicator = 'zoom.resident_interactions'
    group by authority, month
)
select authority, month, '' as part, amount as value, amount as n, quality, 'measured' as method, formula
from measured
union all
select authority, month, '', amount, amount, '', method, null
from by_hand
union all
select authority, month, 'entered', amount, amount, '', method, null
from by_hand
where method = 'entered' and (authority, month) in (select (authority, month) from heard)

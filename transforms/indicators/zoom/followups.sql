/*
title:
  he: עדכון לתושבים אחרי מפגש שיתוף
  ar: تحديث للسكان بعد لقاء مشاركة
  en: Follow-up to public-participation meetings
question:
  he: האם מי שהגיע למפגש שיתוף קיבל אחר כך עדכון מה קרה עם מה שאמר?
  ar: هل تلقّى من حضر لقاء المشاركة تحديثًا عما جرى بما قاله؟
  en: Did those who came to a participation meeting hear afterwards what became of their words?
advice:
  he: כתבו עדכון קצר תוך חודש, גם אם התשובה עדיין ״בודקים״; שתיקה אחרי מפגש מרחיקה אנשים מהמפגש הבא.
  ar: اكتبوا تحديثًا قصيرًا خلال شهر حتى لو كان الجواب ما زال «قيد الفحص»؛ الصمت بعد اللقاء يُبعد الناس عن اللقاء التالي.
  en: Write a short update within a month, even if the answer is still being looked into; silence after a meeting keeps people from the next.
definition: Public-participation meetings on Zoom in the month (at least 5 minutes; 2 people where counted) with an update published on any asset from the day of the meeting to 30 days after it, over all such meetings. Month of the meeting; flagged partial_period until publications are covered to the end of the 30 days. Where not measured, the figures entered by staff; meetings of which nobody wrote how many were followed up are no zero.
definition_he: "מפגשי שיתוף ציבור בזום בחודש שמיום המפגש ועד 30 יום אחריו התפרסם עדכון עליהם באחד הנכסים, מתוך כל המפגשים האלה. כשאין מדידה נלקח מה שהצוות הזין."
definition_ar: "لقاءات مشاركة الجمهور على زوم في الشهر التي نُشر عنها تحديث في أحد الأصول من يوم اللقاء حتى 30 يومًا بعده، من كل هذه اللقاءات. من دون قياس يؤخذ ما أدخله الطاقم."
outcome: 1
aspect: resident_authority
method: mixed
unit: share
unit_words: {he: "ממפגשי שיתוף הציבור", ar: "من لقاءات مشاركة الجمهور", en: "of the public-participation meetings"}
grain: [authority, month]
assets: [zoom]
needs: {"": [gathering.kind, "publication.follow_up@any"]}
windows: {"": 30}
inputs: {coverage: [0, 2], gathering: [0, 0], publication: [0, 2], report: [0, 0]}
caveats: [partial_period, entered_by_hand]
owner: community worker
since: "2026-11"
revision: 2
*/
with meetings as (
    select
        g.authority, g.month, g.gathering, max(case when p.publication is not null then 1 else 0 end) as is_followed
    from gathering g
    left join publication p
        on p.authority = g.authority and p.follows_up = g.gathering and p.published_day >= cast(g.started_at as date)
        and p.published_day <= cast(g.started_at as date) + interval '30' day
    where g.asset = 'zoom' and g.kind = 'participation' and g.minutes >= 5 and coalesce(g.attendees, 2) >= 2
    group by g.authority, g.month, g.gathering
),
told as (
    select c.authority, c.month, count(t.gathering) as meetings, coalesce(sum(t.is_followed), 0) as followed, 'measured' as method
    from covered c
    left join meetings t on t.authority = c.authority and t.month = c.month
    where c.fact = 'gathering' and c.asset = 'zoom'
    group by c.authority, c.month
    union all
    select
        authority, month, sum(case when part in ('', 'meetings') then amount end),
        sum(case when part = 'followed' then amount end), case when count(subject) = 0 then 'declared' else 'entered' end
    from entered
    where indicator = 'zoom.followups'
    group by authority, month
)
select
    authority, month, cast(followed as double) / nullif(meetings, 0) as value,
    followed as numerator, meetings as denominator, meetings as n, method
from told
where meetings is not null and (followed is not null or meetings = 0)

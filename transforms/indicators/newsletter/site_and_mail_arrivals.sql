/*
title:
  he: הגיעו לפעילויות הרשות בעקבות האתר והניוזלטר
  ar: حضروا أنشطة السلطة المحلية عبر الموقع والنشرة
  en: Came to municipal activities through site or newsletter
question:
  he: כמה אנשים הגיעו לפעילויות הרשות בזכות האתר או הניוזלטר, כשכל אחד נספר פעם אחת?
  ar: كم شخصًا حضر أنشطة السلطة المحلية بفضل الموقع أو النشرة، مع عدّ كل واحد مرة واحدة؟
  en: How many came to municipal activities thanks to site or newsletter, each counted once?
advice:
  he: השוו לכמות שנרשמה. אם רבים נרשמו ומעטים באו, תזכורת אישית ביום הפעילות עוזרת יותר מעוד פרסום.
  ar: قارنوا بعدد المسجّلين. إذا سجّل كثيرون وحضر قليلون فتذكير شخصي يوم النشاط أنفع من إعلان آخر.
  en: Compare with those who registered. If many registered and few came, a personal reminder on the day helps more than another notice.
definition: >-
  Attendances of residents in the month whose stated source is website or newsletter; an attendance states one source, so it counts once. Added to
  them is what staff entered of arrivals elsewhere: of the site's count and the newsletter's the larger, since who came through both is in both. A number
  staff entered for site and newsletter together may be of the same people: it stands where it is larger, and where not all was heard.
definition_he: "נוכחויות של תושבים בחודש ששמעו באתר או בניוזלטר, כל נוכחות פעם אחת, ועליהן הגדול משני המספרים שהצוות הזין לאתר ולניוזלטר, כי מי שבא בזכות שניהם נמצא בשניהם."
definition_ar: "حضور السكان في الشهر ممن سمعوا في الموقع أو في النشرة، كل حضور مرة واحدة، ويُضاف إليه الأكبر من الرقمين اللذين أدخلهما الطاقم للموقع وللنشرة، لأن من جاء عبر الاثنين موجود في كليهما."
outcome: 1
aspect: response
method: mixed
unit: count
unit_words: {he: "תושבים שהגיעו בחודש", ar: "سكان حضروا في الشهر", en: "residents who came in the month"}
grain: [authority, month]
assets: [website, newsletter]
needs: {"": ["attendance.heard_via@any"], online: ["attendance.heard_via@any"]}
spaces: {run_by: anyone}
sum_of: [online, elsewhere]
inputs: {attendance: [0, 0], coverage: [0, 0], report: [0, 0]}
parts:
  online:
    unit: count
    title: {he: במפגשים מקוונים, ar: في لقاءات عبر الإنترنت, en: At online meetings}
  elsewhere:
    unit: count
    title: {he: בפעילויות אחרות, ar: في أنشطة أخرى, en: At other activities}
caveats: [entered_by_hand, by_name, partial_period]
owner: community worker
since: "2026-11"
revision: 2
*/
with elsewhere as (
    -- Staff count each channel by itself: who came through both is in both, so only the larger count is sure.
    select authority, month, indicator, sum(amount) as people
    from entered
    where indicator in ('website.event_arrivals', 'newsletter.event_arrivals') and subject is not null and part <> 'opened'
    group by authority, month, indicator
)
select authority, month, 'online' as part, via_either as value, via_either as n, 'measured' as method, '' as quality
from arrivals
union all
select authority, month, 'elsewhere', max(people), max(people), 'derived', flags('estimated', count(*) > 1)
from elsewhere
group by authority, month
union all
select authority, month, '', sum(amount), sum(amount), case when count(subject) = 0 then 'declared' else 'entered' end, ''
from entered
where indicator = 'newsletter.site_and_mail_arrivals'
group by authority, month

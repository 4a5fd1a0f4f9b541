/*
title:
  he: מענים לפניות שעלו באתר
  ar: ردود على توجّهات وصلت عبر الموقع
  en: Answers to requests raised through the site
question:
  he: כמה מהפניות שתושבים שלחו באתר קיבלו מענה, ותוך כמה זמן?
  ar: كم من التوجّهات التي أرسلها السكان عبر الموقع حظيت برد، وخلال كم من الوقت؟
  en: How many of the requests residents sent through the site were answered, and how soon?
advice:
  he: התחילו מהפניות שלא נענו. גם תשובה של שורה אחת, קיבלנו ונחזור עד יום חמישי, היא מענה.
  ar: ابدأوا بالتوجّهات التي لم يُرد عليها. حتى سطر واحد يقول وصلنا توجّهكم وسنعود إليكم حتى الخميس هو رد.
  en: Begin with the requests nobody answered. Even one line, we have it and will write by Thursday, is an answer.
definition: >-
  Requests opened through the site in the month (kinds request, contact, application; payments, registrations and updates ask for no answer)
  whose first answer came within 30 days. Share is of all opened. Hours are plain hours from opening within which half, and nine in ten,
  of all requests were answered; unanswered ones count as never, so there is no figure when too few were answered.
  Working hours are those of the town's calendar alone. Within two working days is what was answered before the third working day after
  the day of asking began, of those for which two working days have passed. Where the site's requests are not covered, the figures entered by staff.
definition_he: "פניות ובקשות שנפתחו דרך האתר בחודש ונענו לראשונה בתוך 30 יום; תשלומים, הרשמות ועדכונים אינם מבקשים מענה. שעות הן הזמן שבתוכו נענו מחצית, ותשע מתוך עשר, של כל הפניות. בלי מקור לפניות נלקח מה שהצוות הזין."
definition_ar: "توجّهات وطلبات فُتحت عبر الموقع في الشهر ورُدّ عليها أول مرة خلال 30 يومًا؛ الدفع والتسجيل والتحديث لا تطلب ردًا. الساعات هي الوقت الذي رُدّ خلاله على نصف التوجّهات كلها وعلى تسع من كل عشر. من دون مصدر للتوجّهات يؤخذ ما أدخله الطاقم."
outcome: 1
aspect: response
method: mixed
unit: count
unit_words: {he: "מהפניות דרך האתר", ar: "من التوجّهات عبر الموقع", en: "of the requests through the site"}
headline: share_answered
shape: request_answers
grain: [authority, month, space]
assets: [website]
needs: {"": [request.answer]}
windows: {"": 30, share_answered: 30, median_hours: 30, p90_hours: 30, in_two_days: 2 working days, median_working_hours: 30, p90_working_hours: 30}
inputs: {coverage: [0, 1], report: [0, 0], request: [0, 0], space: [0, 0], working_day: [0, 2]}
parts:
  share_answered:
    unit: share
    title: {he: שיעור הפניות שנענו, ar: نسبة التوجّهات التي رُدّ عليها, en: Share answered}
  median_hours:
    unit: hours
    title: {he: שעות עד שחצי מהפניות נענו, ar: ساعات حتى الرد على نصف التوجّهات, en: Hours until half were answered}
  p90_hours:
    unit: hours
    title: {he: שעות עד שתשע מכל עשר פניות נענו, ar: ساعات حتى الرد على تسعة من كل عشرة, en: Hours until nine in ten were answered}
  in_two_days:
    unit: share
    title: {he: שיעור שנענו תוך שני ימי עבודה, ar: نسبة ما رُدّ عليه خلال يومَي عمل, en: Share answered within two working days}
  median_working_hours:
    unit: hours
    title: {he: שעות עבודה עד שחצי נענו, ar: ساعات عمل حتى الرد على النصف, en: Working hours until half were answered}
  p90_working_hours:
    unit: hours
    title: {he: שעות עבודה עד שתשע מכל עשר נענו, ar: ساعات عمل حتى الرد على تسعة من كل عشرة, en: Working hours until nine in ten were answered}
caveats: [partial_period, entered_by_hand]
owner: resident service manager
since: "2026-11"
revision: 2
*/

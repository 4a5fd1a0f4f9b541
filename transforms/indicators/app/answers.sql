/*
title:
  he: מענים לפניות באפליקציה
  ar: استجابات للتوجّهات في التطبيق
  en: Answers to requests in the app
question:
  he: האם פנייה באפליקציה מקבלת תשובה, ותוך כמה זמן?
  ar: هل يتلقى التوجّه عبر التطبيق جوابًا، وخلال كم من الوقت؟
  en: Does a request in the app get an answer, and how soon?
advice:
  he: קבעו מי עונה ביום שבו הפנייה נכנסת, אפילו ״קיבלנו, נחזור עד יום שלישי״; זמן המענה קובע אם יפנו שוב.
  ar: حددوا من يجيب في يوم وصول التوجّه، ولو بعبارة «وصلنا، نعود إليكم حتى الثلاثاء»؛ زمن الجواب يقرر إن كانوا سيتوجّهون مجددًا.
  en: Name who answers on the day a request comes in, even with “received, we will be back by Tuesday”; the wait decides whether people write again.
definition: Requests opened through the app in the month (kinds request, contact, application; payments, registrations and updates ask for no answer) whose first answer came within 30 days. The share is of all opened. Hours are plain hours from opening within which half, and nine in ten, were answered; unanswered ones count as never. Working hours are those of the town's calendar alone. Within two working days is what was answered before the third working day after the day of asking began, of those for which two working days have passed. Where the app's requests are not covered, the figures entered by staff.
definition_he: "פניות ובקשות שנפתחו באפליקציה בחודש ונענו לראשונה בתוך 30 יום; תשלומים, הרשמות ועדכונים אינם מבקשים מענה. שעות הן הזמן שבתוכו נענו מחצית, ותשע מתוך עשר, של כל הפניות. בלי מקור נלקח מה שהצוות הזין."
definition_ar: "توجّهات وطلبات فُتحت في التطبيق خلال الشهر ورُدّ عليها أول مرة خلال 30 يومًا؛ الدفع والتسجيل والتحديث لا تطلب ردًا. الساعات هي الوقت الذي رُدّ خلاله على نصف التوجّهات كلها وعلى تسع من كل عشر. من دون مصدر يؤخذ ما أدخله الطاقم."
outcome: 1
aspect: response
method: mixed
unit: count
unit_words: {he: "מהפניות באפליקציה", ar: "من التوجّهات في التطبيق", en: "of the requests in the app"}
headline: share_answered
shape: request_answers
grain: [authority, month, space]
assets: [app]
needs: {"": [request.answer]}
windows: {"": 30, share_answered: 30, median_hours: 30, p90_hours: 30, in_two_days: 2 working days, median_working_hours: 30, p90_working_hours: 30}
inputs: {coverage: [0, 1], report: [0, 0], request: [0, 0], space: [0, 0], working_day: [0, 2]}
parts:
  share_answered:
    unit: share
    title: {he: שיעור הפניות שנענו, ar: نسبة التوجّهات المجاب عنها, en: Share answered}
  median_hours:
    unit: hours
    title: {he: שעות עד שחצי מהפניות נענו, ar: ساعات حتى الرد على نصف التوجّهات, en: Hours until half were answered}
  p90_hours:
    unit: hours
    title: {he: שעות עד שתשע מכל עשר פניות נענו, ar: ساعات حتى الرد على تسعة من كل عشرة توجّهات, en: Hours until nine in ten were answered}
  in_two_days:
    unit: share
    title: {he: שיעור שנענו תוך שני ימי עבודה, ar: نسبة ما رُدّ عليه خلال يومَي عمل, en: Share answered within two working days}
  median_working_hours:
    unit: hours
    title: {he: שעות עבודה עד שחצי נענו, ar: ساعات عمل حتى الرد على النصف, en: Working hours until half were answered}
  p90_working_hours:
    unit: hours
    title: {he: שעות עבודה עד שתשע מכל עשר נענו, ar: ساعات عمل حتى الرد على تسعة من كل عشرة, en: Working hours until nine in ten were answered}
caveats: [entered_by_hand]
owner: digital services lead
since: "2026-11"
revision: 2
*/

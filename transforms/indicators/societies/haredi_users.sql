/*
title:
  he: חברים במרחבים המיועדים לחברה החרדית
  ar: أعضاء المساحات المخصصة للمجتمع الحريدي
  en: Members of the spaces for Haredi society
question:
  he: האם תושבים מהחברה החרדית נמצאים במרחבים שהרשות פתחה עבורם?
  ar: هل يوجد سكان من المجتمع الحريدي في المساحات التي فتحتها السلطة المحلية لأجلهم؟
  en: Are Haredi residents in the spaces the authority opened for them?
advice:
  he: שאלו רב, מחנכת או פעילה איפה נכון להיפגש, גם בקו טלפוני או במייל; המרחב הנכון הוא זה שבחרו בו.
  ar: اسألوا قيادات المجتمع أين يصح اللقاء، حتى بخط هاتفي أو بريد؛ المساحة الصحيحة هي التي اختاروها.
  en: Ask a rabbi, an educator or an activist where it is right to meet, even by phone line or mail; the right space is the one they chose.
definition: "Members at month end of spaces the town's register declares for the Haredi society, by space, by asset and in all; who a member is nobody asks, and nothing is inferred from names, language or address. Followers of a page are no members, and known staff are left out. Counts measured or listed by space come first, then numbers staff entered for a space, and a number entered without a space only when there is nothing else. Members of chats and of Facebook groups are added, and whoever is in two spaces is in the sum twice (estimated). Parts: each asset's members; residents who wrote or reacted in those spaces; and the share, of survey respondents who declared themselves so, who visit the authority's spaces at least weekly (latest wave of 12 months; at least 30 answers, and 10 on either side)."
definition_he: "חברים בסוף החודש במרחבים שנרשמו כמיועדים לחברה החרדית, בלי אנשי צוות ובלי עוקבים של עמוד. איש אינו נשאל מיהו, ודבר אינו מוסק משם, משפה או מכתובת. מי שבשני מרחבים נספר פעמיים, כאומדן. לצידם: מי שכתבו שם, ומה שעונים בסקר."
definition_ar: "أعضاء في نهاية الشهر في مساحات مسجّلة للمجتمع الحريدي، دون الموظفين ودون متابعي الصفحات. لا يُسأل أحد من هو، ولا يُستنتج شيء من اسم أو لغة أو عنوان. من في مساحتين يُحتسب مرتين تقديرًا. إلى جانبهم: من كتبوا هناك، وما يجيب به المشاركون في الاستطلاع."
outcome: 4
aspect: societies
method: mixed
unit: count
unit_words: {he: "חברים במרחבים", ar: "أعضاء في المساحات", en: "members of the spaces"}
shape: users_of_society
grain: [authority, month, space]
needs: {"": [membership], whatsapp: [], facebook: [], newsletter: [], active: [message.author.role], survey_share: []}
spaces: {run_by: anyone}
sum_of: spaces
inputs: {coverage: [0, 0], membership: [-3, 0], message: [0, 0], report: [0, 0], space: [0, 0], survey_response: [-11, 0]}
parts:
  whatsapp:
    unit: count
    title: {he: "בוואטסאפ: חברים", ar: "في واتساب: أعضاء", en: "On WhatsApp, members"}
  facebook:
    unit: count
    title: {he: "בקבוצות פייסבוק: חברים", ar: "في مجموعات فيسبوك: أعضاء", en: "In Facebook groups, members"}
  newsletter:
    unit: count
    title: {he: "בניוזלטר: רשומים", ar: "في النشرة: مشتركون", en: "Newsletter, subscribed"}
  active:
    unit: count
    title: {he: כתבו או הגיבו במרחבים, ar: كتبوا أو تفاعلوا في المساحات, en: Wrote or reacted in the spaces}
  survey_share:
    unit: share
    title: {he: "לפי סקר: נכנסים לפחות פעם בשבוע", ar: "وفق الاستطلاع: يدخلون مرة في الأسبوع على الأقل", en: "By survey, visit at least weekly"}
caveats: [entered_by_hand, by_name, carried, opt_in_sample, low_reliability, unweighted]
owner: community worker
since: "2026-11"
revision: 2
*/

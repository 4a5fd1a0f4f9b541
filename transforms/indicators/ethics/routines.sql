/*
title:
  he: שגרות סביב ניהול הנכסים
  ar: إجراءات حول إدارة المساحات
  en: Routines for managing the assets
question:
  he: האם ניהול הקבוצות והעמודים נשען על שגרות ולא על אדם אחד?
  ar: هل تقوم إدارة المجموعات والصفحات على إجراءات لا على شخص واحد؟
  en: Does running the groups and pages rest on routines rather than on one person?
advice:
  he: כתבו ודברו את כללי הקבוצה יחד עם תושבים, וקבעו מחליף לכל מנהל; כלל שכולם מכירים שומר על כולם.
  ar: اكتبوا قواعد المجموعة مع السكان وعيّنوا بديلًا لكل مدير؛ القاعدة المعروفة للجميع تحمي الجميع.
  en: Write the rules of a group together with residents and name a stand-in for each manager; a rule all know protects all.
definition: Routines, policies and projects for managing the assets entered by staff under ethics that are in force on the month's last day; those shared between departments apart. Zero only in a month whose sheet was declared complete.
definition_he: "שגרות, נהלים ופרויקטים לניהול הנכסים שהצוות הזין ושבתוקף ביום האחרון של החודש; אלה שמשותפים לכמה אגפים גם בנפרד."
definition_ar: "إجراءات وأنظمة ومشاريع لإدارة الأصول أدخلها الطاقم وهي سارية في اليوم الأخير من الشهر؛ والمشتركة بين أقسام تُذكر على حدة أيضًا."
outcome: 3
aspect: ethics
method: reported
unit: count
unit_words: {he: "שגרות בתוקף", ar: "إجراءات سارية", en: "routines in force"}
shape: routines_in_force
grain: [authority, month]
inputs: {coverage: [0, 0], report: [0, 0]}
parts:
  shared:
    unit: count
    title: {he: משותפות לכמה אגפים, ar: مشتركة بين أقسام, en: Shared between departments}
caveats: [entered_by_hand]
owner: spokesperson
since: "2026-11"
revision: 2
*/

/*
title:
  he: שגרות עבודה ומדיניות
  ar: إجراءات عمل وسياسات سارية
  en: Work routines and policies in force
question:
  he: האם יש לרשות שגרות ומדיניות כתובות לנכסים הדיגיטליים, והן בתוקף?
  ar: هل لدى السلطة المحلية إجراءات وسياسات مكتوبة وسارية للمساحات الرقمية؟
  en: Does the authority have written routines and policies for its digital assets, in force?
advice:
  he: "התחילו משלוש: מי עונה ותוך כמה זמן, מה מפרסמים ומתי, ומה עושים כשעולה מצוקה."
  ar: "ابدأوا بثلاثة: من يجيب وخلال كم من الوقت، وماذا ننشر ومتى، وماذا نفعل عند ظهور ضائقة."
  en: "Begin with three: who answers and how soon, what is published and when, and what to do when distress shows."
definition: Routines, policies and projects entered by staff under policy that are in force on the month's last day; those shared between departments apart. Zero only in a month whose sheet was declared complete.
definition_he: "שגרות, נהלים ופרויקטים שהצוות הזין ושבתוקף ביום האחרון של החודש; אלה שמשותפים לכמה אגפים גם בנפרד."
definition_ar: "إجراءات وأنظمة ومشاريع أدخلها الطاقم وهي سارية في اليوم الأخير من الشهر؛ والمشتركة بين أقسام تُذكر على حدة أيضًا."
outcome: 2
aspect: policy
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
owner: chief executive's office
since: "2026-11"
revision: 2
*/

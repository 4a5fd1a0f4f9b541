"use strict";
(function () {
  const reports = Array.from(document.querySelectorAll(".report"));
  const buttons = Array.from(document.querySelectorAll(".languages button"));

  function show(language) {
    for (const report of reports) {
      report.hidden = report.lang !== language;
      if (!report.hidden) {
        document.documentElement.lang = language;
        document.documentElement.dir = report.dir;
        document.title = report.dataset.title;
      }
    }
    for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.language === language));
  }

  function prepare(report) {
    const tools = report.querySelector(".tools");
    const find = tools.querySelector(".find");
    const status = tools.querySelector(".by-status");
    const outcome = tools.querySelector(".by-outcome");
    const found = tools.querySelector(".found");
    const cards = Array.from(report.querySelectorAll(".indicator"));
    const texts = cards.map((card) => card.textContent.toLowerCase());

    function filter() {
      const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
      let number = 0;
      cards.forEach((card, index) => {
        const keep =
          words.every((word) => texts[index].includes(word)) &&
          (!status.value || status.value === card.dataset.status || status.value === card.dataset.shown) &&
          (!outcome.value || outcome.value === card.dataset.outcome);
        card.hidden = !keep;
        if (keep) number += 1;
      });
      for (const group of report.querySelectorAll(".family, .outcome")) {
        group.hidden = !group.querySelector(".indicator:not([hidden])");
      }
      found.textContent = found.dataset.text.replace("#", String(number));
    }

    tools.hidden = false;
    for (const control of [find, status, outcome]) control.addEventListener("input", filter);
    filter();
  }

  document.querySelector(".languages").hidden = false;
  for (const button of buttons) button.addEventListener("click", () => show(button.dataset.language));
  reports.forEach(prepare);
  const wanted = location.hash.slice(1);
  if (reports.some((report) => report.lang === wanted)) show(wanted);
})();

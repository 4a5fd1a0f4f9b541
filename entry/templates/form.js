"use strict";
(() => {
  const form = document.querySelector("form[data-entry]");
  if (!form) return;
  const live = document.getElementById("live");
  let timer = 0, running = null, again = false;
  const put = (told) => {
    for (const box of form.querySelectorAll("[data-line]")) {
      const line = told[box.dataset.line];
      for (const place of box.querySelectorAll("[data-fault]")) {
        const said = (line && line.faults[place.dataset.fault]) || "";
        place.textContent = said;
        const input = document.getElementById(place.id.replace(/-fault$/, ""));
        if (input) input.toggleAttribute("aria-invalid", false);
        if (input && said) input.setAttribute("aria-invalid", "true");
      }
      for (const place of box.querySelectorAll("[data-note]")) {
        place.textContent = (line && line.notes[place.dataset.note]) || "";
      }
      const doubt = box.querySelector("[data-doubt]");
      if (!doubt) continue;
      const tick = doubt.querySelector("input");
      if (line && tick.value !== line.sure) { tick.checked = false; tick.value = line.sure; }
      if (line && line.doubt) doubt.querySelector("p").textContent = line.doubt;
      if (!tick.checked) doubt.hidden = !(line && line.doubt);
    }
  };
  const keep = () => {
    if (running) { again = true; return; }
    running = kept().finally(() => {
      running = null;
      if (again) { again = false; keep(); }
    });
  };
  const kept = async () => {
    const body = new URLSearchParams(new FormData(form));
    body.set("do", "autosave");
    try {
      const answer = await fetch(form.action, { method: "POST", body, credentials: "same-origin", signal: AbortSignal.timeout(15000) });
      if (answer.ok) {
        const told = await answer.json();
        put(told.lines);
        live.textContent = told.said;
      } else {
        live.textContent = form.dataset.lost || "";
      }
    } catch {
      live.textContent = form.dataset.away || "";
      timer = setTimeout(keep, 5000);
    }
  };
  form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(keep, 700); });
  addEventListener("online", keep);
  // What is sent must not be overtaken by a draft that is still on its way.
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    again = false;
    if (!running) return;
    event.preventDefault();
    running.then(() => form.requestSubmit(event.submitter));
  });
})();

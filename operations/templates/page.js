"use strict";
(function () {
  // The page is whole without this: it only fetches itself again, unless somebody is in the middle of something.
  const running = () => document.querySelector("main[data-running]");
  const held = () => document.activeElement && document.activeElement.closest("main");
  const busy = () => document.hidden || document.querySelector("main details[open]") || (held() && !running());
  async function again() {
    if (!busy()) {
      try {
        const answer = await fetch(location.pathname + location.search, { cache: "no-store", credentials: "same-origin" });
        if (answer.ok && !busy()) {
          const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
          const here = document.querySelector("main"), there = fresh.querySelector("main");
          if (there) {
            const told = there.querySelector("#told"), was = here.querySelector("#told"), stayed = held();
            here.replaceWith(document.adoptNode(there));
            if (told && was && told.dataset.status !== was.dataset.status) {
              document.getElementById("live").textContent = told.querySelector(".head").textContent;
            }
            if (stayed && told) told.focus({ preventScroll: true });
          }
        }
      } catch (problem) { /* the machine is away: the next turn tries again */ }
    }
    turn();
  }
  function turn() { setTimeout(again, running() ? 1500 : 15000); }
  turn();
})();

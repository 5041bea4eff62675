// The switch that unfolds all code of the page, kept in this browser. It stands in the page before
// the first fold: folds that the reader wants open are opened as they are read, so nothing moves.
(() => {
  "use strict";
  const ITEM = "momentum-book.code", FOLDS = "details.code";
  let shown = false;
  try { shown = localStorage.getItem(ITEM) === "shown"; } catch { /* refused */ }
  const open = () => { for (const fold of document.querySelectorAll(FOLDS)) fold.open = shown; };

  const reading = new MutationObserver(open);
  if (shown) reading.observe(document.documentElement, { childList: true, subtree: true });
  addEventListener("DOMContentLoaded", () => {
    reading.disconnect();
    const all = document.querySelector(".code-switch input");
    if (!all) return;
    all.checked = shown;
    all.addEventListener("change", () => {
      shown = all.checked;
      open();
      try { shown ? localStorage.setItem(ITEM, "shown") : localStorage.removeItem(ITEM); } catch { /* refused */ }
    });
  });
})();

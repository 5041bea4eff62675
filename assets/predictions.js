// What the reader predicted, kept in this browser alone, in one item; the predictions of the page
// ask and tell here, and the contents show how many are made. It stands in the page before them.
globalThis.predictions = (() => {
  "use strict";
  const ITEM = "momentum-book.predictions";
  let held = {};                                   // where storage is refused, for as long as the page is open

  const read = () => {
    try {
      const found = JSON.parse(localStorage.getItem(ITEM));
      return found && typeof found === "object" ? found : {};
    } catch { return held; }
  };
  const write = all => {
    held = all;
    try { Object.keys(all).length ? localStorage.setItem(ITEM, JSON.stringify(all)) : localStorage.removeItem(ITEM); } catch { /* refused */ }
    tell();
  };
  const tell = () => dispatchEvent(new CustomEvent("predictions"));
  const made = keys => { const all = read(); return keys.filter(key => (all[key]?.guess ?? null) !== null).length; };
  const here = () => [...document.querySelectorAll("[data-prediction]")].map(node => node.dataset.prediction);

  const contents = () => {
    for (const node of document.querySelectorAll("[data-predictions]")) {
      const keys = node.dataset.predictions.split(" ");
      node.textContent = `${made(keys)} of ${keys.length} predictions made`;
      node.style.visibility = "visible";
    }
  };
  addEventListener("predictions", contents);

  // What answers a prediction is folded until the reader has committed or skipped.
  const unfold = fold => {
    const settled = String(!!read()[fold.dataset.answers]?.settled);
    if (fold.dataset.settled === settled) return;              // a fold that the reader opened stays open
    fold.dataset.settled = settled;
    fold.open = settled === "true";
  };
  addEventListener("predictions", () => { for (const fold of document.querySelectorAll("[data-answers]")) unfold(fold); });
  addEventListener("click", event => {
    const fold = event.target.closest?.("[data-answers] > summary")?.parentElement;
    if (!fold || fold.open) return;
    event.preventDefault();
    write({ ...read(), [fold.dataset.answers]: { guess: null, settled: true } });
    fold.tabIndex = -1;                                          // its line is gone, and had the focus
    fold.focus();
  });
  addEventListener("storage", event => { if (event.key === ITEM || event.key === null) tell(); });  // another tab
  // Only now are all of the page's predictions there to count.
  document.readyState === "loading" ? addEventListener("DOMContentLoaded", tell) : tell();

  return {
    /** The guess, null for a skipped one, whether the answer is shown, and the reader's own why; {} for a new one. */
    of: key => read()[key] || {},
    keep(key, { guess, settled, because = null }) {
      const { [key]: _, ...others } = read(), entry = because === null ? { guess, settled } : { guess, settled, because };
      write(settled ? { ...others, [key]: entry } : others);
    },
    /** Called by each fold as the page is read, so that nothing moves later. */
    unfold,
    /** Open every prediction of the page again. */
    forget() {
      const keys = here();
      write(Object.fromEntries(Object.entries(read()).filter(([key]) => !keys.includes(key))));
    },
    /** How many predictions of the page are made, how many there are, whether any is kept. */
    count() {
      const keys = here(), all = read();
      return { made: made(keys), all: keys.length, any: keys.some(key => key in all) };
    },
  };
})();

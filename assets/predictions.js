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
  addEventListener("storage", event => { if (event.key === ITEM || event.key === null) tell(); });  // another tab
  // Only now are all of the page's predictions there to count.
  document.readyState === "loading" ? addEventListener("DOMContentLoaded", tell) : tell();

  return {
    /** The guess, null for a skipped one, and whether the answer is shown; {} for a new one. */
    of: key => read()[key] || {},
    keep(key, guess, settled) {
      const { [key]: _, ...others } = read();
      write(settled ? { ...others, [key]: { guess, settled } } : others);
    },
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

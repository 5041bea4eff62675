// What a reader has written and done, kept in this browser alone; for every page that asks for it.
const kept = (() => {
  const ITEM = "momentum-book.answers";
  // What other scripts keep, and a saved file has, too.
  const OTHERS = ["questions", "predictions"], named = name => `momentum-book.${name}`;
  let held = { answers: {}, done: [] };            // where storage is refused, for as long as the page is open
  const read = () => {
    try {
      const found = JSON.parse(localStorage.getItem(ITEM));
      return found?.answers && Array.isArray(found.done) ? found : { answers: {}, done: [] };
    } catch { return held; }
  };
  const write = all => {
    held = all;
    try { localStorage.setItem(ITEM, JSON.stringify(all)); } catch { /* refused */ }
  };
  return {
    text() {
      const all = read();
      for (const name of OTHERS) {
        try { all[name] = JSON.parse(localStorage.getItem(named(name))) ?? undefined; } catch { /* refused, or damaged */ }
      }
      return JSON.stringify(all);
    },
    /** Give it to the reader as a file. */
    save() {
      const href = URL.createObjectURL(new Blob([this.text()], { type: "application/json" }));
      element("a", { href, download: "momentum-answers.json" }).click();
      setTimeout(() => URL.revokeObjectURL(href), 1000);
    },
    /** Buttons that save it and that load such a file; `says` tells what a file holds not. */
    buttons(says) {
      const file = element("input", { type: "file", accept: ".json", hidden: true });
      file.addEventListener("change", async () => {
        try {
          this.add(await file.files[0].text());
          location.reload();
        } catch { says.textContent = "This file holds no answers."; }
      });
      return [button("Save as a file", () => this.save()), button("Load a file", () => file.click()), file];
    },
    /** Take in what another browser, or the library, has kept; its answers take the place of ours. */
    add(text) {
      const { done = [], answers = {}, ...more } = JSON.parse(text), all = read();
      for (const name of OTHERS) {
        try { if (more[name]) localStorage.setItem(named(name), JSON.stringify(more[name])); } catch { /* refused */ }
      }
      write({ answers: { ...all.answers, ...answers }, done: [...new Set([...all.done, ...done])] });
    },
    answer: id => read().answers[id],
    keep(id, text) {                               // undefined for the stub
      const all = read();
      if (text === all.answers[id]) return;
      if (text === undefined) delete all.answers[id]; else all.answers[id] = text;
      write(all);
    },
    /** The names of the checks that passed, as the library's own record has them. */
    done: () => read().done,
    finish(names) { write({ ...read(), done: [...new Set([...read().done, ...names])] }); },
  };
})();

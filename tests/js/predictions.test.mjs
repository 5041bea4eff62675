// Predictions: the words beside a guess, and what assets/predictions.js keeps of it.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

const predict = process.env.LIVE + "/../predict/";
const { between, counted, distance, verdict } = await import(predict + "prediction.js");
const { along, near } = await import(predict + "nearness.js");
const { show } = await import(process.env.LIVE + "/drawing/numbers.js");

const steps = { low: 0, high: 100, log: false }, factor = { low: 1, high: 1000, log: true };

test("Python and the figures write numbers alike", () => {
  for (const [x, text] of JSON.parse(readFileSync(process.env.LIVE + "/shown.json"))) assert.equal(show(x), text);
});

test("a place on an axis is a part of it, in factors where it is logarithmic", () => {
  assert.equal(along(steps, 25), 0.25);
  assert.ok(Math.abs(along(factor, 10) - 1 / 3) < 1e-12);
});

test("how far off is said in the axis' own measure", () => {
  assert.equal(distance(steps, 50, 6.579), "too high by 43.4");
  assert.equal(distance(steps, 5, 6.579), "too low by 1.58");
  assert.equal(distance(factor, 5, 20), "too low by a factor of 4");
  assert.equal(distance(factor, 30, 20), "too high by a factor of 1.5");
  assert.equal(distance(steps, 6.579, 6.5788), "");               // the reader sees the same number
});

test("near guesses are praised, whichever side they are on", () => {
  assert.deepEqual([0, 0.01, 0.05, 0.3].map(near), ["✓ Exactly right", "Very close", "Close", ""]);
  for (const [guess, words] of [[50, "✓ Exactly right."], [51, "Very close: too high by 1 step."], [42, "Close: too low by 8 steps."], [9, "Too low by 41 steps."]])
    assert.equal(verdict([steps], [guess], [50], [words => counted(words, "steps")]), words);
  assert.equal(counted("too low by 1", between("%")), "too low by 1 point");
  assert.equal(counted("too low by 8", between("steps")), "too low by 8 steps");
});

test("a point is as near as its farther axis, and begins with the axis' own letter", () => {
  const named = ["η", "γ"].map(label => words => `${label} ${words}`), axes = [{ low: 0, high: 0.04 }, { low: 0, high: 1 }];
  assert.equal(verdict(axes, [0.01, 0.67], [0.03, 0.67], named), "η too low by 0.02.");
  assert.equal(verdict(axes, [0.0301, 0.6], [0.03, 0.67], named), "Close: η too high by 10⁻⁴, γ too low by 0.07.");
});

/** assets/predictions.js in a page that has predictions and a contents entry for `listed`. */
let pages = 0;
async function open(predictions, storage, listed = [], folds = []) {
  const target = new EventTarget(), entry = { dataset: { predictions: listed.join(" ") }, style: {}, textContent: "as built" };
  Object.assign(globalThis, {
    localStorage: storage, addEventListener: target.addEventListener.bind(target), dispatchEvent: target.dispatchEvent.bind(target),
    document: {
      readyState: "complete",
      querySelectorAll: what => ({
        "[data-predictions]": listed.length ? [entry] : [],
        "[data-answers]": folds,
      })[what] ?? predictions.map(prediction => ({ dataset: { prediction } })),
    },
  });
  await import(`${process.env.LIVE}/host/predictions.js?${pages++}`);
  return { kept: globalThis.predictions, entry, target };
}

/** localStorage, as far as it is used. */
const storage = (items = {}) => ({
  items, getItem: name => items[name] ?? null, setItem(name, text) { items[name] = text; }, removeItem(name) { delete items[name]; },
});

test("a guess is kept in one item, counted, and taken back", async () => {
  const store = storage(), { kept } = await open(["a", "b"], store);
  assert.deepEqual(kept.of("a"), {});
  kept.keep("a", { guess: 0, settled: true });                                        // 0 is a guess too
  kept.keep("b", { guess: null, settled: true });                                     // skipped
  assert.deepEqual(kept.of("a"), { guess: 0, settled: true });
  assert.deepEqual(kept.count(), { made: 1, all: 2, any: true });
  assert.deepEqual(Object.keys(store.items), ["momentum-book.predictions"]);
  kept.keep("a", { guess: null, settled: false });
  kept.keep("b", { guess: null, settled: false });
  assert.deepEqual([kept.count(), store.items], [{ made: 0, all: 2, any: false }, {}]);
});

test("forgetting a page leaves the other pages' predictions", async () => {
  const store = storage(), { kept } = await open(["a"], store);
  kept.keep("elsewhere", { guess: 3, settled: true });
  kept.keep("a", { guess: 1, settled: true });
  kept.forget();
  assert.deepEqual([kept.of("a"), kept.of("elsewhere")], [{}, { guess: 3, settled: true }]);
});

test("the reader's own why is kept with the guess, and goes with it", async () => {
  const { kept } = await open(["a"], storage());
  kept.keep("a", { guess: 1, settled: true, because: "it is steep" });
  assert.deepEqual(kept.of("a"), { guess: 1, settled: true, because: "it is steep" });
  kept.keep("a", { guess: 1, settled: false, because: "it is steep" });
  assert.deepEqual(kept.of("a"), {});
});

test("an answer unfolds with its guess, folds with it, and stays as the reader has put it meanwhile", async () => {
  const fold = { dataset: { answers: "a" } }, { kept } = await open(["a", "b"], storage(), [], [fold]);
  kept.unfold(fold);
  assert.equal(fold.open, false);
  fold.open = true;                                               // found by the browser's search in the page
  kept.keep("b", { guess: 1, settled: true });
  assert.equal(fold.open, true);
  kept.keep("a", { guess: null, settled: true });
  assert.equal(fold.open, true);
  kept.keep("a", { guess: null, settled: false });
  assert.equal(fold.open, false);
});

test("where storage is full, the page goes on", async () => {
  const { kept } = await open(["a"], { getItem: () => null, setItem() { throw Error("full"); }, removeItem() {} });
  kept.keep("a", { guess: 1, settled: true });
  assert.deepEqual(kept.of("a"), {});
});

test("where storage refuses, a guess is held while the page is open", async () => {
  const refuse = () => { throw Error("refused"); };
  const { kept } = await open(["a"], { getItem: refuse, setItem: refuse, removeItem: refuse });
  kept.keep("a", { guess: 1, settled: true });
  assert.deepEqual(kept.of("a"), { guess: 1, settled: true });
  kept.forget();
  assert.deepEqual(kept.of("a"), {});
});

for (const found of ["", "{", "7", "null", "[1]", '"text"'])
  test(`what is no record of predictions counts as none: ${found || "nothing"}`, async () => {
    const { kept } = await open(["a"], storage({ "momentum-book.predictions": found }));
    assert.deepEqual([kept.of("a"), kept.count().made], [{}, 0]);
  });

test("the contents count, and follow another tab", async () => {
  const store = storage(), { entry, target } = await open([], store, ["a", "b", "c"]);
  assert.deepEqual([entry.textContent, entry.style.visibility], ["0 of 3 predictions made", "visible"]);
  store.setItem("momentum-book.predictions", '{"b": {"guess": "momentum", "settled": true}, "c": {"guess": null, "settled": true}}');
  target.dispatchEvent(Object.assign(new Event("storage"), { key: "momentum-book.predictions" }));
  assert.equal(entry.textContent, "1 of 3 predictions made");
});

// The translator of momentumlib/live/translation.js beside Python's, on every pair of frameworks.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

const { digits, translate } = await import(process.env.LIVE + "/translation.js");
const { cases, ...tables } = JSON.parse(readFileSync(process.env.LIVE + "/translations.json"));

test("every translation is Python's, to the letter", () => {
  assert.ok(cases.length > 500, `${cases.length} cases`);
  for (const [family, source, target, ours, wanted] of cases) {
    const { code, exact, notes } = translate(tables, family, source, target, ours);
    assert.deepEqual({ code, exact, notes }, wanted, [family, source, target, JSON.stringify(ours)].join());
  }
});

test("numbers are written as Python writes floats", () => {
  const pairs = [[1, "1.0"], [0, "0.0"], [0.1, "0.1"], [1 / 3, "0.333333"], [1e-5, "1e-5"], [2.5e-8, "2.5e-8"], [1e6, "1e+6"], [0.0001, "0.0001"]];
  for (const [x, text] of pairs) assert.equal(digits(x), text);
});

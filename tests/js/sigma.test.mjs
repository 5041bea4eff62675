// The roots of momentumlib/live/sigma.js: those of momentumlib.theory.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

const { pace, roots } = await import(process.env.LIVE + "/sigma.js");

test("the roots and the larger of their sizes", () => {
  for (const [nag, eta, gamma, lam, wanted, size] of JSON.parse(readFileSync(process.env.LIVE + "/roots.json"))) {
    const found = roots(nag, eta, gamma, lam);
    found.pair.flat().forEach((x, i) => assert.ok(Math.abs(x - wanted.flat()[i]) < 1e-12, `${[nag, eta, gamma]}: ${x}`));
    assert.ok(Math.abs(found.size - size) < 1e-12, `${[nag, eta, gamma]}`);
  }
});

test("how fast, in words", () => {
  assert.deepEqual([0, 0.1, 1, 1 + 1e-15, 1.01].map(pace), ["there in one step", "a tenth after 1 steps", "never settles", "never settles", "diverges"]);
});

test("what a direction does, in words: two roots of 0 do not creep", () => {
  assert.equal(roots(true, 0.01, 9 / 11, 100).damping, "there in one step");
  assert.equal(roots(true, 0.01, 9 / 11, 1).damping, "creeps");
  assert.equal(roots(false, 0.01, 0.9, 100).damping, "swings");
  assert.equal(roots(false, 0.03, 0, 100).damping, "flips sign");
});

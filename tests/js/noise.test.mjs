// The random numbers of momentumlib/live/noise.js: Python's, to the last digit; and its closed form.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

const { draws, frame, variance } = await import(process.env.LIVE + "/noise.js");
const read = name => JSON.parse(readFileSync(`${process.env.LIVE}/${name}.json`));

test("the same numbers in both languages", () => {
  for (const [seed, numbers] of Object.entries(read("draws"))) assert.deepEqual([...draws(+seed, 500)], numbers);
});

test("the variance is that of momentumlib.theory", () => {
  for (const [eta, gamma, lam, sigma, wanted] of read("variances"))
    assert.ok(Math.abs(variance(eta, gamma, lam, sigma) / wanted - 1) < 1e-12, `${[eta, gamma, lam, sigma]}`);
  assert.ok(Number.isNaN(variance(1, 0, 2, 1)), "no cloud where the run is not stable");
});

test("what is widest fills its frame, and stays inside", () => {
  for (let reach = 0.02; reach < 9; reach *= 1.07) assert.ok(1.19 * reach < frame(reach) && frame(reach) < 1.71 * reach, reach);
});

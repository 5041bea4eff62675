// The random numbers of momentumlib/live/noise.js: Python's, to the last digit.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

const { draws } = await import(process.env.LIVE + "/noise.js");

test("the same numbers in both languages", () => {
  const wanted = JSON.parse(readFileSync(process.env.LIVE + "/draws.json"));
  for (const [seed, numbers] of Object.entries(wanted)) assert.deepEqual([...draws(+seed, 500)], numbers);
});

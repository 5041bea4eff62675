// The random numbers of momentumlib/live/network.js: those of NumPy's default_rng.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

const { generator } = await import(process.env.LIVE + "/network.js");

test("the numbers and the orders of NumPy", () => {
  for (const { seed, numbers, orders } of JSON.parse(readFileSync(process.env.LIVE + "/permutations.json"))) {
    const { random, permutation } = generator(seed);
    assert.deepEqual(numbers.map(random), numbers);
    for (const order of orders) assert.deepEqual([...permutation(order.length)], order);
  }
});

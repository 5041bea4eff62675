// Every schedule of momentumlib/live/schedules.js against the values of momentumlib.schedules.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

const { schedules } = await import(process.env.LIVE + "/schedules.js");
const cases = JSON.parse(readFileSync(process.env.LIVE + "/schedules.json"));

test("every kind is compared", () => {
  assert.deepEqual(new Set(cases.map(({ kind }) => kind)), new Set(Object.keys(schedules)));
});

for (const { kind, settings, values } of cases) test(`${kind} of ${settings}`, () => {
  values.forEach((wanted, t) => {
    const found = schedules[kind](t, ...settings);
    assert.ok(Math.abs(found - wanted) <= 1e-12, `at t = ${t}: ${found} is not ${wanted}`);
  });
});

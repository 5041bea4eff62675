// Each figure's files, put together by figure.py as one module.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

for (const name of ["race", "rate_map", "one_step", "per_coordinate", "designer", "noise", "translator", "prediction", "ball", "memory"]) test(name, async () => {
  const file = `${process.env.LIVE}/assembled/${name}.js`, text = readFileSync(file, "utf8");
  assert.doesNotMatch(text, /^\s*(import\b|\/\/|\/\*)/m);
  const figure = await import(file);                           // a name said twice, or left out, fails here or below
  assert.deepEqual(Object.keys(figure), ["default"]);
  assert.equal(typeof figure.default.render, "function");
  for (const [, word] of text.matchAll(/\b(?:new|extends) ([A-Z]\w+)/g))
    assert.ok(word in globalThis || new RegExp(`class ${word}\\b`).test(text) || ["ResizeObserver", "MutationObserver", "IntersectionObserver"].includes(word), word);
});

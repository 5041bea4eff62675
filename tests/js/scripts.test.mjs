// Each figure's files, put together by figure.py as one module.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import test from "node:test";

for (const file of readdirSync(`${process.env.LIVE}/assembled`)) test(file, async () => {
  const path = `${process.env.LIVE}/assembled/${file}`, text = readFileSync(path, "utf8");
  assert.doesNotMatch(text, /^\s*(import\b|\/\/|\/\*)/m);
  const figure = await import(path);                           // a name said twice, or left out, fails here or below
  assert.deepEqual(Object.keys(figure), ["default"]);
  assert.equal(typeof figure.default.render, "function");
  for (const [, word] of text.matchAll(/\b(?:new|extends) ([A-Z]\w+)/g))
    assert.ok(word in globalThis || new RegExp(`class ${word}\\b`).test(text) || ["ResizeObserver", "MutationObserver", "IntersectionObserver", "Worker"].includes(word), word);
});

// What the figures' language rests on: where names stand (names.js), what goals say (goal.js).

import assert from "node:assert/strict";
import test from "node:test";

const { nameSpot, spots } = await import(process.env.LIVE + "/drawing/names.js");
const { holds } = await import(process.env.LIVE + "/frame/goal.js");
const area = { x: 60, y: 8, w: 300, h: 200 };

test("names stand in the frame, on the side where there is room, clear of one another", () => {
  const plot = { area, named: [] }, at = [[100, 100], [102, 101], [355, 100], [70, 9], [90, 207]];
  const placed = at.map((pixel, i) => nameSpot(plot, pixel, 50, { left: i === 3 }));
  for (const [x, y] of placed) assert.ok(x >= area.x && x + 50 <= area.x + area.w && y - 7 >= area.y && y + 7 <= area.y + area.h, `${x}, ${y}`);
  assert.ok(placed[0][0] > 100 && placed[2][0] < 355 - 50);
  placed.forEach(([x, y], i) => placed.slice(i + 1).forEach(([u, v]) => assert.ok(Math.abs(x - u) >= 50 || Math.abs(y - v) >= 14)));
});

test("a curve is named where the others are far, and only in the frame", () => {
  const plot = { area, px: x => area.x + x, py: y => area.y + y };
  const curve = ys => ({ n: 301, xs: k => k, ys, width: 40 });
  const [one, two, none] = spots(plot, [curve(() => 100), curve(k => 100 + Math.max(0, 100 - k)), curve(() => 900)]);
  assert.ok(one.k < 80 && two.k < 80, `${one.k}, ${two.k}: where they have not met`);
  assert.equal(none.k, -1);
});

test("a name hides no part of a curve where there is room beside it", () => {
  const plot = { area, px: x => area.x + x, py: y => area.y + y }, width = 50;
  const zigzag = { n: 61, xs: k => 5 * k, ys: k => 40 + k + (k % 2 ? 60 : 0), width }, level = { n: 2, xs: k => 300 * k, ys: () => 20, width };
  for (const { k, left, dy, curve } of spots(plot, [zigzag, level]).map((spot, i) => ({ ...spot, curve: [zigzag, level][i] }))) {
    const x = plot.px(curve.xs(k)) + (left ? -8 - width : 8), y = plot.py(curve.ys(k)) + dy;
    for (const { n, xs, ys } of [zigzag, level]) for (let i = 0; i < 50 * (n - 1); i++) {
      const [a, part] = [Math.floor(i / 50), i % 50 / 50], at = f => f(a) + part * (f(a + 1) - f(a)), [px, py] = [plot.px(at(xs)), plot.py(at(ys))];
      assert.ok(px < x || px > x + width || Math.abs(py - y) > 6, `${px}, ${py} under ${x}, ${y}`);
    }
  }
});

test("a goal's conditions compare measures and traits, and say what alone may have moved", () => {
  const opened = { eta: 0.1, gamma: 0.5, start: [1, 2], step: 0 }, now = { eta: 0.1, gamma: 0.9, start: [1, 2], step: 7 };
  const say = condition => holds(condition, { J2: 1e-4 }, opened, name => now[name]);
  for (const true_ of ["J2 < 0.001", "J2 <= 1e-4", "gamma > 0.8", "eta >= 0.1", "only gamma", "only gamma eta"]) assert.equal(say(true_), true, true_);
  for (const false_ of ["J2 > 0.001", "gamma < 0.9", "only eta", "J2 < -1"]) assert.equal(say(false_), false, false_);
});

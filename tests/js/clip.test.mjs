// Lines cut at the frame of a picture: momentumlib/live/drawing/clip.js and Plot.line.

import assert from "node:assert/strict";
import test from "node:test";

const { inside } = await import(process.env.LIVE + "/drawing/clip.js");
const { Plot } = await import(process.env.LIVE + "/drawing/draw.js");
const FRAME = { x: 60, y: 8, w: 240, h: 200 }, PAD = 4;
const [left, right, top, bottom] = [56, 304, 4, 212];
const within = (x, y, slack = 1e-9) => x >= left - slack && x <= right + slack && y >= top - slack && y <= bottom + slack;

/** Repeatable numbers from −1 to 1. */
function numbers(seed) {
  return () => ((seed = (1103515245 * seed + 12345) % 2 ** 31) / 2 ** 30) - 1;
}

test("a segment keeps just the part that is inside", () => {
  const next = numbers(7);
  let cut = 0, gone = 0;
  for (let k = 0; k < 2000; k++) {
    const reach = 10 ** (2 + 3 * Math.abs(next()));
    const [x0, y0, x1, y1] = Array.from({ length: 4 }, (_, i) => (i % 2 ? 108 : 180) + reach * next());
    const part = inside(FRAME, PAD, x0, y0, x1, y1), length = Math.hypot(x1 - x0, y1 - y0);
    const at = Array.from({ length: 401 }, (_, i) => i / 400), seen = at.filter(t => within(x0 + t * (x1 - x0), y0 + t * (y1 - y0), -1e-6));
    if (!part) { assert.deepEqual(seen, []); gone++; continue; }
    for (const [x, y] of [part.slice(0, 2), part.slice(2)]) {
      assert.ok(within(x, y), `${x}, ${y} is outside`);
      const off = Math.abs((x1 - x0) * (y - y0) - (y1 - y0) * (x - x0)) / length;
      assert.ok(off <= 1e-6, `${off} beside the line`);
    }
    const [from, to] = [0, 2].map(i => ((part[i] - x0) * (x1 - x0) + (part[i + 1] - y0) * (y1 - y0)) / length ** 2);
    assert.ok(from <= to && seen.every(t => t >= from - 1e-9 && t <= to + 1e-9));
    if (from > 0 || to < 1) cut++;
  }
  assert.ok(cut > 300 && gone > 300, `${cut} cut, ${gone} gone`);
});

test("an end inside stays as it is, one on no side is no segment, one far away gives only the direction", () => {
  assert.deepEqual(inside(FRAME, PAD, 100.1, 50.2, 200.3, 60.4), [100.1, 50.2, 200.3, 60.4]);
  assert.deepEqual(inside(FRAME, PAD, 100, 50, 100, 50), [100, 50, 100, 50]);
  assert.equal(inside(FRAME, PAD, 0, 50, 0, 60), null);
  assert.equal(inside(FRAME, PAD, -1e300, -1e300, 1e300, 1e300), null);
  const [x0, y0, x1, y1] = inside(FRAME, PAD, 1e300, 2e300, 100, 50);
  assert.deepEqual([x1, y1], [100, 50]);
  assert.ok(Math.abs(x0 - 181) < 1e-9 && Math.abs(y0 - bottom) < 1e-9, `${x0}, ${y0}`);
});

test("a line is lifted where it leaves the frame or has no value, and only there", () => {
  const calls = [], kept = {};
  const context = new Proxy({}, {
    get: (_, name) => name in kept ? kept[name] : (...values) => { if (/To$/.test(name)) calls.push([name, ...values]); },
    set: (_, name, value) => { kept[name] = value; return true; },
  });
  const node = () => ({ style: {}, clientWidth: 400, setAttribute() {}, appendChild: child => child, getContext: () => context });
  globalThis.document = { createElement: node };
  globalThis.getComputedStyle = () => ({ fontFamily: "serif" });
  const plot = new Plot(node(), { x: [0, 10], y: [0, 10], xlabel: "x", ylabel: "y" });
  plot.fit();
  plot.begin(() => "#000000");
  const drawn = ys => {
    calls.length = 0;
    plot.line(ys.length, k => k, k => ys[k], "ink", { width: 1 });
    return calls.map(([name, x, y]) => [name[0], +plot.sx.from((x - plot.area.x) / plot.area.w).toFixed(6), y]);
  };
  const points = ys => drawn(ys).map(([pen, x]) => [pen, x]);
  assert.deepEqual(points([1, 2, 3]), [["m", 0], ["l", 1], ["l", 2]]);
  assert.deepEqual(points([1, 2, NaN, 3, Infinity, 4, 5]), [["m", 0], ["l", 1], ["m", 5], ["l", 6]]);
  assert.deepEqual(points([1e6, 1e7, 2e6]), []);
  // up and out, in again: two strokes that end 2 pixels above the frame
  const zigzag = drawn([5, 1005, 5, 6]), high = plot.area.y - 2;
  assert.deepEqual(zigzag.map(([pen]) => pen).join(""), "mlmll");
  for (const k of [1, 2]) assert.ok(Math.abs(zigzag[k][2] - high) < 1e-9);
  assert.ok(zigzag[1][1] < 0.01 && zigzag[2][1] > 1.99);
});

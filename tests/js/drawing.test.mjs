// Ticks, numbers, scales and pictures of momentumlib/live/drawing.

import assert from "node:assert/strict";
import test from "node:test";

const { Plot } = await import(process.env.LIVE + "/drawing/draw.js");
const { keepPicture, rgba } = await import(process.env.LIVE + "/drawing/pictures.js");
const { logTicks, show, ticks } = await import(process.env.LIVE + "/drawing/numbers.js");
const close = (found, wanted) => {
  assert.equal(found.length, wanted.length, `${found} is not ${wanted}`);
  found.forEach((x, i) => assert.ok(Math.abs(x - wanted[i]) <= 1e-12 * Math.max(1, Math.abs(wanted[i])), `${x} is not ${wanted[i]}`));
};

test("ticks are round, inside, and include both ends where these are round", () => {
  close(ticks(0, 1), [0, 0.2, 0.4, 0.6, 0.8, 1]);
  close(ticks(-4.6, 4.6, 4), [-4, -2, 0, 2, 4]);
  close(ticks(0, 150, 5), [0, 20, 40, 60, 80, 100, 120, 140]);
  for (const [lo, hi] of [[0, 1e-9], [-3e7, 8e7], [0.9, 0.91]]) {
    const found = ticks(lo, hi);
    assert.ok(found.length >= 3 && found.length <= 9, `${found.length} ticks`);
    assert.ok(found.every(x => x >= lo - 1e-9 * (hi - lo) && x <= hi + 1e-9 * (hi - lo)));
  }
});

test("logarithmic ticks are powers of ten, with numbers between where there is room", () => {
  close(logTicks(1, 100, 8), [1, 2, 5, 10, 20, 50, 100]);
  close(logTicks(1, 1000, 7), [1, 3, 10, 30, 100, 300, 1000]);
  close(logTicks(1e-8, 100, 4).map(Math.log10), [-6, -3, 0]);
  close(logTicks(0.3, 4, 5), [0.5, 1, 2]);
});

test("numbers are shown as a reader writes them", () => {
  const shown = [[0, "0"], [-0.5, "−0.5"], [1 / 3, "0.3333"], [1234.56, "1235"], [99999, "100000"], [1e5, "10⁵"], [2.5e-7, "2.5·10⁻⁷"],
    [-1e-4, "−10⁻⁴"], [-3e12, "−3·10¹²"], [1.234e-10, "1.23·10⁻¹⁰"], [NaN, "–"], [Infinity, "∞"], [-Infinity, "−∞"]];
  for (const [x, text] of shown) assert.equal(show(x), text);
  assert.equal(show(0.123456, 3), "0.123");
});

test("a color is the pixel that a canvas stores", () => {
  assert.deepEqual([...new Uint8Array(Uint32Array.of(rgba("#0072b2")).buffer)], [0x00, 0x72, 0xb2, 255]);
});

test("what is drawn at a place is what is read there, on every scale", () => {
  const context = new Proxy({}, { get: (kept, name) => kept[name] ??= () => {}, set: () => true });
  const node = () => ({
    style: {}, clientWidth: 400, setAttribute() {}, appendChild: child => child,
    getContext: () => context, getBoundingClientRect: () => ({ left: 30, top: 70 }),
  });
  globalThis.document = { createElement: node };
  globalThis.getComputedStyle = () => ({ fontFamily: "serif" });
  for (const options of [{ x: [-4, 4], y: [0, 1] }, { x: [1e-4, 10], y: [1e-9, 1e3], xlog: true, ylog: true }, { y: [-1, 1], equal: true }]) {
    const plot = new Plot(node(), { xlabel: "x", ylabel: "y", ...options });
    plot.fit();
    plot.begin(() => "#000000");
    const [x, y] = [plot.o.x, plot.o.y].map(([lo, hi]) => options.xlog ? lo ** 0.3 * hi ** 0.7 : 0.3 * lo + 0.7 * hi);
    const event = { clientX: 30 + plot.px(x), clientY: 70 + plot.py(y) };
    close(plot.at(event).map((found, i) => found / [x, y][i]), [1, 1]);
    assert.ok(plot.covers(event) && !plot.covers({ clientX: 31, clientY: 71 }));
    if (options.equal) assert.ok(Math.abs(plot.px(1) - plot.px(0) - plot.py(0) + plot.py(1)) < 1e-9, "a circle is round");
  }
});

test("what stays the same is drawn twice, and then put back as a picture", () => {
  const surface = () => ({ put: 0, setTransform() {}, drawImage() { this.put++; } }), canvas = { width: 40, height: 30 };
  globalThis.document = { createElement: () => ({ getContext: surface }) };
  let ink = "#000000";
  const own = surface(), plot = { c: own, canvas, ratio: 1, pictures: {}, color: () => ink }, drawn = [];
  const keep = key => keepPicture(plot, "axes", key, () => drawn.push(plot.c === own));
  for (let k = 0; k < 4; k++) keep("a");
  assert.deepEqual([drawn, own.put, plot.c === own], [[true, false], 3, true]);  // at once, onto a picture, no more
  keep("b");                                                   // another key, theme or size is drawn anew
  ink = "#ffffff";
  keep("b");
  canvas.width = 50;
  keep("b");
  assert.deepEqual([drawn.slice(2), own.put], [[true, true, true], 3]);
});

test("points less than half a pixel apart are drawn as one, and the last is drawn", () => {
  const to = [], context = new Proxy({}, { get: (_, name) => (...at) => { if (name === "lineTo") to.push(at); }, set: () => true });
  const plot = Object.assign(Object.create(Plot.prototype), { c: context, area: { x: 0, y: 0, w: 100, h: 100 }, px: x => x, py: y => y, color: () => "" });
  plot.line(5, k => [10, 10.2, 10.4, 11, 11.1][k], () => 50, "ink");
  assert.deepEqual(to.map(([x]) => x), [10.2, 11, 11.1]);     // 10.4 is too near to where the pen stands
});

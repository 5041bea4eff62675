// The cloud: where noise holds a run of momentum and one of gradient descent, with the ellipses that
// the closed form gives, and how both come in from where the reader lets them go. The steps are those
// of noise.py, with the same random numbers.

import { show } from "./drawing/numbers.js";
import { Figure } from "./frame/controls.js";
import { handle } from "./frame/handle.js";

const STEPS = 20000, FIRST = 2000, TRAIL = 30, LAST = 300, MOST = 0.99;

/** `count` numbers of mean 0 and variance 1: sums of four 16-bit parts of two integer hashes. */
export function draws(seed, count) {
  const out = new Float64Array(count), begin = Math.imul(seed, 0x9e3779b9);
  for (let i = 0; i < count; i++) {
    let sum = 0;
    for (let k = 2 * i; k < 2 * i + 2; k++) {
      let x = (begin + k) >>> 0;
      x = Math.imul(x ^ (x >>> 16), 0x85ebca6b) >>> 0;
      x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35) >>> 0;
      x = (x ^ (x >>> 16)) >>> 0;
      sum += (x >>> 16) + (x & 0xffff);
    }
    out[i] = (sum - 131070) / 65536 * Math.sqrt(3);
  }
  return out;
}

/** Var θ in the end on ½λθ² with noise of standard deviation sigma; as `theory.stationary_variance`. */
export function variance(eta, gamma, lam, sigma) {
  if (eta * lam >= 2 * (1 + gamma)) return NaN;
  return eta * sigma * sigma * (1 + gamma) / (lam * (1 - gamma) * (2 * (1 + gamma) - eta * lam));
}

/** Half the height of a frame for what reaches so far; it grows by leaps, and a cloud in it. */
const leap = reach => 2 ** (Math.ceil(2 * Math.log2(reach) - 1e-9) / 2);
export const frame = reach => leap(1.2 * reach);

/** The way in from `start`, with the noise of step FIRST on: LAST + 1 points, coordinate by coordinate. */
function fall(noise, eta, gamma, lams, sigma, start) {
  return lams.map((lam, which) => {
    const path = new Float64Array(LAST + 1);
    let theta = path[0] = start[which], v = 0;
    for (let t = 0; t < LAST; t++) {
      v = gamma * v + eta * (lam * theta + noise[2 * (FIRST + t) + which] * sigma);
      path[t + 1] = theta -= v;
    }
    return path;
  });
}

/** The step at which a way is first inside its ellipse; null if it never is. */
function entered([xs, ys], [x, y]) {
  const t = x && y ? xs.findIndex((each, i) => (each / x.reach) ** 2 + (ys[i] / y.reach) ** 2 <= 1) : -1;
  return t < 0 ? null : t;
}

/** One coordinate of a run from FIRST on, its measured variance, and the closed form. */
function settle(noise, which, eta, gamma, lam, sigma) {
  const formula = variance(eta, gamma, lam, sigma), path = new Float64Array(STEPS - FIRST);
  if (Number.isNaN(formula)) return null;
  let theta = 0, v = 0, sum = 0;
  for (let t = 0; t < STEPS; t++) {
    v = gamma * v + eta * (lam * theta + noise[2 * t + which] * sigma);
    theta -= v;
    if (t >= FIRST) { path[t - FIRST] = theta; sum += theta * theta; }
  }
  return { path, measured: sum / path.length, formula, reach: 2 * Math.sqrt(formula) };
}

async function render({ model, el }) {
  const names = ["kappa", "eta", "gamma", "batch", "compare", "seed", "start", "step"], g = name => model.get(name);
  const fig = new Figure({ model, el }, names, { draw, python: () => fig.line("noise", names) });
  const fair = () => g("compare") === "effective", sigma = () => 1 / Math.sqrt(g("batch"));
  /** The setting of momentum at another γ, and of the gradient descent that it is compared with. */
  const ours = gamma => fair() ? g("eta") * (1 - gamma) / (1 - g("gamma")) : g("eta");
  const theirs = () => fair() ? g("eta") / (1 - g("gamma")) : g("eta");

  fig.stage.dataset.columns = "main";
  const plane = fig.plot({ tab: "cloud", xlabel: "θ₁", ylabel: "θ₂", aspect: 0.8, x: [-1, 1], y: [-1, 1], equal: true });
  const over = fig.plot({ tab: "width over γ", xlabel: "momentum γ", ylabel: "two standard deviations", aspect: 1.2, alone: 0.8, x: [0, 1], y: [0.1, 1], ylog: true });
  const turn = gamma => fig.update({ gamma, eta: +ours(gamma).toPrecision(4) });
  const move = x => turn(+Math.min(MOST, x).toFixed(3));
  handle(over, { label: "Momentum γ and two standard deviations along the valley", get: () => [g("gamma"), 2 * Math.sqrt(variance(g("eta"), g("gamma"), 1, sigma())) || over.o.y[1]], move, axis: "x" });
  over.canvas.addEventListener("click", e => { if (over.covers(e)) move(over.at(e)[0]); });
  const play = fig.player("step", () => LAST).querySelector("button");
  fig.slider("gamma", { label: "momentum γ", min: 0, max: MOST, step: 0.01, set: turn });
  fig.slider("eta", { label: "learning rate η", min: 1e-3, max: 1, log: true });
  fig.choice("compare", "gradient descent has", [["eta", "the same η"], ["effective", "the same η/(1 − γ)"]], { more: true });
  fig.slider("batch", { label: "batch size", min: 1, max: 128, step: 1, whole: true, more: true });
  fig.slider("kappa", { label: "condition number κ", min: 1, max: 30, log: true, more: true });
  fig.slider("seed", { label: "seed of the noise", min: 0, max: 99, step: 1, whole: true, more: true });
  // Both are let go at the ring, and fall into their clouds.
  const ring = fig.point("start", plane, "start", ["θ₁", "θ₂"], 3), again = () => { fig.update({ step: 0 }); play.click(); };
  ring.addEventListener("pointerup", again);
  plane.canvas.addEventListener("click", e => { if (plane.covers(e)) again(); });

  // Who hears a slider compares both clouds, along the valley.
  fig.answer = () => (fig.lines || []).filter(({ name }) => !name.textContent.endsWith("θ₂")).map(({ name, value }) => `${name.textContent}: ${value.textContent}`);

  let drawn, clouds, noise, seed, half = 0;
  fig.measures = () => { const [one, two] = settled().map(([x]) => x ? x.measured : Infinity); return { ratio: Math.sqrt(one / two) }; };
  function settled() {
    const key = names.slice(0, 6).map(g).join();
    if (key !== drawn) {
      if (seed !== g("seed")) noise = draws(seed = g("seed"), 2 * STEPS);
      clouds = [[g("eta"), g("gamma")], [theirs(), 0]].map(pair => [1, g("kappa")].map((lam, which) => settle(noise, which, ...pair, lam, sigma())));
      drawn = key;
    }
    return clouds;
  }

  function draw(color) {
    const both = settled(), t = g("step"), kappa = g("kappa"), rows = [];
    const looks = [["momentum", "momentum", []], ["gd", "GD", [6, 4]]], circle = i => 2 * Math.PI * i / 100;
    const reach = Math.max(0.02, ...both.flatMap(([x, y]) => x && y ? [0.85 * x.reach, y.reach] : []));
    // The ring is in the frame; while it is held nothing moves under the hand.
    const [x0, y0] = g("start").map(Math.abs), size = Math.max(frame(reach), leap(Math.max(x0 * plane.area.h / plane.area.w, y0)));
    half = ring.dataset.held === undefined ? size : Math.max(half, size);
    plane.set({ y: [-half, half] });
    plane.begin(color).axes();
    if (both.flat().includes(null)) plane.text(0, 0.8 * half, both.every(pair => pair.includes(null)) ? "both diverge: no cloud" : `${both[0].includes(null) ? "momentum" : "GD"} diverges: no cloud`, { align: "center" });
    const ways = [[g("eta"), g("gamma")], [theirs(), 0]].map(pair => fall(noise, ...pair, [1, kappa], sigma(), g("start")));
    const arrived = ways.map((way, k) => entered(way, both[k]));
    looks.forEach(([role, name, dash], k) => {
      const [x, y] = both[k], label = `${name}, η = ${show(k ? theirs() : g("eta"), 3)}`;
      if (!x || !y) return rows.push([role, dash, label, "diverges: no cloud"]);
      const px = i => plane.px(x.path[i]), py = i => plane.py(y.path[i]);
      const [wide, high] = [plane.px(x.reach) - plane.px(0), plane.py(0) - plane.py(y.reach)];
      const every = Math.ceil(x.path.length / Math.max(80, Math.min(1800, wide * high / 6)));  // dots, not a blot
      plane.clip(() => {
        plane.c.fillStyle = color(role);
        plane.c.globalAlpha = 0.4;
        for (let i = 0; i < x.path.length; i += every) plane.c.fillRect(Math.round(px(i)) - 1, Math.round(py(i)) - 1, 2, 2);  // whole pixels cost a fraction
      });
      plane.line(2, i => x.reach * (2 * i - 1), () => 0, role, { width: 1 });
      plane.line(2, () => 0, i => y.reach * (2 * i - 1), role, { width: 1 });
      plane.line(101, i => x.reach * Math.cos(circle(i)), i => y.reach * Math.sin(circle(i)), role, { width: 2.4, dash });
      const [xs, ys] = ways[k].map(way => t => way[t]), from = Math.max(0, t - TRAIL), last = arrived[k] ?? LAST;
      plane.line(last + 1, xs, ys, role, { width: 1.6, alpha: 0.6 });
      if (last < 80) plane.dots(last + 1, xs, ys, role, 2);
      for (const [ink, width] of [["paper", 4], [role, 1.8]]) plane.line(t - from + 1, i => xs(from + i), i => ys(from + i), ink, { width });
      plane.mark(xs(t), ys(t), role, { size: 5 });
      for (const [side, axis] of [[x, "θ₁"], [y, "θ₂"]])
        rows.push([role, dash, `${label}: variance of ${axis}`, `${show(side.measured, 3)} measured, ${show(side.formula, 3)} by the formula`, side.measured]);
    });
    looks.forEach(([role, name], k) => {                       // over both clouds, outside of its own ellipse
      const [x, y] = both[k], out = k ? 1 : -1;                // above GD's, below momentum's
      if (x && y) plane.name(0.3 * x.reach * -out, 0.95 * y.reach * out, name, role, { left: k > 0, dy: -11 * out });
    });

    const at = i => MOST * i / 150, spread = (eta, gamma, lam) => 2 * Math.sqrt(variance(eta, gamma, lam, sigma()));
    const curves = [1, kappa].flatMap(lam => [i => spread(ours(at(i)), at(i), lam), () => spread(theirs(), 0, lam)]);
    let low = Infinity, high = 0;
    for (const f of curves) for (let i = 0; i <= 150; i++) { const y = f(i); if (y < low) low = y; if (y > high) high = y; }
    if (!high) [low, high] = [0.1, 1];
    over.set({ y: [low / 1.6, high * 1.6] });
    over.begin(color).axes();
    curves.forEach((f, k) => over.line(151, at, f, looks[k % 2][0], { width: 2.4 - 0.8 * (k >> 1), dash: k % 2 ? [6, 4] : [] }));
    both.forEach((pair, k) => pair.forEach(side => side && over.mark(g("gamma"), 2 * Math.sqrt(side.measured), looks[k][0], { size: 4.5 })));
    if (kappa > 1.5) for (const [lam, axis] of [[1, "θ₁"], [kappa, "θ₂"]]) {
      let i = 6;                                             // where γ is small the curve may not have begun
      while (i < 140 && !(spread(ours(at(i)), at(i), lam) > 0)) i += 1;
      over.text(at(i) - 0.02, Math.min(over.o.y[1] / 1.3, spread(ours(at(i)), at(i), lam)), axis, { dy: -10 });
    }
    over.names(curves.slice(0, 2).map((f, k) => ({ n: 151, xs: at, ys: f, words: looks[k][1], role: looks[k][0] })));
    const after = t => t === 1 ? "after 1 step" : `after ${t} steps`;
    const steps = looks.map(([, name], k) => `${name} ${arrived[k] === null ? `not in ${LAST} steps` : after(arrived[k])}`).join(", ");
    fig.table([[null, [], "from the ring into its ellipse", steps, arrived[0] ?? Infinity], ...rows]);
  }

  return fig.start();
}

export default { render };

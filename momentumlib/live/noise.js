// The cloud: where noise holds a run of momentum and one of gradient descent, with the ellipses that
// the closed form gives. The steps are those of noise.py, with the same random numbers.

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
export const frame = reach => 2 ** (Math.ceil(2 * Math.log2(1.2 * reach)) / 2);

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
  const names = ["kappa", "eta", "gamma", "batch", "compare", "seed", "step"], g = name => model.get(name);
  const fig = new Figure({ model, el }, names, { draw, python: () => fig.line("noise", names) });
  const fair = () => g("compare") === "effective", sigma = () => 1 / Math.sqrt(g("batch"));
  /** The setting of momentum at another γ, and of the gradient descent that it is compared with. */
  const ours = gamma => fair() ? g("eta") * (1 - gamma) / (1 - g("gamma")) : g("eta");
  const theirs = () => fair() ? g("eta") / (1 - g("gamma")) : g("eta");

  fig.stage.dataset.columns = "2";
  const plane = fig.plot({ tab: "cloud", xlabel: "θ₁", ylabel: "θ₂", aspect: 0.85, x: [-1, 1], y: [-1, 1], equal: true });
  const over = fig.plot({ tab: "width over γ", xlabel: "momentum γ", ylabel: "two standard deviations", aspect: 0.85, x: [0, 1], y: [0.1, 1], ylog: true });
  const turn = gamma => fig.update({ gamma, eta: +ours(gamma).toPrecision(4) });
  const move = x => turn(+Math.min(MOST, x).toFixed(3));
  handle(over, { label: "Momentum γ and two standard deviations along the valley", get: () => [g("gamma"), 2 * Math.sqrt(variance(g("eta"), g("gamma"), 1, sigma())) || over.o.y[1]], move, axis: "x" });
  over.canvas.addEventListener("click", e => { if (over.covers(e)) move(over.at(e)[0]); });
  fig.player("step", () => LAST);
  fig.slider("gamma", { label: "momentum γ", min: 0, max: MOST, step: 0.01, set: turn });
  fig.slider("eta", { label: "learning rate η", min: 1e-3, max: 1, log: true });
  fig.choice("compare", "gradient descent has", [["eta", "the same η"], ["effective", "the same η/(1 − γ)"]], { more: true });
  fig.slider("batch", { label: "batch size", min: 1, max: 128, step: 1, whole: true, more: true });
  fig.slider("kappa", { label: "condition number κ", min: 1, max: 30, log: true, more: true });
  fig.slider("seed", { label: "seed of the noise", min: 0, max: 99, step: 1, whole: true, more: true });

  let drawn, clouds, noise, seed;
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
    plane.set({ y: [-frame(reach), frame(reach)] });
    plane.begin(color).axes();
    looks.forEach(([role, name, dash], k) => {
      const [x, y] = both[k], label = `${name}, η = ${show(k ? theirs() : g("eta"), 3)}`;
      if (!x || !y) return rows.push([role, dash, label, "diverges: no cloud"]);
      const px = i => plane.px(x.path[i]), py = i => plane.py(y.path[i]);
      const [wide, high] = [plane.px(x.reach) - plane.px(0), plane.py(0) - plane.py(y.reach)];
      const every = Math.ceil(x.path.length / Math.max(80, Math.min(1800, wide * high / 6)));  // dots, not a blot
      plane.clip(() => {
        plane.c.fillStyle = color(role);
        plane.c.globalAlpha = 0.4;
        for (let i = 0; i < x.path.length; i += every) plane.c.fillRect(px(i) - 1, py(i) - 1, 2, 2);
      });
      plane.line(2, i => x.reach * (2 * i - 1), () => 0, role, { width: 1 });
      plane.line(2, () => 0, i => y.reach * (2 * i - 1), role, { width: 1 });
      plane.line(101, i => x.reach * Math.cos(circle(i)), i => y.reach * Math.sin(circle(i)), role, { width: 2.4, dash });
      const from = Math.max(0, t - TRAIL);
      plane.line(t - from + 1, i => x.path[from + i], i => y.path[from + i], "paper", { width: 4 });
      plane.line(t - from + 1, i => x.path[from + i], i => y.path[from + i], role, { width: 1.8 });
      if (t) plane.mark(x.path[t], y.path[t], role, { size: 4.5 });
      const out = k ? 1 : -1;                                  // outside of its ellipse: above GD's, below momentum's
      plane.name(0.3 * x.reach * -out, 0.95 * y.reach * out, name, role, { left: k > 0, dy: -11 * out });
      for (const [side, axis] of [[x, "θ₁"], [y, "θ₂"]])
        rows.push([role, dash, `${label}: variance of ${axis}`, `${show(side.measured, 3)} measured, ${show(side.formula, 3)} by the formula`, side.measured]);
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
    for (const [lam, axis] of [[1, "θ₁"], [kappa, "θ₂"]]) {
      const y = spread(ours(0.04), 0.04, lam);
      if (kappa > 1.5) over.text(0.02, y, axis, { dy: -10 });
    }
    fig.table(rows);
  }

  return fig.start();
}

export default { render };

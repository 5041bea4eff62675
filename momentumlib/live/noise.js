// Noise: the clouds in which a run of momentum and one of gradient descent end, with what the
// closed form says of them. The steps are those of noise.py, with the same random numbers.

import { show } from "./numbers.js";
import { Figure } from "./controls.js";

const STEPS = 20000, FIRST = 2000, FRAME = 1.6;

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

/** One coordinate of a run from FIRST on, its measured variance, and the closed form. */
function settle(noise, which, eta, gamma, lam, scale) {
  if (eta * lam >= 2 * (1 + gamma)) return null;
  const path = new Float64Array(STEPS - FIRST);
  let theta = 0, v = 0, sum = 0;
  for (let t = 0; t < STEPS; t++) {
    v = gamma * v + eta * (lam * theta + noise[2 * t + which] * scale);
    theta -= v;
    if (t >= FIRST) { path[t - FIRST] = theta; sum += theta * theta; }
  }
  const formula = eta * scale * scale * (1 + gamma) / (lam * (1 - gamma) * (2 * (1 + gamma) - eta * lam));
  return { path, measured: sum / path.length, formula };
}

/** Half the width of the frame: the usual one, or so many times wider by √2 that an ellipse is inside. */
export const reach = widest => FRAME * 2 ** (Math.ceil(Math.max(0, 2 * Math.log2(1.25 * widest / FRAME))) / 2);

async function render({ model, el }) {
  const names = ["kappa", "eta", "gamma", "batch", "compare", "seed"], g = name => model.get(name);
  const fig = new Figure({ model, el }, names, { draw, python: () => fig.line("noise", names) });
  fig.stage.dataset.columns = "2";
  const plots = ["momentum", "gradient descent"].map(tab => fig.plot({ tab, xlabel: "θ₁", ylabel: "θ₂", aspect: 0.85 }));
  fig.slider("eta", { label: "learning rate η", min: 1e-3, max: 1, log: true });
  fig.slider("gamma", { label: "momentum γ", min: 0, max: 0.99, step: 0.01 });
  fig.slider("batch", { label: "batch size", min: 1, max: 128, step: 1, whole: true, more: true });
  fig.slider("kappa", { label: "condition number κ", min: 1, max: 30, log: true, more: true });
  fig.choice("compare", "gradient descent has", [["eta", "the same η"], ["effective", "the same η/(1 − γ)"]], { more: true });
  fig.slider("seed", { label: "seed of the noise", min: 0, max: 99, step: 1, whole: true, more: true });
  let noise, drawn, ratio;
  fig.measures = () => ({ ratio });

  function draw(color) {
    if (drawn !== g("seed")) noise = draws(drawn = g("seed"), 2 * STEPS);
    const eta = g("eta"), gamma = g("gamma"), kappa = g("kappa"), scale = 1 / Math.sqrt(g("batch")), rows = [];
    const other = g("compare") === "eta" ? eta : eta / (1 - gamma);
    const clouds = [["momentum", "momentum", eta, gamma], ["gd", "gradient descent", other, 0]].map(([role, name, e, c]) => {
      const sides = [1, kappa].map((lam, which) => settle(noise, which, e, c, lam, scale));
      return { role, name, label: `${name}, η = ${show(e, 3)}`, sides: sides.every(Boolean) && sides };
    });
    // One frame for both, so that their widths can be compared.
    const half = reach(Math.max(0, ...clouds.map(({ sides }) => sides ? 2 * Math.sqrt(sides[0].formula) : 0))), frame = [-half, half];
    const ellipse = (plot, [x, y], role, look) => plot.line(101, i => 2 * Math.sqrt(x.formula) * Math.cos(i * Math.PI / 50), i => 2 * Math.sqrt(y.formula) * Math.sin(i * Math.PI / 50), role, look);
    clouds.forEach(({ role, name, label, sides }, k) => {
      const plot = plots[k], rival = clouds[1 - k];
      plot.set({ x: frame, y: frame });
      plot.begin(color).axes();
      if (sides) {
        const [x, y] = sides, size = 2 * Math.sqrt(x.formula) > half / 6 ? 2 : 1;  // a small cloud of large dots is a blob
        plot.clip(() => {
          plot.c.fillStyle = color(role);
          plot.c.globalAlpha = 0.5;
          for (let t = 0; t < x.path.length; t += 6) plot.c.fillRect(plot.px(x.path[t]) - size / 2, plot.py(y.path[t]) - size / 2, size, size);
        });
        ellipse(plot, sides, "ink");
        for (const [side, axis] of [[x, "θ₁"], [y, "θ₂"]])
          rows.push([role, [], `${name}: variance of ${axis}`, `${show(side.measured, 3)} measured, ${show(side.formula, 3)} by the formula`, side.measured]);
      } else rows.push([role, [], label, "diverges: no cloud"]);
      if (rival.sides) ellipse(plot, rival.sides, rival.role, { alpha: 0.6, width: 1.2 });
      plot.name(-half, 0.86 * half, sides ? label : `${label}: diverges`, role);
    });
    const [one, two] = clouds.map(({ sides }) => sides ? sides[0].measured : Infinity);
    ratio = Math.sqrt(one / two);
    fig.table(rows);
  }

  return fig.start();
}

export default { render };

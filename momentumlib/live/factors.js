// The V: by what each step of gradient descent multiplies the error along the valley and across
// it, over η. The larger factor decides; it is lowest where the two cross.

import { show } from "./drawing/numbers.js";
import { Figure } from "./frame/controls.js";
import { CODES, engine } from "./wasm/engine.js";
import { handle } from "./frame/handle.js";
import { paintLandscape, valley } from "./drawing/landscape.js";
import { pace } from "./sigma.js";

const N = 401;

async function render({ model, el }) {
  const [wasm, maps] = await Promise.all([engine(model.get("module")), engine(model.get("map_module"))]);
  const names = ["kappa", "eta"], fig = new Figure({ model, el }, names, { draw, python: () => fig.line("factors", [...names, "steps", "start"]) });
  const kappa = () => model.get("kappa"), eta = () => model.get("eta"), top = () => 2.3 / kappa();
  /** The larger of the factors' sizes in the directions `lam`, at n values of η. */
  const sizes = (lam, n = N, at = i => top() * i / (N - 1)) => maps.rates(false, n, at, 1, () => 0, lam).slice();

  fig.stage.dataset.columns = "2";
  const vee = fig.plot({ tab: "factors", xlabel: "learning rate η", ylabel: "factor per step, its size", aspect: 0.8, y: [0, 1.3] });
  const land = fig.plot({ tab: "path", xlabel: "θ₁", ylabel: "θ₂", aspect: 0.8 });
  const move = x => fig.update({ eta: +Math.max(0.01 * top(), x).toPrecision(4) });
  handle(vee, { label: "Learning rate η and the larger factor", get: () => [eta(), sizes([1, kappa()], 1, eta)[0]], move, axis: "x" });
  vee.canvas.addEventListener("click", e => { if (vee.covers(e)) move(vee.at(e)[0]); });
  fig.slider("eta", { label: "learning rate η", limits: () => [0.01 * top(), top()], log: true });
  fig.allowed.eta = value => value > 0 && value < 4;             // a link sets κ, and with it the limits, at the same time
  fig.slider("kappa", {
    label: "condition number κ", min: 1, max: 1000, log: true,
    // keep ηL, so that the marker stays where it is on the steep side
    set: value => fig.update({ kappa: value, eta: +(eta() * kappa() / value).toPrecision(4) }),
  });
  fig.button("Go to the best η", () => fig.update({ eta: 2 / (1 + kappa()) }));

  fig.tour([{ eta: 0.02 * top() }, { eta: 2 / (1 + kappa()) }, { eta: 2.15 / kappa() }]);
  let rate;
  fig.measures = () => ({ rate });

  function draw(color) {
    const L = kappa(), x = i => top() * i / (N - 1), [along, across, larger] = [[1], [L], [1, L]].map(lam => sizes(lam));
    const best = 2 / (1 + L), [lowest] = sizes([1, L], 1, () => best);
    [rate] = sizes([1, L], 1, eta);
    vee.set({ x: [0, top()] });
    vee.begin(color).axes();
    vee.line(N, x, i => along[i], "muted", { width: 1.5 });
    vee.line(N, x, i => across[i], "muted", { width: 1.5, dash: [6, 4] });
    vee.line(N, x, i => larger[i] <= 1 ? larger[i] : NaN, "ink", { width: 4 });
    vee.line(N, x, i => larger[i] >= 1 ? larger[i] : NaN, "bad", { width: 4 });
    vee.line(2, () => best, k => [0, lowest][k], "muted", { width: 1, dash: [2, 3] });
    vee.mark(best, lowest, "good", { shape: "star", size: 8 });
    vee.name(0, 1, "|1 − ημ|, along", "ink", { dy: -14 });
    vee.name(0.4 / L, 0.6, "|1 − ηL|, across", "ink");
    if (L > 3) vee.name(2.2 / L, 1.2, "diverges", "bad", { left: true });

    const start = model.get("start"), steps = model.get("steps"), [w, h] = start.map(s => 1.3 * Math.max(0.5, Math.abs(s)));
    const run = wasm.run(0, valley(L, 0), start, steps, { code: CODES.gd, hyper: { eta: eta() } });
    land.set({ x: [-w, w], y: [-h, h] });
    land.begin(color);
    paintLandscape(land, wasm, 0, valley(L, 0), 0);
    land.mark(0, 0, "ink", { shape: "star", size: 7 });
    land.trail(run.rows, run.rows, k => run.theta[2 * k], k => run.theta[2 * k + 1], "gd", { width: 1.6, dots: true });
    land.mark(...start, "gd", { shape: "ring" });
    land.axes(false);

    const factor = lam => 1 - eta() * lam, way = f => f < 0 ? ", from wall to wall" : "";
    fig.table([
      [null, [], "along the valley", `1 − ημ = ${show(factor(1))}${way(factor(1))}`, factor(1)],
      [null, [], "across it", `1 − ηL = ${show(factor(L))}${way(factor(L))}`, factor(L)],
      [null, [], "the larger one decides", `${show(rate)} per step: ${pace(rate)}`, rate],
      [null, [], "the star", `η = 2/(L + μ) = ${show(best)}, rate ${show(lowest)}`, lowest],
    ]);
  }

  return fig.start();
}

export default { render };

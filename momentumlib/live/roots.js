// One direction of a valley: the two roots σ of momentum's recurrence, which meet and split as γ
// grows, how large they are over γ, and the run that they make.

import { show } from "./drawing/numbers.js";
import { Figure } from "./frame/controls.js";
import { CODES, engine } from "./wasm/engine.js";
import { handle } from "./frame/handle.js";
import { valley } from "./drawing/landscape.js";
import { pace, roots } from "./sigma.js";

const N = 401, turn = k => 2 * Math.PI * k / 120;

async function render({ model, el }) {
  const [wasm, maps] = await Promise.all([engine(model.get("module")), engine(model.get("map_module"))]);
  const names = ["slope", "gamma"], fig = new Figure({ model, el }, names, { draw, python: () => fig.line("roots", [...names, "steps"]) });
  const slope = () => model.get("slope"), gamma = () => model.get("gamma"), at = i => i / (N - 1);
  /** The larger |σ| at n values of γ. */
  const larger = (n = N, g = at) => maps.rates(false, 1, slope, n, g, [1]).slice();
  const critical = () => (1 - Math.sqrt(slope())) ** 2;

  fig.stage.dataset.columns = "2";
  const plane = fig.plot({ tab: "roots", xlabel: "real part of σ", ylabel: "imaginary part of σ", aspect: 0.8, y: [-1.2, 1.2], equal: true });
  const sizes = fig.plot({ tab: "sizes", xlabel: "momentum γ", ylabel: "|σ|", aspect: 0.8, x: [0, 1], y: [0, 1.2] });
  const error = fig.plot({ tab: "run", xlabel: "step t", ylabel: "error e", height: 150, y: [-1.2, 1.2] });
  error.box.style.gridColumn = "1 / -1";
  const move = x => fig.update({ gamma: +x.toFixed(4) });
  handle(sizes, { label: "Momentum γ and the larger |σ|", get: () => [gamma(), larger(1, gamma)[0]], move, axis: "x" });
  // The roots themselves: γ is the one whose root is nearest to the hand, which holds either of a pair.
  let lower = 0;
  const upper = i => roots(false, slope(), at(i), 1).pair[0];
  handle(plane, { label: "The root σ, real and imaginary part", get: () => { const { pair } = roots(false, slope(), gamma(), 1); return pair[pair[0][1] && lower]; }, move: (x, y) => {
    lower = +(y < 0);
    const far = i => { const [a, b] = upper(i); return (a - x) ** 2 + (b - Math.abs(y)) ** 2; };
    let near = 0;
    for (let i = 1; i < N; i++) if (far(i) < far(near)) near = i;
    move(at(near));
  } });
  sizes.canvas.addEventListener("click", e => { if (sizes.covers(e)) move(sizes.at(e)[0]); });
  fig.slider("gamma", { label: "momentum γ", min: 0, max: 1, step: 0.001 });
  fig.slider("slope", { label: "ηλ", min: 0.005, max: 4, log: true });
  fig.button("Go to where they meet", () => fig.update({ gamma: Math.min(1, critical()) }));

  if (critical() < 1) fig.tour([{ gamma: critical() }, { gamma: 0.95 }, { gamma: 0 }]);
  let rate;
  fig.measures = () => ({ rate });

  function draw(color) {
    const meet = critical(), now = roots(false, slope(), gamma(), 1), all = Array.from({ length: N }, (_, i) => roots(false, slope(), at(i), 1).pair);
    const big = larger(), swings = now.pair[0][1] !== 0;
    [rate] = larger(1, gamma);
    const small = rate ? gamma() / rate : 0;

    plane.begin(color).axes();
    plane.line(121, k => Math.cos(turn(k)), k => Math.sin(turn(k)), "muted", { width: 1.4 });
    for (const r of [0, 1]) plane.line(N, i => all[i][r][0], i => all[i][r][1], "ink", { width: 2, alpha: 0.25 });
    plane.line(121, k => Math.sqrt(gamma()) * Math.cos(turn(k)), k => Math.sqrt(gamma()) * Math.sin(turn(k)), "muted", { width: 1, dash: [2, 3] });
    for (const [i, [x, y]] of now.pair.entries()) {
      if (swings) plane.line(2, k => k * x, k => k * y, "ink", { width: 1.2 });
      plane.mark(x, y, now.pair[i][0] ** 2 + y * y > rate * rate * (1 - 1e-9) ? "ink" : "muted", { size: 6 });
    }
    plane.name(Math.SQRT1_2, Math.SQRT1_2, "|σ| = 1", "muted");

    sizes.begin(color).axes();
    sizes.line(2, k => k, () => 1, "muted", { width: 1.4 });
    sizes.line(N, at, i => big[i] ? at(i) / big[i] : 0, "muted", { width: 1.5, dash: [6, 4] });
    sizes.line(N, at, i => big[i], "ink", { width: 4 });
    if (meet <= 1) {
      sizes.line(2, () => meet, k => sizes.o.y[k], "muted", { width: 1, dash: [2, 3] });
      sizes.mark(meet, Math.sqrt(meet), "good", { shape: "star", size: 8 });
      if (meet > 0.25) sizes.text(meet / 2, 1.1, slope() < 1 ? "creeps" : "flips", { align: "center" });
      if (meet < 0.75) sizes.text((1 + meet) / 2, 1.1, "swings", { align: "center" });
      if (meet > 0.2) sizes.name(meet / 2, meet / 2 / larger(1, () => meet / 2)[0], "the smaller", "muted", { dy: 10 });
      if (meet < 0.8) sizes.name((1.2 + meet) / 2.2, Math.sqrt((1.2 + meet) / 2.2), "√γ", "ink", { dy: 10 });
    }

    const steps = model.get("steps"), run = wasm.run(0, valley(1, 0), [1, 0], steps, { code: CODES.momentum, hyper: { eta: slope(), gamma: gamma() } });
    error.set({ x: [0, steps] });
    error.begin(color).axes();
    error.line(2, k => steps * k, () => 0, "muted", { width: 1 });
    error.line(run.rows, k => k, k => run.theta[2 * k], "momentum", { width: 1.6 });
    error.dots(run.rows, k => k, k => run.theta[2 * k], "momentum", 2.2);

    const [[re, im], [other]] = now.pair;
    fig.table([
      [null, [], "the roots", swings ? `σ = ${show(re)} ± ${show(im)} i` : `σ = ${show(re)} and ${show(other)}`],
      [null, [], "the larger |σ|", `${show(rate)} per step: ${now.damping}, ${pace(rate)}`, rate],
      [null, [], "the smaller |σ|", show(small), small],
      [null, [], "they meet at", meet <= 1 ? `γ = (1 − √ηλ)² = ${show(meet)}` : "no γ up to 1", meet],
    ]);
  }

  return fig.start();
}

export default { render };

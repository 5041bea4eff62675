// The (η, γ) plane, colored by the rate on a valley; a marker that the reader moves, and what
// each direction of the valley does there.

import { mapRoles } from "./drawing/pictures.js";
import { handle } from "./frame/handle.js";
import { show } from "./drawing/numbers.js";
import { Figure } from "./frame/controls.js";
import { CODES, engine } from "./wasm/engine.js";
import { paintLandscape, valley } from "./drawing/landscape.js";
import { best, pace, roots } from "./sigma.js";

async function render({ model, el }) {
  const [wasm, maps] = await Promise.all([engine(model.get("module")), engine(model.get("map_module"))]);
  const names = ["kappa", "nag", "eta", "gamma"];
  const fig = new Figure({ model, el }, names, { draw, python: () => fig.line("rate_map", [...names, "steps", "start"]) });
  const etas = () => [0.02 / model.get("kappa"), 4.4 / model.get("kappa")];

  fig.stage.dataset.columns = "main";
  const map = fig.plot({ tab: "map", xlabel: "learning rate η", ylabel: "momentum γ", xlog: true, y: [0, 1], aspect: 1.02, alone: 0.95 });
  const circle = fig.plot({ tab: "roots σ", xlabel: "real part of σ", ylabel: "imaginary part", aspect: 0.62, alone: 0.8, y: [-1.3, 1.3], equal: true });
  const errors = fig.plot({ tab: "errors", xlabel: "step t", ylabel: "error", ylog: true, aspect: 0.46, alone: 0.8 });
  const land = fig.plot({ tab: "path", xlabel: "θ₁", ylabel: "θ₂", aspect: 0.46, alone: 0.8 });
  const move = (eta, gamma) => fig.update({ eta: +eta.toPrecision(3), gamma: +gamma.toFixed(3) });
  handle(map, { label: "Learning rate η and momentum γ", get: () => [model.get("eta"), model.get("gamma")], move });
  map.canvas.addEventListener("click", e => { if (map.covers(e)) move(...map.at(e)); });
  fig.slider("eta", { label: "learning rate η", limits: etas, log: true });
  fig.allowed.eta = value => value >= 1e-5 && value <= 4.4;     // a link sets κ, and with it the limits, at the same time
  fig.slider("gamma", { label: "momentum γ", min: 0, max: 1, step: 0.005 });
  fig.slider("kappa", {
    label: "condition number κ", min: 1, max: 1000, log: true, more: true,
    // keep ηL, so that the marker stays where it is on the map
    set: kappa => fig.update({ kappa, eta: +(model.get("eta") * model.get("kappa") / kappa).toPrecision(3) }),
  });
  fig.choice("nag", "method", [[false, "momentum"], [true, "NAG"]], { more: true, set: v => fig.update({ nag: v === "true" }) });
  fig.button("Go to the best point", () => {                    // exact: at a double root, digits cost speed
    const { eta, gamma } = best(model.get("nag"), model.get("kappa"));
    fig.update({ eta, gamma });
  });

  let rate;
  fig.measures = () => ({ rate });

  function draw(color) {
    const kappa = model.get("kappa"), nag = model.get("nag"), eta = model.get("eta"), gamma = model.get("gamma");
    const directions = [[1, "along", "along the valley, λ = μ = 1", []], [kappa, "across", `across it, λ = L = ${show(kappa, 3)}`, [8, 3]]];
    const top = best(nag, kappa), widest = Math.max(0.01, 1 - Math.floor(100 * top.rate) / 100);

    map.set({ x: etas() });
    const level = r => r > 1 + 1e-9 ? -1 : r >= 1 ? 9 : Math.max(0, Math.min(9, Math.floor(4.5 * Math.log10(widest / (1 - r)))));
    map.begin(color).fill([kappa, nag].join(), mapRoles, (nx, ny) => [rates(nx, ny), level]);
    const curve = (f, role, options) => map.line(101, k => f(k / 100), k => k / 100, role, options);
    const edge = g => (nag ? (2 + 2 * g) / (1 + 2 * g) : 2 + 2 * g) / kappa;
    curve(edge, "ink", { width: 2 });
    // Momentum is critical at both η = (1 ∓ √γ)²/λ, NAG at one η below 1/λ.
    const critical = (g, lam, side = -1) => (nag ? ((1 - g) / (1 + g)) ** 2 : (1 + side * Math.sqrt(g)) ** 2) / lam;
    for (const [lam, side] of [[1, -1], [kappa, -1], ...(nag ? [] : [[kappa, 1]])]) {
      const eta = g => critical(g, lam, side);
      curve(eta, "paper", { width: 3.2 });                     // two strokes: seen on every color
      curve(eta, "ink", { width: 1.4, dash: [5, 4] });
    }
    map.mark(top.eta, top.gamma, "paper", { shape: "star", size: 9 });
    map.named.push({ x: map.px(eta) - 12, y: map.py(gamma), width: 24 });  // the handle: no name is under it
    const guess = globalThis.predictions?.of(model.get("guess")).guess;
    if (Array.isArray(guess) && guess.length === 2 && guess.every(Number.isFinite)) map.mark(...guess, "ink", { shape: "ring" }).name(...guess, "your guess", "ink");
    map.mark(top.eta, top.gamma, "ink", { shape: "star", size: 6 }).axes(false);
    map.name(top.eta, top.gamma, "best", "ink", { left: !nag }).name(edge(0.3), 0.3, "stable", "ink", { left: true });
    // Half way between the star and γ = 1: lower, it would hide NAG's star.
    for (const [g, lam, words] of [[(1 + top.gamma) / 2, 1, "critical along"], [0.3, kappa, "critical across"]]) map.name(critical(g, lam), g, words, "ink", { left: true });

    circle.begin(color).axes();
    circle.line(121, k => Math.cos(k * Math.PI / 60), k => Math.sin(k * Math.PI / 60), "muted");
    const found = directions.map(([lam], i) => {
      const r = roots(nag, eta, gamma, lam);
      for (const [x, y] of r.pair) circle.mark(x, y, "ink", { size: 5, shape: i ? "ring" : "dot" });
      return r;
    });
    found.forEach(({ pair: [[x, y]] }, i) => circle.name(x, y, directions[i][1], "ink"));
    rate = Math.max(...found.map(r => r.size));

    const start = model.get("start"), steps = model.get("steps"), run = wasm.run(0, valley(kappa, 0), start, steps, {
      code: CODES[nag ? "nag" : "momentum"], ahead: nag, hyper: { eta, gamma },
    });
    const size = start.map(Math.abs), far = Math.max(...size);
    errors.set({ x: [0, steps], y: [far * 1e-8, far * 100] });
    errors.begin(color).axes();
    land.set({ x: [-1.3 * size[0], 1.3 * size[0]], y: [-1.3 * size[1], 1.3 * size[1]] });
    land.begin(color);
    paintLandscape(land, wasm, 0, valley(kappa, 0), 0);
    land.mark(0, 0, "ink", { shape: "star", size: 7 });
    const xs = k => run.theta[2 * k], ys = k => run.theta[2 * k + 1];
    land.line(run.rows, xs, ys, "ink", { width: 1.5 }).dots(Math.min(run.rows, 80), xs, ys, "ink", 2);
    land.axes(false);
    const lines = directions.map(([, words, , dash], i) => ({ n: run.rows, xs: k => k, ys: k => Math.max(1e-300, Math.abs(run.theta[2 * k + i])), words, role: "ink", dash }));
    for (const { n, xs, ys, role, dash } of lines) errors.line(n, xs, ys, role, { dash });
    errors.names(lines);

    const gap = found[0].size - found[1].size;
    fig.table([
      [null, [], nag ? "NAG" : "momentum", `rate ${show(rate)} per step: ${pace(rate)}`, rate],
      ...directions.map(([, , label, dash], i) => ["ink", dash, label, `|σ| = ${show(found[i].size)}, ${found[i].damping}${(i ? -gap : gap) > 1e-9 ? ", the slower" : ""}`, found[i].size]),
      [null, [], "the star", `η = ${show(top.eta, 3)}, γ = ${show(top.gamma, 3)}, rate ${show(top.rate)}`, top.rate],
    ]);
  }

  function rates(nx, ny) {
    const [lo, hi] = etas();
    return maps.rates(model.get("nag"), nx, i => lo * (hi / lo) ** ((i + 0.5) / nx), ny, j => 1 - (j + 0.5) / ny, [1, model.get("kappa")]);
  }

  const guessed = () => fig.redraw();                          // where the page keeps predictions, it tells of them
  addEventListener("predictions", guessed);
  fig.ends.push(() => removeEventListener("predictions", guessed));
  return fig.start();
}

export default { render };

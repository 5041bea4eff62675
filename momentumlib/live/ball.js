// The ball: momentum as a ball that rolls along the curve J(θ), gradient descent's beside it, and
// below both where they are at each step. A ball is where its run is: between two steps, where no
// run is anywhere, it is drawn on its way.

import { show, ticks } from "./drawing/numbers.js";
import { Figure, written } from "./frame/controls.js";
import { CODES, engine } from "./wasm/engine.js";
import { handle } from "./frame/handle.js";

const PARTS = 24, RADIUS = 12, ARROWS = 3, NEAR = 0.01, TAIL = 5, FLASH = 0.1, APART = 3;

/** The step from which J − J* stays below NEAR of its start; null if it never does. */
export function arrival(loss, minimum) {
  let t = loss.length;
  while (t > 0 && loss[t - 1] - minimum < NEAR * (loss[0] - minimum)) t--;
  return t < loss.length ? t : null;
}

/**
 * The steps that no ball could roll: t where, on the way from θ(t) to θ(t + 1), the curve rises
 * above the height that the ball's speed could carry it to, J + v²/(2η). `heights` are J at
 * PARTS + 1 even points of every step's way.
 */
export function leaps(run, eta, heights) {
  const out = [];
  for (let t = 0; t + 1 < run.rows; t++) {
    const top = reach(run, eta, t);
    if (heights.subarray(t * (PARTS + 1), (t + 1) * (PARTS + 1)).some(J => J > top * (1 + 1e-12))) out.push(t);
  }
  return out;
}

/** A thin line over the whole width of a plot, at a height in pixels. */
export function edge({ c, area, color }, y) {
  c.setLineDash([]);
  c.strokeStyle = color("muted");
  c.lineWidth = 1;
  c.beginPath();
  c.moveTo(area.x, Math.round(y) + 0.5);
  c.lineTo(area.x + area.w, Math.round(y) + 0.5);
  c.stroke();
}

const reach = (run, eta, t) => run.loss[t] + run.states[3 * t] ** 2 / (2 * eta);

async function render({ model, el }) {
  const wasm = await engine(model.get("module")), problems = model.get("problems"), g = name => model.get(name);
  const fig = new Figure({ model, el }, ["problem", "eta", "gamma", "start", "step"], { draw, python });
  const place = () => problems[g("problem")], steps = () => g("steps");
  const J = xs => Float64Array.from(wasm.values(place().p, place().params, 1, xs.length, at => at.set(xs)));

  const side = fig.plot({ tab: "from the side", edge: 8, height: matchMedia("(max-width: 600px)").matches ? 215 : 270 });
  const track = fig.plot({ tab: "step by step", edge: 8, height: 150 });
  const roll = fig.player("step", steps, { glide: true }).querySelector("button");
  const again = () => { fig.update({ step: 0 }); roll.click(); };
  fig.allowed.problem = i => i in problems;
  const gamma = fig.slider("gamma", { label: "momentum γ", min: 0, max: 1, step: 0.005 });
  gamma.querySelector("[type=range]").addEventListener("pointerup", again);
  fig.slider("eta", { label: "learning rate η", min: g("eta_range")[0], max: g("eta_range")[1], log: true, more: true });
  if (problems.length > 1) fig.choice("problem", "curve", problems.map((p, i) => [i, p.label]), {
    more: true, set: i => fig.update({ problem: +i, start: problems[i].start, step: 0 }),
  });
  fig.slider("start", { label: "start θ₀", limits: () => place().xlim, parent: fig.unseen });
  // The ball itself is the handle: who takes it up in mid-run sets it down for a new one.
  const knob = handle(side, {
    label: "the ball, θ", role: "momentum", axis: "x", get: () => [ball.x, ball.y].map((z, i) => Math.max(place()[i ? "ylim" : "xlim"][0], Math.min(place()[i ? "ylim" : "xlim"][1], z))),
    move: x => fig.update({ start: +x.toPrecision(4), step: 0 }),
  });
  knob.classList.add("live-bare");
  knob.addEventListener("pointerup", again);
  side.canvas.addEventListener("click", event => {
    if (!side.covers(event)) return;
    fig.update({ start: +side.at(event)[0].toPrecision(4), step: 0 });
    again();
  });

  /** The step at which the ball has come to the star, once it is there. */
  fig.score = () => { const n = runs().arrived[0]; return n !== null && g("step") >= n ? n : Infinity; };
  fig.measures = () => ({ arrival: fig.score() });

  let ball = { x: g("start"), y: 0 }, at = 0, known = {};

  /** Both runs, and what is said of them, anew only when something that matters has changed. */
  function runs() {
    const key = JSON.stringify([g("problem"), g("eta"), g("gamma"), g("start"), steps()]);
    if (known.key === key) return known;
    const [eta, { p, params, minimum }] = [g("eta"), place()];
    const both = ["momentum", "gd"].map(name => wasm.run(p, params, [g("start")], steps(), {
      code: CODES[name], hyper: { eta, gamma: name === "gd" ? 0 : g("gamma") }, states: true,
    }));
    const jumps = both.map(run => {
      const ways = new Float64Array((run.rows - 1) * (PARTS + 1));
      for (let t = 0, k = 0; t + 1 < run.rows; t++) for (let i = 0; i <= PARTS; i++) ways[k++] = run.theta[t] + (run.theta[t + 1] - run.theta[t]) * i / PARTS;
      return leaps(run, eta, J(ways));
    });
    return known = { key, both, jumps, arrived: both.map(run => minimum === null ? null : arrival(run.loss, minimum)) };
  }

  /** Where a ball is drawn at a time, in pixels: on the curve, or in the air where it jumps. */
  function spot(run, jumps, at) {
    const t = Math.min(Math.floor(at), run.rows - 1), part = t + 1 < run.rows ? at - t : 0;
    const x = run.theta[t] + part * ((run.theta[t + 1] ?? 0) - run.theta[t]), step = (side.o.x[1] - side.o.x[0]) / side.area.w;
    const [y, left, right] = J([x, x - step, x + step]);
    const slope = (side.py(right) - side.py(left)) / 2, long = Math.hypot(1, slope), r = RADIUS;
    let px = side.px(x) + r * slope / long, py = side.py(y) - r / long;
    if (part && jumps.includes(t)) {
      const [a, b] = [t, t + 1].map(k => side.py(run.loss[k]) - r), top = Math.min(a, b, side.py(Math.max(...J(Array.from({ length: PARTS }, (_, i) => run.theta[t] + i / PARTS * (run.theta[t + 1] - run.theta[t])))) ) - r) - 14;
      py = (1 - part) * a + part * b + 4 * part * (1 - part) * (top - (a + b) / 2);
      px = side.px(x);
    }
    return { x, y, px, py, t };
  }

  function round(x, y, r, color, alpha) {
    const { c } = side;
    c.globalAlpha = alpha;
    c.fillStyle = color;
    c.beginPath();
    c.arc(x, y, r, 0, 7);
    c.fill();
    c.globalAlpha = 1;
  }

  function disc({ x, px, py }, role, r) {
    const { c, area } = side, turn = (side.px(x) - area.x) / r;
    if (!(px > area.x - r && px < area.x + area.w + r && py > -2 * r)) return;
    const light = c.createRadialGradient(px - 0.4 * r, py - 0.45 * r, 0.1 * r, px, py, r);
    light.addColorStop(0, "rgb(255 255 255 / 0.65)");
    light.addColorStop(0.5, "rgb(255 255 255 / 0)");
    light.addColorStop(1, "rgb(0 0 0 / 0.28)");
    round(px, py, r + 1.5, side.color("paper"), 1);
    round(px, py, r, side.color(role), 1);
    c.setLineDash([]);
    c.strokeStyle = side.color("paper");
    c.lineWidth = 1.8;
    c.beginPath();                                             // a spoke, so that it can be seen to roll
    for (const way of [0, Math.PI]) { c.moveTo(px, py); c.lineTo(px + 0.75 * r * Math.cos(turn + way), py + 0.75 * r * Math.sin(turn + way)); }
    c.stroke();
    round(px, py, r, light, 1);
  }

  /** Where a ball has just been: the faster, the longer, and nothing where it rests. */
  function tail(run, jumps, role, r) {
    const all = 24;
    for (let k = 1; k <= all; k++) {
      const time = at - TAIL * (1 - k / all);
      if (time <= 0) continue;
      const { px, py } = spot(run, jumps, time);
      round(px, py, r * (0.3 + 0.65 * k / all), side.color(role), 0.11 * k / all);
    }
  }

  /** The ball at every step, as a lamp that flashes shows it: its path lies on the curve, where it is hardly seen. */
  function flashes(run) {
    let x, y;
    for (let t = 0; t < run.rows; t++) {
      const { px, py } = spot(run, [], t);
      if (Math.hypot(px - x, py - y) < APART) continue;        // where it rests it is one ghost, no second ball
      [x, y] = [px, py];
      round(px, py, RADIUS, side.color("momentum"), FLASH);
    }
  }

  function ground(xs, ys) {
    const { c, area, o } = side, sky = c.createLinearGradient(0, area.y, 0, area.y + area.h);
    const low = side.sy.to(0);
    for (let k = 0; k < 10; k++) sky.addColorStop(Math.max(0, Math.min(1, (1 - low) * (1 - (k / 9) ** 2))), side.color("level" + k));
    side.clip(() => {
      c.fillStyle = sky;
      c.beginPath();
      c.moveTo(area.x, area.y + area.h);
      xs.forEach((x, i) => c.lineTo(side.px(x), Math.max(area.y - 9, Math.min(area.y + area.h + 9, side.py(ys[i])))));
      c.lineTo(area.x + area.w, area.y + area.h);
      c.fill();
    });
    side.line(xs.length, i => xs[i], i => ys[i], "ink", { width: 1.6 });
  }

  function draw(color) {
    const { both, jumps, arrived } = runs(), { xlim, ylim, minima } = place(), [eta, names] = [g("eta"), ["momentum", "gd"]];
    const shown = x => x >= xlim[0] && x <= xlim[1];
    const step = Math.min(g("step"), steps());
    at = Math.min(fig.moment("step"), steps());

    side.set({ x: xlim, y: ylim });
    if (side.area) side.area.h = side.height - 44;             // room for the numbers of θ
    side.begin(color);
    const n = Math.round(side.area.w / 2), xs = Array.from({ length: n + 1 }, (_, i) => xlim[0] + (xlim[1] - xlim[0]) * i / n), ys = J(xs);
    side.keep("ground", g("problem"), () => ground(xs, ys));
    const won = fig.score() < Infinity;
    for (const x of minima) side.mark(x, J([x])[0], won ? "good" : "ink", { shape: "star", size: won ? 11 : 8 });
    both.forEach((run, i) => {
      const firm = Math.min(Math.floor(at) + 1, run.rows), c = side.c;
      c.globalAlpha = 0.25;
      side.dots(run.rows, k => run.theta[k], k => run.loss[k], names[i], 2);
      c.globalAlpha = 1;
      side.dots(firm, k => run.theta[k], k => run.loss[k], names[i], 2);
    });
    const [mine, other] = both.map((run, i) => spot(run, jumps[i], at)), t = mine.t, run = both[0];
    ball = mine;
    // How high its speed could carry it, and so how far: where that line meets the curve, it is held.
    const top = reach(run, eta, t);
    let from = xs.findIndex(x => x >= mine.x), to = from;
    while (from > 0 && ys[from - 1] < top) from--;
    while (to >= 0 && to < n && ys[to + 1] < top) to++;
    if (top < ylim[1] && shown(mine.x)) {
      side.line(2, i => [xs[from], xs[to]][i], () => top, "v", { dash: [2, 4], width: 1.4 });
      if (side.px(xs[to]) - mine.px > 300) side.name(xs[to], top, "as high as its speed could carry it", "v", { left: true, dy: -10 });
    }
    if (Math.abs(mine.px - other.px) > 80 && shown(other.x)) side.name(other.x, other.y, "gradient descent", "gd", { dy: -3 * RADIUS });
    if (!fig.part) flashes(run);
    else both.forEach((run, i) => side.clip(() => tail(run, jumps[i], names[i], (i ? 0.75 : 1) * RADIUS)));
    disc(other, "gd", 0.75 * RADIUS);
    disc(mine, "momentum", RADIUS);
    edge(side, side.area.y + side.area.h);
    for (const x of ticks(...xlim, side.area.w / 70)) side.text(x, ylim[0], show(x), { role: "muted", align: "center", dy: 12 });
    side.text(xlim[1], ylim[0], "θ", { align: "right", dy: 26 });
    if (t + 1 < run.rows && shown(mine.x)) {                                 // the next step is the old one's share and a push
      const carry = -g("gamma") * run.states[3 * t], next = -run.states[3 * (t + 1)], up = mine.py - RADIUS;
      const arrow = (begin, end, role, words, dy) => {
        const y = side.sy.from(1 - (up + dy - side.area.y) / side.area.h), [a, b] = [begin, end].map(x => mine.x + ARROWS * x);
        if (Math.abs(side.px(b) - side.px(a)) < 8) return;
        side.arrow([a, y], [b, y], role);
        if (words) side.name(b, y, words, role, { left: end < begin });
      };
      arrow(0, carry, "carry", "", -10);
      arrow(carry, next, "grad", "", -10);
      arrow(0, next, "v", "−v", -22);
    }

    track.set({ x: xlim, y: [steps() * 1.04, -steps() * 0.04] });
    track.begin(color);
    const rows = [0, 0.5, 1].map(part => Math.round(part * steps()));
    for (const row of rows.slice(1)) track.line(2, i => xlim[i], () => row, "grid", { width: 1 });
    edge(track, track.py(0));
    // A run that is far outside does not come back.
    const seen = both.map(each => { const k = each.theta.findIndex(x => x < 4 * xlim[0] || x > 4 * xlim[1]); return k < 0 ? each.rows : k; });
    both.forEach((each, i) => track.trail(seen[i], at, k => each.theta[k], k => k, names[i], { width: 1.6, dots: true, dash: i ? [2, 2] : [], size: 0 }));
    for (const x of minima) track.line(2, () => x, i => track.o.y[i], "muted", { width: 1, dash: [1, 4] });
    track.line(2, () => mine.x, i => [track.o.y[1], at][i], "momentum", { width: 1, alpha: 0.5 });
    for (const [each, role] of [[other, "gd"], [mine, "momentum"]]) track.mark(each.x, at, role);
    for (const row of rows) track.name(xlim[0], row, row ? String(row) : "step 0", "muted", row ? {} : { dy: 9 });
    track.names(both.map((each, i) => ({ n: seen[i], xs: k => each.theta[k], ys: k => k, words: ["momentum", "gradient descent"][i], role: names[i] })));

    const row = Math.min(step, run.rows - 1);
    fig.table([...both.map((each, i) => [names[i], [], ["momentum", "gradient descent"][i], fate(each, i, arrived[i]), arrived[i] ?? Infinity]), [null, [], `momentum at step ${row}`, there(run, row), run.theta[row]],
      [null, [], "steps that no ball could roll", String(jumps[0].length), jumps[0].length]]);
    // Last: a canvas that writes would have what has moved laid out first. The ball stands on its point.
    knob.style.setProperty("--off", `${(mine.px - side.px(mine.x)).toFixed(1)}px ${(mine.py - side.py(mine.y)).toFixed(1)}px`);
  }

  /** Where a run is, as far as there is anything to see. */
  function there(run, row) {
    const numbers = [run.theta[row], run.loss[row], run.states[3 * row]];
    return numbers.every(x => Math.abs(x) < 1e4) ? ["θ", "J", "v"].map((name, i) => `${name} = ${show(numbers[i], 3)}`).join(", ") : "far outside";
  }

  /** How a run ends, in words. */
  function fate(run, i, arrived) {
    const end = run.rows - 1, x = run.theta[end], speed = Math.abs(run.states[3 * end]);
    if (run.status === "diverged") return `thrown out of the picture: diverged after ${end} steps`;
    if (arrived !== null) return `at the star after ${arrived} steps`;
    if (x < 4 * place().xlim[0] || x > 4 * place().xlim[1]) return "thrown out of the picture";
    return speed < 1e-3 ? `caught in the dip at θ = ${show(x, 3)}` : `still rolling after ${end} steps`;
  }

  function python() {
    const filled = ["eta", "gamma", "start", "steps", "step"].map(n => `${n}=${written(g(n))}`);
    return `ml.live.ball(${place().python}, ${filled.join(", ")})`;
  }

  return fig.start();
}

export default { render };

// Runs momentumlib's own kernels: the WebAssembly module that the figure carries.

export const CODES = { gd: 0, momentum: 1, nag: 2, rmsprop: 3, adam: 4, nadam: 5, amsgrad: 6, adamw: 7, lion: 8, own: 9 };
export const STATUS = ["max_steps", "converged", "diverged"];
export const RESTARTS = { none: 0, every: 1, on_increase: 2, on_gradient: 3 };
const COLUMNS = { eta: 0, gamma: 1, beta1: 1, beta2: 2, eps: 3, weight_decay: 4 };

/** anywidget gives bytes as a DataView; V8 wants a Uint8Array. */
export const bytes = view => new Uint8Array(view.buffer, view.byteOffset, view.byteLength);

const loaded = new WeakMap();

/**
 * The engine of a module's bytes; one instance however many figures share the bytes. Where a page
 * runs what the module does not hold, `view.extend(exports, memory)` gives the exports with it.
 */
export function engine(view) {
  if (!loaded.has(view)) loaded.set(view, start(bytes(view), view.extend));
  return loaded.get(view);
}

function start(code, extend) {
  // A few kB, compiled at once: the figure can be drawn with the page's first picture.
  const module = new WebAssembly.Module(code), memory = new WebAssembly.Memory({ initial: 64 });
  const env = { memory, fmod: (a, b) => a % b };
  for (const { name, kind } of WebAssembly.Module.imports(module)) if (kind === "function") env[name] ||= Math[name];
  const { exports } = new WebAssembly.Instance(module, { env });
  return new Engine(extend ? extend(exports, memory) : exports, memory, exports.heap.value);
}

class Engine {
  constructor(exports, memory, base) { Object.assign(this, { exports, memory, base, top: base }); }

  /** Room for n numbers; everything is given back at the next `reset`. */
  room(n) {
    const at = this.top, need = at + 8 * n - this.memory.buffer.byteLength;
    if (need > 0) this.memory.grow(Math.ceil(need / 65536));
    this.top = at + 8 * n;
    return at;
  }

  put(values) {
    const at = this.room(values.length);
    new Float64Array(this.memory.buffer, at, values.length).set(values);
    return at;
  }

  view(at, n) { return new Float64Array(this.memory.buffer, at, n); }

  reset() { this.top = this.base; }

  /** J at n points (dim numbers each), written by `fill(view)`. */
  values(problem, params, dim, n, fill) {
    this.reset();
    const p = this.put(params), points = this.room(n * dim), out = this.room(n);
    fill(this.view(points, n * dim));
    this.exports["values" + problem](p, dim, params.length, points, n, out);
    return this.view(out, n);
  }

  /** The gradient at theta. */
  grad(problem, params, theta) {
    this.reset();
    const p = this.put(params), at = this.put(theta), out = this.room(theta.length);
    this.exports["grad" + problem](p, theta.length, params.length, at, out);
    return Array.from(this.view(out, theta.length));
  }

  /** The rate at each point of a grid (module of `wasm.build_map`): row j is gamma(j). */
  rates(nag, nx, eta, ny, gamma, eigenvalues) {
    this.reset();
    const x = this.put(Float64Array.from({ length: nx }, (_, i) => eta(i))), y = this.put(Float64Array.from({ length: ny }, (_, j) => gamma(j)));
    const lam = this.put(eigenvalues), out = this.room(nx * ny);
    this.exports.rates(nag ? 1 : 0, x, nx, y, ny, lam, eigenvalues.length, out);
    return this.view(out, nx * ny);
  }

  /**
   * One run. spec: { code, own (index of a reader's step), ahead, correct, hyper: {eta, gamma, …}:
   * numbers or arrays, one value a step; restart, k, tol, states }.
   * Gives { theta, loss, rows, status, restarts, states }, as `ml.minimize` does.
   */
  run(problem, params, start, steps, spec) {
    this.reset();
    const dim = start.length, p = this.put(params), work = this.room(6 * dim), hyper = this.room(5 * steps);
    const path = this.room((steps + 1) * dim), states = spec.states ? this.room(3 * dim * (steps + 1)) : 0;
    const marks = this.room(steps), result = this.room(4), losses = this.room(steps + 1);
    if (states) this.view(states, 3 * dim).fill(0);
    this.view(path, dim).set(start);
    const table = this.view(hyper, 5 * steps).fill(0);
    for (const [name, value] of Object.entries(spec.hyper)) {
      const column = COLUMNS[name];
      if (typeof value === "number") for (let t = 0; t < steps; t++) table[5 * t + column] = value;
      else for (let t = 0; t < steps; t++) table[5 * t + column] = value[t];
    }
    const failed = this.exports["run" + problem + (spec.code === CODES.own ? "_" + spec.own : "")](
      spec.code, spec.ahead ? 1 : 0, spec.correct === false ? 0 : 1, p, dim, params.length, work, hyper, steps,
      RESTARTS[spec.restart || "none"], spec.k || 0, spec.tol || 0, path, states, marks, result);
    if (failed) throw Error("your function raised an exception");
    const [rows, status, restarts] = new Int32Array(this.memory.buffer, result, 3);
    this.exports["values" + problem](p, dim, params.length, path, rows, losses);
    return {
      dim, rows, status: STATUS[status],
      theta: this.view(path, rows * dim).slice(),
      loss: this.view(losses, rows).slice(),
      restarts: Array.from(new Int32Array(this.memory.buffer, marks, restarts)),
      states: states ? this.view(states, 3 * dim * rows).slice() : null,
    };
  }
}

/** The η from lo to hi (geometric, n of them) whose run ends lowest: each method at its best. */
export function bestEta(run, lo, hi, n = 60) {
  let best = [Infinity, lo];
  for (let i = 0; i < n; i++) {
    const eta = lo * (hi / lo) ** (i / (n - 1)), { loss, status } = run(eta);
    const end = status === "diverged" ? Infinity : loss[loss.length - 1];
    if (end < best[0]) best = [end, eta];
  }
  return best[1];
}

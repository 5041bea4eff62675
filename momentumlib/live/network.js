// A network trained with the loops of layers.py, two methods side by side, in a worker of its own
// so that the page stays free. What the worker runs is the text of these functions: each of them
// stands alone.

/** NumPy's `default_rng(seed)`: PCG64, seeded by its SeedSequence; seed is below 2³². */
export function generator(seed) {
  const word = 0xffffffff, wide = (1n << 128n) - 1n, times = (a, b) => Math.imul(a, b) >>> 0;
  let constant = 0x43b0d7e5;
  const hashed = (value, factor) => {
    value = (value ^ constant) >>> 0;
    constant = times(constant, factor);
    value = times(value, constant);
    return (value ^ (value >>> 16)) >>> 0;
  };
  const pool = [seed, 0, 0, 0].map(value => hashed(value, 0x931e8875));
  for (let from = 0; from < 4; from++) for (let to = 0; to < 4; to++) if (from !== to) {
    const mixed = (times(pool[to], 0xca01f9dd) - times(hashed(pool[from], 0x931e8875), 0x4973f715)) >>> 0;
    pool[to] = (mixed ^ (mixed >>> 16)) >>> 0;
  }
  constant = 0x8b51f9dd;
  const words = Array.from({ length: 8 }, (_, i) => BigInt(hashed(pool[i % 4], 0x58f38ded)));
  const [a, b, c, d] = [0, 2, 4, 6].map(i => words[i] | words[i + 1] << 32n);
  const increment = ((c << 64n | d) << 1n | 1n) & wide;
  const turned = state => (state * 0x2360ed051fc65da44385df649fccf645n + increment) & wide;
  let state = turned((increment + (a << 64n | b)) & wide), kept = null;
  const next = () => {
    state = turned(state);
    const x = (state >> 64n ^ state) & (1n << 64n) - 1n, by = state >> 122n;
    return (x >> by | x << 64n - by) & (1n << 64n) - 1n;
  };
  const half = () => {                             // the low half of a draw, then its high half
    if (kept !== null) { const high = kept; kept = null; return high; }
    const drawn = next();
    kept = Number(drawn >> 32n);
    return Number(drawn & BigInt(word));
  };
  return {
    random: () => Number(next() >> 11n) / 2 ** 53,
    permutation: n => {
      const order = Int32Array.from({ length: n }, (_, i) => i);
      for (let i = n - 1; i > 0; i--) {
        const mask = 2 ** (32 - Math.clz32(i)) - 1;
        let j;
        do j = (half() & mask) >>> 0; while (j > i);
        [order[i], order[j]] = [order[j], order[i]];
      }
      return order;
    },
  };
}

/** Where a network begins: weights uniform, with the variance of He et al., biases 0 (train_here.py). */
export function beginning(random, layers, shapes) {
  return Float64Array.from(layers.flatMap(([above, size], i) => {
    const inputs = size * size * shapes[i][2], bound = Math.sqrt(3 * (i < layers.length - 1 ? 2 : 1) / inputs);
    const weights = Array.from({ length: above * inputs }, () => (2 * random() - 1) * bound);
    return [...weights, ...Array(above).fill(0)];
  }));
}

/**
 * Trains one network per method, all from one start and on the same minibatches, as `ml.minimize`
 * does. code: the module of `wasm.build_network`; layers: [channels, size, stride, pad] each;
 * shapes between them; levels: pixels from 0 to 31, of the pictures to train with (as many as
 * `count`) and then of those to test; labels of both; keep: look every so many steps.
 */
export function trainer({ code, layers, shapes, levels, labels, count, seed, keep, methods }) {
  const LANES = 64, FAR = 1e150, [height, width, colors] = shapes[0], classes = shapes.at(-1)[2];
  const module = new WebAssembly.Module(code), memory = new WebAssembly.Memory({ initial: 64 }), env = { memory };
  for (const { name, kind } of WebAssembly.Module.imports(module)) if (kind === "function") env[name] = Math[name];
  const { exports: run } = new WebAssembly.Instance(module, { env });
  let top = run.heap.value;
  const room = bytes => {
    const at = top;
    top = (at + bytes + 15) & ~15;
    const need = top - memory.buffer.byteLength;
    if (need > 0) memory.grow(Math.ceil(need / 65536));
    return at;
  };
  const area = ([h, w, c]) => h * w * c;
  const up = shapes.map(s => room(4 * LANES * area(s))), down = shapes.map(s => room(4 * LANES * area(s)));
  const total = room(4 * LANES * Math.max(...layers.map(l => l[0]))), lost = room(8), pictures = room(4 * levels.length);
  const which = room(4 * LANES), truth = room(4 * LANES), { random } = generator(seed), start = beginning(random, layers, shapes);
  const dim = start.length, nets = methods.map(() => ({ theta: room(8 * dim), v: room(8 * dim), single: room(4 * dim), grad: room(4 * dim), gone: null }));
  const f32 = (at, n) => new Float32Array(memory.buffer, at, n), f64 = (at, n) => new Float64Array(memory.buffer, at, n);
  const i32 = (at, n) => new Int32Array(memory.buffer, at, n);      // made when all room is taken, or grown memory would be lost
  const pixels = f32(pictures, levels.length), indices = i32(which, LANES), answers = i32(truth, LANES), cost = f64(lost, 1);
  for (let i = 0; i < levels.length; i++) pixels[i] = levels[i] / 31;
  for (const net of nets) { f64(net.theta, dim).set(start); f32(net.single, dim).set(start); }

  const places = [];                               // of each layer's weights and biases among the parameters
  layers.forEach(([above, size], i) => {
    const at = places.length ? places.at(-1).end : 0, bias = at + above * size * size * shapes[i][2];
    places.push({ at: 4 * at, bias: 4 * bias, end: bias + above });
  });

  /** The last layer's sums for up to LANES pictures; what is missing has the index −1. */
  function scores(single) {
    run.load(pictures, labels.length, height, width, colors, which, up[0]);
    layers.forEach(([above, size, stride, pad], i) => {
      if (i) run.rectify(up[i], LANES * area(shapes[i]));
      run.forward(up[i], ...shapes[i], single + places[i].at, size, single + places[i].bias, stride, pad, up[i + 1], ...shapes[i + 1]);
    });
  }
  /** A block's part of the mean cost of `of` pictures. */
  function loss(single, block, of) {
    for (let lane = 0; lane < LANES; lane++) {
      indices[lane] = block[lane] ?? -1;
      answers[lane] = lane < block.length ? labels[block[lane]] : -1;
    }
    scores(single);
    run.cost(up.at(-1), classes, truth, 1 / of, down.at(-1), lost);
    return cost[0] / of;
  }
  function back({ single, grad }) {
    for (let i = layers.length - 1; i >= 0; i--) {
      const [, size, stride, pad] = layers[i], { at, bias } = places[i];
      run.weight_grad(up[i], ...shapes[i], down[i + 1], ...shapes[i + 1], stride, pad, grad + at, size, grad + bias, total);
      if (!i) continue;
      run.input_grad(down[i + 1], ...shapes[i + 1], single + at, size, stride, pad, down[i], ...shapes[i]);
      run.mask(up[i], down[i], LANES * area(shapes[i]));
    }
  }
  const near = net => f64(net.theta, dim).every(x => Math.abs(x) <= FAR);
  const blocks = (first, last) => Array.from({ length: Math.ceil((last - first) / LANES) }, (_, k) =>
    Array.from({ length: Math.min(LANES, last - first - k * LANES) }, (_, lane) => first + k * LANES + lane));
  const everything = blocks(0, count), tested = blocks(count, labels.length);
  const { permutation } = generator(seed);
  let t = 0, order = [], looks = [], said = null;

  function step(settings) {
    if (order.length < LANES) order = permutation(count);
    const block = order.subarray(0, LANES);
    order = order.subarray(LANES);
    nets.forEach((net, k) => {
      if (net.gone !== null) return;
      const [eta, gamma] = settings[k];
      loss(net.single, block, LANES);
      back(net);
      run.move(net.theta, dim, net.v, net.grad, eta, gamma, net.single);
      if (!near(net)) net.gone = t;
    });
    t += 1;
  }

  function look() {
    const J = nets.map(net => net.gone === null ? everything.reduce((sum, block) => sum + loss(net.single, block, count), 0) : NaN);
    said = nets.map(guesses);
    looks.push([t, ...J, ...said.map(each => each.reduce((sum, guess, i) => sum + (guess === labels[count + i]), 0))]);
  }
  /** What each network takes the test pictures for. */
  function guesses({ single, gone }) {
    const out = new Int8Array(labels.length - count).fill(-1);
    if (gone !== null) return out;
    for (const block of tested) {
      loss(single, block, 1);
      const z = f32(up.at(-1), classes * LANES);
      block.forEach((k, lane) => {
        let best = 0;
        for (let c = 1; c < classes; c++) if (z[c * LANES + lane] > z[best * LANES + lane]) best = c;
        out[k - count] = best;
      });
    }
    return out;
  }

  /**
   * Go on with these [η, γ] for each method, to step `until` at most, for about `ms`; what was
   * seen: at each look the step, J of each, and how many test pictures each names rightly. There is
   * one after step `last`, too.
   */
  function advance({ settings, until, last, ms }) {
    looks = [];
    if (!t) look();
    const begun = performance.now(), from = t;
    while (t < until && (t === from || performance.now() - begun < ms) && nets.some(net => net.gone === null)) {
      step(settings);
      if (t % keep === 0 || t === last) look();
    }
    const first = layers[0][0] * layers[0][1] ** 2 * colors;
    return {
      t, looks, gone: nets.map(net => net.gone),
      filters: nets.map(net => f32(net.single, first).slice()), guesses: looks.length ? said : null,
    };
  }
  return { advance };
}

/** The pictures of a pack (fruit_pack.py): the labels of n of them, and their pixels from 0 to 31. */
export async function unpacked(pack, n, [height, width, colors]) {
  const { readable, writable } = new DecompressionStream("gzip"), writer = writable.getWriter(), reader = readable.getReader();
  writer.write(pack);                              // no Response and no Blob's stream: a worker from disk may not have them
  writer.close();
  const bytes = new Uint8Array(n + n * height * width * colors);
  for (let at = 0, part; !(part = await reader.read()).done; at += part.value.length) bytes.set(part.value, at);
  const labels = bytes.subarray(0, n), levels = bytes.subarray(n);
  const row = width * colors;
  for (let i = 0; i < levels.length; i++) {        // each is the mean of its neighbours, and a rest
    const x = Math.floor(i / colors) % width, y = Math.floor(i / row) % height, left = x ? levels[i - colors] : 0, above = y ? levels[i - row] : 0;
    levels[i] = levels[i] + (x && y ? (left + above) >> 1 : left + above) & 31;
  }
  return { labels, levels };
}

/** The worker's side: makes a trainer, and goes on with it when it is asked. */
export function served() {
  let made, pictures, queue = Promise.resolve();
  const answer = async data => {
    const { begin, run } = data, told = { run };
    try {
      if (begin?.pack) {
        pictures = await unpacked(begin.pack, begin.count + begin.tests, begin.shapes[0]);
        const first = begin.count * pictures.levels.length / pictures.labels.length;
        told.tests = { labels: pictures.labels.slice(begin.count), levels: pictures.levels.slice(first) };
      }
      if (begin) made = trainer({ ...begin, ...pictures });
      postMessage({ ...told, ...made.advance(data) });
    } catch (error) { postMessage({ run, failed: error.message }); }
  };
  onmessage = ({ data }) => { queue = queue.then(() => answer(data)); };
}

/** A worker that trains; a classic one, from the text of what it needs, as a page from disk has no other. */
export function worker() {
  const text = [generator, beginning, trainer, unpacked, served].join("\n") + "\nserved();";
  const url = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
  const made = new Worker(url);
  made.addEventListener("message", () => URL.revokeObjectURL(url), { once: true });
  return made;
}

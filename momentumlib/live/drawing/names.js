// Where the names of curves stand: beside them, inside the frame, clear of one another.

const HEIGHT = 15, GAP = 8, CELL = 6, SEEN = 128;

/**
 * Where a name of this width begins whose thing is at a pixel, [x, y] of its middle line: on the
 * right of it, or on the left where there is no room; up or down until it covers no other name.
 * options: left (on the left if there is room), dy (how far below the pixel it would stand).
 */
export function nameSpot({ area, named }, [px, py], width, { left = false, dy = 0 } = {}) {
  const first = area.x + 3, last = area.x + area.w - width - 3, sides = [px + GAP, px - GAP - width];
  if (left) sides.reverse();
  const fits = sides.find(x => x >= first && x <= last), x = fits ?? Math.max(first, Math.min(last, sides[0]));
  const top = area.y + HEIGHT / 2 + 1, bottom = area.y + area.h - HEIGHT / 2 - 1;
  const inFrame = y => Math.max(top, Math.min(bottom, y)), covers = y => named.some(n => x < n.x + n.width + 4 && n.x < x + width + 4 && Math.abs(y - n.y) < HEIGHT);
  const wanted = inFrame(py + (dy || (fits === undefined ? -0.8 * HEIGHT : 0))), tries = [0, -1, 1, -2, 2, -3, 3, -4, 4].map(k => inFrame(wanted + k * HEIGHT));
  const y = tries.find(at => !covers(at)) ?? wanted;
  named.push({ x, y, width });
  return [x, y];
}

/** A function of a box's left end, middle line and width: how many cells of a grid under it curves pass. */
function busy(plot, curves) {
  const { area } = plot, columns = Math.ceil(area.w / CELL) + 1, rows = Math.ceil(area.h / CELL) + 1, cells = new Uint8Array(columns * rows);
  for (const { n, xs, ys } of curves) {
    const column = k => (plot.px(xs(k)) - area.x) / CELL, row = k => (plot.py(ys(k)) - area.y) / CELL;
    const skip = Math.ceil(n / SEEN);                          // of long runs some steps, each in full
    for (let k = 0; k + 1 < n; k += skip) {
      const x0 = column(k), x1 = column(k + 1), y0 = row(k), y1 = row(k + 1);
      const far = Math.max(Math.abs(x1 - x0), Math.abs(y1 - y0));
      // What leads far outside hides nothing worth a thought.
      for (let i = 0, all = far < 1000 ? Math.ceil(far) || 1 : -1; i <= all; i++) {
        const u = x0 + (x1 - x0) * i / all, v = y0 + (y1 - y0) * i / all;
        if (u >= 0 && v >= 0 && u < columns && v < rows) cells[(v | 0) * columns + (u | 0)] = 1;
      }
    }
  }
  return (left, middle, width) => {
    const [x0, x1] = [left - area.x, left + width - area.x].map(x => Math.floor(x / CELL)), [y0, y1] = [-6, 6].map(d => Math.floor((middle + d - area.y) / CELL));
    let count = 0;
    for (let y = Math.max(0, y0); y <= Math.min(rows - 1, y1); y++) for (let x = Math.max(0, x0); x <= Math.min(columns - 1, x1); x++) count += cells[y * columns + x];
    return count;
  };
}

/**
 * For each of some curves ({ n, xs, ys, width }) where its name stands: { k, left, dy }, the point's
 * index, −1 where none is in the frame, and the side of it. It covers as little as it can of any
 * curve, is far from the others', and near a place right of the middle, so that names stand still
 * while curves move a little.
 */
export function spots(plot, curves, tries = 24, clear = 36) {
  const { area } = plot, shown = ([x, y]) => x >= area.x && x <= area.x + area.w && y >= area.y && y <= area.y + area.h;
  const pixels = curves.map(({ n, xs, ys }) => Array.from({ length: Math.min(n, tries) }, (_, i) => {
    const k = n <= tries ? i : Math.round(i * (n - 1) / (tries - 1));
    return { k, at: [plot.px(xs(k)), plot.py(ys(k))] };
  }).filter(({ at }) => shown(at)));
  const covered = busy(plot, curves);
  return pixels.map((own, i) => {
    let best = { score: -Infinity, k: -1 };
    const { width } = curves[i];
    for (const { k, at } of own) {
      let far = clear;
      pixels.forEach((other, o) => { if (o !== i) for (const { at: [x, y] } of other) far = Math.min(far, Math.hypot(x - at[0], y - at[1])); });
      const near = far - 0.1 * Math.abs(at[0] - area.x - 0.62 * area.w);
      if (near <= best.score) continue;
      for (const left of [false, true]) for (const dy of [-10, 10]) {
        const x = left ? at[0] - GAP - width : at[0] + GAP, y = at[1] + dy;
        if (x < area.x || x + width > area.x + area.w || y < area.y + 8 || y > area.y + area.h - 8) continue;
        const score = near - 4 * covered(x, y, width);
        if (score > best.score) best = { score, k, left, dy };
      }
      if (best.k < 0) best = { score: -1e9, k, left: false, dy: -10 };  // no room anywhere: nameSpot finds the nearest
    }
    return best;
  });
}

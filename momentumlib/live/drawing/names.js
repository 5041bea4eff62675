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

let cells = new Uint8Array(0);                               // the grid of one picture after the other

/** Mark the cells of a grid that curves pass; gives a function of a box's left end, middle line and width: how many are under it. */
function busy({ area, px, py }, curves) {
  const columns = Math.ceil(area.w / CELL) + 1, rows = Math.ceil(area.h / CELL) + 1;
  if (cells.length < columns * rows) cells = new Uint8Array(columns * rows);
  cells.fill(0);
  for (const { n, xs, ys } of curves) {
    const skip = Math.ceil(n / SEEN);                          // of long runs some steps, each in full
    for (let k = 0; k + 1 < n; k += skip) {
      const x0 = (px(xs(k)) - area.x) / CELL, y0 = (py(ys(k)) - area.y) / CELL;
      const dx = (px(xs(k + 1)) - area.x) / CELL - x0, dy = (py(ys(k + 1)) - area.y) / CELL - y0;
      const far = Math.max(Math.abs(dx), Math.abs(dy)), all = Math.ceil(far) || 1;
      if (!(far < 1000)) continue;                             // what leads far outside hides nothing worth a thought
      for (let i = 0; i <= all; i++) {
        const u = x0 + dx * i / all, v = y0 + dy * i / all;
        if (u >= 0 && v >= 0 && u < columns && v < rows) cells[(v | 0) * columns + (u | 0)] = 1;
      }
    }
  }
  const cell = (at, last) => Math.max(0, Math.min(last, Math.floor(at / CELL)));
  return (left, middle, width) => {
    const x0 = cell(left - area.x, columns - 1), x1 = cell(left + width - area.x, columns - 1);
    const y0 = cell(middle - 6 - area.y, rows - 1), y1 = cell(middle + 6 - area.y, rows - 1);
    let count = 0;
    for (let y = y0; y <= y1; y++) for (let x = x0; x <= x1; x++) count += cells[y * columns + x];
    return count;
  };
}

/** Of a curve the places in the frame that are tried for its name: `count` points, the index k and the pixel of each. */
function places({ area, px, py }, { n, xs, ys }, tries) {
  const all = Math.min(n, tries), found = { count: 0, k: new Int32Array(all), x: new Float64Array(all), y: new Float64Array(all) };
  for (let i = 0; i < all; i++) {
    const k = n <= tries ? i : Math.round(i * (n - 1) / (tries - 1)), x = px(xs(k)), y = py(ys(k));
    if (!(x >= area.x && x <= area.x + area.w && y >= area.y && y <= area.y + area.h)) continue;
    found.k[found.count] = k;
    found.x[found.count] = x;
    found.y[found.count++] = y;
  }
  return found;
}

/** How far a pixel is from the nearest place of another curve; `clear` where none is nearer. */
function clearance(all, own, x, y, clear) {
  let least = clear * clear;
  for (const other of all) {
    if (other !== own) for (let i = 0; i < other.count; i++) least = Math.min(least, (x - other.x[i]) ** 2 + (y - other.y[i]) ** 2);
  }
  return Math.sqrt(least);
}

/**
 * For each of some curves ({ n, xs, ys, width }) where its name stands: { k, left, dy }, the point's
 * index, −1 where none is in the frame, and the side of it. It covers as little as it can of any
 * curve, is far from the others', and near a place right of the middle, so that names stand still
 * while curves move a little. Runs at each event of a slider: it makes no objects on its way.
 */
export function spots(plot, curves, tries = 24, clear = 36) {
  const { area } = plot, all = curves.map(curve => places(plot, curve, tries)), covered = busy(plot, curves);
  return all.map((own, i) => {
    const { width } = curves[i], best = { score: -Infinity, k: -1, left: false, dy: -10 };
    for (let p = 0; p < own.count; p++) {
      const near = clearance(all, own, own.x[p], own.y[p], clear) - 0.1 * Math.abs(own.x[p] - area.x - 0.62 * area.w);
      if (near <= best.score) continue;
      for (let side = 0; side < 4; side++) {
        const left = side > 1, dy = side % 2 ? 10 : -10, x = left ? own.x[p] - GAP - width : own.x[p] + GAP, y = own.y[p] + dy;
        if (x < area.x || x + width > area.x + area.w || y < area.y + 8 || y > area.y + area.h - 8) continue;
        const score = near - 4 * covered(x, y, width);
        if (score > best.score) Object.assign(best, { score, k: own.k[p], left, dy });
      }
      if (best.k < 0) Object.assign(best, { score: -1e9, k: own.k[p] });  // no room anywhere: nameSpot finds the nearest
    }
    return best;
  });
}

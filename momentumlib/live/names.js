// Where the names of curves stand: beside them, inside the frame, clear of one another.

const HEIGHT = 15, GAP = 8;

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

/**
 * For each of some curves ({ n, xs, ys }) the index of the point where its name stands, −1 where
 * none is in the frame: clear of the other curves, and of such points the one nearest to a place
 * right of the middle, so that names stand still while curves move a little.
 */
export function spots(plot, curves, tries = 24, clear = 36) {
  const { area } = plot, inside = ([x, y]) => x >= area.x && x <= area.x + area.w && y >= area.y && y <= area.y + area.h;
  const pixels = curves.map(({ n, xs, ys }) => Array.from({ length: Math.min(n, tries) }, (_, i) => {
    const k = n <= tries ? i : Math.round(i * (n - 1) / (tries - 1));
    return { k, at: [plot.px(xs(k)), plot.py(ys(k))] };
  }).filter(({ at }) => inside(at)));
  return pixels.map((own, i) => {
    let best = { score: -Infinity, k: -1 };
    for (const { k, at } of own) {
      let far = clear;
      pixels.forEach((other, o) => { if (o !== i) for (const { at: [x, y] } of other) far = Math.min(far, Math.hypot(x - at[0], y - at[1])); });
      const score = far - 0.1 * Math.abs(at[0] - area.x - 0.62 * area.w);
      if (score > best.score) best = { score, k };
    }
    return best.k;
  });
}

// Pictures that a plot keeps of what seldom changes: words and grounds cost more than all that moves.

const LEVELS = 10;

/**
 * What `draw` paints where nothing is yet, as a picture while `key`, the size and the theme stay as
 * they are. `name` is the picture's place.
 */
export function keepPicture(plot, name, key, draw) {
  const { c, canvas, ratio } = plot, full = [key, canvas.width, canvas.height, plot.color("ink"), plot.color("paper")].join();
  const old = plot.pictures[name];
  if (old?.key !== full) {                                   // no picture yet of what may change with each event
    plot.pictures[name] = { key: full };
    draw();
    return plot;
  }
  if (!old.picture) {
    const { width, height } = canvas;
    old.picture = Object.assign(document.createElement("canvas"), { width, height });
    plot.c = old.picture.getContext("2d");
    plot.c.setTransform(ratio, 0, 0, ratio, 0, 0);
    Object.assign(plot.c, { font: plot.font, lineJoin: "round" });
    draw();
    plot.c = c;
  }
  c.setTransform(1, 0, 0, 1, 0, 0);                          // pixel for pixel: the same as if drawn
  c.drawImage(old.picture, 0, 0);
  c.setTransform(ratio, 0, 0, ratio, 0, 0);
  return plot;
}

/**
 * Fill the frame with colors by value. `key` says what the picture depends on: it is painted
 * anew only when the key or the size changes, coarsely while it keeps changing, and in full
 * once it rests. `values(nx, ny)` gives nx·ny numbers, row by row from the top left, and a
 * function of a number that gives its color's place in `roles`, or −1.
 */
export function fillLevels(plot, key, roles, values) {
  const { c, area, layer } = plot, full = [key, area.w, area.h, ...roles.map(plot.color)].join();
  if (plot.painted !== full) {
    const now = performance.now(), coarse = plot.again && now - plot.filled < 300 ? 3 : 1;
    plot.filled = now;
    plot.painted = full;
    clearTimeout(plot.rest);
    plot.box.toggleAttribute("data-coarse", coarse > 1);
    if (coarse > 1) plot.rest = setTimeout(() => { plot.painted = undefined; plot.filled = -Infinity; plot.again(); }, 150);
    paintLevels(plot, Math.max(2, Math.round(area.w / coarse)), Math.max(2, Math.round(area.h / coarse)), roles, values);
  }
  c.drawImage(layer, area.x, area.y, area.w, area.h);
  return plot;
}

/** The picture of `fillLevels` onto the layer, at this size. */
function paintLevels(plot, nx, ny, roles, values) {
  const { layer } = plot, context = layer.getContext("2d");
  if (layer.width !== nx || layer.height !== ny || !plot.image) {
    layer.width = nx;
    layer.height = ny;
    plot.image = context.createImageData(nx, ny);
  }
  const pixels = new Uint32Array(plot.image.data.buffer), colors = Uint32Array.from(roles, r => rgba(plot.color(r)));
  const [v, index] = values(nx, ny);
  for (let i = 0; i < pixels.length; i++) {
    const k = index(v[i]);
    pixels[i] = k < 0 ? 0 : colors[k];
  }
  context.putImageData(plot.image, 0, 0);
}

/** "#rrggbb" as the little-endian pixel that ImageData holds. */
export function rgba(hex) {
  const n = parseInt(hex.slice(1), 16);
  return (255 << 24 | (n & 255) << 16 | (n >> 8 & 255) << 8 | n >> 16) >>> 0;
}

export const levelRoles = Array.from({ length: LEVELS }, (_, k) => "level" + k);
export const mapRoles = Array.from({ length: LEVELS }, (_, k) => "map" + k);

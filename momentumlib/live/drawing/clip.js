// Lines cut at the frame of a picture. What leads far outside is not left to the canvas, which
// would dash every pixel of it and only then see that none is shown.

/**
 * The part of the segment from (x0, y0) to (x1, y1) inside the rectangle { x, y, w, h }, made
 * wider by `pad` on each side: [x0, y0, x1, y1], or null. An end inside is given back as it is.
 * Liang and Barsky (1984), "A new concept and method for line clipping".
 */
export function inside(frame, pad, x0, y0, x1, y1) {
  const near = Math.abs(x0) + Math.abs(y0);
  if (near > Math.abs(x1) + Math.abs(y1)) {                    // from the nearer end: of one at 10³⁰⁰ only the direction counts
    const part = inside(frame, pad, x1, y1, x0, y0);
    return part && [part[2], part[3], part[0], part[1]];
  }
  if (near > 1e12) return null;                                // both ends so far away that rounding decides
  const dx = x1 - x0, dy = y1 - y0, { x, y, w, h } = frame;
  let from = 0, to = 1;
  for (const [way, room] of [[-dx, x0 - x + pad], [dx, x + w + pad - x0], [-dy, y0 - y + pad], [dy, y + h + pad - y0]]) {
    if (way < 0) from = Math.max(from, room / way);
    else if (way > 0) to = Math.min(to, room / way);
    else if (room < 0) return null;
  }
  if (from > to) return null;
  return [from ? x0 + from * dx : x0, from ? y0 + from * dy : y0, to < 1 ? x0 + to * dx : x1, to < 1 ? y0 + to * dy : y1];
}

// A landscape's filled levels, from the values that the figure's module computes.

import { levelRoles } from "./pictures.js";

/**
 * Fill the plot's frame by J, evenly spaced in √(J − lowest) as in the static figures; `minimum`
 * is J* or null. Where the plot's coordinates are θ times `scale`, that is undone.
 * Painted anew only when the problem, its params, the frame or the theme changes.
 */
export function paintLandscape(plot, wasm, problem, params, minimum, scale = [1, 1]) {
  const { x: [x0, x1], y: [y0, y1] } = plot.o, n = levelRoles.length;
  plot.fill([problem, params, x0, x1, y0, y1, scale].join(), levelRoles, (nx, ny) => {
    const v = wasm.values(problem, params, 2, nx * ny, points => {
      for (let j = 0, k = 0; j < ny; j++) {
        const y = (y1 - (y1 - y0) * (j + 0.5) / ny) / scale[1];
        for (let i = 0; i < nx; i++) { points[k++] = (x0 + (x1 - x0) * (i + 0.5) / nx) / scale[0]; points[k++] = y; }
      }
    });
    let low = minimum ?? Infinity, top = -Infinity;
    for (let i = 0; i < v.length; i++) { if (v[i] < low) low = v[i]; if (v[i] > top) top = v[i]; }
    const squeeze = n / Math.sqrt(top - low || 1);
    return [v, z => Math.min(n - 1, Math.floor(squeeze * Math.sqrt(z - low)))];
  });
}

/** The params of a quadratic with curvatures 1 and kappa, turned by `angle` degrees; as in problems.py. */
export function valley(kappa, angle) {
  const a = angle * Math.PI / 180;
  return [1, kappa, ...(angle % 360 ? [Math.cos(a), Math.sin(a)] : [1, 0])];
}
